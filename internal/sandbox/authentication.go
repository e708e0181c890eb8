package sandbox

import (
	"database/sql"
	"encoding/json"
	"strconv"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over authentications. All but the first are asked in the workspace that one is
// in; credentials are their owner's alone.
const (
	RightMakeAuthentications   Right = "make authentications"
	RightReadAuthentications   Right = "see authentications, without their credentials"
	RightManageAuthentications Right = "change and delete authentications"
	RightReadCredentials       Right = "read the credentials of somebody else's authentication"
)

const authenticationPath = "/core/v1/authentications/{authenticationId}"

// authenticationNoun is the credentials for third parties.
var authenticationNoun = noun{
	name: "authentications",
	routes: []*route{
		on("POST", "/core/v1/authentications", "createAuthentication", FromDocuments, RightMakeAuthentications, createAuthentication, 30, 64, 82, 83, 84, 85),
		on("GET", authenticationPath, "getAuthentication", FromDocuments, RightReadAuthentications, getAuthentication, 82, 86),
		on("PUT", authenticationPath, "updateAuthentication", FromDocuments, RightManageAuthentications, updateAuthentication, 30, 64, 82, 84, 85, 87),
		on("DELETE", authenticationPath, "deleteAuthentication", FromDocuments, RightManageAuthentications, deleteAuthentication, 82, 86),
		unheld("credentials", on("GET", authenticationPath+"/full", "getFullAuthentication", FromDocuments, RightReadCredentials, getFullAuthentication, 86, 88)),
		on("GET", "/management/v1/workspaces/{workspaceId}/authentications", "listManagedAuthentications", OurOwn, RightReadAuthentications, listManagedAuthentications, 82),
	},
	actions: []*route{
		on("POST", "/_sandbox/ui/authentications", "", OurOwn, RightControl, uiCreateAuthentication),
		on("PATCH", "/_sandbox/ui/authentications/{authenticationId}", "", OurOwn, RightControl, uiChangeAuthentication),
		on("DELETE", "/_sandbox/ui/authentications/{authenticationId}", "", OurOwn, RightControl, uiThere(deleteAuthentication)),
	},
	overOrganization: rights{
		RightMakeAuthentications: {yesD, yesD, yesD, yesD, yesA},
	},
	overWorkspace: rights{
		RightReadAuthentications:   {yesD, yesD, yesD, yesD, yesD, hidD},
		RightManageAuthentications: {yesD, yesD, yesD, yesD, noD, hidD},
		RightReadCredentials:       {hidD, hidD, hidD, hidD, hidD, hidD},
	},
	places: map[string]place{"authenticationId": placeAuthentication},
	assumptions: []Assumption{
		{82, "In which workspace is an authentication that is made by the API, and who sees it?",
			"In that of the API user whose token it is, a person's in their Personal workspace, and else in the Organization or the Embedded workspace; rights are those of the published matrix there, a Viewer's to read. The documents tell the owner by the token and speak of no workspace.",
			"POST /core/v1/authentications with an API user's token and look for it in the UI."},
		{83, "Which service environments may an authentication be of?",
			"Those of public services, of custom services in the Organization workspace, and of custom services in the authentication's own workspace; 404 for others.",
			"POST /core/v1/authentications with the environment of a custom service in another workspace."},
		{84, "In which words are credentials refused whose form is wrong?",
			"400, Invalid value for: body, with the path in credentials or userData and never the value; properties that the schema does not have are taken.",
			"POST /core/v1/authentications with a number where the schema has a string."},
		{85, "Must an agent group that is given be in the authentication's workspace?",
			"Yes, 400 otherwise.",
			"POST /core/v1/authentications with the id of an agent group in another workspace."},
		{86, "What does an id of an authentication answer that is no UUID?",
			"400; it is documented as a UUID.",
			"GET /core/v1/authentications/x."},
		{87, "What does PUT do to user data, scopes and agent group that it does not give?",
			"It takes them away, as PUT replaces. Credentials must be given, as documented.",
			"PUT an authentication without scopes and GET it."},
		{88, "Who reads credentials with /full?",
			"The user whose token made the authentication, as documented for user tokens, whichever of their tokens asks; for others, organization Admins included, 404. forceRefresh changes nothing.",
			"GET /core/v1/authentications/{id}/full with the token of another API user of the workspace."},
	},
	contents: &content{"authentication", "authentications", "authentications"},
	state:    stateAuthentications,
	restore: restoring("authentications", func(t *tx, seq int, a frozenAuthentication) error {
		_, err := t.Exec(`INSERT INTO authentications (seq, id, workspace_id, owner, name, environment_id, user_data, credentials, scopes, agent_group_id)
			VALUES (?, ?, ?, ?, ?, ?, '{}', '{}', ?, ?)`, seq, a.ID, a.WorkspaceID, a.OwnerID, a.Name, a.EnvironmentID, authentication{Scopes: a.Scopes}.scopes(), a.AgentGroupID)
		return err
	}),
}

// frozenAuthentication is one in a snapshot: nothing that it authenticates with.
type frozenAuthentication struct {
	ID, WorkspaceID, OwnerID, Name, EnvironmentID string
	Scopes                                        []string
	AgentGroupID                                  *string
}

var errNoAuthentication = engine.NotFound("The authentication was not found or this token has no access to it")

type authentication struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Environment string   `json:"serviceEnvironmentId"`
	Scopes      []string `json:"scopes,omitempty"`
	AgentGroup  *string  `json:"onPremAgentGroupId,omitempty"`

	workspace, owner      string
	userData, credentials json.RawMessage
	revoked               bool
}

const authenticationsQuery = `SELECT t.seq, t.id, t.name, t.environment_id, t.scopes, t.agent_group_id, t.workspace_id, t.owner, t.user_data, t.credentials, t.revoked
	FROM authentications t WHERE `

func scanAuthentication(r *sql.Rows) (p engine.Placed[authentication], err error) {
	a := &p.Element
	var scopes *string
	var userData, credentials string
	err = r.Scan(&p.Seq, &a.ID, &a.Name, &a.Environment, &scopes, &a.AgentGroup, &a.workspace, &a.owner, &userData, &credentials, &a.revoked)
	a.userData, a.credentials = json.RawMessage(userData), json.RawMessage(credentials)
	if err == nil && scopes != nil {
		err = json.Unmarshal([]byte(*scopes), &a.Scopes)
	}
	return p, err
}

// placeAuthentication finds the authentication of the path; people in the UI go by names.
func placeAuthentication(c *call, id string) error {
	if !c.route.control && !engine.IsUUID(id) {
		return engine.BadRequest("Invalid value for: path parameter authenticationId")
	}
	a, err := one(c.tx, errNoAuthentication, scanAuthentication, authenticationsQuery+"t.id = ? OR ? AND t.name = ? ORDER BY t.seq", id, c.route.control, id)
	if err != nil {
		return err
	}
	c.placed, c.hidden, c.mine = a, errNoAuthentication, a.owner == c.caller.id
	c.workspace, err = c.tx.findWorkspace(a.workspace)
	return err
}

func getAuthentication(c *call) (answer, error) { return ok(c.placed) }

// getFullAuthentication is asked of the owner alone: see require.
func getFullAuthentication(c *call) (answer, error) {
	if text := c.query.Get("forceRefresh"); c.query.Has("forceRefresh") {
		if _, err := strconv.ParseBool(text); err != nil {
			return answer{}, engine.InvalidQuery("forceRefresh", "expected true or false")
		}
	}
	a := c.placed.(authentication)
	return ok(struct {
		authentication
		UserData    json.RawMessage `json:"userData"`
		Credentials json.RawMessage `json:"credentials"`
	}{a, a.userData, a.credentials})
}

func createAuthentication(c *call) (answer, error) {
	var err error
	if c.workspace, err = c.home(); err != nil {
		return answer{}, err
	}
	if err := c.require(RightManageAuthentications); err != nil {
		return answer{}, err
	}
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	return c.makeAuthentication(c.caller.id, in)
}

// makeAuthentication makes one in the workspace of the call.
func (c *call) makeAuthentication(ownerID string, in engine.Fields) (answer, error) {
	id, err := engine.RequiredText(in, "serviceEnvironmentId")
	if err != nil {
		return answer{}, err
	}
	a, err := c.authenticationOf(authentication{workspace: c.workspace.ID, owner: ownerID, Environment: id}, in)
	if err != nil {
		return answer{}, err
	}
	seq, err := c.tx.next(kindAuthentication)
	if err != nil {
		return answer{}, err
	}
	a.ID = c.tx.derivedID(kindAuthentication, seq)
	if _, err := c.tx.Exec(`INSERT INTO authentications (seq, id, workspace_id, owner, name, environment_id, user_data, credentials, scopes, agent_group_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, seq, a.ID, a.workspace, a.owner, a.Name, a.Environment, string(a.userData), string(a.credentials), a.scopes(), a.AgentGroup); err != nil {
		return answer{}, err
	}
	c.did(aboutAuthentication(a.ID), "made the authentication %s in %s", a.Name, c.workspace.Name)
	return ok(map[string]string{"id": a.ID})
}

func (a authentication) scopes() *string {
	if len(a.Scopes) == 0 {
		return nil
	}
	text := encode(a.Scopes)
	return &text
}

func aboutAuthentication(id string) string { return "authentication:" + id }

func updateAuthentication(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if _, given := in["credentials"]; !given {
		return answer{}, engine.Missing("credentials")
	}
	before := c.placed.(authentication)
	a, err := c.authenticationOf(authentication{ID: before.ID, Environment: before.Environment, workspace: before.workspace, owner: before.owner}, in)
	if err != nil {
		return answer{}, err
	}
	return c.saveAuthentication(a)
}

func (c *call) saveAuthentication(a authentication) (answer, error) {
	c.did(aboutAuthentication(a.ID), "changed the authentication %s", a.Name)
	if _, err := c.tx.Exec("UPDATE authentications SET name = ?, user_data = ?, credentials = ?, scopes = ?, agent_group_id = ?, revoked = ? WHERE id = ?",
		a.Name, string(a.userData), string(a.credentials), a.scopes(), a.AgentGroup, a.revoked, a.ID); err != nil {
		return answer{}, err
	}
	return ok(a)
}

func deleteAuthentication(c *call) (answer, error) {
	a := c.placed.(authentication)
	c.did(aboutAuthentication(a.ID), "deleted the authentication %s", a.Name)
	if _, err := c.tx.Exec("DELETE FROM authentications WHERE id = ?", a.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

// managedAuthentication is one on the management plane.
type managedAuthentication struct {
	authentication
	Workspace string         `json:"workspaceId"`
	Owner     string         `json:"ownerId"`
	Service   nameAndVersion `json:"service"`
}

type nameAndVersion struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// listManagedAuthentications leaves the service of an environment that is gone empty.
func listManagedAuthentications(c *call) (answer, error) {
	return fetch(c, func(a authentication) any { return c.tx.managedAuthentication(a) }, scanAuthentication, authenticationsQuery+"t.workspace_id = ?", c.workspace.ID)
}

func (t *tx) managedAuthentication(a authentication) managedAuthentication {
	m := managedAuthentication{authentication: a, Workspace: a.workspace, Owner: a.owner}
	if f := t.s.frozen; f != nil { // it may be a service of Tray's own, which no snapshot holds
		m.Service = f.EnvironmentServices[a.Environment]
	} else if e, err := t.environmentWithID(a.Environment); err == nil {
		m.Service = nameAndVersion{e.service.Name, strconv.Itoa(e.service.Version)}
	}
	return m
}

// stateAuthentication tells whether credentials have changed, and not what they are.
type stateAuthentication struct {
	ID                string `json:"id"`
	Workspace         string `json:"workspace"`
	Owner             string `json:"owner"`
	Name              string `json:"name"`
	Environment       string `json:"serviceEnvironmentId"`
	CredentialsDigest string `json:"credentialsDigest"`
	Revoked           bool   `json:"revoked"`
}

func stateAuthentications(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (s stateAuthentication, err error) {
		var credentials string
		err = r.Scan(&s.ID, &s.Workspace, &s.Owner, &s.Name, &s.Environment, &credentials, &s.Revoked)
		s.CredentialsDigest = *digest(&credentials)
		return s, err
	}, `SELECT t.id, w.name, coalesce(u.email, t.owner), t.name, t.environment_id, t.credentials, t.revoked FROM authentications t
		JOIN workspaces w ON w.id = t.workspace_id LEFT JOIN users u ON u.id = t.owner ORDER BY w.name, w.seq, t.name, t.seq`)
}
