package sandbox

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func (w *world) timeline() timelineBody {
	w.Helper()
	return into[timelineBody](w, w.must(200, "GET", "/_sandbox/timeline", nil))
}

// told are the events as sentences, the oldest first.
func (w *world) told() (all []string) {
	w.Helper()
	for _, e := range w.timeline().Events {
		all = append(all, e.Who+" "+e.What)
	}
	slices.Reverse(all)
	return all
}

func TestTimeline_saysWhoDidWhat(t *testing.T) {
	w := newWorld(t)
	sales := w.must(201, "POST", "/management/v1/workspaces", `{"name":"Sales"}`)
	id := into[workspaceBody](w, sales).ID
	w.must(200, "POST", "/core/v1/invites", `{"email":"Ana@example.com","organizationRoleId":"`+organizationRole[viewer].ID+`"}`)
	w.must(200, "POST", "/_sandbox/invites/ana@example.com/accept", nil)
	w.must(200, "PUT", "/_sandbox/ui/workspaces/Sales/members/ana@example.com", `{"role":"Viewer"}`)
	w.must(200, "PUT", "/_sandbox/ui/workspaces/Sales/members/ana@example.com", `{"role":"Admin"}`)
	w.must(400, "PUT", "/_sandbox/ui/workspaces/Sales/members/ana@example.com", `{"role":"Chief"}`)
	w.must(204, "DELETE", "/_sandbox/ui/workspaces/"+id+"/members/ana@example.com", nil)
	w.must(200, "POST", "/_sandbox/clock", `{"advance":"24h"}`)
	want := []string{
		"A program made the workspace Sales",
		"A program invited Ana@example.com as Viewer",
		"Ana@example.com accepted the invitation, and is Viewer",
		"Somebody in the UI added Ana@example.com to Sales as Viewer",
		"Somebody in the UI changed Ana@example.com in Sales from Viewer to Admin",
		"Somebody in the UI removed Ana@example.com from Sales, as Admin",
		"You let a day pass",
	}
	if got := w.told(); !slices.Equal(got, want) {
		t.Errorf("told:\n%s", strings.Join(got, "\n"))
	}
}

func TestTimeline_terraformIsKnownByItsName(t *testing.T) {
	w := newWorld(t)
	r := w.request(w.sandbox.OwnerToken(), "POST", "/management/v1/workspaces", `{"name":"Sales"}`)
	r.Header.Set("User-Agent", "Terraform/1.14.0 terraform-provider-tray/0.1")
	if res, err := w.sandbox.Transport().RoundTrip(r); err != nil || res.StatusCode != 201 {
		t.Fatal(res, err)
	}
	if got := w.told(); !slices.Equal(got, []string{"Terraform made the workspace Sales"}) {
		t.Error(got)
	}
}

// A noun that says nothing of itself must not change things unseen, and an address may
// hold a token.
func TestTimeline_everyWriteIsToldAndNoTokenIs(t *testing.T) {
	w := newWorld(t)
	token := into[tokenBody](w, w.must(201, "POST", "/_sandbox/tokens", `{"user":"owner@example.com"}`)).Token
	w.must(204, "DELETE", "/_sandbox/tokens/"+token, nil)
	silent := &call{route: on("POST", "/core/v1/things", "createStrangeThing", OurOwn, RightInvite, nil)}
	silent.tellLeast()
	if got := silent.events[0].What; got != "did this: create strange thing" {
		t.Error(got)
	}
	got := w.told()
	if len(got) != 2 || strings.Contains(strings.Join(got, "\n"), token) {
		t.Errorf("told %q", got)
	}
}

func TestTimeline_whatPeopleMadeAndNoProgramKnows(t *testing.T) {
	w := newWorld(t)
	w.must(201, "POST", "/management/v1/workspaces", `{"name":"Known"}`)
	w.must(200, "PATCH", "/_sandbox/ui/workspaces/Known", `{"description":"changed by hand"}`)
	hidden := into[workspaceBody](w, w.must(201, "POST", "/_sandbox/ui/workspaces", `{"name":"Hidden"}`)).ID
	w.must(201, "POST", "/_sandbox/ui/users", `{"email":"ana@example.com"}`)
	if got := w.timeline().Unmanaged; !slices.Equal(got, []string{"person:ana@example.com", "workspace:" + hidden}) {
		t.Error(got)
	}
}

func TestTimeline_markMovesWithRequestsAndEvents(t *testing.T) {
	w := newWorld(t)
	marks := []string{}
	mark := func() {
		marks = append(marks, into[timelineBody](w, w.must(200, "GET", "/_sandbox/timeline?last=0", nil)).Mark)
	}
	mark()
	mark()
	w.must(200, "GET", "/core/v1/roles", nil)
	mark()
	w.must(201, "POST", "/_sandbox/ui/users", `{"email":"ana@example.com"}`)
	mark()
	if want := []string{"0.0", "0.0", "0.1", "1.1"}; !slices.Equal(marks, want) {
		t.Errorf("marks are %v, want %v", marks, want)
	}
	w.must(400, "GET", "/_sandbox/timeline?last=-1", nil)
	w.must(400, "GET", "/_sandbox/timeline?last=x", nil)
}

func TestTimeline_keepsBodiesButNoSecrets(t *testing.T) {
	w := newWorld(t)
	w.must(201, "POST", "/management/v1/workspaces", `{"name":"Sales"}`)
	w.as(w.sandbox.OwnerToken(), "POST", "/core/v1/anything", `{"name":"x","clientSecret":"hush"}`)
	w.as(w.sandbox.OwnerToken(), "POST", "/core/v1/anything", `{"name":"`+strings.Repeat("x", 5000)+`"}`)
	got := w.timeline().Requests
	if len(got) != 3 || got[0].Body != "" || got[1].Body != "" || got[2].Body != `{"name":"Sales"}` {
		t.Errorf("kept %+v", got)
	}
	if got[2].At != "2026-11-21T12:00:00Z" {
		t.Errorf("at %s", got[2].At)
	}
}

func TestInvite_runsOutByHand(t *testing.T) {
	w := newWorld(t)
	w.must(200, "POST", "/core/v1/invites", `{"email":"ana@example.com","organizationRoleId":"`+organizationRole[viewer].ID+`"}`)
	w.must(204, "POST", "/_sandbox/ui/invites/ana@example.com/expire", nil)
	w.must(409, "POST", "/_sandbox/invites/ana@example.com/accept", nil)
	w.must(409, "POST", "/_sandbox/ui/invites/ana@example.com/expire", nil)
	w.must(404, "POST", "/_sandbox/ui/invites/nobody@example.com/expire", nil)
}

func TestFault_lastsForATime(t *testing.T) {
	w := newWorld(t)
	w.must(201, "POST", "/_sandbox/faults", `{"path":"**","status":503,"for":"1h"}`)
	w.must(503, "GET", "/core/v1/roles", nil)
	w.must(204, "DELETE", "/_sandbox/faults", nil)
	w.must(201, "POST", "/_sandbox/faults", `{"path":"**","status":503,"for":"1ms"}`)
	time.Sleep(2 * time.Millisecond)
	w.must(200, "GET", "/core/v1/roles", nil)
	for _, wrong := range []string{"0s", "-1m", "soon"} {
		w.must(400, "POST", "/_sandbox/faults", `{"path":"**","for":"`+wrong+`"}`)
	}
}
