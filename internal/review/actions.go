package review

import (
	"slices"
	"strings"
)

// deeds are what the actions do that have words here. What comes of it, no plan tells: each
// looks first, and leaves alone what is done already.
var deeds = map[string]string{
	"tray_call_operation":   "calls an operation of a connector",
	"tray_import_project":   "imports an export over a project, with whatever Tray says then",
	"tray_publish_solution": "publishes a solution to its end users",
	"tray_resend_invite":    "sends somebody another invitation",
	"tray_snapshot_project": "makes a version of a project",
}

// events are when an action is triggered, in the words of what happens to a resource.
var events = map[string]string{
	"aftercreate": "after %s is created", "beforecreate": "before %s is created",
	"afterupdate": "after %s changes", "beforeupdate": "before %s changes",
	"afterdestroy": "after %s is destroyed", "beforedestroy": "before %s is destroyed",
}

// actionsOf tells the actions that an apply runs.
func actionsOf(p *plan) []Change {
	var all []Change
	for _, a := range p.Actions {
		does, worded := deeds[a.Type]
		c := Change{Address: a.Address, Type: a.Type, Action: "run", Name: a.Address, Attributes: []string{},
			Text: say("the action %s runs", a.Address), part: partOthers}
		if worded {
			c.part, c.Text = partActions, say("%s "+does, a.Address)
		}
		if when, known := events[strings.ReplaceAll(strings.ToLower(a.Trigger.Event), "_", "")]; known {
			c.Text = c.Text.and(", ", say(when, a.Trigger.Address))
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Change) int { return strings.Compare(a.Address, b.Address) })
	return all
}

// actionsSection lists the actions that have words.
func (r *Review) actionsSection() section {
	s := changesSection("Actions", "", r.Changes, partActions)
	s.note = "In the apply " + many(len(s.rows), "action runs", "actions run") + ". A plan cannot show what comes of it."
	return s
}
