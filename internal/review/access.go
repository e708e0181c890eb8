package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Kind is what happens to somebody's access to one place.
type Kind string

// The kinds, in the order of a review.
const (
	Gain      Kind = "gain"      // has access from the apply on
	Lose      Kind = "lose"      // has none after the apply
	Up        Kind = "up"        // gets a role with more rights
	Down      Kind = "down"      // gets a role with fewer
	Role      Kind = "role"      // gets another role, of which the plan does not tell whether it is more
	Pending   Kind = "pending"   // waits for access until the person accepts the invitation
	Withdrawn Kind = "withdrawn" // waited for access, and does no longer
	Unsure    Kind = "unsure"    // gains or loses access, and who or what it is shows after the apply
	Kept      Kind = "kept"      // is taken out and put back, or managed at another address: nothing is lost
)

// Access is what a plan does to the access of one person to one place.
type Access struct {
	Kind Kind `json:"kind"`
	// Person is an e-mail address, or "user " and an id.
	Person string `json:"person"`
	// Where is the name of a workspace; Organization says that it is the organization.
	Where string `json:"where"`
	// WorkspaceID is "" while it is not known.
	WorkspaceID  string `json:"workspace_id"`
	Organization bool   `json:"organization"`
	// Provider is the key of the provider block whose organization it is about, "" where the
	// plan is about one organization.
	Provider string `json:"provider"`
	// From and To are roles, "" for none.
	From string `json:"from"`
	To   string `json:"to"`
	// GainsAdmin and LosesAdmin speak of the role Admin or Owner there.
	GainsAdmin bool `json:"gains_admin"`
	LosesAdmin bool `json:"loses_admin"`
	// UndoesDrift says that it puts back what somebody changed outside Terraform.
	UndoesDrift bool     `json:"undoes_drift"`
	Notes       []phrase `json:"notes"`
	// EndsAt is when the access that somebody gets ends, in UTC (RFC 3339); "" when it does
	// not. DaysLeft are the whole days until then, null when the plan does not tell.
	EndsAt   string `json:"ends_at"`
	DaysLeft *int   `json:"days_left"`
	// Addresses are those of the resources whose changes do it.
	Addresses []string `json:"addresses"`

	key, personKey string
	end            string // as the configuration says it
	place          phrase
	vague          bool // the role or the workspace is not quite known
	accepts        bool // the person has accepted an invitation, which is nobody's doing
	likely         bool // the workspace is a guess by the key
	apart          bool // the review is about several organizations
	overtaken      bool // somebody changed outside Terraform what it starts from
}

// slot gathers what all resources say of one person in one place.
type slot struct {
	before, after []grant
	// from and to are the changes that take away and give; steps, what they are.
	from, to map[string]bool
	acting   map[string]step
	user     bool
}

// accesses is what all resources together do to access.
type accesses struct {
	access []Access
	doubts map[string][]phrase // by change
	// adminless are workspaces that lose every Admin the plan knows of, and keep members.
	adminless []string
}

// accessOf compares who has access before and after, over all resources at once: who
// leaves one and comes with another has lost nothing.
func accessOf(d *directory, changes []resourceChange, drift bool) accesses {
	slots := map[string]*slot{}
	found := accesses{doubts: map[string][]phrase{}}
	for _, c := range changes {
		n, ok := nouns[c.Type]
		if !ok || n.holds == nil || !c.managed() {
			continue
		}
		h := n.holds(d, c, drift)
		for _, g := range h.before {
			slotOf(slots, g).add(c, g, true)
		}
		for _, g := range h.after {
			slotOf(slots, g).add(c, g, false)
		}
		if c.Change.step() != stepNone {
			found.doubts[c.id()] = h.doubts
		}
	}
	for _, key := range sortedKeys(slots) {
		if a, ok := slots[key].judge(d); ok {
			a.key = key
			found.access = append(found.access, a)
		}
	}
	slices.SortStableFunc(found.access, func(a, b Access) int {
		return cmp.Or(cmp.Compare(fold(a.Person), fold(b.Person)), cmp.Compare(a.Provider, b.Provider), cmp.Compare(b2i(b.Organization), b2i(a.Organization)), cmp.Compare(a.Where, b.Where))
	})
	found.adminless = adminless(slots)
	return found
}

// adminless lists workspaces that had an Admin, have none afterwards, and keep members.
func adminless(slots map[string]*slot) []string {
	type tally struct{ had, has, stay int }
	tallies, labels := map[string]*tally{}, map[string]string{}
	for _, s := range slots {
		for i, g := range slices.Concat(s.before, s.after) {
			if g.where.organization || g.where.unknown {
				continue
			}
			t := tallies[g.where.key]
			if t == nil {
				t = &tally{}
				tallies[g.where.key], labels[g.where.key] = t, g.where.label
			}
			isAdmin := b2i(rankOf(g.role.s) >= 3 && !g.pending)
			if i < len(s.before) {
				t.had += isAdmin
			} else {
				t.has += isAdmin + b2i(g.role.is != known)
				t.stay++
			}
		}
	}
	var names []string
	for key, t := range tallies {
		if t.had > 0 && t.has == 0 && t.stay > 0 {
			names = append(names, labels[key])
		}
	}
	slices.Sort(names)
	return names
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func slotOf(slots map[string]*slot, g grant) *slot {
	s := slots[g.key()]
	if s == nil {
		s = &slot{from: map[string]bool{}, to: map[string]bool{}, acting: map[string]step{}}
		slots[g.key()] = s
	}
	return s
}

func (s *slot) add(c resourceChange, g grant, before bool) {
	does := c.Change.step()
	if does != stepNone {
		s.acting[c.id()] = does
	}
	s.user = s.user || c.Type == "tray_user"
	if before {
		s.before = append(s.before, g)
		if does != stepNone {
			s.from[c.id()] = true
		}
		return
	}
	s.after = append(s.after, g)
	if does != stepNone {
		s.to[c.id()] = true
	}
}

// judge says what happens in the slot; nothing, when no change acts on it.
func (s *slot) judge(d *directory) (Access, bool) {
	if len(s.acting) == 0 {
		return Access{}, false
	}
	if managed := slices.DeleteFunc(slices.Clone(s.after), func(g grant) bool { return g.left }); len(managed) > 0 {
		s.after = managed
	}
	was, is := strongest(s.before), strongest(s.after)
	g := is
	if len(s.after) == 0 {
		g = was
	}
	a := Access{Person: g.who.label, Where: g.where.label, Organization: g.where.organization, Provider: g.where.org, personKey: g.where.org + "\x00" + g.who.key, place: g.where.phrase(),
		From: roleText(was, len(s.before) > 0), To: roleText(is, len(s.after) > 0), Addresses: slices.Sorted(maps.Keys(s.acting))}
	if len(s.before) > 0 && len(s.after) > 0 && s.remade() {
		s.after, is = nil, grant{}
		a.Notes = append(a.Notes, say("deleted and made anew, without what was theirs, and every membership that is not in this plan"))
		a.To = ""
	}
	a.Kind = s.kind(was, is)
	if id, ok := cutID(g.where); ok {
		a.WorkspaceID = id
	}
	switch a.Kind {
	case "":
		return Access{}, false
	case Gain, Pending, Up, Role:
		a.GainsAdmin = rankOf(a.To) >= 3 && (a.Kind == Gain || rankOf(a.From) < 3)
	case Lose, Down:
		a.LosesAdmin = rankOf(a.From) >= 3
	}
	a.vague = len(s.after) > 0 && (is.role.is != known || is.where.unknown || is.where.unsure)
	a.end = is.end.s
	a.accepts = a.Kind == Gain && len(s.before) > 0
	a.note(d, was, is, len(s.before) > 0)
	return a, true
}

// cutID is the id of a workspace, once that is known.
func cutID(where place) (string, bool) { return strings.CutPrefix(where.key, "id:") }

// remade reports whether a user is deleted and comes back. A membership that is taken
// out and put back is the same one; a user is not.
func (s *slot) remade() bool {
	if !s.user || strongest(s.before).pending {
		return false
	}
	deletes, creates := false, false
	for _, does := range s.acting {
		deletes = deletes || does == stepDelete || does == stepReplace
		creates = creates || does == stepCreate || does == stepReplace
	}
	return deletes && creates
}

func (s *slot) kind(was, is grant) Kind {
	had, has := len(s.before) > 0, len(s.after) > 0
	switch {
	case was.who.unknown || is.who.unknown:
		return Unsure
	case !had && is.pending, had && has && was.pending && is.pending && was.role != is.role:
		return Pending
	case !had, was.pending && has && !is.pending:
		return Gain
	case !has && was.pending:
		return Withdrawn
	case !has, is.pending && !was.pending:
		return Lose
	}
	from, to := rankOf(was.role.s), rankOf(is.role.s)
	switch {
	case is.role.is != known || from == 0 && to == 0 && !strings.EqualFold(was.role.s, is.role.s), (from == 0) != (to == 0):
		return Role
	case from < to:
		return Up
	case from > to:
		return Down
	case s.moves():
		return Kept
	}
	return ""
}

// moves reports whether what gives access afterwards is not what gave it before, or is
// the same made anew.
func (s *slot) moves() bool {
	if !maps.Equal(s.from, s.to) {
		return true
	}
	for _, does := range s.acting {
		if does == stepReplace || does == stepRenew {
			return true
		}
	}
	return false
}

// strongest is the grant that counts when several resources speak of one person.
func strongest(all []grant) grant {
	if len(all) == 0 {
		return grant{}
	}
	return slices.MaxFunc(all, func(a, b grant) int {
		return cmp.Or(cmp.Compare(b2i(!a.pending), b2i(!b.pending)), cmp.Compare(rankOf(a.role.s), rankOf(b.role.s)))
	})
}

func roleText(g grant, there bool) string {
	switch {
	case !there:
		return ""
	case g.role.is == secret:
		return "a role that is sensitive"
	case g.role.is != known:
		return "a role that is known after the apply"
	}
	return g.role.s
}

// note adds what a reader would ask next.
func (a *Access) note(d *directory, was, is grant, had bool) {
	switch {
	case is.where.unsure:
		a.likely = true
		a.Notes = append(a.Notes, say(likely))
	case a.Kind == Gain && had && was.pending:
		a.Notes = append(a.Notes, say("has accepted the invitation"))
	case a.Kind == Gain && is.maybe:
		a.Notes = append(a.Notes, say("waits, should the person not have joined"))
	case a.Kind == Gain && !had && is.created:
		a.Notes = append(a.Notes, say("at once, without an invitation"))
	case a.Kind == Pending && had:
		a.Notes = append(a.Notes, say("was to be ").and("", roleName(a.From)))
	}
	if s := was.over; a.Kind == Lose && s != "" || a.Kind == Withdrawn && s != "" {
		a.Notes = append(a.Notes, say("ended on %s", s))
	}
	if is.end.s != "" && (a.Kind == Gain || a.Kind == Pending) {
		a.Notes = append(a.Notes, say("until %s", is.end.s))
	}
	rank := d.rank(was.who, was.where.org)
	if !a.Organization && (a.Kind == Lose || a.Kind == Down) && rankOf(rank) >= 3 {
		a.Notes = append(a.Notes, say("still reaches it, as "+title(rank)+" of the organization"))
	}
	if a.Organization && a.GainsAdmin {
		a.Notes = append(a.Notes, say("reaches every workspace as Admin"))
	}
	if a.Organization && a.LosesAdmin && a.Kind == Down {
		a.Notes = append(a.Notes, say("from then on reaches only workspaces with a membership"))
	}
}

// title is an organization role that reaches every workspace, in our spelling.
func title(rank string) string {
	if rankOf(rank) == 4 {
		return "Owner"
	}
	return "Admin"
}
