package membershipset

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// scope says for whom in a workspace a resource stands.
type scope struct {
	form      policy.ResourceType
	workspace string // id
	role      string // the one role that it stands for; "" is every role

	ignoreTypes              []string
	ignoreEmails             map[string]bool // folded
	ignoreOrganizationAdmins bool
}

// member is a member of the workspace, or a user who is wanted there.
type member struct {
	who         string // as enforce.Person names people
	userID      string
	email       string
	accountType string
	role        string // in the workspace; "" for somebody who is no member yet
	// orgRole is the organization role; it is read for those only on whom it depends
	// whether they are ignored.
	orgRole string
}

func memberOf(m tray.Member) member {
	return member{who: enforce.Person(m.Email, m.UserID), userID: m.UserID, email: m.Email, accountType: string(m.AccountType), role: m.Role.Name}
}

// actual is what Tray has, for one scope.
type actual struct {
	present map[string]member // members of the workspace, whatever their role
	byID    map[string]string // their names, by user id
	joining map[string]member // users of the organization who are wanted but no members
	absent  map[string]entry  // wanted, and not in the organization
}

func newActual(members int) actual {
	return actual{
		present: make(map[string]member, members), byID: make(map[string]string, members),
		joining: map[string]member{}, absent: map[string]entry{},
	}
}

// enter notes a member.
func (now actual) enter(o member) {
	now.present[o.who] = o
	now.byID[o.userID] = o.who
}

// claimed reports whether the resource stands for a member of that role.
func (s scope) claimed(role string) bool { return s.role == "" || tray.SameRole(s.role, role) }

// listed says why the configuration's lists leave somebody alone; "" when they do not.
func (s scope) listed(o member) string {
	switch {
	case s.ignoreEmails[o.who]:
		return "named in ignore_emails"
	case slices.Contains(s.ignoreTypes, o.accountType):
		return o.accountType + " account"
	case o.email == "":
		return "has no e-mail address that this token can see"
	}
	return ""
}

// byRight says why somebody is there without being asked; "" when not.
func (s scope) byRight(o member) string {
	if s.ignoreOrganizationAdmins && (tray.SameRole(o.orgRole, policy.Owner) || tray.SameRole(o.orgRole, policy.Admin)) {
		return "organization " + o.orgRole + ", there by right"
	}
	return ""
}

// unsure reports whether it takes o's organization role to tell if o is ignored.
func (s scope) unsure(o member, named map[string]entry) bool {
	_, is := named[o.who]
	return s.ignoreOrganizationAdmins && !is && o.orgRole == "" && s.claimed(o.role) && s.listed(o) == ""
}

// divide tells those whom the resource stands for from those it leaves alone, and says
// why it does: whoever is named is its own.
func (s scope) divide(present map[string]member, named map[string]entry) (own map[string]member, ignored map[string]string) {
	own, ignored = map[string]member{}, map[string]string{}
	for who, o := range present {
		if !s.claimed(o.role) {
			continue
		}
		_, is := named[who]
		why := s.listed(o)
		if why == "" {
			why = s.byRight(o)
		}
		if is || why == "" {
			own[who] = o
			continue
		}
		ignored[display(o)] = why
	}
	return own, ignored
}

// changes is what an apply does, each sorted by person.
type changes struct {
	add, raise, lower, remove []move
	// end are removals that the state's dates had announced; diff leaves them in remove.
	end []move
	// waiting are people who have not joined the organization yet.
	waiting []entry
}

// move takes somebody to a role; "" is out.
type move struct {
	member
	to string
	// email is the configuration's spelling, for messages and attribute paths.
	email string
	// scope is the role for which the resource stands that removes somebody, "" for every one:
	// whoever has another by then is not removed.
	scope string
}

// object is the membership as one thing in Tray, whoever stands for it.
func (o member) object(workspace string) policy.Object {
	return policy.MembershipObject(workspace, o.userID, o.who)
}

// object is somebody's membership, by all that is known of them.
func (now actual) object(workspace, who string) policy.Object {
	if o, there := now.present[who]; there {
		return o.object(workspace)
	}
	return policy.MembershipObject(workspace, now.joining[who].userID, who)
}

// diff says how to get from now to wanted. Managed are those that the state has: they
// leave when they are no longer wanted, unless ignore_emails now names them.
func (s scope) diff(now actual, wanted, managed map[string]entry) changes {
	var c changes
	for _, who := range slices.Sorted(maps.Keys(wanted)) {
		want := wanted[who]
		switch o, present := now.present[who]; {
		case present && tray.SameRole(o.role, want.role):
		case present && tray.SameRole(want.role, policy.Admin):
			c.raise = append(c.raise, move{member: o, to: want.role, email: want.email})
		case present:
			c.lower = append(c.lower, move{member: o, to: want.role, email: want.email})
		default:
			if o, joins := now.joining[who]; joins {
				c.add = append(c.add, move{member: o, to: want.role, email: want.email})
			} else {
				c.waiting = append(c.waiting, want)
			}
		}
	}
	for _, o := range s.leaving(now, wanted, managed) {
		c.remove = append(c.remove, move{member: o, email: display(o), scope: s.role})
	}
	return c
}

// leaving are those who are there, are not wanted and are not left alone: Admins last,
// as a workspace that is taken down loses its Admin last.
func (s scope) leaving(now actual, wanted, managed map[string]entry) []member {
	var out []member
	for who, o := range now.present {
		_, stays := wanted[who]
		_, ours := managed[who]
		alone := s.ignoreEmails[who] || !ours && (s.listed(o) != "" || s.byRight(o) != "")
		if stays || alone || !s.claimed(o.role) {
			continue
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b member) int {
		if aa, ba := isAdmin(a.role), isAdmin(b.role); aa != ba {
			if ba {
				return -1
			}
			return 1
		}
		if a.who < b.who {
			return -1
		}
		return 1
	})
	return out
}

func isAdmin(role string) bool { return tray.SameRole(role, policy.Admin) }

// ignoredAfter is who is left alone once c is done, and why.
func (s scope) ignoredAfter(then actual, wanted map[string]entry, c changes) map[string]string {
	_, ignored := s.divide(then.present, wanted)
	for _, m := range slices.Concat(c.remove, c.end) {
		delete(ignored, display(m.member))
	}
	return ignored
}

// acts are the changes as rules see them.
func (c changes) acts(workspace string) []policy.Change {
	acts := slices.Concat(toActs(policy.AddMember, workspace, c.add), toActs(policy.SetMember, workspace, c.raise),
		toActs(policy.SetMember, workspace, c.lower), toActs(policy.RemoveMember, workspace, c.remove))
	for _, w := range c.waiting {
		acts = append(acts, policy.Change{Action: policy.AddMember, Workspace: workspace, Who: base.FoldEmail(w.email), Role: w.role})
	}
	return acts
}

func toActs(verb policy.Action, workspace string, moves []move) []policy.Change {
	acts := make([]policy.Change, len(moves))
	for i, m := range moves {
		acts[i] = policy.Change{Action: verb, Workspace: workspace, Who: m.who, Role: m.to}
		if verb == policy.RemoveMember {
			acts[i].Role = m.scope
		}
	}
	return acts
}

// claims are what the resource stands for, for rule TRAY008.
func (d desired) claims(mark string) []policy.Change {
	all := []policy.Change{{Action: policy.Manage, ResourceType: d.form, Workspace: d.workspace, Role: d.role, Mark: mark, Fingerprint: d.words}}
	for _, who := range slices.Sorted(maps.Keys(d.entries)) {
		all = append(all, policy.Change{Action: policy.Manage, ResourceType: d.form, Workspace: d.workspace, Who: who, Role: d.entries[who].role, Mark: mark, Fingerprint: d.words})
	}
	return all
}

// wording is what a resource says, word for word.
func wording(scope scope, entries map[string]entry) string {
	said := []string{scope.workspace, scope.role}
	for _, who := range slices.Sorted(maps.Keys(entries)) {
		said = append(said, entries[who].email, entries[who].role)
	}
	return strings.Join(said, " ")
}

// settled is the resource's map once Tray has now: whom it stands for, and those that
// were pending and still are. Spellings are those of named.
func (s scope) settled(now actual, named map[string]entry, pending map[string]bool) (entries map[string]entry, stillPending []string, ignored map[string]string) {
	own, ignored := s.divide(now.present, named)
	entries = make(map[string]entry, len(own))
	for who, o := range own {
		entries[who] = spelled(o, named[who])
	}
	for who, n := range named {
		if _, absent := now.absent[who]; absent && pending[who] {
			entries[who] = n
			stillPending = append(stillPending, n.email)
		}
	}
	slices.Sort(stillPending)
	return entries, stillPending, ignored
}

// spelled writes down a member as the configuration spells it, where that is the same.
func spelled(o member, named entry) entry {
	s := entry{o.email, o.role}
	if named.email != "" {
		s.email = named.email
		if tray.SameRole(named.role, o.role) {
			s.role = named.role
		}
	}
	return s
}

// display is what messages and `ignored` call somebody.
func display(o member) string {
	if o.email == "" {
		return o.userID
	}
	return o.email
}

// lines lists moves for a message.
func lines(moves []move) string {
	text := ""
	for _, m := range moves {
		switch {
		case m.to == "":
			text += fmt.Sprintf("\n  - %s (%s)", m.email, m.role)
		case m.role == "":
			text += fmt.Sprintf("\n  - %s, as %s", m.email, m.to)
		default:
			text += fmt.Sprintf("\n  - %s: %s, not %s", m.email, m.role, m.to)
		}
	}
	return text
}
