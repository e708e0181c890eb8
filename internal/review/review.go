// Package review says what a plan does, to somebody who approves it: who gains and who
// loses access to what, before all else. It reads what `terraform show -json` and
// `tofu show -json` print (docs/guides/review-access-in-a-pull-request.md), and knows
// neither the provider nor Tray: types of resources are known by the table nouns.
//
// The order of a review: parse reads the plan; a directory learns what things are
// called; accessOf compares who has what before and after; objectsOf tells the rest;
// document puts it in order; and markdown, text, mermaid or JSON show it. No value at a
// sensitive path is read on the way, but to see whether it changes.
package review

import (
	"fmt"
	"io"
	"maps"
	"slices"
)

// Review is what a plan does. Its JSON form is what policies read: fields are added, and
// never change their meaning while Version is 1.
type Review struct {
	Version int `json:"version"`
	// Sentence is the whole in one line.
	Sentence string `json:"sentence"`
	// Errored says that planning failed, and Incomplete why the plan is not the whole.
	Errored    bool     `json:"errored"`
	Incomplete []phrase `json:"incomplete"`
	// Conditions are those of -fail-on that hold, sorted.
	Conditions []string `json:"conditions"`
	Access     []Access `json:"access"`
	// Unsure is what only the apply decides about access.
	Unsure  []Doubt  `json:"unsure"`
	Changes []Change `json:"changes"`
	// Ends are memberships that end within 14 days, or whose date changes.
	Ends       []End       `json:"ends"`
	Guardrails []Guardrail `json:"guardrails"`
	// Warnings are checks that fail, or cannot be decided yet.
	Warnings []phrase `json:"warnings"`
	// Drift is what has changed outside Terraform since the last apply.
	Drift  Drift          `json:"drift"`
	Counts map[string]int `json:"counts"`

	promoted string // what imports do, for the sentence

	later int // warnings about checks that the apply decides
}

// Doubt is something about access that only the apply decides.
type Doubt struct {
	Address string `json:"address"`
	Text    phrase `json:"text"`
}

// Guardrail is a brake that a plan takes away, or comes near. Address is "" when it is
// the provider block's.
type Guardrail struct {
	Address string `json:"address"`
	Text    phrase `json:"text"`
}

// Drift is what has changed outside Terraform: never part of the change under review,
// though the change may undo it.
type Drift struct {
	Access  []Access `json:"access"`
	Changes []Change `json:"changes"`
}

// Read reviews the plan that r holds.
func Read(r io.Reader) (*Review, error) {
	p, err := parse(r, maxPlan)
	if err != nil {
		return nil, err
	}
	return newReview(p), nil
}

func newReview(p *plan) *Review {
	d := newDirectory(p)
	r := &Review{Version: 1, Errored: p.Errored, Drift: driftOf(d, p), Counts: countsOf(p)}
	found := accessOf(d, p.ResourceChanges, false)
	r.Access = found.access
	r.complete()
	r.tellApart()
	told := r.relate()
	ends, telling := endsOf(d, p)
	maps.Copy(told, telling)
	r.Ends = ends
	for i := range r.Access {
		r.Access[i].EndsAt, r.Access[i].DaysLeft = p.when(r.Access[i].end)
	}
	r.Unsure = doubtsOf(found.doubts, told)
	r.Changes = append(objectsOf(d, p.ResourceChanges, told), actionsOf(p)...)
	r.Guardrails = slices.Concat(lastAdmins(found.adminless), limitsOf(p, d.orgs, r.which(removes)), guardsOf(d, p.ResourceChanges))
	r.Warnings, r.later = warningsOf(p)
	r.Incomplete = incompleteOf(p)
	r.promoted = promotedOf(p.ResourceChanges)
	r.Sentence = r.sentence()
	r.Conditions = r.conditions()
	r.settle()
	return r
}

// complete takes out of the drift who waits in a table no longer, as they have accepted and
// the apply lets them in: nobody changed anything by hand.
func (r *Review) complete() {
	accepted, gains := map[string]bool{}, map[string]*Access{}
	for _, a := range r.Drift.Access {
		accepted[a.personKey] = accepted[a.personKey] || a.accepts
	}
	for i, a := range r.Access {
		if a.Kind == Gain {
			gains[a.key] = &r.Access[i]
		}
	}
	r.Drift.Access = slices.DeleteFunc(r.Drift.Access, func(a Access) bool {
		gain := gains[a.key]
		if a.Kind != Withdrawn || gain == nil && !accepted[a.personKey] {
			return false
		}
		if gain != nil {
			gain.Notes = append(gain.Notes, say("has accepted the invitation"))
		}
		return true
	})
}

// relate notes where the change meets the drift, and lists the changes that access tells.
func (r *Review) relate() (told map[string]bool) {
	drifted := map[string]Access{}
	for _, a := range r.Drift.Access {
		drifted[a.key] = a
	}
	told = map[string]bool{}
	for i := range r.Access {
		a := &r.Access[i]
		for _, address := range a.Addresses {
			told[address] = true
		}
		was, ok := drifted[a.key]
		switch {
		case !ok || was.accepts:
		case was.From == "":
			a.UndoesDrift = a.To == ""
			a.Notes = append(a.Notes, say("was added outside Terraform"))
		case rankOf(was.From) == rankOf(a.To) && rankOf(was.To) == rankOf(a.From):
			a.UndoesDrift = true
			a.Notes = append(a.Notes, say("undoes what was changed outside Terraform"))
		default:
			a.overtaken = true
			a.Notes = append(a.Notes, nowAndThen(was))
		}
	}
	return told
}

// nowAndThen says what somebody has, and had before it was changed outside Terraform.
func nowAndThen(drift Access) phrase {
	now := say("has none now")
	if drift.To != "" {
		now = say("has ").and("", roleName(drift.To)).and("", say(" now"))
	}
	return now.and(", ", say("had ").and("", roleName(drift.From)).and("", say(" at the last apply")))
}

// settle makes lists that are empty print as [] instead of null.
func (r *Review) settle() {
	r.Access, r.Drift.Access = append([]Access{}, r.Access...), append([]Access{}, r.Drift.Access...)
	for _, list := range [][]Access{r.Access, r.Drift.Access} {
		for i := range list {
			list[i].Notes = append([]phrase{}, list[i].Notes...)
		}
	}
	r.Changes, r.Drift.Changes = append([]Change{}, r.Changes...), append([]Change{}, r.Drift.Changes...)
	r.Unsure, r.Guardrails = append([]Doubt{}, r.Unsure...), append([]Guardrail{}, r.Guardrails...)
	r.Warnings, r.Incomplete = append([]phrase{}, r.Warnings...), append([]phrase{}, r.Incomplete...)
	r.Conditions, r.Ends = append([]string{}, r.Conditions...), append([]End{}, r.Ends...)
}

func doubtsOf(doubts map[string][]phrase, told map[string]bool) []Doubt {
	var all []Doubt
	for address, texts := range doubts {
		for _, text := range texts {
			all = append(all, Doubt{address, text})
			told[address] = true
		}
	}
	slices.SortFunc(all, func(a, b Doubt) int { return compareStrings(a.Address, b.Address, a.Text.String(), b.Text.String()) })
	return all
}

// driftOf tells what others changed. Both command lines list every attribute that a
// refresh brought; what is computed moves by itself and is left out, and so are moves.
func driftOf(d *directory, p *plan) Drift {
	var changes []resourceChange
	for _, c := range p.ResourceDrift {
		if c.managed() && c.Change.step() != stepNone && c.Change.step() != stepRead {
			c.PreviousAddress = ""
			changes = append(changes, c)
		}
	}
	access := accessOf(d, changes, true).access
	told := map[string]bool{}
	for _, a := range access {
		for _, address := range a.Addresses {
			told[address] = true
		}
	}
	drift := Drift{Access: access}
	for _, o := range objectsOf(d, changes, told) {
		if o.Action == string(stepUpdate) && !d.refs.configures(o.Address, o.Attributes) {
			continue
		}
		drift.Changes = append(drift.Changes, o)
	}
	return drift
}

// removes reports whether somebody loses what they had.
func removes(a Access) bool { return a.Kind == Lose }

// which lists the access of which something is so.
func (r *Review) which(is func(Access) bool) []Access {
	return slices.DeleteFunc(slices.Clone(r.Access), func(a Access) bool { return !is(a) })
}

func (r *Review) count(is func(Access) bool) int {
	n := 0
	for _, a := range r.Access {
		n += b2i(is(a))
	}
	return n
}

func countsOf(p *plan) map[string]int {
	counts := map[string]int{}
	for _, c := range p.ResourceChanges {
		switch does := c.Change.step(); {
		case !c.managed():
			counts["data reads"]++
		case does != stepNone:
			counts[string(does)]++
		}
		if c.imports() {
			counts["import"]++
		}
		if c.PreviousAddress != "" && c.PreviousAddress != c.Address {
			counts["move"]++
		}
	}
	for _, c := range p.Outputs {
		if s := c.step(); s != stepNone {
			counts["outputs"]++
		}
	}
	if n := len(p.Actions); n > 0 {
		counts["actions"] = n
	}
	return counts
}

// many counts for people: "1 check", "2 checks".
func many(n int, one, several string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", one)
	}
	return fmt.Sprintf("%d %s", n, several)
}
