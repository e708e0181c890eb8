package base

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// workspaceID is Tray's own pattern of workspace ids; many names match it too.
var workspaceID = regexp.MustCompile(`^[a-zA-Z0-9-]+$`)

// FindWorkspace returns the workspace that an import names by id or by name. A name
// must be that of exactly one shared workspace; when no shared one has it, the one of
// another type that does is returned, so that the caller can say why not. It returns
// nil, with the reason in diags, when there is none.
func FindWorkspace(ctx context.Context, api *tray.Client, idOrName string, diags *diag.Diagnostics) *tray.Workspace {
	if workspaceID.MatchString(idOrName) {
		got, err := api.Workspaces.Get(ctx, idOrName)
		if err == nil {
			return got
		}
		if !NotSeen(err) {
			Failed(diags, "look the workspace up", err)
			return nil
		}
	}
	all, err := api.Workspaces.List(ctx)
	if Failed(diags, "look the workspace up", err) {
		return nil
	}
	shared, others := named(all, idOrName)
	switch {
	case len(shared) == 1:
		return &shared[0]
	case len(shared) > 1:
		diags.AddError("Could not choose the workspace",
			fmt.Sprintf("%d shared workspaces are named %q. Give the id of one of them: %s.", len(shared), idOrName, WorkspaceIDs(shared)))
	case len(others) > 0:
		return &others[0]
	default:
		diags.AddError("Could not find the workspace",
			fmt.Sprintf("This token sees no workspace with the id or the name %q. Names are compared letter for letter. %s",
				idOrName, sharedNames(all)))
	}
	return nil
}

// WorkspaceIDs lists the ids of workspaces, comma separated.
func WorkspaceIDs(all []tray.Workspace) string {
	ids := make([]string, len(all))
	for i, w := range all {
		ids[i] = w.ID
	}
	return strings.Join(ids, ", ")
}

func named(all []tray.Workspace, name string) (shared, others []tray.Workspace) {
	for _, w := range all {
		switch {
		case w.Name != name:
		case w.Type == tray.WorkspaceShared:
			shared = append(shared, w)
		default:
			others = append(others, w)
		}
	}
	return shared, others
}

// sharedNames says which up to twenty names there are, enough to spot a misspelling.
func sharedNames(all []tray.Workspace) string {
	const most = 20
	var names []string
	for _, w := range all {
		if w.Type == tray.WorkspaceShared {
			names = append(names, fmt.Sprintf("%q", w.Name))
		}
	}
	switch {
	case len(names) == 0:
		return "It sees no shared workspace at all."
	case len(names) > most:
		return fmt.Sprintf("Its shared workspaces are %s and %d more.", strings.Join(names[:most], ", "), len(names)-most)
	default:
		return fmt.Sprintf("Its shared workspaces are %s.", strings.Join(names, ", "))
	}
}

// WorkspaceName is what people call a workspace: its name, or the id where that cannot be
// read. The list of workspaces is shared by all who ask.
func (p *Provider) WorkspaceName(ctx context.Context, id string) string {
	if w, err := p.API.Workspaces.Get(ctx, id); err == nil && w.Name != "" {
		return w.Name
	}
	return id
}
