package sandbox

import (
	"database/sql"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over on-premise agents, asked in their workspace.
const (
	RightReadAgents   Right = "read on-premise agents and their groups"
	RightManageAgents Right = "make, change and delete on-premise agents and their groups"
)

const (
	groupsPath   = "/core/v1/workspaces/{workspaceId}/on-prem-agent-groups"
	agentsPath   = groupsPath + "/{agentGroupId}/agents"
	uiGroupsPath = "/_sandbox/ui/workspaces/{workspace}/on-prem-agent-groups"
	uiAgentsPath = uiGroupsPath + "/{agentGroupId}/agents"
)

// registrationLife is how long an agent has to register.
const registrationLife = time.Hour

// agentGroupNoun is the groups of on-premise agents.
var agentGroupNoun = noun{
	name: "onPremAgentGroups",
	routes: []*route{
		on("GET", groupsPath, "listAgentGroups", FromDocuments, RightReadAgents, listAgentGroups, 2, 3, 28, 29, 77, 78),
		on("POST", groupsPath, "createAgentGroup", FromDocuments, RightManageAgents, createAgentGroup, 30, 64, 77, 79),
		on("DELETE", groupsPath+"/{agentGroupId}", "deleteAgentGroup", FromDocuments, RightManageAgents, deleteAgentGroup, 31, 77, 80),
	},
	actions: []*route{
		on("POST", uiGroupsPath, "", OurOwn, RightControl, uiThere(createAgentGroup)),
		on("DELETE", uiGroupsPath+"/{agentGroupId}", "", OurOwn, RightControl, uiThere(deleteAgentGroup)),
	},
	overWorkspace: rights{
		RightReadAgents:   {yesA, yesA, yesA, yesA, noA, hidA},
		RightManageAgents: {yesA, yesA, yesA, noA, noA, hidA},
	},
	assumptions: []Assumption{
		{77, "Who may see and manage on-premise agents?",
			"Admins of the workspace, organization Admins and the Owner manage them; Contributors of the workspace see them. The reference names no right.",
			"GET /core/v1/workspaces/{id}/on-prem-agent-groups as a Contributor and as a Viewer."},
		{78, "How large may a page of agent groups, agents and subscriptions be?",
			"100, as those of workspaces; the reference does not say.",
			"GET /core/v1/workspaces/{id}/on-prem-agent-groups?first=101."},
		{79, "Are names of agent groups and agents unique?",
			"No.",
			"POST /core/v1/workspaces/{id}/on-prem-agent-groups twice with one name."},
		{80, "Can an agent group be deleted that has agents, or that an authentication uses?",
			"No, 409.",
			"DELETE /core/v1/workspaces/{id}/on-prem-agent-groups/{group with an agent}."},
	},
	contents: &content{"on-premise agent group", "on-premise agent groups", "agent_groups"},
	state:    stateAgentGroups,
	restore: restoring("agent_groups", func(t *tx, seq int, g struct{ ID, WorkspaceID, Name string }) error {
		_, err := t.Exec("INSERT INTO agent_groups (seq, id, workspace_id, name) VALUES (?, ?, ?, ?)", seq, g.ID, g.WorkspaceID, g.Name)
		return err
	}),
}

var (
	errNoAgentGroup = engine.NotFound("There is no such agent group in this workspace")
	errNoAgent      = engine.NotFound("There is no such agent in this group")
)

type agentGroup struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Workspace string `json:"workspaceId"`
}

const groupsQuery = "SELECT t.seq, t.id, t.name, t.workspace_id FROM agent_groups t WHERE t.workspace_id = ?"

func scanAgentGroup(r *sql.Rows) (p engine.Placed[agentGroup], err error) {
	g := &p.Element
	return p, r.Scan(&p.Seq, &g.ID, &g.Name, &g.Workspace)
}

func listAgentGroups(c *call) (answer, error) {
	return fetch(c, asIs[agentGroup], scanAgentGroup, groupsQuery, c.workspace.ID)
}

// agentGroup is the one that the path names; people in the UI go by names.
func (c *call) agentGroup() (agentGroup, error) {
	id := c.params["agentGroupId"]
	return one(c.tx, errNoAgentGroup, scanAgentGroup, groupsQuery+" AND (t.id = ? OR ? AND t.name = ?) ORDER BY t.seq", c.workspace.ID, id, c.route.control, id)
}

// newName reads the name in a body that has nothing else.
func (c *call) newName() (string, error) {
	in, err := c.fields()
	if err != nil {
		return "", err
	}
	return engine.RequiredName(in)
}

func createAgentGroup(c *call) (answer, error) {
	name, err := c.newName()
	if err != nil {
		return answer{}, err
	}
	seq, err := c.tx.next(kindAgentGroup)
	if err != nil {
		return answer{}, err
	}
	g := agentGroup{c.tx.derivedID(kindAgentGroup, seq), name, c.workspace.ID}
	if _, err := c.tx.Exec("INSERT INTO agent_groups (seq, id, workspace_id, name) VALUES (?, ?, ?, ?)", seq, g.ID, g.Workspace, g.Name); err != nil {
		return answer{}, err
	}
	c.did(aboutAgentGroup(g.ID), "made the agent group %s in %s", g.Name, c.workspace.Name)
	return ok(g)
}

func aboutAgentGroup(id string) string { return "agent-group:" + id }

func deleteAgentGroup(c *call) (answer, error) {
	g, err := c.agentGroup()
	if err != nil {
		return answer{}, err
	}
	var agents, users int
	if err := c.tx.Row("SELECT (SELECT count(*) FROM agents WHERE group_id = ?), (SELECT count(*) FROM authentications WHERE agent_group_id = ?)", g.ID, g.ID).
		Scan(&agents, &users); err != nil {
		return answer{}, err
	}
	if agents+users > 0 {
		if err := c.rule(engine.Conflict("The agent group %q is in use: it has %d agents, and %d authentications go through it", g.Name, agents, users)); err != nil {
			return answer{}, err
		}
	}
	c.did(aboutAgentGroup(g.ID), "deleted the agent group %s of %s", g.Name, c.workspace.Name)
	if _, err := c.tx.Exec("DELETE FROM agent_groups WHERE id = ?", g.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

func stateAgentGroups(c *call) (any, error) {
	type group struct {
		ID        string `json:"id"`
		Workspace string `json:"workspace"`
		Name      string `json:"name"`
	}
	return listed(c, func(r *sql.Rows) (g group, err error) { return g, r.Scan(&g.ID, &g.Workspace, &g.Name) },
		"SELECT t.id, w.name, t.name FROM agent_groups t JOIN workspaces w ON w.id = t.workspace_id ORDER BY w.name, w.seq, t.name, t.seq")
}

// agentNoun is the on-premise agents.
var agentNoun = noun{
	name: "onPremAgents",
	routes: []*route{
		on("GET", agentsPath, "listAgents", FromDocuments, RightReadAgents, listAgents, 2, 3, 28, 29, 77, 78),
		on("POST", agentsPath, "createAgent", FromDocuments, RightManageAgents, createAgent, 30, 64, 77, 79, 81),
		on("GET", agentsPath+"/{agentId}", "getAgent", FromDocuments, RightReadAgents, getAgent, 31, 77),
		on("PATCH", agentsPath+"/{agentId}", "updateAgent", FromDocuments, RightManageAgents, updateAgent, 30, 77),
		on("DELETE", agentsPath+"/{agentId}", "deleteAgent", FromDocuments, RightManageAgents, deleteAgent, 77),
	},
	actions: []*route{
		on("POST", uiAgentsPath, "", OurOwn, RightControl, uiThere(createAgent)),
		on("PATCH", uiAgentsPath+"/{agentId}", "", OurOwn, RightControl, uiThere(updateAgent)),
		on("DELETE", uiAgentsPath+"/{agentId}", "", OurOwn, RightControl, uiThere(deleteAgent)),
		on("POST", "/_sandbox/agents/register", "", OurOwn, RightControl, registerAgent),
	},
	assumptions: []Assumption{
		{81, "Is a new agent enabled?",
			"Yes, and neither registered nor connected until it presents its token.",
			"POST an agent and GET it."},
	},
	state: stateAgents,
	restore: restoring("agents", func(t *tx, seq int, a struct {
		ID, GroupID, Name              string
		Enabled, Registered, Connected bool
	}) error {
		_, err := t.Exec("INSERT INTO agents (seq, id, group_id, name, enabled, registered, connected, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
			seq, a.ID, a.GroupID, a.Name, a.Enabled, a.Registered, a.Connected)
		return err
	}),
}

type agent struct {
	ID         string `json:"id"`
	Group      string `json:"agentGroupId"`
	Name       string `json:"name"`
	Registered bool   `json:"registered"`
	Connected  bool   `json:"connected"`
	Enabled    bool   `json:"enabled"`
}

const agentsQuery = "SELECT t.seq, t.id, t.group_id, t.name, t.registered, t.connected, t.enabled FROM agents t WHERE t.group_id = ?"

func scanAgent(r *sql.Rows) (p engine.Placed[agent], err error) {
	a := &p.Element
	return p, r.Scan(&p.Seq, &a.ID, &a.Group, &a.Name, &a.Registered, &a.Connected, &a.Enabled)
}

func listAgents(c *call) (answer, error) {
	g, err := c.agentGroup()
	if err != nil {
		return answer{}, err
	}
	return fetch(c, asIs[agent], scanAgent, agentsQuery, g.ID)
}

// onPremAgent is the one that the path names, in its group.
func (c *call) onPremAgent() (agent, error) {
	g, err := c.agentGroup()
	if err != nil {
		return agent{}, err
	}
	id := c.params["agentId"]
	return one(c.tx, errNoAgent, scanAgent, agentsQuery+" AND (t.id = ? OR ? AND t.name = ?) ORDER BY t.seq", g.ID, id, c.route.control, id)
}

// createAgent answers with the token that the agent registers with, once.
func createAgent(c *call) (answer, error) {
	g, err := c.agentGroup()
	if err != nil {
		return answer{}, err
	}
	name, err := c.newName()
	if err != nil {
		return answer{}, err
	}
	seq, err := c.tx.next(kindAgent)
	if err != nil {
		return answer{}, err
	}
	body := struct {
		ID    string `json:"id"`
		Group string `json:"agentGroupId"`
		Name  string `json:"name"`
		Token string `json:"registrationToken"`
	}{c.tx.derivedID(kindAgent, seq), g.ID, name, engine.RandomToken()}
	if _, err := c.tx.Exec("INSERT INTO agents (seq, id, group_id, name, enabled, registration, expires_at) VALUES (?, ?, ?, ?, 1, ?, ?)",
		seq, body.ID, g.ID, name, digest(&body.Token), c.now.Add(registrationLife).UnixMilli()); err != nil {
		return answer{}, err
	}
	c.did(aboutAgent(body.ID), "made the agent %s in the agent group %s", name, g.Name)
	return ok(body)
}

func aboutAgent(id string) string { return "agent:" + id }

func getAgent(c *call) (answer, error) {
	a, err := c.onPremAgent()
	if err != nil {
		return answer{}, err
	}
	return ok(a)
}

// updateAgent switches an agent on or off; nothing else of it changes.
func updateAgent(c *call) (answer, error) {
	a, err := c.onPremAgent()
	if err != nil {
		return answer{}, err
	}
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	enabled, err := engine.Optional[bool](in, "enabled")
	if err != nil || enabled == nil {
		return answer{200, a}, err
	}
	a.Enabled = *enabled
	c.did(aboutAgent(a.ID), "switched the agent %s %s", a.Name, map[bool]string{true: "on", false: "off"}[a.Enabled])
	if _, err := c.tx.Exec("UPDATE agents SET enabled = ? WHERE id = ?", a.Enabled, a.ID); err != nil {
		return answer{}, err
	}
	return ok(a)
}

func deleteAgent(c *call) (answer, error) {
	a, err := c.onPremAgent()
	if err != nil {
		return answer{}, err
	}
	c.did(aboutAgent(a.ID), "deleted the agent %s", a.Name)
	if _, err := c.tx.Exec("DELETE FROM agents WHERE id = ?", a.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

// registerAgent is the program on the customer's own machines presenting its token, which
// it can once and within the hour.
func registerAgent(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	token, err := engine.Required[string](in, "token")
	if err != nil {
		return answer{}, secretly("clientSecret", err)
	}
	a, err := one(c.tx, engine.BadRequest("There is no agent that waits for this token, or its hour is over"), scanAgent,
		"SELECT t.seq, t.id, t.group_id, t.name, 1, 1, t.enabled FROM agents t WHERE t.registration = ? AND t.expires_at > ?", digest(&token), c.now.UnixMilli())
	if err != nil {
		return answer{}, err
	}
	c.did(aboutAgent(a.ID), "started the agent %s, which registered", a.Name)
	_, err = c.tx.Exec("UPDATE agents SET registered = 1, connected = 1, registration = NULL WHERE id = ?", a.ID)
	return answer{200, a}, err
}

func stateAgents(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (agent, error) {
		p, err := scanAgent(r)
		return p.Element, err
	}, "SELECT t.seq, t.id, g.name, t.name, t.registered, t.connected, t.enabled FROM agents t JOIN agent_groups g ON g.id = t.group_id ORDER BY g.name, g.seq, t.name, t.seq")
}
