package probe

import (
	"strings"
)

// Questions about the users of the organization.

// userWithoutSSO (19). The API does not say whether an organization has SSO.
func userWithoutSSO(a *asking) {
	a.expect("creating a user", a.attempt(first).made, 200)
	a.note("this counts only if the organization has no SSO")
}

// sameAddress (18) creates a user again, in capitals.
func sameAddress(a *asking) {
	p := a.person(first)
	a.same("the address as spelled", p.made.object().text("email") == p.email, true)
	again := a.somebody(first+" again", strings.ToUpper(p.email))
	if again.made = a.makeUser(again); again.id == p.id {
		again.id = ""
	}
	a.expect("the same address in capitals", again.made, 400)
	a.same("the address then", a.need(a.get(userPath(p.id))).object().text("email") == p.email, true)
}

// foreignRole (9) offers ids that are no organization role, and no workspace role.
func foreignRole(a *asking) {
	p := a.person(first)
	nothing := a.randomUUID()
	a.expect("an organization role that is none", a.put(userPath(p.id)+"/roles", map[string]string{"roleId": nothing}), 400)
	local := a.roleIn(a.throwaway, "Viewer")
	if local == a.roles["Viewer"] {
		a.note("a workspace role has the id of the organization role")
	} else {
		a.expect("a workspace role as organization role", a.put(userPath(p.id)+"/roles", map[string]string{"roleId": local}), 400)
	}
	a.expect("a workspace role that is none", a.post(memberPath(a.throwaway, ""), map[string]string{"userId": p.id, "roleId": nothing}), 400)
}

// emailFilter (21) asks for somebody's address in capitals, and without its last letter. The address is printed nowhere.
func emailFilter(a *asking) {
	users := a.page(a.get("/core/v1/users", "first", "1")).Elements
	if a.stop == nil && len(users) == 0 {
		a.skip("there are no users")
	}
	if a.stop != nil {
		return
	}
	id := users[0].text("id")
	email := a.need(a.get(userPath(id))).object().text("email")
	if a.stop == nil && !strings.Contains(email, "@") {
		a.skip("the first user has no address")
	}
	holds := func(spelling string) bool {
		for _, o := range a.page(a.get("/core/v1/users", "email", spelling, "first", "100")).Elements {
			if o.text("id") == id {
				return true
			}
		}
		return false
	}
	a.same("found by the address in capitals", holds(strings.ToUpper(email)), true)
	a.same("found by its beginning", holds(strings.TrimRight(email[:max(0, len(email)-1)], ".-")), false)
}

// apiUser (25) looks at an API user as a user and as a member.
func apiUser(a *asking) {
	var found object
	for _, o := range a.page(a.get("/core/v1/users", "first", "100")).Elements {
		if o.kind("accountType") == "" && a.quota > 1+maxPages { // A list that holds less.
			o = a.need(a.get(userPath(o.text("id")))).object()
		}
		if o.kind("accountType") == "API" {
			found = o
			break
		}
	}
	if a.stop == nil && found == nil {
		a.skip("there is no API user among the first users")
	}
	if a.stop != nil {
		return
	}
	email := found.text("email")
	a.same("it has an address as a user", email != "", true)
	a.same("which is made of its name", email != "" && madeOf(email, found.text("name")), true)
	for _, w := range a.list("/core/v1/workspaces", 100, "type", "Organization") {
		member := a.membership(w.text("id"), found.text("id"))
		if !member.ok() {
			a.note("as a member of the Organization workspace it is not shown: %d", member.status)
			continue
		}
		a.same("it has an address as a member", member.object().text("email") != "", false)
	}
}

// madeOf tells whether the words of a name are in the part before the @.
func madeOf(email, name string) bool {
	local, _, _ := strings.Cut(strings.ToLower(email), "@")
	for word := range strings.FieldsSeq(strings.ToLower(name)) {
		if !strings.Contains(local, word) {
			return false
		}
	}
	return name != ""
}

// workspaceOfDeleted (22).
func workspaceOfDeleted(a *asking) {
	p := a.part()
	a.expect("deleting a user", p.answer, 204)
	a.same("shared workspaces named after them then", len(p.named), 1)
	if len(p.named) != 1 {
		return
	}
	a.same("members of that", len(p.members), 1)
	a.same("the token's own user among them", p.self != "", true)
	if p.self != "" {
		a.same("as", a.need(a.membership(p.workspace, p.self)).object().role(), "Admin")
	}
}
