// Package promotion implements tray_project_import, which brings an exported project into
// another one, with the data sources tray_project_export and tray_project_import_requirements
// and the function remap_export. The plan shows what the import does; the apply does that or
// nothing. Tray's own API has all of it (docs: environment promotion).
package promotion

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &importResource{} }}
}

// DataSources lists the package's data sources for the provider.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &exportData{} },
		func() datasource.DataSource { return &requirementsData{} },
	}
}

// Functions lists this package's functions.
func Functions() []func() function.Function { return []func() function.Function{newRemapFunction} }

type importResource struct{ base.Resource }

func (r *importResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = noun.Type
}

const resourceText = "The import of an exported project into another project, such as from dev to prod.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"The plan asks Tray what the import needs and what it would do, which changes nothing, and shows that as `impact`: the names of workflows and of configuration keys that are created, updated and removed. " +
	"Whatever is missing is an error of the plan, all of it at once, with the lines to add.\n\n" +
	"The apply asks again. It imports exactly the export that was planned, and only while Tray still says what the plan shows: a destination that was changed meanwhile is left alone, and the apply fails. " +
	"The apply of a saved plan says so in these words. One that plans for itself, or that of an encrypted plan, is refused by Terraform: " +
	"*Provider produced inconsistent final plan*, with `impact` or `preview_digest` beside it. That is no bug, and nothing was imported. Plan again, and have the new impact reviewed.\n\n" +
	"Content decides. While the content of the export and the arguments are those of the last import, nothing is sent, whatever the number of the version. " +
	"An import is sent once: when its answer is lost, a fresh preview tells whether it was carried out.\n\n" +
	"What stays invisible: Tray tells nobody what is in a project that has no new version. Workflows that somebody edits in the destination show in no plan, until an import is planned whose preview names them. " +
	"With `record_version` a version that somebody makes there shows. A destroy forgets: what was imported stays.\n\n" +
	"**Requests:** a plan without a change makes one list of versions for each destination. A plan with one sends the export twice, to ask for requirements and for a preview. " +
	"An apply sends it four times: it plans once more, asks for the preview again, and imports."

func (r *importResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"project_id": schema.StringAttribute{
			MarkdownDescription: "Project that is imported into, which must exist. Another one is another import.",
			Required:            true, Validators: project.ID(), PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"export": schema.StringAttribute{
			MarkdownDescription: "Path of the exported project, as in `exports/billing-1.4.json`, or the `path` of `tray_project_export`. Up to 60 MiB. It is write-only, as a path says nothing about content: the state holds a digest. " +
				"The apply of a saved plan needs the same file.",
			Required: true, WriteOnly: true, Validators: base.Word(),
		},
		"authentications": bindings("Authentications of the destination for the slots of the export: a map from a slot's title, or its export id where two have one title, to the id of an authentication. " +
			"Slots that Tray resolves by itself, as it has before, need none. The plan checks that the authentication is of the slot's service and has its scopes, as far as the token sees it."),
		"connectors": bindings("Connectors that have another name or version in the destination: a map such as `{ \"acme-crm/1.0\" = \"acme-crm/1.1\" }`. What the export does not use is passed over, so that one map serves every project."),
		"services":   bindings("Services that have another name or version in the destination: a map such as `{ \"acme/1\" = \"acme/2\" }`. What the export does not use is passed over."),
		"config": schema.MapAttribute{ElementType: base.FreeType{}, Optional: true, MarkdownDescription: "Values of the project's configuration in the destination, by key. Numbers and truth values are written as they are; write lists and objects with `jsonencode`. " +
			"A value has the type that it has in the export. A key that is not given keeps the value that the destination has. One that the destination does not have yet must be given: the export's value is that of another environment. An empty text is a value."},
		"record_version": schema.BoolAttribute{
			MarkdownDescription: "Whether to make a version of the destination after each import. A later version that somebody else makes there then shows in the plan as drift. Omitted: `false`.", Optional: true,
		},
		"max_removed_workflows": schema.Int64Attribute{
			MarkdownDescription: "How many workflows an import may remove. Omitted: none. A plan that removes more is refused. It is write-only, as it is no part of what is imported.",
			Optional:            true, WriteOnly: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
		"allow_breaking_changes": schema.BoolAttribute{
			MarkdownDescription: "Whether an import may make breaking changes to the project's solution. Omitted: `false`, and a plan that makes some is refused. It is write-only.", Optional: true, WriteOnly: true,
		},
		"not_secrets": schema.ListAttribute{
			MarkdownDescription: "Places in the export that look like secrets and are none, as the error of the plan names them. It is write-only.",
			ElementType:         types.StringType, Optional: true, WriteOnly: true,
		},
		"backup":           backupAttribute(),
		"id":               base.Given("Identifier: `project_id` again."),
		"export_digest":    given("Digest of the export's content, whatever its layout and the number of its version."),
		"exported":         exportedAttribute(),
		"preview_digest":   given("Digest of all that Tray says about the import, ids and values included. An apply whose preview has another one is refused."),
		"impact":           impactAttribute(),
		"solution_id":      given("Identifier of the solution that the imported project has in the destination, such as `tray_solution_release` takes; null without one, and until an import concerns it."),
		"backup_sha256":    given("SHA-256 of the file that the last import's backup was written to; null without one."),
		"recorded_version": given("Number of the version that `record_version` has made; null without one."),
		"newest_version":   given("With `record_version`: number of the newest version of the destination."),
	}}
}

func given(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func bindings(description string) schema.MapAttribute {
	return schema.MapAttribute{MarkdownDescription: description, ElementType: types.StringType, Optional: true}
}

func backupAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Where to export the destination before anything is imported. When that fails, nothing is imported. To go back, point `export` at the file. It is write-only.",
		Optional:            true, WriteOnly: true,
		Attributes: map[string]schema.Attribute{
			"path": schema.StringAttribute{
				MarkdownDescription: "Path of the file, readable by its owner alone. One that exists is not overwritten, so give each promotion its own, as in `backups/before-1.4.json`. A backup needs it.",
				Optional:            true, WriteOnly: true, Validators: base.Word(),
			},
			"create_version": schema.BoolAttribute{
				MarkdownDescription: "Whether to make a version of the destination first. Tray exports versions only: without it, edits since the newest version are in no backup, and the plan says so. Omitted: `false`.",
				Optional:            true, WriteOnly: true,
			},
		},
	}
}

func exportedAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "What is imported.", Computed: true,
		Attributes: map[string]schema.Attribute{
			"project_id": given("Project that was exported."), "project": given("Its name."),
			"version": given("Number of the exported version; null for work in progress."),
		},
	}
}

func impactAttribute() schema.SingleNestedAttribute {
	list := func(what string) schema.ListAttribute {
		return schema.ListAttribute{MarkdownDescription: what, ElementType: types.StringType, Computed: true}
	}
	changes := func(what string) schema.SingleNestedAttribute {
		return schema.SingleNestedAttribute{MarkdownDescription: what, Computed: true, Attributes: map[string]schema.Attribute{
			"created": list("Created, sorted."), "updated": list("Updated, sorted."), "removed": list("Removed, sorted."),
		}}
	}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "What the last import did, or the planned one does. All lists are empty when the destination has everything already.", Computed: true,
		Attributes: map[string]schema.Attribute{
			"workflows": changes("Workflows, by title."),
			"config":    changes("Configuration, by key."),
			"solution": schema.SingleNestedAttribute{
				MarkdownDescription: "The project's solution, in the Embedded workspace; null where none is concerned. It is imported as a draft.", Computed: true,
				Attributes: map[string]schema.Attribute{
					"change":                schema.StringAttribute{MarkdownDescription: "`Created`, `Updated` or `Deleted`.", Computed: true},
					"breaking_changes":      schema.BoolAttribute{MarkdownDescription: "Whether instances break.", Computed: true},
					"requires_user_input":   schema.BoolAttribute{MarkdownDescription: "Whether end users must enter something.", Computed: true},
					"requires_system_input": schema.BoolAttribute{MarkdownDescription: "Whether you must enter something for end users.", Computed: true},
					"authentication_slots":  changes("Slots for authentications, by title."),
					"config_slots":          changes("Slots for configuration, by title."),
					"messages":              list("What changes in slots, in Tray's words, breaking changes first."),
				},
			},
		},
	}
}
