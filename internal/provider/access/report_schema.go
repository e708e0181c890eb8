package access

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

const reportText = `Who can do what in which workspace, and by which right: the answer to an access review.

**Works on a live Tray:** yes

An organization Owner or Admin reaches every workspace, as a member or not, and other people's Personal workspaces too. Everybody reaches the
Organization workspace, with their organization role. Members reach every other workspace with the role of their membership, which may be higher than
their organization role. A Personal workspace belongs to one person. Tray's API does not say who that is, so the report takes its only member; where it
cannot see the members, ` + "`notes`" + ` says so. Invitations give nothing until they are accepted: they are no entries, only ` + "`exceptions`" + `.

` + "`rights`" + ` follow Tray's published tables, as ` + "`tray_role_permissions`" + ` and the functions ` + "`can`" + ` and ` + "`role_permissions`" + ` do. Some rights also depend on a setting:
workspace Admins make API tokens only while an organization Admin allows it. ` + "`tray_role_permissions`" + ` lists those.

**Requests:** the lists of users and workspaces, the list of invitations where Tray serves one, and one list of members (100 a page) for each workspace that the filters let through. Personal
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
				MarkdownDescription: "Which of `csv`, `markdown`, `matrix`, `matrix_csv`, `mermaid` and `html` to write. Default all but `html`; `[]` is none. Those left out are null, which keeps the state small.",
				Optional:            true, ElementType: types.StringType,
				Validators: []validator.Set{base.Among(formatCSV, formatMarkdown, formatMermaid, formatMatrix, formatMatrixCSV, formatHTML)},
			},
			"own_email_domains":        filterAttribute("The domains of the organization's own people, such as `example.com`. People of all other domains are `exceptions`, and stay in the report. Default: the domain of the Owner's address.", types.StringType),
			"production_workspace_ids": filterAttribute("Workspaces whose every Admin is an exception to look at. Default none.", types.StringType),
			"expires_at": schema.MapAttribute{
				MarkdownDescription: "When access ends: workspace id → the map of that name of the resources, e-mail address → date. Tray does not know the dates, so that the report tells of none without this. " +
					"Null is no date, or no dates. With it `csv` and `markdown` have columns for it.",
				Optional: true, ElementType: base.NewEndsType(),
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
					"ends_at":   computed("When the access ends, by `expires_at`: the first moment without, in UTC (RFC 3339). Null when it does not, or when the person reaches the workspace by organization role anyway."),
					"days_left": schema.Int64Attribute{MarkdownDescription: "Whole days until `ends_at` by Tray's clock; 0 on the last day, and negative when the date has passed and no apply has taken the access away.", Computed: true},
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
			"exceptions": schema.ListNestedAttribute{
				MarkdownDescription: "Whom to look at first, by kind and e-mail address. `matrix` and `html` begin with them.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"kind": computed("`ended`: somebody whose date has passed and who still has access. `ends_soon`: somebody whose access ends within 14 days. `outsider`: somebody of another domain, or with an account of the type External or Partner. `production_admin`: an Admin of one of `production_workspace_ids`. " +
						"`api_user`: not a person. `no_workspace`: somebody in no workspace of this report. `open_invitation`: somebody who has not accepted yet, where invitations can be listed."),
					"email":   email,
					"user_id": computed("Tray's id of the user; empty for an invitation."),
					"text":    computed("One sentence that says why."),
				}},
			},
			"notes": list("What could not be told, one sentence each: Personal workspaces whose person is unknown, roles that are not Tray's documented ones."),
			"csv": computed("`entries` as CSV with a header. Cells that a spreadsheet would run as a formula begin with an apostrophe. " +
				"`granted_by` is joined with `; `. `rights` are left out: `tray_role_permissions` has them once for each role."),
			"markdown": computed("`entries` as a Markdown table, with the rights of the roles in it and the notes, for a pull request. Names are escaped."),
			"mermaid": computed("`entries` as a Mermaid flow chart. Organization Owners and Admins point at one node for all workspaces. " +
				"With more than 40 arrows a node for each role stands for its people, with their number on the arrow; in a large organization one arrow a workspace."),
			"matrix": computed("People against workspaces in Markdown: `exceptions`, then the Owner and Admins of the organization once, then a table with one letter a role. " +
				"It is readable at 60 people and 16 workspaces; beyond 100 people or 24 workspaces it says how many more there are."),
			"matrix_csv": computed("The whole matrix as CSV, with roles in words: one row a person, one column a workspace."),
			"html": computed("The matrix as one page that needs no other file and no script: sticky headers, a colour and a letter for each role, `exceptions` first. " +
				"Beyond 1,000 people or 100 workspaces it says how many more there are. Only when `formats` asks for it."),
		},
	}
}
