package review

import (
	"slices"
	"strings"
)

// Change is what a plan does to one object, apart from the access of people.
type Change struct {
	Address string `json:"address"`
	Type    string `json:"type"`
	// Action is one of create, update, delete, replace, forget, import, move, run.
	Action string `json:"action"`
	// Name is what people call the object.
	Name string `json:"name"`
	// Text is a sentence about it.
	Text phrase `json:"text"`
	// Attributes are the names of those that change, never their values.
	Attributes []string `json:"attributes"`
	// Unchanged says that in Tray nothing is made or taken away: the object is adopted, or
	// stays when it is no longer managed.
	Unchanged bool `json:"unchanged_in_tray"`

	part part
}

// part is the section of a review that a change belongs to.
type part int

const (
	partObjects    part = iota // workspaces, the organization and its settings
	partPromotions             // imports of projects
	partDetails                // what else changes in Tray
	partNoEffect               // moves, imports and what is forgotten
	partOthers                 // types that have no words here
	partActions                // actions that the apply runs
)

var verbs = map[step]string{
	stepCreate:  "is created",
	stepUpdate:  "changes",
	stepDelete:  "is deleted",
	stepReplace: "is deleted and made anew",
	stepForget:  "is no longer managed; in Tray nothing changes",
	stepRenew:   "is no longer managed, and another is created in its place",
	stepUnknown: "is changed in a way that this review does not know",
}

// objectsOf tells every change that access does not tell completely. told are the
// changes that access speaks of.
func objectsOf(d *directory, changes []resourceChange, told map[string]bool) []Change {
	var all []Change
	for _, c := range changes {
		if !c.managed() {
			continue
		}
		if o, ok := objectOf(d, c, told[c.id()]); ok {
			all = append(all, o)
		}
	}
	slices.SortStableFunc(all, func(a, b Change) int { return strings.Compare(a.Address, b.Address) })
	return all
}

// keeps says what those have on who are no longer managed.
func keeps(h holding) phrase {
	if len(h.before) != 1 {
		return say("everybody in it keeps their role")
	}
	g := h.before[0]
	return say("%s stays ", g.who.label).and("", roleName(g.role.s)).and("", say(" there"))
}

func objectOf(d *directory, c resourceChange, told bool) (Change, bool) {
	n := nouns[c.Type]
	does := c.Change.step()
	moved := c.PreviousAddress != "" && c.PreviousAddress != c.Address
	name := nameOf(d, c)
	o := Change{Address: c.id(), Type: c.Type, Action: string(does), Name: name.String(), Attributes: []string{}}
	details, attributes := n.details(c, told)
	switch {
	case does == stepRead, does == stepNone && !moved && !c.imports():
		return o, false
	case told && len(attributes) == 0 && !moved && !c.imports():
		return o, false
	}
	o.Attributes = append(o.Attributes, attributes...)
	o.part = partOf(c)
	o.Unchanged = n.unchanged(c)
	o.Text = n.tells(d, c, n.sentenceFor(c, name, told), details)
	if moved {
		glue := "; "
		if does == stepNone && !c.imports() {
			glue = " "
		}
		o.Text = o.Text.and(glue, say("moves from the address %s to %s", c.PreviousAddress, c.Address))
	}
	if does == stepNone {
		o.Action = "move"
		if c.imports() {
			o.Action = "import"
		}
	}
	return o, true
}

// partOf is the section that a change belongs to.
func partOf(c resourceChange) part {
	n, worded := nouns[c.Type]
	does := c.Change.step()
	switch {
	case !worded:
		return partOthers
	case does == stepForget, does == stepNone:
		return partNoEffect
	case n.promotes:
		return partPromotions
	case n.holds == nil:
		return partObjects
	}
	return partDetails
}

// tells adds to a sentence what changes, what that does and what it is bound to.
func (n noun) tells(d *directory, c resourceChange, sentence phrase, details []phrase) phrase {
	glue := ", "
	if n.effects != nil {
		glue = "; "
		details = append(details, n.effects(c)...)
	}
	if n.binds != nil {
		details = append(details, n.binds(d, c)...)
	}
	if len(details) > 0 {
		sentence = sentence.and(": ", joined(details, glue))
	}
	if c.Change.step() == stepForget && n.holds != nil {
		sentence = sentence.and("; ", keeps(n.holds(d, c, false)))
	}
	return sentence
}

// sentenceFor says what happens to an object, before its details.
func (n noun) sentenceFor(c resourceChange, name phrase, told bool) phrase {
	does := c.Change.step()
	verb, ok := n.verbs[does]
	if !ok {
		verb = verbs[does]
	}
	switch {
	case does == stepNone && c.imports():
		verb = "is adopted into Terraform as it is"
	case does == stepNone:
		return name
	case c.Deposed != "":
		verb = "is an old object that a replacement left behind, and is deleted"
	case c.imports():
		verb = "is adopted into Terraform, and " + verb
	case does == stepDelete && n.unchanged(c):
		verb = "is no longer managed, and stays in Tray as it is"
	case does == stepCreate && n.unchanged(c):
		verb = "is in Tray already, and is adopted into Terraform"
	case told && does != stepUpdate:
		verb = "also changes"
	}
	return name.and(" ", say(verb))
}

// unchanged reports whether in Tray nothing is made or taken away.
func (n noun) unchanged(c resourceChange) bool {
	switch c.Change.step() {
	case stepDelete:
		return n.stays != nil && n.stays(c.before())
	case stepCreate:
		return n.adopted != nil && n.adopted(c.after())
	case stepNone, stepForget:
		return true
	}
	return false
}

// details says which attributes change, with values for those that the noun shows, and
// lists their names. A creation or a deletion has no details, but for the settings of
// what is there anyway.
func (n noun) details(c resourceChange, told bool) (text []phrase, names []string) {
	does := c.Change.step()
	before, after := c.before(), c.after()
	if does != stepUpdate && does != stepReplace && (does != stepCreate || !n.tellsCreate) {
		return nil, nil
	}
	for _, name := range changed(before, after) {
		if slices.Contains(n.quiet, name) || told && slices.Contains(n.access, name) {
			continue
		}
		from, to := before.shown(name), after.shown(name)
		if does == stepCreate && to.is == null || does == stepReplace && !slices.Contains(n.shown, name) && n.name != nil {
			continue
		}
		names = append(names, name)
		if !slices.Contains(n.shown, name) {
			text = append(text, say("%s", name))
			continue
		}
		if from.is == null {
			text = append(text, say("%s to ", name).and("", shown(to)))
			continue
		}
		text = append(text, say("%s from ", name).and("", shown(from)).and(" to ", shown(to)))
	}
	return text, names
}

func shown(t text) phrase {
	switch {
	case t.is == secret:
		return say("a sensitive value")
	case t.is == unknown:
		return say("a value that is known after the apply")
	case t.is == null, t.s == "":
		return say("nothing")
	}
	return say("%s", t.s)
}
