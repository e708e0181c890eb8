package tray

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"net/url"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// WorkspaceType is Shared, Organization, Personal, PersonalExternal or Embedded.
type WorkspaceType string

// The workspace types of the vendor document.
const (
	WorkspaceEmbedded         WorkspaceType = "Embedded"
	WorkspaceOrganization     WorkspaceType = "Organization"
	WorkspacePersonal         WorkspaceType = "Personal"
	WorkspacePersonalExternal WorkspaceType = "PersonalExternal"
	WorkspaceShared           WorkspaceType = "Shared"
)

// Workspace is a workspace of any type.
type Workspace struct {
	ID               string
	Name             string
	Type             WorkspaceType
	Description      *string
	MonthlyTaskLimit *int64 // tasks per calendar month; nil means no limit
}

// WorkspaceSpec is what a new workspace is made with. Nil is nothing.
type WorkspaceSpec struct {
	Name             string
	Description      *string
	MonthlyTaskLimit *int64
}

// Workspaces are the workspaces that the token can see. Writes need the management plane.
type Workspaces struct {
	c   *Client
	all records[Workspace]
}

func newWorkspaces(c *Client) *Workspaces {
	w := &Workspaces{c: c}
	list := listCall[wireWorkspace, Workspace]{
		Call:    call{Method: http.MethodGet, Path: workspacesPath(), Right: rightAny},
		First:   smallPage,
		Convert: wireWorkspace.element,
	}
	w.all = coalesce.New(c.reads, source[Workspace]{
		What: "workspace", Path: "/core/v1/workspaces",
		Page:  list.Pages(c.rest),
		One:   w.fetch,
		ID:    func(ws Workspace) string { return ws.ID },
		Shows: sameDetails,
	})
	return w
}

func workspacesPath(more ...string) []string {
	return append([]string{"core", "v1", "workspaces"}, more...)
}

// managedPath addresses the management plane.
func managedPath(more ...string) []string {
	return append([]string{"management", "v1"}, more...)
}

func sameDetails(a, b Workspace) bool {
	return a.Name == b.Name && sameValue(a.Description, b.Description) &&
		sameValue(a.MonthlyTaskLimit, b.MonthlyTaskLimit)
}

// sameValue compares what two pointers hold; nil equals nil only.
func sameValue[V comparable](a, b *V) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}

// List returns every workspace the token can see, sorted by name, then id.
func (w *Workspaces) List(ctx context.Context) ([]Workspace, error) {
	all, err := w.all.List(ctx)
	slices.SortFunc(all, func(a, b Workspace) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// Pages returns the workspaces in the server's order, a slice at a time, and reads no
// more pages than are consumed. An error ends it.
func (w *Workspaces) Pages(ctx context.Context) iter.Seq2[[]Workspace, error] { return w.all.Each(ctx) }

// Get returns the workspace with that id. IsGone(err) means proven absent.
func (w *Workspaces) Get(ctx context.Context, id string) (*Workspace, error) {
	ws, err := w.all.Get(ctx, key{ID: id})
	if err == nil {
		return &ws, nil
	}
	if !hasStatus(err, http.StatusNotFound) {
		return nil, err
	}
	if w.knownGone(id) {
		return nil, asGone(err, seenWhole)
	}
	return w.prove(ctx, id, err)
}

// prove weighs a workspace that was not found. A list may lag behind a single read, so
// both must agree; and they prove absence to a token only that sees everything.
func (w *Workspaces) prove(ctx context.Context, id string, err error) (*Workspace, error) {
	all, listErr := w.all.List(ctx)
	if listErr != nil {
		return nil, listErr
	}
	if i := slices.IndexFunc(all, func(ws Workspace) bool { return ws.ID == id }); i >= 0 {
		return &all[i], nil
	}
	if ws, oneErr := w.all.Reask(ctx, id); oneErr == nil {
		return &ws, nil
	} else if !hasStatus(oneErr, http.StatusNotFound) {
		return nil, oneErr
	} else if !IsGone(oneErr) {
		err = oneErr
	}
	if !seesOrganization(all) {
		return nil, undecided(err, "workspace")
	}
	if err = w.c.proven(ctx, "workspace", seenWhole, err); IsGone(err) {
		w.all.NoteAbsent(id)
	}
	return nil, err
}

// seenWhole is the proof that a workspace does not exist.
const seenWhole = "This token sees the whole organization, and no such workspace"

func seesOrganization(all []Workspace) bool {
	return slices.ContainsFunc(all, func(ws Workspace) bool { return ws.Type == WorkspaceOrganization })
}

// knownGone reports whether the workspace is proven gone already, without asking.
func (w *Workspaces) knownGone(id string) bool { return w.all.IsProvenAbsent(id) }

// SharedByName returns the shared workspaces of exactly that name: none, one, or, as
// names are not documented to be unique, several.
func (w *Workspaces) SharedByName(ctx context.Context, name string) ([]Workspace, error) {
	all, err := w.List(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(ws Workspace) bool {
		return ws.Type != WorkspaceShared || ws.Name != name
	}), nil
}

// Create makes a shared workspace. After an ambiguous failure it looks the name up
// before trying again. It needs the management plane.
func (w *Workspaces) Create(ctx context.Context, spec WorkspaceSpec) (*Workspace, error) {
	if err := w.c.Management.need(ctx, "creating a workspace"); err != nil {
		return nil, err
	}
	return coalesce.InTurn(ctx, w.all, "named "+spec.Name, func(after context.Context) (*Workspace, error) {
		before, err := w.SharedByName(ctx, spec.Name)
		if err != nil {
			return nil, err
		}
		return w.all.CreateOnce(ctx, func() (*Workspace, error) { return w.post(ctx, spec) },
			func() (*Workspace, error) { return w.search(after, spec.Name, before) })
	})
}

func (w *Workspaces) post(ctx context.Context, spec WorkspaceSpec) (*Workspace, error) {
	body := map[string]any{"name": spec.Name}
	if spec.Description != nil {
		body["description"] = *spec.Description
	}
	if spec.MonthlyTaskLimit != nil {
		body["monthlyTaskLimit"] = *spec.MonthlyTaskLimit
	}
	return w.write(ctx, call{Method: http.MethodPost, Path: managedPath("workspaces"), Right: rightManage, In: body})
}

// write sends a call that answers with the workspace.
func (w *Workspaces) write(ctx context.Context, k call) (*Workspace, error) {
	e, err := rest.Exchange(ctx, w.c.rest, k, wireWorkspace.element)
	return &e.Value, err
}

// search finds the workspace of a name that was not there before; nil is none.
func (w *Workspaces) search(ctx context.Context, name string, before []Workspace) (*Workspace, error) {
	return coalesce.Persistently(ctx, func() (*Workspace, error) {
		w.all.Invalidate()
		now, err := w.SharedByName(ctx, name)
		fresh := appeared(before, now, w.all.Kind().ID)
		switch {
		case err != nil || len(fresh) == 0:
			return nil, err
		case len(fresh) == 1:
			return &fresh[0], nil
		}
		return nil, &Error{Message: "Several workspaces of that name have appeared"}
	})
}

// Update changes a workspace's details and returns it as it is then. It needs the management
// plane. What does not change is not sent: somebody may have changed it meanwhile, and an
// Admin of the workspace may set the name and the description, but not the task limit.
func (w *Workspaces) Update(ctx context.Context, id string, change WorkspaceChange) (*Workspace, error) {
	if err := w.c.Management.need(ctx, "changing a workspace"); err != nil {
		return nil, err
	}
	return coalesce.InTurn(ctx, w.all, id, func(after context.Context) (*Workspace, error) {
		ws, err := w.write(ctx, call{Method: http.MethodPatch, Path: managedPath("workspaces", id), Right: rightManage, In: change.body()})
		if err != nil {
			now, err := w.all.SettleChange(after, id, err, change.made)
			if err != nil {
				return nil, err
			}
			ws = &now
		}
		w.all.Wrote(id, *ws)
		return ws, nil
	})
}

// Delete deletes a shared workspace, with what it holds when contents is true;
// otherwise one that holds projects is refused (409). One that is already gone is
// success. It needs the management plane.
func (w *Workspaces) Delete(ctx context.Context, id string, contents bool) error {
	if err := w.c.Management.need(ctx, "deleting a workspace"); err != nil {
		return err
	}
	k := call{Method: http.MethodDelete, Path: managedPath("workspaces", id), Right: rightManage}
	if contents {
		k.Query = url.Values{"contents": {"delete"}}
	}
	return removeOnce(ctx, w.c, w.all, id, removal{
		call: k,
		look: func(after context.Context) error { _, err := w.Get(after, id); return err },
		reaches: func(done bool) {
			if done {
				w.c.Members.workspaceDeleted(id)
			}
		},
	})
}

func (w *Workspaces) fetch(ctx context.Context, id string) (Workspace, error) {
	return fetch(ctx, w.c, w.all, call{Path: workspacesPath(id), Right: rightSeeWorkspace}, id, wireWorkspace.element)
}
