package sandbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
	webpage "github.com/tray-community/terraform-provider-tray/internal/sandbox/page"
)

// visitor is a browser without a script, at the page of a world.
type visitor struct {
	*world
	server http.Handler
	links  []string
	cookie *http.Cookie
}

const pageHost = "127.0.0.1:8787"

func newVisitor(w *world) *visitor {
	v := &visitor{world: w}
	p := webpage.New(webpage.Options{Sandbox: w.sandbox.Transport(), Token: w.sandbox.OwnerToken(), URL: "http://" + pageHost,
		Show: func(link string) { v.links = append(v.links, link) }})
	v.server = engine.Server{Serve: w.sandbox.serve, Page: p}
	return v
}

// send makes a request as a browser does; adjust may change it.
func (v *visitor) send(method, target string, form url.Values, adjust ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	r.Host = pageHost
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+pageHost)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if v.cookie != nil {
		r.AddCookie(v.cookie)
	}
	for _, a := range adjust {
		a(r)
	}
	got := httptest.NewRecorder()
	v.server.ServeHTTP(got, r)
	return got
}

// come opens the page by its link.
func (v *visitor) come() *visitor {
	v.Helper()
	link, err := url.Parse(v.links[len(v.links)-1])
	if err != nil {
		v.Fatal(err)
	}
	v.cookie = nil
	got := v.send("GET", link.RequestURI(), nil)
	if got.Code != 200 || len(got.Result().Cookies()) != 1 {
		v.Fatalf("the link answered %d %s", got.Code, got.Body)
	}
	v.cookie = got.Result().Cookies()[0]
	return v
}

// see is the page, which must be there.
func (v *visitor) see(query string) string {
	v.Helper()
	got := v.send("GET", "/"+query, nil)
	if got.Code != 200 {
		v.Fatalf("the page answered %d %s", got.Code, got.Body)
	}
	return got.Body.String()
}

// press sends a form, given as names and values.
func (v *visitor) press(status int, action string, fields ...string) string {
	v.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	got := v.send("POST", "/_page/"+action, form)
	if got.Code != status {
		v.Fatalf("%s answered %d, want %d: %s", action, got.Code, status, got.Body)
	}
	return got.Body.String()
}

func TestPage_opensOnceByItsLink(t *testing.T) {
	v := newVisitor(newWorld(t))
	if len(v.links) != 1 || !strings.HasPrefix(v.links[0], "http://"+pageHost+"/?key=") {
		t.Fatalf("links are %q", v.links)
	}
	for _, target := range []string{"/", "/?key=guess", "/_page/mark"} {
		if got := v.send("GET", target, nil); got.Code != 401 || len(got.Result().Cookies()) != 0 {
			t.Errorf("%s without a cookie answered %d", target, got.Code)
		}
	}
	v.send("GET", "/"+v.links[0][len("http://"+pageHost+"/"):], nil, func(r *http.Request) { r.Header.Set("Sec-Purpose", "prefetch") })
	v.come()
	if c := v.cookie; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" {
		t.Errorf("the cookie is %+v", c)
	}
	if !strings.Contains(v.see(""), "<h1>Sandbox</h1>") {
		t.Error("the page does not name the organization")
	}
	other := &visitor{world: v.world, server: v.server}
	used := strings.TrimPrefix(v.links[0], "http://"+pageHost)
	if got := other.send("GET", used, nil); got.Code != 401 {
		t.Errorf("the used link answered %d", got.Code)
	}
	other.send("GET", "/", nil)
	if len(v.links) != 2 || v.links[1] == v.links[0] {
		t.Fatalf("links are %q: one more should have been printed, once", v.links)
	}
	v.come()
}

// A request with a token is a program's, and is answered as before there was a page.
func TestPage_programsGetWhatTheyGot(t *testing.T) {
	v := newVisitor(newWorld(t))
	got := v.send("GET", "/", nil, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+v.sandbox.OwnerToken()) })
	if got.Code != 404 || !strings.HasPrefix(got.Body.String(), "{") {
		t.Errorf("/ with a token answered %d %s", got.Code, got.Body)
	}
	v.come()
	if got := v.send("GET", "/core/v1/roles", nil); got.Code != 401 {
		t.Errorf("the cookie opened the API: %d", got.Code)
	}
}

func TestPage_formsOfOthersAreRefused(t *testing.T) {
	v := newVisitor(newWorld(t)).come()
	for name, adjust := range map[string]func(*http.Request){
		"another origin":     func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") },
		"another port":       func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:3000") },
		"no origin at all":   func(r *http.Request) { r.Header.Set("Origin", "null") },
		"another site":       func(r *http.Request) { r.Header.Del("Origin"); r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"same site":          func(r *http.Request) { r.Header.Del("Origin"); r.Header.Set("Sec-Fetch-Site", "same-site") },
		"another name of it": func(r *http.Request) { r.Host = "evil.example:8787" },
	} {
		if got := v.send("POST", "/_page/person", url.Values{"email": {"eve@example.com"}, "role": {"Admin"}}, adjust); got.Code != 403 {
			t.Errorf("%s answered %d", name, got.Code)
		}
	}
	if got := v.send("POST", "/_page/person", url.Values{"email": {"eve@example.com"}}, func(r *http.Request) { r.Header.Del("Cookie") }); got.Code != 401 {
		t.Errorf("a form without a cookie answered %d", got.Code)
	}
	if len(v.state().Users) != 1 {
		t.Error("somebody got in")
	}
}

func TestPage_nothingRunsInItButWhatBelongsToIt(t *testing.T) {
	w := newWorld(t)
	w.must(201, "POST", "/_sandbox/ui/workspaces", `{"name":"<script>alert(1)</script>\"onclick=x"}`)
	w.as(w.sandbox.OwnerToken(), "GET", "/core/v1/%3Cimg%20src=x%20onerror=alert(1)%3E", nil)
	v := newVisitor(w).come()
	got := v.send("GET", "/", nil)
	policy := got.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("policy: %s", policy)
	}
	text := got.Body.String()
	for _, bad := range []string{"<script>", "<img", " style=", " onclick=", "javascript:", `"onclick`} {
		if strings.Contains(text, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	for _, secret := range []string{v.sandbox.OwnerToken(), v.sandbox.OperatorToken()} {
		if strings.Contains(text, secret) {
			t.Error("the page holds a token")
		}
	}
	if got := v.send("GET", "/_page/page.js", nil); got.Code != 200 || !strings.Contains(got.Header().Get("Content-Type"), "javascript") {
		t.Errorf("the script: %d %s", got.Code, got.Header())
	}
}

func TestPage_buttonsAreWhatPeopleDoInTheUI(t *testing.T) {
	w := newWorld(t)
	v := newVisitor(w).come()
	invited := w.invite("ana@example.com", viewer)
	if text := v.see(""); !strings.Contains(text, "ana@example.com") || !strings.Contains(text, "Invitations <span class=\"count\">1</span>") {
		t.Error("the invitation is not in the inbox")
	}
	v.press(303, "accept", "invite", invited)
	v.press(303, "workspace", "name", "Sales")
	v.press(303, "person", "email", "ben@example.com", "role", "Contributor")
	v.press(303, "member", "workspace", "Sales", "user", "ana@example.com", "role", "Viewer")
	v.press(303, "member", "workspace", "Sales", "user", "ben@example.com", "role", "Contributor")
	v.press(303, "member", "workspace", "Sales", "user", "ben@example.com", "role", "")
	v.press(303, "role", "user", "ana@example.com", "role", "Contributor")
	v.press(303, "delete", "user", "ben@example.com")
	s := w.state()
	if len(s.Users) != 2 || s.Users[0].Email != "ana@example.com" || s.Users[0].Role.Name != contributor {
		t.Errorf("users are %+v", s.Users)
	}
	if !slices.ContainsFunc(s.Members, func(m stateMember) bool {
		return m.Workspace == "Sales" && m.Email == "ana@example.com" && m.Role == viewer
	}) {
		t.Errorf("members are %+v", s.Members)
	}
	second, third := w.invite("carl@example.com", viewer), w.invite("dora@example.com", viewer)
	v.press(303, "expire", "invite", second)
	v.press(303, "cancel", "invite", third)
	if got := w.invites(""); got[1].Status != inviteExpired || got[2].Status != inviteCancelled {
		t.Errorf("invites are %+v", got)
	}
	before := w.must(200, "GET", "/_sandbox/clock", nil).body
	v.press(303, "later")
	if after := w.must(200, "GET", "/_sandbox/clock", nil).body; before >= after {
		t.Errorf("it was %s and is %s", before, after)
	}
	text := v.see("")
	for _, want := range []string{"<b>Somebody in the UI</b> removed ben@example.com from Sales, as Contributor", "<b>You</b> let a day pass",
		"ana@example.com in Sales: Viewer", "&#34;$TRAY_API_URL&#34;", "tray_workspace.sales"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestPage_whatTheRulesForbidCanBeForced(t *testing.T) {
	w := newWorld(t)
	v := newVisitor(w).come()
	w.addWorkspace("Sales")
	w.addUser("ana@example.com", viewer)
	w.must(200, "PUT", "/_sandbox/ui/workspaces/Sales/members/ana@example.com", `{"role":"Viewer"}`)
	text := v.press(400, "member", "workspace", "Sales", "user", "owner@example.com", "role", "")
	if !strings.Contains(text, `role="alert"`) || !strings.Contains(text, "Do it against the rules") {
		t.Fatalf("the refusal is not shown: %s", text)
	}
	v.press(303, "member", "workspace", "Sales", "user", "owner@example.com", "role", "", "force", "true")
	if text := v.press(400, "person", "email", "nonsense", "role", "Viewer"); strings.Contains(text, "Do it against the rules") {
		t.Error("it offers to force what has no force")
	}
}

func TestPage_breaksAndHeals(t *testing.T) {
	w := newWorld(t)
	v := newVisitor(w).come()
	v.press(303, "break", "what", "down")
	w.must(503, "GET", "/core/v1/roles", nil)
	if text := v.see(""); !strings.Contains(text, "Something goes wrong") || !strings.Contains(text, "answers 503 without acting") {
		t.Error("the page does not say what is wrong")
	}
	v.press(303, "heal")
	w.must(200, "GET", "/core/v1/roles", nil)
	v.press(303, "break", "what", "lost")
	if _, err := w.sandbox.Transport().RoundTrip(w.request(w.sandbox.OwnerToken(), "GET", "/core/v1/roles", nil)); err == nil {
		t.Error("the answer was not lost")
	}
	w.must(200, "GET", "/core/v1/roles", nil)
	v.press(303, "break", "what", "stale")
	w.must(201, "POST", "/management/v1/workspaces", `{"name":"New"}`)
	if got := w.must(200, "GET", "/core/v1/workspaces?type=Shared", nil).body; strings.Contains(got, "New") {
		t.Errorf("the list is not stale: %s", got)
	}
	v.press(303, "break", "what", "slow")
	if got := w.must(200, "GET", "/_sandbox/faults", nil).body; !strings.Contains(got, `"delay":"2s"`) {
		t.Errorf("faults are %s", got)
	}
	v.press(400, "break", "what", "everything")
}

func TestPage_menuWorksWithoutAScript(t *testing.T) {
	w := newWorld(t)
	v := newVisitor(w).come()
	sales := w.addWorkspace("Sales")
	ana := w.addUser("ana@example.com", viewer)
	text := v.see("?people=ana&menu=m:" + ana + ":" + sales)
	for _, want := range []string{`action="/_page/member?`, "people=ana", `value="` + ana + `"`, `value="` + sales + `"`, "Not in it"} {
		if !strings.Contains(text, want) {
			t.Errorf("the menu lacks %s", want)
		}
	}
	if strings.Contains(text, "owner@example.com in") {
		t.Error("the filter shows others")
	}
	if text := v.see("?menu=m:nobody:nowhere&page=99&workspaces=x"); strings.Contains(text, `id="menu"`) {
		t.Error("there is a menu of nothing")
	}
	got := v.send("POST", "/_page/member?people=ana&menu=x", url.Values{"workspace": {sales}, "user": {ana}, "role": {"Viewer"}})
	if got.Code != 303 || got.Header().Get("Location") != "/?people=ana" {
		t.Errorf("after a click: %d %s", got.Code, got.Header())
	}
}

// Nouns that come later are shown without a change to the page.
func TestPage_showsNounsThatItDoesNotKnow(t *testing.T) {
	before := nouns
	t.Cleanup(func() { nouns = before })
	nouns = append(slices.Clone(nouns), &noun{name: "gadgets", state: func(*call) (any, error) {
		return []map[string]any{{"name": "Flux capacitor", "workspace": "Sales"}}, nil
	}})
	w := newWorld(t)
	w.addWorkspace("Sales")
	w.must(201, "POST", "/_sandbox/ui/projects", `{"workspace":"Sales","name":"Dunning"}`)
	text := newVisitor(w).come().see("")
	for _, want := range []string{"<td>Flux capacitor</td>", "<td>Dunning</td>", `id="kind-services"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
}

// crowd puts people into workspaces, all of them, without going through the API.
func crowd(w *world, people, workspaces int) {
	w.Helper()
	err := w.sandbox.store.update(w.Context(), func(t *tx) error {
		var ids []string
		for i := range workspaces {
			one, err := t.insertWorkspace(workspace{Name: fmt.Sprintf("ws-%02d", i), Type: typeShared})
			if err != nil {
				return err
			}
			ids = append(ids, one.ID)
		}
		for i := range people {
			u, err := t.insertUser(user{Email: fmt.Sprintf("person-%04d@example.com", i), Name: fmt.Sprintf("Person %04d", i), AccountType: accountRegular, Role: viewer})
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := t.insertMember(id, u.ID, contributor); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}
