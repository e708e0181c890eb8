package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"github.com/graph-gophers/graphql-go"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// How long what acts for an end user lasts, as documented.
const (
	endUserTokenLife = 48 * time.Hour
	endUserCodeLife  = 5 * time.Minute
)

// endUserNoun is the end users of Embedded: people outside of the organization, who make
// instances of its solutions.
var endUserNoun = noun{
	name: "endUsers",
	actions: []*route{
		on("POST", "/_sandbox/ui/embedded/codes/{code}", "", OurOwn, RightControl, uiRedeemCode),
	},
	assumptions: []Assumption{
		{135, "Which external ids can an end user have?",
			"Any text that no other has; user_already_exists otherwise.",
			"Run createExternalUser twice with one externalUserId."},
		{136, "What becomes of the tokens, authentications and instances of an end user who is removed?",
			"They go at once, instances as documented.",
			"Run removeExternalUser and use a token of theirs."},
	},
	state: stateEndUsers,
}

type endUser struct {
	ID             graphql.ID
	ExternalUserID *string
	Name           string
	IsTestUser     *bool
}

const endUserQuery = "SELECT t.seq, t.id, t.external_id, t.name, t.is_test FROM end_users t WHERE "

func scanEndUser(r *sql.Rows) (p engine.Placed[*endUser], err error) {
	external, test := "", false
	u := &endUser{ExternalUserID: &external, IsTestUser: &test}
	p.Element = u
	return p, r.Scan(&p.Seq, &u.ID, &external, &u.Name, &test)
}

var errNoEndUser = refusedWith(codeNoUser, "The user does not exist")

func (t *tx) endUser(id graphql.ID) (*endUser, error) {
	return one(t, errNoEndUser, scanEndUser, endUserQuery+"t.id = ?", string(id))
}

// authenticateEndUser finds the end user that a token acts for.
func (t *tx) authenticateEndUser(token string, now time.Time) (caller, error) {
	who := caller{token: token}
	err := t.Row(`SELECT u.id, u.name FROM end_user_tokens k JOIN end_users u ON u.id = k.user_id WHERE k.token = ? AND NOT k.is_code AND k.expires_at > ?`,
		token, now.UnixMilli()).Scan(&who.endUser, &who.endUserName)
	if errors.Is(err, engine.ErrNoRow) {
		return who, errUnauthorized
	}
	return who, err
}

type userCriteria struct {
	ExternalUserID, Name, UserID *string
	IsTestUser                   *bool
}

// Users lists end users.
func (*graphRoot) Users(ctx context.Context, args struct {
	Criteria *userCriteria
	pageArgs
}) (*connection[*endUser], error) {
	return query(ctx, "users", masterOnly, func(c *call) (*connection[*endUser], error) {
		where := args.Criteria
		if where == nil {
			where = &userCriteria{}
		}
		all, err := engine.Collect(c.tx, scanEndUser, endUserQuery+`(?1 IS NULL OR t.external_id = ?1) AND (?2 IS NULL OR t.name = ?2) AND
			(?3 IS NULL OR t.id = ?3) AND (?4 IS NULL OR t.is_test = ?4) ORDER BY t.seq`, where.ExternalUserID, where.Name, where.UserID, where.IsTestUser)
		if err != nil {
			return nil, err
		}
		return connect(itemsOf(all), func(u *endUser) graphql.ID { return u.ID }, args.pageArgs)
	})
}

func itemsOf[T any](all []engine.Placed[T]) []T {
	elements := make([]T, len(all))
	for i, one := range all {
		elements[i] = one.Element
	}
	return elements
}

// payload is what every mutation answers at least.
type payload struct{ ClientMutationID *string }

type createdUser struct {
	UserID           graphql.ID
	ClientMutationID *string
}

// CreateExternalUser makes an end user.
func (*graphRoot) CreateExternalUser(ctx context.Context, args struct {
	Input struct {
		Name, ExternalUserID string
		IsTestUser           *bool
		ClientMutationID     *string
	}
}) (*createdUser, error) {
	return mutate(ctx, "createExternalUser", masterOnly, func(c *call) (*createdUser, error) {
		in := args.Input
		if err := c.freeExternalID(in.ExternalUserID, ""); err != nil {
			return nil, err
		}
		seq, err := c.tx.next(kindEndUser)
		if err != nil {
			return nil, err
		}
		id := c.tx.derivedID(kindEndUser, seq)
		c.did(aboutEndUser(id), "made the end user %s", in.Name)
		_, err = c.tx.Exec("INSERT INTO end_users (seq, id, external_id, name, is_test) VALUES (?, ?, ?, ?, ?)",
			seq, id, in.ExternalUserID, in.Name, in.IsTestUser != nil && *in.IsTestUser)
		return &createdUser{graphql.ID(id), in.ClientMutationID}, err
	})
}

func aboutEndUser(id string) string { return "end-user:" + id }

func (c *call) freeExternalID(external, except string) error {
	if external == "" {
		return graphProblem{"externalUserId is empty", preconditionError, ""}
	}
	var taken bool
	err := c.tx.Row("SELECT EXISTS (SELECT 1 FROM end_users WHERE external_id = ? AND id <> ?)", external, except).Scan(&taken)
	if err == nil && taken {
		err = refusedWith(codeUserThere, "A user with this external id already exists")
	}
	return err
}

type changedUser struct {
	User             *endUser
	ClientMutationID *string
}

// UpdateExternalUser changes what is given.
func (*graphRoot) UpdateExternalUser(ctx context.Context, args struct {
	Input struct {
		UserID               graphql.ID
		IsTestUser           *bool
		Name, ExternalUserID *string
		ClientMutationID     *string
	}
}) (*changedUser, error) {
	return mutate(ctx, "updateExternalUser", masterOnly, func(c *call) (*changedUser, error) {
		in := args.Input
		u, err := c.tx.endUser(in.UserID)
		if err == nil && in.ExternalUserID != nil {
			err = c.freeExternalID(*in.ExternalUserID, string(u.ID))
		}
		if err != nil {
			return nil, err
		}
		if in.Name != nil {
			u.Name = *in.Name
		}
		if in.ExternalUserID != nil {
			u.ExternalUserID = in.ExternalUserID
		}
		if in.IsTestUser != nil {
			u.IsTestUser = in.IsTestUser
		}
		c.did(aboutEndUser(string(u.ID)), "changed the end user %s", u.Name)
		_, err = c.tx.Exec("UPDATE end_users SET external_id = ?, name = ?, is_test = ? WHERE id = ?", *u.ExternalUserID, u.Name, *u.IsTestUser, string(u.ID))
		return &changedUser{u, in.ClientMutationID}, err
	})
}

type ofUser struct {
	UserID           graphql.ID
	ClientMutationID *string
}

// RemoveExternalUser removes an end user with all that is theirs.
func (*graphRoot) RemoveExternalUser(ctx context.Context, args struct{ Input ofUser }) (*payload, error) {
	return mutate(ctx, "removeExternalUser", masterOnly, func(c *call) (*payload, error) {
		u, err := c.tx.endUser(args.Input.UserID)
		if err != nil {
			return nil, err
		}
		c.did(aboutEndUser(string(u.ID)), "removed the end user %s", u.Name)
		_, err = c.tx.Exec("DELETE FROM end_users WHERE id = ?", string(u.ID))
		return &payload{args.Input.ClientMutationID}, err
	})
}

type authorized struct {
	AccessToken      string
	ClientMutationID *string
}

// Authorize makes a token that acts for an end user.
func (*graphRoot) Authorize(ctx context.Context, args struct{ Input ofUser }) (*authorized, error) {
	return mutate(ctx, "authorize", masterOnly, func(c *call) (*authorized, error) {
		token, err := c.actFor(args.Input.UserID, 32, false, endUserTokenLife)
		return &authorized{token, args.Input.ClientMutationID}, err
	})
}

type coded struct {
	AuthorizationCode string
	ClientMutationID  *string
}

// GenerateAuthorizationCode makes a code that opens a page of Tray's for an end user, once.
func (*graphRoot) GenerateAuthorizationCode(ctx context.Context, args struct{ Input ofUser }) (*coded, error) {
	return mutate(ctx, "generateAuthorizationCode", masterOnly, func(c *call) (*coded, error) {
		code, err := c.actFor(args.Input.UserID, 20, true, endUserCodeLife)
		return &coded{code, args.Input.ClientMutationID}, err
	})
}

// actFor makes a token or a code of so many bytes; what has run out makes room.
func (c *call) actFor(id graphql.ID, bytes int, isCode bool, life time.Duration) (string, error) {
	u, err := c.tx.endUser(id)
	if err != nil {
		return "", err
	}
	if _, err := c.tx.Exec("DELETE FROM end_user_tokens WHERE expires_at <= ?", c.now.UnixMilli()); err != nil {
		return "", err
	}
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw) // it never fails
	secret := hex.EncodeToString(raw)
	c.did(aboutEndUser(string(u.ID)), "made %s for the end user %s", map[bool]string{true: "a code", false: "a token"}[isCode], u.Name)
	_, err = c.tx.Exec("INSERT INTO end_user_tokens (token, user_id, is_code, expires_at) VALUES (?, ?, ?, ?)",
		secret, string(u.ID), isCode, c.now.Add(life).UnixMilli())
	return secret, err
}

// uiRedeemCode is an end user arriving at a page of Tray's with a code, which is used up.
func uiRedeemCode(c *call) (answer, error) {
	u, err := one(c.tx, engine.NotFound("The code is not known, is used up or has run out"), scanEndUser,
		endUserQuery+"t.id = (SELECT user_id FROM end_user_tokens WHERE token = ? AND is_code AND expires_at > ?)", c.params["code"], c.now.UnixMilli())
	if err != nil {
		return answer{}, err
	}
	c.did(aboutEndUser(string(u.ID)), "let the end user %s in", u.Name)
	_, err = c.tx.Exec("DELETE FROM end_user_tokens WHERE token = ?", c.params["code"])
	return answer{status: 200, body: map[string]any{"id": u.ID, "name": u.Name}}, err
}

type stateEndUser struct {
	ID         string `json:"id"`
	ExternalID string `json:"externalUserId"`
	Name       string `json:"name"`
	IsTest     bool   `json:"isTestUser"`
	Tokens     int    `json:"tokens"` // that are good now
}

func stateEndUsers(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (u stateEndUser, err error) {
		return u, r.Scan(&u.ID, &u.ExternalID, &u.Name, &u.IsTest, &u.Tokens)
	}, `SELECT t.id, t.external_id, t.name, t.is_test, (SELECT count(*) FROM end_user_tokens WHERE user_id = t.id AND NOT is_code AND expires_at > ?)
		FROM end_users t ORDER BY t.external_id`, c.now.UnixMilli())
}
