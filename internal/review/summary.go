package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func compareStrings(pairs ...string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		if c := cmp.Compare(pairs[i], pairs[i+1]); c != 0 {
			return c
		}
	}
	return 0
}

// sentence is the whole in one line: people first, then objects.
func (r *Review) sentence() string {
	parts := r.peopleParts()
	objects := r.objectParts()
	switch {
	case len(parts) == 0 && len(objects) == 0 && r.idle():
		parts = []string{"nothing changes"}
	case len(parts) == 0 && len(r.Unsure) == 0:
		parts = []string{"nobody gains or loses access"}
	}
	if n := len(r.Unsure) + r.count(func(a Access) bool { return a.Kind == Unsure }); n > 0 {
		parts = append(parts, many(n, "change of access is decided by the apply", "changes of access are decided by the apply"))
	}
	s := strings.Join(append(parts, objects...), ", ")
	return strings.ToUpper(s[:1]) + s[1:] + "."
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

// peopleParts counts people, each once for each thing that happens to them.
func (r *Review) peopleParts() []string {
	people := func(is func(Access) bool) int {
		seen := map[string]bool{}
		for _, a := range r.Access {
			if is(a) {
				seen[a.personKey] = true
			}
		}
		return len(seen)
	}
	var parts []string
	for _, p := range []struct {
		kind              Kind
		one, several      string
		admin, manyAdmins string // what follows when some of them are Admin
	}{
		{Gain, "gains access", "gain access", "as Admin", "as Admin"},
		{Lose, "loses access", "lose access", "was Admin", "were Admin"},
		{Up, "gets a role with more rights", "get a role with more rights", "as Admin", "as Admin"},
		{Down, "gets a role with fewer rights", "get a role with fewer rights", "was Admin", "were Admin"},
		{Role, "gets another role", "get another role", "", ""},
		{Pending, "gets access by accepting an invitation", "get access by accepting an invitation", "", ""},
		{Withdrawn, "is no longer invited", "are no longer invited", "", ""},
	} {
		n := people(func(a Access) bool { return a.Kind == p.kind })
		if n == 0 {
			continue
		}
		part := many(n, p.one, p.several)
		if len(parts) == 0 {
			part = many(n, "person "+p.one, "people "+p.several)
		}
		admins := people(func(a Access) bool { return a.Kind == p.kind && (a.GainsAdmin || a.LosesAdmin) })
		if admins > 0 {
			part += " (" + many(admins, p.admin, p.manyAdmins) + ")"
		}
		parts = append(parts, part)
	}
	return parts
}

// objectParts counts what happens to workspaces and the like, by noun and verb.
func (r *Review) objectParts() []string {
	var parts []string
	for _, typ := range Types() {
		n := nouns[typ]
		if n.one == "" {
			continue
		}
		for _, does := range []struct {
			action       step
			one, several string
		}{
			{stepCreate, "is created", "are created"}, {stepUpdate, "changes", "change"},
			{stepReplace, "is deleted and made anew", "are deleted and made anew"}, {stepDelete, "is deleted", "are deleted"},
		} {
			count := 0
			for _, c := range r.Changes {
				if c.Type == typ && c.Action == string(does.action) && !c.Unchanged {
					count++
				}
			}
			if count > 0 {
				parts = append(parts, many(count, n.one+" "+does.one, n.many+" "+does.several))
			}
		}
	}
	return parts
}

// warningsOf tells checks that fail or cannot be evaluated, and counts those that the
// apply decides, in a last line of their own; later is how many such lines there are.
func warningsOf(p *plan) (all []phrase, later int) {
	open := 0
	for _, c := range p.Checks {
		switch c.Status {
		case "unknown":
			open++
		case "error":
			all = append(all, say("%s cannot be evaluated.", c.Address.Display))
		case "fail":
			var messages []phrase
			for _, i := range c.Instances {
				for _, problem := range i.Problems {
					messages = append(messages, say("%s", problem.Message))
				}
			}
			all = append(all, say("%s fails: ", c.Address.Display).and("", joined(messages, " ")))
		}
	}
	slices.SortStableFunc(all, func(a, b phrase) int { return strings.Compare(a.String(), b.String()) })
	if open > 0 {
		later = 1
		all = append(all, say(many(open, "check is decided by the apply.", "checks are decided by the apply.")))
	}
	return all, later
}

func incompleteOf(p *plan) []phrase {
	var all []phrase
	if p.Errored {
		all = append(all, say("Planning failed. This is what was planned until then; such a plan cannot be applied."))
	}
	if p.Complete != nil && !*p.Complete && !p.Errored {
		all = append(all, say("After this plan is applied there will be more to do: some changes are put off, or were left out by -target or -exclude."))
	}
	for _, d := range p.Deferred {
		all = append(all, say("%s is put off to a later plan (%s).", d.Change.Address, strings.ReplaceAll(d.Reason, "_", " ")))
	}
	slices.SortStableFunc(all, func(a, b phrase) int { return strings.Compare(a.String(), b.String()) })
	return all
}
