package review

import (
	"fmt"
	"strings"
)

// What the import of a project does to its destination: the plan has it in the attribute
// impact, by name.

func importName(d *directory, c resourceChange, v values) phrase {
	exported, _ := v.attrs["exported"].(map[string]any)
	project, _ := exported["project"].(string)
	version, _ := exported["version"].(string)
	p := say("import")
	if what := strings.TrimSpace(project + " " + version); what != "" && !marked(v.sensitive, "exported") {
		p = say("import of %s", what)
	}
	if into := d.called[v.str("project_id").s]; into != "" {
		return p.and(" ", say("into the project %s", into).and("", d.home(v.str("project_id").s)))
	}
	return p.and(" ", say("at %s", c.Address))
}

// importBinds tells which authentications fill those of the export, by name where the plan
// has one, and whether a backup is made first.
func importBinds(d *directory, c resourceChange) []phrase {
	if !carriesOut(c) {
		return nil
	}
	var all []phrase
	fills, _ := c.after().elements("authentications")
	for _, f := range fills {
		p := say("the authentication %s of the export is replaced by ", f.key)
		switch name := d.called[f.value.s]; {
		case f.value.is != known:
			p = p.and("", say("one that is known after the apply"))
		case name != "":
			p = p.and("", say("%s", name))
		default:
			p = p.and("", say("the one with the id %s", f.value.s))
		}
		all = append(all, p)
	}
	if marked(c.after().unknown, "backup_sha256") {
		return append(all, say("a backup of the destination is written first"))
	}
	return append(all, say("no backup is written first"))
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
				all = append(all, say(many(len(names), part.one, part.many)+" "+how+": ").and("", listed(names)))
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

func listed(names []string) phrase {
	var all []phrase
	for _, name := range names {
		all = append(all, say("%s", name))
	}
	return joined(all, ", ")
}

// promotedOf sums up all imports for the first sentence.
func promotedOf(changes []resourceChange) string {
	imports, unknown, sums := 0, 0, map[string]int{}
	for _, c := range changes {
		if !c.managed() || !nouns[c.Type].promotes || c.Change.step() == stepNone || c.Change.step() == stepForget || !carriesOut(c) {
			continue
		}
		imports++
		unknown += b2i(marked(c.after().unknown, "impact"))
		for _, how := range []string{"created", "updated", "removed"} {
			sums[how] += len(impactNames(c.after(), "workflows", how))
		}
	}
	if imports == 0 {
		return ""
	}
	var does []string
	for _, how := range []struct{ name, one, several string }{{"created", "creates", "create"}, {"updated", "changes", "change"}, {"removed", "removes", "remove"}} {
		if n := sums[how.name]; n > 0 && len(does) == 0 {
			does = append(does, verbFor(imports, how.one, how.several)+" "+many(n, "workflow", "workflows"))
		} else if n > 0 {
			does = append(does, fmt.Sprintf("%s %d", verbFor(imports, how.one, how.several), n))
		}
	}
	switch {
	case unknown > 0:
		does = append(does, verbFor(imports, "does", "do")+" what only the apply shows")
	case len(does) == 0:
		does = append(does, verbFor(imports, "changes", "change")+" no workflow")
	}
	return many(imports, "promotion ", "promotions ") + strings.Join(does, ", ")
}

// verbFor is the verb for one or for several.
func verbFor(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
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
		all = append(all, say(many(len(names), "workflow", "workflows")+is+" by the ").and("", importName(d, c, after)).and("", say(": ")).and("", listed(names)).and("", say(".")))
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
