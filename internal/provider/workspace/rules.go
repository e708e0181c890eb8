package workspace

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

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
		"To leave the workspace as it is, take the resource out of the state instead:\n\n%s", state.label(), base.RemovedBlock("tray_workspace", "<old>"))
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

// howToCreate tells a person how to make by hand what the platform API cannot. Missing
// are the names of all workspaces that were found missing so far, in any order.
func howToCreate(name string, missing []string) string {
	text := fmt.Sprintf("This Tray does not let an API create workspaces, and no shared workspace that the token can see is named %q (letter for letter). "+
		"An Owner or Admin of the organization creates it by hand in %s: choose the colour, enter the name, choose the purpose, enter the description; "+
		"then add people by searching for them. Plan again afterwards: the workspace is adopted. "+
		"If it exists, the token does not see it: use a token with an organization role.", name, whereToCreate)
	slices.Sort(missing)
	if len(missing) > 1 {
		quoted := make([]string, len(missing))
		for i, n := range missing {
			quoted[i] = strconv.Quote(n)
		}
		text += fmt.Sprintf("\n\nMissing as far as this plan has come: %s.", strings.Join(quoted, ", "))
	}
	return text
}

// detail is one argument whose value only the UI can change on a live Tray.
type detail struct {
	attribute     string
	inTray, here  string
	name, where   string
	leaveOutWorks bool // omitting the argument leaves Tray as it is
}

// changed lists the details that plan wants otherwise than state has them. What is
// not known yet does not count.
func changed(state, plan model) []detail {
	var details []detail
	if !plan.Name.IsUnknown() && !plan.Name.Equal(state.Name) {
		details = append(details, detail{
			attribute: "name", inTray: strconv.Quote(state.Name.ValueString()), here: strconv.Quote(plan.Name.ValueString()),
			name: "name", where: whereToEdit,
		})
	}
	if !plan.Description.IsUnknown() && !plan.Description.Equal(state.Description) {
		details = append(details, detail{
			attribute: "description", inTray: strconv.Quote(state.Description.ValueString()), here: strconv.Quote(plan.Description.ValueString()),
			name: "description", where: whereToEdit, leaveOutWorks: true,
		})
	}
	if !plan.MonthlyTaskLimit.IsUnknown() && !plan.MonthlyTaskLimit.Equal(state.MonthlyTaskLimit) {
		details = append(details, detail{
			attribute: "monthly_task_limit", inTray: state.MonthlyTaskLimit.String(), here: plan.MonthlyTaskLimit.String(),
			name: "monthly task limit", where: whereToLimit, leaveOutWorks: true,
		})
	}
	return details
}

// onlyTheUI refuses details on a live Tray, each on its argument. It serves the change
// of an argument and the change somebody made in the UI alike: both look the same.
func onlyTheUI(diags *diag.Diagnostics, details []detail) {
	for _, d := range details {
		remedy := fmt.Sprintf("Write %s = %s here", d.attribute, d.inTray)
		if d.leaveOutWorks {
			remedy += " or remove the argument"
		}
		verb := "change it"
		if d.attribute == "name" {
			verb = "rename the workspace"
		}
		diags.AddAttributeError(path.Root(d.attribute), "Could not change the workspace's "+d.name,
			fmt.Sprintf("In Tray the %s is %s, here it is %s, and this Tray does not let an API change it. %s, or %s in Tray's UI: %s.",
				d.name, d.inTray, d.here, remedy, verb, d.where))
	}
}

// adoptable returns the workspace that plan may adopt of those found by its name, or
// nil with the reason in diags.
func adoptable(plan model, found []tray.Workspace, ledger *base.Ledger, diags *diag.Diagnostics) *tray.Workspace {
	at, name := path.Root("name"), plan.Name.ValueString()
	switch {
	case len(found) == 0:
		diags.AddAttributeError(at, "Create the workspace in Tray's UI first", howToCreate(name, ledger.Add("missing workspace", name)))
		return nil
	case len(found) > 1:
		diags.AddAttributeError(at, "Could not choose the workspace to adopt", ambiguous(name, found))
		return nil
	case !plan.ID.IsUnknown() && plan.ID.ValueString() != found[0].ID:
		diags.AddAttributeError(at, "Could not adopt the workspace",
			fmt.Sprintf("The plan found %s by the name %q, and now another workspace has it: %s. Plan again.", plan.ID.ValueString(), name, found[0].ID))
		return nil
	}
	there := model{}
	there.fromAPI(&found[0])
	if details := changed(there, plan); len(details) > 0 {
		onlyTheUI(diags, details)
		return nil
	}
	return &found[0]
}

func ambiguous(name string, found []tray.Workspace) string {
	text := fmt.Sprintf("Names are not unique: %d shared workspaces are named %q, with the ids %s. Import the one you mean by its id, "+
		"with the resource's own name in place of <name>:", len(found), name, base.WorkspaceIDs(found))
	for _, w := range found {
		text += "\n\n" + base.ImportBlock("tray_workspace", w.ID)
	}
	return text
}

// exists refuses to create a workspace over those that have its name.
func (r *workspaceResource) exists(diags *diag.Diagnostics, found []tray.Workspace) {
	ids := make([]string, len(found))
	for i, w := range found {
		ids[i] = w.ID
	}
	what := fmt.Sprintf("A shared workspace named %q exists already.", found[0].Name)
	if r.Ledger.Has(goneFrom, found[0].Name) {
		what += fmt.Sprintf(" It is not the one that the state had under that name, which is gone: somebody made a new one (%s). "+
			"Before you import it, take the old one out of the state with `terraform apply -refresh-only`, as Terraform imports nothing to an address that is in use.", found[0].ID)
	}
	base.ExistsOnce(diags, path.Root("name"), what, "tray_workspace", ids...)
}

// goneFrom is the ledger's kind for names of workspaces that were in the state and are gone.
const goneFrom = "gone from the state"

func nameTaken(diags *diag.Diagnostics, other tray.Workspace, name string) {
	diags.AddAttributeError(path.Root("name"), "Could not rename the workspace",
		fmt.Sprintf("Another shared workspace (%s) is named %q already. Names of shared workspaces are unique: choose another, or rename that one first. "+
			"If this configuration renames that one too, name its resource in depends_on here, so that it goes first. "+
			"If the two swap names, take two steps: give this one a name that is free, say %q, and apply; then the name that you want.", other.ID, name, name+"-new"))
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

// stays warns that a destroy leaves the workspace.
func stays(diags *diag.Diagnostics, state model) {
	diags.AddWarning("The workspace stays in Tray",
		fmt.Sprintf("This Tray does not let an API delete workspaces. Terraform forgets %s; the workspace, its people and its projects stay. "+
			"Whoever wants it gone removes it in Tray's UI.", state.label()))
}

// label is what people call the workspace; right after an import only its id is known.
func (m model) label() string {
	if m.Name.ValueString() == "" {
		return m.ID.ValueString()
	}
	return m.Name.ValueString()
}
