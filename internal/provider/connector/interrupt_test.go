package connector_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// process has the desk start the real binary, which a signal to Terraform reaches too.
func (b *bench) process() {
	b.T.Helper()
	b.CLI = b.Process()
	b.Write("versions.tf", "terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n")
	b.Write("main.tf", crm())
	b.Init()
}

// Ctrl-C in a state on the way: the next apply waits for the end, or finds it, and
// converges in place.
func TestConnector_interruptedWhileItWaitsTheNextApplyConverges(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b bench) {
		b.process()
		b.Applies(crm())
		b.Env.SetOptions(body{"deployment_duration": "20m"})
		for n, state := range []string{"Deploying", "Building"} {
			b.build(state)
			before := len(b.Env.Requests())
			running := b.Begin(b.T.Context(), apply...)
			eventually(b.T, func() bool { return b.Env.State().Connectors[0].Status == "Deploying" && b.polls(before) })
			if state == "Building" {
				b.Env.Advance(11 * time.Minute)
			}
			running.Interrupt()
			if r := running.Wait(); r.Code == 0 {
				b.T.Errorf("%s: the interrupted apply ends with success: %s", state, r.Text())
			}
			if got := b.only().Status; got != state {
				b.T.Fatalf("it is %s", got)
			}
			if n == 0 { // it ends in Tray
				b.Env.Advance(time.Hour)
				b.NoChanges()
				continue
			}
			before = len(b.Env.Requests())
			again := b.Begin(b.T.Context(), apply...)
			b.awaitPoll(before)
			b.Env.Advance(time.Hour)
			if r := again.Wait(); r.Code != 0 || !strings.Contains(r.Text(), "1 changed, 0 destroyed") {
				b.T.Errorf("the next apply: %s", r.Text())
			}
			b.NoChanges()
		}
		if b.deployed() != 3 {
			b.T.Errorf("deployed %d times: what was under way was not waited for", b.deployed())
		}
	})
}

// Ctrl-C while a create waits, in each state: the state holds what is known, and nothing is
// tainted. The next apply waits for the end, shares what was not shared yet, and nothing is
// deployed twice.
func TestConnector_interruptedCreateGoesOnInPlace(t *testing.T) {
	t.Parallel()
	for plane, opts := range map[string][]acctest.Option{"management plane": nil, "platform API alone": {acctest.NoManagement()}} {
		t.Run(plane, func(t *testing.T) {
			onBoth(t, func(b bench) {
				b.process()
				b.Environ = append(b.Environ, "TF_LOG_PROVIDER=INFO")
				b.Env.SetOptions(body{"deployment_duration": "20m"})
				for n, state := range []string{"Deploying", "Building", "Deployed"} {
					b.interruptedCreate("acme-"+strings.ToLower(state), state, n == 1)
				}
			}, opts...)
		})
	}
}

// interruptedCreate interrupts a create once the deployment is in a state, of which the
// provider has not heard. Stale has the next apply go by the state as it is.
func (b bench) interruptedCreate(name, state string, stale bool) {
	b.T.Helper()
	b.pack(name+".zip", name, "one", firstBuild)
	b.Write(name+".tf", strings.Replace(crm(fmt.Sprintf("name = %q", name), fmt.Sprintf("source = %q", filepath.Join(b.Dir, name+".zip")),
		`share_with_emails = ["ana@example.com"]`), `"crm"`, `"`+name+`"`, 1))
	b.Write("main.tf", "")
	before, sent := len(b.Env.Requests()), b.deployed()
	running := b.Begin(b.T.Context(), apply...)
	b.awaitPoll(before)
	b.Env.Fault(acctest.Fault{Method: http.MethodGet, Path: "/cdk/v1/deployments/connectors/" + name + "/**", Delay: "1m", Times: 1})
	if later := map[string]time.Duration{"Building": 11 * time.Minute, "Deployed": time.Hour}[state]; later > 0 {
		b.Env.Advance(later)
	}
	running.Interrupt()
	r := running.Wait()
	b.Env.ClearFaults()
	if r.Code == 0 || !strings.Contains(r.Text(), "The connector is still being deployed") {
		b.T.Errorf("%s: the interrupted apply ends with %d: %s", state, r.Code, r.Text())
	}
	b.Says(r, "of the connector "+name+" 1.0 is Deploying") // a line of progress in the log
	if kept := b.Resources()["tray_connector."+name]; kept["status"] != "Deploying" || kept["deployment_id"] == "" {
		b.T.Fatalf("%s: the state has %v", state, kept)
	}
	args := apply
	if stale {
		args = append(slices.Clone(apply), "-refresh=false")
	}
	before = len(b.Env.Requests())
	again := b.Begin(b.T.Context(), args...)
	if state != "Deployed" {
		b.awaitPoll(before)
		b.Env.Advance(time.Hour)
	}
	if r := again.Wait(); r.Code != 0 || !strings.Contains(r.Text(), "0 added, 1 changed, 0 destroyed") {
		b.T.Errorf("%s: the next apply: %s", state, r.Text())
	}
	b.NoChanges()
	shared := slices.ContainsFunc(b.Env.State().ConnectorShares, func(s acctest.ConnectorShare) bool { return strings.HasPrefix(s.Connector, name) })
	if b.deployed() != sent+1 || !shared {
		b.T.Errorf("%s: deployed %d times, and shared: %t", state, b.deployed()-sent, shared)
	}
}

// cutOff is what an apply leaves that is killed when it has sent the zip: the deployment, and
// no state.
func (b bench) cutOff() {
	b.T.Helper()
	zip, err := os.ReadFile(filepath.Join(b.Dir, "acme-crm.zip"))
	if err != nil {
		b.T.Fatal(err)
	}
	b.Env.CallAs(b.Env.Owner, http.MethodPost, "/cdk/v1/deployments/connectors/acme-crm/versions/1.0/deploy-connector-from-source", body{"connectorSourceCode": base64.StdEncoding.EncodeToString(zip)})
}

// An apply that was cut off has left no state. Its connector is known again by its name and
// version, its user and its zip, and is deployed once; another zip, and another user, are not
// taken for it.
func TestConnector_cutOffCreateGoesOnByNameAndVersion(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b bench) {
		b.cutOff()
		if r, _ := b.planOf(crm()); !strings.Contains(r, "The connector is deployed already") || !strings.Contains(r, "1 to add") {
			b.T.Errorf("what is there is not said: %s", r)
		}
		ours := b.only().Deployment
		b.Applies(crm(`share_with_emails = ["ana@example.com"]`))
		if b.deployed() != 1 || b.only().Deployment != ours || b.sharedWith() != "ana@example.com" {
			b.T.Errorf("deployed %d times, shared with %q: %+v", b.deployed(), b.sharedWith(), b.only())
		}
		b.Destroy()

		b.Env.SetOptions(body{"deployment_duration": "20m"})
		b.cutOff()
		before := len(b.Env.Requests())
		running := b.Begin(b.T.Context(), apply...)
		b.awaitPoll(before)
		b.Env.Advance(time.Hour)
		if r := running.Wait(); r.Code != 0 || b.deployed() != 2 {
			b.T.Errorf("deployed %d times: %s", b.deployed(), r.Text())
		}
		b.NoChanges()
		b.Destroy()

		b.Env.SetOptions(body{"deployment_duration": "0s"})
		b.cutOff()
		b.build("two")
		b.Refuses(crm(), "TRAY012", "The connector acme-crm 1.0 is deployed already")
		b.Env.Control(http.MethodPost, "ui/connectors/acme-crm/versions/1.0/deployments", body{})
		b.build("one")
		b.Refuses(crm(), "TRAY012") // somebody's, of nobody knows what
	})
}

func (b bench) planOf(hcl string) (string, bool) {
	b.T.Helper()
	b.Write("main.tf", hcl)
	r, changes := b.Plan()
	return strings.Join(strings.Fields(strings.ReplaceAll(r.Text(), "│", "")), " "), changes
}

// On a live Tray nobody tells what is deployed: the advice is an import, with the zip's path
// where it was ours, and the plan after it is empty.
func TestConnector_cutOffCreateIsImportedOnALiveTray(t *testing.T) {
	t.Parallel()
	b := newBench(t, acctest.Terraform, acctest.NoManagement())
	b.cutOff()
	b.Refuses(crm(), "TRAY012", "write the path of its zip after another slash")
	b.Write("import.tf", "import {\n  to = tray_connector.crm\n  id = \"acme-crm/1.0/"+filepath.Join(b.Dir, "acme-crm.zip")+"\"\n}\n")
	b.Applies(crm())
	b.build("two")
	if r, changes := b.planOf(crm()); !changes || !strings.Contains(r, "1 to change") || b.deployed() > 0 { // since the refusal
		t.Errorf("a change of the zip: %s", r)
	}
}

// awaitPoll waits until somebody waits for a deployment.
func (b bench) awaitPoll(before int) {
	b.T.Helper()
	for began := time.Now(); !b.polls(before); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			b.T.Fatalf("nobody waits for a deployment:\n%s", b.Env.Requests()[before:])
		}
	}
}

// polls reports whether a request after the first ones asks for one deployment, as those do
// who wait for it.
func (b bench) polls(before int) bool {
	return slices.ContainsFunc(b.Env.Requests()[before:], func(q acctest.Request) bool {
		return q.Method == http.MethodGet && strings.HasPrefix(q.Path, "/cdk/") && !strings.HasSuffix(q.Path, "/latest")
	})
}

func eventually(t testing.TB, so func() bool) {
	t.Helper()
	for began := time.Now(); !so(); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatal("it does not come about")
		}
	}
}
