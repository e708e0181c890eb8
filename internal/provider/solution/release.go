package solution

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ base.Whole = (*releaseResource)(nil)

type releaseResource struct{ base.NounResource }

var releaseNoun = base.Noun{Type: "tray_solution_release", One: "solution release", At: path.Root("solution_id"),
	Identity: map[string]string{"solution_id": "Solution that is published."}}

// release is tray_solution_release in configuration, plan and state.
type release struct {
	SolutionID    types.String `tfsdk:"solution_id"`
	Content       types.String `tfsdk:"content"`
	AllowBreaking types.Bool   `tfsdk:"allow_breaking_changes"`
	ID            types.String `tfsdk:"id"`
	ReleaseID     types.String `tfsdk:"release_id"`
	Impact        types.Object `tfsdk:"impact"`
}

// releaseIdentity is the solution that is published.
type releaseIdentity struct {
	SolutionID types.String `tfsdk:"solution_id"`
}

func (m release) identity() releaseIdentity { return releaseIdentity{m.SolutionID} }

// object is what the resource stands for: what is published of a solution.
func (m release) object() policy.Object {
	return policy.Object{Type: releaseNoun.Type, ID: m.ID.ValueString(), Name: m.SolutionID.ValueString(), Label: "of " + m.SolutionID.ValueString()}
}

const releaseText = "Publishes a solution of the Embedded workspace: end users' instances get what its project is at the apply.\n\n" +
	"**Works on a live Tray:** yes, in an organization with Embedded (`TRAY011`)\n\n" +
	"`content` decides. Another text publishes again, in place; while it stays, nothing is published, whatever somebody edits in the project. " +
	"To publish what an import brings, let it come from the import, as in the example: the import is then done first.\n\n" +
	"The plan asks Tray what publishing would do, which changes nothing, and shows it as `impact`: slots that instances have to fill anew. " +
	"While an import into the solution's project is in the same plan, Tray cannot know it yet: the import's own `impact` shows it then, and the apply asks again before it publishes. " +
	"Instances take on the new release by themselves, unless it has breaking changes. Such a release is refused without `allow_breaking_changes`; " +
	"with it, each instance keeps the old release until it is upgraded, which `tray_solution_instance` does.\n\n" +
	"A release cannot be taken back: a destroy forgets it. To go back, import the earlier version of the project and publish that.\n\n" +
	"When the answer to a publication is lost, the management plane, or a preview that has nothing left to publish, tells whether it was carried out. " +
	"Where neither can tell, the error says so. The next apply then publishes the same content once more, which instances do not notice.\n\n" +
	"**Requests:** on the management plane, one list of solutions for all of them in a run; on a live Tray, none for a plan without a change. A publication takes a preview in the plan and one in the apply."

func (r *releaseResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: releaseText, Attributes: map[string]schema.Attribute{
		"solution_id": base.Needed("Solution to publish, such as `tray_project_import.prod.solution_id`, or the id in the address of its page. Another one is another release.", base.Word()),
		"content":     base.Required("Text that stands for what is published, such as the `export_digest` of the import or the number of a version. Another text publishes again.", base.Word()),
		"allow_breaking_changes": schema.BoolAttribute{
			MarkdownDescription: "Whether a release may break instances. Omitted: `false`, and a plan that publishes such changes is refused. It is write-only.", Optional: true, WriteOnly: true,
		},
		"id":         base.Given("Identifier: `solution_id` again."),
		"release_id": base.Told("Identifier of the release that was published last; null for an imported one on a live Tray, and where the answer with it was lost."),
		"impact":     impactAttribute(),
	}}
}

// Create leaves nothing in the state unless Tray has published.
func (r *releaseResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config, ok := base.Making[release](ctx, r.Provider, req, resp)
	if ok && r.publish(ctx, &plan, config, &resp.Diagnostics) {
		r.StoreMade(ctx, plan.object(), plan, plan.identity(), resp)
	}
}

// Update publishes other content. What was imported has none yet: it is noted.
func (r *releaseResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, config, ok := base.Changing[release](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	if plan.publishes(state) {
		if !r.publish(ctx, &plan, config, &resp.Diagnostics) {
			return
		}
	} else {
		plan.keep(state)
	}
	r.StoreChanged(ctx, plan.object(), plan, plan.identity(), req, resp)
}

// publishes reports whether the plan is about other content than was published.
func (m release) publishes(state release) bool {
	return !state.Content.IsNull() && !m.Content.Equal(state.Content)
}

// keep takes over what the state has of what is computed.
func (m *release) keep(state release) {
	m.ID, m.ReleaseID, m.Impact = state.ID, state.ReleaseID, state.Impact
}

// publish does what was planned. It reports false when nothing was published, or nobody knows.
func (r *releaseResource) publish(ctx context.Context, plan *release, config release, diags *diag.Diagnostics) bool {
	now, err := r.API.SolutionReleases.Preview(ctx, plan.SolutionID.ValueString())
	if base.Failed(diags, "preview the release of the solution", err, path.Root("solution_id")) || !within(now, config, diags) {
		return false
	}
	if shown := impactOf(now); !plan.Impact.IsUnknown() && !plan.Impact.Equal(shown) {
		plan.changedSince(now, diags)
		return false
	}
	made, err := r.API.SolutionReleases.Publish(ctx, plan.SolutionID.ValueString(), *now)
	if base.Failed(diags, "publish the solution", unsettled(err, plan.SolutionID.ValueString()+"/"+plan.Content.ValueString())) {
		return false
	}
	plan.ID, plan.ReleaseID = plan.SolutionID, base.Text(made.ID)
	plan.Impact = impactOf(now)
	return true
}

// unsettled adds to an error what it means that nobody knows whether Tray has published, and
// the two ways out of it. ID is what the release is imported by.
func unsettled(err error, id string) error {
	var e *tray.Error
	if !errors.As(err, &e) || !e.Ambiguous {
		return err
	}
	return fmt.Errorf("%w\n\nNobody can tell whether the solution was published. Run `terraform apply` again, with the configuration as it is: "+
		"it publishes the same content once more, which instances do not notice. "+
		"If the solution's page in Tray shows the release already, and there is to be no second one, "+
		"remove the resource from the state where it is there (`terraform state rm`), and add this block before the apply:\n\n%s", err, policy.ImportBlock(releaseNoun.Type, id))
}

// Read looks whether the solution is there, where the management plane lists drafts too. On a
// live Tray nothing tells.
func (r *releaseResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[release](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, state.object(), state.identity(), req, resp) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(&resp.Diagnostics, "reach the management plane", err) {
		return
	}
	if managed {
		if _, err := r.API.ManagedSolutions.Get(ctx, state.SolutionID.ValueString()); !r.Seen(ctx, releaseNoun, state.object(), err, resp) {
			return
		}
	}
	r.StoreRead(ctx, releaseNoun, state.object(), state, resp)
}

// Delete forgets: the plan has said so.
func (r *releaseResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[release](ctx, req.State, &resp.Diagnostics)
	if ok && r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		r.Succeeded(base.Applied(ctx, req.Private), state.object())
	}
}
