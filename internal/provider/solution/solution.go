// Package solution implements what end users make instances of, in organizations with
// Embedded: tray_solution_release, which publishes a solution, and the data source
// tray_solutions. Releases are on Tray's REST API, the list of solutions in GraphQL (docs:
// solutions).
package solution

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/promotion"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &releaseResource{base.ResourceOf(releaseNoun)} }}
}

// DataSources lists the package's data sources for the provider.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &solutionsData{base.DataSourceOf("tray_solutions")} }}
}

var impactTypes = map[string]attr.Type{
	"breaking_changes": types.BoolType, "requires_user_input": types.BoolType, "requires_system_input": types.BoolType,
	"authentication_slots": promotion.ChangesType, "config_slots": promotion.ChangesType, "messages": types.ListType{ElemType: types.StringType},
}

// impactOf is what the plan and the state show of what Tray says.
func impactOf(now *tray.SolutionRelease) types.Object {
	s := now.Impact
	return types.ObjectValueMust(impactTypes, map[string]attr.Value{
		"breaking_changes": types.BoolValue(s.BreakingChanges), "requires_user_input": types.BoolValue(s.RequiresNewUserInput), "requires_system_input": types.BoolValue(s.RequiresNewSystemInput),
		"authentication_slots": promotion.ChangesOf(s.AuthenticationSlots), "config_slots": promotion.ChangesOf(s.ConfigSlots), "messages": promotion.NamesOf(s.Messages),
	})
}

func impactAttribute() schema.SingleNestedAttribute {
	flag := func(what string) schema.BoolAttribute {
		return schema.BoolAttribute{MarkdownDescription: what, Computed: true}
	}
	list := func(what string) schema.ListAttribute {
		return schema.ListAttribute{MarkdownDescription: what, ElementType: types.StringType, Computed: true}
	}
	changes := func(what string) schema.SingleNestedAttribute {
		return schema.SingleNestedAttribute{MarkdownDescription: what, Computed: true, Attributes: map[string]schema.Attribute{
			"created": list("Created, sorted."), "updated": list("Updated, sorted."), "removed": list("Removed, sorted."),
		}}
	}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "What the last release did to instances, or the planned one does, as against the release before it; null for an imported one.", Computed: true,
		Attributes: map[string]schema.Attribute{
			"breaking_changes": flag("Whether instances break, so that none is upgraded by itself."), "requires_user_input": flag("Whether end users must enter something."),
			"requires_system_input": flag("Whether you must enter something for end users."),
			"authentication_slots":  changes("Slots for authentications, by title."), "config_slots": changes("Slots for configuration, by title."),
			"messages": list("What changes in slots, in Tray's words, breaking changes first."),
		},
	}
}
