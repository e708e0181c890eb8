package review

import "strings"

// What the release of a solution does to instances: the plan has it in the attribute impact.

// publishes reports whether a change publishes: one of other arguments keeps the last release.
func publishes(c resourceChange) bool {
	before, after := c.before(), c.after()
	return after.there() && (!before.there() || before.str("content").s != "" && before.str("content") != after.str("content"))
}

func releaseEffects(c resourceChange) []phrase {
	after := c.after()
	if !publishes(c) {
		return nil
	}
	if marked(after.unknown, "impact") {
		return []phrase{say("what it does to instances is not known before the apply")}
	}
	var all []phrase
	for _, part := range []struct{ name, one, many string }{
		{"authentication_slots", "slot for authentications", "slots for authentications"}, {"config_slots", "slot for configuration", "slots for configuration"},
	} {
		for _, how := range []string{"created", "updated", "removed"} {
			if names := impactNames(after, part.name, how); len(names) > 0 {
				all = append(all, say(many(len(names), part.one, part.many)+" "+how+": %s", strings.Join(names, ", ")))
			}
		}
	}
	return all
}

func releaseLosses(_ *directory, c resourceChange) []phrase {
	breaks, _ := impactOf(c.after())["breaking_changes"].(bool)
	if !publishes(c) || !breaks {
		return nil
	}
	return []phrase{say("The ").and("", say("solution release %s", c.Address)).and("", say(" has breaking changes: instances keep the old release until each is upgraded (allow_breaking_changes)."))}
}
