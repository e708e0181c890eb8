package membership

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	framework "github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ framework.ListResourceWithConfigure = (*memberList)(nil)

// ListResources lists the package's list resources for the provider.
func ListResources() []func() framework.ListResource {
	return []func() framework.ListResource{NewListResource}
}

// NewListResource returns the list resource of tray_workspace_member, for `terraform
// query`.
func NewListResource() framework.ListResource { return &memberList{} }

// memberList has the type name and the provider of the resource.
type memberList struct{ memberResource }

type listModel struct {
	WorkspaceIDs types.List   `tfsdk:"workspace_ids"`
	Role         base.Role    `tfsdk:"role"`
	AccountType  types.String `tfsdk:"account_type"`
	EmailDomain  types.String `tfsdk:"email_domain"`
}

const listText = "Finds memberships of shared and Embedded workspaces, for `terraform query` (Terraform 1.14 or later).\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"**Requests:** the list of workspaces (100 a page), then the members of one workspace after another (100 a page), read no further than `limit` needs. " +
	"With `workspace_ids`, only those. Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more."

func (l *memberList) ListResourceConfigSchema(_ context.Context, _ framework.ListResourceSchemaRequest, resp *framework.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: listText,
		Attributes: map[string]schema.Attribute{
			"workspace_ids": schema.ListAttribute{
				MarkdownDescription: "Only members of these workspaces, in this order. All shared and Embedded workspaces when omitted. An id that the token does not see is an error.",
				Optional:            true, ElementType: types.StringType,
				Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues()},
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "Only members with this role: `Admin`, `Contributor` or `Viewer`; letter case does not count, `View Only` is `Viewer`.",
				Optional:            true, CustomType: base.RoleType{},
				Validators: base.WorkspaceRole(),
			},
			"account_type": schema.StringAttribute{
				MarkdownDescription: "Only this kind of account: `Regular`, `API`, `External`, `Integration`, `Partner` or `System`.",
				Optional:            true,
				Validators: []validator.String{stringvalidator.OneOf(string(tray.AccountAPI), string(tray.AccountExternal), string(tray.AccountIntegration),
					string(tray.AccountPartner), string(tray.AccountRegular), string(tray.AccountSystem))},
			},
			"email_domain": schema.StringAttribute{
				MarkdownDescription: "Only addresses of this domain, such as `example.com`. Subdomains are other domains. Letter case does not count.",
				Optional:            true,
				Validators:          base.Word(),
			},
		},
	}
}

func (l *memberList) List(ctx context.Context, req framework.ListRequest, stream *framework.ListResultsStream) {
	var diags diag.Diagnostics
	config, ok := base.Load[listModel](ctx, req.Config, &diags)
	if !ok || !l.Ready(&diags) {
		stream.Results = framework.ListResultsStreamDiagnostics(diags)
		return
	}
	workspaces := l.API.Workspaces.Pages(ctx)
	if !config.WorkspaceIDs.IsNull() {
		workspaces = l.chosen(ctx, config, &diags)
	}
	if diags.HasError() {
		stream.Results = framework.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = base.Results(req, "memberships", l.members(ctx, config, workspaces), func(s entry) (framework.ListResult, bool) {
		if !config.fits(s.member) {
			return framework.ListResult{}, false
		}
		return s.result(ctx, req), true
	})
}

// chosen yields the workspaces that the block names.
func (l *memberList) chosen(ctx context.Context, config listModel, diags *diag.Diagnostics) iter.Seq2[[]tray.Workspace, error] {
	var ids []string
	diags.Append(config.WorkspaceIDs.ElementsAs(ctx, &ids, false)...)
	var found []tray.Workspace
	for i, id := range ids {
		at := path.Root("workspace_ids").AtListIndex(i)
		w, err := l.API.Workspaces.Get(ctx, id)
		switch {
		case base.NotSeen(err):
			diags.AddAttributeError(at, "Could not find the workspace", fmt.Sprintf("There is no workspace with the id %q that the token can see. Give ids, not names.", id))
		case base.Failed(diags, "look the workspace up", err, at):
		case takesMembers(w) != "":
			diags.AddAttributeError(at, "Could not list the members", takesMembers(w))
		default:
			found = append(found, *w)
		}
	}
	return func(yield func([]tray.Workspace, error) bool) { yield(found, nil) }
}

// entry is one membership with its workspace.
type entry struct {
	workspace tray.Workspace
	member    tray.Member
}

// members yields the memberships of one workspace after another. The role is looked up
// in the first, as all have the same: a misspelled one would find nobody and look like
// an answer.
func (l *memberList) members(ctx context.Context, config listModel, workspaces iter.Seq2[[]tray.Workspace, error]) iter.Seq2[[]entry, error] {
	return func(yield func([]entry, error) bool) {
		checked := config.Role.IsNull()
		for page, err := range workspaces {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, w := range page {
				if takesMembers(&w) != "" {
					continue
				}
				if !checked {
					err, checked = l.checkRole(ctx, config.Role, w), true
				}
				if err != nil || !l.entries(ctx, w, yield) {
					if err != nil {
						yield(nil, err)
					}
					return
				}
			}
		}
	}
}

// entries yields the members of one workspace; false means to stop.
func (l *memberList) entries(ctx context.Context, w tray.Workspace, yield func([]entry, error) bool) bool {
	for members, err := range l.API.Members.Pages(ctx, w.ID) {
		if err != nil {
			yield(nil, fmt.Errorf("the members of the workspace %q: %w", w.Name, err))
			return false
		}
		page := make([]entry, len(members))
		for i, m := range members {
			page[i] = entry{w, m}
		}
		if !yield(page, nil) {
			return false
		}
	}
	return true
}

func (l *memberList) checkRole(ctx context.Context, role base.Role, w tray.Workspace) error {
	roles, err := l.API.Roles.Workspace(ctx, w.ID)
	if err != nil {
		return err
	}
	if _, ok := tray.FindRole(roles, role.ValueString()); !ok {
		return fmt.Errorf("%s", base.UnknownRole(role, roles))
	}
	return nil
}

func (c listModel) fits(m tray.Member) bool {
	return (c.Role.IsNull() || c.Role.Is(m.Role.Name)) &&
		(c.AccountType.IsNull() || c.AccountType.ValueString() == string(m.AccountType)) &&
		(c.EmailDomain.IsNull() || base.InDomain(m.Email, c.EmailDomain.ValueString()))
}

// result is the membership as a refreshed import would have it in the state.
func (s entry) result(ctx context.Context, req framework.ListRequest) framework.ListResult {
	r := req.NewListResult(ctx)
	m := model{Email: base.EmailNull()}
	m.fromAPI(&s.member)
	m.ID = types.StringValue(s.workspace.Name + "/" + m.who())
	r.DisplayName = fmt.Sprintf("%s → %s (%s)", m.person(), s.workspace.Name, s.member.Role.Name)
	r.Diagnostics.Append(r.Identity.Set(ctx, m.identify(true))...)
	if req.IncludeResource {
		r.Diagnostics.Append(r.Resource.Set(ctx, m)...)
	}
	return r
}
