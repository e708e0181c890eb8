package workspace

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/adopt"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Where the UI keeps workspaces, in the words of Tray's own pages (facts: UI, section 3).
const (
	whereToCreate = "Organization settings > Workspaces (in older layouts: profile settings > Workspaces)"
	whereToEdit   = "Workspace details > General"
	whereToLimit  = "Workspace details > Workspace task limit"
)

const howToEmpty = "Move what it holds to another workspace, " +
	"or set force_destroy = true on this resource, apply that, and destroy again: everything in it is then deleted with the workspace."

// isProtected refuses a deletion, whatever the workspace holds.
func isProtected(state model) string {
	return fmt.Sprintf("%q is protected: deletion_protection is true. Set deletion_protection = false on this resource, apply that, and destroy again. "+
		"To leave the workspace as it is, take the resource out of the state instead:\n\n%s", object(state).Title(), base.RemovedBlock(kind.Type, "<old>"))
}

// counted says what a workspace holds: "2 projects, 1 service".
func counted(held map[string]int64) string {
	kinds := slices.Sorted(maps.Keys(held))
	for i, kind := range kinds {
		n := held[kind]
		if n == 1 {
			kind = strings.TrimSuffix(kind, "s")
		}
		kinds[i] = fmt.Sprintf("%d %s", n, kind)
	}
	return strings.Join(kinds, ", ")
}

var kind = adopt.Kind{
	Noun: base.Noun{Type: "tray_workspace", One: "workspace", At: path.Root("name"),
		Identity: map[string]string{"id": "Identifier of the workspace, given by Tray."}},
	Many: "workspaces", Named: "shared workspace that the token can see",
	How: "An Owner or Admin of the organization creates it by hand in " + whereToCreate + ": choose the colour, enter the name, choose the purpose, enter the description; " +
		"then add people by searching for them.",
	Unseen: "If it exists, the token does not see it: use a token with an organization role.",
}

const stays = "the workspace, its people and its projects"

// changed lists the details that plan wants otherwise than state has them. What is not known
// yet does not count.
func changed(state, plan model) []adopt.Detail {
	return slices.DeleteFunc([]adopt.Detail{
		{Attribute: "name", Name: "name", InTray: state.Name, Here: plan.Name, Do: "rename the workspace", Where: whereToEdit},
		{Attribute: "description", Name: "description", InTray: state.Description, Here: plan.Description, Where: whereToEdit, Optional: true},
		{Attribute: "monthly_task_limit", Name: "monthly task limit", InTray: state.MonthlyTaskLimit, Here: plan.MonthlyTaskLimit, Where: whereToLimit, Optional: true},
	}, func(d adopt.Detail) bool { return !d.Differs() })
}

// adoptable returns the workspace that plan may adopt of those found by its name, or nil with
// the reason in diags.
func adoptable(plan model, found []tray.Workspace, ledger *base.Ledger, diags *diag.Diagnostics) *tray.Workspace {
	all := make([]adopt.Found, len(found))
	for i, w := range found {
		all[i] = adopt.Found{Name: w.Name, ID: w.ID}
	}
	i := kind.Choose(all, plan.Name.ValueString(), plan.ID, ledger, diags)
	if i < 0 {
		return nil
	}
	there := model{}
	there.fromAPI(&found[i])
	if kind.OnlyTheUI(diags, changed(there, plan)...) {
		return nil
	}
	return &found[i]
}

func exists(m model) string {
	return fmt.Sprintf("A shared workspace named %q exists already.", m.Name.ValueString())
}

func nameTaken(diags *diag.Diagnostics, holder, name string) {
	diags.AddAttributeError(path.Root("name"), "Could not rename the workspace",
		fmt.Sprintf("Another shared workspace (%s) is named %q already. Names of shared workspaces are unique: choose another, or rename that one first. "+
			"If this configuration renames that one too, name its resource in depends_on here, so that it goes first. "+
			"If the two swap names, take two steps: give this one a name that is free, say %q, and apply; then the name that you want.", holder, name, name+"-new"))
}

// manageable refuses what is not a shared workspace.
func manageable(diags *diag.Diagnostics, w *tray.Workspace) bool {
	if w.Type == tray.WorkspaceShared {
		return true
	}
	diags.AddError("Could not import the workspace",
		fmt.Sprintf("%q (%s) is of type %s. Tray keeps one by itself: it is neither created nor deleted, so only shared workspaces are managed. "+
			"Read it with the data source instead:\n\ndata \"tray_workspace\" \"<name>\" {\n  id = %q\n}", w.Name, w.ID, w.Type, w.ID))
	return false
}
