package sandbox

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over the environments of a service, asked in the service's workspace.
const (
	RightUseService        Right = "make authentications with a custom service"
	RightMakeEnvironment   Right = "add an environment to a service"
	RightChangeEnvironment Right = "change and delete a service's environment"
)

const (
	environmentsPath = "/services/{serviceName}/versions/{serviceVersion}/environments"
	managedOne       = "/management/v1" + environmentsPath + "/{environmentId}"
)

// environmentNoun is the environments of services: OAuth apps, of which every service has
// Production. Tray documents that they are listed; people make them in the UI.
var environmentNoun = noun{
	name: "serviceEnvironments",
	routes: []*route{
		on("GET", "/core/v1"+environmentsPath, "listServiceEnvironments", FromDocuments, RightUseService, listServiceEnvironments, 74, 75),
		on("GET", "/management/v1"+environmentsPath, "listManagedEnvironments", OurOwn, RightUseService, listManagedEnvironments),
		on("POST", "/management/v1"+environmentsPath, "createEnvironment", OurOwn, RightMakeEnvironment, createEnvironment, 76),
		on("GET", managedOne, "getEnvironment", OurOwn, RightUseService, getEnvironment),
		on("PATCH", managedOne, "updateEnvironment", OurOwn, RightChangeEnvironment, updateEnvironment, 76),
		on("DELETE", managedOne, "deleteEnvironment", OurOwn, RightChangeEnvironment, deleteEnvironment, 76),
	},
	actions: []*route{
		on("POST", "/_sandbox/ui"+environmentsPath, "", OurOwn, RightControl, uiThere(createEnvironment)),
		on("PATCH", "/_sandbox/ui"+environmentsPath+"/{environmentId}", "", OurOwn, RightControl, uiThere(updateEnvironment)),
		on("DELETE", "/_sandbox/ui"+environmentsPath+"/{environmentId}", "", OurOwn, RightControl, uiThere(deleteEnvironment)),
	},
	overWorkspace: rights{
		RightUseService:        {yesD, yesD, yesD, yesD, noD, hidD},
		RightMakeEnvironment:   {yesA, yesA, yesA, yesA, noA, hidA},
		RightChangeEnvironment: {yesA, yesA, yesA, noA, noA, hidA},
	},
	places: map[string]place{"serviceName": placeNamedService},
	assumptions: []Assumption{
		{74, "May an API user's token list the environments of a service?",
			"Yes, if its user may make authentications with the service; the reference names master and user tokens only. Others get 404.",
			"GET /core/v1/services/{name}/versions/1/environments with an API user's token."},
		{75, "What are the scopes of an environment?",
			"Objects of scope and description, as in the samples; the reference leaves them open.",
			"GET /core/v1/services/{name}/versions/1/environments of an OAuth service."},
		{76, "Can environments be renamed, changed and deleted, and are their titles unique?",
			"By Admins of the workspace, and all but Production, and none is deleted that an authentication uses (409); the management plane, which is ours, refuses a second one of a title with 409.",
			"Add two OAuth apps of one title in the authentication dialog."},
	},
	state:   stateEnvironments,
	restore: restoring("environments", (*tx).restoreEnvironment),
}

const titleDefault = "Production"

type environment struct {
	ID       string  `json:"id"`
	Title    string  `json:"title"`
	Default  bool    `json:"isDefault"`
	ClientID *string `json:"clientId,omitempty"`
	Kind     string  `json:"authenticationType"`
	Scopes   []scope `json:"scopes"`

	UserDataSchema    json.RawMessage `json:"userDataSchema"`
	CredentialsSchema json.RawMessage `json:"credentialsSchema"`

	secret *string
}

// documentedEnvironment has what Tray documents, and nothing else.
type documentedEnvironment struct {
	ID                string          `json:"id"`
	Title             string          `json:"title"`
	Kind              string          `json:"authenticationType"`
	UserDataSchema    json.RawMessage `json:"userDataSchema"`
	CredentialsSchema json.RawMessage `json:"credentialsSchema"`
	Scopes            []scope         `json:"scopes"`
}

const environmentColumns = "t.seq, t.id, t.title, t.is_default, t.client_id, t.scopes"

// scanEnvironment completes an environment with what it has of its service: the kind and
// the schemas, and the scopes unless it has its own.
func (s service) scanEnvironment(r *sql.Rows) (p engine.Placed[environment], err error) {
	var scopes *string
	e := &p.Element
	e.Kind, e.Scopes, e.UserDataSchema, e.CredentialsSchema = s.Kind, s.Scopes, s.UserDataSchema, s.CredentialsSchema
	if err = r.Scan(&p.Seq, &e.ID, &e.Title, &e.Default, &e.ClientID, &scopes); err == nil && scopes != nil {
		e.Scopes = nil
		err = json.Unmarshal([]byte(*scopes), &e.Scopes)
	}
	return p, err
}

// placeNamedService finds a service by its unique name and version, as whoever may use it
// does; by its id or its name, as people in the UI do.
func placeNamedService(c *call, name string) (err error) {
	var s service
	if c.route.control {
		s, err = c.tx.oneService("t.id = ? OR t.unique_name = ? OR t.name = ? ORDER BY t.seq LIMIT 1", name, name, name)
	} else if s, err = c.tx.oneService("t.unique_name = ?", name); err == nil {
		var version int64
		if version, err = strconv.ParseInt(c.params["serviceVersion"], 10, 32); err != nil {
			return engine.BadRequest("Invalid value for: path parameter serviceVersion")
		}
		if version != int64(s.Version) {
			return errNoService
		}
	}
	if err == errNoService && c.route.Provenance == FromDocuments { //nolint:errorlint // a sentinel of ours, never wrapped
		return c.placePublicService(name)
	}
	if err != nil {
		return err
	}
	c.placed = s
	c.workspace, err = c.tx.findWorkspace(s.Workspace)
	if err == nil && c.workspace.Type == typeOrganization && c.route.right == RightUseService && c.caller.scope != "" {
		c.workspace, err = c.home() // everybody uses it, from where they are
	}
	return err
}

// listServiceEnvironments answers in one piece, as documented.
func listServiceEnvironments(c *call) (answer, error) {
	if s, public := c.placed.(publicService); public {
		return ok(inOnePiece([]documentedEnvironment{c.tx.publicEnvironment(s)}))
	}
	s := c.placed.(service)
	all, err := engine.Collect(c.tx, s.scanEnvironment, "SELECT "+environmentColumns+" FROM service_environments t WHERE t.service_id = ? ORDER BY t.seq", s.ID)
	if err != nil {
		return answer{}, err
	}
	var found []documentedEnvironment
	for _, p := range all {
		e := p.Element
		found = append(found, documentedEnvironment{e.ID, e.Title, e.Kind, e.UserDataSchema, e.CredentialsSchema, e.Scopes})
	}
	return ok(inOnePiece(found))
}

func listManagedEnvironments(c *call) (answer, error) {
	p, err := c.paging(maxWorkspacePage)
	if err != nil {
		return answer{}, err
	}
	s := c.placed.(service)
	f, err := engine.Fetch(c.tx, p, s.scanEnvironment, "SELECT "+environmentColumns+" FROM service_environments t WHERE t.service_id = ?", s.ID)
	if err != nil {
		return answer{}, err
	}
	return page(c, f, func(e environment) any { return e })
}

func getEnvironment(c *call) (answer, error) {
	e, err := c.findEnvironment()
	if err != nil {
		return answer{}, err
	}
	return ok(e)
}

// findEnvironment is by id, and by title for people in the UI.
func (c *call) findEnvironment() (environment, error) {
	s, id := c.placed.(service), c.params["environmentId"]
	found, err := engine.Collect(c.tx, s.scanEnvironment, "SELECT "+environmentColumns+" FROM service_environments t WHERE t.service_id = ? AND (t.id = ? OR ? AND t.title = ?)",
		s.ID, id, c.route.control, id)
	if err != nil || len(found) == 0 {
		return environment{}, cmp.Or(err, error(engine.NotFound("There is no such environment")))
	}
	return found[0].Element, nil
}

func createEnvironment(c *call) (answer, error) {
	return c.putEnvironment(environment{}, func(s service, e environment) (environment, error) {
		c.did(aboutService(s.UniqueName), "added the environment %s to the custom service %s", e.Title, s.Name)
		return c.tx.insertEnvironment(s.ID, e)
	}, created)
}

func updateEnvironment(c *call) (answer, error) {
	e, err := c.findEnvironment()
	if err == nil && e.Default {
		err = c.rule(engine.Conflict("%s is the environment of the service itself: change the service", titleDefault))
	}
	if err != nil {
		return answer{}, err
	}
	return c.putEnvironment(e, func(s service, e environment) (environment, error) {
		c.did(aboutService(s.UniqueName), "changed the environment %s of the custom service %s", e.Title, s.Name)
		_, err := c.tx.Exec("UPDATE service_environments SET title = ?, client_id = ?, scopes = ?, secret_digest = coalesce(?, secret_digest) WHERE id = ?",
			e.Title, e.ClientID, encode(e.Scopes), digest(e.secret), e.ID)
		return e, err
	}, ok)
}

// putEnvironment applies the fields of the request to e and stores it.
func (c *call) putEnvironment(e environment, store func(service, environment) (environment, error), done func(any) (answer, error)) (answer, error) {
	s := c.placed.(service)
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if _, given := in["title"]; given || e.ID == "" {
		if e.Title, err = engine.RequiredText(in, "title"); err != nil {
			return answer{}, err
		}
	}
	for name, text := range map[string]**string{"clientId": &e.ClientID, "clientSecret": &e.secret} {
		if _, given := in[name]; given {
			if *text, err = engine.Optional[string](in, name); err != nil {
				return answer{}, secretly(name, err)
			}
		}
	}
	e.Kind, e.UserDataSchema, e.CredentialsSchema = s.Kind, s.UserDataSchema, s.CredentialsSchema
	if e.ID == "" {
		e.Scopes = s.Scopes
	}
	if e.Scopes, err = scopesIn(in, e.Scopes); err == nil {
		err = cmp.Or(c.rule(e.complete()), c.freeTitle(s, e))
	}
	if err == nil {
		e, err = store(s, e)
	}
	if err != nil {
		return answer{}, err
	}
	return done(e)
}

// complete asks for the OAuth app that an environment is.
func (e environment) complete() error {
	switch isNew := e.ID == ""; {
	case e.Kind == kindToken:
		return engine.BadRequest("A token-based service has no OAuth apps, and so no environments besides %s", titleDefault)
	case e.ClientID == nil || *e.ClientID == "":
		return engine.Missing("clientId")
	case isNew && (e.secret == nil || *e.secret == ""):
		return engine.Missing("clientSecret")
	}
	return nil
}

func (c *call) freeTitle(s service, e environment) error {
	var taken string
	err := c.tx.Row("SELECT id FROM service_environments WHERE service_id = ? AND title = ? AND id <> ?", s.ID, e.Title, e.ID).Scan(&taken)
	switch {
	case c.route.control, errors.Is(err, engine.ErrNoRow):
		return nil
	case err != nil:
		return err
	}
	return engine.Conflict("The service %s already has an environment titled %q: %s", s.UniqueName, e.Title, taken)
}

func (t *tx) insertEnvironment(serviceID string, e environment) (environment, error) {
	seq, err := t.next(kindEnvironment)
	if err != nil {
		return e, err
	}
	e.ID = t.derivedID(kindEnvironment, seq)
	var scopes *string // of the default one: the service's
	if !e.Default {
		text := encode(e.Scopes)
		scopes = &text
	}
	_, err = t.Exec("INSERT INTO service_environments (seq, id, service_id, title, is_default, client_id, scopes, secret_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		seq, e.ID, serviceID, e.Title, e.Default, e.ClientID, scopes, digest(e.secret))
	return e, err
}

func deleteEnvironment(c *call) (answer, error) {
	e, err := c.findEnvironment()
	if err == nil && e.Default {
		err = engine.Conflict("%s is the environment of the service itself: it goes with the service", titleDefault)
	}
	if err != nil {
		return answer{}, err
	}
	if err := c.unused("The environment "+e.Title, "id", e.ID); err != nil {
		return answer{}, err
	}
	s := c.placed.(service)
	c.did(aboutService(s.UniqueName), "deleted the environment %s of the custom service %s", e.Title, s.Name)
	if _, err := c.tx.Exec("DELETE FROM service_environments WHERE id = ?", e.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

// digest is how a secret is stored: nobody reads it back, and tests compare it.
func digest(secret *string) *string {
	if secret == nil {
		return nil
	}
	sum := sha256.Sum256([]byte(*secret))
	text := hex.EncodeToString(sum[:])
	return &text
}

// secretly is the refusal of a field, without its value where that is a secret.
func secretly(name string, err error) error {
	if name != "clientSecret" {
		return err
	}
	return engine.InvalidBody("wrong type, expecting string at '%s'", name)
}

func encode(v any) string {
	text, _ := json.Marshal(v) // plain fields: it never fails
	return string(text)
}

type stateEnvironment struct {
	ID           string `json:"id"`
	Service      string `json:"service"` // its unique name
	Title        string `json:"title"`
	ClientID     string `json:"clientId"`
	SecretDigest string `json:"secretDigest"`
}

func stateEnvironments(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (v stateEnvironment, err error) {
		return v, r.Scan(&v.ID, &v.Service, &v.Title, &v.ClientID, &v.SecretDigest)
	}, `SELECT t.id, s.unique_name, t.title, coalesce(t.client_id, ''), coalesce(t.secret_digest, '')
		FROM service_environments t JOIN custom_services s ON s.id = t.service_id WHERE NOT t.is_default ORDER BY s.name, s.seq, t.title, t.seq`)
}
