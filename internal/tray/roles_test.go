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
