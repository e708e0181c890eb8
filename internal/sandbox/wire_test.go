package sandbox

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// message is the sentence of an error.
func (r reply) message(t testing.TB) string {
	return into[struct{ Message string }](t, r).Message
}

func TestWire_aQueryThatCannotBeReadIsRefusedRatherThanIgnored(t *testing.T) {
	w := newWorld(t)
	w.addUser("priya@example.com", viewer)
	ws := w.addWorkspace("Finance")
	for _, path := range []string{
		"/core/v1/users?email=%zz", "/core/v1/users?email=a;b", "/core/v1/workspaces?type=%", "/management/v1/invites?status=%2",
		"/core/v1/workspaces/" + ws + "/users?%=1", "/_sandbox/state?%zz",
	} {
		if got := w.must(400, "GET", path, nil); !strings.HasPrefix(got.message(t), "Invalid value for: query (") {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	w.must(400, "DELETE", "/management/v1/workspaces/"+ws+"?contents=%zz", nil)
	w.must(200, "GET", "/core/v1/workspaces/"+ws, nil)
}

func TestWire_aRepeatedParameterIsRefusedUnlessItIsAList(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{
		"/core/v1/users?first=1&first=2", "/core/v1/users?email=a@example.com&email=b@example.com", "/core/v1/roles?type=a&type=b",
		"/management/v1/invites?status=pending&status=expired",
	} {
		if got := w.must(400, "GET", path, nil); !strings.Contains(got.message(t), "given 2 times") {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	w.must(200, "GET", "/core/v1/workspaces?type=Shared&type=Personal", nil)
}

func TestWire_aBodyOverTheLimitIsTooLarge(t *testing.T) {
	w := newWorld(t)
	large := func(n int) object { return object{"name": strings.Repeat("x", n), "email": "a@example.com"} }
	for path, most := range map[string]int{
		"/core/v1/users": smallBody, "/core/v1/invites": smallBody, "/management/v1/workspaces": smallBody, "/_sandbox/tokens": smallBody,
	} {
		w.must(http.StatusRequestEntityTooLarge, "POST", path, large(most))
		w.must(400, "POST", path, large(most-100)) // read, and refused for what it says
	}
	const settings = "/management/v1/organization/settings"
	w.must(400, "PATCH", settings, object{"configWizardCss": strings.Repeat("x", smallBody)}) // not an Embedded organization
	w.must(http.StatusRequestEntityTooLarge, "PATCH", settings, object{"configWizardCss": strings.Repeat("x", textBody)})
	w.must(201, "POST", "/_sandbox/faults", object{"path": "/none", "body": strings.Repeat("x", textBody)})
}

// A length that is not announced is counted while reading.
func TestWire_aBodyOfUnknownLengthIsLimitedToo(t *testing.T) {
	w := newWorld(t)
	r := w.request(w.sandbox.OwnerToken(), "POST", "/core/v1/users", strings.Repeat(" ", smallBody+1))
	r.ContentLength = -1
	res, err := w.sandbox.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("it answered %d", res.StatusCode)
	}
}

func TestWire_nobodyReadsTheBodyOfAStranger(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/core/v1/users", "/management/v1/workspaces", "/_sandbox/faults", "/core/v1/none"} {
		r := w.request("not-a-token", "POST", path, "{}")
		body := &countedBody{}
		r.Body, r.ContentLength = body, -1
		res, err := w.sandbox.Transport().RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != 401 || body.reads != 0 || !body.closed {
			t.Errorf("%s: %d after %d reads, closed %t", path, res.StatusCode, body.reads, body.closed)
		}
	}
}

type countedBody struct {
	reads  int
	closed bool
}

func (b *countedBody) Read(p []byte) (int, error) { b.reads++; return copy(p, "{"), nil }
func (b *countedBody) Close() error               { b.closed = true; return nil }

func TestWire_documentedSentencesComeFirst(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	u := w.addUser("priya@example.com", viewer)
	hers := w.token(u)
	body := "Invalid value for: body "
	for _, c := range []struct {
		token, method, path string
		body                any
		status              int
		message, reason     string
	}{
		{"", "GET", "/core/v1/users", nil, 401, "The request is unauthorized", ""},
		{hers, "GET", "/core/v1/users", nil, 403, "The request is forbidden", "This token may not list users"},
		{hers, "GET", "/management/v1/invites", nil, 403, "This token may not read and cancel invites", ""},
		{"", "POST", "/core/v1/invites", object{"email": 7, "organizationRoleId": organizationRole[viewer].ID}, 400,
			body + "(Got value '7' with wrong type, expecting string at 'email')", ""},
		{"", "POST", "/core/v1/invites", object{"email": "kim@example.com", "organizationRoleId": "x"}, 400,
			body + "(Couldn't decode a valid UUID at 'organizationRoleId')", ""},
		{"", "POST", "/core/v1/workspaces/" + ws + "/users", object{"roleId": workspaceRole[viewer].ID}, 400,
			body + "(Missing required field at 'userId')", ""},
		{"", "POST", "/management/v1/workspaces", object{"name": "N", "monthlyTaskLimit": "5"}, 400,
			body + `(Got value '"5"' with wrong type, expecting number at 'monthlyTaskLimit')`, ""},
	} {
		token := c.token
		if token == "" && c.status != 401 {
			token = w.sandbox.OwnerToken()
		}
		got := w.as(token, c.method, c.path, c.body)
		if got.status != c.status || got.message(t) != c.message || got.header.Get(engine.ReasonHeader) != c.reason {
			t.Errorf("%s %s: %d %s, reason %q", c.method, c.path, got.status, got.body, got.header.Get(engine.ReasonHeader))
		}
	}
}

// The roles of the Organization workspace are listed, so that they are none is no answer.
func TestMembers_theOrganizationWorkspaceSaysWhyItTakesNone(t *testing.T) {
	w := newWorld(t)
	u := w.addUser("priya@example.com", viewer)
	home := into[organizationBody](t, w.must(200, "GET", "/management/v1/organization", nil)).OrganizationWorkspaceID
	members := "/core/v1/workspaces/" + home + "/users"
	for _, r := range []reply{
		w.must(400, "POST", members, object{"userId": u, "roleId": organizationRole[viewer].ID}),
		w.must(400, "PUT", members+"/"+u, object{"roleId": organizationRole[contributor].ID}),
		w.must(400, "PUT", members+"/none", object{"roleId": workspaceRole[contributor].ID}),
		w.must(400, "DELETE", members+"/"+u, nil),
	} {
		if !strings.Contains(r.message(t), "this is the Organization workspace") {
			t.Error(r.body)
		}
	}
}

func TestWire_idsCompareAsTheyAreWrittenAndRolesAsUUIDs(t *testing.T) {
	w := newWorld(t)
	ws, u := w.addWorkspace("Finance"), w.addUser("priya@example.com", viewer)
	upper := strings.ToUpper
	w.must(404, "GET", "/core/v1/users/"+upper(u), nil)
	w.must(404, "GET", "/core/v1/workspaces/"+upper(ws), nil)
	w.must(400, "POST", "/core/v1/workspaces/"+ws+"/users", object{"userId": upper(u), "roleId": workspaceRole[viewer].ID})
	w.must(200, "POST", "/core/v1/workspaces/"+ws+"/users", object{"userId": u, "roleId": upper(workspaceRole[viewer].ID)})
}

func TestWire_anyContentTypeIsJSON(t *testing.T) {
	w := newWorld(t)
	for n, kind := range []string{"", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "text/plain", "nonsense"} {
		r := w.request(w.sandbox.OwnerToken(), "POST", "/core/v1/users", newUserBody("u", n))
		r.Header.Set("Content-Type", kind)
		res, err := w.sandbox.Transport().RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != 200 {
			t.Errorf("%q: %d", kind, res.StatusCode)
		}
	}
}

func TestWire_nothingIsCompressed(t *testing.T) {
	w := newWorld(t)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(`{"name":"Finance"}`)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	r := w.request(w.sandbox.OwnerToken(), "POST", "/management/v1/workspaces", packed.String())
	r.Header.Set("Content-Encoding", "gzip")
	res, err := w.sandbox.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != 400 {
		t.Errorf("a compressed body answered %d", res.StatusCode)
	}
	r = w.request(w.sandbox.OwnerToken(), "GET", "/core/v1/roles", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	if res, err = w.sandbox.Transport().RoundTrip(r); err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "" {
		t.Errorf("%d, %q", res.StatusCode, res.Header)
	}
}

func TestWire_namesAndAddressesHaveAnEnd(t *testing.T) {
	w := newWorld(t)
	longest, role := strings.Repeat("é", 255), organizationRole[viewer].ID
	w.must(200, "POST", "/core/v1/users", object{"name": longest, "email": "a@example.com", "organizationRoleId": role})
	w.must(400, "POST", "/core/v1/users", object{"name": longest + "é", "email": "b@example.com", "organizationRoleId": role})
	w.must(400, "PUT", "/_sandbox/ui/users/a@example.com", object{"name": longest + "é"})
	address := strings.Repeat("a", 254-len("@example.com")) + "@example.com"
	w.must(200, "POST", "/core/v1/invites", object{"email": address, "organizationRoleId": role})
	w.must(400, "POST", "/core/v1/invites", object{"email": "a" + address, "organizationRoleId": role})
}
