package membershipset

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/law"
	"github.com/tray-community/terraform-provider-tray/internal/provider/rule"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// asked are the rules that a plan of memberships is put to. TRAY009 and TRAY012 have
// their own words here: they concern many people at once.
var asked = []rule.Rule{rule.TRAY002AdminIsAdmin, rule.TRAY003LastAdmin, rule.TRAY004OwnUser, rule.TRAY005Removals, rule.TRAY008OneManager}

// planChange checks what the plan does with want; was is the state, nil on a create.
// Nothing is read for a resource that changes nothing, and a read that fails leaves the
// verdict to the apply.
func (g *governor) planChange(ctx context.Context, was *document, want document, diags *diag.Diagnostics) {
	var managed map[string]seat
	if was != nil {
		managed = was.active()
	}
	if was == nil && !g.takesMembers(ctx, want.workspace, diags) {
		return
	}
	now, err := g.gather(ctx, want.scope, want.seats, managed)
	if err != nil {
		return
	}
	c := want.diff(now, want.seats, managed)
	_, _ = g.roles(ctx, want.scope, slices.Concat(c.add, c.raise, c.lower), want.at, diags) // what cannot be read, the apply says
	if was == nil && !want.overwrite {
		g.refuseExisting(ctx, want, c, diags)
	}
	g.planWaiting(ctx, want, c.waiting, diags)
	if diags.HasError() {
		return
	}
	warnUnseen(c.remove, managed, diags)
	law.Judge(ctx, g.Provider, law.Case{
		Acts: c.acts(want.workspace), Known: now.known(), Rules: asked,
		At: want.all, Person: want.at, Whole: want.form == rule.AllMembers,
	}, diags)
}

// refuseExisting is TRAY012 for a workspace that others are in already.
func (g *governor) refuseExisting(ctx context.Context, want document, c changes, diags *diag.Diagnostics) {
	there := slices.Concat(c.remove, c.raise, c.lower)
	if len(there) == 0 {
		return
	}
	name, id := want.workspace, want.workspace
	if w, err := g.API.Workspaces.Get(ctx, want.workspace); err == nil {
		name = w.Name
	}
	resourceType := string(want.form)
	if want.role != "" {
		id += "/" + canonical(want.role)
	}
	base.Exists(diags, want.all, fmt.Sprintf("The workspace %s has members whom this resource does not name, or names with another role:%s\n\n"+
		"To let the creation remove or change them, set overwrite_existing = true.", name, lines(there)), resourceType, id)
}

// planWaiting warns of people whom nobody seems to have invited. A tray_user of the same
// plan may still do so: the apply knows.
func (g *governor) planWaiting(ctx context.Context, want document, waiting []seat, diags *diag.Diagnostics) {
	strangers, _, err := g.unInvited(ctx, waiting)
	if err != nil {
		return
	}
	for _, s := range strangers {
		diags.AddAttributeWarning(want.at(base.FoldEmail(s.email)), "Nobody has this address yet",
			fmt.Sprintf("Nobody in the organization has the address %s, and this plan has not come across an invitation for it. Is it spelled right? "+
				"Otherwise declare the person with tray_user, and refer to its email here, so that the invitation goes out first (TRAY009).", s.email))
	}
}

// warnUnseen lists those who go although the state does not have them, and the plan's
// own table therefore cannot show them.
func warnUnseen(remove []move, managed map[string]seat, diags *diag.Diagnostics) {
	unseen := slices.DeleteFunc(slices.Clone(remove), func(m move) bool {
		_, ours := managed[m.who]
		return ours
	})
	if len(unseen) > 0 {
		diags.AddWarning("Members are removed whom the state does not have",
			"They are in the workspace, and this resource stands for them from now on but does not name them:"+lines(unseen))
	}
}

// planDestroy asks the rules about everybody who leaves with the resource.
func (g *governor) planDestroy(ctx context.Context, was document, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	mark := base.Planned(ctx, req, resp, nil).Mark
	if g.Ready(nil) {
		g.Plan.Reading()
	}
	c := changes{}
	for who, s := range was.active() {
		c.remove = append(c.remove, move{occupant: occupant{who: who, email: s.email, role: s.role}, email: s.email})
	}
	acts := c.acts(was.workspace)
	for i := range acts {
		acts[i].Form, acts[i].Mark = was.form, mark
	}
	slices.SortFunc(acts, func(a, b rule.Act) int {
		if a.Who < b.Who {
			return -1
		}
		return 1
	})
	law.Judge(ctx, g.Provider, law.Case{Acts: acts, Rules: asked, Whole: was.form == rule.AllMembers}, &resp.Diagnostics)
}

// canonical is how an identity and an import id write a role: as Tray does.
func canonical(role string) string {
	for _, known := range []string{rule.Admin, rule.Contributor, rule.Viewer} {
		if tray.SameRole(role, known) {
			return known
		}
	}
	return role
}
