package tray

import (
	"context"
	"maps"
	"net/http"
)

// WorkspaceChange says what to change. Nil leaves it as it is; "" and 0 take it away.
type WorkspaceChange struct {
	Name             *string
	Description      *string
	MonthlyTaskLimit *int64
}

// body holds the fields to change: "" and 0 are sent as null.
func (c WorkspaceChange) body() map[string]any {
	body := map[string]any{}
	if c.Name != nil {
		body["name"] = *c.Name
	}
	if c.Description != nil {
		body["description"] = valueOrNil(*c.Description)
	}
	if c.MonthlyTaskLimit != nil {
		body["monthlyTaskLimit"] = valueOrNil(*c.MonthlyTaskLimit)
	}
	return body
}

// made reports whether now shows the change.
func (c WorkspaceChange) made(now Workspace) bool {
	var text string
	var limit int64
	if now.Description != nil {
		text = *now.Description
	}
	if now.MonthlyTaskLimit != nil {
		limit = *now.MonthlyTaskLimit
	}
	return wants(c.Name, now.Name) && wants(c.Description, text) && wants(c.MonthlyTaskLimit, limit)
}

// valueOrNil is nil for the zero value.
func valueOrNil[V comparable](v V) any {
	var zero V
	if v == zero {
		return nil
	}
	return v
}

// Contents returns what a deletion of the workspace would take with it, by kind ("projects"):
// only what there is, so an empty map is an empty workspace. Members are no contents. It
// needs the management plane; an older one counts the projects alone.
func (w *Workspaces) Contents(ctx context.Context, id string) (map[string]int64, error) {
	if err := w.c.Management.need(ctx, "counting what a workspace holds"); err != nil {
		return nil, err
	}
	k := call{Method: http.MethodGet, Path: managedPath("workspaces", id), Right: rightSeeWorkspace}
	var wire wireWorkspace
	if err := w.c.rest.Do(ctx, k, &wire); err != nil {
		return nil, err
	}
	if wire.Contents == nil && wire.ProjectCount == nil {
		return nil, w.c.rest.Fail(k, &Error{Status: http.StatusOK, Message: "The answer does not say what the workspace holds"})
	}
	held := map[string]int64{}
	if wire.ProjectCount != nil {
		held["projects"] = int64(*wire.ProjectCount)
	}
	for kind, n := range wire.Contents {
		held[kind] = int64(n)
	}
	maps.DeleteFunc(held, func(_ string, n int64) bool { return n == 0 })
	return held, nil
}
