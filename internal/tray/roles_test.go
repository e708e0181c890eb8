package tray

import "testing"

func TestRoles_thatMembersHaveCostNothing(t *testing.T) {
	for name, c := range map[string]struct {
		role    string
		want    Role
		lists   int
		listing bool
	}{
		"a member has it":       {role: "view only", want: toRole(viewer)},
		"no member has it":      {role: "Admin", want: toRole(admin), lists: 1},
		"there is no such role": {role: "Boss", lists: 1, listing: true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(3)
			client := f.client(t)
			for _, err := range client.Members.Pages(t.Context(), "ws") {
				if err != nil {
					t.Fatal(err)
				}
			}
			role, others, err := client.Roles.Named(t.Context(), "ws", c.role)
			if err != nil || role != c.want || (others != nil) != c.listing {
				t.Errorf("%v, others %v, error %v", role, others, err)
			}
			if n := f.count("GET /core/v1/workspaces/ws/roles"); n != c.lists {
				t.Errorf("%d role lists, want %d: %v", n, c.lists, f.requests())
			}
		})
	}
}

func TestRole_namesAreMatchedLeniently(t *testing.T) {
	roles := []Role{{"1", "Owner"}, {"2", "View Only"}, {"3", "Contributor"}}
	for name, id := range map[string]string{"viewer": "2", "VIEW_ONLY": "2", "view-only": "2", "owner": "1", "Contributor ": "3"} {
		if r, ok := FindRole(roles, name); !ok || r.ID != id {
			t.Errorf("%s: %v %v", name, r, ok)
		}
	}
	if _, ok := FindRole(roles, "Admin"); ok || SameRole("Admin", "Owner") {
		t.Error("Admin was found")
	}
}
