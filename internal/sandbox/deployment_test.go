package sandbox

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

const deployAcme = cdk + "acme-crm/versions/1.0/deploy-connector-from-source"

func (w *world) status(path string) string {
	w.Helper()
	return into[deployment](w, w.must(200, "GET", path, nil)).Status
}

func TestDeployment_goesThroughItsStatesByTheClock(t *testing.T) {
	w := newWorld(t)
	w.set(object{"deployment_duration": "4m"})
	got := w.must(200, "POST", deployAcme, sourceOf(t, "acme-crm", "1.0"))
	d := into[deployment](t, got)
	if d.Status != "Deploying" || d.Name != "acme-crm" || d.Version != "1.0" || strings.Contains(got.body, "repeatDeployment") {
		t.Fatalf("it answers %s", got.body)
	}
	again := into[deployment](t, w.must(200, "POST", deployAcme, sourceOf(t, "acme-crm", "1.0")))
	if !again.Repeated || again.ID != d.ID {
		t.Errorf("a second one while it runs answers %+v", again)
	}
	for _, want := range []string{"Deploying", "Building", "Building", "Deployed"} {
		if got := w.status(cdk + "acme-crm/versions/1.0/latest"); got != want {
			t.Errorf("it is %s, want %s", got, want)
		}
		w.advance("110s")
		if want == "Deploying" {
			w.advance("15s")
		}
	}
	next := into[deployment](t, w.must(200, "POST", deployAcme, sourceOf(t, "acme-crm", "1.0")))
	if next.ID == d.ID || into[deployment](t, w.must(200, "GET", cdk+"acme-crm/versions/1.0/latest", nil)).ID != next.ID {
		t.Errorf("the next one is %+v after %s", next, d.ID)
	}
	if got := w.status(cdk + "acme-crm/versions/1.0/" + d.ID); got != "Deployed" {
		t.Errorf("the first one is %s then", got)
	}
}

func TestDeployment_failsWithAReasonThatTheManagementPlaneTells(t *testing.T) {
	w := newWorld(t)
	managed := "/management/v1/connectors/acme-crm/versions/1.0"
	reason := func() string {
		t.Helper()
		w.advance("1h")
		if got := w.status(cdk + "acme-crm/versions/1.0/latest"); got != "Failed" {
			t.Errorf("it is %s", got)
		}
		b := into[connectorBody](t, w.must(200, "GET", managed, nil))
		if b.Deployment.Failure == nil {
			t.Fatalf("no reason in %+v", b)
		}
		return *b.Deployment.Failure
	}
	files := func(manifest, pkg string) object {
		return object{"connectorSourceCode": packed(t, map[string]string{"connector.json": manifest, "package.json": pkg})}
	}
	w.must(200, "POST", deployAcme, files(`{"name":"acme-crm","version":"1.0","service":{"name":"none_crm","version":"1"}}`, `{}`))
	if got := reason(); got != "The service none_crm in version 1, which connector.json names, was not found" {
		t.Error(got)
	}
	w.must(200, "POST", deployAcme, files(`{"name":"acme-crm","version":"1.0"}`, `{`))
	if got := reason(); got != "npm install failed: package.json is not valid JSON" {
		t.Error(got)
	}
	w.set(object{"deployment_failure": "out of workers"})
	w.must(200, "POST", deployAcme, sourceOf(t, "acme-crm", "1.0"))
	if got := reason(); got != "out of workers" {
		t.Error(got)
	}
	w.set(object{"deployment_failure": ""})
	w.must(200, "POST", deployAcme, sourceOf(t, "acme-crm", "1.0"))
	w.must(204, "POST", "/_sandbox/ui/connectors/acme-crm/versions/1.0/fail", object{"text": "by hand"})
	if got := reason(); got != "by hand" {
		t.Error(got)
	}
	if strings.Contains(w.must(200, "GET", "/core/v1/connectors", nil).body, "acme-crm") {
		t.Error("a connector that was never deployed is offered")
	}
}

// Whoever was cut off knows again what they sent; what somebody else packed has no sum.
func TestDeployment_managementPlaneTellsTheSumOfTheZip(t *testing.T) {
	w := newWorld(t)
	source := sourceOf(t, "acme-crm", "1.0")
	raw, err := base64.StdEncoding.DecodeString(source["connectorSourceCode"].(string))
	if err != nil {
		t.Fatal(err)
	}
	w.must(200, "POST", deployAcme, source)
	sum := func() string {
		t.Helper()
		return into[connectorBody](w, w.must(200, "GET", "/management/v1/connectors/acme-crm/versions/1.0", nil)).Deployment.Source
	}
	if got, want := sum(), fmt.Sprintf("%x", sha256.Sum256(raw)); got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	w.advance("1h")
	w.must(200, "POST", "/_sandbox/ui/connectors/acme-crm/versions/1.0/deployments", object{})
	if got := sum(); got != "" {
		t.Errorf("of a zip that was packed elsewhere it is %q", got)
	}
}

func TestDeployment_isItsTokensUsersAlone(t *testing.T) {
	w := newWorld(t)
	first, other := w.token(w.addUser("first@example.com", viewer)), w.token(w.addUser("other@example.com", admin))
	if got := w.as(first, "POST", deployAcme, sourceOf(t, "acme-crm", "1.0")); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	const share = "/cdk/v1/permissions/connectors/acme-crm/versions/1.0/share-with-emails"
	for _, r := range []struct {
		method, path string
		body         any
	}{{"POST", deployAcme, sourceOf(t, "acme-crm", "1.0")}, {"GET", cdk + "acme-crm/versions/1.0/latest", nil}, {"POST", share, object{"emails": []string{"a@example.com"}}}} {
		got := w.as(other, r.method, r.path, r.body)
		if got.status != 404 || got.body != `{"message":"The connector (Left(acme-crm~1.0)) was not found or you don't have permission to access it"}` {
			t.Errorf("%s %s of another token's user: %d %s", r.method, r.path, got.status, got.body)
		}
	}
	for want, emails := range map[string][]string{"2 permissions added": {"a@example.com", "b@example.com"}} {
		if got := w.as(first, "POST", share, object{"emails": emails}); got.body != `{"message":"`+want+`"}` {
			t.Errorf("%v: %s", emails, got.body)
		}
		if got := w.as(first, "POST", share, object{"emails": append(emails, "c@example.com")}); got.body != `{"message":"1 permissions added"}` {
			t.Errorf("with one more: %s", got.body)
		}
	}
	w.advance("1h")
	if got := w.as(first, "DELETE", "/management/v1/connectors/acme-crm/versions/1.0", nil); got.status != 204 {
		t.Errorf("its owner deletes it: %d %s", got.status, got.body)
	}
}

func TestDeployment_refusesWhatIsNoConnectorOfThisName(t *testing.T) {
	w := newWorld(t)
	file := func(name string) object {
		return object{"connectorSourceCode": packed(t, map[string]string{"connector.json": `{"name":"acme-crm","version":"1.0"}`, name: "x"})}
	}
	w.refuses([]refused{
		{"no source", "POST", deployAcme, object{}, 400, "Invalid value for: body (Missing required field at 'connectorSourceCode')"},
		{"no Base64", "POST", deployAcme, object{"connectorSourceCode": "§"}, 400, "Invalid value for: body (expected Base64 at 'connectorSourceCode')"},
		{"no zip", "POST", deployAcme, object{"connectorSourceCode": "UEs="}, 400, "The source of the connector is no zip file"},
		{"no connector.json", "POST", deployAcme, object{"connectorSourceCode": packed(t, map[string]string{"a/b/connector.json": "{}"})}, 400, "The source of the connector has no connector.json"},
		{"two of them", "POST", deployAcme, object{"connectorSourceCode": packed(t, map[string]string{"a/connector.json": "{}", "b/connector.json": "{}"})}, 400, "The source of the connector has no connector.json"},
		{"broken", "POST", deployAcme, object{"connectorSourceCode": packed(t, map[string]string{"connector.json": "{"})}, 400, "The connector.json of the connector cannot be read"},
		{"name", "POST", deployAcme, sourceOf(t, "acme-erp", "1.0"), 400, `connector.json is of "acme-erp" in version "1.0", and the request of "acme-crm" in version "1.0"`},
		{"version", "POST", deployAcme, sourceOf(t, "acme-crm", "2.0"), 400, `connector.json is of "acme-crm" in version "2.0"`},
		{"version of the path", "POST", cdk + "acme-crm/versions/one/deploy-connector-from-source", sourceOf(t, "acme-crm", "one"), 400, "A connector is named in letters"},
		{"traversal", "POST", deployAcme, file("../evil"), 400, "The source of the connector has an entry that is no file inside it"},
		{"absolute", "POST", deployAcme, file("/etc/passwd"), 400, "The source of the connector has an entry that is no file inside it"},
		{"backslash", "POST", deployAcme, file(`..\evil`), 400, "The source of the connector has an entry that is no file inside it"},
		{"symlink", "POST", deployAcme, object{"connectorSourceCode": hostile(t, func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink | 0o777) }, 1)}, 400, "The source of the connector has an entry"},
		{"bomb", "POST", deployAcme, object{"connectorSourceCode": hostile(t, func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 40 }, 1)}, 400, "The source of the connector is more than 104857600 bytes when unpacked"},
		{"entries", "POST", deployAcme, object{"connectorSourceCode": hostile(t, func(*zip.FileHeader) {}, maxEntries+1)}, 400, "The source of the connector has 10001 entries"},
		{"large body", "POST", deployAcme, object{"connectorSourceCode": strings.Repeat("A", deployBody)}, 413, "The body of the request is larger"},
		{"large zip", "POST", deployAcme, object{"connectorSourceCode": strings.Repeat("A", 29<<20)}, 413, "The source of a connector has 20971520 bytes at most"},
	})
	w.must(404, "GET", cdk+"acme-crm/versions/1.0/latest", nil)
	w.must(200, "PUT", "/management/v1/organization/connector-namespace", object{"namespace": "globex"})
	w.refuses([]refused{{"namespace", "POST", deployAcme, sourceOf(t, "acme-crm", "1.0"), 400, `The name of a connector begins with the organization's namespace, "globex": "acme-crm" does not`}})
}

// hostile is a zip with so many raw entries, whose headers may lie.
func hostile(t *testing.T, lie func(*zip.FileHeader), entries int) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range entries {
		h := &zip.FileHeader{Name: fmt.Sprint("f", i)}
		lie(h)
		if _, err := z.CreateRaw(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func TestConnector_isSeenByWhomItIsSharedWith(t *testing.T) {
	w := newWorld(t)
	w.set(object{"deployment_duration": "0s"})
	finance := w.addWorkspace("Finance")
	people := map[string]string{}
	for _, name := range []string{"Exact", "exact+other", "member", "nobody"} {
		people[name] = w.addUser(name+"@example.com", viewer)
	}
	w.addMember(finance, people["member"], viewer)
	w.must(200, "POST", deployAcme, sourceOf(t, "acme-crm", "1.0"))
	w.must(200, "POST", "/cdk/v1/permissions/connectors/acme-crm/versions/1.0/share-with-emails", object{"emails": []string{"Exact@example.com"}})
	w.must(204, "PUT", "/management/v1/connectors/acme-crm/versions/1.0/shares/workspaces/"+finance, nil)
	for name, id := range people {
		token := w.token(id)
		sees := strings.Contains(w.as(token, "GET", "/core/v1/connectors", nil).body, `"acme-crm"`)
		runs := w.as(token, "POST", "/core/v1/connectors/acme-crm/versions/1.0/call", object{"operation": "get_thing", "input": object{"id": "1"}})
		if want := name == "Exact" || name == "member"; sees != want || (runs.status == 200) != want {
			t.Errorf("%s sees it: %v, runs it: %d %s", name, sees, runs.status, runs.body)
		}
	}
	operations := w.must(200, "GET", "/core/v1/connectors/acme-crm/versions/1.0/operations", nil).body
	if !strings.Contains(operations, `"required":["id"]`) || strings.Contains(operations, "broken") {
		t.Errorf("its operations are %s", operations)
	}
	wrong := into[outcome](t, w.must(200, "POST", "/core/v1/connectors/acme-crm/versions/1.0/call", object{"operation": "get_thing", "input": object{}}))
	if wrong.Outcome != "error" || fmt.Sprint(wrong.Output) != "map[message:The input is not valid: missing 'id' at 'input']" {
		t.Errorf("a call without input: %+v", wrong)
	}
	w.must(204, "DELETE", "/management/v1/connectors/acme-crm/versions/1.0/shares/workspaces/"+finance, nil)
	if strings.Contains(w.as(w.token(people["member"]), "GET", "/core/v1/connectors", nil).body, `"acme-crm"`) {
		t.Error("it is seen after it was taken away")
	}
}

func TestConnector_sharingWithWorkspacesAsTheOldClientDoesIsWithItsPeopleOfNow(t *testing.T) {
	w := newWorld(t)
	full, empty := w.addWorkspace("Full"), w.addWorkspace("Empty")
	w.must(200, "POST", deployAcme, sourceOf(t, "acme-crm", "1.0"))
	w.must(200, "POST", "/cdk/v1/permissions/connectors/acme-crm/versions/1.0/share-with-emails", object{"emails": []string{"owner@example.com"}})
	w.addMember(full, w.addUser("ana@example.com", viewer), viewer)
	got := w.must(200, "POST", "/internal/v1/connectors/acme-crm/versions/1.0/permissions/share-with-workspaces", object{"workspaceIds": []string{full, empty}}).body
	if want := `{"success":{"message":"1 permissions added"},"warnings":{"emptyWorkspaces":["` + empty + `"]}}`; got != want {
		t.Errorf("it answers %s, want %s", got, want)
	}
}

// Somebody deploys from their laptop: the next reader sees another deployment.
func TestConnector_peopleChangeIt(t *testing.T) {
	w := newWorld(t)
	w.set(object{"deployment_duration": "0s"})
	w.addUser("carl@example.com", contributor)
	mine := into[deployment](t, w.must(200, "POST", deployAcme, sourceOf(t, "acme-crm", "1.0"))).ID
	w.must(200, "POST", "/_sandbox/ui/connectors/acme-crm/versions/1.0/deployments", object{"by": "carl@example.com", "title": "Other"})
	b := into[connectorBody](t, w.must(200, "GET", "/management/v1/connectors/acme-crm/versions/1.0", nil))
	if b.Deployment.ID == mine || b.Deployment.Email != "carl@example.com" || b.OwnerEmail != "owner@example.com" || b.Title != "Other" {
		t.Errorf("it is %+v", b)
	}
	w.must(204, "DELETE", "/_sandbox/ui/connectors/acme-crm/versions/1.0", nil)
	w.must(404, "GET", cdk+"acme-crm/versions/1.0/latest", nil)
}
