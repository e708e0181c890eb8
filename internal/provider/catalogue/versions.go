package catalogue

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// versions is the list of connectors or of triggers, each in each of its versions.
type versions struct {
	base.DataSource
	kind
}

// filters are what a list is cut down by.
type filters struct {
	name, service types.String
	pattern       *regexp.Regexp
	latest        types.Bool
}

type version struct {
	Name           types.String `tfsdk:"name"`
	Version        types.String `tfsdk:"version"`
	Title          types.String `tfsdk:"title"`
	Description    types.String `tfsdk:"description"`
	ServiceID      types.String `tfsdk:"service_id"`
	ServiceName    types.String `tfsdk:"service_name"`
	ServiceVersion types.Int64  `tfsdk:"service_version"`
}

func (d *versions) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "tray_" + d.many
}

func (d *versions) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	only := func(of string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: fmt.Sprintf("Only %s %s.", d.many, of), Optional: true, Validators: base.Word()}
	}
	pattern := fmt.Sprintf("Only %s whose name this regular expression (RE2) matches somewhere; `^` and `$` anchor it.", d.many)
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("The %s that the token may use, in each version. %s The data source `tray_%s_operations` says what one can do.\n\n", d.many, d.about, d.one) +
			"**Works on a live Tray:** yes\n\n" +
			fmt.Sprintf("**Requests:** the list of %s, which comes in one piece. Everything else in the run shares it.", d.many),
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{MarkdownDescription: fmt.Sprintf("Only the %s of this name, such as `slack`, in all its versions.", d.one), Optional: true}, "service_name": only("of the service with this unique name"),
			"name_regex": schema.StringAttribute{MarkdownDescription: pattern, Optional: true},
			"latest":     schema.BoolAttribute{MarkdownDescription: fmt.Sprintf("`true` leaves the highest version of each %s alone. Default `false`.", d.one), Optional: true},
			d.many: nested(fmt.Sprintf("The %s, by name and then by version, the lowest first.", d.many), map[string]schema.Attribute{
				"name": text("Name, by which workflows and this provider call it."), "version": text("Version, such as `\"11.0\"`."),
				"title": text("Title that people see."), "description": text("Description."),
				"service_id": text("Id of the service, for Tray's authentication dialog."), "service_name": text("Unique name of the service that authentications for it are made with."),
				"service_version": schema.Int64Attribute{MarkdownDescription: "Version of that service, a whole number.", Computed: true},
			}),
		},
	}
}

func (d *versions) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	want, ok := filtersOf(ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	all, err := d.list(ctx, d.API)
	if base.Failed(&resp.Diagnostics, "read the "+d.many, err) {
		return
	}
	shown := []version{}
	for _, c := range want.of(all) {
		shown = append(shown, version{
			types.StringValue(c.Name), types.StringValue(c.Version), types.StringValue(c.Title), types.StringValue(c.Description),
			base.Text(c.ServiceID), base.Text(c.ServiceName), types.Int64Value(c.ServiceVersion),
		})
	}
	resp.State.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(d.many), shown)...)
}

func filtersOf(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (f filters, ok bool) {
	var pattern types.String
	for name, to := range map[string]any{"name": &f.name, "service_name": &f.service, "name_regex": &pattern, "latest": &f.latest} {
		diags.Append(config.GetAttribute(ctx, path.Root(name), to)...)
	}
	if diags.HasError() {
		return f, false
	}
	f.pattern, ok = base.Pattern(pattern, diags)
	return f, ok
}

// of are those that pass, sorted.
func (f filters) of(all []tray.Connector) []tray.Connector {
	passed := slices.DeleteFunc(slices.Clone(all), func(c tray.Connector) bool {
		return !matches(f.name, c.Name) || !matches(f.service, c.ServiceName) || !f.pattern.MatchString(c.Name)
	})
	slices.SortStableFunc(passed, func(a, b tray.Connector) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), compareVersions(a.Version, b.Version))
	})
	if !f.latest.ValueBool() {
		return passed
	}
	var latest []tray.Connector
	for i, c := range passed {
		if i == len(passed)-1 || passed[i+1].Name != c.Name {
			latest = append(latest, c)
		}
	}
	return latest
}

// compareVersions compares number by number: 11.0 is above 9.2.
func compareVersions(a, b string) int {
	return cmp.Or(slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(a, b string) int {
		x, errX := strconv.Atoi(a)
		y, errY := strconv.Atoi(b)
		if errX != nil || errY != nil {
			return cmp.Compare(a, b)
		}
		return cmp.Compare(x, y)
	}), cmp.Compare(a, b))
}
