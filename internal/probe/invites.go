package probe

import (
	"fmt"
	"net/http"
	"time"
)

// Questions about invitations.

// inviteOfUser (14).
func inviteOfUser(a *asking) {
	a.expect("inviting the address of a user", a.invite(a.person(first).email, "Viewer"), 400)
}

// inviteTwice (15).
func inviteTwice(a *asking) {
	a.need(a.pending(waiting))
	a.expect("inviting an address again", a.invite(a.address(waiting), "Viewer"), 400)
}

// lifetimeOfInvite (16) goes by the clock of the service.
func lifetimeOfInvite(a *asking) {
	got := a.need(a.pending(waiting))
	if a.stop != nil {
		return
	}
	expires, err := time.Parse(time.RFC3339Nano, got.object().text("expires"))
	if err != nil {
		a.same("expires", "no date", "a date")
		return
	}
	sent, err := http.ParseTime(got.header.Get("Date"))
	if err != nil {
		sent = a.wire.clock.now()
	}
	a.same("an invitation lives", days(expires.Sub(sent)), "7 days")
}

func days(d time.Duration) string {
	const day = 24 * time.Hour
	if d = d.Round(time.Minute); d%day == 0 {
		return fmt.Sprintf("%d days", d/day)
	}
	return d.String()
}

// inviteAsAdmin (17).
func inviteAsAdmin(a *asking) {
	a.expect("inviting as Admin", a.invite(a.address(mighty), "Admin"), 200)
}

// inviteAsOwner (36). The role is offered to an address that nobody answers for, because what is refused to a user might not be.
func inviteAsOwner(a *asking) {
	if a.roles["Owner"] == "" {
		a.skip("the role of the Owner is not listed")
	}
	a.expect("inviting as Owner", a.invite(a.address(heir), "Owner"), 400)
	a.note("deleting the Owner, and taking or giving the role otherwise, was not tried")
}

// viewerInvites (33).
func viewerInvites(a *asking) {
	viewer := a.by(a.tokens[viewerToken])
	a.expect("a Viewer invites", viewer.invite(a.address(guest), "Viewer"), 403)
	a.expect("a Viewer creates a user", viewer.attempt(guest).made, 403)
}

// inviteOfNewUser (20) invites an address, creates its user, deletes them and invites again, which is refused while the first
// invitation is pending.
func inviteOfNewUser(a *asking) {
	a.need(a.pending(third))
	a.expect("creating a user whose invitation is pending", a.attempt(third).made, 200)
	a.need(a.part().answer)
	a.expect("inviting the address after the user is deleted", a.invite(a.address(third), "Viewer"), 200)
}
