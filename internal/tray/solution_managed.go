package tray

import (
	"context"
	"fmt"
	"time"
)

// ManagedSolution is a solution as the management plane shows it, drafts included. Tray's own
// API lists published ones, in GraphQL.
type ManagedSolution struct {
	ID, ProjectID, Title string
	State                string // "Draft", "Live", "Changed"
	ReleaseID            string // of the last release; "" of a draft that was never published
	ReleasedAt           time.Time
}

// IsLive reports whether the last release has everything that the solution has now.
func (s ManagedSolution) IsLive() bool { return s.State == "Live" }

// ManagedSolutions are the solutions of the Embedded workspace, on the management plane.
type ManagedSolutions struct {
	c    *Client
	each shelf[string, objects[ManagedSolution]] // by workspace id
}

// List returns the solutions of the Embedded workspace, oldest first.
func (s *ManagedSolutions) List(ctx context.Context) ([]ManagedSolution, error) {
	of, err := s.family(ctx)
	if err != nil {
		return nil, err
	}
	return of.List(ctx)
}

// Get returns a solution. IsGone(err) means proven absent.
func (s *ManagedSolutions) Get(ctx context.Context, id string) (*ManagedSolution, error) {
	of, err := s.family(ctx)
	if err != nil {
		return nil, err
	}
	return of.Get(ctx, id)
}

// Current returns a solution, read anew. It is nil where nobody tells: without the management
// plane, for a token that sees no Embedded workspace, or of a solution that is not in it.
func (s *ManagedSolutions) Current(ctx context.Context, id string) (*ManagedSolution, error) {
	if there, err := s.c.Management.Available(ctx); err != nil || !there {
		return nil, err
	}
	if org, err := s.c.Management.Organization(ctx); err != nil || org.EmbeddedWorkspaceID == "" {
		return nil, err
	}
	s.released()
	now, err := s.Get(ctx, id)
	if IsGone(err) {
		return nil, nil
	}
	return now, err
}

// released voids what was read of solutions: one was published.
func (s *ManagedSolutions) released() {
	for _, f := range s.each.values() {
		f.records().Invalidate()
	}
}

func (s *ManagedSolutions) family(ctx context.Context) (objects[ManagedSolution], error) {
	if err := s.c.Management.need(ctx, "reading a solution"); err != nil {
		return nil, err
	}
	org, err := s.c.Management.Organization(ctx)
	if err != nil {
		return nil, err
	}
	in := org.EmbeddedWorkspaceID
	if in == "" {
		return nil, fmt.Errorf("this token sees no Embedded workspace in the organization %q, and solutions are in no other: it takes a token of an organization Owner or Admin, or one with a role in that workspace", org.Name)
	}
	return s.each.of(in, func() objects[ManagedSolution] {
		return newFamily(s.c, kind[wireManagedSolution, ManagedSolution]{
			what: "solution", path: managedPath("workspaces", in, "solutions"), right: rightSeeWorkspace, workspace: in, listOnly: true,
			convert: wireManagedSolution.element,
			id:      func(x ManagedSolution) string { return x.ID },
			shows:   func(a, b ManagedSolution) bool { return a == b },
		})
	}), nil
}

type wireManagedSolution struct {
	ID         string    `json:"id"`
	ProjectID  string    `json:"projectId"`
	Title      string    `json:"title"`
	State      string    `json:"state"`
	ReleaseID  string    `json:"releaseId"`
	ReleasedAt time.Time `json:"releasedAt"`
}

func (w wireManagedSolution) element() (element[ManagedSolution], error) {
	if w.ID == "" {
		return element[ManagedSolution]{}, errNoID
	}
	return element[ManagedSolution]{Complete: true, Value: ManagedSolution(w)}, nil
}
