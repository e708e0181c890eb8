package enforce

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Case is what one resource plans, and how to say what is wrong with it.
type Case struct {
	Changes []policy.Change
	// Known is what the resource itself knows of people, as policy names them.
	Known map[string]policy.User
	// Rules are asked.
	Rules []*policy.Rule
	// At is the attribute to blame; empty blames the resource, as on a destroy.
	At path.Path
	// Person, when set, gives the attribute to blame for one person.
	Person func(who string) path.Path
	// Complete says that the resource stands for all that the changes concern, so that no
	// other resource can make them harmless: what is provisional elsewhere is an error here.
	Complete bool
	// Ends says that the changes are access that ends by a date: an objection is a warning.
	Ends bool
}

// Person is policy's name of somebody: the folded address, or the id without one.
func Person(email, userID string) string {
	if email == "" {
		return userID
	}
	return base.FoldEmail(email)
}

// Check notes the changes of one resource and says in diags which rules they break,
// together with everything planned so far.
func Check(ctx context.Context, p *base.Provider, c Case, diags *diag.Diagnostics) {
	if !p.Ready(nil) || len(c.Changes) == 0 {
		return
	}
	changes, start := p.Ledger.Session.Plan(c.Changes...)
	before, err := readState(ctx, p, changes, start)
	if err != nil {
		return
	}
	if mayBeSelf(before, changes[start:]) {
		readSelf(ctx, p, &before)
	}
	for who, u := range c.Known {
		u.Services = append(u.Services, before.Users[who].Services...)
		before.Users[who] = u
	}
	mayChange(p, before.Users, changes[start:])
	c.report(ctx, p, before, changes, start, diags)
}

// Note is Check without checking, for changes that take nothing away.
func Note(p *base.Provider, changes ...policy.Change) {
	if p != nil && p.Ledger != nil {
		p.Ledger.Session.Plan(changes...)
	}
}

// Limits are the guardrails as rules want them.
func Limits(p *base.Provider) policy.Limits {
	g := p.Limits()
	admins := g.MinOrgAdmins
	if admins <= 1 { // that is the Owner, whom no API takes away (TRAY001): nobody is counted
		admins = 0
	}
	return policy.Limits{
		MaxRemovals: g.MaxRemovals, MaxRemovalPercent: g.MaxRemovalPercent, MinOrgAdmins: admins,
		RequiredAdmins: g.RequiredAdmins, AllowSelfRemoval: g.AllowSelfRemoval,
	}
}

// report asks the rules, and again with the workspaces' names when one objects: to
// read these for every plan would cost a request.
func (c Case) report(ctx context.Context, p *base.Provider, before policy.Organization, changes []policy.Change, start int, diags *diag.Diagnostics) {
	if len(c.broken(before, changes, start, p)) == 0 {
		return
	}
	nameWorkspaces(ctx, p, before)
	for _, v := range c.broken(before, changes, start, p) {
		if v.Code == "TRAY005" {
			if v.Detail = remaining(p, v); v.Detail == "" {
				continue
			}
		}
		if tooFewAdmins(v) && settled(p, before) {
			if !tooFewNow(p, before) { // somebody was promoted while this was judged
				continue
			}
			v.Provisional = false
		}
		c.say(v, diags)
	}
}

// remaining is the detail of a guardrail that the run passes, "" when there is nothing to
// add: each person is listed once, however many resources and limits are concerned. Every
// such error names all variables to set, of which the largest numbers count.
func remaining(p *base.Provider, v policy.Violation) string {
	const said, listed = "guardrail passed", "removal listed"
	kind := v.Summary + v.Workspace
	table, allow, _ := strings.Cut(v.Detail, "\n\n")
	var lines []string
	for line := range strings.SplitSeq(table, "\n") {
		if isRow := strings.HasPrefix(line, "  - "); !isRow || p.Ledger.Note(listed, line) {
			lines = append(lines, line)
		}
	}
	switch again := !p.Ledger.Note(said, kind); {
	case again && len(lines) == 1:
		return ""
	case again:
		lines[0] = "Beyond those that other errors of this plan list, this removes:"
	case len(lines) == 1:
		lines[0] = strings.TrimSuffix(lines[0], ":") + ". Another error of this plan lists them."
	}
	return strings.Join(lines, "\n") + "\n\n" + allow
}

// broken returns what the changes from start on are to blame for, each thing once.
func (c Case) broken(before policy.Organization, changes []policy.Change, start int, p *base.Provider) []policy.Violation {
	var broken []policy.Violation
	for _, r := range c.Rules {
		for _, v := range r.Judge(before, changes, Limits(p)) {
			same := func(o policy.Violation) bool {
				return o.Code == v.Code && o.Summary == v.Summary && o.Workspace == v.Workspace && slices.Equal(o.Who, v.Who)
			}
			if v.Blames(start) && !slices.ContainsFunc(broken, same) {
				broken = append(broken, v)
			}
		}
	}
	return broken
}

// say puts a violation into diags: a warning when something planned later may make it
// harmless, as nobody can tell yet. It reports whether it is an error.
func (c Case) say(v policy.Violation, diags *diag.Diagnostics) (refused bool) {
	at := c.At
	if c.Person != nil && len(v.Who) == 1 {
		at = c.Person(v.Who[0])
	}
	if c.Ends {
		warn(at, v.Title(), v.Detail+stays, diags)
		return false
	}
	if !v.Elsewhere && (c.Complete || !v.Provisional) {
		base.Violated([]policy.Violation{v}, at, diags)
		return true
	}
	detail := v.Detail + "\n\nThis is what the plan holds so far; another resource of the same plan may still make it harmless. " +
		"The apply decides: it waits for such a change up to 20 seconds, and then refuses."
	warn(at, v.Title(), detail, diags)
	return false
}

func warn(at path.Path, summary, detail string, diags *diag.Diagnostics) {
	if at.Equal(path.Empty()) {
		diags.AddWarning(summary, detail)
	} else {
		diags.AddAttributeWarning(at, summary, detail)
	}
}

// readState reads what the rules have to know for the changes from start on.
func readState(ctx context.Context, p *base.Provider, changes []policy.Change, start int) (policy.Organization, error) {
	now := policy.Organization{Users: map[string]policy.User{}, Workspaces: map[string]policy.Workspace{}}
	if counted(p, changes) {
		users, err := p.API.Users.List(ctx)
		if err != nil {
			return now, err
		}
		for _, u := range users {
			now.Users[Person(u.Email, u.ID)] = policy.User{Role: u.Role.Name, AccountType: string(u.AccountType)}
		}
	}
	readServices(ctx, p, now, changes[start:])
	for _, id := range concerned(p, changes[start:]) {
		w, err := readMembers(ctx, p, id)
		if err != nil {
			return now, err
		}
		now.Workspaces[id] = w
	}
	return now, nil
}

// readServices tells which custom services people who are deleted have in their Personal
// workspace (TRAY006). Where no API lists services, Tray's refusal is the first to tell.
func readServices(ctx context.Context, p *base.Provider, now policy.Organization, changes []policy.Change) {
	if !slices.ContainsFunc(changes, func(c policy.Change) bool { return c.Action == policy.DeleteUser }) {
		return
	}
	if managed, err := p.API.Management.Available(ctx); err != nil || !managed {
		return
	}
	all, err := p.API.Services.List(ctx)
	if err != nil {
		return
	}
	for _, s := range all {
		w, err := p.API.Workspaces.Get(ctx, s.WorkspaceID)
		if err != nil || w.Type != tray.WorkspacePersonal {
			continue
		}
		if u, err := p.API.Users.Get(ctx, s.OwnerID); err == nil {
			who := Person(u.Email, u.ID)
			owner := now.Users[who]
			owner.Role, owner.AccountType = u.Role.Name, string(u.AccountType)
			owner.Services = append(owner.Services, s.Name)
			slices.Sort(owner.Services)
			now.Users[who] = owner
		}
	}
}

// mayBeSelf reports whether a change may take a right from the token's own user. Members
// are changed by an Admin of the workspace, or of the organization, who is Admin in it:
// somebody who is less there is not the one whose token this is, and nobody is asked.
func mayBeSelf(before policy.Organization, changes []policy.Change) bool {
	return slices.ContainsFunc(changes, func(a policy.Change) bool {
		switch a.Action {
		case policy.SetOrgRole, policy.DeleteUser:
			return true
		case policy.SetMember, policy.RemoveMember:
			role, there := before.Workspaces[a.Workspace].Members[a.Who]
			return !there || tray.SameRole(role, policy.Admin)
		}
		return false
	})
}

// readSelf tells whose token it is, where the management plane says so.
func readSelf(ctx context.Context, p *base.Provider, o *policy.Organization) {
	self, err := p.API.Management.Self(ctx)
	if err != nil || self == nil {
		return
	}
	o.Self = Person(self.Email, self.ID)
	if _, read := o.Users[o.Self]; !read {
		o.Users[o.Self] = policy.User{Role: self.Role.Name}
	}
}

// counted reports whether a rule needs the whole list of users: how many Admins stay,
// or which share of the people goes. Otherwise what a resource knows is enough.
func counted(p *base.Provider, changes []policy.Change) bool {
	const few = 3 // up to here no share is judged
	deletions, lowered := 0, false
	for _, a := range changes {
		switch a.Action {
		case policy.DeleteUser:
			deletions++
			lowered = true
		case policy.SetOrgRole:
			lowered = true
		}
	}
	return deletions > few && p.Limits().MaxRemovalPercent < 100 || lowered && p.Limits().MinOrgAdmins > 1
}

// concerned are the workspaces to look at. Somebody who leaves the organization leaves
// workspaces too; those that this run has not looked at stay unseen.
func concerned(p *base.Provider, changes []policy.Change) []string {
	var ids []string
	for _, a := range changes {
		switch {
		case a.Workspace != "":
			ids = append(ids, a.Workspace)
		case a.Action == policy.DeleteUser:
			ids = append(ids, p.Ledger.Session.Touched()...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func readMembers(ctx context.Context, p *base.Provider, workspaceID string) (policy.Workspace, error) {
	members, err := p.API.Members.List(ctx, workspaceID)
	if err != nil {
		return policy.Workspace{}, err
	}
	w := policy.Workspace{Members: make(map[string]string, len(members))}
	for _, m := range members {
		w.Members[Person(m.Email, m.UserID)] = m.Role.Name
	}
	return w, nil
}

func nameWorkspaces(ctx context.Context, p *base.Provider, o policy.Organization) {
	for id, w := range o.Workspaces {
		if got, err := p.API.Workspaces.Get(ctx, id); err == nil {
			w.Name = got.Name
			o.Workspaces[id] = w
		}
	}
}

// Wrote tells those who wait in Guard what this process has written.
func Wrote(p *base.Provider, changes ...policy.Change) { p.Ledger.Session.Wrote(changes...) }

// ErrReported says, from what Guard carries out, that diags holds the reason already.
var ErrReported = errors.New("reported already")

// Guard writes what takes rights away, after TRAY003 has been asked once more, with the
// organization as it is now; see policy.Session.Guard. It reports whether do was carried out
// and succeeded, or found the object proven gone; otherwise diags says why not, as
// "Could not <doing>".
func Guard(ctx context.Context, p *base.Provider, doing string, changes []policy.Change, do func() error, diags *diag.Diagnostics, at ...path.Path) bool {
	err := guard(ctx, p, changes, do)
	var refused *policy.Refused
	if errors.As(err, &refused) {
		Case{At: append(at, path.Empty())[0], Complete: true}.say(refused.Violations[0], diags)
		return false
	}
	if errors.Is(err, ErrReported) {
		return false
	}
	if tray.IsGone(err) {
		return true
	}
	return !base.Failed(diags, doing, err, at...)
}
