package contract_test

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/contract"
)

const (
	id       = "00000000-0000-4000-8000-000000000001"
	page     = `{"pageInfo":{"hasNextPage":false}`
	role     = `"role":{"id":"` + id + `","name":"Viewer"}`
	fullUser = `{"id":"u1","email":"ana@example.com","name":"Ana","accountType":"Regular",` + role + `}`
	invite   = `{"email":"ana@example.com","organizationRoleId":"` + id + `"}`

	deploy     = "/cdk/v1/deployments/connectors/acme-crm/versions/1.0/"
	deployed   = `{"id":"d1","connectorName":"acme-crm","connectorVersion":"1.0","deploymentStatus":`
	oldClients = "/internal/v1/connectors/acme-crm/versions/1.0/"
	groups     = "/core/v1/workspaces/w1/on-prem-agent-groups"
	subscribe  = `{"name":"S","trigger":{"name":"webhook","version":"1.0"},"operation":"webhook","input":{},"endpoint":"https://x"}`
	subscribed = `{"id":"s1","name":"S","trigger":{"name":"webhook","version":"1.0"},"operation":"webhook","input":{},"endpoint":"https://x","state":`
	managed    = "/management/v1/workspaces/w1/api-users"
)

// complaints is a testing.TB that keeps what a check reports instead of failing.
type complaints struct {
	testing.TB
	mu    sync.Mutex
	texts []string
}

func (c *complaints) Errorf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, fmt.Sprintf(format, args...))
}

func (c *complaints) all() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.texts, "\n")
}

// exchange is one request and the answer that a server gives to it.
type exchange struct {
	method, target, body string
	status               int // 0 is 200
	answer, contentType  string
	sends                string // content type; "" is JSON
	fault, anonymous     bool
}

// checked is an exchange, and want a part of the only complaint about it; "" wants none.
type checked struct {
	name string
	exchange
	want string
}

var cases = []checked{
	{"list", exchange{method: "GET", target: "/core/v1/users?first=1000&cursor=abc", answer: page + `,"elements":[` + fullUser + `]}`}, ""},
	{"list without elements", exchange{method: "GET", target: "/core/v1/users", answer: page + `}`}, ""},
	{"sparse element", exchange{method: "GET", target: "/core/v1/users", answer: page + `,"elements":[{"id":"u1","name":"Ana"}]}`}, ""},
	{"type as an object", exchange{method: "GET", target: "/core/v1/workspaces/w1", answer: `{"id":"w1","name":"W","type":{"Shared":{}}}`}, ""},
	{"type as a string", exchange{method: "GET", target: "/core/v1/workspaces/w1", answer: `{"id":"w1","name":"W","type":"Shared"}`}, ""},
	{"repeated list parameter", exchange{method: "GET", target: "/core/v1/workspaces?type=Shared&type=Personal", answer: page + `}`}, ""},
	{"invite", exchange{method: "POST", target: "/core/v1/invites", body: invite, answer: `{"inviteId":"` + id + `","expires":"2026-11-28T10:00:00Z"}`}, ""},
	{"no content", exchange{method: "DELETE", target: "/core/v1/users/u1", status: 204}, ""},
	{"documented error", exchange{method: "GET", target: "/core/v1/users/u1", status: 404, answer: `{"message":"no such user","code":null}`}, ""},
	{"management plane is off", exchange{method: "GET", target: "/management/v1", status: 404, answer: `{"message":"Not found"}`}, ""},
	{"null clears a field", exchange{method: "PATCH", target: "/management/v1/workspaces/w1", body: `{"monthlyTaskLimit":null}`,
		answer: `{"id":"w1","name":"W","type":"Shared","projectCount":0,"contents":{"projects":0,"services":0}}`}, ""},
	{"control plane", exchange{method: "POST", target: "/_sandbox/anything?x=1", body: `?`, answer: `?`}, ""},
	{"faulted answer", exchange{method: "GET", target: "/core/v1/users", status: 599, answer: `<html>`, contentType: "text/html", fault: true}, ""},
	{"deployment is queued", exchange{method: "POST", target: deploy + "deploy-connector-from-source", body: `{"connectorSourceCode":"UEs="}`, answer: deployed + `"Deploying"}`}, ""},
	{"latest deployment", exchange{method: "GET", target: deploy + "latest", answer: deployed + `"Building"}`}, ""},
	{"deployment of the old client", exchange{method: "POST", target: oldClients + "deployments/deploy-connector-from-source",
		body: `{"connectorSourceCode":"UEs="}`, sends: "application/x-www-form-urlencoded", answer: deployed + `"Deploying","repeatDeployment":true}`}, ""},
	{"failed subscription", exchange{method: "POST", target: "/core/v1/subscriptions", body: subscribe,
		answer: subscribed + `"creation_failed","error":{"code":"no_trigger","message":"x"},"signingKey":"k"}`}, ""},
	{"connector fails", exchange{method: "POST", target: "/core/v1/connectors/slack/versions/10.0/call", body: `{"operation":"o","input":{}}`, answer: `{"outcome":"error","output":{}}`}, ""},
	{"concurrency conflict of agents", exchange{method: "DELETE", target: groups + "/g1", status: 409, answer: `{"message":"x"}`}, ""},
	{"token that never expires", exchange{method: "POST", target: managed + "/u1/tokens", body: `{"name":"ci"}`, status: 201,
		answer: `{"id":"t1","name":"ci","userId":"u1","createdAt":"2026-11-28T10:00:00Z","value":"` + id + `"}`}, ""},
	{"no namespace yet", exchange{method: "GET", target: "/management/v1/organization/connector-namespace", answer: `{"namespace":null}`}, ""},

	{"status of no deployment", exchange{method: "GET", target: deploy + "latest", answer: deployed + `"Queued"}`}, `at "/deploymentStatus"`},
	{"source that is not sent", exchange{method: "POST", target: deploy + "deploy-connector-from-source", body: `{"source":"UEs="}`, answer: deployed + `"Deploying"}`}, `"connectorSourceCode" is missing`},
	{"emails as a text", exchange{method: "POST", target: "/cdk/v1/permissions/connectors/a/versions/1.0/share-with-emails", body: `{"emails":"a@x,b@x"}`, answer: `{"message":"x"}`}, `at "/emails"`},
	{"answer of the old client without warnings", exchange{method: "POST", target: oldClients + "permissions/share-with-workspaces", body: `{"workspaceIds":["w1"]}`,
		sends: "application/x-www-form-urlencoded", answer: `{"success":{"message":"x"}}`}, `"warnings" is missing`},
	{"one agent group", exchange{method: "GET", target: groups + "/g1", status: 404, answer: `{"message":"x"}`}, "no such operation"},
	{"registration token of an agent that is read", exchange{method: "GET", target: groups + "/g1/agents/a1",
		answer: `{"id":"a1","agentGroupId":"g1","name":"A","registered":false,"connected":false,"enabled":true,"registrationToken":"x"}`}, `"registrationToken" is unsupported`},
	{"agent that is renamed", exchange{method: "PATCH", target: groups + "/g1/agents/a1", body: `{"name":"B"}`, status: 400, answer: `{"message":"x"}`}, `"name" is unsupported`},
	{"update without credentials", exchange{method: "PUT", target: "/core/v1/authentications/" + id, body: `{"name":"A"}`, status: 400, answer: `{"message":"x"}`}, `"credentials" is missing`},
	{"credentials in a plain read", exchange{method: "GET", target: "/core/v1/authentications/" + id,
		answer: `{"id":"` + id + `","name":"A","serviceEnvironmentId":"e","credentials":{}}`}, `"credentials" is unsupported`},
	{"authentication id that is no UUID", exchange{method: "GET", target: "/core/v1/authentications/mine", status: 400, answer: `{"message":"x"}`}, `parameter "authenticationId"`},
	{"list of authentications", exchange{method: "GET", target: "/core/v1/authentications", status: 404, answer: `{"message":"x"}`}, "no such operation"},
	{"outcome that Tray has not", exchange{method: "POST", target: "/core/v1/connectors/slack/versions/10.0/call", body: `{"operation":"o","input":{}}`, answer: `{"outcome":"failed","output":{}}`}, `at "/outcome"`},
	{"signing key of a subscription that is read", exchange{method: "GET", target: "/core/v1/subscriptions/" + id, answer: subscribed + `"active","signingKey":"k"}`}, `"signingKey" is unsupported`},
	{"version of a service as a text", exchange{method: "GET", target: "/core/v1/connectors",
		answer: `{"elements":[{"name":"a","version":"1.0","title":"A","description":"","service":{"id":"s","name":"a","version":"1"}}]}`}, `at "/elements/0/service/version"`},
	{"value of a token that is read", exchange{method: "GET", target: managed + "/u1/tokens/t1",
		answer: `{"id":"t1","name":"ci","userId":"u1","createdAt":"2026-11-28T10:00:00Z","value":"` + id + `"}`}, `"value" is unsupported`},
	{"API user without a role in the workspace", exchange{method: "POST", target: managed, body: `{"name":"ci"}`, status: 400, answer: `{"message":"x"}`}, `"workspaceRoleId" is missing`},
	{"namespace with capitals", exchange{method: "PUT", target: "/management/v1/organization/connector-namespace", body: `{"namespace":"Acme"}`, status: 400, answer: `{"message":"x"}`}, `at "/namespace"`},
	{"secrets in a list of authentications", exchange{method: "GET", target: "/management/v1/workspaces/w1/authentications",
		answer: page + `,"elements":[{"id":"` + id + `","name":"A","workspaceId":"w1","ownerId":"u1","serviceEnvironmentId":"e","service":{"name":"s","version":"1"},"credentials":{}}]}`}, `"credentials" is unsupported`},

	{"unknown path", exchange{method: "GET", target: "/core/v1/teams", status: 404, answer: `{"message":"Not found"}`}, "GET /core/v1/teams: no such operation"},
	{"path of no plane", exchange{method: "GET", target: "/graphql", status: 404, answer: `{"message":"Not found"}`}, "GET /graphql: no such operation"},
	{"unknown method", exchange{method: "PATCH", target: "/core/v1/users/u1", body: `{}`, answer: `{}`}, "PATCH /core/v1/users/u1: no such operation"},
	{"undeclared query parameter", exchange{method: "GET", target: "/core/v1/users?limit=10", answer: page + `}`}, `listUsers (GET /core/v1/users): query parameter "limit" is not in the contract`},
	{"page too large", exchange{method: "GET", target: "/core/v1/workspaces?first=101", answer: page + `}`}, `parameter "first"`},
	{"page that is no number", exchange{method: "GET", target: "/core/v1/workspaces?first=ten", answer: page + `}`}, `parameter "first"`},
	{"parameter given twice", exchange{method: "GET", target: "/core/v1/users?first=1&first=2", answer: page + `}`}, `query parameter "first" is given 2 times`},
	{"path parameter out of pattern", exchange{method: "GET", target: "/core/v1/users/ana@example.com", status: 404, answer: `{"message":"x"}`}, `parameter "userId"`},
	{"body on a GET", exchange{method: "GET", target: "/core/v1/users", body: `{}`, answer: page + `}`}, "a body is sent, but the operation takes none"},
	{"no body", exchange{method: "POST", target: "/core/v1/invites", status: 400, answer: `{"message":"x"}`}, "inviteUser (POST /core/v1/invites)"},
	{"missing field in a request", exchange{method: "POST", target: "/core/v1/invites", body: `{"email":"ana@example.com"}`, status: 400, answer: `{"message":"x"}`}, `"organizationRoleId" is missing`},
	{"unknown field in a request", exchange{method: "PUT", target: "/core/v1/users/u1/roles", body: `{"roleId":"` + id + `","role":"x"}`, answer: `{}`}, `"role" is unsupported`},
	{"role id that is no UUID", exchange{method: "PUT", target: "/core/v1/users/u1/roles", body: `{"roleId":"admin"}`, answer: `{}`}, `at "/roleId"`},
	{"no token", exchange{method: "GET", target: "/core/v1/users", anonymous: true, status: 401, answer: `{"message":"x"}`}, "no Authorization: Bearer header"},
	{"faulted answer to a wrong request", exchange{method: "GET", target: "/core/v1/users?limit=1", status: 500, fault: true}, `"limit"`},

	{"undeclared status", exchange{method: "GET", target: "/core/v1/users", status: 418, answer: `{"message":"x"}`}, "answer 418 to listUsers (GET /core/v1/users): the status is not in the contract"},
	{"undeclared redirect", exchange{method: "GET", target: "/core/v1/users", status: 307}, "answer 307 to listUsers"},
	{"200 where 204 is declared", exchange{method: "DELETE", target: "/core/v1/users/u1", answer: `{}`}, "answer 200 to deleteUser"},
	{"missing field in an answer", exchange{method: "GET", target: "/core/v1/workspaces/w1", answer: `{"id":"w1","name":"W"}`}, `"type" is missing`},
	{"unknown field in an answer", exchange{method: "GET", target: "/core/v1/workspaces/w1", answer: `{"id":"w1","name":"W","type":"Shared","colour":"red"}`}, `"colour" is unsupported`},
	{"unknown field deep in a page", exchange{method: "GET", target: "/core/v1/users", answer: page + `,"elements":[{"id":"u1","mail":"x"}]}`}, `at "/elements/0": property "mail"`},
	{"unknown enum value", exchange{method: "GET", target: "/core/v1/workspaces/w1", answer: `{"id":"w1","name":"W","type":"Team"}`}, `at "/type"`},
	{"null instead of absent", exchange{method: "GET", target: "/core/v1/workspaces/w1", answer: `{"id":"w1","name":"W","type":"Shared","description":null}`}, `at "/description"`},
	{"id that is no UUID", exchange{method: "POST", target: "/core/v1/invites", body: invite, answer: `{"inviteId":"7","expires":"2026-11-28T10:00:00Z"}`}, `at "/inviteId"`},
	{"time that is no date-time", exchange{method: "POST", target: "/core/v1/invites", body: invite, answer: `{"inviteId":"` + id + `","expires":"28 Nov"}`}, `at "/expires"`},
	{"write that answers more than {}", exchange{method: "PUT", target: "/core/v1/users/u1/roles", body: `{"roleId":"` + id + `"}`, answer: `{"ok":true}`}, "setUserOrganizationRole"},
	{"not JSON", exchange{method: "GET", target: "/core/v1/users", answer: `<html>`, contentType: "text/html"}, "Content-Type"},
	{"broken JSON", exchange{method: "GET", target: "/core/v1/users", answer: `{"pageInfo":`}, "failed to decode response body"},
	{"error without a message", exchange{method: "GET", target: "/core/v1/users", status: 403, answer: `{"code":"x"}`}, `"message" is missing`},
}

func (x exchange) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	contentType := x.contentType
	if contentType == "" {
		contentType = "application/json"
	}
	w.Header().Set("Content-Type", contentType)
	if x.fault {
		w.Header().Set(contract.FaultHeader, "1")
	}
	if x.status != 0 {
		w.WriteHeader(x.status)
	}
	if x.answer != "" {
		_, _ = io.WriteString(w, x.answer)
	}
}

func (x exchange) request(t *testing.T, base string) *http.Request {
	t.Helper()
	var body io.Reader
	if x.body != "" {
		body = strings.NewReader(x.body)
	}
	req, err := http.NewRequestWithContext(t.Context(), x.method, base+x.target, body)
	if err != nil {
		t.Fatal(err)
	}
	if x.body != "" {
		req.Header.Set("Content-Type", cmp.Or(x.sends, "application/json"))
	}
	if !x.anonymous {
		req.Header.Set("Authorization", "Bearer token")
	}
	return req
}

// arrives says that the exchange came through the check as it was sent.
func (x exchange) arrives(t *testing.T, resp *http.Response) {
	t.Helper()
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if want := max(x.status, http.StatusOK); resp.StatusCode != want || string(got) != x.answer {
		t.Errorf("got %d %q through the check, want %d %q", resp.StatusCode, got, want, x.answer)
	}
}

func complains(t *testing.T, c *complaints, want string) {
	t.Helper()
	switch got := c.all(); {
	case want == "" && got != "":
		t.Errorf("complains without reason: %s", got)
	case want != "" && !strings.Contains(got, want):
		t.Errorf("complains of %q, want %q in it", got, want)
	}
}

func TestCheck_reportsEachViolation(t *testing.T) {
	noRedirect := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range slices.Concat(cases, promotionCases) {
		t.Run(c.name, func(t *testing.T) {
			got := &complaints{TB: t}
			server := httptest.NewServer(contract.Check(got, c.exchange))
			defer server.Close()
			resp, err := noRedirect.Do(c.request(t, server.URL))
			if err != nil {
				t.Fatal(err)
			}
			c.arrives(t, resp)
			server.Close() // waits for the handler, which reports after it has answered
			complains(t, got, c.want)
		})
	}
}

func TestRoundTripper_reportsEachViolation(t *testing.T) {
	for _, c := range slices.Concat(cases, promotionCases) {
		t.Run(c.name, func(t *testing.T) {
			got := &complaints{TB: t}
			resp, err := contract.RoundTripper(got, direct{c.exchange}).RoundTrip(c.request(t, "http://sandbox"))
			if err != nil {
				t.Fatal(err)
			}
			c.arrives(t, resp)
			complains(t, got, c.want)
		})
	}
}

// direct calls a handler without a connection.
type direct struct{ http.Handler }

func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body == nil {
		req.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, req)
	return w.Result(), nil
}

func TestCheck_passesTheBodyOn(t *testing.T) {
	var got string
	echo := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		got = string(body)
		exchange{answer: `{}`}.ServeHTTP(w, req)
	})
	x := exchange{method: "PUT", target: "/core/v1/users/u1/roles", body: `{"roleId":"` + id + `"}`}
	resp, err := contract.RoundTripper(t, direct{contract.Check(t, echo)}).RoundTrip(x.request(t, "http://sandbox"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got != x.body {
		t.Errorf("the server read %q, want %q", got, x.body)
	}
}

func TestCheck_droppedConnectionIsNoViolation(t *testing.T) {
	got := &complaints{TB: t}
	drop := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	server := httptest.NewServer(contract.Check(got, drop))
	defer server.Close()
	if resp, err := http.DefaultClient.Do(exchange{method: "GET", target: "/core/v1/users"}.request(t, server.URL)); err == nil {
		resp.Body.Close()
		t.Fatal("the connection was not dropped")
	}
	server.Close()
	complains(t, got, "")
}

func BenchmarkCheck_pageOfHundredMembers(b *testing.B) {
	member := `{"workspaceId":"w1","id":"u1","email":"ana@example.com","accountType":"Regular",` + role + `}`
	x := exchange{method: "GET", target: "/core/v1/workspaces/w1/users?first=100",
		answer: page + `,"elements":[` + strings.Repeat(member+",", 99) + member + `]}`}
	rt := contract.RoundTripper(b, direct{x})
	req := httptest.NewRequest(x.method, "http://sandbox"+x.target, nil)
	req.Header.Set("Authorization", "Bearer token")
	for b.Loop() {
		resp, err := rt.RoundTrip(req)
		if err != nil {
			b.Fatal(err)
		}
		_ = resp.Body.Close()
	}
}
