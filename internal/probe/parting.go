package probe

// parting is what became of the throwaway user who was deleted.
type parting struct {
	answer    reply
	named     []object // Shared workspaces that were then named after them.
	workspace string   // The only one of these.
	members   []object
	self      string // The token's own user, when they are the only member.
	left      bool   // Self has left it again.
	known     bool   // All of this was read.
}

// part deletes the third user, once, and looks for what is left of them.
func (a *asking) part() *parting {
	p := a.person(third)
	if a.parting != nil || a.stop != nil {
		return a.parted()
	}
	gone := &parting{}
	a.parting, p.gone = gone, true // Whatever the answer: it is not asked twice.
	gone.answer = a.delete(userPath(p.id))
	gone.named = named(a.list("/core/v1/workspaces", 100, "type", "Shared"), p.name)
	if len(gone.named) == 1 {
		gone.workspace = gone.named[0].text("id")
		gone.members = a.list(memberPath(gone.workspace, ""), 100)
	}
	if len(gone.members) == 1 && a.isSelf(gone.workspace, gone.members[0].text("id")) {
		gone.self = gone.members[0].text("id")
	}
	gone.known = a.stop == nil
	return gone
}

// parted is what part has found out for an earlier question.
func (a *asking) parted() *parting {
	if a.parting == nil {
		return &parting{}
	}
	if !a.parting.known {
		a.halt(stop{why: "could not be prepared: what became of the deleted user was not read", refused: true})
	}
	return a.parting
}

// isSelf tells whether the only member of a workspace that the token's own doing made is the token's own user. Tray has no call
// that says who one is, but its tokens belong to API users; the management plane says it.
func (a *asking) isSelf(workspace, user string) bool {
	if a.management {
		return a.get("/management/v1").object().inner("user").text("id") == user
	}
	return a.membership(workspace, user).object().kind("accountType") == "API"
}

func named(all []object, name string) []object {
	var found []object
	for _, o := range all {
		if o.text("name") == name {
			found = append(found, o)
		}
	}
	return found
}

// ownWorkspace is the workspace that deleting a user has made: the only one in which this run may do as it likes.
func (a *asking) ownWorkspace() *parting {
	p := a.part()
	if a.stop == nil && (p.workspace == "" || p.self == "") {
		a.skip("deleting a user made no workspace with the token's own user as its only member, to ask it in")
	}
	return p
}

// leave has the token's user leave that workspace, in which somebody else is Admin by then.
func (a *asking) leave() (*parting, reply) {
	p := a.ownWorkspace()
	if p.left || a.stop != nil {
		return p, reply{}
	}
	a.insider(p.workspace, a.person(second).id, "Admin")
	got := a.delete(memberPath(p.workspace, p.self))
	p.left = got.ok()
	return p, got
}

// lastAdmin makes the second user the only Admin of that workspace, with somebody else in it.
func (a *asking) lastAdmin() (workspace string, last *person) {
	other, last := a.pair()
	p, got := a.leave()
	if a.stop == nil && !p.left {
		a.skip("the token's own user could not leave the workspace: %d", got.status)
	}
	a.insider(p.workspace, other.id, "Viewer")
	a.insider(p.workspace, last.id, "Admin")
	return p.workspace, last
}
