package enforce

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// mayChange marks the people whose organization role a tray_user of this run may still
// change: one has them in its state and is not planned yet.
func mayChange(p *base.Provider, users map[string]policy.User, changes []policy.Change) {
	for _, a := range changes {
		u, known := users[a.Who]
		if known && p.Ledger.Session.OnlyInState(userObject(a.Who)) {
			u.MayChange = true
			users[a.Who] = u
		}
	}
}

// userObject is what a tray_user of somebody stands for.
func userObject(who string) policy.Object {
	if strings.Contains(who, "@") {
		return policy.Object{Type: "tray_user", Name: who}
	}
	return policy.Object{Type: "tray_user", ID: who}
}

// Refused reports whether Tray understood a request and would not do it.
func Refused(err error) bool {
	var e *tray.Error
	return errors.As(err, &e) && !e.Ambiguous && (e.Status == http.StatusBadRequest || e.Status == http.StatusConflict)
}

// AfterDemotion gives somebody a role in a workspace. Tray refuses an organization Admin
// less than Admin there: when a tray_user of the same apply demotes the person, the write
// waits for that, as nothing but a reference puts the two into order. Whoever is no Admin was
// refused for another reason, or has been demoted just now.
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
	demoted := p.Ledger.Session.AwaitDone(ctx, !ranksAsAdmin(u.Role.Name), func(a policy.Change) bool {
		return a.Who == who && a.Action == policy.SetOrgRole && !ranksAsAdmin(a.Role)
	})
	if !demoted {
		return err
	}
	return write()
}

// ranksAsAdmin reports whether an organization role makes its holder Admin of every workspace.
func ranksAsAdmin(role string) bool {
	return tray.SameRole(role, policy.Admin) || tray.SameRole(role, policy.Owner)
}
