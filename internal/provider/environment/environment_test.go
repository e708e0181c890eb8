package environment_test

import (
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
	acctest.Desk
	service acctest.Service
}

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	env := acctest.Start(t, opts...)
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	env.Control(http.MethodPost, "ui/services", body{"owner": acctest.OwnerEmail, "workspace": "sales", "name": "CRM", "authenticationType": "oauth2",
		"authorizationUrl": "https://x", "tokenUrl": "https://x", "clientId": "c", "clientSecret": "s", "scopes": []body{{"scope": "read", "description": "Reads"}}})
	return desk{env.Desk(t, cli, ""), env.State().Services[0]}
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

func (d desk) only() acctest.Environment {
	d.T.Helper()
	return acctest.One(d.T, d.Env.State().Environments)
}

func TestEnvironment_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Applies(d.box())
		made := d.only()
		if made.SecretDigest != acctest.Digest("canary-one") || made.ClientID != "app" {
			d.T.Errorf("made: %+v", made)
		}
		for _, lines := range [][]string{{`title = "Box"`}, {`client_id = "other"`}, {`scopes = { "write" = "Writes" }`}, {`scopes = {}`}, {`scopes =`},
			{`client_secret_wo = "canary-two"`}, {"client_secret_wo ="}, {`client_secret_wo = "canary-three"`, `client_secret_wo_version = "3"`}, {"service_version = 1"}} {
			d.Applies(d.box(lines...))
		}
		// The last has no version, so that the secret itself decides again.
		if now := d.only(); now.ID != made.ID || now.SecretDigest != acctest.Digest("canary-one") {
			d.T.Errorf("changed in place, it is %+v", now)
		}
		d.Applies(d.box(), "-replace=tray_service_environment.box")
		if d.only().ID == made.ID {
			d.T.Error("-replace keeps it")
		}
		d.Env.Control(http.MethodDelete, "ui/services/CRM/versions/1/environments/Sandbox", nil)
		if r, _ := d.Plan(); !strings.Contains(r.Text(), "The service environment is gone from Tray") {
			d.T.Errorf("what is gone is not said: %s", r.Text())
		}
		d.Apply()
		d.NoChanges()
		d.Destroy()
		if left := d.Env.State().Environments; len(left) > 0 {
			d.T.Errorf("left: %+v", left)
		}
	})
}

// A service and its environments are made and destroyed in one apply.
func TestEnvironment_ofAServiceThatIsMadeBesideIt(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Applies(`data "tray_workspace" "sales" { name = "sales" }
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
			d.T.Errorf("the environments are %s", r.Stdout)
		}
		d.Destroy()
		if left := d.Env.State().Services; len(left) != 1 {
			d.T.Errorf("left: %+v", left)
		}
	})
}

func TestEnvironment_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Refuses(d.box("client_id ="), "An environment needs client_id")
	d.Refuses(d.box("client_secret_wo ="), "An environment needs client_secret_wo")
	d.Refuses(d.box(`title = "Production"`), "Every service has this environment already")
	d.Refuses(d.box()+strings.Replace(d.box(), `"box"`, `"two"`, 1), "TRAY008")
	d.Env.Control(http.MethodPost, "ui/services/CRM/versions/1/environments", body{"title": "Sandbox", "clientId": "c", "clientSecret": "s"})
	d.Refuses(d.box(), "TRAY012", "tray_service_environment.<name>", "id = \""+d.service.UniqueName+"/1/"+d.only().ID)
	if w := d.Env.Requests().Writes(); len(w) > 0 {
		t.Errorf("a refused plan writes:\n%s", w)
	}
}

func TestEnvironment_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"command", "block", "identity"} {
		for plane, opts := range map[string][]acctest.Option{"management plane": nil, "platform API alone": {acctest.NoManagement()}} {
			t.Run(way+" on the "+plane, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, acctest.Terraform, opts...)
				d.Env.Control(http.MethodPost, "ui/services/CRM/versions/1/environments", body{"title": "Sandbox", "clientId": "app", "clientSecret": "s"})
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
				if w := d.Env.Requests().Writes(); len(w) > 0 {
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
	for name, f := range acctest.Some(t, map[string]acctest.Fault{
		"lost after": {Drop: "after"}, "lost before": {Drop: "before"}, "502 after commit": {Status: 502, AfterCommit: true},
		"echo": {Status: 400, Body: `{"message":"canary-one is not good"}`},
	}, "lost after", "echo") {
		f.Method, f.Path, f.Times = http.MethodPost, "/management/v1/services/**", 1
		d.Env.Fault(f)
		d.Write("main.tf", d.box())
		r := d.Run("apply", "-auto-approve", "-input=false")
		if n := len(d.Env.State().Environments); n > 1 || n == 0 && r.Code == 0 {
			t.Errorf("%s: %d environments after an apply that ended with %d", name, n, r.Code)
		}
		if strings.Contains(r.Text(), "canary") {
			t.Errorf("%s: the secret is in %s", name, r.Text())
		}
		d.Env.ClearFaults()
		d.Applies(d.box())
		d.only()
		d.Destroy()
	}
}

func TestEnvironmentOnALiveTray_isAdoptedByItsTitle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Refuses(d.box()+strings.Replace(d.box(`title = "Other"`), `"box"`, `"other"`, 1), "Create the service environment in Tray's UI first", "Use own OAuth app", `Missing as far as this plan has come: "Other", "Sandbox"`)
		d.Env.Control(http.MethodPost, "ui/services/CRM/versions/1/environments", body{"title": "Sandbox", "clientId": "app", "clientSecret": "s"})
		d.Refuses(d.box(`scopes = { "write" = "Writes" }`), "Could not change the service environment's scopes")
		d.Applies(d.box())
		d.Refuses(d.box(`title = "Box"`), "Could not change the service environment's title", "rename the environment in Tray's UI")
		d.Write("main.tf", d.box())
		if r := d.Destroy(); !strings.Contains(r.Text(), "The service environment stays in Tray") {
			d.T.Errorf("a destroy says %s", r.Text())
		}
		if w := d.Env.Requests().Writes(); len(w) > 0 {
			d.T.Errorf("written:\n%s", w)
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
		d.Env.Control(http.MethodPost, "ui/services/CRM/versions/1/environments", body{"title": fmt.Sprintf("Box %d", i), "clientId": "c", "clientSecret": "s"})
	}
	d.Write("find.tfquery.hcl", "list \"tray_service_environment\" \"all\" {\n  provider = tray\n}\nlist \"tray_custom_service\" \"all\" {\n  provider = tray\n}\n")
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
