package membershipset

import (
	"context"
	"fmt"
	"iter"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ list.ListResourceWithConfigure = (*membersList)(nil)
	_ list.ListResourceWithConfigure = (*roleList)(nil)
)

// ListResources lists this package's list resources.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{NewListResource, NewRoleListResource}
}

// NewListResource returns the list resource of tray_workspace_members, for `terraform
// query`.
func NewListResource() list.ListResource { return &membersList{} }

// NewRoleListResource returns the list resource of tray_workspace_role_members.
func NewRoleListResource() list.ListResource { return &roleList{} }

// membersList and roleList have the type name and the provider of their resources.
type (
	membersList struct{ membersResource }
	roleList    struct{ roleResource }
)

type listModel struct {
	NameRegex types.String `tfsdk:"name_regex"`
}

type roleListModel struct {
	NameRegex types.String `tfsdk:"name_regex"`
	Role      base.Role    `tfsdk:"role"`
}

const (
	listLimit = "Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more."

	listText = "Finds the shared and Embedded workspaces, each as one resource that holds all its members, for `terraform query` (Terraform 1.14 or later). " +
		"It writes a configuration far smaller than one `tray_workspace_member` for each person: use one of the two, as a membership has one manager (`TRAY008`).\n\n" +
		"**Works on a live Tray:** yes\n\n" +
		"**Requests:** the list of workspaces (100 a page), and with `include_resource` the members of each result (100 a page), read no further than `limit` needs. " + listLimit

	roleListText = "Finds each role that somebody has in a shared or Embedded workspace, with everybody who has it, for `terraform query` (Terraform 1.14 or later). " +
		"Use it instead of `tray_workspace_members`, not beside it: a membership has one manager (`TRAY008`).\n\n" +
		"**Works on a live Tray:** yes\n\n" +
		"**Requests:** the list of workspaces and the members of one after another (100 a page each), read no further than `limit` needs. " + listLimit
)

var nameRegex = schema.StringAttribute{
	MarkdownDescription: "Only workspaces whose name this regular expression (RE2) matches somewhere; `^` and `$` anchor it.",
	Optional:            true,
}

func (l *membersList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: listText, Attributes: map[string]schema.Attribute{"name_regex": nameRegex}}
}

func (l *roleList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: roleListText, Attributes: map[string]schema.Attribute{
		"name_regex": nameRegex,
		"role": schema.StringAttribute{
			MarkdownDescription: "Only this role: `Admin`, `Contributor` or `Viewer`; letter case does not count.",
			Optional:            true, CustomType: base.RoleType{},
			Validators: base.WorkspaceRole(),
		},
	}}
}

func (l *membersList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var diags diag.Diagnostics
	config, ok := base.Load[listModel](ctx, req.Config, &diags)
	workspaces := l.matching(ctx, config.NameRegex, &diags)
	if !ok || diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = base.Results(req, "workspaces with members", workspaces, func(w tray.Workspace) (list.ListResult, bool) {
		r := req.NewListResult(ctx)
		m := model{settings: settings{ID: types.StringValue(w.Name), WorkspaceID: types.StringValue(w.ID)}.withDefaults()}
		r.DisplayName = "everybody in " + w.Name
		r.Diagnostics.Append(r.Identity.Set(ctx, identity{m.WorkspaceID})...)
		if !req.IncludeResource {
			return r, true
		}
		if got, ok := l.found(ctx, m.desired(), w, &r.Diagnostics); ok {
			r.Diagnostics.Append(r.Resource.Set(ctx, m.with(got))...)
		}
		return r, true
	})
}

func (l *roleList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var diags diag.Diagnostics
	config, ok := base.Load[roleListModel](ctx, req.Config, &diags)
	workspaces := l.matching(ctx, config.NameRegex, &diags)
	if !ok || diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = base.Results(req, "roles in workspaces", inEach(workspaces, config.Role), func(p place) (list.ListResult, bool) {
		r := req.NewListResult(ctx)
		m := roleModel{settings: settings{ID: types.StringValue(p.workspace.Name + "/" + canonical(p.role)), WorkspaceID: types.StringValue(p.workspace.ID)}.withDefaults(), Role: base.RoleValue(p.role)}
		got, ok := l.found(ctx, m.desired(), p.workspace, &r.Diagnostics)
		if !ok {
			return r, true
		}
		r.DisplayName = fmt.Sprintf("%d × %s in %s", len(got.entries), p.role, p.workspace.Name)
		r.Diagnostics.Append(r.Identity.Set(ctx, m.identity())...)
		if req.IncludeResource {
			r.Diagnostics.Append(r.Resource.Set(ctx, m.with(got))...)
		}
		return r, len(got.entries) > 0
	})
}

// found reads what a refresh after an import would.
func (g *reconciler) found(ctx context.Context, d desired, w tray.Workspace, diags *diag.Diagnostics) (result, bool) {
	got, err := g.settle(ctx, d, d.pending, nil)
	if err != nil {
		err = fmt.Errorf("the members of the workspace %q: %w", w.Name, err)
	}
	if base.Failed(diags, "list the memberships", err) {
		return result{}, false
	}
	return got, true
}

// matching yields the workspaces that take members and whose name fits.
func (g *reconciler) matching(ctx context.Context, pattern types.String, diags *diag.Diagnostics) iter.Seq2[[]tray.Workspace, error] {
	name, err := regexp.Compile(pattern.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("name_regex"), "Not a regular expression", fmt.Sprintf("%s. Write it in RE2's notation.", err))
	}
	if err != nil || !g.Ready(diags) {
		return nil
	}
	return func(yield func([]tray.Workspace, error) bool) {
		for page, err := range g.API.Workspaces.Pages(ctx) {
			var some []tray.Workspace
			for _, w := range page {
				if (w.Type == tray.WorkspaceShared || w.Type == tray.WorkspaceEmbedded) && name.MatchString(w.Name) {
					some = append(some, w)
				}
			}
			if !yield(some, err) {
				return
			}
		}
	}
}

// place is one role in one workspace.
type place struct {
	workspace tray.Workspace
	role      string
}

// inEach yields each wanted role of each workspace; a null role wants all. Tray has no
// custom roles, so nothing is asked for their names.
func inEach(workspaces iter.Seq2[[]tray.Workspace, error], wanted base.Role) iter.Seq2[[]place, error] {
	return func(yield func([]place, error) bool) {
		for page, err := range workspaces {
			var places []place
			for _, w := range page {
				for _, role := range []string{policy.Admin, "Contributor", "Viewer"} {
					if wanted.IsNull() || wanted.Is(role) {
						places = append(places, place{w, role})
					}
				}
			}
			if !yield(places, err) {
				return
			}
		}
	}
}
