package review

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// guardsOf lists the brakes that a change takes away.
func guardsOf(d *directory, changes []resourceChange) []Guardrail {
	var all []Guardrail
	for _, c := range changes {
		does := c.Change.step()
		if !c.managed() || does == stepNone || does == stepForget || does == stepRead {
			continue
		}
		for _, g := range nouns[c.Type].guards {
			if g.touched(c, does) {
				all = append(all, Guardrail{c.id(), splice(g.text, nameOf(d, c))})
			}
		}
		if losses := nouns[c.Type].losses; losses != nil && c.after().there() {
			for _, text := range losses(d, c) {
				all = append(all, Guardrail{c.id(), text})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Guardrail) int { return strings.Compare(a.Address, b.Address) })
	return all
}

func (g guard) touched(c resourceChange, does step) bool {
	was, is := c.before().str(g.attribute), c.after().str(g.attribute)
	creates := does == stepCreate || does == stepReplace || does == stepRenew
	switch {
	case does == stepDelete, is.s != g.value, g.createOnly && !creates, g.updateOnly && creates:
		return false
	}
	return creates || was.s != g.value
}

// lastAdmins tells workspaces in which nobody is left as Admin whom this plan knows of.
func lastAdmins(adminless []string) []Guardrail {
	var all []Guardrail
	for _, name := range adminless {
		all = append(all, Guardrail{Text: say("Nobody whom this configuration manages stays Admin of %s.", name)})
	}
	return all
}

// asItStands follows what a provider block says: a plan has the configuration as it is, and
// nothing of what it was.
const asItStands = "It stands so in the configuration; whether this change wrote it, no plan tells."

// mostRemovals is how many removals are named.
const mostRemovals = 12

// removalsOf names what counts against a limit.
func removalsOf(all []Access) phrase {
	var said []phrase
	for _, a := range all[:min(len(all), mostRemovals)] {
		said = append(said, say("%s from ", a.Person).and("", a.place))
	}
	p := joined(said, ", ")
	if more := len(all) - mostRemovals; more > 0 {
		p = p.and(" ", say(fmt.Sprintf("and %d more", more)))
	}
	return p
}

// limitsOf tells what the provider blocks say about removals, when there are some.
func limitsOf(p *plan, removals []Access) []Guardrail {
	var all []Guardrail
	for _, key := range sortedKeys(p.Configuration.Providers) {
		v, ok := p.Configuration.Providers[key].guardrails()
		if !ok || len(removals) == 0 {
			continue
		}
		if limit := v.str("max_removals"); limit.is == known {
			all = append(all, Guardrail{Text: say("This plan makes "+many(len(removals), "removal", "removals")+" (a lower role is none), of at most %s that the provider block %s allows (max_removals): ", limit.s, key).and("", removalsOf(removals)).and("", say("."))})
		}
		if v.str("max_removal_percent").s == "100" {
			all = append(all, Guardrail{Text: say("The provider block %s lets a plan remove everybody at once (max_removal_percent = 100). "+asItStands, key)})
		}
		if v.str("allow_self_removal").s == "true" {
			all = append(all, Guardrail{Text: say("The provider block %s lets a plan take rights from the token's own user (allow_self_removal). "+asItStands, key)})
		}
	}
	return all
}

// guardrails reads the constants of a provider block. What it takes from a variable, the
// plan does not tell.
func (b providerConfig) guardrails() (values, bool) {
	var set expression
	if !b.isTray() || json.Unmarshal(b.Expressions["guardrails"], &set) != nil {
		return values{}, false
	}
	object, ok := set.Constant.(map[string]any)
	return valuesOf(object, nil, nil), ok
}
