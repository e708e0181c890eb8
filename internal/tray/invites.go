package tray

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
)

// InviteStatus is pending, accepted, expired or cancelled.
type InviteStatus string

// The states of an invitation. Only the management plane reports them.
const (
	InvitePending   InviteStatus = "pending"
	InviteAccepted  InviteStatus = "accepted"
	InviteExpired   InviteStatus = "expired"
	InviteCancelled InviteStatus = "cancelled"
)

// Invite is an invitation to the organization.
type Invite struct {
	ID      string
	Email   string
	Role    Role // organization role that acceptance will give; zero after Create
	Status  InviteStatus
	Created time.Time // zero after Create
	Expires time.Time
	// UserID is the user that accepted it; "" before.
	UserID string
}

// Invites are the invitations of the organization. The platform API only creates
// them; listing and cancelling need the management plane.
type Invites struct {
	c   *Client
	all records[Invite]
}

type wireInvite struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Role      *wireRole `json:"organizationRole"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"createdAt"`
	Expires   time.Time `json:"expires"`
	UserID    string    `json:"userId"`
}

func (w wireInvite) element() (element[Invite], error) {
	if w.ID == "" {
		return element[Invite]{}, errNoID
	}
	return element[Invite]{Complete: true, Value: Invite{
		ID: w.ID, Email: w.Email, Role: w.Role.role(), Status: InviteStatus(w.Status),
		Created: w.CreatedAt, Expires: w.Expires, UserID: w.UserID,
	}}, nil
}

func newInvites(c *Client) *Invites {
	i := &Invites{c: c}
	list := listCall[wireInvite, Invite]{
		Call:    call{Method: http.MethodGet, Path: managedPath("invites"), Right: rightManage},
		First:   largePage,
		Convert: wireInvite.element,
	}
	i.all = coalesce.New(c.reads, source[Invite]{
		What: "invitation", Path: "/management/v1/invites",
		Page:  list.Pages(c.rest),
		ID:    func(inv Invite) string { return inv.ID },
		Shows: func(Invite, Invite) bool { return true },
	})
	return i
}

// Create e-mails an invitation. Tray allows 100 a day per organization. An ambiguous
// failure is settled through the management plane, or through GetByEmail of Users;
// what cannot be settled is an Error with Ambiguous set.
func (i *Invites) Create(ctx context.Context, email, roleID string) (*Invite, error) {
	return coalesce.InTurn(ctx, i.all, "to "+foldEmail(email), func(after context.Context) (*Invite, error) {
		known, err := i.before(ctx, email)
		if err != nil {
			return nil, err
		}
		made, err := coalesce.AtMostOnce(ctx, i.c.reads, func() (*Invite, error) { return i.post(ctx, email, roleID) },
			func() (*Invite, error) { return i.search(after, email, known) })
		if err != nil {
			i.all.Invalidate()
			return nil, err
		}
		if i.c.accept {
			i.accepted(after, made)
		}
		laid := *made
		if laid.Role.ID == "" { // its name is known if anybody has looked the role up
			role, _ := i.c.Roles.organization.Peek(roleID)
			laid.Role = Role{ID: roleID, Name: role.Name}
		}
		if made.ID != "" {
			i.all.Wrote(made.ID, laid)
		}
		return made, nil
	})
}

// AcceptedAtOnce is Config.AcceptAtOnce.
func (i *Invites) AcceptedAtOnce() bool { return i.c.accept }

// accepted takes over the user that an invitation has become while it was answered: every
// list of users is from before. Without one the invitation stays open.
func (i *Invites) accepted(ctx context.Context, made *Invite) {
	u, err := i.c.Users.search(ctx, made.Email)
	if err != nil || u == nil {
		return
	}
	i.c.Users.all.Wrote(u.ID, *u)
	i.c.Members.touched(u.ID)
	made.Status, made.UserID = InviteAccepted, u.ID
}

// before returns the ids of the invitations that an address has already, so that
// settling cannot mistake one of them for the one to make. Ids, not times: our clock
// is not the server's. Without the management plane there is nothing to know.
func (i *Invites) before(ctx context.Context, email string) ([]string, error) {
	if there, err := i.c.Management.Available(ctx); err != nil || !there {
		return nil, nil //nolint:nilerr // inviting works without the plane
	}
	all, err := i.all.List(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, inv := range all {
		if foldEmail(inv.Email) == foldEmail(email) {
			ids = append(ids, inv.ID)
		}
	}
	return ids, nil
}

func (i *Invites) post(ctx context.Context, email, roleID string) (*Invite, error) {
	var made struct {
		ID      string    `json:"inviteId"`
		Expires time.Time `json:"expires"`
	}
	k := call{Method: http.MethodPost, Path: []string{"core", "v1", "invites"}, Right: rightUsers,
		In: map[string]string{"email": email, "organizationRoleId": roleID}}
	if err := i.c.rest.Do(ctx, k, &made); err != nil {
		return nil, err
	}
	if made.ID == "" {
		return nil, i.c.rest.Fail(k, &Error{Status: http.StatusOK, Message: errNoID.Error(), Ambiguous: true})
	}
	return &Invite{ID: made.ID, Email: email, Status: InvitePending, Expires: made.Expires}, nil
}

// search finds what an invitation of unknown fate has led to; nil is nothing.
func (i *Invites) search(ctx context.Context, email string, before []string) (*Invite, error) {
	if there, err := i.c.Management.Available(ctx); err != nil || !there {
		return i.searchUsers(ctx, email)
	}
	return coalesce.Persistently(ctx, func() (*Invite, error) {
		i.all.Invalidate()
		all, err := i.all.List(ctx)
		at := slices.IndexFunc(all, func(inv Invite) bool {
			return foldEmail(inv.Email) == foldEmail(email) && !slices.Contains(before, inv.ID) && inv.Status != InviteCancelled
		})
		if at < 0 {
			return nil, err
		}
		return &all[at], nil
	})
}

// searchUsers is search on the platform API, which does not show invitations: only
// one that has been accepted already leaves a trace.
func (i *Invites) searchUsers(ctx context.Context, email string) (*Invite, error) {
	e, err := i.c.Users.find(ctx, emailKey(email))
	if err == nil && e != nil {
		return &Invite{Email: email, Status: InviteAccepted, UserID: e.Value.ID}, nil
	}
	return nil, &Error{
		Ambiguous: true, Message: "The platform API does not show invitations", Err: err,
		Hint: "Tray may have sent the invitation to " + email + " all the same: look in Tray under Settings > People > Other. " +
			"If it is there, do not apply again before the person has accepted; if it is not, applying again is safe. " +
			"Applying again in any case makes no second user, but may send a second e-mail and count twice " +
			"towards the 100 invitations a day.",
	}
}

// List returns every invitation, oldest first. It needs the management plane.
func (i *Invites) List(ctx context.Context) ([]Invite, error) {
	if err := i.c.Management.need(ctx, "listing invitations"); err != nil {
		return nil, err
	}
	return i.all.List(ctx)
}

// Get returns the invitation with that id. It needs the management plane.
func (i *Invites) Get(ctx context.Context, id string) (*Invite, error) {
	if err := i.c.Management.need(ctx, "reading an invitation"); err != nil {
		return nil, err
	}
	inv, err := i.all.Get(ctx, key{ID: id})
	if err != nil {
		return nil, err
	}
	return &inv, nil
}

// forget has an invitation read anew, also one that we made ourselves.
func (i *Invites) forget(id string) {
	i.all.Forget(id)
	i.all.Invalidate()
}

// Cancel withdraws an invitation that nobody has accepted. One that is already
// cancelled or gone is success. It needs the management plane.
func (i *Invites) Cancel(ctx context.Context, id string) error {
	if err := i.c.Management.need(ctx, "cancelling an invitation"); err != nil {
		return err
	}
	_, err := coalesce.InTurn(ctx, i.all, id, func(after context.Context) (none struct{}, err error) {
		err = i.c.rest.Do(ctx, call{Method: http.MethodDelete, Path: managedPath("invites", id), Right: rightManage}, nil)
		return none, i.settleCancel(after, id, err)
	})
	return err
}

// settleCancel ends a cancellation: a cancelled invitation stays in the list, so that
// the list tells where the answer leaves it open.
func (i *Invites) settleCancel(after context.Context, id string, err error) error {
	var failed *Error
	if errors.As(err, &failed) && failed.Status != http.StatusNotFound && failed.Status != http.StatusConflict && !failed.Ambiguous {
		return err
	}
	i.forget(id)
	if err == nil {
		return nil
	}
	inv, lookErr := i.Get(after, id)
	switch {
	case IsGone(lookErr), lookErr == nil && inv.Status == InviteCancelled:
		return nil
	case lookErr != nil && failed.Ambiguous:
		return stillAmbiguous(err, lookErr)
	}
	return notDone(err)
}
