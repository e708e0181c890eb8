package tray

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// AccountType is the kind of an account: Regular, API, External, Integration,
// Partner or System.
type AccountType string

// The account types of the vendor document.
const (
	AccountAPI         AccountType = "API"
	AccountExternal    AccountType = "External"
	AccountIntegration AccountType = "Integration"
	AccountPartner     AccountType = "Partner"
	AccountRegular     AccountType = "Regular"
	AccountSystem      AccountType = "System"
)

// User is a person or an API user of the organization.
type User struct {
	ID          string
	Email       string
	Name        string
	AccountType AccountType
	Role        Role // organization role
}

// UserSpec is what a new user needs.
type UserSpec struct {
	Name, Email string
	RoleID      string
}

// Users are the users of the organization. Reads are served by one shared list.
type Users struct {
	c   *Client
	all records[User]
}

func newUsers(c *Client) *Users {
	u := &Users{c: c}
	list := listCall[wireUser, User]{
		Call:    call{Method: http.MethodGet, Path: usersPath(), Right: rightUsers},
		First:   largePage,
		Convert: wireUser.element,
	}
	u.all = coalesce.New(c.reads, source[User]{
		What: "user", Path: "/core/v1/users",
		Page: list.Pages(c.rest),
		One:  u.fetch, Search: u.find,
		ID:    func(user User) string { return user.ID },
		Alias: func(user User) string { return foldEmail(user.Email) },
		Shows: func(read, want User) bool { return want.Role.ID == "" || read.Role.ID == want.Role.ID },
	})
	return u
}

func usersPath(more ...string) []string { return append([]string{"core", "v1", "users"}, more...) }

// foldEmail is the form in which addresses are compared.
func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func emailKey(email string) key {
	return key{Alias: foldEmail(email), Spelling: strings.TrimSpace(email)}
}

// List returns every user, complete objects, sorted by e-mail.
func (u *Users) List(ctx context.Context) ([]User, error) {
	users, err := u.all.List(ctx)
	slices.SortFunc(users, func(a, b User) int {
		return cmp.Or(cmp.Compare(foldEmail(a.Email), foldEmail(b.Email)), cmp.Compare(a.ID, b.ID))
	})
	return users, err
}

// Pages returns the users in the server's order, a slice at a time, and reads no more
// pages than are consumed. An error ends it.
func (u *Users) Pages(ctx context.Context) iter.Seq2[[]User, error] { return u.all.Each(ctx) }

// Get returns the user with that id. IsGone(err) means proven absent.
func (u *Users) Get(ctx context.Context, id string) (*User, error) {
	user, err := u.all.Get(ctx, key{ID: id})
	if err != nil {
		return nil, u.prove(ctx, id, err)
	}
	return &user, nil
}

// seesUser is the proof that a user does not exist.
const seesUser = "This token may list the organization's users, so it would see this one"

// prove weighs a user who was not found: the token must be allowed to list the users,
// and see everything.
func (u *Users) prove(ctx context.Context, id string, err error) error {
	if !hasStatus(err, http.StatusNotFound) {
		return err
	}
	if u.all.IsProvenAbsent(id) {
		return asGone(err, seesUser)
	}
	if listErr := u.all.Listable(ctx); IsForbidden(listErr) || hasStatus(listErr, http.StatusNotFound) {
		return undecided(err, "user")
	} else if listErr != nil {
		return listErr
	}
	if err = u.c.proven(ctx, "user", seesUser, err); IsGone(err) {
		u.all.NoteAbsent(id)
	}
	return err
}

// lookup is Get for filling gaps: a user that this token may not read is the zero User.
// Where the token may not list the users nothing is asked, as every gap would cost a
// request of its own.
func (u *Users) lookup(ctx context.Context, id string) (User, error) {
	err := u.all.Listable(ctx)
	var user User
	if err == nil {
		user, err = u.all.Find(ctx, key{ID: id})
	}
	if IsForbidden(err) || hasStatus(err, http.StatusNotFound) {
		return User{}, nil
	}
	return user, err
}

// GetByEmail returns the user with that address, without regard to case.
// IsGone(err) means that nobody in the organization has it: users are listed, and
// filtered, for those only who see them all.
func (u *Users) GetByEmail(ctx context.Context, email string) (*User, error) {
	if foldEmail(email) == "" {
		return nil, &Error{Message: "An e-mail address is needed to find a user by it"}
	}
	user, err := u.all.Get(ctx, emailKey(email))
	switch {
	case err == nil:
		return &user, nil
	case !hasStatus(err, http.StatusNotFound):
		return nil, err
	case u.c.Management.knownLesser() || u.all.Listable(ctx) != nil:
		return nil, undecided(err, "user")
	}
	return nil, asGone(err, "Nobody among the organization's users has that address")
}

// Create makes a user without sending an invitation (SSO organizations). After an
// ambiguous failure it looks the address up before trying again.
func (u *Users) Create(ctx context.Context, spec UserSpec) (*User, error) {
	return coalesce.InTurn(ctx, u.all, foldEmail(spec.Email), func(after context.Context) (*User, error) {
		if _, err := u.GetByEmail(ctx, spec.Email); err == nil {
			return nil, &Error{
				Method: http.MethodPost, Path: "/core/v1/users", Status: http.StatusConflict,
				Message: "A user with the address " + spec.Email + " is already in the organization",
				Hint:    "Import the user instead of creating it",
			}
		} else if !IsGone(err) && !IsForbidden(err) {
			return nil, err
		}
		return u.all.CreateOnce(ctx, func() (*User, error) { return u.post(ctx, after, spec) },
			func() (*User, error) { return u.search(after, spec.Email) })
	})
}

// post makes a user. What its answer lacks is read on after.
func (u *Users) post(ctx, after context.Context, spec UserSpec) (*User, error) {
	made, err := rest.Exchange(ctx, u.c.rest, call{Method: http.MethodPost, Path: usersPath(), Right: rightUsers, In: map[string]string{
		"name": spec.Name, "email": spec.Email, "organizationRoleId": spec.RoleID,
	}}, wireUser.element)
	if err != nil || made.Complete {
		return &made.Value, err
	}
	user, err := u.fetch(after, made.Value.ID)
	if err != nil { // made all the same: settle it by its address
		return nil, stillAmbiguous(err, err)
	}
	return &user, nil
}

// SetRole gives the user an organization role and returns the user as read back.
func (u *Users) SetRole(ctx context.Context, id string, role Role) (*User, error) {
	return coalesce.InTurn(ctx, u.all, id, func(after context.Context) (*User, error) {
		before, known := u.all.Peek(id)
		err := u.c.rest.Do(ctx, call{
			Method: http.MethodPut, Path: usersPath(id, "roles"), Right: rightUsers,
			In: map[string]string{"roleId": role.ID},
		}, nil)
		if err != nil {
			if isAmbiguous(err) {
				u.c.Members.touched(id)
			}
			now, err := u.all.SettleChange(after, id, err, func(now User) bool { return now.Role.ID == role.ID })
			if err != nil {
				return nil, u.prove(ctx, id, err)
			}
			before, known = now, true
		}
		want := before
		want.ID, want.Role = id, role
		w := u.all.Wrote(id, want)
		u.c.Members.touched(id) // an organization Admin is Admin in every workspace
		user, err := u.all.Confirm(ctx, after, w, !known)
		if err != nil {
			return nil, roleKept(err, user.Role, role)
		}
		return &user, nil
	})
}

// Delete removes the user from the organization. A user that is already gone is success.
func (u *Users) Delete(ctx context.Context, id string) error {
	return removeOnce(ctx, u.c, u.all, id, removal{
		call: call{Method: http.MethodDelete, Path: usersPath(id), Right: rightUsers},
		look: func(after context.Context) error { _, err := u.Get(after, id); return err },
		reaches: func(done bool) {
			if done {
				u.c.Members.userDeleted(id)
			} else {
				u.c.Members.touched(id)
			}
			// The user's personal assets move into a new shared workspace (docs: users).
			u.c.Workspaces.all.Invalidate()
		},
	})
}

func (u *Users) fetch(ctx context.Context, id string) (User, error) {
	return fetch(ctx, u.c, u.all, call{Path: usersPath(id), Right: rightSeeUser}, id, wireUser.element)
}

// maxCandidates bounds the single reads made to tell which of several sparse elements
// has an address.
const maxCandidates = 10

// find reads the user with an address past everything remembered; nil is nobody. Tray
// does not say whether its filter folds case, so an address with capitals is asked for
// as it is spelled and in lower case.
func (u *Users) find(ctx context.Context, k key) (*element[User], error) {
	e, err := u.filter(ctx, k.Spelling)
	if err != nil || e != nil || k.Spelling == k.Alias {
		return e, err
	}
	return u.filter(ctx, k.Alias)
}

func (u *Users) filter(ctx context.Context, email string) (*element[User], error) {
	k := call{Method: http.MethodGet, Path: usersPath(), Right: rightUsers, Query: url.Values{"email": {email}}}
	var wire wirePage[wireUser]
	if err := u.c.rest.Do(ctx, k, &wire); err != nil {
		return nil, err
	}
	unread := 0
	for _, w := range wire.Elements {
		e, err := w.element()
		if err != nil {
			return nil, u.c.rest.Fail(k, &Error{Status: http.StatusOK, Message: err.Error()})
		}
		if w.Email == nil {
			if unread++; unread > maxCandidates {
				return nil, u.c.rest.Fail(k, &Error{Status: http.StatusOK,
					Message: "Tray does not filter users by e-mail address here: it lists many without theirs"})
			}
			if e.Value, err = u.fetch(ctx, e.Value.ID); err != nil {
				return nil, err
			}
			e.Complete = true
		}
		if foldEmail(e.Value.Email) == foldEmail(email) {
			return &e, nil
		}
	}
	return nil, nil
}

// search is find for settling a write.
func (u *Users) search(ctx context.Context, email string) (*User, error) {
	return coalesce.Persistently(ctx, func() (*User, error) {
		e, err := u.find(ctx, emailKey(email))
		if err != nil || e == nil || e.Complete {
			return e.Object(), err
		}
		user, err := u.fetch(ctx, e.Value.ID)
		return &user, err
	})
}
