package tray

import (
	"context"
	"time"
)

// CurrentRelease is what the last release of a solution is beside the solution as it is now.
type CurrentRelease struct {
	SolutionID string
	// ReleaseID is "" where nothing was released.
	ReleaseID string
	Released  time.Time
	// Live says that the last release has everything that the solution has now.
	Live bool
}

// Current returns the last release of a solution, read anew. Only the management plane tells:
// without it, or where it does not show the solution, the result is nil.
func (s *SolutionReleases) Current(ctx context.Context, solutionID string) (*CurrentRelease, error) {
	if there, err := s.c.Management.Available(ctx); err != nil || !there {
		return nil, err
	}
	workspaces, err := s.c.Workspaces.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range workspaces {
		if w.Type != WorkspaceEmbedded {
			continue
		}
		all, err := newFamily(s.c, kind[wireCurrentRelease, CurrentRelease]{
			what: "solution", path: managedPath("workspaces", w.ID, "solutions"), right: rightSeeWorkspace, workspace: w.ID, listOnly: true,
			convert: wireCurrentRelease.element,
			id:      func(x CurrentRelease) string { return x.SolutionID },
			shows:   func(CurrentRelease, CurrentRelease) bool { return true },
		}).List(ctx)
		for _, one := range all {
			if one.SolutionID == solutionID {
				return &one, err
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

type wireCurrentRelease struct {
	ID         string    `json:"id"`
	State      string    `json:"state"`
	ReleaseID  string    `json:"releaseId"`
	ReleasedAt time.Time `json:"releasedAt"`
}

func (w wireCurrentRelease) element() (element[CurrentRelease], error) {
	if w.ID == "" {
		return element[CurrentRelease]{}, errNoID
	}
	return element[CurrentRelease]{Complete: true, Value: CurrentRelease{
		SolutionID: w.ID, ReleaseID: w.ReleaseID, Released: w.ReleasedAt, Live: w.State == "Live",
	}}, nil
}
