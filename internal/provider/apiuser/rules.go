package apiuser

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var noun = base.Noun{Type: "tray_api_user", One: "API user", At: path.Root("name"),
	Identity: map[string]string{"workspace_id": "Workspace that it was made in.", "id": "Identifier of the API user, given by Tray."}}

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *apiUserResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, ok := base.PlanStep[model](ctx, req, diags)
	if !ok {
		return
	}
	i, ok := r.Stand(ctx, noun, step, object(state), object(plan), req, resp)
	if !ok || step == base.Destroy || !r.managed(ctx, plan, diags) {
		return
	}
	if step == base.Update {
		base.Remember(r.Provider, noun, i.Mark, state.ID.ValueString(), state)
		if plan.OrganizationRole.IsUnknown() && plan.WorkspaceID.Equal(state.WorkspaceID) { // else a new one chooses anew
			plan.OrganizationRole = state.OrganizationRole
			diags.Append(resp.Plan.SetAttribute(ctx, path.Root("organization_role"), plan.OrganizationRole)...)
		}
	}
	r.judge(ctx, plan, step, diags)
	if plan.Name.IsUnknown() || step == base.Update && plan.Name.Equal(state.Name) {
		return
	}
	found, err := r.named(ctx, plan)
	if err != nil {
		return
	}
	own := state.ID.ValueString()
	if step == base.Create {
		own = r.ReplacedID(ctx, noun, i, found)
	}
	r.Free(ctx, noun, object(plan), own, found, exists(plan), diags)
}

// judge asks the rules about the roles and the workspace of a plan.
func (r *apiUserResource) judge(ctx context.Context, plan model, step base.Step, diags *diag.Diagnostics) {
	who, workspace := plan.Name.ValueString(), plan.WorkspaceID.ValueString()
	known := policy.Organization{Workspaces: map[string]policy.Workspace{}}
	if w, err := r.API.Workspaces.Get(ctx, workspace); err == nil {
		known.Workspaces[workspace] = policy.Workspace{Name: w.Name, Type: string(w.Type)}
	}
	if step == base.Create {
		makes := policy.Change{Action: policy.CreateAPIUser, Who: who, Workspace: workspace, Role: plan.WorkspaceRole.ValueString()}
		if enforce.Violates(r.Provider, enforce.Case{Changes: []policy.Change{makes}, Rules: []*policy.Rule{policy.TRAY011SharedOnly}, At: path.Root("workspace_id")}, known, diags) {
			return
		}
	}
	ranks := policy.Change{Action: policy.CreateUser, Who: who, Role: plan.OrganizationRole.ValueString()}
	if enforce.Violates(r.Provider, enforce.Case{Changes: []policy.Change{ranks}, Rules: []*policy.Rule{policy.TRAY001OneOwner}, At: path.Root("organization_role")}, known, diags) {
		return
	}
	joins := policy.Change{Action: policy.AddMember, Who: who, Workspace: workspace, Role: plan.WorkspaceRole.ValueString()}
	enforce.Violates(r.Provider, enforce.Case{Changes: []policy.Change{ranks, joins}, Rules: []*policy.Rule{policy.TRAY002AdminIsAdmin}, At: path.Root("workspace_role")}, known, diags)
}

// managed reports whether this Tray lets an API make API users; else diags say where the UI
// does.
func (r *apiUserResource) managed(ctx context.Context, m model, diags *diag.Diagnostics) bool {
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, "reach the management plane", err) || managed {
		return err == nil
	}
	diags.AddAttributeError(noun.At, "Only Tray's UI makes API users",
		fmt.Sprintf("This Tray does not let an API make or change API users. Make %s in Tray's UI: Account settings > Tokens > Create API user, in a shared workspace. "+
			"Then remove this resource, and read the API user with the data source tray_user; tray_workspace_member manages its role in a workspace.", m.Name))
	return false
}

// roles finds the roles that the plan names. What it leaves to Tray has no id.
func (r *apiUserResource) roles(ctx context.Context, plan model, diags *diag.Diagnostics) (is roles, ok bool) {
	named, others, err := r.API.Roles.Named(ctx, plan.WorkspaceID.ValueString(), plan.WorkspaceRole.ValueString())
	if base.Failed(diags, "read the roles of the workspace", err) {
		return is, false
	}
	if is.workspace = named; named.ID == "" {
		diags.AddAttributeError(path.Root("workspace_role"), "Unknown workspace role", base.UnknownRole(plan.WorkspaceRole, others))
		return is, false
	}
	if plan.OrganizationRole.IsUnknown() || plan.OrganizationRole.IsNull() {
		return is, true
	}
	all, err := r.API.Roles.Organization(ctx)
	if base.Failed(diags, "read the roles of the organization", err) {
		return is, false
	}
	if is.organization, ok = tray.FindRole(all, plan.OrganizationRole.ValueString()); !ok {
		diags.AddAttributeError(path.Root("organization_role"), "Unknown role", base.UnknownRole(plan.OrganizationRole, all))
	}
	return is, ok
}

const form = "<workspace>/<API user>, each by id or by name"

// toImport is what an import names.
func (r *apiUserResource) toImport(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (m model, ok bool) {
	parts, ok := r.ImportPath(ctx, req, form, diags, "workspace_id", "id")
	if !ok {
		return m, false
	}
	u := Find(ctx, r.Provider, parts[0], parts[1], diags)
	if u == nil {
		return m, false
	}
	m.fromAPI(u)
	return m, true
}

// Find returns the API user of a workspace that an import names by id or by name; nil, with
// the reason in diags, when there is none.
func Find(ctx context.Context, p *base.Provider, workspaceID, name string, diags *diag.Diagnostics) *tray.APIUser {
	all, err := p.API.APIUsers.List(ctx, workspaceID)
	if base.Failed(diags, "import the API user", err) {
		return nil
	}
	i := slices.IndexFunc(all, func(u tray.APIUser) bool { return u.ID == name || u.Name == name })
	if i < 0 {
		diags.AddError("Could not find the API user", fmt.Sprintf("No API user of the workspace %s has the id or the name %q.", p.WorkspaceName(ctx, workspaceID), name))
		return nil
	}
	return &all[i]
}

func exists(m model) string {
	return fmt.Sprintf("The workspace has an API user named %s already.", m.Name)
}

// named are the API users that have the name of m, with their import ids.
func (r *apiUserResource) named(ctx context.Context, m model) ([]base.Found, error) {
	all, err := r.API.APIUsers.Named(ctx, m.WorkspaceID.ValueString(), m.Name.ValueString())
	return base.Known(all, func(u tray.APIUser) base.Found { return base.Found{ID: u.ID, Import: u.WorkspaceID + "/" + u.ID} }), err
}
