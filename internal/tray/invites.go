package tray

import (
	"context"
	"time"
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
	Expires time.Time
	// UserID is the user that accepted it; "" before.
	UserID string
}

// Invites are the invitations of the organization. The platform API only creates
// them; listing and cancelling need the management plane.
type Invites struct{}

// Create e-mails an invitation. Tray allows 100 a day per organization. An ambiguous
// failure is settled through the management plane, or through GetByEmail of Users;
// what cannot be settled is an Error with Ambiguous set.
func (i *Invites) Create(ctx context.Context, email, roleID string) (*Invite, error) {
	panic("not built yet")
}

// List returns every invitation, oldest first. It needs the management plane.
func (i *Invites) List(ctx context.Context) ([]Invite, error) { panic("not built yet") }

// Get returns the invitation with that id. It needs the management plane.
func (i *Invites) Get(ctx context.Context, id string) (*Invite, error) { panic("not built yet") }

// Cancel withdraws an invitation that nobody has accepted. One that is already
// cancelled or gone is success. It needs the management plane.
func (i *Invites) Cancel(ctx context.Context, id string) error { panic("not built yet") }
