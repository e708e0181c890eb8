package environment_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

// desk is a layout on an organization with one service, made in the UI.
type desk struct {
	*acctest.CLI
	env     *acctest.Env
	t       *testing.T
	service acctest.Service
}

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	env := acctest.Start(t, opts...)
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	env.Control(http.MethodPost, "ui/services", body{"owner": acctest.OwnerEmail, "workspace": "sales", "name": "CRM", "authenticationType": "oauth2",
		"authorizationUrl": "https://x", "tokenUrl": "https://x", "clientId": "c", "clientSecret": "s", "scopes": []body{{"scope": "read", "description": "Reads"}}})
	d := desk{env.Layout(t, cli, ""), env, t, env.State().Services[0]}
	d.Write("provider.tf", env.Provider())
	return d
}

func onBoth(t *testing.T, does func(d desk), opts ...acctest.Option) {
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			does(newDesk(t, cli, opts...))
		})
	}
}

// box is an environment; lines replace its own by their first word.
func (d desk) box(lines ...string) string {
	all := []string{fmt.Sprintf("service_name = %q", d.service.UniqueName), `title = "Sandbox"`, `client_id = "app"`, `client_secret_wo = "canary-one"`}
	for _, line := range lines {
		name, _, _ := strings.Cut(line, " =")
		replaced := false
		for i, own := range all {
			if strings.HasPrefix(own, name+" =") {
				all[i], replaced = line, true
			}
		}
		if !replaced {
			all = append(all, line)
		}
	}
	for i, line := range all {
		if strings.HasSuffix(line, " =") {
			all[i] = ""
		}
	}
	return "resource \"tray_service_environment\" \"box\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

func (d desk) applies(hcl string, args ...string) acctest.Result {
	d.t.Helper()
	d.Write("main.tf", hcl)
	r := d.Apply(args...)
	d.NoChanges()
	return r
}

func (d desk) refuses(hcl string, want ...string) {
	d.t.Helper()
	d.Write("main.tf", hcl)
	r := d.Run("plan", "-input=false")
	for _, text := range want {
		if r.Code != 1 || !strings.Contains(r.Text(), text) {
			d.t.Errorf("it ends with %d and does not say %q: %s", r.Code, text, r.Text())
		}
	}
}

func (d desk) only() acctest.Environment {
	d.t.Helper()
	all := d.env.State().Environments
	if len(all) != 1 {
		d.t.Fatalf("there are %d environments: %+v", len(all), all)
	}
	return all[0]
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func TestEnvironment_lifecycle(t *testing.T) {
	onBoth(t, func(d desk) {
		d.applies(d.box())
		made := d.only()
		if made.SecretDigest != digest("canary-one") || made.ClientID != "app" {
			d.t.Errorf("made: %+v", made)
		}
		for _, lines := range [][]string{{`title = "Box"`}, {`client_id = "other"`}, {`scopes = { "write" = "Writes" }`}, {`scopes = {}`}, {`scopes =`},
			{`client_secret_wo = "canary-two"`}, {"client_secret_wo ="}, {`client_secret_wo = "canary-three"`, `client_secret_wo_version = "3"`}, {"service_version = 1"}} {
			d.applies(d.box(lines...))
		}
		// The last has no version, so that the secret itself decides again.
		if now := d.only(); now.ID != made.ID || now.SecretDigest != digest("canary-one") {
			d.t.Errorf("changed in place, it is %+v", now)
		}
		d.applies(d.box(), "-replace=tray_service_environment.box")
		if d.only().ID == made.ID {
			d.t.Error("-replace keeps it")
		}
		d.env.Control(http.MethodDelete, "ui/services/CRM/versions/1/environments/Sandbox", nil)
		if r, _ := d.Plan(); !strings.Contains(r.Text(), "The service environment is gone from Tray") {
			d.t.Errorf("what is gone is not said: %s", r.Text())
		}
		d.Apply()
		d.NoChanges()
		d.Destroy()
		if left := d.env.State().Environments; len(left) > 0 {
			d.t.Errorf("left: %+v", left)
		}
	})
}

// A service and its environments are made and destroyed in one apply.
func TestEnvironment_ofAServiceThatIsMadeBesideIt(t *testing.T) {
	onBoth(t, func(d desk) {
		d.applies(`data "tray_workspace" "sales" { name = "sales" }
resource "tray_custom_service" "erp" {
  workspace_id        = data.tray_workspace.sales.id
  name                = "ERP"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://erp.example.com/token"
  client_id           = "erp"
  client_secret_wo    = "canary-erp"
}
` + d.box("service_name = tray_custom_service.erp.unique_name", "service_version = tray_custom_service.erp.version") + `
data "tray_service_environments" "erp" {
  service_name = tray_service_environment.box.service_name
  depends_on   = [tray_service_environment.box]
}
output "titles" { value = join(" ", data.tray_service_environments.erp.environments[*].title) }
`)
		if r := d.Run("output", "-raw", "titles"); r.Stdout != "Production Sandbox" {
			d.t.Errorf("the environments are %s", r.Stdout)
		}
		d.Destroy()
		if left := d.env.State().Services; len(left) != 1 {
			d.t.Errorf("left: %+v", left)
		}
	})
}

func TestEnvironment_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.refuses(d.box("client_id ="), "An environment needs client_id")
	d.refuses(d.box("client_secret_wo ="), "An environment needs client_secret_wo")
	d.refuses(d.box(`title = "Production"`), "Every service has this environment already")
	d.refuses(d.box()+strings.Replace(d.box(), `"box"`, `"two"`, 1), "TRAY008")
	d.env.Control(http.MethodPost, "ui/services/CRM/versions/1/environments", body{"title": "Sandbox", "clientId": "c", "clientSecret": "s"})
	d.refuses(d.box(), "TRAY012", "tray_service_environment.<name>", "id = \""+d.service.UniqueName+"/1/"+d.only().ID)
	if w := d.env.Requests().Writes(); len(w) > 0 {
		t.Errorf("a refused plan writes:\n%s", w)
	}
}

func TestEnvironment_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	for _, way := range []string{"command", "block", "identity"} {
		for plane, opts := range map[string][]acctest.Option{"management plane": nil, "platform API alone": {acctest.NoManagement()}} {
			t.Run(way+" on the "+plane, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, acctest.Terraform, opts...)
				d.env.Control(http.MethodPost, "ui/services/CRM/versions/1/environments", body{"title": "Sandbox", "clientId": "app", "clientSecret": "s"})
				hcl := d.box()
				if len(opts) > 0 {
					hcl = d.box("client_id =")
				}
				d.Write("main.tf", hcl)
				prefix := d.service.UniqueName + "/1/"
				switch way {
				case "command":
					d.Run("import", "-input=false", "tray_service_environment.box", prefix+"Sandbox")
				case "block":
					d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_service_environment.box\n  id = %q\n}\n", prefix+d.only().ID))
					d.Apply()
				case "identity":
					d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_service_environment.box\n  identity = {\n    service_name    = %q\n    service_version = 1\n    id              = %q\n  }\n}\n", d.service.UniqueName, d.only().ID))
					d.Apply()
				}
				d.NoChanges()
				if w := d.env.Requests().Writes(); len(w) > 0 {
					t.Errorf("an import writes:\n%s", w)
				}
			})
		}
	}
}

// Whatever becomes of the answer, there is one environment, and the next apply converges.
func TestEnvironment_anAmbiguousCreateNeverMakesTwo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for name, f := range map[string]acctest.Fault{
		"lost after": {Drop: "after"}, "lost before": {Drop: "before"}, "502 after commit": {Status: 502, AfterCommit: true},
		"echo": {Status: 400, Body: `{"message":"canary-one is not good"}`},
	} {
		f.Method, f.Path, f.Times = http.MethodPost, "/management/v1/services/**", 1
		d.env.Fault(f)
		d.Write("main.tf", d.box())
		r := d.Run("apply", "-auto-approve", "-input=false")
		if n := len(d.env.State().Environments); n > 1 || n == 0 && r.Code == 0 {
			t.Errorf("%s: %d environments after an apply that ended with %d", name, n, r.Code)
		}
		if strings.Contains(r.Text(), "canary") {
			t.Errorf("%s: the secret is in %s", name, r.Text())
		}
		d.env.ClearFaults()
		d.applies(d.box())
		d.only()
		d.Destroy()
	}
}

func TestEnvironmentOnALiveTray_isAdoptedByItsTitle(t *testing.T) {
	onBoth(t, func(d desk) {
		d.refuses(d.box()+strings.Replace(d.box(`title = "Other"`), `"box"`, `"other"`, 1), "Create the service environment in Tray's UI first", "Use own OAuth app", `Missing as far as this plan has come: "Other", "Sandbox"`)
		d.env.Control(http.MethodPost, "ui/services/CRM/versions/1/environments", body{"title": "Sandbox", "clientId": "app", "clientSecret": "s"})
		d.refuses(d.box(`scopes = { "write" = "Writes" }`), "Could not change the service environment's scopes")
		d.applies(d.box())
		d.refuses(d.box(`title = "Box"`), "Could not change the service environment's title", "rename the environment in Tray's UI")
		d.Write("main.tf", d.box())
		if r := d.Destroy(); !strings.Contains(r.Text(), "The service environment stays in Tray") {
			d.t.Errorf("a destroy says %s", r.Text())
		}
		if w := d.env.Requests().Writes(); len(w) > 0 {
			d.t.Errorf("written:\n%s", w)
		}
	}, acctest.NoManagement())
}

func TestEnvironmentList_findsAllButProduction(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for i := range 3 {
		d.env.Control(http.MethodPost, "ui/services/CRM/versions/1/environments", body{"title": fmt.Sprintf("Box %d", i), "clientId": "c", "clientSecret": "s"})
	}
	d.Write("find.tfquery.hcl", "list \"tray_service_environment\" \"all\" {\n  provider = tray\n}\nlist \"tray_custom_service\" \"all\" {\n  provider = tray\n}\n")
	d.Init()
	r := d.Run("query", "-generate-config-out=found.tf")
	for _, want := range []string{"Box 0", "Box 1", "Box 2", d.service.UniqueName} {
		if !strings.Contains(r.Text(), want) {
			t.Errorf("it does not find %q: %s", want, r.Text())
		}
	}
	if strings.Contains(r.Text(), "Production") {
		t.Errorf("Production is found: %s", r.Text())
	}
	if err := os.Remove(filepath.Join(d.Dir, "find.tfquery.hcl")); err != nil {
		t.Fatal(err)
	}
	if r := d.Apply(); !strings.Contains(r.Text(), "4 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("what was generated is applied as %s", r.Text())
	}
	d.NoChanges()
}
