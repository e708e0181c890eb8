// Package authentication implements tray_authentication: the credentials with which
// workflows and connectors reach a third party. Tray documents single reads and writes of
// them, and no list. It replaces an authentication as a whole, secrets included, and checks
// the form of these alone.
package authentication

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ resource.ResourceWithConfigure   = (*authenticationResource)(nil)
	_ resource.ResourceWithIdentity    = (*authenticationResource)(nil)
	_ resource.ResourceWithImportState = (*authenticationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*authenticationResource)(nil)
	_ resource.ResourceWithMoveState   = (*authenticationResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &authenticationResource{} }}
}

type authenticationResource struct{ base.Resource }

func (r *authenticationResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = noun.Type
}

const resourceText = "An authentication: the credentials with which workflows and connectors reach a third party. It belongs to the user whose token makes it.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"Tray replaces an authentication as a whole: every change sends the credentials and the user data again. So a change needs them in the configuration, and they must be what was sent last, or their version changes in the same plan. " +
	"Otherwise the plan is refused, and says what is missing: nothing is overwritten by a wrong or an empty secret.\n\n" +
	"Tray checks the form of credentials alone and takes wrong ones. OAuth authentications that begin with somebody's consent are made in Tray's UI, and imported.\n\n" +
	"Tray has no list of authentications. When the answer to a creation is lost, the error says so: look under Authentications in Tray before you apply again, and import what is there.\n\n" +
	"**Requests:** one for each authentication in a refresh."

func (r *authenticationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{MarkdownDescription: "Name that people choose it by. It is changed in place.", Required: true, Validators: base.Name(0)},
		"service_environment_id": schema.StringAttribute{
			MarkdownDescription: "Environment of the service, as `tray_service_environment` and the data source `tray_service_environments` tell it. Another one replaces the authentication.",
			Required:            true, Validators: base.Word(), PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"scopes": schema.SetAttribute{
			MarkdownDescription: "OAuth scopes that were granted. Omitted: left as they are in Tray. `[]` takes them away.", ElementType: types.StringType,
			Optional: true, Computed: true, PlanModifiers: []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
		},
		"on_prem_agent_group_id": schema.StringAttribute{
			MarkdownDescription: "Group of on-premise agents through which the system is reached. Omitted: none.", Optional: true, Validators: base.Word(),
		},
		"id": base.ID("authentication"),
	}}
	attributes := resp.Schema.Attributes
	secretAttributes(credentials, attributes, "Credentials, as a JSON object: `jsonencode({ … })`. Their keys are those of the environment's `credentials_schema`.")
	secretAttributes(userData, attributes, "What else the service asks for, such as a host, as a JSON object. Its keys are those of the environment's `user_data_schema`.")
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *authenticationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "Identifier of the authentication, given by Tray.", RequiredForImport: true},
	}}
}

func (r *authenticationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	config, loaded := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok || !loaded || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) {
		return
	}
	spec, given, err := plan.spec(ctx, config)
	if base.Failed(&resp.Diagnostics, "create the authentication", err) {
		return
	}
	got, err := r.API.Authentications.Create(ctx, spec, given)
	if base.Failed(&resp.Diagnostics, "create the authentication", err) {
		return
	}
	plan.ID = types.StringValue(got.ID)
	if plan.Scopes.IsUnknown() {
		plan.Scopes = base.StringSet(got.Scopes)
	}
	plan.sent(ctx, config, resp.Private)
	r.Hold(base.Applied(ctx, resp.Private), plan.object())
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
}

// sent notes which secrets Tray has now.
func (m *model) sent(ctx context.Context, config model, private base.PrivateState) {
	m.CredentialsVersion = credentials.Sent(ctx, config.Credentials.ValueStringPointer(), m.CredentialsVersion, private)
	m.UserDataVersion = userData.Sent(ctx, config.UserData.ValueStringPointer(), m.UserDataVersion, private)
}

func (r *authenticationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginRead(ctx, req, resp, state.object()) {
		return
	}
	// Before anything can return: the framework wants an identity even of what is gone.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	got, err := r.API.Authentications.Get(ctx, state.ID.ValueString())
	if tray.IsGone(err) {
		r.Gone(ctx, noun, state.object(), resp)
		return
	}
	if base.Failed(&resp.Diagnostics, "read the authentication", err) {
		return
	}
	state.fromAPI(got)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *authenticationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	state, loaded := base.Load[model](ctx, req.State, &resp.Diagnostics)
	config, read := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok || !loaded || !read || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	if plan.sends(state) {
		// Once more: what was unknown in the plan is known now.
		if r.atHand(ctx, plan, state, config, req.Private, &resp.Diagnostics); resp.Diagnostics.HasError() {
			return
		}
		spec, given, err := plan.spec(ctx, config)
		if err == nil {
			_, err = r.API.Authentications.Update(ctx, state.ID.ValueString(), spec, given)
		}
		if base.Failed(&resp.Diagnostics, "change the authentication", err) {
			return
		}
		plan.sent(ctx, config, resp.Private)
	}
	r.Hold(base.Applied(ctx, req.Private), plan.object())
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
}

func (r *authenticationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) || r.HeldByAnother(base.Applied(ctx, req.Private), state.object()) {
		return
	}
	base.Failed(&resp.Diagnostics, "delete the authentication", r.API.Authentications.Delete(ctx, state.ID.ValueString()))
}

// ImportState takes an id, or an identity.
func (r *authenticationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	m := model{ID: types.StringValue(req.ID)}
	if req.ID == "" {
		given, ok := base.Load[identity](ctx, req.Identity, &resp.Diagnostics)
		if !ok {
			return
		}
		m.ID = given.ID
	}
	got, err := r.API.Authentications.Get(ctx, m.ID.ValueString())
	if base.Failed(&resp.Diagnostics, "import the authentication", err) {
		return
	}
	m.fromAPI(got)
	r.Ledger.Reading()
	if !r.Claim(base.Applied(ctx, resp.Private), policy.Imports, m.object(), noun.One, "", path.Empty(), &resp.Diagnostics) {
		return
	}
	base.Store(ctx, &resp.State, m, resp.Identity, m.identity(), &resp.Diagnostics)
}

// MoveState implements resource.ResourceWithMoveState.
func (r *authenticationResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(noun.Type, nil)
}
