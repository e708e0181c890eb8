// Package service implements tray_custom_service and the data source tray_services. A
// custom service says how people authenticate with a system that Tray has no connector for.
// Tray makes them in its UI only: without the management plane one is adopted by its unique
// name, which the documented list of environments proves.
package service

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/adopt"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var _ base.Whole = (*serviceResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &serviceResource{base.ResourceOf(kind.Noun)} }}
}

type serviceResource struct{ base.NounResource }

const resourceText = "A custom service: how people authenticate with a system of your own, for the HTTP client and for custom connectors.\n\n" +
	"**Works on a live Tray:** adopts only: it takes over the custom service that `unique_name` names.\n\n" +
	"A service in the Organization workspace serves every workspace, and nobody but its maker and the organization's Admins and Owner edits it; " +
	"one in another workspace serves that workspace, whose Contributors edit it. One in a Personal workspace moves to the Organization workspace in place; any other move replaces it.\n\n" +
	"Tray generates `unique_name` when a service is made and keeps it for good, whatever becomes of `name`: connectors are bound to it. " +
	"`{{key}}` in a URL, in `client_id` or in `client_secret_wo` stands for what people enter, and must be a property of one of the two schemas.\n\n" +
	"On a live Tray, whose API makes and lists no services, write `unique_name`: the plan finds the service by it and compares the kind of authentication, the schemas and the scopes. " +
	"What that Tray does not tell is kept as it is written, with a warning, and a destroy forgets the service.\n\n" +
	"Names may pass from one service to another in one plan: the one that takes the name says so with `depends_on`.\n\n" +
	"**Requests:** one list of services (100 a page) serves every service in a run. On a live Tray, one list of environments for each service."

func (r *serviceResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	object := func(text string) schema.StringAttribute {
		return base.LeftSchema("JSON Schema, of type object, of " + text + " Omitted: left as it is in Tray. How it is laid out does not matter.")
	}
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"workspace_id": base.Required("Workspace that it is made in: the Organization workspace for one that serves every workspace.", base.Word()),
		"name":         base.Required("Name that people see, 1 to 255 characters, unique in its workspace. It is changed in place.", base.Name(255)),
		"description":  base.Left("Free text. Omitted: left as it is in Tray. `\"\"` clears it.", nil),
		"authentication_type": base.Needed("Kind of authentication: `token`, `oauth1`, `oauth2`, `oauth2password` or `oauth2client_credentials`. Another kind replaces the service.",
			[]validator.String{stringvalidator.OneOf(kinds...)}),
		"authorization_url":  base.Optional("Where people are asked for consent. `oauth1` and `oauth2` need it.", base.Word()),
		"token_url":          base.Optional("Where access tokens are issued. Every kind but `token` needs it.", base.Word()),
		"client_id":          base.Optional("Client id of the OAuth app. Every kind but `token` needs it.", base.Word()),
		"scopes":             base.LeftMap("OAuth scopes that authentications can ask for: a map from scope to description. Omitted: left as they are in Tray. Of no use with `token`."),
		"credentials_schema": object("the secrets that an authentication holds."),
		"user_data_schema":   object("what else people enter for an authentication."),
		"unique_name":        base.Left("Name that Tray has generated, for connectors and authentications. Only on a live Tray it is written here, to adopt the service.", base.Word()),
		"id":                 base.ID("custom service, which a live Tray does not tell"),
		"owner_id":           base.Given("User who owns it: who made it or, in a Personal workspace, whose that is. A live Tray does not tell."),
		"version":            schema.Int64Attribute{MarkdownDescription: "Version of the service, a whole number; of a custom one, 1.", Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}},
		"adopted":            base.Adopted(),
	}}
	secret.Attributes(resp.Schema.Attributes, "Client secret of the OAuth app. Every kind but `token` needs it when the service is made.")
}

func (r *serviceResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config, managed, ok := adopt.Making[model](ctx, r.Provider, kind, req, resp)
	if !ok {
		return
	}
	if managed {
		r.make(ctx, &plan, config, resp)
	} else {
		r.adopt(ctx, &plan, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Adopted = types.BoolValue(!managed)
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

// make creates a service on the management plane.
func (r *serviceResource) make(ctx context.Context, plan *model, config model, resp *resource.CreateResponse) {
	if !base.Vacated(ctx, kind.Noun, r.named, *plan, exists(*plan), &resp.Diagnostics) {
		return
	}
	spec := plan.change(model{})
	spec.WorkspaceID, spec.AuthenticationType = nil, plan.AuthenticationType.ValueStringPointer()
	spec.ClientSecret = config.Secret.ValueStringPointer()
	got, err := r.API.Services.Create(ctx, plan.WorkspaceID.ValueString(), spec)
	if base.Failed(&resp.Diagnostics, "create the custom service", err) {
		return
	}
	plan.SecretVersion = secret.Sent(ctx, spec.ClientSecret, plan.SecretVersion, resp.Private)
	plan.fromAPI(got)
}

func (r *serviceResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), state.identity(), req, resp) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	switch {
	case err != nil:
	case managed:
		err = r.read(ctx, &state)
	default:
		err = r.readLive(ctx, &state)
	}
	if !r.Seen(ctx, kind.Noun, object(state), err, resp) {
		return
	}
	state.Adopted = base.Default(state.Adopted, types.BoolValue(!managed))
	r.StoreRead(ctx, kind.Noun, object(state), state, resp)
}

func (r *serviceResource) read(ctx context.Context, state *model) error {
	got, err := r.API.Services.Get(ctx, state.ID.ValueString())
	if err == nil {
		state.fromAPI(got)
	}
	return err
}

func (r *serviceResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, config, managed, ok := adopt.Changing[model](ctx, r.Provider, kind, req, &resp.Diagnostics)
	if !ok {
		return
	}
	if managed {
		r.change(ctx, &plan, state, config, resp)
	} else {
		r.adopt(ctx, &plan, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.StoreChanged(ctx, object(plan), plan, plan.identity(), req, resp)
}

// change changes a service on the management plane.
func (r *serviceResource) change(ctx context.Context, plan *model, state, config model, resp *resource.UpdateResponse) {
	spec := plan.change(state)
	spec.ClientSecret = secret.Value(config.Secret, plan.SecretVersion, state.SecretVersion)
	if spec.Name != nil && !base.Awaited(ctx, kind.Noun, r.named, *plan, plan.UniqueName.ValueString(), &resp.Diagnostics) {
		return
	}
	if !spec.IsEmpty() {
		got, err := r.API.Services.Update(ctx, state.ID.ValueString(), spec)
		if base.Failed(&resp.Diagnostics, "change the custom service", err) {
			return
		}
		*plan = plan.known(got)
	}
	plan.SecretVersion = secret.Sent(ctx, spec.ClientSecret, plan.SecretVersion, resp.Private)
}

func (r *serviceResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !kind.Deleting(ctx, r.Provider, req, object(state), stays, &resp.Diagnostics) {
		return
	}
	base.Failed(&resp.Diagnostics, "delete the custom service", r.API.Services.Delete(ctx, state.ID.ValueString()))
}

// ImportState takes a unique name, an id, "<workspace>/<name>", or an identity.
func (r *serviceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	parts, ok := base.ImportNames(ctx, req, form, &resp.Diagnostics, "unique_name")
	if !ok {
		return
	}
	m, ok := r.find(ctx, parts[0], &resp.Diagnostics)
	if ok && r.ClaimImport(ctx, kind.Noun, object(m), resp) {
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"unique_name": m.UniqueName, "id": m.ID})
	}
}
