package review

import (
	"fmt"
	"slices"
	"strings"
)

// sentence is the whole in one line: people first, each once, and then objects.
func (r *Review) sentence() string {
	var all []string
	people, objects := ofTheOrganizations(apart(r.affected()), peoplePart), r.objectsPart()
	unsure := len(r.Unsure) + r.count(func(a Access) bool { return a.Kind == Unsure })
	switch {
	case len(people) > 0:
		all = append(all, people...)
	case objects == "" && unsure == 0 && r.idle():
		all = append(all, "nothing changes")
	case unsure == 0:
		all = append(all, "nobody gains or loses access")
	}
	if unsure > 0 {
		all = append(all, many(unsure, "change of access is decided by the apply", "changes of access are decided by the apply"))
	}
	if objects != "" {
		all = append(all, objects)
	}
	for i, s := range all {
		all[i] = strings.ToUpper(s[:1]) + s[1:] + "."
	}
	return strings.Join(all, " ")
}

// idle reports whether nothing at all is done.
func (r *Review) idle() bool {
	for what := range r.Counts {
		if what != "data reads" {
			return false
		}
	}
	return true
}

// fate is what a review counts somebody under: one of these for each person.
type fate int

const (
	gainsOnly fate = iota
	losesOnly
	gainsAndLoses
	getsAnother // role, of which the plan does not tell whether it is more
	isInvited
	losesTheFuture
)

// fate is what all that happens to somebody amounts to.
func (p affected) fate() fate {
	all := func(of []Access, kind Kind) bool {
		return !slices.ContainsFunc(of, func(a Access) bool { return a.Kind != kind })
	}
	switch {
	case len(p.gains) > 0 && len(p.loses) > 0:
		return gainsAndLoses
	case len(p.gains) == 0 && all(p.loses, Withdrawn):
		return losesTheFuture
	case len(p.gains) == 0:
		return losesOnly
	case all(p.gains, Pending):
		return isInvited
	case all(p.gains, Role):
		return getsAnother
	}
	return gainsOnly
}

// peoplePart counts people, each once, and says how many of them become or stop being Admin.
func peoplePart(all []affected) string {
	count := map[fate]int{}
	var becomes, stops admins
	for _, p := range all {
		count[p.fate()]++
		becomes.count(p.gains, func(a Access) bool { return a.GainsAdmin })
		stops.count(p.loses, func(a Access) bool { return a.LosesAdmin })
	}
	var parts []string
	for _, f := range fates {
		if n := count[f.fate]; n == len(all) && n > 0 {
			parts = append(parts, many(n, "person", "people")+" "+verbFor(n, f.alone[0], f.alone[1]))
		} else if n > 0 {
			parts = append(parts, many(n, f.one, f.several))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	text := strings.Join(parts, ", ")
	if len(parts) > 1 {
		text = many(len(all), "person", "people") + ": " + text
	}
	var said []string
	if becomes.all > 0 {
		said = append(said, becomes.say("becomes Admin", "become Admin"))
	}
	if stops.all > 0 {
		said = append(said, stops.say("stops being Admin", "stop being Admin"))
	}
	if len(said) > 0 {
		text += ". " + strings.Join(said, ", ")
	}
	return text
}

// admins counts people who become Admin, or stop being it: all, and those who are it of the
// organization, which reaches every workspace.
type admins struct{ all, organization int }

func (n *admins) count(of []Access, is func(Access) bool) {
	n.all += b2i(slices.ContainsFunc(of, is))
	n.organization += b2i(slices.ContainsFunc(of, func(a Access) bool { return a.Organization && is(a) }))
}

func (n admins) say(one, several string) string {
	switch said := many(n.all, one, several); n.organization {
	case 0:
		return said + " somewhere"
	case n.all:
		return said + " of the organization"
	default:
		return fmt.Sprintf("%s (%d of the organization)", said, n.organization)
	}
}

// fates are the words for each, in the order of the sentence; alone is said when it is the
// only one.
var fates = []struct {
	fate         fate
	one, several string
	alone        [2]string
}{
	{gainsOnly, "gains access or rights", "gain access or rights", [2]string{"gains access or rights", "gain access or rights"}},
	{losesOnly, "loses", "lose", [2]string{"loses access or rights", "lose access or rights"}},
	{gainsAndLoses, "gains some and loses others", "gain some and lose others", [2]string{"gains some access and loses other", "gain some access and lose other"}},
	{getsAnother, "gets another role", "get another role", [2]string{"gets another role", "get another role"}},
	{isInvited, "gains by accepting an invitation", "gain by accepting an invitation", [2]string{"gains access by accepting an invitation", "gain access by accepting an invitation"}},
	{losesTheFuture, "loses only a pending invitation or membership", "lose only a pending invitation or membership", [2]string{"loses only a pending invitation or membership", "lose only a pending invitation or membership"}},
}

// objectsPart counts what happens to workspaces and the like, by noun and verb.
func (r *Review) objectsPart() string {
	var parts []string
	for _, typ := range Types() {
		n := nouns[typ]
		if n.one == "" {
			continue
		}
		if said := r.counted(typ, n); len(said) > 0 {
			parts = append(parts, strings.Join(said, ", "))
		}
	}
	if r.promoted != "" {
		parts = append(parts, r.promoted)
	}
	return strings.Join(parts, "; ")
}

// counted counts what happens to the objects of a type, by the verbs of its lines below.
func (r *Review) counted(typ string, n noun) (said []string) {
	var order []string
	counts := map[string]int{}
	for _, does := range []step{stepCreate, stepUpdate, stepReplace, stepDelete} {
		verb := n.shortVerb(does)
		if !slices.Contains(order, verb) {
			order = append(order, verb)
		}
		for _, c := range r.Changes {
			counts[verb] += b2i(c.Type == typ && c.Action == string(does) && !c.Unchanged)
		}
	}
	for _, verb := range order {
		one, several := verb, plural(verb)
		if len(said) == 0 {
			one, several = n.one+" "+one, n.many+" "+several
		}
		if count := counts[verb]; count > 0 {
			said = append(said, many(count, one, several))
		}
	}
	return said
}

// shortVerb is the verb of a line without what follows from it. A replacement is told in the
// same words for all: what is short of theirs would hide that something comes back.
func (n noun) shortVerb(does step) string {
	verb, ok := n.verbs[does]
	if !ok || does == stepReplace {
		return verbs[does]
	}
	return verb[:strings.IndexAny(verb+",", ",:")]
}

// plural is the verb for several.
func plural(verb string) string {
	if rest, ok := strings.CutPrefix(verb, "is "); ok {
		return "are " + rest
	}
	return strings.TrimSuffix(verb, "s")
}
