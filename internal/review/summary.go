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
