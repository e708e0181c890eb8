// Package environment implements tray_service_environment and the data source
// tray_service_environments. An environment is an OAuth app with which authentications of a
// service are made. Tray documents that they are listed, and makes them in its UI only:
// without the management plane one is adopted by its title.
package environment

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/adopt"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ base.Whole = (*environmentResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &environmentResource{base.ResourceOf(kind.Noun)} }}
}

type environmentResource struct{ base.NounResource }

const resourceText = "An environment of a service: an OAuth app of your own, which people choose when they make an authentication.\n\n" +
	"**Works on a live Tray:** adopts only: it takes over the environment of that title.\n\n" +
	"Every service has the environment `Production`, with the app that the service itself was made with; further ones, such as `Sandbox`, are resources of this type. " +
	"Authentications, connectors and the Config Wizard name an environment by its `id`, which is the same for as long as it lives.\n\n" +
	"On a live Tray the plan finds the environment by its title in the list that Tray documents, and compares the scopes. That list does not tell the client id: it is kept as it is written. " +
	"One that is missing is a plan-time error which says where the UI makes it.\n\n" +
	"**Requests:** one list of environments for each service serves all of them in a run."

func (r *environmentResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"service_name": base.Needed("Unique name of the service, such as `tray_custom_service.crm.unique_name`.", base.Word()),
		"service_version": schema.Int64Attribute{
			MarkdownDescription: "Version of the service, a whole number. Default `1`.", Optional: true, Computed: true, Default: int64default.StaticInt64(1),
			Validators: []validator.Int64{int64validator.AtLeast(1)}, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
		},
		"title":               base.Required("Title that people choose it by, unique in its service. It is changed in place.", base.Name(255)),
		"client_id":           base.Optional("Client id of the OAuth app. Required, but for an environment that is adopted.", base.Word()),
		"scopes":              base.LeftMap("OAuth scopes that authentications can ask for: a map from scope to description. Omitted: those of the service, or as they are in Tray."),
		"id":                  base.ID("environment"),
		"authentication_type": base.Given("Kind of authentication, which it has of its service."),
		"credentials_schema":  base.GivenJSON("JSON Schema of the secrets that an authentication holds, of its service."),
		"user_data_schema":    base.GivenJSON("JSON Schema of what else people enter for an authentication, of its service."),
		"adopted":             base.Adopted(),
	}}
	secret.Attributes(resp.Schema.Attributes, "Client secret of the OAuth app. Needed when the environment is made.")
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *environmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"service_name":    identityschema.StringAttribute{Description: "Unique name of the service.", RequiredForImport: true},
		"service_version": identityschema.Int64Attribute{Description: "Version of the service.", RequiredForImport: true},
		"id":              identityschema.StringAttribute{Description: "Identifier of the environment, given by Tray.", RequiredForImport: true},
	}}
}

func (r *environmentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config, managed, ok := adopt.Making[model](ctx, r.Provider, kind, req, resp)
	if !ok {
		return
	}
	if managed {
		r.make(ctx, &plan, config, resp)
	} else if found, err := r.titled(ctx, plan); !base.Failed(&resp.Diagnostics, "look the service environment up", err) {
		r.adopt(&plan, found, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Adopted = types.BoolValue(!managed)
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

// make creates an environment on the management plane.
func (r *environmentResource) make(ctx context.Context, plan *model, config model, resp *resource.CreateResponse) {
	if !base.Vacated(ctx, kind.Noun, r.named, *plan, exists(*plan), &resp.Diagnostics) {
		return
	}
	spec := plan.change(model{})
	spec.ClientSecret = config.Secret.ValueStringPointer()
	got, err := r.API.Environments.Create(ctx, plan.service(), spec)
	if base.Failed(&resp.Diagnostics, "create the service environment", err) {
		return
	}
	plan.SecretVersion = secret.Sent(ctx, spec.ClientSecret, plan.SecretVersion, resp.Private)
	plan.fromAPI(got)
}

func (r *environmentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), state.identity(), req, resp) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	var got *tray.Environment
	if err == nil {
		got, err = r.API.Environments.Get(ctx, state.service(), state.ID.ValueString())
	}
	if !r.Seen(ctx, kind.Noun, object(state), err, resp) {
		return
	}
	state.fromAPI(got)
	state.Adopted = base.Default(state.Adopted, types.BoolValue(!managed))
	r.StoreRead(ctx, kind.Noun, object(state), state, resp)
}

func (r *environmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, config, managed, ok := adopt.Changing[model](ctx, r.Provider, kind, req, &resp.Diagnostics)
	if !ok || !managed && r.onlyTheUI(plan, state, &resp.Diagnostics) {
		return
	}
	spec := plan.change(state)
	spec.ClientSecret = secret.Value(config.Secret, plan.SecretVersion, state.SecretVersion)
	if managed && spec.Title != nil && !base.Awaited(ctx, kind.Noun, r.named, plan, plan.ID.ValueString(), &resp.Diagnostics) {
		return
	}
	if managed && spec != (tray.EnvironmentSpec{}) {
		got, err := r.API.Environments.Update(ctx, state.service(), state.ID.ValueString(), spec)
		if base.Failed(&resp.Diagnostics, "change the service environment", err) {
			return
		}
		plan = plan.known(got)
	}
	plan.SecretVersion = secret.Sent(ctx, spec.ClientSecret, plan.SecretVersion, resp.Private)
	r.StoreChanged(ctx, object(plan), plan, plan.identity(), req, resp)
}

func (r *environmentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !kind.Deleting(ctx, r.Provider, req, object(state), stays, &resp.Diagnostics) {
		return
	}
	base.Failed(&resp.Diagnostics, "delete the service environment", r.API.Environments.Delete(ctx, state.service(), state.ID.ValueString()))
}

// ImportState takes "<service>/<version>/<id or title>", the names of workspace, service and
// environment, or an identity.
func (r *environmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	m, ok := r.toImport(ctx, req, &resp.Diagnostics)
	if ok && r.find(ctx, &m, &resp.Diagnostics) && r.ClaimImport(ctx, kind.Noun, object(m), resp) {
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"service_name": m.ServiceName, "service_version": m.ServiceVersion, "id": m.ID})
	}
}
