package onprem

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// DataSources lists the package's data sources for the provider.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &dataSource{base.DataSourceOf("tray_on_prem_agent_groups")} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{
		func() list.ListResource { return &groupList{groupResource{base.ResourceOf(groupNoun)}} },
		func() list.ListResource { return &agentList{agentResource{base.ResourceOf(agentNoun)}} },
	}
}

type dataSource struct{ base.NamedDataSource }

type groups struct {
	WorkspaceID   types.String `tfsdk:"workspace_id"`
	NameRegex     types.String `tfsdk:"name_regex"`
	IncludeAgents types.Bool   `tfsdk:"include_agents"`
	Groups        []shown      `tfsdk:"groups"`
}

type shown struct {
	ID     types.String `tfsdk:"id"`
	Name   types.String `tfsdk:"name"`
	Agents []shownAgent `tfsdk:"agents"`
}

type shownAgent struct {
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	Enabled    types.Bool   `tfsdk:"enabled"`
	Registered types.Bool   `tfsdk:"registered"`
	Connected  types.Bool   `tfsdk:"connected"`
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := base.Shown
	is := func(description string) dataschema.BoolAttribute {
		return dataschema.BoolAttribute{MarkdownDescription: description, Computed: true}
	}
	agents := base.ShownList("The agents of the group, as Tray lists them. Null without `include_agents`.", map[string]dataschema.Attribute{
		"id": text("Identifier of the agent."), "name": text("Name of the agent."), "enabled": is("Whether Tray sends work to it."),
		"registered": is("Whether the program has registered with its token."), "connected": is("Whether the program is connected to Tray at this moment."),
	})
	resp.Schema = dataschema.Schema{
		MarkdownDescription: "The groups of on-premise agents of a workspace and, where asked for, their agents with what they do at this moment.\n\n" +
			"**Works on a live Tray:** yes\n\n" +
			"**Requests:** the list of groups (100 a page). With `include_agents` one list of agents for each group. Everything else in the run shares them.",
		Attributes: map[string]dataschema.Attribute{
			"workspace_id":   base.ShownOf("Workspace of the groups."),
			"name_regex":     base.ShownMatching("groups"),
			"include_agents": dataschema.BoolAttribute{MarkdownDescription: "Whether to list the agents too. Default `false`.", Optional: true},
			"groups": base.ShownList("The groups, as Tray lists them.", map[string]dataschema.Attribute{
				"id": text("Identifier, which authentications name."), "name": text("Name that people choose it by."), "agents": agents,
			}),
		},
	}
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	want, ok := base.Load[groups](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	name, ok := base.Pattern(want.NameRegex, &resp.Diagnostics)
	if !ok {
		return
	}
	all, err := d.API.AgentGroups.List(ctx, want.WorkspaceID.ValueString())
	if base.Failed(&resp.Diagnostics, "read the agent groups of the workspace", err) {
		return
	}
	want.Groups = []shown{}
	for _, g := range all {
		if !name.MatchString(g.Name) {
			continue
		}
		s := shown{ID: types.StringValue(g.ID), Name: types.StringValue(g.Name)}
		if want.IncludeAgents.ValueBool() {
			if s.Agents, err = d.agents(ctx, g); base.Failed(&resp.Diagnostics, "read the agents of the group "+g.Name, err) {
				return
			}
		}
		want.Groups = append(want.Groups, s)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, want)...)
}

func (d *dataSource) agents(ctx context.Context, g tray.AgentGroup) ([]shownAgent, error) {
	found, err := d.API.Agents.List(ctx, g.WorkspaceID, g.ID)
	all := make([]shownAgent, len(found))
	for i, a := range found {
		all[i] = shownAgent{types.StringValue(a.ID), types.StringValue(a.Name), types.BoolValue(a.Enabled), types.BoolValue(a.Registered), types.BoolValue(a.Connected)}
	}
	return all, err
}

// groupList and agentList have the type names and the provider of the resources.
type (
	groupList struct{ groupResource }
	agentList struct{ agentResource }
)

// listed is the schema of a list resource: what it finds, of which only those of a workspace
// may be asked for, and by which requests.
func listed(finds, of, requests string) listschema.Schema {
	return base.ListSchema("Finds "+finds+base.ForQuery+".", "yes", requests+" (100 a page), and the list of workspaces where none is named.", map[string]listschema.Attribute{
		"workspace_id": base.Only("Only " + of + " of this workspace. Omitted: those of all workspaces that the token sees."),
	})
}

func (l *groupList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listed("groups of on-premise agents", "groups", "one list of groups for each workspace")
}

func (l *groupList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[base.InWorkspace](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	stream.Results = base.Results(req, "agent groups", groupsOf(ctx, l.API, want), func(g tray.AgentGroup) (list.ListResult, bool) {
		var m group
		m.fromAPI(&g)
		return base.Listed(ctx, req, g.Name, m.identity(), m), true
	})
}

func (l *agentList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listed("on-premise agents", "agents", "one list of groups for each workspace and one list of agents for each group")
}

func (l *agentList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[base.InWorkspace](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	agents := base.Within(groupsOf(ctx, l.API, want), func(g tray.AgentGroup) iter.Seq2[[]tray.Agent, error] {
		return base.OnePage(l.API.Agents.List(ctx, g.WorkspaceID, g.ID))
	})
	stream.Results = base.Results(req, "agents", agents, func(a tray.Agent) (list.ListResult, bool) {
		var m agent
		m.fromAPI(&a)
		return base.Listed(ctx, req, a.Name, m.identity(), m), true
	})
}

// groupsOf yields the groups of one workspace, or of one workspace after the other. Those in
// which the token may not see agents are left out when none is named.
func groupsOf(ctx context.Context, api *tray.Client, want base.InWorkspace) iter.Seq2[[]tray.AgentGroup, error] {
	return base.InWorkspaces(ctx, api, want.WorkspaceID.ValueString(), api.AgentGroups.Pages)
}
