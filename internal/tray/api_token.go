package tray

import (
	"context"
	"iter"
	"time"
)

// APIToken is a token of an API user.
type APIToken struct {
	ID, WorkspaceID, UserID, Name string
	CreatedAt                     time.Time
	Expires                       *time.Time // nil: it lives until it is revoked
	// Value is told by Create alone.
	Value Secret
}

// APITokens are the tokens of API users. They need the management plane: on Tray they are
// made in its user interface. One that has expired is gone.
type APITokens struct {
	c    *Client
	each shelf[tokenParent, objects[APIToken]]
}

type tokenParent struct{ workspace, user string }

func (t *APITokens) of(workspaceID, userID string) objects[APIToken] {
	return t.each.of(tokenParent{workspaceID, userID}, func() objects[APIToken] {
		return newFamily(t.c, kind[wireAPIToken, APIToken]{
			what: "API token", path: apiUsersPath(workspaceID, userID, "tokens"), right: rightTokens, workspace: workspaceID,
			convert: func(w wireAPIToken) (element[APIToken], error) { return w.element(workspaceID, userID) },
			id:      func(x APIToken) string { return x.ID },
			shows:   func(APIToken, APIToken) bool { return true }, // nothing of it changes
			secret:  func(x APIToken) Secret { return x.Value },
			public:  func(x APIToken) APIToken { x.Value = ""; return x },
		})
	})
}

// List returns the tokens of an API user, oldest first, without those that have expired.
func (t *APITokens) List(ctx context.Context, workspaceID, userID string) ([]APIToken, error) {
	return t.of(workspaceID, userID).List(ctx)
}

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (t *APITokens) Pages(ctx context.Context, workspaceID, userID string) iter.Seq2[[]APIToken, error] {
	return t.of(workspaceID, userID).Pages(ctx)
}

// Get returns a token. IsGone(err) means proven absent: revoked, expired, or gone with its
// user.
func (t *APITokens) Get(ctx context.Context, workspaceID, userID, id string) (*APIToken, error) {
	return t.of(workspaceID, userID).Get(ctx, id)
}

// Create makes a token, which expires when expires says, nil for never. A name that another
// token of the user has is refused (409). A token whose value was lost on the way is revoked
// and made again.
func (t *APITokens) Create(ctx context.Context, workspaceID, userID, name string, expires *time.Time) (*APIToken, error) {
	all, body := t.of(workspaceID, userID), map[string]any{"name": name}
	if expires != nil {
		body["expires"] = expires.UTC().Format(time.RFC3339)
	}
	like := func(x APIToken) bool { return x.Name == name }
	return all.createTold(ctx, call{Right: rightTokens, In: body}, name, like, func(after context.Context, id string) error {
		return all.remove(after, id, rightTokens, nil)
	})
}

// Revoke revokes a token at once. One that is already gone is success.
func (t *APITokens) Revoke(ctx context.Context, workspaceID, userID, id string) error {
	return t.of(workspaceID, userID).remove(ctx, id, rightTokens, nil)
}

type wireAPIToken struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	CreatedAt time.Time  `json:"createdAt"`
	Expires   *time.Time `json:"expires"`
	Value     Secret     `json:"value"`
}

func (w wireAPIToken) element(workspaceID, userID string) (element[APIToken], error) {
	if w.ID == "" {
		return element[APIToken]{}, errNoID
	}
	return element[APIToken]{Complete: true, Value: APIToken{
		ID: w.ID, WorkspaceID: workspaceID, UserID: userID, Name: w.Name, CreatedAt: w.CreatedAt, Expires: w.Expires, Value: w.Value,
	}}, nil
}
