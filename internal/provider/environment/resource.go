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

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ resource.ResourceWithConfigure   = (*environmentResource)(nil)
	_ resource.ResourceWithIdentity    = (*environmentResource)(nil)
	_ resource.ResourceWithImportState = (*environmentResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*environmentResource)(nil)
	_ resource.ResourceWithMoveState   = (*environmentResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &environmentResource{} }}
}

type environmentResource struct{ base.Resource }

func (r *environmentResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = kind.Type
}

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
		"title": schema.StringAttribute{
			MarkdownDescription: "Title that people choose it by, unique in its service. It is changed in place.", Required: true,
			Validators: base.Name(255),
		},
		"client_id": schema.StringAttribute{
			MarkdownDescription: "Client id of the OAuth app. Required, but for an environment that is adopted.", Optional: true, Validators: base.Word(),
		},
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
	const doing = "create the service environment"
	plan, config, ok := base.Making[model](ctx, r.Provider, req, resp)
	if !ok {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(&resp.Diagnostics, doing, err) {
		return
	}
	found, err := r.awaitTitle(ctx, managed, plan)
	if base.Failed(&resp.Diagnostics, "look the service environment up", err) {
		return
	}
	switch {
	case !managed:
		r.adopt(&plan, found, &resp.Diagnostics)
	case len(found) > 0:
		base.Taken(&resp.Diagnostics, kind.Noun, exists(plan), known(plan, found))
	default:
		spec := plan.change(model{})
		spec.ClientSecret = config.Secret.ValueStringPointer()
		got, err := r.API.Environments.Create(ctx, plan.service(), spec)
		if base.Failed(&resp.Diagnostics, doing, err) {
			return
		}
		plan.SecretVersion = secret.Sent(ctx, spec.ClientSecret, plan.SecretVersion, resp.Private)
		plan.fromAPI(got)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Adopted = types.BoolValue(!managed)
	r.Hold(base.Applied(ctx, resp.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
}

// awaitTitle returns which environments have the title of m, once they have had time to
// lose it.
func (r *environmentResource) awaitTitle(ctx context.Context, managed bool, m model) ([]tray.Environment, error) {
	return base.Await(ctx, func() ([]tray.Environment, error) {
		return r.API.Environments.Titled(ctx, m.service(), m.Title.ValueString())
	}, func(e tray.Environment) bool { return !managed || e.ID == m.ID.ValueString() })
}

func (r *environmentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginRead(ctx, req, resp, object(state)) {
		return
	}
	// Before anything can return: the framework wants an identity even of what is gone.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	managed, err := r.API.Management.Available(ctx)
	var got *tray.Environment
	if err == nil {
		got, err = r.API.Environments.Get(ctx, state.service(), state.ID.ValueString())
	}
	if !r.Seen(ctx, kind.Noun, object(state), err, resp) {
		return
	}
	state.fromAPI(got)
	if state.Adopted.IsNull() {
		state.Adopted = types.BoolValue(!managed)
	}
	base.Remember(r.Provider, kind.Noun, "", state.ID.ValueString(), state)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *environmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	const doing = "change the service environment"
	plan, state, config, ok := base.Changing[model](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(&resp.Diagnostics, doing, err) || !managed && r.onlyTheUI(plan, state, &resp.Diagnostics) {
		return
	}
	spec := plan.change(state)
	spec.ClientSecret = secret.Value(config.Secret, plan.SecretVersion, state.SecretVersion)
	if spec.Title != nil {
		_, err = r.awaitTitle(ctx, managed, plan)
	}
	if err == nil && managed && spec != (tray.EnvironmentSpec{}) {
		var got *tray.Environment
		if got, err = r.API.Environments.Update(ctx, state.service(), state.ID.ValueString(), spec); err == nil {
			plan = plan.known(got)
		}
	}
	if base.Failed(&resp.Diagnostics, doing, err) {
		return
	}
	plan.SecretVersion = secret.Sent(ctx, spec.ClientSecret, plan.SecretVersion, resp.Private)
	r.Hold(base.Applied(ctx, req.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
}

func (r *environmentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) || !kind.Deletes(ctx, r.Provider, req, object(state), stays, &resp.Diagnostics) {
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
	m, ok := r.named(ctx, req, &resp.Diagnostics)
	if ok && r.find(ctx, &m, &resp.Diagnostics) && r.ClaimImport(ctx, kind.Noun, object(m), resp) {
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"service_name": m.ServiceName, "service_version": m.ServiceVersion, "id": m.ID})
	}
}

// MoveState implements resource.ResourceWithMoveState.
func (r *environmentResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(kind.Type, nil)
}
