// Package embedded implements tray_embedded_user: an end user of an organization with
// Embedded, and the token to act as one. Tray's Embedded API has them, which is GraphQL and
// takes a master token (facts: clients).
package embedded

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ resource.ResourceWithConfigure   = (*userResource)(nil)
	_ resource.ResourceWithIdentity    = (*userResource)(nil)
	_ resource.ResourceWithImportState = (*userResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*userResource)(nil)
	_ resource.ResourceWithMoveState   = (*userResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &userResource{} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &userList{} }}
}

// EphemeralResources lists the package's ephemeral resources for the provider.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return &ephemeralToken{} }}
}

type userResource struct{ base.Resource }

func (r *userResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = noun.Type
}

const resourceText = "An end user of an organization with Embedded: somebody, a company or an environment, on whose behalf instances of solutions run. " +
	"It is no user of the organization, and signs in nowhere.\n\n" +
	"**Works on a live Tray:** yes, with `master_token` in the provider block, where the organization has Embedded (`TRAY011`).\n\n" +
	"**Test users.** With `is_test_user = true` Tray does not bill the end user, and limits it: its workflows may stop after 72 hours. " +
	"Use it for development and for tests, never in production. Setting it to `false` begins the billing; the plan says so.\n\n" +
	"A destroy takes the solution instances and the authentications of the end user with it, for good.\n\n" +
	"**Requests:** one list of end users (100 a page) serves all of them in a run. A new one, and another `external_user_id`, is looked up once."

func (r *userResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{
			MarkdownDescription: "Name that Tray shows. It is changed in place.", Required: true, Validators: base.Name(255),
		},
		"external_user_id": schema.StringAttribute{
			MarkdownDescription: "What names the end user in your own system, such as a customer number or `acme-dev`. No other end user has it. It is changed in place.",
			Required:            true, Validators: base.Name(255),
		},
		"is_test_user": schema.BoolAttribute{
			MarkdownDescription: "Whether it is a test user, which is not billed and is limited. Omitted: a new one is none; later it stays as it is in Tray.",
			Optional:            true, Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"id": base.ID("end user"),
	}}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *userResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = base.Identity(map[string]string{"id": "Identifier of the end user, given by Tray."})
}

func (r *userResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	const doing = "create the end user"
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) || !Ready(ctx, r.Provider, noun.One, plan.ExternalID.ValueString(), noun.At, &resp.Diagnostics) {
		return
	}
	found, err := r.awaitExternal(ctx, plan)
	if !base.Vacant(noun, known(found), err, exists(plan), &resp.Diagnostics) {
		return
	}
	got, err := r.API.EmbeddedUsers.Create(ctx, plan.change(model{}))
	if base.Failed(&resp.Diagnostics, doing, err) {
		return
	}
	plan = plan.known(got)
	r.Hold(base.Applied(ctx, resp.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
}

// awaitExternal returns who has the external id of m, once they have had time to lose it.
func (r *userResource) awaitExternal(ctx context.Context, m model) ([]tray.EmbeddedUser, error) {
	return base.Await(ctx, func() ([]tray.EmbeddedUser, error) { return r.external(ctx, m) },
		func(u tray.EmbeddedUser) bool { return u.ID == m.ID.ValueString() })
}

func (r *userResource) external(ctx context.Context, m model) ([]tray.EmbeddedUser, error) {
	found, err := r.API.EmbeddedUsers.External(ctx, m.ExternalID.ValueString())
	if err != nil || found == nil {
		return nil, err
	}
	return []tray.EmbeddedUser{*found}, nil
}

func (r *userResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginRead(ctx, req, resp, object(state)) {
		return
	}
	// Before anything can return: the framework wants an identity even of what is gone.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	got, err := r.API.EmbeddedUsers.Get(ctx, state.ID.ValueString())
	if !r.Seen(ctx, noun, object(state), err, resp) {
		return
	}
	state.fromAPI(got)
	base.Remember(r.Provider, noun, "", state.ID.ValueString(), state)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *userResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	const doing = "change the end user"
	plan, state, _, ok := base.Changing[model](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	spec := plan.change(state)
	var err error
	if spec.ExternalID != nil {
		_, err = r.awaitExternal(ctx, plan)
	}
	if err == nil && spec != (tray.EmbeddedUserSpec{}) {
		var got *tray.EmbeddedUser
		if got, err = r.API.EmbeddedUsers.Update(ctx, state.ID.ValueString(), spec); err == nil {
			plan = plan.known(got)
		}
	}
	if base.Failed(&resp.Diagnostics, doing, err) {
		return
	}
	r.Hold(base.Applied(ctx, req.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
}

func (r *userResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) || r.HeldByAnother(base.Applied(ctx, req.Private), object(state)) {
		return
	}
	base.Failed(&resp.Diagnostics, "remove the end user", r.API.EmbeddedUsers.Remove(ctx, state.ID.ValueString()))
}

// ImportState takes an end user's id or external id, or an identity.
func (r *userResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	m, ok := r.named(ctx, req, &resp.Diagnostics)
	if ok && r.ClaimImport(ctx, noun, object(m), resp) {
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"id": m.ID})
	}
}

// MoveState implements resource.ResourceWithMoveState.
func (r *userResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(noun.Type, nil)
}
