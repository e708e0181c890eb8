package base

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Elements checks what collections hold as single values are checked, however deep:
// the framework validates an attribute by its type and leaves the elements of a set, a
// list or a map alone. Nothing is null, a string is a word (see Word), and an element whose
// type checks itself, such as Email, does that instead. One that is nullable may be null.
//
// Resource and DataSource bring it along: whoever has config validators of their own
// adds to those.
type Elements struct{}

var (
	_ resource.ConfigValidator   = Elements{}
	_ datasource.ConfigValidator = Elements{}
	_ provider.ConfigValidator   = Elements{}
	_ ephemeral.ConfigValidator  = Elements{}
	_ list.ConfigValidator       = Elements{}
)

// Description implements the ConfigValidators.
func (Elements) Description(context.Context) string {
	return "elements are checked as single values are"
}

// MarkdownDescription implements the ConfigValidators.
func (e Elements) MarkdownDescription(ctx context.Context) string { return e.Description(ctx) }

// ValidateResource implements resource.ConfigValidator.
func (Elements) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	checkElements(ctx, req.Config, &resp.Diagnostics)
}

// ValidateDataSource implements datasource.ConfigValidator.
func (Elements) ValidateDataSource(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	checkElements(ctx, req.Config, &resp.Diagnostics)
}

// ValidateProvider implements provider.ConfigValidator.
func (Elements) ValidateProvider(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	checkElements(ctx, req.Config, &resp.Diagnostics)
}

// ValidateEphemeralResource implements ephemeral.ConfigValidator.
func (Elements) ValidateEphemeralResource(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	checkElements(ctx, req.Config, &resp.Diagnostics)
}

// ValidateListResourceConfig implements list.ConfigValidator.
func (Elements) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	checkElements(ctx, req.Config, &resp.Diagnostics)
}

// ConfigValidators implements resource.ResourceWithConfigValidators.
func (*Resource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{Elements{}}
}

// ListResourceConfigValidators implements list.ListResourceWithConfigValidators, for
// list resources that embed their resource.
func (*Resource) ListResourceConfigValidators(context.Context) []list.ConfigValidator {
	return []list.ConfigValidator{Elements{}}
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (*DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{Elements{}}
}

// ConfigValidators implements ephemeral.EphemeralResourceWithConfigValidators.
func (*Ephemeral) ConfigValidators(context.Context) []ephemeral.ConfigValidator {
	return []ephemeral.ConfigValidator{Elements{}}
}

// checkElements looks at the attributes and blocks that can hold a collection, and
// leaves the others undecoded.
func checkElements(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var raw map[string]tftypes.Value
	if !config.Raw.IsKnown() || config.Raw.IsNull() || config.Raw.As(&raw) != nil {
		return
	}
	inside := map[string]attr.Type{}
	for name, a := range config.Schema.GetAttributes() {
		inside[name] = a.GetType()
	}
	for name, b := range config.Schema.GetBlocks() {
		inside[name] = b.Type()
	}
	for _, name := range slices.Sorted(maps.Keys(inside)) {
		switch inside[name].(type) {
		case attr.TypeWithElementType, attr.TypeWithAttributeTypes, attr.TypeWithElementTypes:
			if v, err := inside[name].ValueFromTerraform(ctx, raw[name]); err == nil { // else the framework reports it
				within(ctx, path.Root(name), v, diags)
			}
		}
	}
}

// within checks what v holds, not v itself.
func within(ctx context.Context, at path.Path, v attr.Value, diags *diag.Diagnostics) {
	if v.IsNull() || v.IsUnknown() {
		return
	}
	switch v := v.(type) {
	case interface{ Attributes() map[string]attr.Value }:
		for name, a := range v.Attributes() {
			within(ctx, at.AtName(name), a, diags)
		}
	case interface{ Elements() map[string]attr.Value }:
		_, itself := v.(xattr.ValidateableAttribute)
		elements := v.Elements() // a copy each time
		for _, key := range slices.Sorted(maps.Keys(elements)) {
			if problem := wordProblem(key); problem != "" && !itself {
				diags.AddAttributeError(at, notAWord, "The key "+problem)
			}
			if e := elements[key]; e.IsNull() || !itself {
				element(ctx, at.AtMapKey(key), e, diags)
			}
		}
	case interface{ Elements() []attr.Value }:
		ordered := isList(ctx, v)
		for i, e := range v.Elements() {
			if ordered {
				element(ctx, at.AtListIndex(i), e, diags)
			} else { // Terraform cannot point at one element of a set
				element(ctx, at, e, diags)
			}
		}
	}
}

func isList(ctx context.Context, v any) bool {
	_, ok := v.(attr.Value).Type(ctx).TerraformType(ctx).(tftypes.List)
	return ok
}

// nullable is an element of which null says something: that there is none.
type nullable interface{ NullIsNone() }

func element(ctx context.Context, at path.Path, v attr.Value, diags *diag.Diagnostics) {
	if v.IsUnknown() {
		return
	}
	if _, means := v.(nullable); means && v.IsNull() {
		return
	}
	if v.IsNull() {
		diags.AddAttributeError(at, "Null among the elements",
			"An element is null, which means nothing here. Leave it out. compact() or [for e in … : e if e != null] takes nulls out of a list.")
		return
	}
	switch e := v.(type) {
	case xattr.ValidateableAttribute:
		var resp xattr.ValidateAttributeResponse
		e.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: at}, &resp)
		diags.Append(resp.Diagnostics...)
	case interface{ ValueString() string }:
		if problem := wordProblem(e.ValueString()); problem != "" {
			diags.AddAttributeError(at, notAWord, problem)
		}
	default:
		within(ctx, at, v, diags)
	}
}

// among is a validator of collections whose elements are some of a few words.
type among []string

// Among are the values that the elements of a set can have. What Elements refuses is
// left to it.
func Among(values ...string) validator.Set { return among(values) }

func (a among) Description(context.Context) string {
	return "must hold some of " + strings.Join(a, ", ")
}
func (a among) MarkdownDescription(ctx context.Context) string { return a.Description(ctx) }

func (a among) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, e := range req.ConfigValue.Elements() {
		s, ok := e.(types.String)
		if !ok || s.IsNull() || s.IsUnknown() || wordProblem(s.ValueString()) != "" || slices.Contains(a, s.ValueString()) {
			continue
		}
		resp.Diagnostics.AddAttributeError(req.Path, "Unknown value", fmt.Sprintf("%q is none of %s.", s.ValueString(), quoted(a)))
	}
}
