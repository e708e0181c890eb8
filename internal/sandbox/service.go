package sandbox

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over custom services. Using one is making an authentication with it.
const (
	RightListServices   Right = "list the custom services one manages"
	RightManageServices Right = "make, see, change and delete custom services"
)

// serviceNoun is the custom services. Tray has no API for them: people make them in the UI,
// and the management plane here.
var serviceNoun = noun{
	name: "services",
	routes: []*route{
		on("GET", "/management/v1/services", "listServices", OurOwn, RightListServices, listServices, 68),
		bodies(textBody, on("POST", "/management/v1/workspaces/{workspaceId}/services", "createService", OurOwn, RightManageServices, createService, 69, 70, 71)),
		on("GET", "/management/v1/services/{serviceId}", "getService", OurOwn, RightManageServices, getService, 68),
		bodies(textBody, on("PATCH", "/management/v1/services/{serviceId}", "updateService", OurOwn, RightManageServices, updateService, 68, 69, 70, 72)),
		on("DELETE", "/management/v1/services/{serviceId}", "deleteService", OurOwn, RightManageServices, deleteService, 68, 73),
	},
	actions: []*route{
		on("POST", "/_sandbox/ui/services", "", OurOwn, RightControl, uiCreateService),
		on("PATCH", "/_sandbox/ui/services/{serviceName}", "", OurOwn, RightControl, uiThere(updateService)),
		on("DELETE", "/_sandbox/ui/services/{serviceName}", "", OurOwn, RightControl, uiThere(deleteService)),
	},
	overOrganization: rights{
		RightListServices: {yesD, yesD, yesD, yesA, yesA},
	},
	overWorkspace: rights{
		RightManageServices: {yesD, yesD, yesD, yesD, noD, hidD},
	},
	places: map[string]place{"serviceId": placeService},
	assumptions: []Assumption{
		{68, "Who sees and edits a custom service of the Organization workspace?",
			"Its owner, who made it, and organization Admins and the Owner; for others it is not there, though everybody may make authentications with it, as the documents say. One that is made in a Personal workspace is that person's, whoever makes it.",
			"Open Services in the Organization workspace as another Contributor; make a service in somebody else's Personal workspace."},
		{69, "Are names of custom services unique?",
			"Not in the UI; the management plane, which is ours, refuses a second one in a workspace with 409.",
			"Make two custom services of one name in one workspace."},
		{70, "What does each kind of authentication need?",
			"OAuth 1 and 2: authorization URL, token URL, client id and client secret; password and client credentials all but the authorization URL; token-based services none of them, and no scopes.",
			"Choose each kind in New service and save without the field."},
		{71, "What does the unique name of a custom service look like?",
			"Fifteen mixed-case letters, an underscore and the name in lower case, as in the one that is known. It never changes.",
			"Make a custom service and read its name from GET /core/v1/connectors."},
		{72, "Where can a custom service move?",
			"From a Personal workspace to the Organization workspace, as older pages advise; any other move is 400.",
			"Look for Move in the menu of a custom service."},
		{73, "Can a custom service be deleted that is in use?",
			"Its own environments go with it; not while an authentication uses one of them (409).",
			"Delete a custom service with an environment of its own in the UI, then one that an authentication uses."},
	},
	contents: &content{"custom service", "custom services", "custom_services"},
	state:    stateServices,
	restore:  restoring("services", (*tx).restoreService),
}

// The kinds of authentication, as the documented list of environments names them.
const (
	kindToken       = "token"
	kindOAuth1      = "oauth1"
	kindOAuth2      = "oauth2"
	kindPassword    = "oauth2password"
	kindCredentials = "oauth2client_credentials"
)

var errNoService = engine.NotFound("There is no such service")

type scope struct {
	Scope       string `json:"scope"`
	Description string `json:"description"`
}

// serviceDetails are what people enter, as they are stored and shown.
type serviceDetails struct {
	Description       *string         `json:"description,omitempty"`
	AuthorizationURL  *string         `json:"authorizationUrl,omitempty"`
	TokenURL          *string         `json:"tokenUrl,omitempty"`
	Scopes            []scope         `json:"scopes"`
	UserDataSchema    json.RawMessage `json:"userDataSchema"`
	CredentialsSchema json.RawMessage `json:"credentialsSchema"`
}

type service struct {
	ID         string  `json:"id"`
	UniqueName string  `json:"uniqueName"`
	Version    int     `json:"version"`
	Workspace  string  `json:"workspaceId"`
	Owner      string  `json:"ownerId"`
	Name       string  `json:"name"`
	Kind       string  `json:"authenticationType"`
	ClientID   *string `json:"clientId,omitempty"` // of its environment Production
	serviceDetails
	secret *string // to be stored, as its digest
}

const (
	serviceColumns = "t.seq, t.id, t.unique_name, t.version, t.workspace_id, t.owner, t.name, t.kind, t.details, e.client_id"
	serviceTables  = " FROM custom_services t LEFT JOIN service_environments e ON e.service_id = t.id AND e.is_default"
)

func scanService(r *sql.Rows) (p engine.Placed[service], err error) {
	s, details := &p.Element, ""
	if err = r.Scan(&p.Seq, &s.ID, &s.UniqueName, &s.Version, &s.Workspace, &s.Owner, &s.Name, &s.Kind, &details, &s.ClientID); err == nil {
		err = json.Unmarshal([]byte(details), &s.serviceDetails)
	}
	return p, err
}

// placeService finds the service that a path names, and with it the workspace that rights
// are asked about. What the caller may not see is not there.
func placeService(c *call, id string) error {
	s, err := c.tx.oneService("t.id = ?", id)
	if err != nil {
		return err
	}
	if c.workspace, err = c.tx.findWorkspace(s.Workspace); err != nil {
		return err
	}
	if c.workspace.Type == typeOrganization && !c.caller.seesAll() && c.caller.id != s.Owner {
		return errNoService
	}
	c.placed = s
	return nil
}

func (t *tx) oneService(where string, args ...any) (service, error) {
	found, err := engine.Collect(t, scanService, "SELECT "+serviceColumns+serviceTables+" WHERE "+where, args...)
	if err == nil && len(found) == 0 {
		err = errNoService
	}
	if err != nil {
		return service{}, err
	}
	return found[0].Element, nil
}

// listServices pages through the services of the workspaces in which the caller is more
// than a Viewer.
func listServices(c *call) (answer, error) {
	p, err := c.paging(maxWorkspacePage)
	if err != nil {
		return answer{}, err
	}
	query, args := "SELECT "+serviceColumns+serviceTables+" JOIN workspaces w ON w.id = t.workspace_id WHERE 1", []any(nil)
	if c.caller.scope != "" {
		query, args = query+" AND w.id = ?", append(args, c.caller.scope)
	}
	if !c.caller.seesAll() {
		query += ` AND (w.type = 'Organization' AND t.owner = ? OR w.type <> 'Organization' AND
			w.id IN (SELECT workspace_id FROM members WHERE user_id = ? AND role <> 'Viewer'))`
		args = append(args, c.caller.id, c.caller.id)
	}
	f, err := engine.Fetch(c.tx, p, scanService, query, args...)
	if err != nil {
		return answer{}, err
	}
	return page(c, f, func(s service) any { return s })
}

func getService(c *call) (answer, error) { return ok(c.placed) }

func createService(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	kind, err := engine.Required[string](in, "authenticationType")
	if err != nil {
		return answer{}, err
	}
	if _, err := engine.Required[string](in, "name"); err != nil {
		return answer{}, err
	}
	s := service{Workspace: c.workspace.ID, Kind: kind}
	// What is made in a Personal workspace is that person's.
	if err := c.tx.Row("SELECT coalesce(person, ?) FROM workspaces WHERE id = ?", c.caller.id, s.Workspace).Scan(&s.Owner); err != nil {
		return answer{}, err
	}
	return c.makeService(s, in)
}

// makeService makes a service as the fields describe it, with its environment Production.
func (c *call) makeService(s service, in engine.Fields) (answer, error) {
	s.serviceDetails = serviceDetails{Scopes: []scope{}, UserDataSchema: anything, CredentialsSchema: anything}
	s, err := s.with(in)
	if err == nil {
		err = cmp.Or(c.rule(s.complete(true)), c.freeServiceName(s))
	}
	if err != nil {
		return answer{}, err
	}
	seq, err := c.tx.next(kindService)
	if err != nil {
		return answer{}, err
	}
	s.ID, s.Version = c.tx.derivedID(kindService, seq), 1
	s.UniqueName = uniqueName(s.ID, s.Name)
	if _, err = c.tx.Exec("INSERT INTO custom_services (seq, id, workspace_id, owner, name, unique_name, version, kind, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		seq, s.ID, s.Workspace, s.Owner, s.Name, s.UniqueName, s.Version, s.Kind, encode(s.serviceDetails)); err != nil {
		return answer{}, err
	}
	if _, err = c.tx.insertEnvironment(s.ID, environment{Title: titleDefault, Default: true, ClientID: s.ClientID, secret: s.secret}); err != nil {
		return answer{}, err
	}
	c.did(aboutService(s.UniqueName), "made the custom service %s", s.Name)
	return created(s)
}

func updateService(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	before := c.placed.(service)
	s, err := before.with(in)
	if err != nil {
		return answer{}, err
	}
	if err := cmp.Or(c.moveService(before, &s, in), c.rule(s.complete(false)), c.freeServiceName(s)); err != nil {
		return answer{}, err
	}
	if _, err := c.tx.Exec("UPDATE custom_services SET name = ?, workspace_id = ?, details = ? WHERE id = ?",
		s.Name, s.Workspace, encode(s.serviceDetails), s.ID); err != nil {
		return answer{}, err
	}
	if _, err := c.tx.Exec("UPDATE service_environments SET client_id = ?, secret_digest = coalesce(?, secret_digest) WHERE service_id = ? AND is_default",
		s.ClientID, digest(s.secret), s.ID); err != nil {
		return answer{}, err
	}
	c.did(aboutService(s.UniqueName), "changed the custom service %s", s.Name)
	return ok(s)
}

// moveService takes a service where it may go, by somebody who may make one there.
func (c *call) moveService(before service, s *service, in engine.Fields) error {
	to, err := engine.Optional[string](in, "workspaceId")
	if err != nil || to == nil || *to == before.Workspace {
		return err
	}
	from := c.workspace
	if c.workspace, err = c.tx.findWorkspace(*to); err != nil {
		return err
	}
	if !c.route.control {
		if err := c.require(RightManageServices); err != nil {
			return err
		}
	}
	s.Workspace = *to
	if from.Type != typePersonal || c.workspace.Type != typeOrganization {
		return c.rule(engine.BadRequest("A custom service moves from a Personal workspace to the Organization workspace, and nowhere else"))
	}
	return nil
}

func deleteService(c *call) (answer, error) {
	s := c.placed.(service)
	if err := c.unused("The custom service "+s.Name, "service_id", s.ID); err != nil {
		return answer{}, err
	}
	c.did(aboutService(s.UniqueName), "deleted the custom service %s", s.Name)
	if _, err := c.tx.Exec("DELETE FROM custom_services WHERE id = ?", s.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

// freeServiceName keeps names unique in a workspace, but for what people do in the UI.
func (c *call) freeServiceName(s service) error {
	var taken string
	err := c.tx.Row("SELECT unique_name FROM custom_services WHERE workspace_id = ? AND name = ? AND id <> ?", s.Workspace, s.Name, s.ID).Scan(&taken)
	switch {
	case c.route.control, errors.Is(err, engine.ErrNoRow):
		return nil
	case err != nil:
		return err
	}
	return engine.Conflict("There already is a custom service named %q in this workspace: %s", s.Name, taken)
}

// with applies the fields that a request gives; null takes a text away.
func (s service) with(in engine.Fields) (service, error) {
	var err error
	if _, given := in["name"]; given {
		if s.Name, err = engine.RequiredName(in); err != nil {
			return s, err
		}
	}
	for name, text := range map[string]**string{"description": &s.Description, "authorizationUrl": &s.AuthorizationURL, "tokenUrl": &s.TokenURL,
		"clientId": &s.ClientID, "clientSecret": &s.secret} {
		if _, given := in[name]; given {
			if *text, err = engine.Optional[string](in, name); err != nil {
				return s, secretly(name, err)
			}
		}
	}
	for name, schema := range map[string]*json.RawMessage{"userDataSchema": &s.UserDataSchema, "credentialsSchema": &s.CredentialsSchema} {
		if raw, given := in[name]; given {
			if !strings.HasPrefix(string(raw), "{") {
				return s, engine.InvalidBody("expected a JSON Schema object at %q", name)
			}
			*schema = raw
		}
	}
	s.Scopes, err = scopesIn(in, s.Scopes)
	return s, err
}

// anything is the schema of what nobody has described.
var anything = json.RawMessage(`{"type":"object","properties":{}}`)

// uniqueName is made as the one that is known was: letters, and the name for people.
func uniqueName(id, name string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := sha256.Sum256([]byte(id))
	b := make([]byte, 15)
	for i := range b {
		b[i] = letters[int(sum[i])%len(letters)]
	}
	return string(b) + "_" + strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-"), "-")
}

func aboutService(uniqueName string) string { return "service:" + uniqueName }

type stateService struct {
	ID           string `json:"id"`
	Owner        string `json:"owner"`
	Name         string `json:"name"`
	UniqueName   string `json:"uniqueName"`
	Workspace    string `json:"workspace"`
	SecretDigest string `json:"secretDigest"` // SHA-256 in hexadecimal of the client secret; empty without one
	serviceDetails
}

func stateServices(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (v stateService, err error) {
		details := ""
		if err = r.Scan(&v.ID, &v.Owner, &v.Name, &v.UniqueName, &v.Workspace, &v.SecretDigest, &details); err == nil {
			err = json.Unmarshal([]byte(details), &v.serviceDetails)
		}
		return v, err
	}, "SELECT t.id, u.email, t.name, t.unique_name, w.name, coalesce(e.secret_digest, ''), t.details"+serviceTables+
		" JOIN users u ON u.id = t.owner JOIN workspaces w ON w.id = t.workspace_id ORDER BY t.name, t.seq")
}
