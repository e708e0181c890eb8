package probe

import (
	"crypto/rand"
	"encoding/hex"
)

// Questions about the members of workspaces.

// readAfterWrite (47) reads at once what it has written, four times.
func readAfterWrite(a *asking) {
	p := a.person(first)
	ws := a.throwaway
	a.outsider(ws, p.id)
	a.need(a.add(ws, p.id, "Viewer"))
	a.expect("a member just added", a.membership(ws, p.id), 200)
	a.need(a.change(ws, p.id, "Contributor"))
	a.same("a role just changed", a.membership(ws, p.id).object().role(), "Contributor")
	a.need(a.delete(memberPath(ws, p.id)))
	a.expect("a member just removed", a.membership(ws, p.id), 404)
}

// memberTwice (6).
func memberTwice(a *asking) {
	p := a.person(first)
	a.insider(a.throwaway, p.id, "Viewer")
	a.expect("adding a member again, as Contributor", a.add(a.throwaway, p.id, "Contributor"), 400)
	a.same("the role then", a.need(a.membership(a.throwaway, p.id)).object().role(), "Viewer")
}

// roleOfNoMember (7).
func roleOfNoMember(a *asking) {
	_, p := a.pair()
	a.outsider(a.throwaway, p.id)
	a.expect("PUT of somebody who is no member", a.change(a.throwaway, p.id, "Viewer"), 404)
	a.expect("their membership then", a.membership(a.throwaway, p.id), 404)
}

// strangerAsMember (8).
func strangerAsMember(a *asking) {
	id := a.randomUUID()
	a.strangers = append(a.strangers, id)
	a.expect("adding an unknown user", a.add(a.throwaway, id, "Viewer"), 400)
}

// randomUUID is nobody's id.
func (a *asking) randomUUID() string {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		a.fail("%s", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// unknownFields (30) sends a field too many, then a name in other letters.
func unknownFields(a *asking) {
	p := a.person(first)
	a.insider(a.throwaway, p.id, "Viewer")
	role := a.roleIn(a.throwaway, "Contributor")
	path := memberPath(a.throwaway, p.id)
	a.expect("a field too many", a.put(path, map[string]any{"roleId": role, "surplus": true}), 200)
	a.expect("RoleID for roleId", a.put(path, map[string]any{"RoleID": role}), 400)
}

// rolesAfterPromotion (11).
func rolesAfterPromotion(a *asking) {
	p := a.person(first)
	a.insider(a.throwaway, p.id, "Viewer")
	a.need(a.setOrganizationRole(p, "Admin"))
	up := a.membership(a.throwaway, p.id)
	a.need(a.setOrganizationRole(p, "Viewer"))
	down := a.membership(a.throwaway, p.id)
	a.same("workspace role of a new organization Admin", a.need(up).object().role(), "Admin")
	a.same("and after the demotion", a.need(down).object().role(), "Admin")
}

// refusedByRule (12).
func refusedByRule(a *asking) {
	p := a.person(first)
	a.insider(a.throwaway, p.id, "Viewer")
	a.need(a.setOrganizationRole(p, "Admin"))
	a.expect("an organization Admin as Viewer of a workspace", a.change(a.throwaway, p.id, "Viewer"), 400)
	a.need(a.setOrganizationRole(p, "Viewer"))
	a.note("the limit of a plan was not tried")
}

// readingOneMember (32) compares the list of members with one of them, where the Viewer's token may look and where not.
func readingOneMember(a *asking) {
	s := a.look()
	viewer := a.by(a.tokens[viewerToken])
	asked := false
	for _, w := range []struct{ what, id string }{
		{"in a workspace that it sees", ofType(s.seen, "Shared", "Organization")}, {"in a hidden one", ofType(s.hidden, "Shared")},
	} {
		if w.id == "" {
			continue
		}
		members := a.page(a.get(memberPath(w.id, ""), "first", "1")).Elements
		if len(members) == 0 {
			continue
		}
		asked = true
		list := viewer.get(memberPath(w.id, ""), "first", "1")
		a.same("one member "+w.what, viewer.membership(w.id, members[0].text("id")).status, list.status)
	}
	if !asked {
		a.skip("it takes a workspace with members")
	}
}

// leavingOneself (46) leaves the workspace that deleting a user has made. Deleting oneself is not tried.
func leavingOneself(a *asking) {
	_, got := a.leave()
	a.expect("the token's user leaves a workspace with another Admin", got, 200)
}

// lastAdminStays (10).
func lastAdminStays(a *asking) {
	ws, p := a.lastAdmin()
	a.expect("removing the last Admin", a.delete(memberPath(ws, p.id)), 400)
	a.insider(ws, p.id, "Admin")
	a.expect("demoting the last Admin", a.change(ws, p.id, "Viewer"), 400)
	a.insider(ws, p.id, "Admin")
}

// deletingLastAdmin (37).
func deletingLastAdmin(a *asking) {
	ws, p := a.lastAdmin()
	a.expect("deleting the last Admin of a workspace", a.delete(userPath(p.id)), 204)
	a.expect("reading the workspace as an organization Admin", a.get("/core/v1/workspaces/"+segment(ws)), 200)
}
