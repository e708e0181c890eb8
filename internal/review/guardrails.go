package review

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// memberListGuards are those of a list that stands for a whole workspace, or for a role in it;
// whom says of whom.
func memberListGuards(whom string) []guard {
	return []guard{
		{attribute: "overwrite_existing", value: "true", createOnly: true,
			text: "The new %s takes over a workspace that has people in it (overwrite_existing): whom it names has the role of the list from now on, whatever they had. " + whom + " whom it does not name stay for now; the next plan removes them."},
		{attribute: "ignore_org_admins", value: "false",
			text: "With the %s, Owners and Admins of the organization who are not named are removed too (ignore_org_admins = false)."},
	}
}

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
const asItStands = "It stands so in the configuration; a plan cannot show whether this change wrote it."

// mostRemovals is how many removals are named.
const mostRemovals = 12

// organizationAdmins names who becomes Admin of an organization, for each. It is told with
// the guardrails and is none: the condition gains-admin is its, as it has always been.
func (r *Review) organizationAdmins() (all []phrase) {
	by := map[string][]Access{}
	for _, a := range r.which(func(a Access) bool { return a.Organization && a.GainsAdmin }) {
		by[a.Provider] = append(by[a.Provider], a)
	}
	for _, org := range sortedKeys(by) {
		all = append(all, becomeAdmins(by[org]))
	}
	return all
}

func becomeAdmins(all []Access) phrase {
	var said []phrase
	for _, a := range all[:min(len(all), mostRemovals)] {
		p := say("%s", a.Person)
		if a.Kind == Pending {
			p = p.and(" ", say("(after accepting the invitation)"))
		}
		said = append(said, p)
	}
	if more := len(all) - mostRemovals; more > 0 {
		said = append(said, say(fmt.Sprintf("and %d more", more)))
	}
	return say(many(len(all), "person becomes", "people become")+" Admin of ").and("", all[0].place).and("", say(", with access to every workspace: ")).and("", joined(said, ", ")).and("", say("."))
}

// times says how often.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

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
func limitsOf(p *plan, orgs *organizations, everywhere []Access) []Guardrail {
	var all []Guardrail
	for _, key := range sortedKeys(p.Configuration.Providers) {
		removals := slices.DeleteFunc(slices.Clone(everywhere), func(a Access) bool { return a.Provider != untold && a.Provider != orgs.block(key) })
		v, ok := p.Configuration.Providers[key].guardrails()
		if !ok || len(removals) == 0 {
			continue
		}
		if limit := v.str("max_removals"); limit.is == known {
			all = append(all, Guardrail{Text: say("This plan takes access away "+times(len(removals))+" (a lower role does not count), of at most %s that the provider block %s allows (max_removals): ", limit.s, key).and("", removalsOf(removals)).and("", say("."))})
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
