package base

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Attributes that several nouns have. Each shows its Tray in words of its own.

// ID is the computed attribute that holds what Tray calls an object of a noun.
func ID(noun string) schema.StringAttribute {
	return Given("Identifier of the " + noun + ", given by Tray.")
}

// Given is a text that Tray gives, and that stays.
func Given(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true, PlanModifiers: kept()}
}

// Told is a text that Tray gives, and that may change with any apply.
func Told(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// GivenJSON is a JSON document that Tray gives, and that stays.
func GivenJSON(description string) schema.StringAttribute {
	a := Given(description)
	a.CustomType = jsontypes.NormalizedType{}
	return a
}

func kept() []planmodifier.String {
	return []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
}

// Needed is a text without which there is no object; another one makes another object.
func Needed(description string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description, Required: true, Validators: checks, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

// Required is a text that there must be; another one changes the object in place.
func Required(description string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Required: true, Validators: checks}
}

// Optional is a text that there may be; leaving it out takes it away.
func Optional(description string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: checks}
}

// Left is a text that stays as it is in Tray where it is omitted.
func Left(description string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Computed: true, PlanModifiers: kept(), Validators: checks}
}

// LeftSchema is Left for a JSON Schema.
func LeftSchema(description string) schema.StringAttribute {
	a := Left(description, []validator.String{Check("must be a JSON Schema", func(s string) (string, string) { return "Not a JSON Schema", SchemaProblem(s) })})
	a.CustomType, a.PlanModifiers = jsontypes.NormalizedType{}, append(slices.Clone(a.PlanModifiers), SameJSON())
	return a
}

// LeftMap is Left for a map of texts.
func LeftMap(description string) schema.MapAttribute {
	return schema.MapAttribute{
		MarkdownDescription: description, ElementType: types.StringType, Optional: true, Computed: true,
		PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
	}
}

// Adopted says whether an object was made in Tray's UI and adopted.
func Adopted() schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Whether it was made in Tray's UI and adopted, as on every live Tray.", Computed: true,
		PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

// Shown is a text in a data source.
func Shown(description string) dataschema.StringAttribute {
	return dataschema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// ShownJSON is a JSON document in a data source.
func ShownJSON(description string) dataschema.StringAttribute {
	return dataschema.StringAttribute{MarkdownDescription: description, Computed: true, CustomType: jsontypes.NormalizedType{}}
}
