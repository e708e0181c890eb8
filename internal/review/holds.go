package review

import (
	"slices"
	"strconv"
	"strings"
)

// grant is access that somebody has, or waits for, by one resource.
type grant struct {
	who     person
	where   place
	role    text
	pending bool
	// maybe says that it is pending should the person not have joined; left, that it is
	// there because nobody takes it away, and counts while no resource says otherwise.
	maybe, left bool
	// end is when the access ends. over is the date by which what the plan takes away has
	// ended, "" when it is taken away for another reason.
	end  text
	over string
	// created says that the person is made a user without an invitation.
	created bool
}

func (g grant) key() string { return g.who.key + "\x00" + g.where.key }

// holding is who has access by a resource before and after its change; doubts are said
// in place of what only the apply decides.
type holding struct {
	before, after []grant
	doubts        []phrase
}

// left is what a resource that is no longer managed leaves as it was.
func (h *holding) left(c resourceChange) {
	if s := c.Change.step(); s == stepForget || s == stepRenew {
		h.leave(h.before...)
	}
}

// leave adds what stays as it was though the resource no longer stands for it.
func (h *holding) leave(all ...grant) {
	for _, g := range all {
		g.left = true
		h.after = append(h.after, g)
	}
}

// userHolds tells the access to the organization. A destroy does what on_destroy says,
// drift is what somebody else did.
func userHolds(d *directory, c resourceChange, drift bool) holding {
	side := func(v values) []grant {
		if !v.there() {
			return nil
		}
		status := v.str("status").s
		return []grant{{who: d.person(v, c.Address), where: d.theOrganization(c.Address, v.str("id")),
			role: v.str(roleChange), pending: status == "invited" || status == "expired",
			created: status == "active" && v.str("onboarding").s == "create"}}
	}
	h := holding{before: side(c.before()), after: side(c.after())}
	if doubtful(&h) {
		return h
	}
	if c.Change.step() == stepDelete && !drift && len(h.before) == 1 && !h.before[0].pending {
		switch c.before().str("on_destroy").s {
		case "keep":
			h.after = h.before
		case "demote":
			stays := h.before[0]
			stays.role = text{"Viewer", known}
			h.after = []grant{stays}
		}
	}
	h.left(c)
	return h
}

// doubtful reports, and says, that a change may be about somebody or some workspace else
// than so far.
func doubtful(h *holding) bool {
	if len(h.before) != 1 || len(h.after) != 1 {
		return false
	}
	was, is := h.before[0], h.after[0]
	switch {
	case is.who.unknown && !was.who.unknown:
		h.doubts = append(h.doubts, say("%s in %s may lose access to %s there: whose it is shows after the apply", was.who.label, was.where.label, is.who.label))
	case (is.where.unknown || is.where.unsure) && !was.where.unknown:
		h.doubts = append(h.doubts, say("%s may move from %s to %s", was.who.label, was.where.label, is.where.label))
	default:
		return false
	}
	h.before, h.after = nil, nil
	return true
}

func memberHolds(d *directory, c resourceChange, _ bool) holding {
	side := func(v values) []grant {
		if !v.there() {
			return nil
		}
		g := grant{who: d.person(v, c.Address), where: d.workspace(v, c), role: v.str("role"), end: v.str("expires_at")}
		switch status := v.str("status"); {
		case status.is == known && status.s == "ended":
			return nil
		case status.is == known:
			g.pending = status.s == "pending"
		case d.waits(g.who, g.where.org):
			g.pending = true
		default:
			g.maybe = status.is == unknown && v.str("user_id").is != known && !d.told(g.who, g.where.org)
		}
		return []grant{g}
	}
	h := holding{before: side(c.before()), after: side(c.after())}
	if doubtful(&h) {
		return h
	}
	if is := c.after(); len(h.before) == 1 && is.str("status").s == "ended" {
		h.before[0].over = is.str("expires_at").s
	}
	h.left(c)
	return h
}

func membersHolds(d *directory, c resourceChange, _ bool) holding {
	return listHolds(d, c, "members", func(_ values, e element) (text, text) {
		return text{e.key, known}, e.value
	})
}

func roleMembersHolds(d *directory, c resourceChange, _ bool) holding {
	return listHolds(d, c, "emails", func(v values, e element) (text, text) {
		return e.value, v.str("role")
	})
}

// listHolds reads a resource that stands for many people, who and with which role is
// what read takes from an entry of its attribute. Whom ignore_emails names instead of
// the attribute stays, unmanaged.
func listHolds(d *directory, c resourceChange, attribute string, read func(v values, e element) (email, role text)) holding {
	was, is := c.before(), c.after()
	h := holding{}
	for _, v := range []values{was, is} {
		if !v.there() {
			continue
		}
		if _, k := v.elements(attribute); k == secret || k == unknown {
			h.doubts = []phrase{listDoubt(d, c, k)}
			return h
		}
	}
	if from, to := d.workspace(was, c), d.workspace(is, c); was.there() && is.there() && (to.unknown || to.unsure) && !from.unknown {
		h.doubts = []phrase{say("everybody in %s may move to %s", from.label, to.label)}
		return h
	}
	waiting := emailSet(was, "pending")
	org := d.workspace(is, c).org
	if !is.there() {
		org = d.workspace(was, c).org
	}
	h.before = listSide(d, c, was, attribute, read, func(email string, _ person) bool { return waiting[email] })
	later, told := emailSet(is, "pending"), !marked(is.unknown, "pending")
	h.after = listSide(d, c, is, attribute, read, func(email string, who person) bool {
		if told {
			return later[email]
		}
		return d.waits(who, org) || waiting[email] && !d.told(who, org)
	})
	h.end(was, is)
	leaves := emailSet(is, "ignore_emails")
	for _, g := range h.before {
		named := slices.ContainsFunc(h.after, func(a grant) bool { return a.who.key == g.who.key })
		if leaves[fold(g.who.label)] && !named {
			h.leave(g)
		}
	}
	h.left(c)
	return h
}

// end takes those out whose access has ended, and notes when that of the others does.
func (h *holding) end(was, is values) {
	dates, ended := [2]map[string]string{}, [2]map[string]bool{}
	for i, v := range []values{was, is} {
		dates[i], ended[i] = map[string]string{}, emailSet(v, "ended")
		all, _ := v.elements("expires_at")
		for _, e := range all {
			dates[i][fold(e.key)] = e.value.s
		}
	}
	if marked(is.unknown, "ended") { // what is over stays so while its date stands
		for email := range ended[0] {
			if dates[0][email] == dates[1][email] {
				ended[1][email] = true
			}
		}
	}
	for i, side := range []*[]grant{&h.before, &h.after} {
		*side = slices.DeleteFunc(*side, func(g grant) bool { return ended[i][fold(g.who.label)] })
		for n, g := range *side {
			if date := dates[i][fold(g.who.label)]; date != "" {
				(*side)[n].end = text{date, known}
			}
			if i == 0 && ended[1][fold(g.who.label)] {
				(*side)[n].over = dates[1][fold(g.who.label)]
			}
		}
	}
}

func listDoubt(d *directory, c resourceChange, k knowledge) phrase {
	v := c.after()
	if !v.there() {
		v = c.before()
	}
	if k == secret {
		return say("who is in %s is sensitive, and not shown", d.workspace(v, c).label)
	}
	var now []phrase
	for _, name := range []string{"members", "emails"} {
		all, _ := c.before().elements(name)
		for _, e := range all {
			if label := e.key + e.value.s; e.key == "" && e.value.is == known {
				now = append(now, say("%s", label))
			} else if e.key != "" {
				now = append(now, say("%s", e.key))
			}
		}
	}
	p := say("who is in %s is known after the apply", d.workspace(v, c).label)
	if len(now) > 0 {
		p = p.and("; now: ", joined(now, ", "))
	}
	return p
}

func listSide(d *directory, c resourceChange, v values, attribute string,
	read func(v values, e element) (email, role text), waits func(email string, who person) bool) []grant {
	if !v.there() {
		return nil
	}
	where := d.workspace(v, c)
	all, _ := v.elements(attribute)
	grants := make([]grant, 0, len(all))
	for i, e := range all {
		email, role := read(v, e)
		g := grant{where: where, role: role}
		if email.is == known && email.s != "" {
			g.who = d.personOf(email.s, where.org)
			g.pending = waits(fold(email.s), g.who)
		} else {
			g.who = person{key: "?" + c.Address + "#" + strconv.Itoa(i), label: "somebody who is known after the apply", unknown: true}
			if email.is == secret {
				g.who.label = "somebody whose address is sensitive"
			}
		}
		grants = append(grants, g)
	}
	return grants
}

func emailSet(v values, name string) map[string]bool {
	set := map[string]bool{}
	all, _ := v.elements(name)
	for _, e := range all {
		if e.value.is == known {
			set[fold(e.value.s)] = true
		}
	}
	return set
}

// rankOf orders roles; Tray's UI calls Viewer "View Only". An unknown role has no rank.
func rankOf(role string) int {
	switch strings.ToLower(strings.TrimSpace(role)) {
	case "viewer", "view only":
		return 1
	case "contributor":
		return 2
	case "admin":
		return 3
	case "owner":
		return 4
	}
	return 0
}
