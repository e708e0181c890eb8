package membershipset

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ resource.ResourceWithConfigure      = (*roleResource)(nil)
	_ resource.ResourceWithIdentity       = (*roleResource)(nil)
	_ resource.ResourceWithImportState    = (*roleResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*roleResource)(nil)
	_ resource.ResourceWithValidateConfig = (*roleResource)(nil)
	_ resource.ResourceWithMoveState      = (*roleResource)(nil)
)

// NewRoleResource returns the tray_workspace_role_members resource.
func NewRoleResource() resource.Resource { return &roleResource{} }

type roleResource struct{ reconciler }

// roleModel is tray_workspace_role_members in configuration, plan and state.
type roleModel struct {
	settings
	Role   base.Role `tfsdk:"role"`
	Emails types.Set `tfsdk:"emails"`
}

// roleIdentity has the role as Tray writes it, so that spelling does not change it.
type roleIdentity struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	Role        types.String `tfsdk:"role"`
}

func (r *roleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspace_role_members"
}

const roleText = "Everybody with one role in one workspace: whoever has the role and is not named here is removed from the workspace. Members with other roles are left alone.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"It suits workspaces whose Admins belong to one team and whose Viewers to another. Somebody who is named here and has another role gets this one. " +
	"Taken out of one role and named for another in the same plan, a person changes roles. " +
	"Otherwise it behaves as `tray_workspace_members` does, for one role. Additions come first and removals last. People who have not joined yet are `pending`, and access ends by `expires_at`. Machines and organization Admins are left alone. " +
	"A role that somebody else has already must be imported (`TRAY012`). A membership has one manager (`TRAY008`).\n\n" +
	"**Requests:** as `tray_workspace_members`: one list of members per workspace, shared by all its resources."

func (r *roleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := settingsAttributes()
	attributes["role"] = schema.StringAttribute{
		MarkdownDescription: "Role in the workspace: `Admin`, `Contributor` or `Viewer`. Letter case does not count. Another role replaces the resource.",
		CustomType:          base.RoleType{},
		Required:            true,
		Validators:          base.WorkspaceRole(),
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(
			func(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
				resp.RequiresReplace = req.PlanValue.IsUnknown() || !tray.SameRole(req.PlanValue.ValueString(), req.StateValue.ValueString())
			}, "Another role replaces the resource.", "Another role replaces the resource.")},
	}
	attributes["emails"] = schema.SetAttribute{
		MarkdownDescription: "E-mail addresses of everybody with the role. Letter case does not count; the state keeps your spelling.",
		ElementType:         base.EmailType{},
		Required:            true,
	}
	resp.Schema = schema.Schema{MarkdownDescription: roleText, Attributes: attributes}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *roleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"workspace_id": identityschema.StringAttribute{Description: "Identifier of the workspace.", RequiredForImport: true},
		"role":         identityschema.StringAttribute{Description: "Role in the workspace.", RequiredForImport: true},
	}}
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *roleResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := base.Load[roleModel](ctx, req.Config, &resp.Diagnostics)
	if !ok || m.Emails.IsUnknown() {
		return
	}
	if detail := base.SpelledTwice(addresses(m.Emails)); detail != "" {
		resp.Diagnostics.AddAttributeError(path.Root("emails"), "One person is named twice", detail)
	}
	m.check(m.entries(), path.Root("emails"), &resp.Diagnostics)
	if knownSet(m.Emails) {
		checkDates(m.ExpiresAt, m.entries(), path.Root("emails"), &resp.Diagnostics)
	}
}

// ModifyPlan implements resource.ResourceWithModifyPlan.
func (r *roleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	step, plan, state, ok := base.PlanStep[roleModel](ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	var was, want *desired
	if step != base.Create {
		d := state.desired()
		was = &d
	}
	if step != base.Destroy && plan.known() && !plan.Role.IsUnknown() {
		d := plan.desired()
		want = &d
	}
	i, ok := r.planStand(ctx, was, want, &plan.settings, knownSet(plan.Emails), req, resp)
	if !ok {
		return
	}
	planned, same := r.planWhole(ctx, i, was, want, state.settings, plan.settings, req, resp)
	if same {
		plan.Role, plan.Emails = state.Role, state.Emails
	}
	plan.settings = planned
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (r *roleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[roleModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) {
		return
	}
	want := plan.desired()
	r.applyEnds(ctx, resp.Private, nil, &want, plan.settings)
	got := r.reconcile(ctx, base.Applied(ctx, resp.Private), nil, want, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() { // no state, as in tray_workspace_members
		return
	}
	plan.settings = r.identified(ctx, plan.settings, plan.Role.ValueString())
	got.roster.save(ctx, resp.Private)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan.with(got))...)
}

func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[roleModel](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginRead(ctx, req, resp) {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	state.settings = state.withDefaults()
	if got, read := r.refresh(ctx, state.desired(), req, resp); read {
		state.settings = r.identified(ctx, state.settings, state.Role.ValueString())
		resp.Diagnostics.Append(resp.State.Set(ctx, state.with(got))...)
	}
}

func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, ok := base.Load[roleModel](ctx, req.Plan, &resp.Diagnostics)
	state, ok2 := base.Load[roleModel](ctx, req.State, &resp.Diagnostics)
	if !ok || !ok2 || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	plan.settings = r.identified(ctx, plan.settings, plan.Role.ValueString())
	was, want := state.desired(), plan.desired()
	r.applyEnds(ctx, req.Private, &was, &want, plan.settings)
	if r.writesNothing(was, want, state.settings, &plan.settings) { // spelling, or dates
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	ro := loadRoster(ctx, req.Private)
	if got := r.reconcile(ctx, base.Applied(ctx, req.Private), &was, want, ro, &resp.Diagnostics); got.read {
		got.roster.save(ctx, resp.Private)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan.with(got))...)
	}
}

func (r *roleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[roleModel](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	ro := loadRoster(ctx, req.Private)
	if got := r.clear(ctx, base.Applied(ctx, req.Private), state.desired(), ro, req.Private, &resp.Diagnostics); got.read {
		resp.Diagnostics.Append(resp.State.Set(ctx, state.with(got))...)
	}
}

// ImportState takes "<workspace id or name>/<role>", or an identity.
func (r *roleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	diags := &resp.Diagnostics
	if !r.Ready(diags) {
		return
	}
	workspace, role, ok := r.importNames(ctx, req, diags)
	if !ok {
		return
	}
	w := base.FindWorkspace(ctx, r.API, workspace, diags)
	if w == nil || !r.takesMembers(ctx, w.ID, diags) {
		return
	}
	roles, err := r.API.Roles.Workspace(ctx, w.ID)
	if base.Failed(diags, "read the roles of the workspace", err) {
		return
	}
	found, ok := tray.FindRole(roles, role)
	if !ok {
		diags.AddError("Unknown workspace role", base.UnknownRole(base.RoleValue(role), roles))
		return
	}
	diags.Append(resp.State.SetAttribute(ctx, path.Root("workspace_id"), w.ID)...)
	diags.Append(resp.State.SetAttribute(ctx, path.Root("role"), base.RoleValue(found.Name))...)
	diags.Append(resp.Identity.Set(ctx, roleIdentity{types.StringValue(w.ID), types.StringValue(canonical(found.Name))})...)
}

func (r *roleResource) importNames(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (workspace, role string, ok bool) {
	if req.ID == "" {
		named, ok := base.Load[roleIdentity](ctx, req.Identity, diags)
		return named.WorkspaceID.ValueString(), named.Role.ValueString(), ok
	}
	cut := strings.LastIndex(req.ID, "/") // names of workspaces may hold slashes
	if cut <= 0 || cut == len(req.ID)-1 {
		diags.AddError("Could not read the import id",
			fmt.Sprintf("%q is not of the form <workspace>/<role>: the workspace's id or name, a slash, the role, such as sales-prod/Admin.", req.ID))
		return "", "", false
	}
	return req.ID[:cut], req.ID[cut+1:], true
}

func (m roleModel) identity() roleIdentity {
	return roleIdentity{m.WorkspaceID, types.StringValue(canonical(m.Role.ValueString()))}
}

func (m roleModel) entries() map[string]entry {
	entries := map[string]entry{}
	for _, email := range addresses(m.Emails) {
		entries[base.FoldEmail(email)] = entry{email, m.Role.ValueString()}
	}
	return entries
}

func (m roleModel) desired() desired {
	all := path.Root("emails")
	return desired{
		scope: m.scope(policy.OneRole, m.Role.ValueString()), words: wording(m.scope(policy.OneRole, m.Role.ValueString()), m.entries()), entries: m.entries(), pending: m.pendingPeople(), dates: m.ExpiresAt.Dates(), ended: foldedSet(m.Ended), overwrite: m.OverwriteExisting.ValueBool(),
		all: all, at: func(string) path.Path { return all },
	}
}

func (m roleModel) with(got result) roleModel {
	m.settings = m.report(got)
	emails := []attr.Value{}
	for _, who := range slices.Sorted(maps.Keys(got.entries)) {
		emails = append(emails, base.EmailValue(got.entries[who].email))
	}
	m.Emails = types.SetValueMust(base.EmailType{}, emails)
	return m
}

func knownSet(set types.Set) bool {
	return !set.IsUnknown() && !slices.ContainsFunc(set.Elements(), attr.Value.IsUnknown)
}
