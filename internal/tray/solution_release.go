package tray

import (
	"context"
	"errors"
	"net/http"
)

// SolutionRelease is a solution as it was published.
type SolutionRelease struct {
	ID     string // "" in a preview
	Impact SolutionImpact
}

// SolutionReleases publish solutions of the Embedded workspace. Tray has no list of releases.
type SolutionReleases struct{ c *Client }

func releasesPath(solutionID string, more ...string) []string {
	return append([]string{"core", "v1", "solutions", solutionID, "releases"}, more...)
}

// Preview asks what publishing a solution would do. It changes nothing.
func (s *SolutionReleases) Preview(ctx context.Context, solutionID string) (*SolutionRelease, error) {
	k := call{Method: http.MethodPost, Path: releasesPath(solutionID, "previews"), Right: rightBuild, Repeatable: true}
	e, err := exchange(ctx, s.c, k, func(w wireRelease) (element[SolutionRelease], error) { return w.element(), nil })
	return e.Object(), changedNothing(err)
}

// Publish publishes a solution as it is now. Tray answers 201, and its own document says 200
// (facts: clients): either is success. It is never sent twice: an ambiguous error leaves open
// whether the solution was published, and Preview tells.
func (s *SolutionReleases) Publish(ctx context.Context, solutionID string) (*SolutionRelease, error) {
	k := call{Method: http.MethodPost, Path: releasesPath(solutionID), Right: rightBuild}
	e, err := exchange(ctx, s.c, k, func(w wireRelease) (element[SolutionRelease], error) {
		if w.ReleaseID == "" {
			return element[SolutionRelease]{}, errors.New("the answer cannot be read: a release without an id")
		}
		return w.element(), nil
	})
	return e.Object(), err
}

type wireRelease struct {
	wireSolutionImpact
	ReleaseID string `json:"releaseId"`
}

func (w wireRelease) element() element[SolutionRelease] {
	return element[SolutionRelease]{Value: SolutionRelease{ID: w.ReleaseID, Impact: *w.impact()}}
}
