package probe

import (
	"maps"
	"slices"
	"strings"
)

// Questions about workspaces, and what is seen of them.

// organizationWorkspace (4) compares its members and roles with the organization's, as far as a page goes.
func organizationWorkspace(a *asking) {
	found := a.page(a.get("/core/v1/workspaces", "type", "Organization", "first", "1")).Elements
	if a.stop == nil && len(found) == 0 {
		a.skip("the token sees no Organization workspace")
	}
	if a.stop != nil {
		return
	}
	id := found[0].text("id")
	members := a.get(memberPath(id, ""), "first", "100")
	roles := a.get("/core/v1/workspaces/"+segment(id)+"/roles", "first", "100")
	a.expect("its members", members, 200)
	a.expect("its roles", roles, 200)
	if a.stop != nil || a.differs {
		return
	}
	users := a.page(a.get("/core/v1/users", "first", "100"))
	inside := pageOf(members)
	a.same("members", len(inside.Elements), len(users.Elements))
	a.same("whose ids and roles are the users'", a.agree(inside.Elements, users.Elements), true)
	names := slices.Sorted(maps.Keys(rolesOf(pageOf(roles))))
	a.same("roles", strings.Join(names, ", "), strings.Join(slices.Sorted(maps.Keys(a.roles)), ", "))
}

// agree compares two pages of people, which may be cut at different ones.
func (a *asking) agree(members, users []object) bool {
	roles := map[string]string{}
	for _, u := range users {
		roles[u.text("id")] = u.role()
	}
	common := 0
	for _, m := range members {
		role, known := roles[m.text("id")]
		if !known {
			continue
		}
		common++
		if m.role() != role {
			return false
		}
	}
	return common > 0 && (len(users) == 100 || common == len(members))
}

// fixedMembers (5) tries the Personal workspace of one throwaway user, and the Organization workspace, with another.
func fixedMembers(a *asking) {
	one, two := a.pair()
	role := a.roleIn(a.throwaway, "Viewer")
	add := map[string]string{"userId": two.id, "roleId": role}
	for _, w := range named(a.list("/core/v1/workspaces", 100, "type", "Personal"), one.name) {
		id := w.text("id")
		members := a.page(a.get(memberPath(id, ""), "first", "100")).Elements
		a.same("members of a Personal workspace", len(members), 1)
		if a.stop != nil || len(members) != 1 || members[0].text("id") != one.id {
			continue // Not the new user's after all.
		}
		a.same("the person's role there", a.need(a.membership(id, one.id)).object().role(), "Admin")
		a.expect("adding to a Personal workspace", a.post(memberPath(id, ""), add), 400)
	}
	if len(a.facts) == 0 {
		a.note("no Personal workspace of a new user is to be seen")
	}
	for _, w := range a.list("/core/v1/workspaces", 100, "type", "Organization") {
		a.expect("adding to the Organization workspace", a.post(memberPath(w.text("id"), ""), add), 400)
		a.expect("changing there", a.put(memberPath(w.text("id"), two.id), map[string]string{"roleId": role}), 400)
	}
}

// embeddedWorkspace (38) looks for the Owner. In an organization that is not new others may be there too.
func embeddedWorkspace(a *asking) {
	found := a.page(a.get("/core/v1/workspaces", "type", "Embedded", "first", "1")).Elements
	if a.stop == nil && len(found) == 0 {
		a.skip("the organization has no Embedded workspace")
	}
	if a.stop != nil {
		return
	}
	id := found[0].text("id")
	members := a.page(a.get(memberPath(id, ""), "first", "20")).Elements
	owner := ""
	for _, m := range members {
		if a.need(a.get(userPath(m.text("id")))).object().role() == "Owner" {
			owner = a.need(a.membership(id, m.text("id"))).object().role()
			break
		}
	}
	a.same("the Owner's role in the Embedded workspace", owner, "Admin")
	if len(members) > 1 {
		a.note("others are in it: it is not new")
	}
	a.note("whether the Owner has a Personal workspace was not looked at")
}

// sights are the workspaces that the main token and the Viewer's see.
type sights struct{ all, seen, hidden []object }

// look reads them once.
func (a *asking) look() *sights {
	if a.seen != nil || a.stop != nil {
		if a.seen == nil {
			return &sights{}
		}
		return a.seen
	}
	s := a.compare(viewerToken)
	if a.stop == nil {
		a.seen = s
	}
	return s
}

func (a *asking) compare(variable string) *sights {
	s := &sights{all: a.list("/core/v1/workspaces", 100)}
	s.seen = a.by(a.tokens[variable]).list("/core/v1/workspaces", 100)
	ids := idsOf(s.seen)
	for _, w := range s.all {
		if !slices.Contains(ids, w.text("id")) {
			s.hidden = append(s.hidden, w)
		}
	}
	return s
}

// ofType picks the first workspace of the first type that there is one of.
func ofType(all []object, kinds ...string) string {
	for _, kind := range kinds {
		for _, w := range all {
			if w.kind("type") == kind {
				return w.text("id")
			}
		}
	}
	return ""
}

// visibleWorkspaces (1). An API user has no Personal workspace, so that whoever sees one sees all.
func visibleWorkspaces(a *asking) {
	s := a.look()
	if a.stop == nil && len(s.hidden) == 0 && ofType(s.seen, "Personal") == "" {
		a.skip("the Viewer's token sees every workspace, and may be in every one")
	}
	if a.stop != nil {
		return
	}
	a.note("the Viewer's token sees %d of %d", len(s.seen), len(s.all))
	a.same("the Organization workspace is among them", ofType(s.seen, "Organization") != "", true)
	a.same("somebody's Personal workspace too", ofType(s.seen, "Personal") != "", false)
	if len(s.hidden) > 0 {
		a.expect("another one", a.by(a.tokens[viewerToken]).get("/core/v1/workspaces/"+segment(s.hidden[0].text("id"))), 404)
	}
}

// hiddenOrForbidden (34) asks for roles, which take a workspace Admin.
func hiddenOrForbidden(a *asking) {
	s := a.look()
	seen, hidden := ofType(s.seen, "Shared", "Organization"), ofType(s.hidden, "Shared", "Personal", "Embedded")
	if a.stop == nil && (seen == "" || hidden == "") {
		a.skip("it takes a workspace that the Viewer's token sees, and one that it does not see")
	}
	viewer := a.by(a.tokens[viewerToken])
	a.expect("roles of a workspace that it sees", viewer.get("/core/v1/workspaces/"+segment(seen)+"/roles"), 403)
	a.expect("roles of a hidden one", viewer.get("/core/v1/workspaces/"+segment(hidden)+"/roles"), 404)
	a.expect("that one itself", viewer.get("/core/v1/workspaces/"+segment(hidden)), 404)
}

// workspaceScope (39).
func workspaceScope(a *asking) {
	s := a.compare(workspaceToken)
	if a.stop == nil && (len(s.hidden) == 0 || len(s.all) == 0) {
		a.skip("it takes a second workspace")
	}
	if a.stop != nil {
		return
	}
	scoped := a.by(a.tokens[workspaceToken])
	a.same("workspaces that it sees", len(s.seen), 1)
	a.expect("roles", scoped.get("/core/v1/roles"), 403)
	a.expect("users", scoped.get("/core/v1/users"), 403)
	a.expect("another workspace", scoped.get("/core/v1/workspaces/"+segment(s.hidden[0].text("id"))), 404)
	a.expect("its members", scoped.get(memberPath(s.hidden[0].text("id"), "")), 404)
}
