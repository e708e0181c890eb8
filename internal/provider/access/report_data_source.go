package access

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ datasource.DataSourceWithConfigure      = (*reportDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*reportDataSource)(nil)
)

// DataSources lists this package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewReportDataSource, NewRolePermissionsDataSource, NewUnmanagedDataSource}
}

// NewReportDataSource returns the tray_access_report data source.
func NewReportDataSource() datasource.DataSource { return &reportDataSource{} }

type reportDataSource struct{ base.DataSource }

type reportModel struct {
	WorkspaceIDs        types.Set `tfsdk:"workspace_ids"`
	WorkspaceTypes      types.Set `tfsdk:"workspace_types"`
	Emails              types.Set `tfsdk:"emails"`
	EmailDomains        types.Set `tfsdk:"email_domains"`
	OutsideEmailDomains types.Set `tfsdk:"outside_email_domains"`
	AccountTypes        types.Set `tfsdk:"account_types"`
	Roles               types.Set `tfsdk:"roles"`
	Formats             types.Set `tfsdk:"formats"`

	Entries  []reportEntry  `tfsdk:"entries"`
	People   []reportPerson `tfsdk:"people"`
	Notes    []string       `tfsdk:"notes"`
	CSV      types.String   `tfsdk:"csv"`
	Markdown types.String   `tfsdk:"markdown"`
	Mermaid  types.String   `tfsdk:"mermaid"`
}

type reportEntry struct {
	Email            base.Email   `tfsdk:"email"`
	UserID           types.String `tfsdk:"user_id"`
	Name             types.String `tfsdk:"name"`
	AccountType      types.String `tfsdk:"account_type"`
	OrganizationRole types.String `tfsdk:"organization_role"`
	WorkspaceID      types.String `tfsdk:"workspace_id"`
	WorkspaceName    types.String `tfsdk:"workspace_name"`
	WorkspaceType    types.String `tfsdk:"workspace_type"`
	Role             types.String `tfsdk:"role"`
	RoleWithKind     types.String `tfsdk:"role_with_kind"`
	GrantedBy        []string     `tfsdk:"granted_by"`
	Rights           []string     `tfsdk:"rights"`
}

type reportPerson struct {
	Email            base.Email   `tfsdk:"email"`
	UserID           types.String `tfsdk:"user_id"`
	Name             types.String `tfsdk:"name"`
	AccountType      types.String `tfsdk:"account_type"`
	OrganizationRole types.String `tfsdk:"organization_role"`
	Rights           []string     `tfsdk:"rights"`
	Workspaces       types.Int64  `tfsdk:"workspaces"`
}

// The values of formats.
const (
	formatCSV      = "csv"
	formatMarkdown = "markdown"
	formatMermaid  = "mermaid"
)

func (d *reportDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_report"
}

const reportText = `Who can do what in which workspace, and by which right: the answer to an access review.

**Works on a live Tray:** yes

An organization Owner or Admin reaches every workspace, as a member or not, and other people's Personal workspaces too. Everybody reaches the
Organization workspace, with their organization role. Members reach every other workspace with the role of their membership, which may be higher than
their organization role. A Personal workspace belongs to one person. Tray's API does not say who that is, so the report takes its only member; where it
cannot see the members, ` + "`notes`" + ` says so. Invitations give nothing until they are accepted, and are not in the report.

` + "`rights`" + ` follow Tray's published tables, as ` + "`tray_role_permissions`" + ` and the functions ` + "`can`" + ` and ` + "`role_permissions`" + ` do. Some rights also depend on a setting:
workspace Admins make API tokens only while an organization Admin allows it. ` + "`tray_role_permissions`" + ` lists those.

**Requests:** the lists of users and workspaces, and one list of members (100 a page) for each workspace that the filters let through. Personal
workspaces count too: in a large organization leave them out with ` + "`workspace_types`" + `. Everything else in the run shares these lists. The token needs the organization role Admin.`

var workspaceTypes = []string{string(tray.WorkspaceEmbedded), string(tray.WorkspaceOrganization), string(tray.WorkspacePersonal),
	string(tray.WorkspacePersonalExternal), string(tray.WorkspaceShared)}

var accountTypes = []string{string(tray.AccountAPI), string(tray.AccountExternal), string(tray.AccountIntegration),
	string(tray.AccountPartner), string(tray.AccountRegular), string(tray.AccountSystem)}

func filterAttribute(text string, of attr.Type, more ...validator.Set) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: text, Optional: true, ElementType: of,
		Validators: append([]validator.Set{setvalidator.SizeAtLeast(1)}, more...),
	}
}

func (d *reportDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computed := func(text string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: text, Computed: true}
	}
	list := func(text string) schema.ListAttribute {
		return schema.ListAttribute{MarkdownDescription: text, Computed: true, ElementType: types.StringType}
	}
	email := schema.StringAttribute{MarkdownDescription: "E-mail address.", Computed: true, CustomType: base.EmailType{}}
	resp.Schema = schema.Schema{
		MarkdownDescription: reportText,
		Attributes: map[string]schema.Attribute{
			"workspace_ids":         filterAttribute("Only these workspaces. An id that the token does not see is an error.", types.StringType),
			"workspace_types":       filterAttribute("Only workspaces of these types: `Shared`, `Organization`, `Personal`, `PersonalExternal`, `Embedded`.", types.StringType, base.Among(workspaceTypes...)),
			"emails":                filterAttribute("Only people with these addresses; letter case does not count.", base.EmailType{}),
			"email_domains":         filterAttribute("Only addresses of these domains, such as `example.com`. Subdomains are other domains.", types.StringType),
			"outside_email_domains": filterAttribute("Only addresses of any other domain: guests.", types.StringType),
			"account_types":         filterAttribute("Only these kinds of account: `Regular`, `API`, `External`, `Integration`, `Partner`, `System`.", types.StringType, base.Among(accountTypes...)),
			"roles": filterAttribute("Only rows with these effective roles. `Admin` is an Admin of either kind; `Organization Admin` and `Workspace Admin` are one each. "+
				"A role that Tray does not have is an error.", types.StringType),
			"formats": schema.SetAttribute{
				MarkdownDescription: "Which of `csv`, `markdown` and `mermaid` to write. Default all three; `[]` is none. Those left out are null, which keeps the state small.",
				Optional:            true, ElementType: types.StringType,
				Validators: []validator.Set{base.Among(formatCSV, formatMarkdown, formatMermaid)},
			},
			"entries": schema.ListNestedAttribute{
				MarkdownDescription: "One entry for each user and workspace, sorted by workspace name and id, then by e-mail address.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"email":             email,
					"user_id":           computed("Tray's id of the user."),
					"name":              computed("Full name; empty for a member whom the list of users does not show."),
					"account_type":      computed("Kind of account: `Regular`, `API`, `External`, `Integration`, `Partner` or `System`."),
					"organization_role": computed("Role in the organization."),
					"workspace_id":      computed("Id of the workspace."),
					"workspace_name":    computed("Name of the workspace; names are not unique."),
					"workspace_type":    computed("Type of the workspace."),
					"role":              computed("The strongest role that the user has there: `Owner`, `Admin`, `Contributor` or `Viewer`."),
					"role_with_kind":    computed("Role with its kind, as the function `can` takes it: `Organization Admin` and `Workspace Admin` differ."),
					"granted_by":        list("By which rights, the one that gives `role` first: `organization role`, `membership`, `owner of the personal workspace`."),
					"rights": list("What that allows in this workspace: `projects:manage` is everything that can be done with projects, `projects:read` one thing. " +
						"Empty for a role that Tray's documents do not have."),
				}},
			},
			"people": schema.ListNestedAttribute{
				MarkdownDescription: "The users whom the filters on people let through, sorted by e-mail address, with their rights over the organization itself.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"email":             email,
					"user_id":           computed("Tray's id of the user."),
					"name":              computed("Full name."),
					"account_type":      computed("Kind of account."),
					"organization_role": computed("Role in the organization."),
					"rights":            list("Rights over the organization's people and settings, such as `people:manage` or `billing:manage`."),
					"workspaces":        schema.Int64Attribute{MarkdownDescription: "Number of workspaces in `entries` that the person can reach.", Computed: true},
				}},
			},
			"notes": list("What could not be told, one sentence each: Personal workspaces whose person is unknown, roles that are not Tray's documented ones."),
			"csv": computed("`entries` as CSV with a header. Cells that a spreadsheet would run as a formula begin with an apostrophe. " +
				"Lists are joined: `granted_by` with `; `, `rights` with spaces."),
			"markdown": computed("`entries` as a Markdown table, with the rights of the roles in it and the notes, for a pull request. Names are escaped."),
			"mermaid": computed("`entries` as a Mermaid flow chart. Organization Owners and Admins point at one node for all workspaces. " +
				"With more than 400 arrows people are folded into groups such as \"12 × Viewer\"."),
		},
	}
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig. A misspelled role
// would match no row and look like a clean bill.
func (d *reportDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	m, ok := base.Load[reportModel](ctx, req.Config, &resp.Diagnostics)
	if !ok || m.Roles.IsUnknown() {
		return
	}
	for _, v := range m.Roles.Elements() {
		s, isString := v.(types.String)
		if !isString || s.IsUnknown() || s.IsNull() || !base.IsWord(s.ValueString()) {
			continue // nothing to say, or base.Elements says it
		}
		if summary, detail := unknownRole(s.ValueString()); detail != "" {
			resp.Diagnostics.AddAttributeError(path.Root("roles").AtSetValue(v), summary, detail)
		}
	}
}

// unknownRole says that Tray has no such role; no detail when it has.
func unknownRole(name string) (summary, detail string) {
	if len(ParseRole(name)) == 0 {
		return "Unknown role", noRole(name)
	}
	return "", ""
}

func noRole(name string) string {
	var names []string
	for _, r := range Roles() {
		names = append(names, fmt.Sprintf("%q", r.FullName()))
	}
	return fmt.Sprintf("Tray has no role %q. The roles are %s; without the first word a name means both kinds.", name, strings.Join(names, ", "))
}

func (d *reportDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := base.Load[reportModel](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	filter := m.filter(ctx, &resp.Diagnostics)
	inv, err := organization(ctx, d.API)
	if base.Failed(&resp.Diagnostics, "read the organization", err) || !seen(filter, inv, &resp.Diagnostics) {
		return
	}
	inv.Workspaces = slices.DeleteFunc(slices.Clone(inv.Workspaces), func(w tray.Workspace) bool { return !filter.Workspace(w) })
	err = inv.readMembers(ctx, d.API, func(tray.Workspace) bool { return true })
	if base.Failed(&resp.Diagnostics, "read the members of the workspaces", err) {
		return
	}
	m.fill(ctx, filter.Apply(NewReport(inv)), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// seen refuses ids of workspaces that are not there: no rows would look like no access.
func seen(f Filter, inv Inventory, diags *diag.Diagnostics) bool {
	ok := true
	for _, id := range f.WorkspaceIDs {
		if !slices.ContainsFunc(inv.Workspaces, func(w tray.Workspace) bool { return w.ID == id }) {
			ok = false
			diags.AddAttributeError(path.Root("workspace_ids").AtSetValue(types.StringValue(id)), "Could not find the workspace",
				fmt.Sprintf("This token sees no workspace with the id %q. Give ids, not names; tray_workspaces lists both.", id))
		}
	}
	return ok
}

func (m reportModel) filter(ctx context.Context, diags *diag.Diagnostics) Filter {
	return Filter{
		WorkspaceIDs:   elements[string](ctx, m.WorkspaceIDs, diags),
		WorkspaceTypes: elements[tray.WorkspaceType](ctx, m.WorkspaceTypes, diags),
		Emails:         elements[string](ctx, m.Emails, diags),
		EmailDomains:   elements[string](ctx, m.EmailDomains, diags),
		OutsideDomains: elements[string](ctx, m.OutsideEmailDomains, diags),
		AccountTypes:   elements[tray.AccountType](ctx, m.AccountTypes, diags),
		Roles:          elements[string](ctx, m.Roles, diags),
	}
}

// elements returns the strings of a set, nil when it is null.
func elements[S ~string](ctx context.Context, set types.Set, diags *diag.Diagnostics) []S {
	if set.IsNull() {
		return nil
	}
	var plain []string
	diags.Append(set.ElementsAs(ctx, &plain, false)...)
	out := make([]S, len(plain))
	for i, s := range plain {
		out[i] = S(s)
	}
	slices.Sort(out)
	return out
}

func (m *reportModel) fill(ctx context.Context, r Report, diags *diag.Diagnostics) {
	m.Entries, m.People = []reportEntry{}, []reportPerson{}
	for _, row := range r.Entries {
		m.Entries = append(m.Entries, reportEntry{
			Email: base.EmailValue(row.Email), UserID: types.StringValue(row.UserID), Name: types.StringValue(row.Name),
			AccountType: types.StringValue(string(row.AccountType)), OrganizationRole: types.StringValue(row.OrganizationRole),
			WorkspaceID: types.StringValue(row.WorkspaceID), WorkspaceName: types.StringValue(row.WorkspaceName), WorkspaceType: types.StringValue(string(row.WorkspaceType)),
			Role: types.StringValue(row.Role.Name), RoleWithKind: types.StringValue(row.Role.FullName()), GrantedBy: some(row.GrantedBy), Rights: some(row.Rights),
		})
	}
	for _, p := range r.People {
		m.People = append(m.People, reportPerson{
			Email: base.EmailValue(p.User.Email), UserID: types.StringValue(p.User.ID), Name: types.StringValue(p.User.Name),
			AccountType: types.StringValue(string(p.User.AccountType)), OrganizationRole: types.StringValue(p.User.Role.Name),
			Rights: some(p.Rights), Workspaces: types.Int64Value(int64(p.Workspaces)),
		})
	}
	m.Notes = some(r.Notes)
	formats := elements[string](ctx, m.Formats, diags)
	for name, f := range map[string]struct {
		to     *types.String
		render func() string
	}{
		formatCSV: {&m.CSV, r.CSV}, formatMarkdown: {&m.Markdown, r.Markdown}, formatMermaid: {&m.Mermaid, r.Mermaid},
	} {
		if m.Formats.IsNull() || slices.Contains(formats, name) {
			*f.to = types.StringValue(f.render())
		}
	}
}

// some is s as an empty list when it is nil: computed lists are never null.
func some(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
