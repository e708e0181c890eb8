// Package law puts the organization's rules (package rule) to the plan and the apply:
// it gathers what a rule needs to know, remembers what other resources of the same run
// plan, and says in Terraform's words what is broken.
//
// Before the apply it reads only what the run reads anyway: the lists of members of the
// workspaces that change, and the users when a rule counts them. When such a read
// fails, it stays quiet, and the apply says what is wrong.
package law

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/rule"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Case is what one resource plans, and how to say what is wrong with it.
type Case struct {
	Changes []rule.Change
	// Known is what the resource itself knows of people, by rule's name of them.
	Known map[string]rule.User
	// Rules are asked; nil asks them all.
	Rules []rule.Rule
	// At is the attribute to blame; empty blames the resource, as on a destroy.
	At path.Path
	// Person, when set, gives the attribute to blame for one person.
	Person func(who string) path.Path
	// Complete says that the resource stands for all that the acts concern, so that no
	// other resource can make them harmless: what is healable elsewhere is an error here.
	Complete bool
}

// Person is rule's name of somebody: the folded address, or the id without one.
func Person(email, userID string) string {
	if email == "" {
		return userID
	}
	return base.FoldEmail(email)
}

// Check notes the acts of one resource and says in diags which rules they break,
// together with everything planned so far.
func Check(ctx context.Context, p *base.Provider, c Case, diags *diag.Diagnostics) {
	if !p.Ready(nil) || len(c.Changes) == 0 {
		return
	}
	acts, start := p.Plan.Run.Plan(c.Changes...)
	before, err := readState(ctx, p, acts, start)
	if err != nil {
		return
	}
	if mayBeSelf(before, acts[start:]) {
		readSelf(ctx, p, &before)
	}
	for who, u := range c.Known {
		before.Users[who] = u
	}
	mayChange(p, before.Users, acts[start:])
	c.report(ctx, p, before, acts, start, diags)
}

// Note is Judge without judging, for acts that take nothing away.
func Note(p *base.Provider, acts ...rule.Change) {
	if p != nil && p.Plan != nil {
		p.Plan.Run.Plan(acts...)
	}
}

// Limits are the guardrails as rules want them.
func Limits(p *base.Provider) rule.Limits {
	g := p.Limits()
	admins := g.MinOrgAdmins
	if admins <= 1 { // that is the Owner, whom no API takes away (TRAY001): nobody is counted
		admins = 0
	}
	return rule.Limits{
		MaxRemovals: g.MaxRemovals, MaxRemovalPercent: g.MaxRemovalPercent, MinOrgAdmins: admins,
		RequiredAdmins: g.RequiredAdmins, AllowSelfRemoval: g.AllowSelfRemoval,
	}
}

// report asks the rules, and again with the workspaces' names when one objects: to
// read these for every plan would cost a request.
func (c Case) report(ctx context.Context, p *base.Provider, before rule.Organization, acts []rule.Change, start int, diags *diag.Diagnostics) {
	if len(c.broken(before, acts, start, p)) == 0 {
		return
	}
	nameWorkspaces(ctx, p, before)
	for _, v := range c.broken(before, acts, start, p) {
		if v.Code == "TRAY005" {
			v.Detail = remaining(p, v, acts, start)
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

// remaining is the detail of a guardrail that the run passes. It lists everybody the first
// time; after that each resource adds its own, so that many do not repeat the whole list.
func remaining(p *base.Provider, v rule.Violation, acts []rule.Change, start int) string {
	const said = "guardrail passed"
	kind := v.Summary + v.Workspace
	if !p.Plan.Has(said, kind) {
		p.Plan.Note(said, kind)
		return v.Detail
	}
	var more []string
	for _, i := range v.Changes {
		if i >= start {
			more = append(more, acts[i].Who)
		}
	}
	_, allow, _ := strings.Cut(v.Detail, "\n\n")
	return "Beyond those that the first error of this kind lists, this removes " + strings.Join(more, ", ") + ".\n\n" + allow
}

// broken returns what the acts from start on are to blame for, each thing once.
func (c Case) broken(before rule.Organization, acts []rule.Change, start int, p *base.Provider) []rule.Violation {
	rules := c.Rules
	if rules == nil {
		rules = rule.All
	}
	var broken []rule.Violation
	for _, r := range rules {
		for _, v := range r(before, acts, Limits(p)) {
			same := func(o rule.Violation) bool {
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
// harmless, as nobody can tell yet.
func (c Case) say(v rule.Violation, diags *diag.Diagnostics) {
	at := c.At
	if c.Person != nil && len(v.Who) == 1 {
		at = c.Person(v.Who[0])
	}
	summary, detail := v.Code+": "+v.Summary, v.Detail
	warn := v.Provisional && !c.Complete || v.Elsewhere
	if warn {
		detail += "\n\nThis is what the plan holds so far; another resource of the same plan may still make it harmless. " +
			"The apply decides: it waits for such a change up to 20 seconds, and then refuses."
	}
	switch pinned := !at.Equal(path.Empty()); {
	case warn && pinned:
		diags.AddAttributeWarning(at, summary, detail)
	case warn:
		diags.AddWarning(summary, detail)
	case pinned:
		diags.AddAttributeError(at, summary, detail)
	default:
		diags.AddError(summary, detail)
	}
}

// readState reads what the rules have to know for the acts from start on.
func readState(ctx context.Context, p *base.Provider, acts []rule.Change, start int) (rule.Organization, error) {
	now := rule.Organization{Users: map[string]rule.User{}, Workspaces: map[string]rule.Workspace{}}
	if counted(p, acts) {
		users, err := p.API.Users.List(ctx)
		if err != nil {
			return now, err
		}
		for _, u := range users {
			now.Users[Person(u.Email, u.ID)] = rule.User{Role: u.Role.Name, AccountType: string(u.AccountType)}
		}
	}
	for _, id := range concerned(p, acts[start:]) {
		w, err := readMembers(ctx, p, id)
		if err != nil {
			return now, err
		}
		now.Workspaces[id] = w
	}
	return now, nil
}

// mayBeSelf reports whether an act may take a right from the token's own user. Members
// are changed by an Admin of the workspace, or of the organization, who is Admin in it:
// somebody who is less there is not the one whose token this is, and nobody is asked.
func mayBeSelf(before rule.Organization, acts []rule.Change) bool {
	return slices.ContainsFunc(acts, func(a rule.Change) bool {
		switch a.Action {
		case rule.SetOrgRole, rule.DeleteUser:
			return true
		case rule.SetMember, rule.RemoveMember:
			role, there := before.Workspaces[a.Workspace].Members[a.Who]
			return !there || tray.SameRole(role, rule.Admin)
		}
		return false
	})
}

// readSelf tells whose token it is, where the management plane says so.
func readSelf(ctx context.Context, p *base.Provider, o *rule.Organization) {
	self, err := p.API.Management.Self(ctx)
	if err != nil || self == nil {
		return
	}
	o.Self = Person(self.Email, self.ID)
	if _, read := o.Users[o.Self]; !read {
		o.Users[o.Self] = rule.User{Role: self.Role.Name}
	}
}

// counted reports whether a rule needs the whole list of users: how many Admins stay,
// or which share of the people goes. Otherwise what a resource knows is enough.
func counted(p *base.Provider, acts []rule.Change) bool {
	const few = 3 // up to here no share is judged
	deletions, lowered := 0, false
	for _, a := range acts {
		switch a.Action {
		case rule.DeleteUser:
			deletions++
			lowered = true
		case rule.SetOrgRole:
			lowered = true
		}
	}
	return deletions > few && p.Limits().MaxRemovalPercent < 100 || lowered && p.Limits().MinOrgAdmins > 1
}

// concerned are the workspaces to look at. Somebody who leaves the organization leaves
// workspaces too; those that this run has not looked at stay unseen.
func concerned(p *base.Provider, acts []rule.Change) []string {
	var ids []string
	for _, a := range acts {
		switch {
		case a.Workspace != "":
			ids = append(ids, a.Workspace)
		case a.Action == rule.DeleteUser:
			ids = append(ids, p.Plan.Run.Touched()...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func readMembers(ctx context.Context, p *base.Provider, workspaceID string) (rule.Workspace, error) {
	members, err := p.API.Members.List(ctx, workspaceID)
	if err != nil {
		return rule.Workspace{}, err
	}
	w := rule.Workspace{Members: make(map[string]string, len(members))}
	for _, m := range members {
		w.Members[Person(m.Email, m.UserID)] = m.Role.Name
	}
	return w, nil
}

func nameWorkspaces(ctx context.Context, p *base.Provider, o rule.Organization) {
	for id, w := range o.Workspaces {
		if got, err := p.API.Workspaces.Get(ctx, id); err == nil {
			w.Name = got.Name
			o.Workspaces[id] = w
		}
	}
}

// Wrote tells those who wait in Take what this process has written.
func Wrote(p *base.Provider, acts ...rule.Change) { p.Plan.Run.Wrote(acts...) }

// ErrReported says, from what Take carries out, that diags holds the reason already.
var ErrReported = errors.New("reported already")

// Guard writes what takes rights away, after TRAY003 has been asked once more, with the
// organization as it is now; see rule.Run.Guard. It reports whether do was carried out
// and succeeded, or found the object proven gone; otherwise diags says why not, as
// "Could not <doing>".
func Guard(ctx context.Context, p *base.Provider, doing string, acts []rule.Change, do func() error, diags *diag.Diagnostics, at ...path.Path) bool {
	read := func() (rule.Organization, error) { return readState(ctx, p, acts, 0) }
	err := p.Plan.Run.Guard(ctx, acts, Limits(p), read, do)
	var refused *rule.Refused
	if errors.As(err, &refused) {
		v := refused.Violations[0]
		if v.Workspace != "" {
			if w, err := p.API.Workspaces.Get(ctx, v.Workspace); err == nil {
				v.Detail = strings.ReplaceAll(v.Detail, "workspace "+w.ID, "workspace "+w.Name)
			}
		}
		Case{At: append(at, path.Empty())[0], Complete: true}.say(v, diags)
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
