package connector_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

// bench is a layout with the zip of a connector beside its configuration.
type bench struct {
	acctest.Desk
}

func newBench(t *testing.T, cli string, opts ...acctest.Option) bench {
	t.Helper()
	env := acctest.Start(t, opts...)
	env.SetOptions(body{"deployment_duration": "0s"})
	b := bench{env.Desk(t, cli, "")}
	b.build("one")
	return b
}

func onBoth(t *testing.T, does func(b bench), opts ...acctest.Option) {
	t.Helper()
	acctest.OnBoth(t, newBench, does, opts...)
}

var firstBuild = time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)

// build makes the zip, and returns its SHA-256.
func (b bench) build(code string) string { return b.pack("acme-crm.zip", "acme-crm", code, firstBuild) }

func (b bench) pack(file, name, code string, at time.Time) string {
	b.T.Helper()
	raw := acctest.Zip(b.T, acctest.ConnectorFiles(name, "1.0", code), at, at != firstBuild)
	b.put(file, raw)
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func (b bench) put(file string, raw []byte) {
	b.T.Helper()
	if err := os.WriteFile(filepath.Join(b.Dir, file), raw, 0o600); err != nil {
		b.T.Fatal(err)
	}
}

// crm is a connector; lines are more arguments, and replace its own by their first word.
func crm(lines ...string) string {
	all := []string{`name = "acme-crm"`, `version = "1.0"`, `source = "${abspath(path.module)}/acme-crm.zip"`}
	for _, line := range lines {
		name, _, _ := strings.Cut(line, " =")
		for i, own := range all {
			if strings.HasPrefix(own, name+" =") {
				all[i], line = line, ""
			}
		}
		all = append(all, line)
	}
	return "resource \"tray_connector\" \"crm\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

var apply = []string{"apply", "-input=false", "-auto-approve"}

func (b bench) only() acctest.Connector {
	b.T.Helper()
	return acctest.One(b.T, b.Env.State().Connectors)
}

func (b bench) sharedWith() string {
	var all []string
	for _, s := range b.Env.State().ConnectorShares {
		all = append(all, s.With)
	}
	return strings.Join(all, ", ")
}

const deployments = "/cdk/v1/deployments/connectors/**"

func (b bench) deployed() int { return b.Env.Requests().Count(http.MethodPost, deployments) }

func TestConnector_lifecycle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b bench) {
		b.Applies(crm())
		first := b.only()
		if first.Status != "Deployed" || b.Resources()["tray_connector.crm"]["service_name"] != "slack" {
			b.T.Errorf("made: %+v, %v", first, b.Resources()["tray_connector.crm"])
		}
		b.pack("acme-crm.zip", "acme-crm", "one", firstBuild.Add(time.Hour))
		b.NoChanges() // built anew from the same sources
		if err := os.Rename(filepath.Join(b.Dir, "acme-crm.zip"), filepath.Join(b.Dir, "moved.zip")); err != nil {
			b.T.Fatal(err)
		}
		b.Applies(crm(`source = "${abspath(path.module)}/moved.zip"`, `timeouts = { update = "5m" }`))
		if b.deployed() != 1 {
			b.T.Errorf("deployed %d times although the content is the same", b.deployed())
		}
		b.build("two")
		b.Applies(crm())
		if second := b.only(); second.Deployment == first.Deployment {
			b.T.Errorf("a change of the zip is not deployed: %+v", second)
		}
		b.Applies(crm(), "-replace=tray_connector.crm")
		b.Env.Control(http.MethodDelete, "ui/connectors/acme-crm/versions/1.0", nil)
		if r, _ := b.Plan(); !strings.Contains(r.Text(), "The connector is gone from Tray") {
			b.T.Errorf("what is gone is not said: %s", r.Text())
		}
		b.Applies(crm())
		b.Destroy()
		if left := b.Env.State().Connectors; len(left) > 0 {
			b.T.Errorf("left: %+v", left)
		}
	})
}

func TestConnector_isSharedWithPeopleAndWorkspaces(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b bench) {
		b.Env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
		const there = "data \"tray_workspace\" \"sales\" { name = \"sales\" }\n"
		for _, s := range []struct{ emails, workspaces, want string }{
			{`["ana@example.com", "a+b@example.com"]`, `[data.tray_workspace.sales.id]`, "a+b@example.com, ana@example.com, workspace sales"},
			{`["ana@example.com"]`, `[]`, "ana@example.com"},
			{`null`, `null`, "ana@example.com"}, {`[]`, `[]`, ""}, {`["ben@example.com"]`, `null`, "ben@example.com"},
		} {
			b.Applies(there + crm("share_with_emails = "+s.emails, "share_with_workspaces = "+s.workspaces))
			if got := b.sharedWith(); got != s.want {
				b.T.Errorf("%s, %s: shared with %q", s.emails, s.workspaces, got)
			}
		}
		b.Env.Control(http.MethodPost, "ui/connectors/acme-crm/versions/1.0/shares", body{"emails": []string{"eve@example.com"}})
		b.Applies(there + crm(`share_with_emails = ["ben@example.com"]`))
		if got := b.sharedWith(); got != "ben@example.com" || b.deployed() != 1 {
			b.T.Errorf("shared with %q after %d deployments", got, b.deployed())
		}
	})
}

func TestConnector_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	b := newBench(t, acctest.Terraform)
	b.Refuses(crm(`source = null`), "There is no zip to deploy")
	b.Refuses(crm(`source = "none.zip"`), "Could not read the connector's zip", "none.zip", "no such file", "The path is relative to")
	b.Refuses(crm(`name = "acme-erp"`), "The zip is of another connector", "acme-crm 1.0")
	b.Refuses(crm(`name = "acme/crm"`), "Not a part of a connector's address")
	b.Refuses(crm(`timeouts = { create = "soon" }`), "Not a duration")
	b.Refuses(crm(`source_sha256 = "`+strings.Repeat("0", 64)+`"`), "The zip is not the one that source_sha256 names")
	b.Refuses(crm()+strings.Replace(crm(), `"crm"`, `"two"`, 1), "TRAY008")
	b.Env.Control(http.MethodPut, "ui/organization/connector-namespace", body{"namespace": "globex"})
	b.Refuses(crm(), "TRAY010", `"globex-acme-crm"`)
	files := acctest.ConnectorFiles("acme-crm", "1.0", "x")
	files["../evil.ts"] = "x"
	b.put("acme-crm.zip", acctest.Zip(t, files, firstBuild, false))
	b.Refuses(crm(), "The zip is refused", `"../evil.ts"`)
	b.put("acme-crm.zip", acctest.Zip(t, acctest.ConnectorFiles("acme-crm", "1.0", "x"), firstBuild, false)[:300])
	b.Refuses(crm(), "Could not read the connector's zip", "damaged")
	b.put("acme-crm.zip", acctest.Zip(t, acctest.ConnectorFiles("acme-crm", "1.0", strings.Repeat("x", 32<<20)), firstBuild, false))
	b.Refuses(crm(), "Could not read the connector's zip", "handler.ts")
	if w := b.Env.Requests().Writes(); len(w) > 0 {
		t.Errorf("a refused plan writes:\n%s", w)
	}
}

// With a build's SHA-256 the zip is needed by the apply of a change alone.
func TestConnector_sourceSHA256StandsForTheZip(t *testing.T) {
	t.Parallel()
	b := newBench(t, acctest.Terraform)
	zip := filepath.Join(b.Dir, "acme-crm.zip")
	one := b.build("one")
	sha := func(sum string) string { return crm(fmt.Sprintf("source_sha256 = %q", sum)) }
	b.Applies(sha(one))
	if err := os.Remove(zip); err != nil {
		t.Fatal(err)
	}
	b.NoChanges()
	two := b.build("two")
	if err := os.Rename(zip, zip+".later"); err != nil {
		t.Fatal(err)
	}
	b.Write("main.tf", sha(two))
	if r, changes := b.Plan("-out=saved"); !changes {
		t.Fatalf("another build is no change: %s", r.Text())
	}
	b.build("three")
	b.Fails([]string{"apply", "-input=false", "saved"}, sha(two), "The zip is not the one that source_sha256 names")
	if b.deployed() != 1 {
		t.Error("another zip than the build's was sent")
	}
	if err := os.Rename(zip+".later", zip); err != nil {
		t.Fatal(err)
	}
	b.Applies(sha(two))
	b.Applies(sha(b.pack("acme-crm.zip", "acme-crm", "two", firstBuild.Add(time.Hour))))
	if b.deployed() != 2 {
		t.Errorf("deployed %d times: a build of the same content only notes its SHA-256", b.deployed())
	}
}

func TestConnector_anArtifactThatChangedSinceThePlanIsNotSent(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b bench) {
		for _, code := range []string{"one", "two"} { // a create, then an update
			before := b.deployed()
			b.build(code)
			b.Write("main.tf", crm())
			b.Plan("-out=saved")
			b.build(code + " changed")
			if r := b.Run("apply", "-input=false", "saved"); r.Code != 1 || !strings.Contains(r.Text(), "content_digest") || b.deployed() != before {
				b.T.Errorf("%s: it ends with %d after %d deployments: %s", code, r.Code, b.deployed(), r.Text())
			}
			b.build(code)
			b.Applies(crm())
		}
	})
}

func TestConnector_aFailedDeploymentIsSaidAndTaintsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b bench) {
		b.Env.SetOptions(body{"deployment_failure": "out of workers"})
		b.Fails(apply, crm(), "Could not deploy the connector", "out of workers")
		if kept := b.Resources(); len(kept) > 0 {
			b.T.Errorf("a failed create leaves %v", kept)
		}
		b.Env.SetOptions(body{"deployment_failure": ""})
		b.Applies(crm())
		good := b.only().Deployment
		b.Env.SetOptions(body{"deployment_failure": "no disk"})
		b.build("two")
		digest := b.Resources()["tray_connector.crm"]["content_digest"]
		b.Fails(apply, crm(), "no disk")
		if got := b.Resources()["tray_connector.crm"]; got["content_digest"] != digest || got["deployment_id"] != good {
			b.T.Errorf("a failed update leaves %v", got)
		}
		b.Env.SetOptions(body{"deployment_failure": ""})
		r, _ := b.Plan()
		if strings.Contains(r.Text(), "must be replaced") || strings.Contains(r.Text(), "Somebody else") || !strings.Contains(r.Text(), "updated in-place") {
			b.T.Errorf("after a failure the plan is %s", r.Text())
		}
		b.Applies(crm())
	})
}

func TestConnector_anotherDeploymentIsReplacedByOursAndSaid(t *testing.T) {
	t.Parallel()
	for plane, opts := range map[string][]acctest.Option{"eve@example.com": nil, "another token of the same user": {acctest.NoManagement()}} {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, acctest.Terraform, opts...)
			b.Env.Control(http.MethodPost, "ui/users", body{"email": "eve@example.com", "name": "Eve", "role": "Viewer"})
			b.Applies(crm())
			for _, fails := range []string{"", "of Eve's laptop"} {
				other := body{"by": "eve@example.com"}
				if fails != "" {
					other["fails"] = fails
				}
				b.Env.Control(http.MethodPost, "ui/connectors/acme-crm/versions/1.0/deployments", other)
				theirs := b.only().Deployment
				r, changes := b.Plan()
				if !changes || !strings.Contains(r.Text(), "Somebody else deployed the connector") || !strings.Contains(strings.Join(strings.Fields(r.Text()), " "), plane) || !strings.Contains(r.Text(), "updated in-place") {
					t.Errorf("the plan says %s", r.Text())
				}
				b.Apply("-refresh-only")
				b.Applies(crm())
				if b.only().Deployment == theirs || b.only().Status != "Deployed" {
					t.Errorf("it is %+v", b.only())
				}
			}
		})
	}
}

func TestConnector_ofAnotherUsersTokenIsExplained(t *testing.T) {
	t.Parallel()
	for plane, want := range map[string]string{"management": "Another user owns the connector", "platform": "another user owns it"} {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			var opts []acctest.Option
			if plane == "platform" {
				opts = append(opts, acctest.NoManagement())
			}
			b := newBench(t, acctest.Terraform, opts...)
			b.Env.Control(http.MethodPost, "ui/users", body{"email": "eve@example.com", "name": "Eve", "role": "Viewer"})
			b.Env.Control(http.MethodPost, "ui/connectors/acme-crm/versions/1.0/deployments", body{"by": "eve@example.com"})
			b.Fails(apply, crm(), want)
			if b.only().Owner != "eve@example.com" {
				t.Errorf("it is %+v", b.only())
			}
		})
	}
}

func TestConnector_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"command", "block", "identity"} {
		for plane, opts := range map[string][]acctest.Option{"management plane": nil, "platform API alone": {acctest.NoManagement()}} {
			t.Run(way+" on the "+plane, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, acctest.Terraform, opts...)
				b.Applies(crm())
				b.Run("state", "rm", "tray_connector.crm")
				before := len(b.Env.Requests().Writes())
				switch way {
				case "command":
					b.Run("import", "-input=false", "tray_connector.crm", "acme-crm/1.0/"+filepath.Join(b.Dir, "acme-crm.zip"))
				case "block":
					b.Write("import.tf", "import {\n  to = tray_connector.crm\n  id = \"acme-crm/1.0\"\n}\n")
					b.Apply()
				case "identity":
					b.Write("import.tf", "import {\n  to = tray_connector.crm\n  identity = {\n    name    = \"acme-crm\"\n    version = \"1.0\"\n  }\n}\n")
					b.Apply()
				}
				b.NoChanges()
				if now := b.Env.Requests().Writes(); len(now) > before {
					t.Errorf("an import writes:\n%s", now[before:])
				}
				b.build("two")
				r, changes := b.Plan()
				if told := way == "command" || opts == nil; changes != told || !told && !strings.Contains(r.Text(), "What the connector was deployed from is not known") {
					t.Errorf("another zip after an import: %s", r.Text())
				}
			})
		}
	}
}

func TestConnector_onALiveTrayItCanOnlyDeployAndShare(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b bench) {
		b.Refuses(crm(`share_with_workspaces = ["w"]`), "This Tray shares connectors with people only")
		b.Applies(crm(`share_with_emails = ["ana@example.com", "ben@example.com"]`))
		b.Write("main.tf", crm(`share_with_emails = ["ana@example.com"]`))
		if r, _ := b.Plan(); !strings.Contains(r.Text(), "The connector stays shared") || !strings.Contains(r.Text(), "ben@example.com") {
			b.T.Errorf("who keeps it is not said: %s", r.Text())
		}
		b.Apply()
		b.NoChanges()
		if r := b.Destroy(); !strings.Contains(r.Text(), "The connector stays in Tray") {
			b.T.Errorf("a destroy says %s", r.Text())
		}
		if got := b.sharedWith(); got != "ana@example.com, ben@example.com" || b.only().Status != "Deployed" {
			b.T.Errorf("left: %q, %+v", got, b.only())
		}
	}, acctest.NoManagement())
}

// A plan in which nothing changes costs one list of connectors and the shares of each; on a
// live Tray one request for each connector.
func TestConnector_aPlanOfThreeCostsListsAndNotMore(t *testing.T) {
	t.Parallel()
	for plane, want := range map[string]int{"management": 5, "platform": 4} {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			var opts []acctest.Option
			if plane == "platform" {
				opts = append(opts, acctest.NoManagement())
			}
			b := newBench(t, acctest.Terraform, opts...)
			hcl := ""
			for _, name := range []string{"a", "b", "c"} {
				b.pack(name+".zip", "acme-"+name, "one", firstBuild)
				hcl += strings.Replace(crm(fmt.Sprintf("name = %q", "acme-"+name), fmt.Sprintf("source = %q", filepath.Join(b.Dir, name+".zip"))), `"crm"`, `"`+name+`"`, 1)
			}
			b.Applies(hcl)
			before := len(b.Env.Requests())
			b.NoChanges()
			if got := b.Env.Requests()[before:]; len(got) > want {
				t.Errorf("%d requests, want %d:\n%s", len(got), want, got)
			}
		})
	}
}

// Whatever becomes of the answer, what is deployed is deployed once, and the next apply
// converges.
func TestConnector_anAmbiguousAnswerDeploysNothingTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t, acctest.Terraform)
	for name, f := range acctest.Some(t, map[string]acctest.Fault{
		"lost after": {Drop: "after"}, "lost before": {Drop: "before"}, "502 after commit": {Status: 502, AfterCommit: true},
	}, "lost after", "lost before") {
		f.Method, f.Path, f.Times = http.MethodPost, deployments, 1
		b.Env.Fault(f)
		b.Write("main.tf", crm())
		r := b.Run(apply...)
		b.Env.ClearFaults()
		if r.Code != 0 {
			t.Errorf("%s: %s", name, r.Text())
		}
		b.Applies(crm())
		b.Destroy()
	}
}

func TestConnectorList_findsThemAll(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	b := newBench(t, acctest.Terraform)
	for _, name := range []string{"acme-a", "acme-b", "other"} {
		b.Env.Control(http.MethodPost, "ui/connectors/"+name+"/versions/1.0/deployments", body{})
	}
	b.Write("find.tfquery.hcl", "list \"tray_connector\" \"all\" {\n  provider = tray\n  config {\n    name_regex = \"^acme-\"\n  }\n}\n")
	b.Init()
	r := b.Run("query", "-generate-config-out=found.tf")
	if !strings.Contains(r.Text(), "acme-a 1.0") || !strings.Contains(r.Text(), "acme-b 1.0") || strings.Contains(r.Text(), "other") {
		t.Errorf("it finds %s", r.Text())
	}
	if err := os.Remove(filepath.Join(b.Dir, "find.tfquery.hcl")); err != nil {
		t.Fatal(err)
	}
	if r := b.Apply(); !strings.Contains(r.Text(), "2 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("what was generated is applied as %s", r.Text())
	}
	b.NoChanges()
}
