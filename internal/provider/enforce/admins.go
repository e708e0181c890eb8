package enforce

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// The ledger's kinds: that a plan lacks organization Admins, that an error has said so, and
// who can make it otherwise no more.
const (
	unsettled = "organization Admins are missing so far"
	isSettled = "organization Admins are missing"
	judged    = "user who is planned, changes and all"
)

// tooFewAdmins picks the violation that only another user's promotion makes harmless.
func tooFewAdmins(v policy.Violation) bool {
	return v.Code == "TRAY003" && v.Workspace == "" && v.Provisional
}

// settled reports whether nobody can be promoted by this plan any more: everybody who is not
// Admin yet has been planned. It notes first that this matters, so that whoever is planned
// at the same time looks again. In an apply, which was judged before, and sees a few alone,
// nothing is settled.
func settled(p *base.Provider, before policy.Organization) bool {
	p.Ledger.Note(unsettled, "")
	if !p.Ledger.Session.Planning() {
		return false
	}
	for _, who := range before.MayRise() {
		if !p.Ledger.Has(judged, who) {
			return false
		}
	}
	p.Ledger.Note(isSettled, "")
	return true
}

// Settle is for the end of every plan of a user: when the organization lacks Admins so far
// and this was the last plan that could have made one, it says so, as an error.
func Settle(ctx context.Context, p *base.Provider, who string, diags *diag.Diagnostics) {
	if !p.Ready(nil) {
		return
	}
	p.Ledger.Note(judged, who)
	if !p.Ledger.Has(unsettled, "") || p.Ledger.Has(isSettled, "") {
		return
	}
	changes, start := p.Ledger.Session.Plan()
	before, err := readState(ctx, p, changes, start)
	if err != nil {
		return
	}
	if !settled(p, before) {
		return
	}
	changes, _ = p.Ledger.Session.Plan() // as they are now that nothing more can come
	for _, v := range policy.TRAY003LastAdmin(before, changes, Limits(p)) {
		if tooFewAdmins(v) {
			Case{Complete: true}.say(v, diags)
		}
	}
}

// tooFewNow judges all changes so far, which are more than when a plan began.
func tooFewNow(p *base.Provider, before policy.Organization) bool {
	changes, _ := p.Ledger.Session.Plan()
	return slices.ContainsFunc(policy.TRAY003LastAdmin(before, changes, Limits(p)), tooFewAdmins)
}
