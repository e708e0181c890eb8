package enforce

import (
	"context"
	"errors"
	"net/http"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// mayChange marks the people whose organization role a tray_user of this run may still
// change: one has them in its state and is not planned yet.
func mayChange(p *base.Provider, users map[string]policy.User, changes []policy.Change) {
	for _, a := range changes {
		u, known := users[a.Who]
		if known && p.Ledger.Session.OnlyInState(policy.Object{Type: "tray_user", Name: a.Who}) {
			u.MayChange = true
			users[a.Who] = u
		}
	}
}

// Refused reports whether Tray understood a request and would not do it.
func Refused(err error) bool {
	var e *tray.Error
	return errors.As(err, &e) && !e.Ambiguous && (e.Status == http.StatusBadRequest || e.Status == http.StatusConflict)
}

// AfterDemotion gives somebody a role in a workspace. Tray refuses an organization Admin
// less than Admin there: when a tray_user of the same apply demotes the person, the write
// waits for that, as nothing but a reference puts the two into order.
func AfterDemotion(ctx context.Context, p *base.Provider, userID, role string, write func() error) error {
	err := write()
	if !Refused(err) || tray.SameRole(role, policy.Admin) {
		return err
	}
	u, look := p.API.Users.Get(ctx, userID)
	if look != nil {
		return err
	}
	who := Person(u.Email, u.ID)
	demoted := p.Ledger.Session.AwaitDone(ctx, func(a policy.Change) bool {
		return a.Who == who && a.Action == policy.SetOrgRole && !tray.SameRole(a.Role, policy.Admin) && !tray.SameRole(a.Role, policy.Owner)
	})
	if !demoted {
		return err
	}
	return write()
}
