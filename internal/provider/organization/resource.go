package organization

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var (
	_ resource.ResourceWithConfigure   = (*organizationResource)(nil)
	_ resource.ResourceWithIdentity    = (*organizationResource)(nil)
	_ resource.ResourceWithImportState = (*organizationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*organizationResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{NewResource, NewSettingsResource}
}

// NewResource returns the tray_organization resource.
func NewResource() resource.Resource { return &organizationResource{} }

type organizationResource struct{ base.Resource }

func (r *organizationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organization"
}

const resourceText = "The organization that the provider's token belongs to: its name, and a check of what was bought.\n\n" +
	"**Plane:** management plane; on a live Tray it adopts the organization, whose name is that of the workspace of type Organization.\n\n" +
	"An organization is never created here: it is there before its first token is, so the resource adopts it, and its `id` is known in the plan. " +
	"Declare it at most once for a provider configuration, and use one provider alias for each organization. " +
	"Where the management plane is served (the sandbox), another `name` renames the organization; when that is adopting it, the plan warns. " +
	"On a live Tray another `name` is a plan-time error that says where in the UI to change it.\n\n" +
	"`owner_email`, `plan`, `embedded` and `sso` are what the configuration counts on. No API changes them, so one that differs from what is there " +
	"is a plan-time error on its argument; omitted, they show what is there. A live Tray does not tell them: they are null there, and what is written is kept " +
	"unchecked, with a warning when it is new.\n\n" +
	"A destroy forgets the organization and leaves it as it is, with a warning.\n\n" +
	"**Requests:** one, shared with the data source of that name; on a live Tray the list of workspaces (100 a page), shared with everything else in the run."

func (r *organizationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const told = " Omitted: what is there; null on a live Tray, which does not tell."
	resp.Schema = schema.Schema{
		MarkdownDescription: resourceText,
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 255 characters. It is changed in place; on a live Tray it must be the name of the Organization workspace, letter for letter. " +
					"Renaming takes a token of the Owner or an Admin.",
				Required:   true,
				Validators: []validator.String{stringvalidator.UTF8LengthBetween(1, 255)},
			},
			"owner_email": schema.StringAttribute{
				MarkdownDescription: "E-mail address of the Owner, compared without regard to case. An organization has one Owner, whom no API changes (`TRAY001`)." + told,
				CustomType:          base.EmailType{},
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"plan": schema.StringAttribute{
				MarkdownDescription: "What was bought: `pro`, `team` or `enterprise`." + told,
				Optional:            true, Computed: true,
				Validators:    []validator.String{stringvalidator.OneOf("pro", "team", "enterprise")},
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"embedded": schema.BoolAttribute{
				MarkdownDescription: "Whether it is an Embedded organization, which has an Embedded workspace." + told,
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"sso": schema.BoolAttribute{
				MarkdownDescription: "Whether people sign in through single sign-on, which Tray sets up on request." + told,
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "Identifier, given by Tray; on a live Tray that of the Organization workspace.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"adopted": schema.BoolAttribute{
				MarkdownDescription: "Whether the organization was there before Terraform: always `true`, as no API makes one.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *organizationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema
}

var identitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
	"id": identityschema.StringAttribute{Description: "Identifier of the organization, given by Tray.", RequiredForImport: true},
}}

func (r *organizationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.Ready(&resp.Diagnostics) {
		return
	}
	there, managed, err := r.there(ctx)
	if base.Failed(&resp.Diagnostics, "adopt the organization", err) {
		return
	}
	if !plan.ID.IsUnknown() && !sameOrganization(&resp.Diagnostics, "adopt the organization", plan.ID.ValueString(), there.ID.ValueString(), there.Name.ValueString()) {
		return
	}
	if r.save(ctx, &plan, there, managed, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{plan.ID})...)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// save makes the organization what plan says, as far as that is possible, and puts
// into plan what is there then.
func (r *organizationResource) save(ctx context.Context, plan *model, there model, managed bool, diags *diag.Diagnostics) bool {
	contradictions(diags, *plan, there)
	if diags.HasError() {
		return false
	}
	if !plan.Name.Equal(there.Name) {
		if !r.mayRename(ctx, managed, *plan, there, diags) {
			return false
		}
		o, err := r.API.Management.Rename(ctx, plan.Name.ValueString())
		if base.Failed(diags, "rename the organization", err, path.Root("name")) {
			return false
		}
		there = known(o, managed)
	}
	plan.take(there)
	return true
}

func (r *organizationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Ready(&resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{state.ID})...)
	there, _, err := r.there(ctx)
	if base.Failed(&resp.Diagnostics, "read the organization", err) {
		return
	}
	if !sameOrganization(&resp.Diagnostics, "read the organization", state.ID.ValueString(), there.ID.ValueString(), there.Name.ValueString()) {
		return
	}
	state.take(there)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *organizationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.Ready(&resp.Diagnostics) {
		return
	}
	there, managed, err := r.there(ctx)
	if base.Failed(&resp.Diagnostics, "change the organization", err) {
		return
	}
	if r.save(ctx, &plan, there, managed, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{plan.ID})...)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *organizationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics); ok {
		stays(&resp.Diagnostics, state)
	}
}

// ImportState takes the id or the name of the organization that the token belongs to,
// or an identity.
func (r *organizationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	asked := req.ID
	if asked == "" {
		id, ok := base.Load[identity](ctx, req.Identity, &resp.Diagnostics)
		if !ok {
			return
		}
		asked = id.ID.ValueString()
	}
	there, _, err := r.there(ctx)
	if base.Failed(&resp.Diagnostics, "import the organization", err) {
		return
	}
	if asked != there.ID.ValueString() && (req.ID == "" || asked != there.Name.ValueString()) {
		resp.Diagnostics.AddError("Could not import the organization",
			fmt.Sprintf("The token belongs to the organization %s, with the id %s, and not to %q. Import it by that name or id, or use a token of the other one.",
				there.Name, there.ID, asked))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), there.ID)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{there.ID})...)
}
