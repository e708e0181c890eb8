package organization

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// whereToRename is where the UI keeps the name (facts: UI, section 7).
const whereToRename = "Settings > General"

// fact is something about an organization that no API changes.
type fact struct {
	attribute, name string
	inTray, here    attr.Value
	differ          bool
	summary         string // of the error; that of the Owner is a rule's
	remedy          string // who can change it
}

// facts compares what the plan claims with what is there.
func facts(plan, there model) []fact {
	return []fact{
		{attribute: ownerEmail, name: "owner", inTray: there.OwnerEmail, here: plan.OwnerEmail, differ: plan.OwnerEmail.Folded() != there.OwnerEmail.Folded()},
		{
			attribute: "plan", name: "plan", inTray: there.Plan, here: plan.Plan, differ: !plan.Plan.Equal(there.Plan),
			summary: "Could not change the organization's plan",
			remedy:  "The plan is what was bought: ask Tray for another",
		},
		{
			attribute: "embedded", name: "embedded", inTray: there.Embedded, here: plan.Embedded, differ: !plan.Embedded.Equal(there.Embedded),
			summary: "Could not change whether the organization is Embedded",
			remedy:  "Embedded is part of what was bought: ask Tray for it",
		},
		{
			attribute: "sso", name: "sso", inTray: there.SSO, here: plan.SSO, differ: !plan.SSO.Equal(there.SSO),
			summary: "Could not change the organization's single sign-on",
			remedy:  "Tray sets single sign-on up itself: open a support ticket",
		},
	}
}

// contradictions refuses what plan claims otherwise than it is, each on its argument.
// What is not known on either side does not count. With only, no other argument does.
func contradictions(diags *diag.Diagnostics, plan, there model, only ...string) {
	for _, f := range facts(plan, there) {
		if len(only) > 0 && !slices.Contains(only, f.attribute) || !f.differ || !given(f.here) || !given(f.inTray) {
			continue
		}
		if f.attribute == ownerEmail {
			anotherOwner(diags, there.OwnerEmail, plan.OwnerEmail)
			continue
		}
		diags.AddAttributeError(path.Root(f.attribute), f.summary,
			fmt.Sprintf("In Tray %s is %s, here it is %s. Write %s = %s here or remove the argument. %s.",
				f.attribute, f.inTray, f.here, f.attribute, f.inTray, f.remedy))
	}
}

const ownerEmail = "owner_email"

// anotherOwner asks TRAY001 about an Owner whom the configuration names.
func anotherOwner(diags *diag.Diagnostics, inTray, here base.Email) {
	known := policy.Organization{Users: map[string]policy.User{inTray.ValueString(): {Role: policy.Owner}}}
	named := policy.Change{Action: policy.NameOwner, Who: here.ValueString()}
	enforce.Violates(nil, enforce.Case{Changes: []policy.Change{named}, Rules: []*policy.Rule{policy.TRAY001OneOwner}, At: path.Root(ownerEmail)}, known, diags)
}

// unchecked warns of what plan claims and this Tray does not tell. What state has
// already was warned of when it was new.
func unchecked(diags *diag.Diagnostics, plan, state, there model) {
	before := facts(state, there)
	for i, f := range facts(plan, there) {
		if !given(f.here) || given(f.inTray) || f.here.Equal(before[i].here) {
			continue
		}
		diags.AddAttributeWarning(path.Root(f.attribute), "The organization's "+f.name+" is not checked",
			fmt.Sprintf("%s = %s is kept as it is written, because Tray's API does not tell it.", f.attribute, f.here))
	}
}

func given(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

// onlyTheUIRenames refuses another name on a live Tray. It serves a new name here and
// a name that somebody changed in the UI alike: both look the same.
func onlyTheUIRenames(diags *diag.Diagnostics, inTray, here string) {
	diags.AddAttributeError(path.Root("name"), "Could not rename the organization",
		fmt.Sprintf("In Tray the organization is named %q, after its Organization workspace, here it is %q, and this Tray does not let an API rename it. "+
			"Write name = %q here, or rename it in Tray's UI, as the Owner or an Admin: %s. "+
			"If you meant another organization, use its own token, with one provider alias for each organization.",
			inTray, here, inTray, whereToRename))
}

// renames warns, where the plan only shows a create, that there is something to lose.
func renames(diags *diag.Diagnostics, inTray, here string) {
	diags.AddAttributeWarning(path.Root("name"), "The organization is renamed",
		fmt.Sprintf("The token belongs to the organization %q. Adopting it gives it the name %q, for everybody in it.", inTray, here))
}

// entitled reports whether that role may change the organization, and otherwise says
// in diags who may. Doing is "rename the organization".
func entitled(diags *diag.Diagnostics, role, doing string, at ...path.Path) bool {
	if role == "" || tray.SameRole(role, "Owner") || tray.SameRole(role, "Admin") {
		return true
	}
	detail := fmt.Sprintf("It takes the Owner or an Admin of the organization, and the token's user has the organization role %s. "+
		"Use a token of an API user with the role Admin.", role)
	if len(at) > 0 {
		diags.AddAttributeError(at[0], "Could not "+doing, detail)
	} else {
		diags.AddError("Could not "+doing, detail)
	}
	return false
}

// sameOrganization reports whether the token still belongs to the organization that
// the state holds; another one is no proof that this one is gone.
func sameOrganization(diags *diag.Diagnostics, doing, inState, ofToken, name string) bool {
	if inState == ofToken {
		return true
	}
	other := ofToken
	if name != "" {
		other = fmt.Sprintf("%s (%s)", strconv.Quote(name), ofToken)
	}
	diags.AddError("Could not "+doing,
		fmt.Sprintf("The state holds the organization %s, and the provider's token belongs to %s. Use a token of the organization in the state: "+
			"each organization has a provider alias of its own. A state that was made where the management plane is served does not fit a live Tray, "+
			"where the id is that of the Organization workspace: start that one from a state of its own.", inState, other))
	return false
}

// stays warns that a destroy leaves the organization. Not adopt.Kind.Stays, which sends people
// to the UI to remove it: that ends no organization either.
func stays(diags *diag.Diagnostics, state model) {
	diags.AddWarning("The organization stays in Tray",
		fmt.Sprintf("No API ends an organization. Terraform forgets %s; its people, its workspaces and its name stay as they are.", object(state).Title()))
}
