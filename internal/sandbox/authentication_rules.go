package sandbox

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// authenticationOf reads what a request says of an authentication, and checks its form
// against the environment: whether the third party takes the credentials is not asked.
func (c *call) authenticationOf(a authentication, in engine.Fields) (authentication, error) {
	var err error
	if a.Name, err = engine.RequiredName(in); err != nil {
		return a, err
	}
	e, err := c.tx.environmentWithID(a.Environment)
	if err != nil {
		return a, err
	}
	if e.workspace != "" && e.workspace != a.workspace && e.workspaceType != typeOrganization {
		return a, errNoEnvironment
	}
	if a.userData, err = shaped(in, "userData", e.UserDataSchema); err != nil {
		return a, err
	}
	if a.credentials, err = shaped(in, "credentials", e.CredentialsSchema); err != nil {
		return a, err
	}
	if a.Scopes, err = distinctTexts(in, "scopes"); err != nil {
		return a, err
	}
	a.AgentGroup, err = c.agentGroupIn(in, a.workspace)
	return a, err
}

// shaped is an object of a request, {} when it is absent, in the form that a schema asks
// for. No refusal repeats a value.
func shaped(in engine.Fields, name string, schema json.RawMessage) (json.RawMessage, error) {
	raw, given := in[name]
	if !given || string(raw) == "null" {
		raw = json.RawMessage("{}")
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil || kindOf(value) != "object" {
		return nil, engine.InvalidBody("expected an object at '%s'", name)
	}
	if wrong := shapeOf(schema).mismatch(name, value); wrong != "" {
		return nil, engine.InvalidBody("%s", wrong)
	}
	return raw, nil
}

// distinctTexts is a list of texts, none of them twice.
func distinctTexts(in engine.Fields, name string) ([]string, error) {
	raw, given := in[name]
	if !given {
		return nil, nil
	}
	var all []string
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, engine.InvalidBody("expected a list of strings at '%s'", name)
	}
	for i, one := range all {
		if slices.Contains(all[:i], one) {
			return nil, engine.InvalidBody("%q stands twice at '%s'", one, name)
		}
	}
	return all, nil
}

func (c *call) agentGroupIn(in engine.Fields, workspaceID string) (*string, error) {
	id, err := engine.Optional[string](in, "onPremAgentGroupId")
	if err != nil || id == nil {
		return nil, err
	}
	if !engine.IsUUID(*id) {
		return nil, engine.NoUUID("onPremAgentGroupId")
	}
	_, err = one(c.tx, engine.BadRequest("There is no agent group %s in the workspace of the authentication", *id), scanAgentGroup, groupsQuery+" AND t.id = ?", workspaceID, *id)
	return id, err
}

// works tells whether the third party takes the credentials: not when it has revoked them,
// and not when one of them begins with wrong or invalid, which is how tests make bad ones.
func (a authentication) works() bool {
	var credentials map[string]any
	_ = json.Unmarshal(a.credentials, &credentials) // it was an object when it was stored
	for _, value := range credentials {
		text, _ := value.(string)
		text = strings.ToLower(text)
		if strings.HasPrefix(text, "wrong") || strings.HasPrefix(text, "invalid") {
			return false
		}
	}
	return !a.revoked
}

// usedAuthentication is one that the caller gives a connector or a trigger: their own, or
// one that they may see.
func (c *call) usedAuthentication(in engine.Fields, name string) (*authentication, error) {
	id, err := engine.Optional[string](in, name)
	if err != nil || id == nil {
		return nil, err
	}
	if !engine.IsUUID(*id) {
		return nil, engine.NoUUID(name)
	}
	a, err := one(c.tx, errNoAuthentication, scanAuthentication, authenticationsQuery+"t.id = ?", *id)
	if err != nil {
		return nil, err
	}
	if c.workspace, err = c.tx.findWorkspace(a.workspace); err != nil {
		return nil, err
	}
	c.hidden = errNoAuthentication
	return &a, c.require(RightReadAuthentications)
}

// uiCreateAuthentication is a person going through the authentication dialog.
func uiCreateAuthentication(c *call) (answer, error) {
	in, _, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	person, err := engine.RequiredText(in, "owner")
	if err != nil {
		return answer{}, err
	}
	u, err := c.tx.findUser(person)
	if err != nil {
		return answer{}, err
	}
	where, err := engine.Optional[string](in, "workspace")
	if err != nil {
		return answer{}, err
	}
	if where != nil {
		c.workspace, err = c.tx.findNamedWorkspace(*where)
	} else {
		c.workspace, err = c.tx.homeOf(u.ID)
	}
	if err != nil {
		return answer{}, err
	}
	return c.makeAuthentication(u.ID, in)
}

// uiChangeAuthentication is somebody signing in anew, renaming one, or the third party
// taking it no longer: "works": false; "workspace" moves it out of a Personal workspace, which
// is all that pages tell of moves. What is absent stays.
func uiChangeAuthentication(c *call) (answer, error) {
	in, _, err := c.ui()
	if err == nil {
		err = c.find()
	}
	if err != nil {
		return answer{}, err
	}
	before := c.placed.(authentication)
	for name, raw := range map[string]json.RawMessage{"name": json.RawMessage(encode(before.Name)), "userData": before.userData,
		"credentials": before.credentials, "scopes": json.RawMessage(encode(before.Scopes)), "onPremAgentGroupId": json.RawMessage(encode(before.AgentGroup))} {
		if _, given := in[name]; !given {
			in[name] = raw
		}
	}
	a, err := c.authenticationOf(before, in)
	if err != nil {
		return answer{}, err
	}
	works, err := engine.Optional[bool](in, "works")
	if err != nil {
		return answer{}, err
	}
	if works != nil {
		a.revoked = !*works
	}
	if err := c.moveAuthentication(before, in); err != nil {
		return answer{}, err
	}
	return c.saveAuthentication(a)
}

func (c *call) moveAuthentication(a authentication, in engine.Fields) error {
	where, err := engine.Optional[string](in, "workspace")
	if err != nil || where == nil {
		return err
	}
	from, err := c.tx.findWorkspace(a.workspace)
	if err != nil {
		return err
	}
	to, err := c.tx.findNamedWorkspace(*where)
	if err != nil {
		return err
	}
	if from.Type != typePersonal {
		return c.rule(engine.BadRequest("An authentication moves from a Personal workspace, and from nowhere else"))
	}
	_, err = c.tx.Exec("UPDATE authentications SET workspace_id = ? WHERE id = ?", to.ID, a.ID)
	return err
}

// unused refuses to take environments away that authentications are of.
func (c *call) unused(what, column, id string) error {
	names, err := engine.Collect(c.tx, scanText, "SELECT name FROM authentications WHERE environment_id IN (SELECT id FROM service_environments WHERE "+column+" = ?) ORDER BY name", id)
	if err != nil || len(names) == 0 {
		return err
	}
	return c.rule(engine.Conflict("%s is in use: there are authentications for it: %s", what, some(names)))
}
