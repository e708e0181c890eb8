package sandbox

import (
	"cmp"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// tokenNoun is the tokens, which only people make, in the UI.
var tokenNoun = noun{
	actions: []*route{
		operators(on("POST", "/_sandbox/tokens", "", OurOwn, RightControl, postToken)),
		on("DELETE", "/_sandbox/tokens/{token}", "", OurOwn, RightControl, deleteToken),
	},
	assumptions: []Assumption{
		{39, "What may a token do that a workspace Admin made for a workspace?",
			"Nothing outside that workspace: organization calls are 403, other workspaces 404.",
			"Each GET of the reference with such a token."},
	},
}

type tokenBody struct {
	Token   string  `json:"token"`
	UserID  string  `json:"user_id"`
	Expires *string `json:"expires"` // null: never
}

// apiUser is what a person enters in the UI to make an API user.
type apiUser struct {
	Name, Role, Workspace string
	WorkspaceRole         string `json:"workspace_role"`
}

// postToken makes a token that acts as an existing user, or makes an API user with one.
func postToken(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if c.caller.operator {
		return c.postTokenElsewhere(in)
	}
	return c.makeToken(in)
}

// postTokenElsewhere makes a token of any organization, for the operator: how the Owner
// of a new one gets the first token.
func (c *call) postTokenElsewhere(in engine.Fields) (a answer, err error) {
	id, err := engine.Required[string](in, "organization")
	if err != nil {
		return answer{}, err
	}
	err = c.in(id, true, func(there *call) error {
		a, err = there.makeToken(in)
		return err
	})
	return a, err
}

func (c *call) makeToken(in engine.Fields) (answer, error) {
	if id, err := engine.Optional[string](in, "organization"); err != nil || id != nil && *id != c.organization.ID {
		return answer{}, cmp.Or(err, error(engine.Forbidden("Only an operator makes tokens of another organization")))
	}
	name, err := engine.Optional[string](in, "user")
	if err != nil {
		return answer{}, err
	}
	api, err := engine.Optional[apiUser](in, "api_user")
	if err != nil {
		return answer{}, err
	}
	if (name == nil) == (api == nil) {
		return answer{}, engine.BadRequest("Exactly one of user and api_user must be given")
	}
	expires, err := c.expiry(in)
	if err != nil {
		return answer{}, err
	}
	var u user
	var scope *string
	if api != nil {
		u, scope, err = c.addAPIUser(*api)
	} else {
		u, err = c.tx.findUser(*name)
	}
	if err != nil {
		return answer{}, err
	}
	return c.issue(u, scope, expires)
}

func (c *call) expiry(in engine.Fields) (*time.Time, error) {
	text, err := engine.Optional[string](in, "expires_in")
	if err != nil || text == nil {
		return nil, err
	}
	d, err := time.ParseDuration(*text)
	if err != nil {
		return nil, engine.BadRequest("expires_in must be a duration such as 1h, got %q", *text)
	}
	at := engine.FromMillis(c.now.Add(d).UnixMilli())
	return &at, nil
}

func (c *call) issue(u user, scope *string, expires *time.Time) (answer, error) {
	body := tokenBody{Token: engine.RandomToken(), UserID: u.ID}
	var at *int64
	if expires != nil {
		ms, text := expires.UnixMilli(), engine.Timestamp(*expires)
		at, body.Expires = &ms, &text
	}
	if u.AccountType == accountAPI {
		if _, err := c.tx.insertToken(body.Token, u.ID, scope, at, "Token", c.now); err != nil {
			return answer{}, err
		}
	} else if _, err := c.tx.Exec("INSERT INTO tokens (token, user_id, workspace_id, expires_at) VALUES (?, ?, ?, ?)", body.Token, u.ID, scope, at); err != nil {
		return answer{}, err
	}
	c.did("", "made a token for %s", u.Email)
	return created(body)
}

// addAPIUser makes an API user. With a workspace and no organization role it is an
// organization Viewer whose token sees that workspace alone, as those are that a
// workspace Admin makes.
func (c *call) addAPIUser(api apiUser) (user, *string, error) {
	if strings.TrimSpace(api.Name) == "" {
		return user{}, nil, engine.BadRequest("api_user needs a name")
	}
	email := strings.Join(strings.Fields(strings.ToLower(api.Name)), "-") + "@api-users.invalid"
	if !emailPattern().MatchString(email) {
		return user{}, nil, engine.BadRequest("api_user.name may hold letters, digits, spaces and hyphens, got %q", api.Name)
	}
	scoped := api.Role == "" && api.Workspace != ""
	if api.Role == "" {
		api.Role = viewer
	}
	role, known := roleNamed(organizationRole, api.Role)
	if !known {
		return user{}, nil, engine.BadRequest("There is no organization role %q", api.Role)
	}
	u, err := c.addUser(user{Email: email, Name: api.Name, AccountType: accountAPI, Role: role})
	if err != nil || api.Workspace == "" {
		return u, nil, err
	}
	if c.workspace, err = c.tx.findNamedWorkspace(api.Workspace); err != nil {
		return u, nil, err
	}
	if err := ruleTokensInShared(c.workspace.Type); err != nil {
		return u, nil, err
	}
	local, err := api.localRole(role)
	if err == nil {
		err = c.tx.insertAPIUser(u.ID, c.workspace.ID, scoped, c.now)
	}
	if err == nil {
		err = c.addMember(u.ID, local)
	}
	if err != nil || !scoped {
		return u, nil, err
	}
	return u, &c.workspace.ID, nil
}

// localRole is the role in the workspace: one that the role in the organization allows when
// none is given.
func (api apiUser) localRole(inOrganization string) (string, error) {
	name := api.WorkspaceRole
	if name == "" {
		name = contributor
		if outranksMembers(inOrganization) {
			name = admin
		}
	}
	local, known := roleNamed(workspaceRole, name)
	if !known {
		return "", engine.BadRequest("There is no workspace role %q", name)
	}
	return local, nil
}

// deleteToken revokes a token at once. The Owner's own stays: without it nobody could get
// into the sandbox again.
func deleteToken(c *call) (answer, error) {
	s, err := c.tx.readSeed()
	if err != nil {
		return answer{}, err
	}
	if c.params["token"] == s.token {
		return answer{}, engine.Conflict("The token that opens the sandbox cannot be revoked: make another for the same user and revoke that")
	}
	revoked, err := c.tx.Exec("DELETE FROM tokens WHERE token = ?", c.params["token"])
	if err != nil {
		return answer{}, err
	}
	if revoked == 0 {
		return answer{}, errNoToken
	}
	c.did("", "revoked a token")
	return noContent()
}

// errNoToken does not repeat the token: answers end up in logs.
var errNoToken = engine.NotFound("There is no such token")

// acceptInvite is the invited person signing up.
func acceptInvite(c *call) (answer, error) {
	i, err := c.pendingInvite("be accepted")
	if err != nil {
		return answer{}, err
	}
	name, err := c.acceptedName(i.Email)
	if err != nil {
		return answer{}, err
	}
	u, err := c.join(i, name)
	if err != nil {
		return answer{}, err
	}
	return ok(c.userBody(u))
}

// join makes a user of whoever was invited.
func (c *call) join(i invite, name string) (user, error) {
	c.happened(engine.Event{Plane: engine.PlaneUI, Who: i.Email, What: "accepted the invitation, and is " + i.Role})
	return c.addUser(user{Email: i.Email, Name: name, AccountType: accountRegular, Role: i.Role})
}

// acceptedName is the name the person gives, or one made of the address: priya.shah@… is
// Priya Shah.
func (c *call) acceptedName(email string) (string, error) {
	if len(c.body) > 0 {
		in, err := c.fields()
		if err != nil {
			return "", err
		}
		if given, err := engine.Optional[string](in, "name"); err != nil || given != nil {
			if err != nil {
				return "", err
			}
			return engine.RequiredName(in)
		}
	}
	return nameOf(email), nil
}

// nameOf makes a name of an address.
func nameOf(email string) string {
	local, _, _ := strings.Cut(email, "@")
	words := strings.FieldsFunc(local, func(r rune) bool { return strings.ContainsRune("._+-", r) })
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	if len(words) == 0 {
		return local
	}
	return strings.Join(words, " ")
}
