package organization

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// settled are the facts that nobody changes once an organization is there.
var settled = []string{"owner_email", "embedded"}

// sharedWorkspaces is how many of them a plan includes; one that is not here has no
// limit (facts: UI, section 3).
var sharedWorkspaces = map[string]int{"pro": 3, "team": 20}

const (
	unprotect = "Set deletion_protection = false on this resource, apply that, and destroy again: the organization is then deleted for good, " +
		"with its Owner, its settings and its tokens."
	emptyIt = "Delete its users and its shared workspaces first, with a token of the organization, and destroy it in an apply of its own. " +
		"A deleted person leaves a shared workspace of their name, with what they had."
)

func needsOwner(diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("owner_email"), "Could not create the organization",
		"An organization begins with its Owner, and owner_email is missing. Write the e-mail address of the person who becomes its Owner. "+
			"If you meant to adopt an organization that is there, use a token of that organization instead of an operator's.")
}

func exists(m model) string {
	return fmt.Sprintf("An organization named %q exists already.", m.Name.ValueString())
}

// named are organizations as base judges them.
func named(all []tray.Organization) []base.Found {
	return base.Known(all, func(o tray.Organization) base.Found { return base.Found{ID: o.ID} })
}

func nameTaken(diags *diag.Diagnostics, other tray.Organization) {
	diags.AddAttributeError(path.Root("name"), "Could not rename the organization",
		fmt.Sprintf("Another organization (%s) is named %q already. Names of organizations are unique: choose another, or rename that one first.", other.ID, other.Name))
}

// holds refuses a plan with fewer shared workspaces than there are.
func holds(diags *diag.Diagnostics, plan string, shared int) {
	if most, limited := sharedWorkspaces[plan]; limited && shared > most {
		diags.AddAttributeError(path.Root("plan"), "Could not change the organization's plan",
			fmt.Sprintf("The plan %s includes %d shared workspaces, and the organization has %d. Delete some first, or choose a larger plan.", plan, most, shared))
	}
}

// mayClose reports whether the organization may be deleted, or says in diags why not.
func mayClose(diags *diag.Diagnostics, state model, operator bool) bool {
	switch {
	case state.DeletionProtection.ValueBool():
		diags.AddError("Could not delete the organization", fmt.Sprintf("%q is protected: deletion_protection is true. %s", object(state).Title(), unprotect))
		return false
	case !operator:
		diags.AddError("Could not delete the organization",
			fmt.Sprintf("Terraform created %q with an operator's token, and it takes one to delete it. Use that, or, to leave the organization as it is, "+
				"take the resource out of the state with terraform state rm.", object(state).Title()))
		return false
	}
	return true
}

// inUse refuses to delete an organization that somebody uses.
func inUse(diags *diag.Diagnostics, o *tray.Organization) {
	if o.Users == nil || o.SharedWorkspaces == nil || *o.Users <= 1 && *o.SharedWorkspaces == 0 {
		return
	}
	diags.AddError("Could not delete the organization",
		fmt.Sprintf("%q is in use: it has %d user(s) besides its Owner and %d shared workspace(s). %s", o.Name, *o.Users-1, *o.SharedWorkspaces, emptyIt))
}

// noSuchOrganization names those that an import may have meant.
func noSuchOrganization(diags *diag.Diagnostics, asked string, all []tray.Organization) {
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = strconv.Quote(o.Name)
	}
	diags.AddError("Could not import the organization",
		fmt.Sprintf("There is no organization with the name or id %q. There are: %s.", asked, strings.Join(names, ", ")))
}
