package probe

import (
	"fmt"
	"net/url"
	"strings"
)

// Throwaway people. Their labels are such that by name and by address they come in another order than they are made in.
const (
	first  = "wim" // Member of this and that.
	second = "bea" // Stays out, or is the last Admin.
	third  = "cal" // Is deleted, to see what becomes of it.
	guest  = "gus" // Must not be let in, but who knows.
)

// Addresses that are only invited.
const (
	waiting = "dee" // Invited twice.
	mighty  = "eve" // Invited as Admin.
	heir    = "fay" // Invited as Owner.
)

// person is a user that this run makes.
type person struct {
	label, name, email string
	id                 string // Empty until the service has said it.
	made               reply
	gone               bool
}

// invitation is an address that this run invites.
type invitation struct {
	email   string
	first   reply
	expires string // Of the last one.
	open    bool   // One was made, or may have been: the answer was lost.
}

// address is a throwaway address. It begins with a capital to see what becomes of that.
func (r *run) address(label string) string { return fmt.Sprintf(r.pattern, "Tray-"+r.tag+"-"+label) }

// segment is an id, as a part of a path.
func segment(id string) string { return url.PathEscape(id) }

func userPath(id string) string { return "/core/v1/users/" + segment(id) }

// memberPath is a member of a workspace, or all of them when there is no user.
func memberPath(workspace, user string) string {
	path := "/core/v1/workspaces/" + segment(workspace) + "/users"
	if user == "" {
		return path
	}
	return path + "/" + segment(user)
}

// somebody is the note on a throwaway person, which is made before the request, as a lost answer may be about a success.
func (r *run) somebody(label, email string) *person {
	p := r.people[label]
	if p == nil {
		p = &person{label: label, name: "Tray probe " + r.tag + " " + label, email: email}
		r.people[label] = p
	}
	return p
}

// attempt makes a throwaway user, once; whether that worked is in what it returns.
func (a *asking) attempt(label string) *person {
	p := a.somebody(label, a.address(label))
	if p.made.method != "" || a.stop != nil {
		return p
	}
	p.made = a.makeUser(p)
	return p
}

// makeUser asks for a user as a Viewer, and keeps the id when the service says that it made this one.
func (a *asking) makeUser(p *person) reply {
	got := a.post("/core/v1/users", map[string]string{"name": p.name, "email": p.email, "organizationRoleId": a.roles["Viewer"]})
	if o := got.object(); got.ok() && strings.EqualFold(o.text("email"), p.email) {
		p.id = o.text("id")
	}
	return got
}

// person is a throwaway user that is there.
func (a *asking) person(label string) *person {
	p := a.attempt(label)
	switch {
	case a.stop != nil:
	case p.id == "":
		a.halt(stop{why: "could not be prepared: no throwaway user, as " + p.made.String(), refused: true})
	}
	return p
}

// pair are the first two people, made in this order.
func (a *asking) pair() (*person, *person) { return a.person(first), a.person(second) }

// setOrganizationRole gives a throwaway user a role in the organization.
func (a *asking) setOrganizationRole(p *person, role string) reply {
	return a.put(userPath(p.id)+"/roles", map[string]string{"roleId": a.roles[role]})
}

// invite invites an address and takes note of it, whatever comes of it.
func (a *asking) invite(email, role string) reply {
	if a.stop != nil {
		return reply{}
	}
	key := strings.ToLower(email)
	i := a.invited[key]
	if i == nil {
		i = &invitation{email: email}
		a.invited[key] = i
	}
	got := a.post("/core/v1/invites", map[string]string{"email": email, "organizationRoleId": a.roles[role]})
	i.open = i.open || !refused(got)
	if got.ok() {
		i.expires = got.object().text("expires")
	}
	if i.first.method == "" {
		i.first = got
	}
	return got
}

// pending is the answer to the first invitation of an address, which is sent once.
func (a *asking) pending(label string) reply {
	email := a.address(label)
	if i := a.invited[strings.ToLower(email)]; i != nil {
		return i.first
	}
	return a.invite(email, "Viewer")
}

// roleIn is the id of a workspace role.
func (a *asking) roleIn(workspace, role string) string {
	if a.local[workspace] == nil {
		roles := rolesOf(a.page(a.get("/core/v1/workspaces/"+segment(workspace)+"/roles", "first", "100")))
		if a.stop != nil {
			return ""
		}
		a.local[workspace] = roles
	}
	id := a.local[workspace][role]
	if id == "" && a.stop == nil {
		a.skip("the workspace has no role %s", role)
	}
	return id
}

// add asks to add somebody to a workspace.
func (a *asking) add(workspace, user, role string) reply {
	return a.post(memberPath(workspace, ""), map[string]string{"userId": user, "roleId": a.roleIn(workspace, role)})
}

// change asks for another role in a workspace.
func (a *asking) change(workspace, user, role string) reply {
	return a.put(memberPath(workspace, user), map[string]string{"roleId": a.roleIn(workspace, role)})
}

// membership reads a member of a workspace.
func (a *asking) membership(workspace, user string) reply { return a.get(memberPath(workspace, user)) }

// insider makes sure that somebody is in a workspace with a role.
func (a *asking) insider(workspace, user, role string) {
	switch now := a.membership(workspace, user); {
	case a.stop != nil:
	case !now.ok():
		a.need(a.add(workspace, user, role))
	case now.object().role() != role:
		a.need(a.change(workspace, user, role))
	}
}

// outsider makes sure that somebody is not in a workspace.
func (a *asking) outsider(workspace, user string) {
	if a.membership(workspace, user).ok() {
		a.need(a.delete(memberPath(workspace, user)))
	}
}
