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

var _ base.Whole = (*userResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &userResource{base.ResourceOf(noun)} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &userList{userResource{base.ResourceOf(noun)}} }}
}

// EphemeralResources lists the package's ephemeral resources for the provider.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return &ephemeralToken{} }}
}

type userResource struct{ base.NounResource }

const resourceText = "An end user of an organization with Embedded: somebody, a company or an environment, on whose behalf instances of solutions run. " +
	"It is no user of the organization, and signs in nowhere.\n\n" +
	"**Works on a live Tray:** yes, with `master_token` in the provider block, where the organization has Embedded (`TRAY011`).\n\n" +
	"**Test users.** With `is_test_user = true` Tray does not bill the end user, and limits it: its workflows may stop after 72 hours. " +
	"Use it for development and for tests, never in production. Setting it to `false` begins the billing; the plan says so.\n\n" +
	"A destroy takes the solution instances and the authentications of the end user with it, for good.\n\n" +
	"**Requests:** one list of end users (100 a page) serves all of them in a run. A new one, and another `external_user_id`, is looked up once."

func (r *userResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"name":             base.Required("Name that Tray shows. It is changed in place.", base.Name(255)),
		"external_user_id": base.Required("What names the end user in your own system, such as a customer number or `acme-dev`. No other end user has it. It is changed in place.", base.Name(255)),
		"is_test_user": schema.BoolAttribute{
			MarkdownDescription: "Whether it is a test user, which is not billed and is limited. Omitted: a new one is none; later it stays as it is in Tray.",
			Optional:            true, Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"id": base.ID("end user"),
	}}
}

func (r *userResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) || !Ready(ctx, r.Provider, noun.One, plan.ExternalID.ValueString(), noun.At, &resp.Diagnostics) {
		return
	}
	if !base.Vacated(ctx, noun, r.named, plan, exists(plan), &resp.Diagnostics) {
		return
	}
	got, err := r.API.EmbeddedUsers.Create(ctx, plan.change(model{}))
	if base.Failed(&resp.Diagnostics, "create the end user", err) {
		return
	}
	plan = plan.known(got)
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

func (r *userResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), state.identity(), req, resp) {
		return
	}
	got, err := r.API.EmbeddedUsers.Get(ctx, state.ID.ValueString())
	if !r.Seen(ctx, noun, object(state), err, resp) {
		return
	}
	state.fromAPI(got)
	r.StoreRead(ctx, noun, object(state), state, resp)
}

func (r *userResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, _, ok := base.Changing[model](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	spec := plan.change(state)
	if spec.ExternalID != nil && !base.Awaited(ctx, noun, r.named, plan, plan.ID.ValueString(), &resp.Diagnostics) {
		return
	}
	if spec != (tray.EmbeddedUserSpec{}) {
		got, err := r.API.EmbeddedUsers.Update(ctx, state.ID.ValueString(), spec)
		if base.Failed(&resp.Diagnostics, "change the end user", err) {
			return
		}
		plan = plan.known(got)
	}
	r.StoreChanged(ctx, object(plan), plan, plan.identity(), req, resp)
}

func (r *userResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Deleting(ctx, object(state), req, &resp.Diagnostics) {
		return
	}
	base.Failed(&resp.Diagnostics, "remove the end user", r.API.EmbeddedUsers.Remove(ctx, state.ID.ValueString()))
}

// ImportState takes an end user's id or external id, or an identity.
func (r *userResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	m, ok := r.toImport(ctx, req, &resp.Diagnostics)
	if ok && r.ClaimImport(ctx, noun, object(m), resp) {
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"id": m.ID})
	}
}
