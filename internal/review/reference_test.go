package review

import "testing"

// newRooms are workspaces that have no id before the apply.
func newRooms(addresses ...string) *draft {
	d := &draft{}
	for _, address := range addresses {
		name := "new " + address
		if key := lastKey(address); key != "" {
			name = key
		}
		d.does("create", address, nil, object{"name": name}, object{"after_unknown": object{"id": true}})
	}
	return d
}

// seat is a membership in a workspace that has no id yet.
func (d *draft) seat(address string, more ...object) *draft {
	more = append(more, object{"after_unknown": object{"workspace_id": true}})
	return d.does("create", address, nil, without(member("", "ana@example.com", "Viewer"), "workspace_id"), more...)
}

func TestReferences_nameAWorkspaceThatHasNoIdYet(t *testing.T) {
	const seat = "tray_workspace_member.a"
	module := func(d *draft, call object, inside ...object) *draft {
		d.rest = object{"configuration": object{"root_module": object{"module_calls": object{"team": with(call, object{"module": object{"resources": inside}})}}}}
		return d
	}
	byVariable := object{"address": seat, "expressions": object{"workspace_id": object{"references": []any{"var.room"}}}}
	for name, c := range map[string]struct {
		plan  *draft
		where string
		sure  bool
	}{
		"one workspace": {newRooms("tray_workspace.sales", "tray_workspace.other").seat(seat).
			refers(seat, "workspace_id", "tray_workspace.sales.id", "tray_workspace.sales"), "new tray_workspace.sales", true},
		"by its key": {newRooms(`tray_workspace.room["a"]`, `tray_workspace.room["b"]`).seat(seat).
			refers(seat, "workspace_id", `tray_workspace.room["b"].id`, `tray_workspace.room["b"]`, "tray_workspace.room"), "b", true},
		"by the same key": {newRooms(`tray_workspace.room["a"]`, `tray_workspace.room["b"]`).seat(seat+`["b"]`).
			refers(seat, "workspace_id", "tray_workspace.room", "each.key"), "b", true},
		"by the same number": {newRooms(`tray_workspace.room[0]`, `tray_workspace.room[1]`).seat(seat+`[1]`).
			refers(seat, "workspace_id", "tray_workspace.room", "count.index"), "new tray_workspace.room[1]", true},
		"by part of a key, which is a guess": {newRooms(`tray_workspace.room["a"]`, `tray_workspace.room["b"]`).seat(seat+`["b/ana@example.com"]`).
			refers(seat, "workspace_id", "tray_workspace.room", "each.value.room", "each.value"), "b", false},
		"by the same key of something else, which is a guess": {newRooms(`tray_workspace.room["a"]`, `tray_workspace.room["b"]`).seat(seat+`["b"]`).
			refers(seat, "workspace_id", "tray_workspace.room", "local.rooms", "each.key"), "b", false},
		"one of several": {newRooms(`tray_workspace.room["a"]`, `tray_workspace.room["b"]`).seat(seat).
			refers(seat, "workspace_id", "tray_workspace.room", "var.which"), "one of a, b", false},
		"a local, which plans do not hold": {newRooms("tray_workspace.sales").seat(seat).
			refers(seat, "workspace_id", "local.room"), "a workspace that is known after the apply", false},
		"one of which a local decides": {newRooms("tray_workspace.sales").seat(seat).
			refers(seat, "workspace_id", "tray_workspace.sales.id", "tray_workspace.sales", "local.room"), "new tray_workspace.sales", false},
		"through a module": {module(newRooms("tray_workspace.sales").seat("module.team."+seat),
			object{"expressions": object{"room": object{"references": []any{"tray_workspace.sales.id", "tray_workspace.sales"}}}}, byVariable),
			"new tray_workspace.sales", true},
		"through a module with a key": {module(newRooms(`tray_workspace.room["a"]`, `tray_workspace.room["b"]`).seat(`module.team["b"].`+seat),
			object{"expressions": object{"room": object{"references": []any{"tray_workspace.room", "each.key"}}}}, byVariable), "b", true},
		"of the same instance of a module": {module(newRooms(`module.team["a"].tray_workspace.room`, `module.team["b"].tray_workspace.room`).seat(`module.team["b"].`+seat),
			object{}, object{"address": seat, "expressions": object{"workspace_id": object{"references": []any{"tray_workspace.room.id", "tray_workspace.room"}}}}),
			`new module.team["b"].tray_workspace.room`, true},
		"references in a circle": {module(newRooms("tray_workspace.sales").seat("module.team."+seat),
			object{"expressions": object{"room": object{"references": []any{"module.team.room"}}}}, byVariable), "a workspace that is known after the apply", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.plan.review(t)
			if len(r.Access) != 1 {
				t.Fatalf("access is %v, want one", told(r.Access))
			}
			if got := r.Access[0]; got.Where != c.where || got.vague == c.sure {
				t.Errorf("it is in %q (sure %v), want %q (sure %v)", got.Where, !got.vague, c.where, c.sure)
			}
		})
	}
}

func TestReferences_aWorkspaceThatIsMadeAnewKeepsItsMembers(t *testing.T) {
	const seat = "tray_workspace_member.a"
	r := (&draft{}).does("delete,create", "tray_workspace.sales", workspace("w1", "sales"), without(workspace("", "sales"), "id"), object{"after_unknown": object{"id": true}}).
		does("delete,create", seat, member("w1", "ana@example.com", "Viewer"), without(member("", "ana@example.com", "Viewer"), "workspace_id"), object{"after_unknown": object{"workspace_id": true}}).
		refers(seat, "workspace_id", "tray_workspace.sales.id", "tray_workspace.sales").review(t)
	mustTell(t, r.Access, "kept ana@example.com @ sales: Viewer > Viewer")
	mustSay(t, r.Markdown(0), "1 workspace is deleted and made anew", "workspace `sales` is deleted, with everything in it, and made anew, empty")
}
