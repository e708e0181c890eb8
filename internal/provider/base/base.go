// Package base holds what every resource and data source would otherwise repeat:
// the provider's data, one Configure per kind, loading, failing, importing.
package base

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Provider is what the provider block configures, shared by everything it serves.
type Provider struct {
	// API is nil while Unknown is not empty.
	API *tray.Client
	// Unknown names the provider arguments whose values are not known yet in this
	// plan, such as a token that another resource makes.
	Unknown []string
	// Unrefreshed says that the command plans and applies without a refresh.
	Unrefreshed bool
	// SavedPlan is the file of the saved plan that the command applies, "" for none or when
	// nobody knows. It may be no plan, and one that cannot be read.
	SavedPlan string
	// Guardrails are the limits that a plan must stay within.
	Guardrails Guardrails
	// Embedded is what only Embedded organizations have.
	Embedded Embedded
	// Ledger is what the resources of this run have planned so far.
	Ledger *Ledger
}

// Embedded says how to reach the Embedded GraphQL API.
type Embedded struct {
	// MasterToken is "" when none was given.
	MasterToken string
	// GraphQLURL is absolute, with its path.
	GraphQLURL string
}

// Ready reports whether the API can be called. When it cannot, it says in diags what
// is missing; pass nil to stay quiet, as plan-time checks do.
func (p *Provider) Ready(diags *diag.Diagnostics) bool {
	if p == nil { // validate walk, or `terraform test` going on although configuring failed
		if diags != nil {
			diags.AddError("The Tray provider is not configured", "Configuring it has failed; the error for that is somewhere near this one.")
		}
		return false
	}
	if p.API != nil {
		return true
	}
	if diags != nil {
		diags.AddError("The Tray provider is not fully configured yet",
			fmt.Sprintf("This needs Tray's API, but the provider argument %s is not known before the apply. "+
				"Apply what it comes from first (terraform apply -target=…), or give the value directly.",
				strings.Join(p.Unknown, ", ")))
	}
	return false
}

// BeginRead is Ready for a resource's Read. It marks the instance, so that it can be told
// from every other wherever its address is, notes which objects its state has, and leaves
// with it what is lifted for the plan.
func (p *Provider) BeginRead(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse, has ...policy.Object) bool {
	if !p.Ready(&resp.Diagnostics) {
		return false
	}
	p.Ledger.Reading()
	i := Refreshed(ctx, req, resp)
	for _, o := range has {
		p.Ledger.Session.Stand(policy.Claim{Mark: i.Mark, Stance: policy.InState, Object: o})
	}
	p.keepLifts(ctx, req.Private, resp.Private)
	return true
}

// BeginWrite is Ready for a resource's Create, Update and Delete. Private is the request's,
// for a create the response's.
func (p *Provider) BeginWrite(ctx context.Context, private PrivateState, diags *diag.Diagnostics) bool {
	if !p.Ready(diags) {
		return false
	}
	p.Ledger.Session.Writing()
	p.acceptLifts(ctx, private)
	return true
}

// BeginDestroyPlan reports whether the plan of a destroy is to be judged, and notes that a plan
// is under way. Terraform plans the destroy of a deposed object once more in the apply: that
// was judged before, and must not turn the run back to planning.
func (p *Provider) BeginDestroyPlan() bool {
	if !p.Ready(nil) || p.Ledger.Session.InApply() {
		return false
	}
	p.Ledger.Reading()
	return true
}

// FromData is the configured provider; nil in the validate walk.
func FromData(data any, diags *diag.Diagnostics) *Provider {
	if data == nil { // validate walk
		return nil
	}
	p, ok := data.(*Provider)
	if !ok {
		diags.AddError("Provider bug", fmt.Sprintf("want *base.Provider, got %T; please report this", data))
	}
	return p
}

// Resource gives its embedder the configured provider.
type Resource struct{ *Provider }

// Configure implements resource.ResourceWithConfigure.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Provider = FromData(req.ProviderData, &resp.Diagnostics)
}

// Whole is what a resource is: it has an identity, is imported, judges its plan, and answers
// moved blocks.
type Whole interface {
	resource.ResourceWithConfigure
	resource.ResourceWithIdentity
	resource.ResourceWithImportState
	resource.ResourceWithModifyPlan
	resource.ResourceWithMoveState
}

// NounResource is a Resource that is called and identified as its noun says, and stays of that
// type.
type NounResource struct {
	Resource
	noun Noun
}

// ResourceOf begins the resource of a noun, and its list resource, which has the same name.
func ResourceOf(n Noun) NounResource { return NounResource{noun: n} }

// Metadata implements resource.Resource.
func (r *NounResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.noun.Type
}

// IdentitySchema implements resource.ResourceWithIdentity: an import needs all of it.
func (r *NounResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	all := map[string]identityschema.Attribute{}
	for name, description := range r.noun.Identity {
		all[name] = identityschema.StringAttribute{Description: description, RequiredForImport: true}
	}
	resp.IdentitySchema = identityschema.Schema{Attributes: all}
}

// MoveState implements resource.ResourceWithMoveState.
func (r *NounResource) MoveState(context.Context) []resource.StateMover {
	return StaysItsType(r.noun.Type, nil)
}

// DataSource gives its embedder the configured provider.
type DataSource struct{ *Provider }

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.Provider = FromData(req.ProviderData, &resp.Diagnostics)
}

// NamedDataSource is a DataSource that says its own type.
type NamedDataSource struct {
	DataSource
	name string
}

// DataSourceOf begins a data source of that type, such as "tray_services".
func DataSourceOf(name string) NamedDataSource { return NamedDataSource{name: name} }

// Metadata implements datasource.DataSource.
func (d *NamedDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.name
}

// Ephemeral gives its embedder the configured provider.
type Ephemeral struct{ *Provider }

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *Ephemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.Provider = FromData(req.ProviderData, &resp.Diagnostics)
}

// Failed records err, if any, as "Could not <doing>" and reports whether there was
// one. With at, the error is pinned on that attribute.
func Failed(diags *diag.Diagnostics, doing string, err error, at ...path.Path) bool {
	if err == nil {
		return false
	}
	summary, detail := "Could not "+doing, err.Error()
	if errors.Is(err, context.Canceled) {
		detail = "Interrupted. What was done before is kept; the next apply goes on from there."
	}
	if len(at) > 0 {
		diags.AddAttributeError(at[0], summary, detail)
	} else {
		diags.AddError(summary, detail)
	}
	return true
}

// Forget warns that an object is proven to be gone and leaves the state; the caller
// removes it. Noun is "workspace", name what people call the object.
func Forget(diags *diag.Diagnostics, noun, name string) {
	diags.AddWarning("The "+noun+" is gone from Tray",
		fmt.Sprintf("The %s %q was in the state, but Tray proves that it does not exist any more: it was removed outside Terraform. "+
			"It leaves the state; while the configuration still has it, this plan creates it again.", noun, name))
}
