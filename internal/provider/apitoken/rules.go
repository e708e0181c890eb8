package apitoken

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/apiuser"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

type diagnostics = diag.Diagnostics

var noun = base.Noun{Type: "tray_api_token", One: "API token", At: path.Root("name"),
	Identity: map[string]string{"workspace_id": "Workspace of the API user.", "api_user_id": "API user that the token acts as.", "name": "Name of the token."}}

var ownName = base.Check("must not end as a rotated token's name does", func(s string) (string, string) {
	if strings.HasSuffix(s, second) {
		return "A name that rotations use", fmt.Sprintf("%q ends with %q, which every other token of a rotation has after its name. Leave the ending out.", s, second)
	}
	return "", ""
})

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *tokenResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok || m.RotateBefore.IsUnknown() || m.ValidFor.IsUnknown() {
		return
	}
	life, before, overlap := m.ValidFor.Get(), m.RotateBefore.Get(), m.Overlap.Get()
	switch {
	case before > 0 && m.ValidFor.IsNull():
		resp.Diagnostics.AddAttributeError(path.Root("rotate_before"), "Nothing to rotate before", "A token that never expires is not rotated. Give valid_for, or leave rotate_before out.")
	case before > 0 && before >= life:
		resp.Diagnostics.AddAttributeError(path.Root("rotate_before"), "Every plan would rotate the token",
			fmt.Sprintf("rotate_before is %s, and a token is valid for %s: each new one would be due at once. Write a shorter rotate_before.", m.RotateBefore, m.ValidFor))
	case before > 0 && overlap > life-before:
		resp.Diagnostics.AddAttributeError(path.Root("overlap"), "The overlap reaches the next rotation",
			fmt.Sprintf("The next rotation is due after %s, and would revoke the token of which %s are promised here. Write an overlap of %[1]s at most.", base.DurationText(life-before), m.Overlap))
	}
}

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *tokenResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, ok := base.PlanStep[model](ctx, req, diags)
	if !ok {
		return
	}
	i, stands := r.Stand(ctx, noun, step, object(state), object(plan), req, resp)
	if diags.HasError() {
		return
	}
	switch step {
	case base.Create:
		r.planCreate(ctx, i, stands, plan, req.Config, resp)
	case base.Update:
		base.Remember(r.Provider, noun, i.Mark, state.ID.ValueString(), state)
		if given, ok := base.Load[model](ctx, req.Config, diags); ok {
			diags.Append(resp.Plan.Set(ctx, plan.rotated(state, given.ValidFor, base.Noted[due](ctx, req.Private, dueKey)))...)
		}
	}
}

func (r *tokenResource) planCreate(ctx context.Context, i base.Instance, stands bool, plan model, config tfsdk.Config, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	if given, ok := base.Load[model](ctx, config, diags); ok && given.ValidFor.IsNull() {
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root("valid_for"), base.NoDuration())...)
	}
	diags.Append(resp.Plan.SetAttribute(ctx, path.Root("previous_id"), types.StringNull())...)
	diags.Append(resp.Plan.SetAttribute(ctx, path.Root("previous_until"), types.StringNull())...)
	if !stands || !managed(ctx, r.Provider, plan.Name.ValueString(), diags) || !inShared(ctx, r.Provider, plan.WorkspaceID.ValueString(), plan.APIUserID.ValueString(), diags) {
		return
	}
	if found, err := r.named(ctx, plan); err == nil {
		r.Free(ctx, noun, object(plan), r.ReplacedID(ctx, noun, i, found), found, exists(plan), diags)
	}
}

// rotated is the plan of a token that is there: another one is made when it is due, or is
// to live for another time. What is given is not known in every plan: the apply's second
// plan knows it, and may then leave the token as it is. An imported one, which has no value,
// stays: whoever made it chose how long it lives.
func (m model) rotated(state model, given base.DurationValue, now due) model {
	if given.IsNull() {
		m.ValidFor = state.ValidFor
	}
	otherLife := given.IsUnknown() || !m.ValidFor.Equal(state.ValidFor) && !m.ValidFor.Is(state.ValidFor)
	if otherLife && !state.Value.IsNull() || now.Lost || now.Rotate && m.RotateBefore.Get() > 0 {
		m.ID, m.TokenName, m.Value, m.ExpiresAt = types.StringUnknown(), types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
		m.PreviousID, m.PreviousUntil = types.StringUnknown(), types.StringUnknown()
		return m
	}
	m.ID, m.TokenName, m.Value, m.ExpiresAt = state.ID, state.TokenName, state.Value, state.ExpiresAt
	m.PreviousID, m.PreviousUntil = state.PreviousID, state.PreviousUntil
	if now.Revoke {
		m.PreviousID, m.PreviousUntil = types.StringNull(), types.StringNull()
	}
	return m
}

// managed reports whether this Tray lets an API make tokens; else diags say where the UI does.
func managed(ctx context.Context, p *base.Provider, name string, diags *diagnostics) bool {
	managed, err := p.API.Management.Available(ctx)
	if base.Failed(diags, "reach the management plane", err) || managed {
		return err == nil
	}
	diags.AddAttributeError(noun.At, "Only Tray's UI makes API tokens",
		fmt.Sprintf("This Tray does not let an API make or revoke tokens. Make %q in Tray's UI: Account settings > Tokens, at the API user. "+
			"Then remove this block, and hand the token as a sensitive variable to whatever needs it.", name))
	return false
}

// inShared asks TRAY011 about the workspace of the API user.
func inShared(ctx context.Context, p *base.Provider, workspace, user string, diags *diagnostics) bool {
	known := policy.Organization{Workspaces: map[string]policy.Workspace{}}
	if w, err := p.API.Workspaces.Get(ctx, workspace); err == nil {
		known.Workspaces[workspace] = policy.Workspace{Name: w.Name, Type: string(w.Type)}
	}
	acts := policy.Change{Action: policy.CreateAPIUser, Who: user, Workspace: workspace}
	return !enforce.Violates(p, enforce.Case{Changes: []policy.Change{acts}, Rules: []*policy.Rule{policy.TRAY011SharedOnly}, At: path.Root("workspace_id")}, known, diags)
}

// named are the tokens of the API user that have the name of m, with their import ids.
func (r *tokenResource) named(ctx context.Context, m model) ([]base.Found, error) {
	all, err := r.API.APITokens.List(ctx, m.WorkspaceID.ValueString(), m.APIUserID.ValueString())
	all = slices.DeleteFunc(all, func(k tray.APIToken) bool { return k.Name != m.Name.ValueString() })
	return base.Known(all, func(k tray.APIToken) base.Found {
		return base.Found{ID: k.ID, Import: k.WorkspaceID + "/" + k.UserID + "/" + k.ID}
	}), err
}

// gone ends a Read of a token that is proven to be gone: revoked, or expired as it was to.
func (r *tokenResource) gone(ctx context.Context, state model, resp *resource.ReadResponse) {
	at := instant(state.ExpiresAt)
	if at.IsZero() || r.API.Now().Before(at) {
		r.Gone(ctx, noun, object(state), resp)
		return
	}
	resp.Diagnostics.AddWarning("The API token has expired", fmt.Sprintf("%q expired at %s, and Tray keeps nothing of it. "+
		"It leaves the state; while the configuration still has it, this plan makes another. With rotate_before a plan makes the next one in time.", state.Name.ValueString(), state.ExpiresAt.ValueString()))
	resp.State.RemoveResource(ctx)
}

const form = "<workspace>/<API user>/<token>, each by id or by name"

// toImport is what an import names.
func (r *tokenResource) toImport(ctx context.Context, req resource.ImportStateRequest, diags *diagnostics) (m model, ok bool) {
	parts, ok := r.ImportPath(ctx, req, form, diags, "workspace_id", "api_user_id", "name")
	if !ok {
		return m, false
	}
	u := apiuser.Find(ctx, r.Provider, parts[0], parts[1], diags)
	if u == nil {
		return m, false
	}
	all, err := r.API.APITokens.List(ctx, parts[0], u.ID)
	if base.Failed(diags, "import the API token", err) {
		return m, false
	}
	name := parts[2] // of a rotation, the newest
	for _, k := range slices.Backward(all) {
		if k.ID == name || k.Name == name || strings.TrimSuffix(k.Name, second) == name {
			m.fromAPI(&k)
			return m, true
		}
	}
	diags.AddError("Could not find the API token", fmt.Sprintf("The API user %s has no token with the id or the name %q. One that has expired is gone.", u.Name, name))
	return m, false
}

func exists(m model) string {
	return fmt.Sprintf("The API user has a token named %s already. Tray tells a token's value once, so that an imported one has none: "+
		"where an apply that was cut off has made it, import it, and make it anew with `terraform apply -replace`.", m.Name)
}
