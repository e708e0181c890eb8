package sandbox

import (
	"fmt"
	"testing"
	"time"
)

func (w *world) invite(email, role string) string {
	w.Helper()
	return into[struct{ InviteID string }](w, w.must(200, "POST", "/core/v1/invites",
		object{"email": email, "organizationRoleId": organizationRole[role].ID})).InviteID
}

func (w *world) invites(query string) []inviteBody {
	w.Helper()
	return into[struct{ Elements []inviteBody }](w, w.must(200, "GET", "/management/v1/invites"+query, nil)).Elements
}

func (w *world) advance(by string) {
	w.Helper()
	w.must(200, "POST", "/_sandbox/clock", object{"advance": by})
}

func TestInvite_refusals(t *testing.T) {
	w := newWorld(t)
	w.addUser("priya@example.com", viewer)
	w.invite("Noor@example.com", viewer)
	accepted := w.invite("kim@example.com", viewer)
	w.must(200, "POST", "/_sandbox/invites/"+accepted+"/accept", nil)
	role := organizationRole[viewer].ID
	w.refuses([]refused{
		{"a user", "POST", "/core/v1/invites", object{"email": "PRIYA@example.com", "organizationRoleId": role}, 400, "This e-mail address already belongs to a user"},
		{"pending", "POST", "/core/v1/invites", object{"email": "noor@example.com", "organizationRoleId": role}, 400, "There already is a pending invite for Noor@example.com"},
		{"as Owner", "POST", "/core/v1/invites", object{"email": "new@example.com", "organizationRoleId": organizationRole[owner].ID}, 400, "An organization has one Owner"},
		{"no role", "POST", "/core/v1/invites", object{"email": "new@example.com"}, 400, "Invalid value for: body ("},
		{"role no UUID", "POST", "/core/v1/invites", object{"email": "new@example.com", "organizationRoleId": "x"}, 400, "Invalid value for: body ("},
		{"cancel accepted", "DELETE", "/management/v1/invites/" + accepted, nil, 409, "Only a pending or expired invite"},
		{"cancel nothing", "DELETE", "/management/v1/invites/" + role, nil, 404, "There is no invite"},
		{"cancel no UUID", "DELETE", "/management/v1/invites/x", nil, 400, "Invalid value for: path parameter inviteId"},
		{"accept twice", "POST", "/_sandbox/invites/" + accepted + "/accept", nil, 409, "Only a pending invite can be accepted"},
		{"unknown status", "GET", "/management/v1/invites?status=gone", nil, 400, "Invalid value for: query parameter status"},
	})
}

func TestInvite_acceptedBecomesAUserWithAPersonalWorkspace(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ email, given, name, role string }{
		{"priya.shah@example.com", "", "Priya Shah", admin}, {"kim@example.com", "Kim Lee", "Kim Lee", viewer},
	} {
		id := w.invite(c.email, c.role)
		if got := into[struct{ Elements []userBody }](t, w.must(200, "GET", "/core/v1/users?email="+c.email, nil)).Elements; len(got) != 0 {
			t.Errorf("there is a user before the invite is accepted: %+v", got)
		}
		var body any
		if c.given != "" {
			body = object{"name": c.given}
		}
		u := into[userBody](t, w.must(200, "POST", "/_sandbox/invites/"+c.email+"/accept", body))
		if u.Name != c.name || u.Role.Name != c.role || u.Email != c.email {
			t.Errorf("the user is %+v", u)
		}
		got := w.invites("?email=" + c.email)
		if len(got) != 1 || got[0].ID != id || got[0].Status != inviteAccepted || got[0].UserID != u.ID {
			t.Errorf("the invite is %+v", got)
		}
	}
}

func TestInvite_expiresByTheClockAndCanBeSentAgain(t *testing.T) {
	w := newWorld(t)
	answer := into[struct{ InviteID, Expires string }](t, w.must(200, "POST", "/core/v1/invites",
		object{"email": "priya@example.com", "organizationRoleId": organizationRole[viewer].ID}))
	expires, err := time.Parse(time.RFC3339, answer.Expires)
	if err != nil || !expires.Equal(epoch.Add(inviteLifetime)) {
		t.Errorf("expires %s (%v), want %s", answer.Expires, err, epoch.Add(inviteLifetime))
	}
	w.advance("167h59m59s")
	if got := w.invites("?status=pending"); len(got) != 1 {
		t.Errorf("a second before its time the pending invites are %+v", got)
	}
	w.advance("1s")
	if got := w.invites("?status=expired"); len(got) != 1 || got[0].ID != answer.InviteID {
		t.Errorf("at its time the expired invites are %+v", got)
	}
	w.must(409, "POST", "/_sandbox/invites/"+answer.InviteID+"/accept", nil)
	again := w.invite("priya@example.com", viewer)
	w.must(204, "DELETE", "/management/v1/invites/"+answer.InviteID, nil) // the expired one
	if got := w.invites(""); len(got) != 2 || got[0].Status != inviteCancelled || got[1].ID != again || got[1].Status != invitePending {
		t.Errorf("invites, newest last: %+v", got)
	}
	w.must(204, "POST", "/_sandbox/ui/invites/priya@example.com/cancel", nil) // the newest of that address
	if got := w.invites("?status=pending"); len(got) != 0 {
		t.Errorf("still pending: %+v", got)
	}
}

func TestInvite_hundredInAnyTwentyFourHours(t *testing.T) {
	w := newWorld(t)
	for i := range inviteLimit {
		id := w.invite(fmt.Sprintf("u%d@example.com", i), viewer)
		if i%2 == 0 {
			w.must(204, "DELETE", "/management/v1/invites/"+id, nil) // it counts all the same
		}
		if i == 49 {
			w.advance("12h")
		}
	}
	late := object{"email": "late@example.com", "organizationRoleId": organizationRole[viewer].ID}
	w.refuses([]refused{{"one too many", "POST", "/core/v1/invites", late, 429, "The daily invite limit is reached"}})
	w.advance("11h59m59s")
	w.must(429, "POST", "/core/v1/invites", late)
	w.advance("1s") // the first fifty are a day old
	w.must(200, "POST", "/core/v1/invites", late)
}

func TestInvite_countsAsAcceptedWhenItsAddressBecomesAUserOtherwise(t *testing.T) {
	w := newWorld(t)
	w.invite("priya@example.com", viewer)
	u := w.addUser("Priya@example.com", contributor)
	if got := w.invites(""); len(got) != 1 || got[0].Status != inviteAccepted || got[0].UserID != u {
		t.Errorf("the invite is %+v", got)
	}
}

// A test of a module has nobody who accepts.
func TestInvites_areAcceptedAtOnceWhereThatIsAsked(t *testing.T) {
	w := newWorld(t, onFile(t))
	w.invite("kim@example.com", viewer)
	open := func(o *OpenOptions) { o.Path, o.AutoAccept = w.sandbox.store.Path(), true }
	for range 2 {
		w = newWorld(t, open)
	}
	w.invite("ana@example.com", contributor)
	s := w.state()
	if len(s.Users) != 2 || s.Users[0].Email != "ana@example.com" || s.Users[0].Name != "Ana" || s.Users[0].Role.Name != contributor {
		t.Errorf("users are %+v", s.Users)
	}
	if s.Invites[0].Status != inviteAccepted || s.Invites[1].Status != invitePending {
		t.Errorf("invites are %+v", s.Invites)
	}
	w.must(204, "POST", "/_sandbox/reset", nil)
	if !into[Options](t, w.must(200, "GET", "/_sandbox/options", nil)).AutoAccept {
		t.Error("a reset turns it off")
	}
	w.openOrganization("Acme", nil)
	path := w.sandbox.store.Path()
	there := newWorld(t, func(o *OpenOptions) { o.Path, o.Organization, o.AutoAccept = path, "Acme", true })
	there.invite("zoe@example.com", viewer)
	if got := len(there.state().Users); got != 2 {
		t.Errorf("a further organization has %d users", got)
	}
}
