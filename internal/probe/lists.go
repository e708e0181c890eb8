package probe

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Questions about lists, whatever is in them.

// pageSize (3) needs a list that is longer than a page of ten.
func pageSize(a *asking) {
	const assumed = 10
	for _, path := range []string{"/core/v1/users", "/core/v1/workspaces"} {
		p := a.page(a.get(path))
		if p.PageInfo.HasNextPage || len(p.Elements) > assumed {
			a.same("elements of a page of "+path, len(p.Elements), assumed)
			return
		}
	}
	a.skip("the organization has too few users and workspaces to fill a page")
}

// orderOfLists (2) looks where two new users come in. By name and by address they would come the other way round.
func orderOfLists(a *asking) {
	older := idsOf(a.list("/core/v1/users", 1000))
	one, two := a.pair()
	now := idsOf(a.list("/core/v1/users", 1000))
	i, j := slices.Index(now, one.id), slices.Index(now, two.id)
	if a.stop == nil && (i < 0 || j < 0) {
		a.fail("the list does not hold the users that were just made")
	}
	older = slices.DeleteFunc(older, func(id string) bool { return id == one.id || id == two.id })
	others := slices.DeleteFunc(slices.Clone(now), func(id string) bool { return id == one.id || id == two.id })
	a.same("users in the order of creation", i < j && i >= len(others) && j >= len(others), true)
	a.same("the others as before", slices.Equal(older, others), true)
	var names []string
	for _, o := range a.page(a.get("/core/v1/roles", "first", "100")).Elements {
		names = append(names, roleName(o.text("name")))
	}
	a.same("roles", strings.Join(names, ", "), "Owner, Admin, Contributor, Viewer")
}

func idsOf(all []object) []string {
	ids := make([]string, len(all))
	for i, o := range all {
		ids[i] = o.text("id")
	}
	return ids
}

// elementsOfLists (26) looks at the fields of the first user and the first member.
func elementsOfLists(a *asking) {
	users := a.page(a.get("/core/v1/users", "first", "1")).Elements
	workspace := a.someWorkspace()
	members := a.page(a.get(memberPath(workspace, ""), "first", "1")).Elements
	if a.stop == nil && (len(users) == 0 || len(members) == 0) {
		a.skip("a list is empty")
	}
	if a.stop != nil {
		return
	}
	a.sameFields("user", users[0], "accountType", "email", "id", "name", "role")
	delete(members[0], "email") // Optional.
	a.sameFields("member", members[0], "accountType", "id", "role", "workspaceId")
}

func (a *asking) sameFields(what string, o object, assumed ...string) {
	a.same("fields of a "+what, strings.Join(slices.Sorted(maps.Keys(o)), ", "), strings.Join(assumed, ", "))
}

// someWorkspace is a shared workspace if there is one, else the Organization workspace.
func (a *asking) someWorkspace() string {
	for _, kind := range []string{"Shared", "Organization"} {
		if found := a.page(a.get("/core/v1/workspaces", "type", kind, "first", "1")).Elements; len(found) > 0 {
			return found[0].text("id")
		}
	}
	a.skip("there is neither a shared workspace nor an Organization workspace")
	return ""
}

// spellingOfTypes (27).
func spellingOfTypes(a *asking) {
	workspaces := a.page(a.get("/core/v1/workspaces", "first", "1")).Elements
	users := a.page(a.get("/core/v1/users", "first", "1")).Elements
	if a.stop == nil && (len(users) == 0 || len(workspaces) == 0) {
		a.skip("a list is empty")
	}
	if a.stop != nil {
		return
	}
	user := a.need(a.get(userPath(users[0].text("id")))).object() // An element of the list may hold less.
	a.same("type of a workspace", shape(workspaces[0]["type"]), "a string")
	a.same("accountType of a user", shape(user["accountType"]), "a string")
}

func shape(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return "nothing"
	}
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case map[string]any:
		return "an object"
	default:
		return fmt.Sprintf("a %T", v)
	}
}

// wrongPaging (28).
func wrongPaging(a *asking) {
	for _, query := range [][]string{{"first", "101"}, {"first", "0"}, {"first", "1", "last", "1"}, {"cursor", "x"}} {
		a.expect(strings.Join(query, " "), a.get("/core/v1/workspaces", query...), 400)
	}
}

// backwardPages (29) compares two pages from the end with the whole list.
func backwardPages(a *asking) {
	all := idsOf(a.page(a.get("/core/v1/roles", "first", "100")).Elements)
	end := a.page(a.get("/core/v1/roles", "last", "2"))
	before := a.page(a.get("/core/v1/roles", "last", "2", "cursor", end.PageInfo.StartCursor))
	if a.stop == nil && len(all) < 4 {
		a.skip("there are only %d roles", len(all))
	}
	if a.stop != nil {
		return
	}
	a.same("last=2 gives the last two in the list's order", slices.Equal(idsOf(end.Elements), all[len(all)-2:]), true)
	a.same("with its startCursor the two before them", slices.Equal(idsOf(before.Elements), all[len(all)-4:len(all)-2]), true)
}

// wrongID (31).
func wrongID(a *asking) { a.expect("id a_b", a.get("/core/v1/users/a_b"), 400) }

// otherMethod (35) uses GET where only writes are documented: the other way round might do something.
func otherMethod(a *asking) {
	a.expect("GET /core/v1/invites", a.get("/core/v1/invites"), 404)
	a.expect("an unknown path", a.get("/core/v1/no-such-thing"), 404)
}
