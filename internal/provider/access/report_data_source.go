package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
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
	OwnEmailDomains     types.Set `tfsdk:"own_email_domains"`
	ProductionIDs       types.Set `tfsdk:"production_workspace_ids"`
	ExpiresAt           types.Map `tfsdk:"expires_at"`

	Entries    []reportEntry     `tfsdk:"entries"`
	People     []reportPerson    `tfsdk:"people"`
	Exceptions []reportException `tfsdk:"exceptions"`
	Notes      []string          `tfsdk:"notes"`
	CSV        types.String      `tfsdk:"csv"`
	Markdown   types.String      `tfsdk:"markdown"`
	Mermaid    types.String      `tfsdk:"mermaid"`
	Matrix     types.String      `tfsdk:"matrix"`
	MatrixCSV  types.String      `tfsdk:"matrix_csv"`
	HTML       types.String      `tfsdk:"html"`
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
	EndsAt           types.String `tfsdk:"ends_at"`
	DaysLeft         types.Int64  `tfsdk:"days_left"`
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

type reportException struct {
	Kind   types.String `tfsdk:"kind"`
	Email  base.Email   `tfsdk:"email"`
	UserID types.String `tfsdk:"user_id"`
	Text   types.String `tfsdk:"text"`
}

// The values of formats. A page is large, and written when it is asked for.
const (
	formatCSV       = "csv"
	formatMarkdown  = "markdown"
	formatMermaid   = "mermaid"
	formatMatrix    = "matrix"
	formatMatrixCSV = "matrix_csv"
	formatHTML      = "html"
)

func (d *reportDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_report"
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
	invites, err := d.invitations(ctx, filter)
	if base.Failed(&resp.Diagnostics, "list the invitations", err) {
		return
	}
	expected := Expected{
		Domains:    elements[string](ctx, m.OwnEmailDomains, &resp.Diagnostics),
		Production: elements[string](ctx, m.ProductionIDs, &resp.Diagnostics),
	}
	if expected.Domains == nil {
		expected.Domains = OwnDomains(inv.Users)
	}
	report := filter.Apply(NewReport(inv))
	if !m.ExpiresAt.IsNull() {
		now, err := d.API.Clock(ctx)
		if base.Failed(&resp.Diagnostics, "read Tray's clock", err, path.Root("expires_at")) {
			return
		}
		report.Date(endsOf(m.ExpiresAt), now)
	}
	m.fill(ctx, report, report.Exceptions(invites, expected), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// invitations are those that the filters on people let through, none where Tray lists none.
func (d *reportDataSource) invitations(ctx context.Context, f Filter) ([]tray.Invite, error) {
	if there, err := d.API.Management.Available(ctx); err != nil || !there {
		return nil, err
	}
	all, err := d.API.Invites.List(ctx)
	return slices.DeleteFunc(slices.Clone(all), func(i tray.Invite) bool { return !f.person(i.Email, tray.AccountRegular) }), err
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

func (m *reportModel) fill(ctx context.Context, r Report, exceptions []Exception, diags *diag.Diagnostics) {
	m.Entries, m.People, m.Exceptions = []reportEntry{}, []reportPerson{}, []reportException{}
	for _, row := range r.Entries {
		m.Entries = append(m.Entries, entryOf(row))
	}
	for _, p := range r.People {
		m.People = append(m.People, reportPerson{
			Email: base.EmailValue(p.User.Email), UserID: types.StringValue(p.User.ID), Name: types.StringValue(p.User.Name),
			AccountType: types.StringValue(string(p.User.AccountType)), OrganizationRole: types.StringValue(p.User.Role.Name),
			Rights: some(p.Rights), Workspaces: types.Int64Value(int64(p.Workspaces)),
		})
	}
	for _, e := range exceptions {
		m.Exceptions = append(m.Exceptions, reportException{
			types.StringValue(e.Kind), base.EmailValue(e.Email), types.StringValue(e.UserID), types.StringValue(e.Text),
		})
	}
	m.Notes = some(r.Notes)
	formats := elements[string](ctx, m.Formats, diags)
	for name, f := range map[string]struct {
		to     *types.String
		render func() string
	}{
		formatCSV: {&m.CSV, r.CSV}, formatMarkdown: {&m.Markdown, r.Markdown}, formatMermaid: {&m.Mermaid, r.Mermaid},
		formatMatrix:    {&m.Matrix, func() string { return r.Matrix().Markdown(exceptions) }},
		formatMatrixCSV: {&m.MatrixCSV, func() string { return r.Matrix().CSV() }},
		formatHTML:      {&m.HTML, func() string { return r.HTML(exceptions) }},
	} {
		if m.Formats.IsNull() && name != formatHTML || slices.Contains(formats, name) {
			*f.to = types.StringValue(f.render())
		}
	}
}

func entryOf(row Entry) reportEntry {
	e := reportEntry{
		Email: base.EmailValue(row.Email), UserID: types.StringValue(row.UserID), Name: types.StringValue(row.Name),
		AccountType: types.StringValue(string(row.AccountType)), OrganizationRole: types.StringValue(row.OrganizationRole),
		WorkspaceID: types.StringValue(row.WorkspaceID), WorkspaceName: types.StringValue(row.WorkspaceName), WorkspaceType: types.StringValue(string(row.WorkspaceType)),
		Role: types.StringValue(row.Role.Name), RoleWithKind: types.StringValue(row.Role.FullName()), GrantedBy: some(row.GrantedBy), Rights: some(row.Rights),
	}
	if !row.Ends.IsZero() {
		e.EndsAt, e.DaysLeft = types.StringValue(row.Ends.UTC().Format(time.RFC3339)), types.Int64Value(row.DaysLeft)
	}
	return e
}

// some is s as an empty list when it is nil: computed lists are never null.
func some(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
