package tray

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
)

// EmbeddedUser is an end user of an organization with Embedded: somebody, or a company, on
// whose behalf solutions run. It is no user of the organization.
type EmbeddedUser struct {
	ID, Name string
	// ExternalID names the user where it comes from. Tray lets no two users have one.
	ExternalID string
	// Test says that the user is not billed, and that its workflows may stop after 72 hours.
	Test bool
}

// EmbeddedUserSpec is what an end user is made with, or what changes of it. Nil leaves a field
// as it is; of a new one, the name and the external id must be there.
type EmbeddedUserSpec struct {
	Name, ExternalID *string
	Test             *bool
}

func (s EmbeddedUserSpec) made(now EmbeddedUser) bool {
	return wants(s.Name, now.Name) && wants(s.ExternalID, now.ExternalID) && wants(s.Test, now.Test)
}

func (s EmbeddedUserSpec) input() map[string]any {
	in := map[string]any{}
	for name, value := range map[string]*string{"name": s.Name, "externalUserId": s.ExternalID} {
		if value != nil {
			in[name] = *value
		}
	}
	if s.Test != nil {
		in["isTestUser"] = *s.Test
	}
	return in
}

// UserTokenLife is how long a token of an end user lives (facts: clients).
const UserTokenLife = 48 * time.Hour

// EmbeddedUsers are the end users of an organization with Embedded. They take a master token.
type EmbeddedUsers struct {
	c   *Client
	all records[EmbeddedUser]
}

const (
	listEmbeddedUsers = `query listUsers($criteria: UserSearchCriteria, $first: Int, $after: String) {
  users(criteria: $criteria, first: $first, after: $after) {
    edges { node { id name externalUserId isTestUser } }
    pageInfo { endCursor hasNextPage }
  }
}`
	createEmbeddedUser = `mutation createUser($input: CreateExternalUserInput!) {
  createExternalUser(input: $input) { userId }
}`
	updateEmbeddedUser = `mutation updateUser($input: UpdateExternalUserInput!) {
  updateExternalUser(input: $input) { user { id name externalUserId isTestUser } }
}`
	removeEmbeddedUser = `mutation removeUser($userId: ID!) {
  removeExternalUser(input: { userId: $userId }) { clientMutationId }
}`
	authorizeEmbeddedUser = `mutation authorizeUser($userId: ID!) {
  authorize(input: { userId: $userId }) { accessToken }
}`
)

func newEmbeddedUsers(c *Client) *EmbeddedUsers {
	u := &EmbeddedUsers{c: c}
	u.all = coalesce.New(c.reads, source[EmbeddedUser]{
		What: "end user", Path: "users",
		Page: u.list(nil).Pages(c), One: u.fetch,
		ID:    func(x EmbeddedUser) string { return x.ID },
		Shows: func(read, written EmbeddedUser) bool { return read == written },
	})
	return u
}

type usersData struct {
	Users graphConnection[wireEmbeddedUser] `json:"users"`
}

// list says how the users are read that meet the criteria; nil is all.
func (u *EmbeddedUsers) list(criteria map[string]any) graphList[usersData, wireEmbeddedUser, EmbeddedUser] {
	l := graphList[usersData, wireEmbeddedUser, EmbeddedUser]{
		graphCall:  graphCall{Document: listEmbeddedUsers},
		Connection: func(d usersData) graphConnection[wireEmbeddedUser] { return d.Users },
		Convert:    wireEmbeddedUser.element,
	}
	if criteria != nil {
		l.Variables = map[string]any{"criteria": criteria}
	}
	return l
}

type wireEmbeddedUser struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	ExternalID string `json:"externalUserId"`
	Test       bool   `json:"isTestUser"`
}

func (w wireEmbeddedUser) element() (element[EmbeddedUser], error) {
	if w.ID == "" {
		return element[EmbeddedUser]{}, errNoID
	}
	return element[EmbeddedUser]{Complete: true, Value: EmbeddedUser(w)}, nil
}

// List returns every end user, in the server's order.
func (u *EmbeddedUsers) List(ctx context.Context) ([]EmbeddedUser, error) {
	if err := u.c.needEmbedded(); err != nil {
		return nil, err
	}
	return u.all.List(ctx)
}

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (u *EmbeddedUsers) Pages(ctx context.Context) iter.Seq2[[]EmbeddedUser, error] {
	return u.all.Each(ctx)
}

// Get returns the end user with that id. IsGone(err) means proven absent: a master token sees
// every end user.
func (u *EmbeddedUsers) Get(ctx context.Context, id string) (*EmbeddedUser, error) {
	if err := u.c.needEmbedded(); err != nil {
		return nil, err
	}
	got, err := u.all.Get(ctx, key{ID: id})
	if err != nil {
		return nil, err
	}
	return &got, nil
}

func (u *EmbeddedUsers) fetch(ctx context.Context, id string) (EmbeddedUser, error) {
	found, err := u.list(map[string]any{"userId": id}).all(ctx, u.c)
	if err != nil {
		return EmbeddedUser{}, err
	}
	// Whether the criteria was heeded shows the answer itself.
	if i := slices.IndexFunc(found, func(x EmbeddedUser) bool { return x.ID == id }); i >= 0 {
		return found[i], nil
	}
	if err := u.c.EmbeddedReady(ctx); err != nil { // another organization's silence proves nothing
		return EmbeddedUser{}, err
	}
	return EmbeddedUser{}, gone("end user", "the master token sees every end user, and no such one")
}

// External returns the end user of that external id, nil when there is none. It asks each
// time: Tray advises to keep its own ids rather than to look up by this one in numbers.
func (u *EmbeddedUsers) External(ctx context.Context, externalID string) (*EmbeddedUser, error) {
	found, err := u.list(map[string]any{"externalUserId": externalID}).all(ctx, u.c)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(found, func(x EmbeddedUser) bool { return x.ExternalID == externalID }); i >= 0 {
		return &found[i], nil
	}
	return nil, nil
}

// Create makes an end user. An external id that another one has is refused (409).
func (u *EmbeddedUsers) Create(ctx context.Context, spec EmbeddedUserSpec) (*EmbeddedUser, error) {
	external := text(spec.ExternalID)
	return coalesce.InTurn(ctx, u.all, "external id "+external, func(after context.Context) (*EmbeddedUser, error) {
		// Who had the external id before is not what an answer that was lost has made.
		if before, err := u.External(ctx, external); err != nil || before != nil {
			if before != nil {
				err = &Error{Status: http.StatusConflict, Sent: http.StatusOK, Code: "user_already_exists", Message: "An end user with that external id exists: " + before.ID}
			}
			return nil, err
		}
		return u.all.CreateOnce(ctx, func() (*EmbeddedUser, error) { return u.post(ctx, spec) }, func() (*EmbeddedUser, error) {
			return coalesce.Persistently(after, func() (*EmbeddedUser, error) { return u.External(after, external) })
		})
	})
}

func (u *EmbeddedUsers) post(ctx context.Context, spec EmbeddedUserSpec) (*EmbeddedUser, error) {
	var data struct {
		Made struct {
			ID string `json:"userId"`
		} `json:"createExternalUser"`
	}
	if err := u.c.ask(ctx, graphCall{Document: createEmbeddedUser, Variables: map[string]any{"input": spec.input()}}, &data); err != nil {
		return nil, err
	}
	if data.Made.ID == "" {
		return nil, &Error{Status: http.StatusOK, Message: errNoID.Error(), Ambiguous: true}
	}
	made := EmbeddedUser{ID: data.Made.ID, Name: text(spec.Name), ExternalID: text(spec.ExternalID)}
	if spec.Test != nil {
		made.Test = *spec.Test
	}
	return &made, nil
}

// Update changes an end user and returns it as it is then.
func (u *EmbeddedUsers) Update(ctx context.Context, id string, spec EmbeddedUserSpec) (*EmbeddedUser, error) {
	in := spec.input()
	in["userId"] = id
	return coalesce.InTurn(ctx, u.all, id, func(after context.Context) (*EmbeddedUser, error) {
		var data struct {
			Updated struct {
				User wireEmbeddedUser `json:"user"`
			} `json:"updateExternalUser"`
		}
		err := u.c.ask(ctx, graphCall{Document: updateEmbeddedUser, Variables: map[string]any{"input": in}}, &data)
		now := EmbeddedUser(data.Updated.User)
		if err == nil && now.ID != id {
			err = &Error{Status: http.StatusOK, Message: "the answer is about another end user", Ambiguous: true}
		}
		if err != nil {
			if now, err = u.all.SettleChange(after, id, err, spec.made); err != nil {
				return nil, err
			}
		}
		u.all.Wrote(id, now)
		return &now, nil
	})
}

// Remove removes an end user, with its solution instances and authentications. One that is
// already gone is success.
func (u *EmbeddedUsers) Remove(ctx context.Context, id string) error {
	return removeByGraph(ctx, u.c, u.all, id, graphCall{Document: removeEmbeddedUser, Variables: map[string]any{"userId": id}},
		func(after context.Context) error { _, err := u.fetch(after, id); return err })
}

// Authorize makes a token with which to act as an end user. It lives for UserTokenLife, ends
// no other token, and nothing takes it back; so it is for the call at hand, and kept nowhere.
// One whose answer was lost is left to expire, as nobody knows it. IsGone(err) means that the
// end user is proven absent.
func (u *EmbeddedUsers) Authorize(ctx context.Context, id string) (Secret, error) {
	var data struct {
		Authorized struct {
			Token Secret `json:"accessToken"`
		} `json:"authorize"`
	}
	g := graphCall{Document: authorizeEmbeddedUser, Variables: map[string]any{"userId": id}, Repeatable: true}
	err := u.c.ask(ctx, g, &data)
	switch {
	case hasStatus(err, http.StatusNotFound):
		if _, getErr := u.fetch(ctx, id); IsGone(getErr) {
			return "", getErr
		}
		return "", err
	case err == nil && data.Authorized.Token == "":
		err = &Error{Status: http.StatusOK, Message: "The answer to authorize has no token"}
	}
	return data.Authorized.Token, changedNothing(err)
}
