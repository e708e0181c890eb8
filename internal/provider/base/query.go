package base

import (
	"context"
	"regexp"

	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// What list blocks and data sources ask for, where several nouns are asked alike.

// InWorkspace is a list block that asks for the objects of a workspace.
type InWorkspace struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
}

// ByName is a list block that asks for objects by name, or the part of one that does.
type ByName struct {
	NameRegex types.String `tfsdk:"name_regex"`
}

func (b ByName) pattern() types.String { return b.NameRegex }

// NamedInWorkspace is a list block that asks for the objects of a workspace, by name.
type NamedInWorkspace struct {
	InWorkspace
	ByName
}

// ListingNamed is Listing for a block that has ByName in it, with the pattern.
func ListingNamed[Q interface{ pattern() types.String }](ctx context.Context, p *Provider, req list.ListRequest, stream *list.ListResultsStream) (want Q, name *regexp.Regexp, ok bool) {
	if want, ok = Listing[Q](ctx, p, req, stream); ok {
		name, ok = listingPattern(want.pattern(), stream)
	}
	return want, name, ok
}

// ForQuery ends the first sentence on a list resource.
const ForQuery = ", for `terraform query` (Terraform 1.14 or later)"

// ListSchema is the schema of a list resource: what it finds, what of that works on a live
// Tray, which requests it takes.
func ListSchema(finds, live, requests string, attributes map[string]listschema.Attribute) listschema.Schema {
	return listschema.Schema{
		MarkdownDescription: finds + "\n\n**Works on a live Tray:** " + live + "\n\n**Requests:** " + requests +
			" Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more.",
		Attributes: attributes,
	}
}

// Only is an argument of a list block that leaves out what it does not name.
func Only(description string) listschema.StringAttribute {
	return listschema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: Word()}
}

// OnlyMatching is the argument name_regex of a list block of many, "projects".
func OnlyMatching(many string) listschema.StringAttribute {
	return listschema.StringAttribute{MarkdownDescription: matching(many), Optional: true}
}

// ShownOnly is Only for a data source.
func ShownOnly(description string) dataschema.StringAttribute {
	return dataschema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: Word()}
}

// ShownMatching is OnlyMatching for a data source.
func ShownMatching(many string) dataschema.StringAttribute {
	return dataschema.StringAttribute{MarkdownDescription: matching(many), Optional: true}
}

// ShownOf is a text that a data source needs.
func ShownOf(description string) dataschema.StringAttribute {
	return dataschema.StringAttribute{MarkdownDescription: description, Required: true, Validators: Word()}
}

// ShownList is a list of objects in a data source.
func ShownList(description string, of map[string]dataschema.Attribute) dataschema.ListNestedAttribute {
	return dataschema.ListNestedAttribute{MarkdownDescription: description, Computed: true, NestedObject: dataschema.NestedAttributeObject{Attributes: of}}
}

func matching(many string) string {
	return "Only " + many + " whose name this regular expression (RE2) matches somewhere; `^` and `$` anchor it."
}
