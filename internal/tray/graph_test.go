package tray

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/contract"
)

// master is the master token of every test; like canary it must turn up nowhere.
const master = "master-canary-0123456789-0123456789-0123456789"

// graphFake is an Embedded API with end users, in process. It answers the documents of this
// package by the field at their root.
type graphFake struct {
	mu      sync.Mutex
	users   []wireEmbeddedUser
	page    int               // the largest page, 0 for what is asked
	log     []string          // the roots of what was asked
	tokens  map[string]string // user token → user id
	said    map[string]string // the answer to a root instead of its own, e.g. an error
	lose    map[string]int    // how often the answer to a root is lost after it was carried out
	status  map[string]int    // of said, 200 if 0
	callers []string          // the token of each request
	homes   map[string]string // token → the Organization workspace that it sees, "org" if ""
}

func (f *graphFake) client(t testing.TB) *Client {
	t.Helper()
	c, err := New(Config{
		BaseURL: "https://api.test", Token: canary, MasterToken: master, GraphQLURL: "https://graph.test/graphql",
		RequestsPerSecond: 1e6, Transport: contract.RoundTripper(t, f),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// RoundTrip implements http.RoundTripper.
func (f *graphFake) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if r.Method == http.MethodGet {
		return f.rest(r, token), nil
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var in struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	root := strings.TrimSpace(strings.FieldsFunc(in.Query[strings.Index(in.Query, "{"):], func(r rune) bool { return strings.ContainsRune("{(}", r) })[0])
	f.log, f.callers = append(f.log, root), append(f.callers, token)
	body, status := f.answer(root, in.Variables), http.StatusOK
	if said := f.said[root]; said != "" {
		body, status = said, max(f.status[root], http.StatusOK)
	}
	if f.lose[root] > 0 {
		f.lose[root]--
		return nil, errDropped
	}
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/json")
	rec.WriteHeader(status)
	_, _ = rec.WriteString(body)
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

// rest answers, of the REST API, who has which organization.
func (f *graphFake) rest(r *http.Request, token string) *http.Response {
	rec := httptest.NewRecorder()
	home := cmp.Or(f.homes[token], "org")
	f.log = append(f.log, r.URL.Path)
	rec.Header().Set("Content-Type", "application/json")
	_, _ = rec.WriteString(`{"elements":[{"id":"` + home + `","name":"Acme ` + home + `","type":"Organization"}],"pageInfo":{"hasNextPage":false}}`)
	resp := rec.Result()
	resp.Request = r
	return resp
}

func (f *graphFake) answer(root string, in map[string]any) string {
	if f.said[root] != "" {
		return "" // it is refused, and nothing done
	}
	switch root {
	case "users":
		return f.find(in)
	case "createExternalUser":
		return f.create(in["input"].(map[string]any))
	case "updateExternalUser":
		return f.update(in["input"].(map[string]any))
	case "removeExternalUser":
		n := len(f.users)
		f.users = slices.DeleteFunc(f.users, func(u wireEmbeddedUser) bool { return u.ID == in["userId"] })
		if len(f.users) == n {
			return refusal(root, "user_does_not_exist", "no such user")
		}
		return `{"data":{"removeExternalUser":{"clientMutationId":null}}}`
	case "authorize":
		token := fmt.Sprintf("%064x", len(f.tokens)+1)
		if f.tokens == nil {
			f.tokens = map[string]string{}
		}
		f.tokens[token] = in["userId"].(string)
		return `{"data":{"authorize":{"accessToken":"` + token + `"}}}`
	case "viewer":
		return `{"data":{"viewer":{"details":{"name":"` + f.tokens[f.callers[len(f.callers)-1]] + `"}}}}`
	}
	return refusal(root, "", "not in this test")
}

// refusal is an answer with an error and no data.
func refusal(root, code, message string) string {
	return fmt.Sprintf(`{"data":null,"errors":[{"message":%q,"path":[%q],"extensions":{"name":"PreconditionError","code":%q}}]}`, message, root, code)
}

func (f *graphFake) find(in map[string]any) string {
	criteria, _ := in["criteria"].(map[string]any)
	after, _ := in["after"].(string)
	first := int(in["first"].(float64))
	if f.page > 0 {
		first = min(first, f.page)
	}
	type edge struct {
		Node wireEmbeddedUser `json:"node"`
	}
	edges, more, started := []edge{}, false, after == ""
	for _, u := range f.users {
		switch {
		case !started:
			started = u.ID == after
		case criteria["userId"] != nil && criteria["userId"] != u.ID, criteria["externalUserId"] != nil && criteria["externalUserId"] != u.ExternalID:
		case len(edges) == first:
			more = true
		default:
			edges = append(edges, edge{u})
		}
	}
	info := map[string]any{"hasNextPage": more, "endCursor": nil}
	if len(edges) > 0 {
		info["endCursor"] = edges[len(edges)-1].Node.ID
	}
	raw, _ := json.Marshal(map[string]any{"data": map[string]any{"users": map[string]any{"edges": edges, "pageInfo": info}}})
	return string(raw)
}

func (f *graphFake) create(in map[string]any) string {
	u := wireEmbeddedUser{ID: fmt.Sprintf("eu%d", len(f.log)), Name: str(in, "name"), ExternalID: str(in, "externalUserId")}
	u.Test, _ = in["isTestUser"].(bool)
	if slices.ContainsFunc(f.users, func(o wireEmbeddedUser) bool { return o.ExternalID == u.ExternalID }) {
		return refusal("createExternalUser", "user_already_exists", "taken")
	}
	f.users = append(f.users, u)
	return `{"data":{"createExternalUser":{"userId":"` + u.ID + `"}}}`
}

func (f *graphFake) update(in map[string]any) string {
	i := slices.IndexFunc(f.users, func(u wireEmbeddedUser) bool { return u.ID == in["userId"] })
	if i < 0 {
		return refusal("updateExternalUser", "user_does_not_exist", "no such user")
	}
	u := &f.users[i]
	if name, ok := in["name"].(string); ok {
		u.Name = name
	}
	if test, ok := in["isTestUser"].(bool); ok {
		u.Test = test
	}
	raw, _ := json.Marshal(u)
	return `{"data":{"updateExternalUser":{"user":` + string(raw) + `}}}`
}

func (f *graphFake) count(root string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, asked := range f.log {
		if asked == root {
			n++
		}
	}
	return n
}

func endUser(name, external string) EmbeddedUserSpec {
	return EmbeddedUserSpec{Name: &name, ExternalID: &external}
}

func TestEmbeddedUsers_lifeOfOne(t *testing.T) {
	f := &graphFake{}
	c := f.client(t)
	made, err := c.EmbeddedUsers.Create(t.Context(), endUser("Dev", "dev-1"))
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	now, err := c.EmbeddedUsers.Update(t.Context(), made.ID, EmbeddedUserSpec{Test: &yes})
	if err != nil || !now.Test || now.Name != "Dev" {
		t.Fatalf("updated: %+v, %v", now, err)
	}
	if found, err := c.EmbeddedUsers.External(t.Context(), "dev-1"); err != nil || found == nil || *found != *now {
		t.Errorf("found by its external id: %+v, %v, want %+v", found, err, *now)
	}
	if _, err := c.EmbeddedUsers.Create(t.Context(), endUser("Other", "dev-1")); !IsConflict(err) {
		t.Errorf("an external id that is taken: %v, want a conflict", err)
	}
	for range 2 { // one that is gone is success
		if err := c.EmbeddedUsers.Remove(t.Context(), made.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.EmbeddedUsers.Get(t.Context(), made.ID); !IsGone(err) {
		t.Errorf("after its removal: %v, want proof of absence", err)
	}
}

func TestEmbeddedUsers_lostAnswersMakeNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &graphFake{lose: map[string]int{"createExternalUser": 1, "updateExternalUser": 1, "removeExternalUser": 1, "users": 2, "authorize": 1}}
		c := f.client(t)
		made, err := c.EmbeddedUsers.Create(t.Context(), endUser("Dev", "dev-1"))
		if err != nil {
			t.Fatal(err)
		}
		name := "Development"
		if now, err := c.EmbeddedUsers.Update(t.Context(), made.ID, EmbeddedUserSpec{Name: &name}); err != nil || now.Name != name {
			t.Errorf("updated: %+v, %v", now, err)
		}
		if token, err := c.EmbeddedUsers.Authorize(t.Context(), made.ID); err != nil || len(token.Reveal()) != 64 {
			t.Errorf("a token of %d characters, %v", len(token.Reveal()), err)
		}
		if err := c.EmbeddedUsers.Remove(t.Context(), made.ID); err != nil {
			t.Error(err)
		}
		if f.count("createExternalUser") != 1 || f.count("updateExternalUser") != 1 || f.count("removeExternalUser") != 1 || len(f.users) != 0 {
			t.Errorf("asked %v, which leaves %v", f.log, f.users)
		}
	})
}

func TestEmbeddedUsers_listFollowsItsPages(t *testing.T) {
	f := &graphFake{page: 2}
	for i := range 5 {
		f.users = append(f.users, wireEmbeddedUser{ID: fmt.Sprint("u", i), Name: "N", ExternalID: fmt.Sprint("e", i)})
	}
	all, err := f.client(t).EmbeddedUsers.List(t.Context())
	if err != nil || len(all) != 5 || all[4].ExternalID != "e4" || f.count("users") != 3 {
		t.Errorf("%+v, %v, in %d pages, want 5 in 3", all, err, f.count("users"))
	}
}

func TestGraph_endUsersCallsTakeTheirOwnToken(t *testing.T) {
	f := &graphFake{users: []wireEmbeddedUser{{ID: "u1", Name: "N", ExternalID: "e1"}}}
	c := f.client(t)
	var data struct {
		Viewer struct{ Details struct{ Name string } }
	}
	if err := c.askAs(t.Context(), "u1", graphCall{Document: `query who { viewer { details { name } } }`}, &data); err != nil || data.Viewer.Details.Name != "u1" {
		t.Errorf("acted as %q, %v, want u1", data.Viewer.Details.Name, err)
	}
	if f.callers[0] != master {
		t.Error("the token was not made with the master token")
	}
}

// errorCases are answers of the Embedded API, and what becomes of them.
var errorCases = map[string]struct {
	said   string
	status int
	is     int      // Error.Status
	says   []string // parts of the message
	open   bool     // ambiguous for a mutation
}{
	"refused":        {refusal("createExternalUser", "access_not_allowed", "Not allowed"), 0, 403, []string{"Not allowed (at createExternalUser).", "master token", "HTTP 200"}, false},
	"conflict":       {refusal("createExternalUser", "user_already_exists", "It exists"), 0, 409, []string{"It exists"}, false},
	"quotes a value": {refusal("createExternalUser", "", `Invalid value "hush-hush" and hush-hush`), 0, 400, []string{`Invalid value "(redacted)" and (redacted)`}, false},
	"without a path": {`{"errors":[{"message":"Syntax","extensions":{"name":"GraphQLError"}}]}`, 0, 400, []string{"Syntax."}, false},
	"internal":       {`{"data":null,"errors":[{"message":"Oops","extensions":{"name":"InternalError"}}]}`, 0, 500, []string{"Oops", "Tray's side"}, true},
	"in part":        {`{"data":{"createExternalUser":{"userId":"u1"}},"errors":[{"message":"Late","path":["createExternalUser",0],"extensions":{"name":"PreconditionError"}}]}`, 0, 400, []string{"Late (at createExternalUser.0)"}, true},
	"gateway":        {`{"message":"Unauthorized"}`, 401, 401, []string{"Unauthorized", "HTTP 401"}, false},
	"gateway fails":  {`{"message":"Internal server error about hush-hush"}`, 500, 500, []string{"about (redacted)", "HTTP 500"}, true},
}

func TestGraph_errorsInA200AreErrors(t *testing.T) {
	for name, c := range errorCases {
		t.Run(name, func(t *testing.T) {
			f := &graphFake{said: map[string]string{"createExternalUser": c.said}, status: map[string]int{"createExternalUser": c.status}}
			var data struct{}
			err := f.client(t).ask(t.Context(), graphCall{Document: createEmbeddedUser, Variables: map[string]any{
				"input": map[string]any{"name": "hush-hush", "externalUserId": "x"},
			}}, &data)
			var e *Error
			if !errors.As(err, &e) || e.Status != c.is || e.Ambiguous != c.open {
				t.Fatalf("%#v, want status %d, ambiguous: %v", err, c.is, c.open)
			}
			for _, part := range c.says {
				if !strings.Contains(e.Error(), part) {
					t.Errorf("%q lacks %q", e.Error(), part)
				}
			}
			if strings.Contains(fmt.Sprintf("%#v", *e), "hush-hush") {
				t.Errorf("%#v gives a value away", *e)
			}
		})
	}
}

func TestGraph_rateLimitInA200IsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &graphFake{said: map[string]string{"createExternalUser": refusal("createExternalUser", "access_not_allowed", "Rate limit exceeded")}}
		c := f.client(t)
		time.AfterFunc(2500*time.Millisecond, func() { f.mu.Lock(); defer f.mu.Unlock(); delete(f.said, "createExternalUser") })
		started := time.Now()
		if _, err := c.EmbeddedUsers.Create(t.Context(), endUser("Dev", "dev-1")); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(started); waited < 2500*time.Millisecond || f.count("createExternalUser") > 4 || len(f.users) != 1 {
			t.Errorf("after %s and %d tries there are %d users", waited, f.count("createExternalUser"), len(f.users))
		}
	})
}

func TestGraph_withoutAMasterTokenItSaysWhatToDo(t *testing.T) {
	c, err := New(Config{BaseURL: "https://api.test", Token: canary})
	if err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"list": second(c.EmbeddedUsers.List(t.Context())), "get": second(c.EmbeddedUsers.Get(t.Context(), "u1")),
		"pages": func() (last error) {
			for _, err := range c.EmbeddedUsers.Pages(t.Context()) {
				last = err
			}
			return last
		}(),
		"create": second(c.EmbeddedUsers.Create(t.Context(), endUser("n", "e"))), "authorize": second(c.EmbeddedUsers.Authorize(t.Context(), "u1")),
	} {
		if !errors.Is(err, ErrNoMasterToken) || !strings.Contains(err.Error(), "TRAY_MASTER_TOKEN") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestGraph_tokensAreInNoErrorAndNoLog(t *testing.T) {
	var logged strings.Builder
	f := &graphFake{users: []wireEmbeddedUser{{ID: "u1", Name: "N", ExternalID: "e1"}}}
	c, err := New(Config{
		BaseURL: "https://api.test", Token: canary, MasterToken: master, GraphQLURL: "https://graph.test/graphql", Transport: f,
		Log: func(_ context.Context, event string, fields map[string]any) { fmt.Fprintln(&logged, event, fields) },
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := c.EmbeddedUsers.Authorize(t.Context(), "u1")
	if err != nil {
		t.Fatal(err)
	}
	f.said = map[string]string{"viewer": refusal("viewer", "", "It was "+token.Reveal()+" and "+master)}
	err = c.ask(t.Context(), graphCall{Document: `query who { viewer { details { name } } }`, As: token}, &struct{}{})
	all := fmt.Sprintf("%v %#v %s %v", err, err, logged.String(), token)
	if !strings.Contains(all, "(redacted) and (redacted)") || !strings.Contains(all, "/graphql") {
		t.Fatalf("nothing was said or logged: %s", all)
	}
	for _, secret := range []string{token.Reveal(), master} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is in %s", secret, all)
		}
	}
}

func TestEmbeddedUsers_ofAnotherOrganizationsMasterTokenAreNotTakenForGone(t *testing.T) {
	f := &graphFake{homes: map[string]string{master: "other"}}
	c := f.client(t)
	for range 2 {
		_, err := c.EmbeddedUsers.Get(t.Context(), "u1")
		if !errors.Is(err, ErrOtherMasterToken) || IsGone(err) || !strings.Contains(err.Error(), `"Acme other"`) {
			t.Errorf("%v", err)
		}
	}
	if n := f.count("/core/v1/workspaces"); n != 2 { // one for each token
		t.Errorf("%d questions", n)
	}
	f.homes = nil
	if _, err := f.client(t).EmbeddedUsers.Get(t.Context(), "u1"); !IsGone(err) {
		t.Errorf("of one organization: %v", err)
	}
}
