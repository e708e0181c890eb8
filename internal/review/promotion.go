package review

import "strings"

// What the import of a project does to its destination: the plan has it in the attribute
// impact, by name.

func importName(_ *directory, c resourceChange, v values) phrase {
	exported, _ := v.attrs["exported"].(map[string]any)
	project, _ := exported["project"].(string)
	version, _ := exported["version"].(string)
	if what := strings.TrimSpace(project + " " + version); what != "" && !marked(v.sensitive, "exported") {
		return say("import of %s at %s", what, c.Address)
	}
	return say("import at %s", c.Address)
}

// importEffects tells what an import creates, updates and removes. Where the plan does not
// know, it says so.
func importEffects(c resourceChange) []phrase {
	after := c.after()
	if !carriesOut(c) {
		return nil
	}
	if marked(after.unknown, "impact") {
		return []phrase{say("what it does to the destination is not known before the apply")}
	}
	var all []phrase
	for _, part := range []struct{ name, one, many string }{{"workflows", "workflow", "workflows"}, {"config", "configuration key", "configuration keys"}} {
		for _, how := range []string{"created", "updated", "removed"} {
			if names := impactNames(after, part.name, how); len(names) > 0 {
				all = append(all, say(many(len(names), part.one, part.many)+" "+how+": %s", strings.Join(names, ", ")))
			}
		}
	}
	if solution, ok := impactOf(after)["solution"].(map[string]any); ok {
		if change, _ := solution["change"].(string); change != "" {
			all = append(all, say("its solution is "+strings.ToLower(change)))
		}
	}
	return all
}

// importLosses tells what an import takes away.
func importLosses(d *directory, c resourceChange) []phrase {
	after := c.after()
	if !carriesOut(c) {
		return nil
	}
	var all []phrase
	if names := impactNames(after, "workflows", "removed"); len(names) > 0 {
		is := " are removed"
		if len(names) == 1 {
			is = " is removed"
		}
		all = append(all, say(many(len(names), "workflow", "workflows")+is+" by the ").and("", importName(d, c, after)).and("", say(": %s.", strings.Join(names, ", "))))
	}
	solution, _ := impactOf(after)["solution"].(map[string]any)
	if breaks, _ := solution["breaking_changes"].(bool); breaks {
		all = append(all, say("Instances of a solution break when what the ").and("", importName(d, c, after)).and("", say(" brings is published (breaking_changes).")))
	}
	return all
}

// carriesOut reports whether a change is an import: an update of other arguments keeps the
// impact of the last one.
func carriesOut(c resourceChange) bool {
	before, after := c.before(), c.after()
	return after.there() && (!before.there() || before.str("preview_digest") != after.str("preview_digest") || before.str("export_digest") != after.str("export_digest"))
}

func impactOf(v values) map[string]any {
	if marked(v.sensitive, "impact") {
		return nil
	}
	impact, _ := v.attrs["impact"].(map[string]any)
	return impact
}

func impactNames(v values, part, how string) (names []string) {
	lists, _ := impactOf(v)[part].(map[string]any)
	all, _ := lists[how].([]any)
	for _, name := range all {
		if s, ok := name.(string); ok {
			names = append(names, s)
		}
	}
	return names
}
