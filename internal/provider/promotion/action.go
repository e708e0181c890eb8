package promotion

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
)

var _ action.ActionWithModifyPlan = (*importAction)(nil)

// Actions lists this package's actions.
func Actions() []func() action.Action {
	return []func() action.Action{func() action.Action { return &importAction{} }}
}

// importAction is tray_import_project: what the resource does, without a state. The checks,
// the brakes and the backup are the resource's own.
type importAction struct{ base.Action }

func (*importAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "tray_import_project"
}

const actionText = "Imports an exported project into another project, such as from dev to prod, when something else asks for it.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	base.WhenActionsFail + base.ActionsNeed + "There, use a `tray_project_import`.\n\n" +
	"Prefer the resource wherever somebody reviews promotions. An action has no state: its plan can say what Tray says of the import, as a warning, but nothing holds the apply to it. " +
	"The invocation asks Tray again, keeps within `max_removed_workflows` and `allow_breaking_changes` and makes the backup; then it imports what Tray says at that moment. " +
	"Where the destination has everything already, nothing is sent, so that another invocation is harmless. An import is sent once: when its answer is lost, a fresh preview tells whether it was carried out.\n\n" +
	"**Requests:** the plan and the invocation each send the export twice, to ask for requirements and for a preview. The import sends it once more."

func (*importAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	maps := func(text string) schema.MapAttribute {
		return schema.MapAttribute{MarkdownDescription: text, ElementType: types.StringType, Optional: true}
	}
	resp.Schema = schema.Schema{MarkdownDescription: actionText, Attributes: map[string]schema.Attribute{
		"project_id": schema.StringAttribute{MarkdownDescription: "Project that is imported into, which must exist.", Required: true, Validators: project.ID()},
		"export": schema.StringAttribute{
			MarkdownDescription: "Path of the exported project, as in `exports/billing-1.4.json`. Up to 60 MiB.", Required: true, Validators: base.Word(),
		},
		"authentications": maps("Authentications of the destination for the slots of the export: a map from a slot's title, or its export id where two have one title, to the id of an authentication."),
		"connectors":      maps("Connectors that have another name or version in the destination: a map such as `{ \"acme-crm/1.0\" = \"acme-crm/1.1\" }`."),
		"services":        maps("Services that have another name or version in the destination: a map such as `{ \"acme/1\" = \"acme/2\" }`."),
		"config": schema.MapAttribute{ElementType: base.FreeType{}, Optional: true, MarkdownDescription: "Values of the project's configuration in the destination, by key, as in `tray_project_import`. " +
			"The plan holds them: what is secret belongs into an authentication."},
		"record_version": schema.BoolAttribute{MarkdownDescription: "Whether to make a version of the destination after the import. Omitted: `false`.", Optional: true},
		"max_removed_workflows": schema.Int64Attribute{
			MarkdownDescription: "How many workflows the import may remove. Omitted: none.", Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
		"allow_breaking_changes": schema.BoolAttribute{MarkdownDescription: "Whether the import may make breaking changes to the project's solution. Omitted: `false`.", Optional: true},
		"not_secrets": schema.ListAttribute{
			MarkdownDescription: "Places in the export that look like secrets and are none, as the error names them.", ElementType: types.StringType, Optional: true,
		},
		"backup": schema.SingleNestedAttribute{
			MarkdownDescription: "Where to export the destination before anything is imported. When that fails, nothing is imported. To go back, import the file.", Optional: true,
			Attributes: map[string]schema.Attribute{
				"path":           schema.StringAttribute{MarkdownDescription: "Path of the file, readable by its owner alone. One that exists is not overwritten. A backup needs it.", Optional: true, Validators: base.Word()},
				"create_version": schema.BoolAttribute{MarkdownDescription: "Whether to make a version of the destination first. Tray exports versions only. Omitted: `false`.", Optional: true},
			},
		},
	}}
}

// importer is the resource, for what it asks and does.
func (a *importAction) importer() *importResource {
	return &importResource{base.Resource{Provider: a.Provider}}
}

// ModifyPlan implements action.ActionWithModifyPlan.
func (a *importAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	given, ok := base.Load[arguments](ctx, req.Config, diags)
	if !ok || !a.Planning() {
		return
	}
	m := model{arguments: given, RecordedVersion: types.StringUnknown()}
	missing := m.unknown()
	if _, err := os.Stat(m.Export.ValueString()); len(missing) == 0 && errors.Is(err, fs.ErrNotExist) {
		missing = []string{"export, a file that is not there yet,"} // the apply may write it first
	}
	if len(missing) > 0 {
		unseen(missing, diags)
		return
	}
	e, now := a.preview(ctx, m, diags)
	if now != nil && !now.impact.IsEmpty() {
		diags.AddAttributeWarning(path.Root("project_id"), "What the import does, as things are now",
			fmt.Sprintf("Tray says of the import of %s into %s: %s. The invocation asks again, and imports what Tray says then.", title(e), m.ProjectID.ValueString(), said(now.impact)))
	}
}

// preview is what Tray says of the import; nil where diags say why there can be none.
func (a *importAction) preview(ctx context.Context, m model, diags *diag.Diagnostics) (*export.Export, *answer) {
	r := a.importer()
	e := read(m.Export.ValueString(), texts(m.NotSecrets), diags)
	if e == nil {
		return nil, nil
	}
	now := r.ask(ctx, m, e, diags)
	if now == nil || !within(now.impact, m, diags) || !r.backedUp(ctx, m, m, now.impact, diags) {
		return e, nil
	}
	return e, now
}

// Invoke implements action.Action.
func (a *importAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	diags, tell := &resp.Diagnostics, base.Telling(resp)
	given, ok := base.Load[arguments](ctx, req.Config, diags)
	if !ok || !a.Begin(diags) {
		return
	}
	r, m := a.importer(), model{arguments: given, RecordedVersion: types.StringUnknown()}
	tell("Asking Tray what the import does.")
	e, now := a.preview(ctx, m, diags)
	if now == nil {
		return
	}
	if now.impact.IsEmpty() {
		tell(fmt.Sprintf("The destination has everything of %s already: nothing is imported.", title(e)))
		return
	}
	if m.backup() != nil {
		tell("Making the backup of the destination.")
	}
	if _, ok := r.save(ctx, m, m, e, diags); !ok {
		return
	}
	tell(fmt.Sprintf("Importing %s: %s.", title(e), said(now.impact)))
	if r.send(ctx, m, now, diags) == nil || diags.HasError() {
		return
	}
	r.record(ctx, &m, e, diags)
	if !m.RecordedVersion.IsNull() {
		tell(fmt.Sprintf("The destination is recorded as version %s.", m.RecordedVersion.ValueString()))
	}
	tell("The import is done.")
}
