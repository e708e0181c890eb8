// Package projectversion implements tray_project_version, a snapshot of a project, and the
// data source tray_project_versions. Tray never changes a version and has no call that deletes
// one: old ones disappear by themselves.
package projectversion

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ base.Whole = (*versionResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &versionResource{base.ResourceOf(noun)} }}
}

type versionResource struct{ base.NounResource }

// model is tray_project_version in configuration, plan and state.
type model struct {
	ProjectID   types.String `tfsdk:"project_id"`
	Number      types.String `tfsdk:"version_number"`
	Title       types.String `tfsdk:"title"`
	Description types.String `tfsdk:"description"`
	ID          types.String `tfsdk:"id"`
	Created     types.String `tfsdk:"created"`
	CreatorID   types.String `tfsdk:"creator_id"`
	Expired     types.Bool   `tfsdk:"expired"`
}

// identity is what names a version for its whole life.
type identity struct {
	ProjectID types.String `tfsdk:"project_id"`
	Number    types.String `tfsdk:"version_number"`
}

func (m model) identity() identity { return identity{m.ProjectID, m.Number} }

// key is the id of a version, which Tray gives none: "" while a part of it is not known.
func (m model) key() string {
	if m.ProjectID.ValueString() == "" || m.Number.ValueString() == "" {
		return ""
	}
	return m.ProjectID.ValueString() + "/" + m.Number.ValueString()
}

// object is what the resource stands for.
func object(m model) policy.Object {
	return policy.Object{Type: noun.Type, ID: m.ID.ValueString(), Name: m.key(), Label: m.Number.ValueString()}
}

// fromAPI takes over what Tray says.
func (m *model) fromAPI(v *tray.ProjectVersion) {
	m.ProjectID, m.Number, m.Title = types.StringValue(v.ProjectID), types.StringValue(v.Number), types.StringValue(v.Title)
	m.Description = base.Text(v.Description)
	m.Created, m.CreatorID = types.StringValue(v.Created.UTC().Format(time.RFC3339)), base.Text(v.CreatorID)
	m.ID, m.Expired = types.StringValue(m.key()), types.BoolValue(false)
}

const resourceText = "A version of a project: a snapshot of it as it is at the apply, for an export.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"Tray never changes a version and has no call that deletes one. Another `title` or `description` under the same number is refused in the plan; another number makes another version. A destroy forgets the version, which stays in Tray.\n\n" +
	"Tray promises to keep the two newest versions and those of the last seven days. When an older one disappears, a warning says so once, `expired` is `true`, and nothing is made anew: " +
	"a snapshot under the old number would hold what the project is today.\n\n" +
	"Tray's API knows no user's edits: a version holds whatever the project is at that moment.\n\n" +
	"**Requests:** one list of versions for each project (100 a page) serves all of them in a run."

func (r *versionResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"project_id":     base.Needed("Project that it is a snapshot of.", project.ID()),
		"version_number": base.Needed("Number, unique in the project: one to three groups of digits with dots between them, such as `1.4`.", number()),
		"title":          base.Required("Title that people see.", base.Name(0)),
		"description":    base.Optional("What is in it.", base.Word()),
		"id":             base.Given("Project and number, as in `<project id>/1.4`."),
		"created":        base.Given("When it was made, in UTC."),
		"creator_id":     base.Given("User who made it."),
		"expired": schema.BoolAttribute{
			MarkdownDescription: "Whether Tray has it no more: only the two newest versions and those of the last seven days are sure to be kept.", Computed: true,
		},
	}}
}

func (r *versionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	diags := &resp.Diagnostics
	plan, ok := base.Load[model](ctx, req.Plan, diags)
	if !ok || !r.BeginWrite(ctx, resp.Private, diags) {
		return
	}
	there, err := r.find(ctx, plan)
	if base.Failed(diags, "look the project version up", err) {
		return
	}
	if there != nil && !r.HandedOver(object(plan)) {
		taken(plan, diags)
		return
	}
	if there != nil { // a replacement under its own number: Tray makes no other
		r.keep(ctx, plan, there, resp)
		return
	}
	got, err := r.API.Projects.CreateVersion(ctx, plan.ProjectID.ValueString(), plan.Number.ValueString(), plan.Title.ValueString(), plan.Description.ValueString())
	if base.Failed(diags, "create the project version", err) {
		return
	}
	wanted := plan
	plan.fromAPI(got)
	plan.Title, plan.Description = wanted.Title, wanted.Description
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

// keep takes over the version that a replacement has forgotten in its first half.
func (r *versionResource) keep(ctx context.Context, plan model, there *tray.ProjectVersion, resp *resource.CreateResponse) {
	wanted := plan
	plan.fromAPI(there)
	if rewritten(wanted, plan, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

// find returns the version that m names, nil when Tray has it not.
func (r *versionResource) find(ctx context.Context, m model) (*tray.ProjectVersion, error) {
	all, err := r.API.Projects.Versions(ctx, m.ProjectID.ValueString())
	for _, v := range all {
		if v.Number == m.Number.ValueString() {
			return &v, err
		}
	}
	return nil, err
}

func (r *versionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), state.identity(), req, resp) {
		return
	}
	there, err := r.find(ctx, state)
	if !r.Seen(ctx, noun, object(state), err, resp) {
		return
	}
	if there != nil {
		state.fromAPI(there)
	} else {
		expire(&state, &resp.Diagnostics)
	}
	r.StoreRead(ctx, noun, object(state), state, resp)
}

// Update changes nothing: ModifyPlan refuses what would.
func (r *versionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics); ok {
		base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
	}
}

// Delete forgets: the plan has said so.
func (r *versionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if ok && r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		r.Succeeded(base.Applied(ctx, req.Private), object(state))
	}
}

const form = "<project>/<version number>, the project by its id or as <workspace>/<project>"

// ImportState takes a project and a version number, or an identity.
func (r *versionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	diags := &resp.Diagnostics
	if !r.Ready(diags) {
		return
	}
	var m model
	if req.ID == "" {
		id, ok := base.Load[identity](ctx, req.Identity, diags)
		if !ok {
			return
		}
		m.ProjectID, m.Number = id.ProjectID, id.Number
	} else {
		at := strings.LastIndex(req.ID, "/")
		if at <= 0 || at == len(req.ID)-1 {
			diags.AddError("Could not read the import id", fmt.Sprintf("%q is not of the form %s.", req.ID, form))
			return
		}
		id, ok := project.Find(ctx, r.Provider, req.ID[:at], diags)
		if !ok {
			return
		}
		m.ProjectID, m.Number = types.StringValue(id), types.StringValue(req.ID[at+1:])
	}
	there, err := r.find(ctx, m)
	if base.Failed(diags, "import the project version", err) || there == nil && missing(m, diags) {
		return
	}
	m.fromAPI(there)
	if r.ClaimImport(ctx, noun, object(m), resp) {
		base.Store(ctx, &resp.State, m, resp.Identity, m.identity(), diags)
	}
}
