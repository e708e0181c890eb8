package sandbox

import (
	"cmp"
	"database/sql"
	"errors"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

const apiTokensPath = apiUsersPath + "/{userId}/tokens"

// apiTokenNoun is the tokens of API users on the management plane. Those that the control
// plane makes for API users are among them.
var apiTokenNoun = noun{
	name: "apiTokens",
	routes: []*route{
		unheld("API tokens", on("GET", apiTokensPath, "listApiTokens", OurOwn, RightManageTokens, listAPITokens, 108, 112)),
		on("POST", apiTokensPath, "createApiToken", OurOwn, RightManageTokens, createAPIToken, 64, 108, 109, 113),
		unheld("API tokens", on("GET", apiTokensPath+"/{tokenId}", "getApiToken", OurOwn, RightManageTokens, getAPIToken, 108, 112)),
		on("DELETE", apiTokensPath+"/{tokenId}", "revokeApiToken", OurOwn, RightManageTokens, revokeAPIToken, 108, 112),
	},
	actions: []*route{
		on("DELETE", "/_sandbox/ui/api-tokens/{tokenId}", "", OurOwn, RightControl, uiRevokeAPIToken),
	},
	assumptions: []Assumption{
		{112, "What is left of a token that has expired?",
			"Nothing: it vanishes from the list, as documented, and reading or revoking it is 404.",
			"Make a token that expires tomorrow and look at the list the day after."},
		{113, "When can a token expire, and may two of an API user have one name?",
			"At any time that is yet to come, or never; and no, 409.",
			"Open Create token in the UI and look at the choices for its expiry."},
	},
	state: stateAPITokens,
}

type apiToken struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	User      string  `json:"userId"`
	CreatedAt string  `json:"createdAt"`
	Expires   *string `json:"expires,omitempty"`
}

const apiTokensQuery = "SELECT t.seq, t.id, t.name, t.user_id, t.created_at, t.expires_at FROM tokens t WHERE t.seq IS NOT NULL AND (t.expires_at IS NULL OR t.expires_at > ?)"

func scanAPIToken(r *sql.Rows) (p engine.Placed[apiToken], err error) {
	k := &p.Element
	var made int64
	var expires *int64
	err = r.Scan(&p.Seq, &k.ID, &k.Name, &k.User, &made, &expires)
	k.CreatedAt = engine.Timestamp(engine.FromMillis(made))
	if expires != nil {
		text := engine.Timestamp(engine.FromMillis(*expires))
		k.Expires = &text
	}
	return p, err
}

func listAPITokens(c *call) (answer, error) {
	b, err := c.apiUser()
	if err != nil {
		return answer{}, err
	}
	return fetch(c, asIs[apiToken], scanAPIToken, apiTokensQuery+" AND t.user_id = ?", c.now.UnixMilli(), b.ID)
}

// apiToken is the one of the path.
func (c *call) apiToken() (apiToken, error) {
	b, err := c.apiUser()
	if err != nil {
		return apiToken{}, err
	}
	return one(c.tx, errNoToken, scanAPIToken, apiTokensQuery+" AND t.user_id = ? AND t.id = ?", c.now.UnixMilli(), b.ID, c.params["tokenId"])
}

func getAPIToken(c *call) (answer, error) {
	k, err := c.apiToken()
	if err != nil {
		return answer{}, err
	}
	return ok(k)
}

// createAPIToken answers with the token's value, which no other answer has.
func createAPIToken(c *call) (answer, error) {
	b, err := c.apiUser()
	if err != nil {
		return answer{}, err
	}
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	name, err := engine.RequiredName(in)
	if err != nil {
		return answer{}, err
	}
	expires, err := c.expiryDate(in)
	if err == nil {
		err = c.freeTokenName(b.ID, name)
	}
	if err != nil {
		return answer{}, err
	}
	var scope *string
	if b.scoped {
		scope = &b.Workspace
	}
	value := engine.RandomToken()
	seq, err := c.tx.insertToken(value, b.ID, scope, expires, name, c.now)
	if err != nil {
		return answer{}, err
	}
	c.did(aboutPerson(b.Email), "made the token %s for the API user %s", name, b.Name)
	k, err := one(c.tx, errNoToken, scanAPIToken, apiTokensQuery+" AND t.seq = ?", c.now.UnixMilli(), seq)
	if err != nil {
		return answer{}, err
	}
	return created(struct {
		apiToken
		Value string `json:"value"`
	}{k, value})
}

func (c *call) expiryDate(in engine.Fields) (*int64, error) {
	text, err := engine.Optional[string](in, "expires")
	if err != nil || text == nil {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		return nil, engine.InvalidBody("expected a time such as 2026-12-31T00:00:00Z at 'expires'")
	}
	if !at.After(c.now) {
		return nil, engine.InvalidBody("expected a time that is yet to come at 'expires': it is %s", engine.Timestamp(c.now))
	}
	ms := at.UnixMilli()
	return &ms, nil
}

func (c *call) freeTokenName(userID, name string) error {
	var taken string
	err := c.tx.Row("SELECT id FROM tokens WHERE user_id = ? AND name = ? AND (expires_at IS NULL OR expires_at > ?)", userID, name, c.now.UnixMilli()).Scan(&taken)
	if errors.Is(err, engine.ErrNoRow) {
		return nil
	}
	return cmp.Or(err, error(engine.Conflict("The API user already has a token named %q: %s", name, taken)))
}

// insertToken stores a token. One of an API user is counted, so that it is in lists.
func (t *tx) insertToken(value, userID string, scope *string, expires *int64, name string, now time.Time) (int64, error) {
	seq, err := t.next(kindAPIToken)
	if err != nil {
		return 0, err
	}
	_, err = t.Exec("INSERT INTO tokens (token, user_id, workspace_id, expires_at, seq, id, name, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		value, userID, scope, expires, seq, t.derivedID(kindAPIToken, seq), name, now.UnixMilli())
	return seq, err
}

func revokeAPIToken(c *call) (answer, error) {
	k, err := c.apiToken()
	if err != nil {
		return answer{}, err
	}
	return c.revoke(k)
}

func (c *call) revoke(k apiToken) (answer, error) {
	c.did("", "revoked the token %s", k.Name)
	if _, err := c.tx.Exec("DELETE FROM tokens WHERE id = ?", k.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

// uiRevokeAPIToken goes by the token's id, or by its name while one token has it.
func uiRevokeAPIToken(c *call) (answer, error) {
	id := c.params["tokenId"]
	found, err := engine.Collect(c.tx, scanAPIToken, apiTokensQuery+" AND (t.id = ? OR t.name = ?)", c.now.UnixMilli(), id, id)
	switch {
	case err != nil:
		return answer{}, err
	case len(found) == 0:
		return answer{}, errNoToken
	case len(found) > 1:
		return answer{}, engine.Conflict("There are %d tokens of this name: give the id", len(found))
	}
	return c.revoke(found[0].Element)
}

type stateAPIToken struct {
	ID      string  `json:"id"`
	APIUser string  `json:"apiUser"`
	Name    string  `json:"name"`
	Expires *string `json:"expires"`
}

func stateAPITokens(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (stateAPIToken, error) {
		p, err := scanAPIToken(r)
		k := p.Element
		return stateAPIToken{k.ID, k.User, k.Name, k.Expires}, err
	}, `SELECT t.seq, t.id, t.name, u.name, t.created_at, t.expires_at FROM tokens t JOIN users u ON u.id = t.user_id
		WHERE t.seq IS NOT NULL AND (t.expires_at IS NULL OR t.expires_at > ?) ORDER BY u.name, t.name, t.seq`, c.now.UnixMilli())
}
