package review

import (
	"slices"
	"strings"
)

// sentence is the whole in one line: people first, each once, and then objects.
func (r *Review) sentence() string {
	var all []string
	people, objects := r.peoplePart(), r.objectsPart()
	unsure := len(r.Unsure) + r.count(func(a Access) bool { return a.Kind == Unsure })
	switch {
	case people != "":
		all = append(all, people)
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
func (r *Review) peoplePart() string {
	all := r.affected()
	count := map[fate]int{}
	becomes, stops := 0, 0
	for _, p := range all {
		count[p.fate()]++
		becomes += b2i(slices.ContainsFunc(p.gains, func(a Access) bool { return a.GainsAdmin }))
		stops += b2i(slices.ContainsFunc(p.loses, func(a Access) bool { return a.LosesAdmin }))
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
	var admins []string
	if becomes > 0 {
		admins = append(admins, many(becomes, "becomes Admin somewhere", "become Admin somewhere"))
	}
	if stops > 0 {
		admins = append(admins, many(stops, "stops being Admin somewhere", "stop being Admin somewhere"))
	}
	if len(admins) > 0 {
		text += ". " + strings.Join(admins, ", ")
	}
	return text
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
	{losesTheFuture, "loses only what was still to come", "lose only what was still to come", [2]string{"loses only what was still to come", "lose only what was still to come"}},
}

// objectsPart counts what happens to workspaces and the like, by noun and verb.
func (r *Review) objectsPart() string {
	var parts []string
	for _, typ := range Types() {
		n := nouns[typ]
		if n.one == "" {
			continue
		}
		var verbs []string
		for _, does := range []struct {
			action       step
			one, several string
		}{
			{stepCreate, "is created", "are created"}, {stepUpdate, "changes", "change"},
			{stepReplace, "is deleted and made anew", "are deleted and made anew"}, {stepDelete, "is deleted", "are deleted"},
		} {
			count := 0
			for _, c := range r.Changes {
				count += b2i(c.Type == typ && c.Action == string(does.action) && !c.Unchanged)
			}
			switch {
			case count == 0:
			case len(verbs) == 0:
				verbs = append(verbs, many(count, n.one+" "+does.one, n.many+" "+does.several))
			default:
				verbs = append(verbs, many(count, does.one, does.several))
			}
		}
		if len(verbs) > 0 {
			parts = append(parts, strings.Join(verbs, ", "))
		}
	}
	if r.promoted != "" {
		parts = append(parts, r.promoted)
	}
	return strings.Join(parts, "; ")
}
