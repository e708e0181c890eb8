package actions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/act"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ action.ActionWithModifyPlan = (*publishAction)(nil)

var (
	projectAt  = path.Root("project_id")
	solutionAt = path.Root("solution_id")
)

type publishAction struct{ base.Action }

type publishModel struct {
	SolutionID    types.String `tfsdk:"solution_id"`
	AllowBreaking types.Bool   `tfsdk:"allow_breaking_changes"`
}

func (m publishModel) publication() act.Publication {
	return act.Publication{SolutionID: m.SolutionID.ValueString(), AllowBreaking: m.AllowBreaking.ValueBool()}
}

func (*publishAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "tray_publish_solution"
}

func (*publishAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Publishes a solution of the Embedded workspace as its draft is at that moment, such as after an import.\n\n" +
			"**Works on a live Tray:** yes\n\n" + terraformOnly +
			"There, use a `tray_solution_release`, or the command `terraform-provider-tray act publish-solution`.\n\n" +
			"It asks Tray first what publishing would do. Breaking changes are refused without `allow_breaking_changes`: instances then stay at the old release until somebody upgrades them. Without breaking changes Tray upgrades all instances by itself.\n\n" +
			"Where Tray tells that the last release has all that the draft has, nothing is done. Only the sandbox tells that so far. A live Tray's preview speaks of slots and not of workflows, so there each invocation publishes. " +
			"Publishing the same twice makes another release with the same content, and changes nothing for end users.\n\n" +
			"**Requests:** two, a preview and the release; in the sandbox a list of solutions too.",
		Attributes: map[string]schema.Attribute{
			"solution_id": required("Solution to publish.", solutionID()),
			"allow_breaking_changes": schema.BoolAttribute{
				MarkdownDescription: "Whether to publish changes that break instances. Omitted: `false`.", Optional: true,
			},
		},
	}
}

// solutionID are the validators of an argument that holds the id of a solution.
func solutionID() []validator.String {
	return append(base.Word(), base.Check("must be the id of a solution", func(s string) (string, string) {
		if base.IsWord(s) && !base.IsUUID(s) {
			return "Not the id of a solution", "Give the id, which is a UUID: the name is not enough."
		}
		return "", ""
	}))
}

// ModifyPlan implements action.ActionWithModifyPlan. The draft may change in the apply before
// it is published, so that what Tray says of it now is no error.
func (a *publishAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	config, acts, ok := planned[publishModel](ctx, &a.Action, req, resp)
	p := config.publication()
	if !ok || p.SolutionID == "" || config.AllowBreaking.IsUnknown() {
		return
	}
	preview, err := acts.API.SolutionReleases.Preview(ctx, p.SolutionID)
	if tray.IsGone(err) {
		base.Failed(&resp.Diagnostics, "ask what publishing the solution would do", err, solutionAt)
	}
	if err == nil {
		warn(p.Breaks(&preview.Impact), &resp.Diagnostics)
	}
}

// Invoke implements action.Action.
func (a *publishAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	if config, acts, ok := begin[publishModel](ctx, &a.Action, req, resp); ok {
		report(acts.PublishSolution(ctx, config.publication()), &resp.Diagnostics)
	}
}
