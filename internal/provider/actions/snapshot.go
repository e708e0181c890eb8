package actions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/act"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
	"github.com/tray-community/terraform-provider-tray/internal/provider/projectversion"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ action.ActionWithModifyPlan = (*snapshotAction)(nil)

type snapshotAction struct{ base.Action }

type snapshotModel struct {
	ProjectID   types.String `tfsdk:"project_id"`
	Number      types.String `tfsdk:"version_number"`
	Title       types.String `tfsdk:"title"`
	Description types.String `tfsdk:"description"`
}

func (m snapshotModel) version() act.Version {
	return act.Version{ProjectID: m.ProjectID.ValueString(), Number: m.Number.ValueString(), Title: m.Title.ValueString(), Description: m.Description.ValueString()}
}

func (*snapshotAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "tray_snapshot_project"
}

// terraformOnly is on every action's page, with what OpenTofu has instead.
const terraformOnly = base.WhenActionsFail + base.ActionsNeed

func (*snapshotAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Makes a version of a project, a snapshot of what it is at that moment.\n\n" +
			"**Works on a live Tray:** yes\n\n" + terraformOnly +
			"There, use a `tray_project_version`, or the command `terraform-provider-tray act snapshot-project`.\n\n" +
			"It looks first. With `version_number`, nothing is made where the project has a version of that number with this `title` and `description`; with others it is refused, as Tray changes no version. " +
			"Without a number, the newest version is compared with the project: Tray is asked what an import of that version into its own project would change. Where that is nothing, no version is made; else it gets the next number. " +
			"Where Tray cannot tell, one is made.\n\n" +
			"**Requests:** a list of versions, and one for the version. Without a number also an export of the newest version, which is sent back twice, to ask.",
		Attributes: map[string]schema.Attribute{
			"project_id": required("Project to make a version of.", project.ID()),
			"version_number": optional("Number of the version, unique in the project: one to three groups of digits with dots between them, such as `1.4`. "+
				"Omitted: the number after the newest version's, and none where that holds what the project is.", projectversion.Number()),
			"title":       required("Title that people see.", base.Name(0)),
			"description": optional("What is in it.", base.Word()),
		},
	}
}

// ModifyPlan implements action.ActionWithModifyPlan.
func (a *snapshotAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	config, acts, ok := planned[snapshotModel](ctx, &a.Action, req, resp)
	v := config.version()
	if !ok || v.ProjectID == "" {
		return
	}
	there, err := acts.Numbered(ctx, v.ProjectID, v.Number)
	if tray.IsGone(err) {
		base.Failed(&resp.Diagnostics, "read the versions of the project", err, projectAt)
	}
	if err == nil && there != nil && !config.Title.IsUnknown() && !config.Description.IsUnknown() {
		report(v.Rewrites(there), &resp.Diagnostics)
	}
}

// Invoke implements action.Action.
func (a *snapshotAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	if config, acts, ok := begin[snapshotModel](ctx, &a.Action, req, resp); ok {
		report(acts.SnapshotProject(ctx, config.version()), &resp.Diagnostics)
	}
}
