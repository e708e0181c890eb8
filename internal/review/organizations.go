package review

import (
	"slices"
	"strings"
	"unicode"
)

// untold is the organization of what has left the configuration, which told its provider.
const untold = "a provider that the plan does not tell"

// organizations tells apart the organizations of a plan with several provider blocks. Each
// goes by the key of its block; two blocks that see one object are of one organization, as
// Tray gives no id twice, and go by the first key.
type organizations struct {
	refs *references
	of   map[string]string // key of a provider block → key that its organization goes by
	at   map[string]string // id of a workspace or user → its organization
}

func newOrganizations(refs *references) *organizations {
	o := &organizations{refs: refs, of: map[string]string{}, at: map[string]string{}}
	for key := range refs.providers {
		o.of[key] = key
	}
	return o
}

// see learns where an object is, and with that which blocks are of one organization.
func (o *organizations) see(address string, ids ...text) {
	org := o.refs.organization(address)
	if org == "" || org == untold {
		return
	}
	for _, id := range ids {
		if id.is != known || id.s == "" {
			continue
		}
		if other, seen := o.at[id.s]; seen {
			o.unite(other, org)
		}
		o.at[id.s] = org
	}
}

func (o *organizations) unite(a, b string) {
	from, to := o.of[a], o.of[b]
	if from < to {
		from, to = to, from
	}
	for key, org := range o.of {
		if org == from {
			o.of[key] = to
		}
	}
}

// block is the organization of a provider block.
func (o *organizations) block(key string) string {
	if len(o.refs.providers) < 2 {
		return ""
	}
	return o.of[key]
}

// find is the organization of the resource at an address, "" where there is but one. What has
// left the configuration is found by the ids of what it was about.
func (o *organizations) find(address string, ids ...text) string {
	org := o.refs.organization(address)
	if org == "" {
		return ""
	}
	for _, id := range ids {
		if at, seen := o.at[id.s]; org == untold && seen && id.is == known {
			org = at
		}
	}
	if of, is := o.of[org]; is {
		return of
	}
	return org
}

// among is what several organizations say that one may have said.
func among[V any](of map[string]V, org string) (all []V) {
	for _, key := range sortedKeys(of) {
		if key == org || org == untold || key == untold {
			all = append(all, of[key])
		}
	}
	return all
}

// tellApart notes in all that is told of access whose organization it is, where it is about
// more than one.
func (r *Review) tellApart() {
	all := [][]Access{r.Access, r.Drift.Access}
	found := map[string]bool{}
	for _, list := range all {
		for _, a := range list {
			found[a.Provider] = true
		}
	}
	for _, list := range all {
		for i := range list {
			list[i].apart = len(found) > 1
		}
	}
}

// who names the person, with the organization where the review is about several.
func (a Access) who() phrase {
	if a.apart {
		return say("%s (", a.Person).and("", say("%s)", a.Provider))
	}
	return say("%s", a.Person)
}

// apart parts what is told of access by organization, in the order of their names.
func apart(all []affected) (parts [][]affected) {
	by := map[string][]affected{}
	for _, p := range all {
		by[p.organization] = append(by[p.organization], p)
	}
	for _, org := range sortedKeys(by) {
		parts = append(parts, by[org])
	}
	return parts
}

// plainKey is the key of a provider block in a sentence of ours, which is shown as it is.
func plainKey(key string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" .-:", r) {
			return r
		}
		return '_'
	}, clean(key))
}

// ofTheOrganizations says for each part which organization it is about, where there are several.
func ofTheOrganizations(parts [][]affected, say func(all []affected) string) []string {
	var said []string
	for _, part := range parts {
		text := say(part)
		if len(parts) > 1 {
			text = "in the organization of " + plainKey(part[0].organization) + ", " + text
		}
		said = append(said, text)
	}
	return slices.DeleteFunc(said, func(s string) bool { return strings.TrimSpace(s) == "" })
}
