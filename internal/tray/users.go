package tray

import "context"

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
type Users struct{}

// List returns every user, complete objects, sorted by e-mail.
func (u *Users) List(ctx context.Context) ([]User, error) { panic("not built yet") }

// Get returns the user with that id. IsGone(err) means proven absent.
func (u *Users) Get(ctx context.Context, id string) (*User, error) { panic("not built yet") }

// GetByEmail returns the user with that address, without regard to case.
// IsGone(err) means that nobody in the organization has it.
func (u *Users) GetByEmail(ctx context.Context, email string) (*User, error) {
	panic("not built yet")
}

// Create makes a user without sending an invitation (SSO organizations). After an
// ambiguous failure it looks the address up before trying again.
func (u *Users) Create(ctx context.Context, spec UserSpec) (*User, error) { panic("not built yet") }

// SetRole gives the user an organization role and returns the user as read back.
func (u *Users) SetRole(ctx context.Context, id string, role Role) (*User, error) {
	panic("not built yet")
}

// Delete removes the user from the organization. A user that is already gone is success.
func (u *Users) Delete(ctx context.Context, id string) error { panic("not built yet") }
