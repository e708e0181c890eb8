package review

import (
	"slices"
	"strconv"
	"strings"
)

// directory knows what things are called. It is built from everything the plan says of
// workspaces and people, planned names before present ones, and never from a sensitive
// value.
type directory struct {
	names     map[string]string            // workspace id → name
	called    map[string]string            // id of anything else → name
	homes     map[string]string            // id of anything else → id of its workspace
	namesakes map[string]int               // name → workspaces of that name
	addresses map[string]string            // address of a workspace → its id, when it has one
	planned   map[string]string            // address of a workspace → name
	emails    map[string]string            // user id → e-mail address
	ids       map[string]map[string]string // organization → folded e-mail address → user id
	orgs      *organizations
	refs      *references                  // what configuration refers to
	instances map[string][]resourceChange  // workspaces that are made, by address without keys
	ranks     map[string]map[string]string // organization → person's key → organization role
	statuses  map[string]map[string]string // organization → person's key → status
}

func fold(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func newDirectory(p *plan) *directory {
	d := &directory{
		names: map[string]string{}, called: map[string]string{}, homes: map[string]string{}, namesakes: map[string]int{}, addresses: map[string]string{}, planned: map[string]string{},
		emails: map[string]string{}, ids: map[string]map[string]string{}, refs: newReferences(p.Configuration),
		instances: map[string][]resourceChange{}, ranks: map[string]map[string]string{}, statuses: map[string]map[string]string{},
	}
	d.orgs = newOrganizations(d.refs)
	// First where things are, then who is there: an address is somebody else's elsewhere.
	for _, learn := range []func(address, typ string, v values){d.locate, d.addNames} {
		for _, root := range []module{p.PriorState.Values.Root, p.PlannedValues.Root} {
			d.addModule(root, learn)
		}
		for _, changes := range [][]resourceChange{p.ResourceDrift, p.ResourceChanges} {
			for _, c := range changes {
				d.add(c.Address, c.Type, c.before(), learn)
				d.add(c.Address, c.Type, c.after(), learn)
			}
		}
	}
	for _, c := range p.ResourceChanges {
		if c.managed() && c.Type == "tray_workspace" && c.Deposed == "" {
			d.addWorkspace(c)
		}
	}
	for _, name := range d.names {
		d.namesakes[name]++
	}
	for _, c := range p.ResourceChanges {
		if c.managed() && c.Type == "tray_user" && c.Deposed == "" {
			d.addUser(c)
		}
	}
	return d
}

func (d *directory) addModule(m module, learn func(address, typ string, v values)) {
	for _, r := range m.Resources {
		d.add(r.Address, r.Type, valuesOf(r.Values, nil, r.Sensitive), learn)
	}
	for _, child := range m.Children {
		d.addModule(child, learn)
	}
}

// add learns from an object, and from the lists of objects that data sources have.
func (d *directory) add(address, typ string, v values, learn func(address, typ string, v values)) {
	if !strings.HasPrefix(typ, "tray_") {
		return
	}
	learn(address, typ, v)
	for name, value := range v.attrs {
		list, ok := value.([]any)
		if !ok || marked(v.sensitive, name) {
			continue
		}
		hidden, isList := below(v.sensitive, name).([]any)
		for i, item := range list {
			var mask any
			if isList && i < len(hidden) {
				mask = hidden[i]
			}
			if object, ok := item.(map[string]any); ok {
				learn(address, typ, valuesOf(object, nil, mask))
			}
		}
	}
}

// locate learns in which organization workspaces and users are.
func (d *directory) locate(address, typ string, v values) {
	d.orgs.see(address, v.str("workspace_id"), v.str("user_id"))
	if strings.HasPrefix(typ, "tray_user") || strings.HasPrefix(typ, "tray_workspace") {
		d.orgs.see(address, v.str("id"))
	}
}

func (d *directory) addNames(address, typ string, v values) {
	id, name, email := v.str("id"), v.str("name"), v.str("email")
	if strings.HasPrefix(typ, "tray_workspace") && id.is == known && name.is == known && id.s != "" {
		d.names[id.s] = name.s
	}
	if id.is == known && name.is == known && id.s != "" {
		d.called[id.s], d.homes[id.s] = name.s, v.str("workspace_id").s
	}
	if org := v.str("organization_workspace_id"); org.is == known && org.s != "" && name.is == known {
		d.names[org.s] = name.s
	}
	if strings.HasPrefix(typ, "tray_user") && email.is == known {
		d.know(d.orgs.find(address, id), id, email)
	}
	if email.is == known {
		d.know(d.orgs.find(address, v.str("user_id")), v.str("user_id"), email)
	}
}

// home says in which workspace a thing is, when the plan tells.
func (d *directory) home(id string) phrase {
	if name := d.names[d.homes[id]]; name != "" {
		return say(" in the workspace %s", name)
	}
	return phrase{}
}

func (d *directory) know(org string, id, email text) {
	if id.is != known || id.s == "" || email.s == "" {
		return
	}
	if d.ids[org] == nil {
		d.ids[org] = map[string]string{}
	}
	d.emails[id.s], d.ids[org][fold(email.s)] = email.s, id.s
}

func (d *directory) addWorkspace(c resourceChange) {
	at := withoutKeys(c.Address)
	d.instances[at] = append(d.instances[at], c)
	for _, side := range []values{c.before(), c.after()} {
		if id := side.str("id"); id.is == known && id.s != "" {
			d.addresses[c.Address] = id.s
		}
		if name := side.str("name"); name.is == known {
			d.planned[c.Address] = name.s
		}
	}
	if id, name := d.addresses[c.Address], d.planned[c.Address]; id != "" && name != "" {
		d.names[id] = name
	}
}

func (d *directory) addUser(c resourceChange) {
	after := c.after()
	if c.Change.step() == stepForget {
		after = c.before()
	}
	who := d.person(after, c.Address)
	org := d.orgs.find(c.Address, after.str("id"))
	if d.ranks[org] == nil {
		d.ranks[org], d.statuses[org] = map[string]string{}, map[string]string{}
	}
	d.ranks[org][who.key] = after.str("organization_role").s
	d.statuses[org][who.key] = after.str("status").s
}

// person is whom a membership is about.
type person struct {
	key     string // tells people apart; "" is nobody in particular
	label   string
	unknown bool
}

// person finds out whom an object names, by e-mail address or user id.
func (d *directory) person(v values, address string) person {
	email, id := v.str("email"), v.str("user_id")
	if id.is != known && email.is != known {
		switch {
		case email.is == secret || id.is == secret:
			return person{label: "somebody whose address is sensitive", unknown: true, key: "?" + address}
		default:
			return person{label: "somebody who is known after the apply", unknown: true, key: "?" + address}
		}
	}
	label := email.s
	if email.is != known || label == "" {
		label = d.emails[id.s]
	}
	switch {
	case id.is == known && id.s != "" && label != "":
		return person{key: "id:" + id.s, label: label}
	case label != "":
		return d.personOf(label, d.orgs.find(address, v.str("workspace_id"), v.str("id")))
	}
	return person{key: "id:" + id.s, label: "user " + id.s}
}

// personOf is the person with that address in an organization. Whose user id is known keeps
// one key through a change of address.
func (d *directory) personOf(email, org string) person {
	for _, ids := range among(d.ids, org) {
		if id := ids[fold(email)]; id != "" {
			return person{key: "id:" + id, label: email}
		}
	}
	return person{key: "email:" + fold(email), label: email}
}

// place is where somebody has access: a workspace, or the organization.
type place struct {
	key, label string
	// unsure says that the label is only likely; unknown, that there is none.
	unsure, unknown bool
	organization    bool
	org             string // whose it is, "" where there is but one organization
}

// workspace finds out which workspace an object names, through the configuration's
// reference when its id is only known after the apply.
func (d *directory) workspace(v values, c resourceChange) place {
	p := d.workspaceAt(v, c)
	p.org = d.orgs.find(c.Address, v.str("workspace_id"))
	return p
}

func (d *directory) workspaceAt(v values, c resourceChange) place {
	id := v.str("workspace_id")
	switch id.is {
	case known:
		if name := d.names[id.s]; name != "" {
			return place{key: "id:" + id.s, label: d.labelled(name, id.s)}
		}
		return place{key: "id:" + id.s, label: "workspace " + id.s}
	case secret:
		return place{key: "?" + c.Address, label: "a workspace whose id is sensitive", unknown: true}
	}
	found, sure := d.refs.workspaces(d, c)
	switch {
	case len(found) == 1:
		p := place{key: "at:" + found[0], label: d.planned[found[0]], unsure: !sure}
		if p.label == "" {
			p.label = found[0]
		}
		if id := d.addresses[found[0]]; id != "" {
			p.key = "id:" + id
		}
		if !sure {
			p.key = "?" + c.Address
		}
		return p
	case len(found) > 1:
		return place{key: "?" + c.Address, label: d.oneOf(found), unknown: true}
	}
	return place{key: "?" + c.Address, label: "a workspace that is known after the apply", unknown: true}
}

// oneOf names what a reference leaves open, when it is not too much.
func (d *directory) oneOf(found []string) string {
	if len(found) > 5 {
		return "one of " + strconv.Itoa(len(found)) + " new workspaces"
	}
	var all []string
	for _, address := range found {
		all = append(all, d.planned[address])
	}
	slices.Sort(all)
	return "one of " + strings.Join(all, ", ")
}

// labelled tells workspaces of one name apart, as several organizations may have them.
func (d *directory) labelled(name, id string) string {
	if d.namesakes[name] > 1 {
		return name + " (" + id + ")"
	}
	return name
}

// theOrganization is the place of the user at an address. With one provider block there
// is one organization; with several, its key says which.
func (d *directory) theOrganization(address string, ids ...text) place {
	org := d.orgs.find(address, ids...)
	p := place{key: "org:" + org, label: "the organization", organization: true, org: org}
	if org != "" {
		p.label = "the organization of " + org
	}
	return p
}

// phrase shows the only organization in our words, and everything else as a name.
func (p place) phrase() phrase {
	if p.organization && p.key == "org:" {
		return say(p.label)
	}
	return say("%s", p.label)
}

// rank is the organization role that somebody has after the apply, as far as it is told.
func (d *directory) rank(who person, org string) string {
	for _, roles := range among(d.ranks, org) {
		if role := roles[who.key]; role != "" {
			return role
		}
	}
	return ""
}

// waits reports whether somebody has not accepted the invitation, as a user of this
// plan shows it.
func (d *directory) waits(who person, org string) bool {
	for _, statuses := range among(d.statuses, org) {
		if slices.Contains([]string{"invited", "expired"}, statuses[who.key]) {
			return true
		}
	}
	return false
}

// told reports whether a user of this plan shows somebody's status.
func (d *directory) told(who person, org string) bool {
	for _, statuses := range among(d.statuses, org) {
		if statuses[who.key] != "" {
			return true
		}
	}
	return false
}
