package organization

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var _ base.Whole = (*organizationResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &organizationResource{base.ResourceOf(noun)} },
		func() resource.Resource { return &settingsResource{base.ResourceOf(settingsNoun)} },
	}
}

type organizationResource struct{ base.NounResource }

const resourceText = "An organization: created, changed and deleted with an operator's token, adopted with a token of its own.\n\n" +
	"**Works on a live Tray:** adopts only: it takes over the organization, whose name is that of the workspace of type Organization.\n\n" +
	"**With an operator's token** the resource creates the organization with its Owner, its Organization workspace and, if `embedded`, its Embedded workspace. " +
	"In the sandbox `sandbox = { operator = true }` has such a token; over HTTP it is the third one that the command prints. " +
	"`name`, `plan` and `sso` change in place. `owner_email` and `embedded` are settled when the organization is created: another value is an error in the plan, never a replacement. " +
	"An organization that exists already must be imported: error `TRAY012` holds the import block. " +
	"A destroy deletes the organization for good. The plan refuses it while `deletion_protection` is true, while there are users besides the Owner, and while there are shared workspaces. " +
	"The provider never receives a token of the new organization: its Owner signs in and makes one. In the sandbox `sandbox = { organization = … }` opens it. " +
	"An operator belongs to no organization, so the same provider configuration manages nothing else; use one alias for the operator and one for each organization. " +
	"**No live Tray has operators**: there, organizations are requested from Tray and then adopted.\n\n" +
	"**With a token of an organization** the resource creates nothing: it adopts the organization of the token, and its `id` is known in the plan. " +
	"Declare it at most once for a provider configuration, and use one provider alias for each organization. " +
	"In the sandbox another `name` renames the organization; the plan warns when the resource is about to adopt it. " +
	"On a live Tray another `name` is a plan-time error that says where in the UI to change it.\n\n" +
	"`owner_email`, `plan`, `embedded` and `sso` are what the configuration counts on. Such a token cannot change them, so a value that differs from what is there " +
	"is an error in the plan. An argument that is omitted shows what is there. A live Tray does not tell these values: what is omitted is null, what is written is kept " +
	"unchecked, and the plan warns when it is new.\n\n" +
	"A destroy forgets the organization and leaves it as it is, with a warning.\n\n" +
	"**Requests:** one, shared with the data source of that name. On a live Tray it is the list of workspaces (100 a page), which everything else in the run shares. " +
	"For an operator it is the list of organizations (100 a page), which all of them share, and one more for each that is created, changed or deleted."

func (r *organizationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const told = " Omitted: what is there; null on a live Tray, which does not tell."
	resp.Schema = schema.Schema{
		MarkdownDescription: resourceText,
		Attributes: map[string]schema.Attribute{
			"name": base.Required("Name, 1 to 255 characters. It is changed in place; on a live Tray it must be the name of the Organization workspace, letter for letter. "+
				"Renaming takes a token of the Owner, an Admin or an operator. Unique among the organizations of an operator.", base.Name(255)),
			"owner_email": schema.StringAttribute{
				MarkdownDescription: "E-mail address of the Owner, compared without regard to case. An organization has one Owner, whom no API changes (`TRAY001`). Required to create one." + told,
				CustomType:          base.EmailType{},
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"plan": base.Left("What was bought: `pro`, `team` or `enterprise`; for a new organization `enterprise` if omitted. An operator can change it, to one that holds the shared workspaces there are."+told,
				[]validator.String{stringvalidator.OneOf("pro", "team", "enterprise")}),
			"embedded": schema.BoolAttribute{
				MarkdownDescription: "Whether it is an Embedded organization, which has an Embedded workspace; for a new organization `false` if omitted." + told,
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"sso": schema.BoolAttribute{
				MarkdownDescription: "Whether people sign in through single sign-on, which Tray sets up on request; for a new organization `false` if omitted. An operator can change it." + told,
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"deletion_protection": schema.BoolAttribute{
				MarkdownDescription: "Whether to refuse, in the plan, that the organization is deleted or replaced, whatever it holds. Default `false`. " +
					"To delete one that is protected, apply `false` before the destroy. An adopted organization is never deleted, so it has no effect there.",
				Optional: true, Computed: true,
				Default: booldefault.StaticBool(false),
			},
			"id":                        base.Given("Identifier, given by Tray; on a live Tray that of the Organization workspace."),
			"organization_workspace_id": base.Given("Identifier of the workspace of type Organization, which every organization has."),
			"embedded_workspace_id": base.Given("Identifier of the Embedded workspace; null when there is none. " +
				"A live Tray shows it to whoever sees that workspace: with another token what was seen before stays, else it is null."),
			"adopted": schema.BoolAttribute{
				MarkdownDescription: "Whether the organization was adopted, as on every live Tray; `false` for one that an operator created or imported.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

func (r *organizationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, _, ok := base.Making[model](ctx, r.Provider, req, resp)
	if !ok {
		return
	}
	operator, err := r.API.Management.Operator(ctx)
	if base.Failed(&resp.Diagnostics, "create the organization", err) {
		return
	}
	if operator {
		ok = r.open(ctx, &plan, &resp.Diagnostics)
	} else {
		ok = r.adopt(ctx, &plan, &resp.Diagnostics)
	}
	if ok {
		r.StoreMade(ctx, object(plan), plan, identity{plan.ID}, resp)
	}
}

// adopt takes over the organization of the token, and puts into plan what is there then.
func (r *organizationResource) adopt(ctx context.Context, plan *model, diags *diag.Diagnostics) bool {
	there, managed, err := r.there(ctx)
	if base.Failed(diags, "adopt the organization", err) {
		return false
	}
	if !plan.ID.IsUnknown() && !sameOrganization(diags, "adopt the organization", plan.ID.ValueString(), there.ID.ValueString(), there.Name.ValueString()) {
		return false
	}
	return r.save(ctx, plan, there, there, managed, diags)
}

// save makes the organization what plan says, as far as that is possible, and puts
// into plan what is there then. A name that is that of the state is left as it is.
func (r *organizationResource) save(ctx context.Context, plan *model, state, there model, managed bool, diags *diag.Diagnostics) bool {
	contradictions(diags, *plan, there)
	if diags.HasError() {
		return false
	}
	if !plan.Name.Equal(state.Name) && !plan.Name.Equal(there.Name) {
		if !r.mayRename(ctx, managed, *plan, there, diags) {
			return false
		}
		o, err := r.API.Management.Rename(ctx, plan.Name.ValueString())
		if base.Failed(diags, "rename the organization", err, path.Root("name")) {
			return false
		}
		there = known(o, managed)
	}
	wanted := *plan
	plan.take(there)
	plan.keep(wanted)
	return true
}

func (r *organizationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), identity{state.ID}, req, resp) {
		return
	}
	if operator, err := r.API.Management.Operator(ctx); base.Failed(&resp.Diagnostics, "read the organization", err) {
		return
	} else if operator {
		r.readOpened(ctx, state, resp)
		return
	}
	there, _, err := r.there(ctx)
	if base.Failed(&resp.Diagnostics, "read the organization", err) {
		return
	}
	if !sameOrganization(&resp.Diagnostics, "read the organization", state.ID.ValueString(), there.ID.ValueString(), there.Name.ValueString()) {
		return
	}
	state.take(there)
	r.StoreRead(ctx, noun, object(state), state, resp)
}

func (r *organizationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, _, ok := base.Changing[model](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	operator, err := r.API.Management.Operator(ctx)
	if base.Failed(&resp.Diagnostics, "change the organization", err) {
		return
	}
	if operator {
		ok = r.changeOpened(ctx, &plan, state, &resp.Diagnostics)
	} else {
		ok = r.changeAdopted(ctx, &plan, state, &resp.Diagnostics)
	}
	if ok {
		r.StoreChanged(ctx, object(plan), plan, identity{plan.ID}, req, resp)
	}
}

func (r *organizationResource) changeAdopted(ctx context.Context, plan *model, state model, diags *diag.Diagnostics) bool {
	there, managed, err := r.there(ctx)
	return !base.Failed(diags, "change the organization", err) && r.save(ctx, plan, state, there, managed, diags)
}

func (r *organizationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	switch {
	case !ok:
	case state.adopted():
		stays(&resp.Diagnostics, state)
	case r.BeginWrite(ctx, req.Private, &resp.Diagnostics):
		r.closeOpened(ctx, base.Applied(ctx, req.Private), state, &resp.Diagnostics)
	}
}

// ImportState takes an id, a name or an identity: of the organization that the token
// belongs to, or for an operator of any.
func (r *organizationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	parts, ok := base.ImportNames(ctx, req, "<id> or <name>", &resp.Diagnostics, "id")
	if !ok {
		return
	}
	asked := parts[0]
	if operator, err := r.API.Management.Operator(ctx); base.Failed(&resp.Diagnostics, "import the organization", err) {
		return
	} else if operator {
		r.importOpened(ctx, asked, req.ID != "", resp)
		return
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
	r.imports(ctx, there, resp)
}
