package review

import (
	"fmt"
	"slices"
	"strings"
)

// condition is something that -fail-on can name.
type condition struct {
	name, meaning string
	holds         func(r *Review) bool
}

// conditions are in the order of their help text.
var conditions = []condition{
	{"removals", "somebody loses access to a workspace or to the organization", func(r *Review) bool { return r.any(removes) }},
	{"loses-admin", "somebody stops being Admin, by removal or by another role", func(r *Review) bool {
		return r.any(func(a Access) bool { return a.LosesAdmin })
	}},
	{"gains-admin", "somebody becomes Admin, or will by accepting an invitation", func(r *Review) bool {
		return r.any(func(a Access) bool { return a.GainsAdmin })
	}},
	{"gains", "somebody gains access, now or by accepting an invitation", func(r *Review) bool {
		return r.any(func(a Access) bool { return a.Kind == Gain || a.Kind == Pending })
	}},
	{"ends-soon", "somebody's access ends within 14 days", func(r *Review) bool { return slices.ContainsFunc(r.Ends, End.soon) }},
	{"demotions", "somebody gets a role with fewer rights", func(r *Review) bool {
		return r.any(func(a Access) bool { return a.Kind == Down })
	}},
	{"deletions", "a workspace, or another object that is no access, is deleted", func(r *Review) bool {
		return slices.ContainsFunc(r.Changes, func(c Change) bool {
			return (c.part == partObjects || c.part == partPromotions) && !c.Unchanged && (c.Action == string(stepDelete) || c.Action == string(stepReplace))
		})
	}},
	{"guardrails", "a brake is taken away, or removals come near a limit", func(r *Review) bool { return len(r.Guardrails) > 0 }},
	{"checks", "a check fails or cannot be evaluated", func(r *Review) bool { return len(r.Warnings) > r.later }},
	{"unsure", "a change of access is decided by the apply", func(r *Review) bool {
		return len(r.Unsure) > 0 || r.any(func(a Access) bool { return a.Kind == Unsure || a.vague })
	}},
	{"unreviewed", "a type that this review has no words for changes", func(r *Review) bool {
		return slices.ContainsFunc(r.Changes, func(c Change) bool { return c.part == partOthers || c.Action == string(stepUnknown) })
	}},
	{"incomplete", "planning failed, or some of it is put off", func(r *Review) bool { return len(r.Incomplete) > 0 }},
	{"drift", "something was changed outside Terraform", func(r *Review) bool {
		return len(r.Drift.Changes) > 0 || slices.ContainsFunc(r.Drift.Access, func(a Access) bool { return !a.accepts })
	}},
	{"changes", "there is something to apply", func(r *Review) bool { return !r.idle() }},
}

func (r *Review) any(is func(Access) bool) bool { return slices.ContainsFunc(r.Access, is) }

// conditions lists the conditions that hold, sorted.
func (r *Review) conditions() []string {
	var names []string
	for _, c := range conditions {
		if c.holds(r) {
			names = append(names, c.name)
		}
	}
	slices.Sort(names)
	return names
}

// parseConditions reads the list of -fail-on.
func parseConditions(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	names := strings.Split(list, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if !slices.ContainsFunc(conditions, func(c condition) bool { return c.name == names[i] }) {
			var all []string
			for _, c := range conditions {
				all = append(all, c.name)
			}
			return nil, fmt.Errorf("-fail-on does not know %q; it knows %s", clean(names[i]), strings.Join(all, ", "))
		}
	}
	return names, nil
}
