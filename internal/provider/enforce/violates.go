package enforce

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Violates asks the rules about changes that they can judge by what the resource itself knows,
// and says in diags what these break; what other resources plan does not matter to them. It
// reads nothing and notes nothing, so it serves plans and applies alike, and without a
// configured provider. It reports whether there was an error.
func Violates(p *base.Provider, c Case, known policy.Organization, diags *diag.Diagnostics) (refused bool) {
	limits := policy.Limits{}
	if p.Ready(nil) {
		limits = Limits(p)
	}
	for _, r := range c.Rules {
		for _, v := range r.Judge(known, c.Changes, limits) {
			refused = c.say(v, diags) || refused
		}
	}
	return refused
}

// Rank is what is known of somebody's organization role: the one they have, and the change
// that this run plans so far, if it does.
func Rank(p *base.Provider, u *tray.User) (known policy.Organization, planned []policy.Change) {
	who := Person(u.Email, u.ID)
	known.Users = map[string]policy.User{who: {Role: u.Role.Name}}
	if role, changes := p.Ledger.Session.OrganizationRole(who); changes {
		planned = []policy.Change{{Action: policy.SetOrgRole, Who: who, Role: role}}
	}
	mayChange(p, known.Users, []policy.Change{{Who: who}})
	return known, planned
}
