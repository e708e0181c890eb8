// Package membership implements tray_workspace_member, one person's membership of one
// workspace, and the data source tray_workspace_members. It speaks to the endpoints
// /core/v1/workspaces/{id}/users of Tray's platform API.
//
// A membership is pending (only the state has it, as the person has not joined yet), active
// (Tray has it) or ended (its date has passed, and Tray has none). Within one apply a person
// may pass from one resource to another: who takes the person over looks whether others give
// the membership up, and who gives it up looks whether others mean to have it; package policy
// keeps the account of both, and holds a membership for one of them at a time.
//
// What is here is what the resource is. plan.go judges a plan, crud.go answers Terraform's
// calls, write.go writes memberships for them, end.go ends them by their date, and enforce.go
// asks the rules.
package membership

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var (
	_ resource.ResourceWithConfigure      = (*memberResource)(nil)
	_ resource.ResourceWithIdentity       = (*memberResource)(nil)
	_ resource.ResourceWithImportState    = (*memberResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*memberResource)(nil)
	_ resource.ResourceWithValidateConfig = (*memberResource)(nil)
	_ resource.ResourceWithMoveState      = (*memberResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{NewResource}
}

// DataSources lists the package's data sources for the provider.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDataSource}
}

// NewResource returns the tray_workspace_member resource.
func NewResource() resource.Resource { return &memberResource{} }

type memberResource struct{ base.Resource }

func (r *memberResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspace_member"
}

const resourceText = "One person's membership of one workspace, with a role. Other members of the workspace are left alone.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"A membership by `email` works before the person has accepted the invitation to the organization (see `tray_user`). It is `pending`: " +
	"only Terraform's state has it, plans are empty, and the first apply after the acceptance completes it. " +
	"On a live Tray invitations cannot be listed, so an address that nobody invited is pending too, with a warning; " +
	"in the sandbox it is an error (`TRAY009`).\n\n" +
	"A membership that exists already with the same role is taken over with a warning, and nothing is sent. With another role it must be imported: error `TRAY012` holds the import block. " +
	"A person may go from another resource of the configuration to this one in one apply, and is not out meanwhile. " +
	"Organization Owners and Admins can only be `Admin` in a workspace (`TRAY002`). " +
	"With `expires_at` the access ends by a date: the guide \"Access that ends\" has the whole of it. " +
	"Members are managed in shared and Embedded workspaces: the Organization workspace takes its people from the organization, a Personal one has its person.\n\n" +
	"**Identity:** the workspace and one name of the person. That is the e-mail address, in lower case, when the resource was created or imported by it, and the user id otherwise. It never changes.\n\n" +
	"**Requests:** one list a workspace (100 members a page) serves every membership in it. The first plan that needs them also reads the users of the organization (1,000 a page), the workspaces and a workspace's roles. " +
	"A plan without changes costs the lists of members alone, and those of users and workspaces while a membership is pending. " +
	"Where Tray's lists carry ids only, each membership costs one request more."

func (r *memberResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: resourceText,
		Attributes: map[string]schema.Attribute{
			// Not base.ID: Tray gives a membership no id of its own.
			"id": schema.StringAttribute{
				MarkdownDescription: "Says whose membership it is: the workspace's name and the person's address (or user id), as they were when it was created or imported, such as `sales-prod/ana@example.com`. It never changes, and an import takes it.",
				Computed:            true,
			},
			"workspace_id": schema.StringAttribute{
				MarkdownDescription: "Identifier of a shared or Embedded workspace. Another workspace replaces the membership.",
				Required:            true,
				Validators:          base.Word(),
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			// Neither name of the person replaces by itself: plan.go looks whether it is another
			// person's, as a user can get another address and an invited one gets an id.
			"email": schema.StringAttribute{
				MarkdownDescription: "E-mail address of the person, as in the organization. Letter case does not count. Give this or `user_id`; with both, they must name the same person. " +
					"Another person's address replaces the membership; a new address of the same person does not.",
				Optional: true, Computed: true,
				CustomType: base.EmailType{},
			},
			"user_id": schema.StringAttribute{
				MarkdownDescription: "Identifier of a user of the organization; API users have one too. Give this or `email`. Another user replaces the membership. Null while it is pending.",
				Optional:            true, Computed: true,
				Validators: base.Word(),
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "Role in the workspace: `Admin`, `Contributor` or `Viewer` (letter case does not count, `View Only` is `Viewer`). Changed in place. Organization Owners and Admins can only be `Admin`.",
				Required:            true,
				CustomType:          base.RoleType{},
				Validators:          base.WorkspaceRole(),
			},
			"expires_at": schema.StringAttribute{
				MarkdownDescription: "When the access ends: a date such as `2026-12-31`, which is the end of that day in UTC, or a moment of RFC 3339 such as `2026-12-31T18:00:00+01:00`. " +
					"Until then nothing happens. From then on a plan says so and takes the membership away, which stays away while the date stands. " +
					"A later date, or none, renews it. Tray's clock decides. No limit of the guardrails counts such an end, but for a date that has passed when it is written down.",
				Optional:   true,
				CustomType: base.EndType{},
			},
			"status": schema.StringAttribute{
				MarkdownDescription: "`active`; `pending` until the person has accepted the invitation to the organization and an apply has completed the membership; or `ended`, when the date of `expires_at` has passed and the membership is gone from Tray.",
				Computed:            true,
			},
		},
	}
}

// IdentitySchema implements resource.ResourceWithIdentity. Not base.Identity: of the two names
// of a person an import needs either one.
func (r *memberResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"workspace_id": identityschema.StringAttribute{Description: "Identifier of the workspace.", RequiredForImport: true},
		"email":        identityschema.StringAttribute{Description: "E-mail address of the person, in lower case. Give this or user_id.", OptionalForImport: true},
		"user_id":      identityschema.StringAttribute{Description: "Identifier of the user. Give this or email.", OptionalForImport: true},
	}}
}
