package enforce

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// stays is what becomes of access that has ended and that a rule keeps.
const stays = "\n\nThe access has ended by its date, and is not taken away while this is so: the membership stays, " +
	"and each plan tries again. Change what stands against it, or write a later date."

// End carries out one end of access, unless the rules, or Tray's own, stand against it as
// things are now: that is a warning, as nobody changed anything today. It reports whether do
// was carried out, or found the object proven gone.
func End(ctx context.Context, p *base.Provider, doing string, end policy.Change, do func() error, diags *diag.Diagnostics) bool {
	if why := ownEnd(ctx, p, end); len(why) > 0 {
		Case{Ends: true}.say(why[0], diags)
		return false
	}
	err := guard(ctx, p, []policy.Change{end}, do)
	var refused *policy.Refused
	switch {
	case errors.As(err, &refused):
		Case{Ends: true}.say(refused.Violations[0], diags)
		return false
	case Refused(err):
		diags.AddWarning("Tray keeps a membership whose access has ended", err.Error()+stays)
		return false
	case err == nil || tray.IsGone(err):
		return true
	case !errors.Is(err, ErrReported):
		base.Failed(diags, doing, err)
	}
	return false
}

// ownEnd asks TRAY004 once more: the plan's warning holds nobody back.
func ownEnd(ctx context.Context, p *base.Provider, end policy.Change) []policy.Violation {
	now, err := readState(ctx, p, []policy.Change{end}, 0)
	if err != nil || !mayBeSelf(now, []policy.Change{end}) {
		return nil
	}
	readSelf(ctx, p, &now)
	nameWorkspaces(ctx, p, now)
	return policy.TRAY004OwnUser.Judge(now, []policy.Change{end}, Limits(p))
}

// guard is the session's Guard, whose refusal calls the workspace by its name.
func guard(ctx context.Context, p *base.Provider, changes []policy.Change, do func() error) error {
	read := func() (policy.Organization, error) { return readState(ctx, p, changes, 0) }
	err := p.Ledger.Session.Guard(ctx, changes, Limits(p), read, do)
	var refused *policy.Refused
	if errors.As(err, &refused) {
		v := &refused.Violations[0]
		if w, err := p.API.Workspaces.Get(ctx, v.Workspace); v.Workspace != "" && err == nil {
			v.Detail = strings.ReplaceAll(v.Detail, "workspace "+w.ID, "workspace "+w.Name)
		}
	}
	return err
}
