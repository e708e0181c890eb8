package tray

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
)

// Home is the organization that a token belongs to, as it can be told on both planes and
// by most tokens: by its Organization workspace.
type Home struct {
	ID   string // of the Organization workspace
	Name string
}

// home remembers the answer of Client.Home, and lets one ask for all.
type home struct {
	mu    sync.Mutex
	told  bool
	value *Home
	// failed is the last error, for those who waited while it came about; asked counts.
	failed error
	asked  atomic.Uint64
}

// Home returns the organization that the token belongs to, nil when nobody tells: an
// operator belongs to none, and a token that sees one workspace is not told without the
// management plane. It costs the first page of workspaces, which most runs read anyway,
// and nothing when an answer to another question has told.
func (c *Client) Home(ctx context.Context) (*Home, error) {
	h := &c.home
	before := h.asked.Load()
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.told:
		return h.value, nil
	case h.asked.Load() != before && h.failed != nil && ctx.Err() == nil:
		return nil, h.failed
	}
	value, err := c.findHome(ctx)
	if IsForbidden(err) || hasStatus(err, http.StatusNotFound) {
		value, err = nil, nil
	}
	h.told, h.value, h.failed = err == nil, value, err
	h.asked.Add(1)
	return value, err
}

func (c *Client) findHome(ctx context.Context) (*Home, error) {
	if c.operator.Load() {
		return nil, nil
	}
	if org := c.Management.organization.Known(); org != nil && org.OrganizationWorkspaceID != "" {
		return &Home{ID: org.OrganizationWorkspaceID, Name: org.Name}, nil
	}
	ws, err := c.Workspaces.organization(ctx)
	if err != nil {
		return nil, err
	}
	if ws != nil {
		return &Home{ID: ws.ID, Name: ws.Name}, nil
	}
	there, err := c.Management.Available(ctx)
	if err != nil || !there || c.operator.Load() {
		return nil, err
	}
	org, err := c.Management.Organization(ctx)
	if err != nil || org.OrganizationWorkspaceID == "" {
		return nil, err
	}
	return &Home{ID: org.OrganizationWorkspaceID, Name: org.Name}, nil
}

// organization returns the workspace of type Organization, nil when the token does not
// see it. It is an organization's oldest, so the first page most likely has it.
func (w *Workspaces) organization(ctx context.Context) (*Workspace, error) {
	ws, seenAll, err := w.all.OnFirstPage(ctx, func(ws Workspace) bool { return ws.Type == WorkspaceOrganization })
	if ws != nil || seenAll || err != nil {
		return ws, err
	}
	// Further on, or Tray lists ids and names only. Two answers mean that the filter,
	// which is documented, was not heeded.
	k := call{Method: http.MethodGet, Path: workspacesPath(), Right: rightAny,
		Query: url.Values{"type": {string(WorkspaceOrganization)}, "first": {"2"}}}
	var wire wirePage[wireWorkspace]
	if err := w.c.rest.Do(ctx, k, &wire); err != nil || len(wire.Elements) != 1 {
		return nil, err
	}
	e, err := wire.Elements[0].element()
	switch {
	case err != nil || e.Value.Type != "" && e.Value.Type != WorkspaceOrganization:
		return nil, err
	case e.Value.Name == "":
		return w.Get(ctx, e.Value.ID)
	}
	return &e.Value, nil
}
