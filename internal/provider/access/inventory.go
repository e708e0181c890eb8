package access

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// memberReaders is how many lists of members are read at once. The client's limiter
// sets the pace; this only keeps the line busy while answers travel.
const memberReaders = 10

// organization reads the users and the workspaces.
func organization(ctx context.Context, api *tray.Client) (Inventory, error) {
	users, err := api.Users.List(ctx)
	if err != nil {
		return Inventory{}, err
	}
	workspaces, err := api.Workspaces.List(ctx)
	return Inventory{Users: users, Workspaces: workspaces}, err
}

// readMembers reads the members of the workspaces that want lets through. The
// Organization workspace has none beside the users. Of a Personal workspace they only
// tell whose it is, and Tray documents members of shared and Embedded workspaces alone:
// when it refuses, the workspace has no entry.
func (inv *Inventory) readMembers(ctx context.Context, api *tray.Client, want func(tray.Workspace) bool) error {
	inv.Members = map[string][]tray.Member{}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(memberReaders)
	for _, w := range inv.Workspaces {
		if w.Type == tray.WorkspaceOrganization || !want(w) {
			continue
		}
		group.Go(func() error {
			members, err := api.Members.List(ctx, w.ID)
			if tray.IsGone(err) || personal(w.Type) && declined(err) {
				return nil
			}
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			inv.Members[w.ID] = members
			return nil
		})
	}
	return group.Wait()
}

// declined reports whether Tray understood a request and would not serve it.
func declined(err error) bool {
	var e *tray.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed:
		return true
	}
	return false
}
