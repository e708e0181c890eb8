package tray

import (
	"context"
	"errors"
	"net/http"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
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
	e, err := rest.Exchange(ctx, s.c.rest, k, func(w wireRelease) (element[SolutionRelease], error) { return w.element(), nil })
	return e.Object(), changedNothing(err)
}

// Publish publishes a solution as it is now; before is what Preview has just said of it. Tray
// answers 201, and its own document says 200 (facts: clients): either is success. After a
// lost answer the management plane tells whether there is a release more; without it, a
// preview in which something was open, and is not any more. Such a release has no id, which
// only the lost answer told. Where neither can tell, the error stays ambiguous, and nothing
// is sent again.
func (s *SolutionReleases) Publish(ctx context.Context, solutionID string, before SolutionRelease) (*SolutionRelease, error) {
	k := call{Method: http.MethodPost, Path: releasesPath(solutionID), Right: rightBuild}
	post := func() (*SolutionRelease, error) {
		e, err := rest.Exchange(ctx, s.c.rest, k, func(w wireRelease) (element[SolutionRelease], error) {
			if w.ReleaseID == "" {
				return element[SolutionRelease]{}, errors.New("the answer cannot be read: a release without an id")
			}
			return w.element(), nil
		})
		return e.Object(), err
	}
	look := s.witness(ctx, solutionID, before.Impact)
	defer s.c.ManagedSolutions.released()
	if look == nil {
		return post()
	}
	return coalesce.AtMostOnce(ctx, s.c.reads, post, look)
}

// witness is what tells whether a release was published since; nil where nothing can.
func (s *SolutionReleases) witness(ctx context.Context, solutionID string, before SolutionImpact) func() (*SolutionRelease, error) {
	if last, known := s.last(ctx, solutionID); known {
		after := context.WithoutCancel(ctx)
		return func() (*SolutionRelease, error) {
			return coalesce.Persistently(after, func() (*SolutionRelease, error) {
				now, err := s.c.ManagedSolutions.Current(after, solutionID)
				if err != nil || now == nil || now.ReleaseID == last {
					return nil, err
				}
				return &SolutionRelease{ID: now.ReleaseID, Impact: before}, nil
			})
		}
	}
	if before.isEmpty() {
		return nil
	}
	after := context.WithoutCancel(ctx)
	return func() (*SolutionRelease, error) {
		return coalesce.Persistently(after, func() (*SolutionRelease, error) {
			now, err := s.Preview(after, solutionID)
			if err != nil || !now.Impact.isEmpty() {
				return nil, err
			}
			return &SolutionRelease{Impact: before}, nil
		})
	}
}

// last is the id of the last release, "" of none, and whether anybody can tell.
func (s *SolutionReleases) last(ctx context.Context, solutionID string) (string, bool) {
	now, err := s.c.ManagedSolutions.Current(ctx, solutionID) // anew: the last release may be somebody else's
	if err != nil || now == nil {
		return "", false
	}
	return now.ReleaseID, true
}

type wireRelease struct {
	wireSolutionImpact
	ReleaseID string `json:"releaseId"`
}

func (w wireRelease) element() element[SolutionRelease] {
	return element[SolutionRelease]{Value: SolutionRelease{ID: w.ReleaseID, Impact: *w.impact()}}
}
