package organization

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var _ base.Whole = (*settingsResource)(nil)

type settingsResource struct{ base.NounResource }

const settingsText = "The settings of the organization that the provider's token belongs to.\n\n" +
	"**Works on a live Tray:** no (sandbox only). Tray's API neither reads nor changes settings, so the plan fails and says, for each argument, " +
	"where in the UI to set it.\n\n" +
	"An organization always has its settings, so they are adopted: an argument that is omitted leaves its setting as it is in Tray, and the state shows it. " +
	"Where an argument replaces what somebody set before, the plan that adopts it warns. A destroy forgets the settings and leaves them as they are, with a warning. " +
	"Declare the resource at most once for a provider configuration. It takes a token of the Owner or an Admin.\n\n" +
	"**Requests:** one to read, one to change however many settings, and one for the organization when an argument is new that only Embedded organizations have."

var (
	workflowIDOrNothing = regexp.MustCompile(`^[a-zA-Z0-9-]*$`)
	textOrNothing       = regexp.MustCompile(`^$|\S`)
)

func (r *settingsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	notBlank := stringvalidator.RegexMatches(textOrNothing, "must not be blank: \"\" takes the setting away")
	resp.Schema = schema.Schema{
		MarkdownDescription: settingsText,
		Attributes: map[string]schema.Attribute{
			"alerting_workflow_id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the workflow, one with the alert trigger, that hears of errors in every workflow which names no other. " +
					"It is not checked that the workflow exists. Omitted: left as it is in Tray. `\"\"` takes it away.",
				Optional: true, Computed: true, PlanModifiers: keep,
				Validators: []validator.String{stringvalidator.RegexMatches(workflowIDOrNothing, "must be the id of a workflow: letters, digits and hyphens")},
			},
			"allow_workspace_admin_tokens": schema.BoolAttribute{
				MarkdownDescription: "Whether Admins of a workspace may make API users and tokens for it. Omitted: left as it is in Tray, where it is off at first.",
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"embedded_id": schema.StringAttribute{
				MarkdownDescription: "The company's name or initials as addresses of the Config Wizard hold them, 1 to 255 characters. Embedded organizations only. " +
					"Changing it breaks the addresses with the old one, of which the plan warns. Omitted: left as it is in Tray. `\"\"` takes it away.",
				Optional: true, Computed: true, PlanModifiers: keep,
				Validators: []validator.String{stringvalidator.UTF8LengthAtMost(255), notBlank},
			},
			"config_wizard_css": schema.StringAttribute{
				MarkdownDescription: "CSS that the Config Wizard is shown with; `file(\"wizard.css\")` keeps it in a file of its own. Embedded organizations only. " +
					"Omitted: left as it is in Tray. `\"\"` takes it away.",
				Optional: true, Computed: true, PlanModifiers: keep,
				Validators: []validator.String{notBlank},
			},
			"id": base.Given("Identifier of the organization."),
		},
	}
}

func (r *settingsResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, _, ok := base.Making[settings](ctx, r.Provider, req, resp)
	if !ok || !r.managed(ctx, "manage the organization's settings", plan, &resp.Diagnostics) {
		return
	}
	there, err := r.there(ctx)
	if base.Failed(&resp.Diagnostics, "read the organization's settings", err) {
		return
	}
	if !plan.ID.IsUnknown() && !sameOrganization(&resp.Diagnostics, "adopt the organization's settings", plan.ID.ValueString(), there.ID.ValueString(), "") {
		return
	}
	plan.ID = there.ID
	if r.save(ctx, &plan, there, &resp.Diagnostics) {
		r.StoreMade(ctx, plan.object(), plan, identity{plan.ID}, resp)
	}
}

// managed refuses, as the plan does, to go on without the management plane.
func (r *settingsResource) managed(ctx context.Context, doing string, wanted settings, diags *diag.Diagnostics) bool {
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, doing, err) {
		return false
	}
	if !managed {
		onlyTheUISets(diags, wanted)
	}
	return managed
}

// save changes the settings from there to what plan says, with one request or none,
// and puts into plan what is there then.
func (r *settingsResource) save(ctx context.Context, plan *settings, there settings, diags *diag.Diagnostics) bool {
	change := plan.spec(there)
	if change.Empty() {
		*plan = there
		return true
	}
	if plan.wantsEmbedded(there) {
		o, err := r.API.Management.Organization(ctx)
		if base.Failed(diags, "read the organization", err) || !o.Embedded && !embeddedOnly(diags, *plan, o.Name) {
			return false
		}
	}
	got, err := r.API.Management.ChangeSettings(ctx, change)
	if base.Failed(diags, "change the organization's settings", err) {
		return false
	}
	wanted := *plan
	plan.fromAPI(got)
	plan.keep(wanted)
	return true
}

func (r *settingsResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[settings](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, state.object(), identity{state.ID}, req, resp) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(&resp.Diagnostics, "read the organization's settings", err) {
		return
	}
	if !managed {
		resp.Diagnostics.AddError("Could not read the organization's settings",
			"This Tray does not let an API read or change them, and the state was made where that is possible. "+
				"Remove the resource from the configuration, and from the state with terraform state rm.")
		return
	}
	there, err := r.there(ctx)
	if base.Failed(&resp.Diagnostics, "read the organization's settings", err) {
		return
	}
	if !sameOrganization(&resp.Diagnostics, "read the organization's settings", state.ID.ValueString(), there.ID.ValueString(), "") {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, there)...)
}

func (r *settingsResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, _, ok := base.Changing[settings](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok || !r.managed(ctx, "change the organization's settings", plan, &resp.Diagnostics) {
		return
	}
	if r.save(ctx, &plan, state, &resp.Diagnostics) {
		r.StoreChanged(ctx, plan.object(), plan, identity{plan.ID}, req, resp)
	}
}

func (r *settingsResource) Delete(_ context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	settingsStay(&resp.Diagnostics)
}

// ImportState takes the organization's id, the word "settings", or an identity.
func (r *settingsResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) || !r.managed(ctx, "import the organization's settings", settings{}, &resp.Diagnostics) {
		return
	}
	parts, ok := base.ImportNames(ctx, req, "<id>", &resp.Diagnostics, "id")
	if !ok {
		return
	}
	asked := parts[0]
	there, err := r.there(ctx)
	if base.Failed(&resp.Diagnostics, "import the organization's settings", err) {
		return
	}
	if asked != there.ID.ValueString() && (req.ID == "" || asked != "settings") {
		resp.Diagnostics.AddError("Could not import the organization's settings",
			fmt.Sprintf("The token belongs to the organization with the id %s, not to %q. Import its settings by that id or by the word settings, "+
				"or use a token of the other organization.", there.ID, asked))
		return
	}
	if r.ClaimImport(ctx, settingsNoun, there.object(), resp) {
		base.StoreNames(ctx, resp, identity{there.ID}, map[string]attr.Value{"id": there.ID})
	}
}
