package workspace

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// A workspace goes with everybody in it: the plan names them and counts them as removals,
// and the apply takes access from nobody whom the plan has not named.

// peopleKey holds, beside the plan of a destroy, whom it has named. Private data of such a
// plan travels to the apply.
const peopleKey = "people"

// losers are who loses access with the workspace, sorted, as policy names people. The token's
// own user, who made it or is there by an organization role, and the organization's Owner
// and Admins, who are in charge of every workspace, lose nothing that anybody gave them.
func (r *workspaceResource) losers(ctx context.Context, id string) ([]string, error) {
	members, err := r.API.Members.List(ctx, id)
	if err != nil {
		return nil, err
	}
	self, err := r.API.Management.Self(ctx)
	if err != nil {
		return nil, err
	}
	var who []string
	for _, m := range members {
		if self != nil && m.UserID == self.ID || r.inCharge(ctx, m) {
			continue
		}
		who = append(who, enforce.Person(m.Email, m.UserID))
	}
	slices.Sort(who)
	return who, nil
}

// inCharge reports whether a member is Owner or Admin of the organization. Tray makes those
// Admin in every workspace, so nobody asks about anybody else.
func (r *workspaceResource) inCharge(ctx context.Context, m tray.Member) bool {
	if !tray.SameRole(m.Role.Name, policy.Admin) {
		return false
	}
	u, err := r.API.Users.Get(ctx, m.UserID)
	return err == nil && (tray.SameRole(u.Role.Name, policy.Admin) || tray.SameRole(u.Role.Name, policy.Owner))
}

// planPeople names who loses the workspace and asks the guardrails (TRAY005).
func (r *workspaceResource) planPeople(ctx context.Context, i base.Instance, state model, resp *resource.ModifyPlanResponse) {
	id := state.ID.ValueString()
	who, err := r.losers(ctx, id)
	if err != nil {
		return
	}
	if named, err := json.Marshal(who); err == nil {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, peopleKey, named)...)
	}
	if len(who) == 0 || r.Ledger.Session.InApply() { // the destroy of a deposed one was judged before
		return
	}
	resp.Diagnostics.AddWarning("People lose the workspace", fmt.Sprintf("With the workspace %s these lose their access to it: %s. "+
		"The Owner and Admins of the organization, and the user of this token, are not counted.", object(state).Title(), some(who)))
	changes := []policy.Change{{Action: policy.DeleteWorkspace, Workspace: id, Mark: i.Mark}}
	for _, name := range who {
		changes = append(changes, policy.Change{Action: policy.RemoveMember, Workspace: id, Who: name, Mark: i.Mark})
	}
	enforce.Check(ctx, r.Provider, enforce.Case{Changes: changes, Rules: []*policy.Rule{policy.TRAY005Removals}, At: path.Empty()}, &resp.Diagnostics)
}

// some lists up to fifty.
func some(who []string) string {
	const most = 50
	if len(who) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(who[:most], ", "), len(who)-most)
	}
	return strings.Join(who, ", ")
}

// cameSince returns who would lose the workspace without having been named in the plan.
func (r *workspaceResource) cameSince(ctx context.Context, private base.PrivateState, id string) ([]string, error) {
	value, _ := private.GetKey(ctx, peopleKey)
	if len(value) == 0 { // the plan could not read them
		return nil, nil
	}
	var named []string
	if err := json.Unmarshal(value, &named); err != nil {
		return nil, err
	}
	now, err := r.losers(ctx, id)
	if err != nil && !tray.IsGone(err) {
		return nil, err
	}
	return slices.DeleteFunc(now, func(who string) bool { return slices.Contains(named, who) }), nil
}
