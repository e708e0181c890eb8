package tray

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// canary is the token of every test: it must turn up in no message and no log.
const canary = "canary-0123456789-0123456789-0123456789"

// errDropped is a connection that breaks without an answer.
var errDropped = errors.New("connection reset by peer")

// fault is what goes wrong with one request.
type fault struct {
	status   int
	header   http.Header
	body     string
	kind     string // Content-Type of body
	before   bool   // dropped before anything is done
	after    bool   // done, then dropped
	truncate bool   // done, then half the body
	done     bool   // with status: done all the same
	stale    *fake  // answered from this copy
}

// fake is a small Tray of our own, served in process: users, workspaces and members
// with the documented paging and empty answers, and faults by request.
type fake struct {
	mu         sync.Mutex
	users      map[string]wUser
	workspaces map[string]wWorkspace
	members    map[string]map[string]string // workspace → user → role id
	invites    []wInvite
	renamed    string         // the organization's name, "" for the one it began with
	settings   map[string]any // of the organization
	management bool
	home       string // the workspace of what the token makes without naming one
	// operator makes the token an operator's, to whom only organizations answer.
	operator      bool
	organizations map[string]wOrganization
	assets        shelves
	newState      string                 // of a subscription that is made
	keepsDeleted  bool                   // a deleted subscription stays, in that state
	deploying     func(id string) string // the state of a deployment that is read
	sources       []string               // what was deployed
	page          int                    // the largest page, 0 for what is asked
	sparse        bool                   // list elements hold ids only
	noEmail       bool                   // members lack their e-mail address
	exactEmail    bool                   // the e-mail filter does not fold case
	unfiltered    bool                   // workspaces are not filtered by type
	offsets       bool                   // cursors count elements instead of naming one
	log           []string
	times         []time.Time // when each request came
	next          int
	// fault, when set, decides what goes wrong with the n-th request (from 1). It is
	// called without mu.
	fault func(n int, r *http.Request) *fault
	// hook is called before a request is answered, without mu.
	hook func(r *http.Request)
	// latency is slept before a request is carried out.
	latency time.Duration
	// late is slept after a request was carried out and before its answer, which is lost
	// when the request is cancelled meanwhile.
	late time.Duration
}

type (
	wRole struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	wUser struct {
		ID          string `json:"id"`
		Email       string `json:"email"`
		Name        string `json:"name"`
		AccountType string `json:"accountType"`
		Role        wRole  `json:"role"`
	}
	wWorkspace struct {
		ID          string  `json:"id"`
		Name        string  `json:"name"`
		Type        string  `json:"type"`
		Description *string `json:"description,omitempty"`
		Limit       *int64  `json:"monthlyTaskLimit,omitempty"`
		Projects    *int    `json:"projectCount,omitempty"`
	}
	wInvite struct {
		ID        string    `json:"id"`
		Email     string    `json:"email"`
		Role      wRole     `json:"organizationRole"`
		Status    string    `json:"status"`
		CreatedAt time.Time `json:"createdAt"`
		Expires   time.Time `json:"expires"`
	}
)

var (
	admin       = wRole{"r-admin", "Admin"}
	contributor = wRole{"r-contributor", "Contributor"}
	viewer      = wRole{"r-viewer", "Viewer"}
	fakeRoles   = []wRole{admin, contributor, {"r-owner", "Owner"}, viewer} // by id, as cursors want it
)

func toRole(r wRole) Role { return Role(r) }

func roleByID(id string) wRole {
	for _, r := range fakeRoles {
		if r.ID == id {
			return r
		}
	}
	return wRole{}
}

// newFake is an organization with its Organization workspace, one shared workspace
// "ws", and so many users, u0001 and on, all members of ws.
func newFake(users int) *fake {
	f := &fake{
		users: map[string]wUser{}, members: map[string]map[string]string{"ws": {}}, settings: map[string]any{},
		workspaces: map[string]wWorkspace{
			"org": {ID: "org", Name: "Acme", Type: "Organization"},
			"ws":  {ID: "ws", Name: "Finance", Type: "Shared"},
		},
	}
	for i := 1; i <= users; i++ {
		f.addUser(userID(i))
		f.members["ws"][userID(i)] = viewer.ID
	}
	return f
}

func userID(i int) string { return fmt.Sprintf("u%04d", i) }

func (f *fake) addUser(id string) {
	f.users[id] = wUser{ID: id, Email: id + "@acme.example", Name: "N " + id, AccountType: "Regular", Role: viewer}
}

// client is a client of f.
func (f *fake) client(t testing.TB, more ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{BaseURL: "https://api.test", Token: canary, Transport: f, RequestsPerSecond: 1e6}
	for _, change := range more {
		change(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sleep waits for d, or fails with ctx.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// requests returns the log since the last call.
func (f *fake) requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	log := f.log
	f.log = nil
	return log
}

func (f *fake) count(prefix string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, line := range f.log {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

// clone is a frozen copy for stale answers.
func (f *fake) clone() *fake {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := &fake{
		users: maps.Clone(f.users), workspaces: maps.Clone(f.workspaces), members: map[string]map[string]string{},
		invites: slices.Clone(f.invites), renamed: f.renamed, settings: maps.Clone(f.settings), management: f.management, operator: f.operator, organizations: maps.Clone(f.organizations), page: f.page, sparse: f.sparse,
	}
	for ws, members := range f.members {
		c.members[ws] = maps.Clone(members)
	}
	return c
}

// came says when each request came. One may come after all who waited for it have gone.
func (f *fake) came() []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.times)
}

// RoundTrip implements http.RoundTripper.
func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	line := r.Method + " " + r.URL.Path
	if r.URL.RawQuery != "" {
		line += "?" + r.URL.RawQuery
	}
	f.mu.Lock()
	f.log, f.times = append(f.log, line), append(f.times, time.Now())
	f.next++
	n, latency := f.next, f.latency
	f.mu.Unlock()
	if f.hook != nil {
		f.hook(r)
	}
	if latency > 0 {
		if err := sleep(r.Context(), latency); err != nil {
			return nil, err
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var flt fault
	if f.fault != nil {
		if wanted := f.fault(n, r); wanted != nil {
			flt = *wanted
		}
	}
	resp, err := f.answer(r, flt)
	if f.late > 0 {
		if err := sleep(r.Context(), f.late); err != nil {
			return nil, err
		}
	}
	return resp, err
}

func (f *fake) answer(r *http.Request, flt fault) (*http.Response, error) {
	rec := httptest.NewRecorder()
	switch {
	case flt.before:
		return nil, errDropped
	case flt.stale != nil && r.Method == http.MethodGet:
		flt.stale.ServeHTTP(rec, r)
	case flt.status == 0 || flt.done:
		f.ServeHTTP(rec, r)
	}
	if flt.after {
		return nil, errDropped
	}
	if flt.status != 0 {
		rec = httptest.NewRecorder()
		maps.Copy(rec.Header(), flt.header)
		rec.Header().Set("Content-Type", flt.kind)
		rec.WriteHeader(flt.status)
		_, _ = rec.WriteString(flt.body)
	}
	resp := rec.Result()
	resp.Request = r
	if flt.truncate {
		whole, _ := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), broken{}))
	}
	return resp, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// ServeHTTP carries out one request.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", "req_1")
	if r.Header.Get("Authorization") != "Bearer "+canary {
		say(w, 401, "The request is unauthorized")
		return
	}
	var in map[string]any
	if r.Body != nil {
		_ = json.NewDecoder(r.Body).Decode(&in)
	}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case f.assets != nil && f.serveAssets(w, r, in):
	case f.operator && f.management:
		f.serveOperator(w, r, parts, in)
	case parts[0] == "management":
		f.serveManagement(w, r, parts[2:], in)
	case parts[2] == "roles":
		f.list(w, r, each(fakeRoles, func(r wRole) (string, any) { return r.ID, r }))
	case parts[2] == "invites":
		id := fmt.Sprintf("i%04d", len(f.invites)+1)
		f.invites = append(f.invites, wInvite{ID: id, Email: str(in, "email"), Role: roleByID(str(in, "organizationRoleId")), Status: "pending"})
		write(w, 200, map[string]any{"inviteId": id, "expires": time.Unix(1e9, 0).UTC()})
	case parts[2] == "users":
		f.serveUsers(w, r, parts[3:], in)
	case len(parts) >= 5 && parts[4] == "users":
		f.serveMembers(w, r, parts[3], parts[5:], in)
	case len(parts) >= 5 && parts[4] == "roles":
		f.list(w, r, each([]wRole{admin, contributor, viewer}, func(r wRole) (string, any) { return r.ID, r }))
	case len(parts) == 4:
		ws, ok := f.workspaces[parts[3]]
		reply(w, ok, ws)
	default:
		all := sorted(f.workspaces)
		if wanted := r.URL.Query().Get("type"); wanted != "" && !f.unfiltered {
			all = slices.DeleteFunc(all, func(ws wWorkspace) bool { return ws.Type != wanted })
		}
		f.list(w, r, each(all, func(ws wWorkspace) (string, any) { return ws.ID, ws }))
	}
}

func (f *fake) serveUsers(w http.ResponseWriter, r *http.Request, rest []string, in map[string]any) {
	if len(rest) == 0 && r.Method == http.MethodPost {
		for _, u := range f.users {
			if strings.EqualFold(u.Email, str(in, "email")) {
				say(w, 409, "that address is taken")
				return
			}
		}
		f.next++
		u := wUser{ID: fmt.Sprintf("n%04d", f.next), Email: str(in, "email"), Name: str(in, "name"),
			AccountType: "Regular", Role: roleByID(str(in, "organizationRoleId"))}
		f.users[u.ID] = u
		write(w, 200, u)
		return
	}
	if len(rest) == 0 {
		var found []wUser
		email := r.URL.Query().Get("email")
		for _, u := range sorted(f.users) {
			if email == "" || u.Email == email || (!f.exactEmail && strings.EqualFold(u.Email, email)) {
				found = append(found, u)
			}
		}
		f.list(w, r, each(found, func(u wUser) (string, any) { return u.ID, u }))
		return
	}
	u, ok := f.users[rest[0]]
	switch {
	case !ok:
		say(w, 404, "not found")
	case r.Method == http.MethodDelete:
		delete(f.users, u.ID)
		for _, members := range f.members {
			delete(members, u.ID)
		}
		f.workspaces["of-"+u.ID] = wWorkspace{ID: "of-" + u.ID, Name: u.Name, Type: "Shared"}
		w.WriteHeader(204)
	case r.Method == http.MethodPut:
		u.Role = roleByID(str(in, "roleId"))
		f.users[u.ID] = u
		for _, members := range f.members {
			if _, in := members[u.ID]; in && u.Role == admin {
				members[u.ID] = admin.ID
			}
		}
		write(w, 200, map[string]any{})
	default:
		write(w, 200, u)
	}
}

func (f *fake) member(ws, user string) map[string]any {
	m := map[string]any{"workspaceId": ws, "id": user, "email": f.users[user].Email,
		"accountType": f.users[user].AccountType, "role": roleByID(f.members[ws][user])}
	if f.noEmail {
		delete(m, "email")
	}
	return m
}

func (f *fake) serveMembers(w http.ResponseWriter, r *http.Request, ws string, rest []string, in map[string]any) {
	members, ok := f.members[ws]
	if !ok {
		say(w, 404, "no such workspace")
		return
	}
	if len(rest) == 0 && r.Method == http.MethodPost {
		user := str(in, "userId")
		_, there := members[user]
		_, exists := f.users[user]
		switch {
		case there:
			say(w, 409, "already a member")
		case !exists:
			say(w, 404, "no such user")
		default:
			members[user] = str(in, "roleId")
			write(w, 200, map[string]any{})
		}
		return
	}
	if len(rest) == 0 {
		ids := slices.Sorted(maps.Keys(members))
		f.list(w, r, each(ids, func(id string) (string, any) { return id, f.member(ws, id) }))
		return
	}
	_, there := members[rest[0]]
	switch {
	case !there:
		say(w, 404, "no such member")
	case r.Method == http.MethodDelete:
		delete(members, rest[0])
		write(w, 200, map[string]any{})
	case r.Method == http.MethodPut:
		members[rest[0]] = str(in, "roleId")
		write(w, 200, map[string]any{})
	default:
		write(w, 200, f.member(ws, rest[0]))
	}
}

func (f *fake) serveManagement(w http.ResponseWriter, r *http.Request, rest []string, in map[string]any) {
	switch {
	case !f.management:
		say(w, 404, "no such path")
	case len(rest) == 0:
		write(w, 200, map[string]any{"version": "1", "organizationId": "org",
			"user": map[string]any{"id": "me", "email": "me@acme.example", "role": admin, "workspaceId": f.home}})
	case rest[0] == "organizations":
		f.serveOrganizations(w, r, rest[1:], in)
	case rest[0] == "organization" && len(rest) == 2:
		for name, value := range in {
			f.settings[name] = value
		}
		write(w, 200, f.settings)
	case rest[0] == "organization":
		if name := str(in, "name"); name != "" {
			f.renamed = name
			f.workspaces["org"] = wWorkspace{ID: "org", Name: name, Type: "Organization"}
		}
		write(w, 200, map[string]any{"id": "org", "name": cmp.Or(f.renamed, "Acme"), "plan": "team", "embedded": false, "sso": true,
			"ownerId": "u0001", "ownerEmail": "u0001@acme.example"})
	case rest[0] == "invites" && r.Method == http.MethodDelete:
		i := slices.IndexFunc(f.invites, func(inv wInvite) bool { return inv.ID == rest[1] })
		if i < 0 || f.invites[i].Status == "cancelled" {
			say(w, 404, "no such invitation")
			return
		}
		f.invites[i].Status = "cancelled"
		w.WriteHeader(204)
	case rest[0] == "invites":
		f.list(w, r, each(f.invites, func(inv wInvite) (string, any) { return inv.ID, inv }))
	case len(rest) == 1:
		for _, ws := range f.workspaces {
			if ws.Type == "Shared" && ws.Name == str(in, "name") {
				say(w, 409, "that name is taken")
				return
			}
		}
		f.next++
		ws := wWorkspace{ID: fmt.Sprintf("w%04d", f.next), Name: str(in, "name"), Type: "Shared"}
		f.putWorkspace(w, 201, ws, in)
		f.members[ws.ID] = map[string]string{}
	default:
		f.serveManaged(w, r, rest[1], in)
	}
}

func (f *fake) serveManaged(w http.ResponseWriter, r *http.Request, id string, in map[string]any) {
	ws, ok := f.workspaces[id]
	switch {
	case !ok:
		say(w, 404, "no such workspace")
	case r.Method == http.MethodPatch:
		if name := str(in, "name"); name != "" {
			ws.Name = name
		}
		f.putWorkspace(w, 200, ws, in)
	case r.Method == http.MethodDelete:
		delete(f.workspaces, id)
		delete(f.members, id)
		w.WriteHeader(204)
	default:
		projects := 3
		ws.Projects = &projects
		write(w, 200, ws)
	}
}

func (f *fake) putWorkspace(w http.ResponseWriter, status int, ws wWorkspace, in map[string]any) {
	if d, given := in["description"]; given {
		ws.Description = nil
		if s, ok := d.(string); ok {
			ws.Description = &s
		}
	}
	if l, given := in["monthlyTaskLimit"]; given {
		ws.Limit = nil
		if n, ok := l.(float64); ok {
			whole := int64(n)
			ws.Limit = &whole
		}
	}
	f.workspaces[ws.ID] = ws
	write(w, status, ws)
}

type listItem struct {
	id   string
	body any
}

func each[T any](all []T, item func(T) (string, any)) []listItem {
	out := make([]listItem, len(all))
	for i, x := range all {
		out[i].id, out[i].body = item(x)
	}
	return out
}

// list answers with a page; cursors name the last element of the page before.
func (f *fake) list(w http.ResponseWriter, r *http.Request, all []listItem) {
	first, _ := strconv.Atoi(r.URL.Query().Get("first"))
	if f.page > 0 && (first == 0 || first > f.page) {
		first = f.page
	}
	if first == 0 {
		first = 1000
	}
	start := 0
	cursor := r.URL.Query().Get("cursor")
	for cursor != "" && !f.offsets && start < len(all) && all[start].id <= cursor {
		start++
	}
	if f.offsets && cursor != "" {
		start, _ = strconv.Atoi(cursor)
		start = min(start, len(all))
	}
	end := min(start+first, len(all))
	info := map[string]any{"hasNextPage": end < len(all)}
	if end > start {
		info["endCursor"] = all[end-1].id
		if f.offsets {
			info["endCursor"] = strconv.Itoa(end)
		}
	}
	answer := map[string]any{"pageInfo": info}
	if end > start {
		elements := make([]any, 0, end-start)
		for _, item := range all[start:end] {
			if f.sparse {
				elements = append(elements, map[string]string{"id": item.id})
				continue
			}
			elements = append(elements, item.body)
		}
		answer["elements"] = elements
	}
	write(w, 200, answer)
}

func sorted[T any](m map[string]T) []T {
	out := make([]T, 0, len(m))
	for _, id := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[id])
	}
	return out
}

func str(in map[string]any, key string) string {
	s, _ := in[key].(string)
	return s
}

func say(w http.ResponseWriter, status int, message string) {
	write(w, status, map[string]any{"message": message, "code": nil})
}

func reply(w http.ResponseWriter, ok bool, v any) {
	if !ok {
		say(w, 404, "not found")
		return
	}
	write(w, 200, v)
}

func write(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// on is a fault for the requests of a method whose path ends so; skip lets the first
// few pass, times bounds how many fail (0: all).
func on(method, suffix string, skip, times int, flt fault) func(int, *http.Request) *fault {
	var mu sync.Mutex
	seen := 0
	return func(_ int, r *http.Request) *fault {
		if (method != "*" && r.Method != method) || !strings.HasSuffix(r.URL.Path, suffix) {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		seen++
		if seen <= skip || (times > 0 && seen > skip+times) {
			return nil
		}
		return &flt
	}
}
