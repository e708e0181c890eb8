package solution

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/embedded"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

type solutionsData struct{ base.NamedDataSource }

// solutions are what the data source shows, by what is asked for.
type solutions struct {
	Title        types.String `tfsdk:"title"`
	TitleRegex   types.String `tfsdk:"name_regex"`
	Tags         types.Set    `tfsdk:"tags"`
	CustomFields types.Map    `tfsdk:"custom_fields"`
	Solutions    []shown      `tfsdk:"solutions"`
}

type shown struct {
	ID           types.String `tfsdk:"id"`
	Title        types.String `tfsdk:"title"`
	Description  types.String `tfsdk:"description"`
	Tags         types.Set    `tfsdk:"tags"`
	CustomFields types.Map    `tfsdk:"custom_fields"`
	AuthSlots    []authSlot   `tfsdk:"auth_slots"`
	ConfigSlots  []configSlot `tfsdk:"config_slots"`
}

type authSlot struct {
	ExternalID types.String `tfsdk:"external_id"`
	Title      types.String `tfsdk:"title"`
}

type configSlot struct {
	ExternalID types.String         `tfsdk:"external_id"`
	Title      types.String         `tfsdk:"title"`
	Default    jsontypes.Normalized `tfsdk:"default"`
}

const solutionsText = "The published solutions of the organization, with the slots that instances of them fill.\n\n" +
	"**Works on a live Tray:** yes, in an organization with Embedded and with a `master_token` (`TRAY011`)\n\n" +
	"Drafts that were never published are in no list of Tray's API. A solution that is published in the same plan is missing until the apply; " +
	"a `depends_on` on its `tray_solution_release` reads the list after it.\n\n" +
	"**Requests:** one list of solutions (100 a page) serves all of a run."

func (d *solutionsData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	id := base.Shown("Identifier that an instance's values name the slot by.")
	resp.Schema = schema.Schema{MarkdownDescription: solutionsText, Attributes: map[string]schema.Attribute{
		"title":         base.ShownOnly("Only solutions of exactly this title."),
		"name_regex":    schema.StringAttribute{MarkdownDescription: "Only solutions whose title matches, in RE2's notation.", Optional: true},
		"tags":          schema.SetAttribute{MarkdownDescription: "Only solutions that have all of these tags. An empty set is no filter.", ElementType: types.StringType, Optional: true},
		"custom_fields": schema.MapAttribute{MarkdownDescription: "Only solutions that have all of these custom fields, with these values.", ElementType: types.StringType, Optional: true},
		"solutions": base.ShownList("The solutions, by title.", map[string]schema.Attribute{
			"id": base.Shown("Identifier of the solution."), "title": base.Shown("Title that end users see."), "description": base.Shown("What it does; null when nothing is said."),
			"tags":          schema.SetAttribute{MarkdownDescription: "Its tags.", ElementType: types.StringType, Computed: true},
			"custom_fields": schema.MapAttribute{MarkdownDescription: "Its custom fields, by key.", ElementType: types.StringType, Computed: true},
			"auth_slots":    base.ShownList("What authentications an instance has to be given.", map[string]schema.Attribute{"external_id": id, "title": base.Shown("Title of the slot.")}),
			"config_slots": base.ShownList("What values an instance may be given.", map[string]schema.Attribute{
				"external_id": id, "title": base.Shown("Title of the slot."), "default": base.ShownJSON("What an instance has that is given no value, as JSON; null where it must be given one."),
			}),
		}),
	}}
}

func (d *solutionsData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	want, ok := base.Load[solutions](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	pattern, ok := base.Pattern(want.TitleRegex, &resp.Diagnostics)
	if !ok || !embedded.Ready(ctx, d.Provider, "list of solutions", "tray_solutions", path.Empty(), &resp.Diagnostics) {
		return
	}
	all, err := d.API.Solutions.List(ctx)
	if base.Failed(&resp.Diagnostics, "list the solutions", err) {
		return
	}
	want.Solutions = []shown{}
	for _, s := range all {
		if pattern.MatchString(s.Title) && want.asksFor(s) {
			want.Solutions = append(want.Solutions, show(s))
		}
	}
	slices.SortStableFunc(want.Solutions, func(a, b shown) int { return strings.Compare(a.Title.ValueString(), b.Title.ValueString()) })
	resp.Diagnostics.Append(resp.State.Set(ctx, want)...)
}

// asksFor reports whether a solution has what the filters name.
func (w solutions) asksFor(s tray.Solution) bool {
	if !w.Title.IsNull() && w.Title.ValueString() != s.Title {
		return false
	}
	for _, tag := range w.Tags.Elements() {
		if text, ok := tag.(types.String); ok && !slices.Contains(s.Tags, text.ValueString()) {
			return false
		}
	}
	for key, value := range base.Strings(w.CustomFields) {
		if !slices.Contains(s.CustomFields, tray.CustomField{Key: key, Value: value}) {
			return false
		}
	}
	return true
}

func show(s tray.Solution) shown {
	fields := map[string]string{}
	for _, f := range s.CustomFields {
		fields[f.Key] = f.Value
	}
	one := shown{
		ID: types.StringValue(s.ID), Title: types.StringValue(s.Title), Description: base.Text(s.Description),
		Tags: base.StringSet(s.Tags), CustomFields: base.StringMap(fields), AuthSlots: []authSlot{}, ConfigSlots: []configSlot{},
	}
	for _, slot := range s.AuthSlots {
		one.AuthSlots = append(one.AuthSlots, authSlot{types.StringValue(slot.ExternalID), types.StringValue(slot.Title)})
	}
	for _, slot := range s.ConfigSlots {
		one.ConfigSlots = append(one.ConfigSlots, configSlot{types.StringValue(slot.ExternalID), types.StringValue(slot.Title), defaultOf(slot)})
	}
	return one
}

func defaultOf(slot tray.ConfigSlot) jsontypes.Normalized {
	if string(slot.Default) == "null" {
		return jsontypes.NewNormalizedNull()
	}
	return jsontypes.NewNormalizedValue(string(slot.Default))
}
