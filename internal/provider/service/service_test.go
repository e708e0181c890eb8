package service_test

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

// crm is a service; arguments replace its own by name.
func crm(arguments ...string) string {
	lines := map[string]string{
		"workspace_id": `data.tray_workspace.sales.id`, "name": `"Acme CRM"`, "authentication_type": `"oauth2"`,
		"authorization_url": `"https://{{host}}/authorize"`, "token_url": `"https://{{host}}/token"`, "client_id": `"app"`, "client_secret_wo": `"canary-one"`,
		"scopes": `{ "read" = "Reads" }`, "user_data_schema": `jsonencode({ type = "object", properties = { host = { type = "string" } } })`,
	}
	order := []string{"workspace_id", "name", "authentication_type", "authorization_url", "token_url", "client_id", "client_secret_wo", "scopes", "user_data_schema"}
	for _, a := range arguments {
		name, value, _ := strings.Cut(a, " = ")
		if _, there := lines[name]; !there {
			order = append(order, name)
		}
		lines[name] = value
	}
	var b strings.Builder
	b.WriteString("data \"tray_workspace\" \"sales\" { name = \"sales\" }\nresource \"tray_custom_service\" \"crm\" {\n")
	for _, name := range order {
		if lines[name] != "" {
			fmt.Fprintf(&b, "  %s = %s\n", name, lines[name])
		}
	}
	return b.String() + "}\n"
}

// desk is a layout on an organization with the workspace sales.
type desk struct {
	acctest.Desk
}

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	env := acctest.Start(t, opts...)
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	return desk{env.Desk(t, cli, "")}
}

func onBoth(t *testing.T, does func(d desk), opts ...acctest.Option) {
	t.Helper()
	acctest.OnBoth(t, newDesk, does, opts...)
}

func (d desk) services() []acctest.Service { d.T.Helper(); return d.Env.State().Services }

func (d desk) only() acctest.Service {
	d.T.Helper()
	return acctest.One(d.T, d.services())
}

func TestService_lifecycle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies(crm())
		made := d.only()
		state := d.Resources()["tray_custom_service.crm"]
		if made.SecretDigest != acctest.Digest("canary-one") || state["unique_name"] != made.UniqueName || state["version"] != 1.0 || state["adopted"] != false {
			d.T.Errorf("it is %+v, in the state %v", made, state)
		}
		d.Applies(crm(`name = "CRM"`, `description = "Ours"`, `client_id = "other"`, `scopes = { "write" = "Writes" }`, `token_url = "https://{{host}}/t"`,
			`credentials_schema = jsonencode({ type = "object", properties = { key = { type = "string" } } })`))
		now := d.only()
		if now.ID != made.ID || now.UniqueName != made.UniqueName || now.Name != "CRM" || now.SecretDigest != made.SecretDigest {
			d.T.Errorf("changed in place, it is %+v", now)
		}
		d.Env.Control(http.MethodPatch, "ui/services/"+made.UniqueName, body{"description": "Theirs"})
		if r, changes := d.Plan(); !changes || !strings.Contains(r.Text(), `"Theirs" -> "Ours"`) {
			d.T.Errorf("drift shows as %s", r.Text())
		}
		d.Applies(crm(`authentication_type = "oauth2client_credentials"`, "authorization_url = "))
		if after := d.only(); after.ID == made.ID {
			d.T.Error("another kind of authentication leaves the service as it was")
		}
		d.Env.Control(http.MethodDelete, "ui/services/"+d.only().UniqueName, nil)
		if r, _ := d.Plan(); !strings.Contains(r.Text(), "The custom service is gone from Tray") {
			d.T.Errorf("what is gone is not said: %s", r.Text())
		}
		d.Apply()
		d.NoChanges()
		d.Destroy()
		if left := d.services(); len(left) > 0 {
			d.T.Errorf("left: %+v", left)
		}
	})
}

func TestService_optionalArgumentsNullEmptyAndSet(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for _, arguments := range [][]string{nil, {`description = ""`}, {`description = "x"`}, {`scopes = {}`}, {"scopes = "}, {`scopes = { "a" = "A" }`},
		{`credentials_schema = jsonencode({ type = "object" })`}, {"client_secret_wo = "}, {`client_secret_wo_version = "1"`}, {`credentials_schema = "{ \"type\": \"object\" }"`}} {
		d.Applies(crm(arguments...))
	}
}

// The secret is sent when its version changes, or without one when it does itself.
func TestService_secretIsSentWhenItChanges(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		sent := func(hcl, want string, writes int) {
			d.T.Helper()
			d.Env.ClearRequests()
			d.Applies(hcl)
			if got := d.only().SecretDigest; got != acctest.Digest(want) {
				d.T.Errorf("Tray does not have %s", want)
			}
			if n := len(d.Env.Requests().Writes()); n != writes {
				d.T.Errorf("%d writes, want %d:\n%s", n, writes, d.Env.Requests().Writes())
			}
		}
		sent(crm(), "canary-one", 1)
		sent(crm(`client_secret_wo = "canary-two"`), "canary-two", 1)
		sent(crm(`client_secret_wo = "canary-two"`, `description = "x"`), "canary-two", 1)
		sent(crm("client_secret_wo = "), "canary-two", 0)
		sent(crm(`client_secret_wo = "canary-three"`, `client_secret_wo_version = "a"`), "canary-three", 1)
		sent(crm(`client_secret_wo = "canary-four"`, `client_secret_wo_version = "a"`), "canary-three", 0)
		sent(crm(`client_secret_wo = "canary-four"`, `client_secret_wo_version = "b"`), "canary-four", 1)
		d.Refuses(crm("client_secret_wo = ", `client_secret_wo_version = "c"`), "There is no secret to send")
	})
}

// Import, then a plan with the secret in the configuration: empty.
func TestService_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	ways := map[string]func(d desk, s acctest.Service){
		"command": func(d desk, s acctest.Service) {
			d.Run("import", "-input=false", "tray_custom_service.crm", "sales/Acme CRM")
		},
		"block with the unique name": func(d desk, s acctest.Service) {
			d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_custom_service.crm\n  id = %q\n}\n", s.UniqueName))
			d.Apply()
		},
		"block with the id": func(d desk, s acctest.Service) {
			d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_custom_service.crm\n  id = %q\n}\n", s.ID))
			d.Apply()
		},
		"block with identity": func(d desk, s acctest.Service) {
			if acctest.IsTofu() {
				d.T.Skip("OpenTofu has no import by identity")
			}
			d.Write("import.tf", fmt.Sprintf("import {\n  to       = tray_custom_service.crm\n  identity = { unique_name = %q }\n}\n", s.UniqueName))
			d.Apply()
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, acctest.Terraform)
			d.Applies(crm())
			if err := os.Remove(filepath.Join(d.Dir, "terraform.tfstate")); err != nil {
				t.Fatal(err)
			}
			d.Env.ClearRequests()
			way(d, d.only())
			d.NoChanges()
			if w := d.Env.Requests().Writes(); len(w) > 0 {
				t.Errorf("an import writes:\n%s", w)
			}
			d.Applies(crm(`client_secret_wo_version = "after the import"`, `client_secret_wo = "canary-new"`))
			if d.only().SecretDigest != acctest.Digest("canary-new") {
				t.Error("a version does not send the secret of an imported service")
			}
		})
	}
}

func TestService_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for want, arguments := range map[string][]string{
		`authentication_type = "oauth2" needs token_url.`:                                  {"token_url = "},
		`needs client_secret_wo.`:                                                          {"client_secret_wo = "},
		`A token-based service has no token_url`:                                           {`authentication_type = "token"`, "authorization_url = ", "client_id = ", "client_secret_wo = ", "scopes = "},
		`A token-based service has no scopes`:                                              {`authentication_type = "token"`, "authorization_url = ", "token_url = ", "client_id = ", "client_secret_wo = "},
		`{{Host}} in token_url is a property of neither`:                                   {`token_url = "https://{{Host}}/token"`},
		`{{key}} in client_secret_wo is a property of neither`:                             {`client_secret_wo = "{{key}}"`},
		`one of those that there are: host.`:                                               {`client_id = "{{ id }}"`},
		`It is not a JSON Schema: at /properties/host/type, value must be one of 'array',`: {`user_data_schema = jsonencode({ type = "object", properties = { host = { type = "text" } } })`},
		`It describes no object`:                                                           {`credentials_schema = jsonencode({ type = "string" })`},
		`not valid JSON`:                                                                   {`credentials_schema = "{"`},
		`references to other documents are not followed`:                                   {`credentials_schema = jsonencode({ "$ref" = "file:///etc/passwd" })`},
		`value must be one of`:                                                             {`authentication_type = "saml"`},
		`Tray makes the unique name`:                                                       {`unique_name = "x_y"`},
	} {
		d.Refuses(crm(arguments...), want)
	}
	d.Write("main.tf", crm())
	if w := d.Env.Requests().Writes(); len(w) > 0 {
		t.Errorf("a refused plan writes:\n%s", w)
	}
	d.Apply()
	d.Refuses(crm(`unique_name = "x_y"`), "The unique name is kept for life")
	d.Refuses(crm()+strings.Replace(strings.SplitN(crm(), "\n", 2)[1], `"crm"`, `"two"`, 1), "TRAY008")
}

// A service moves from a Personal to the Organization workspace in place; any other move
// makes it anew.
func TestService_movesToTheOrganizationWorkspaceInPlace(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Env.Control(http.MethodPost, "ui/users", body{"email": "ana@example.com", "name": "Ana", "role": "Viewer"})
		const spaces = "data \"tray_workspace\" \"personal\" {\n  name = \"Ana\"\n  type = \"Personal\"\n}\ndata \"tray_workspace\" \"organization\" {\n  name = \"Sandbox\"\n  type = \"Organization\"\n}\n"
		d.Env.Control(http.MethodPost, "ui/services", body{"owner": "ana@example.com", "name": "Acme CRM", "authenticationType": "oauth2", "authorizationUrl": "https://x", "tokenUrl": "https://x", "clientId": "c", "clientSecret": "s"})
		made := d.only()
		ana := "resource \"tray_user\" \"ana\" {\n  email = \"ana@example.com\"\n  organization_role = \"Viewer\"\n}\nimport {\n  to = tray_user.ana\n  id = \"ana@example.com\"\n}\n"
		imported := fmt.Sprintf("import {\n  to = tray_custom_service.crm\n  id = %q\n}\n", made.UniqueName)
		d.Applies(spaces + ana + imported + crm(`workspace_id = data.tray_workspace.personal.id`))
		d.Refuses(spaces+crm(`workspace_id = data.tray_workspace.personal.id`), "TRAY006", "1 custom service would lose its owner: Acme CRM")
		d.Applies(spaces + ana + crm(`workspace_id = data.tray_workspace.organization.id`))
		if now := d.only(); now.ID != made.ID || now.Workspace != "Sandbox" {
			d.T.Errorf("it is %+v", now)
		}
		organization := spaces[strings.Index(spaces, "data \"tray_workspace\" \"org"):]
		d.Applies(organization + crm(`workspace_id = data.tray_workspace.organization.id`)) // and Ana may go
		d.Applies(crm())
		if now := d.only(); now.ID == made.ID || now.Workspace != "sales" {
			d.T.Errorf("it is %+v", now)
		}
	})
}

// Whatever becomes of the answer, there is one service, and the next apply converges.
func TestService_anAmbiguousCreateNeverMakesTwo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for name, f := range map[string]acctest.Fault{
		"lost after": {Drop: "after"}, "lost before": {Drop: "before"}, "502 after commit": {Status: 502, AfterCommit: true},
		"echo": {Status: 400, Body: `{"message":"canary-one is not good, canary-one"}`},
	} {
		f.Method, f.Path, f.Times = http.MethodPost, "/management/v1/workspaces/*/services", 1
		d.Env.Fault(f)
		d.Write("main.tf", crm())
		r := d.Run("apply", "-auto-approve", "-input=false")
		if n := len(d.services()); n > 1 || n == 0 && r.Code == 0 {
			t.Errorf("%s: %d services after an apply that ended with %d", name, n, r.Code)
		}
		if strings.Contains(r.Text(), "canary") {
			t.Errorf("%s: the secret is in %s", name, r.Text())
		}
		d.Env.ClearFaults()
		d.Applies(crm())
		d.only()
		d.Destroy()
	}
}

func TestService_namesPassOnAndReplacementsKeepTheirPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(crm())
	first := d.only()
	d.Applies(crm(), "-replace=tray_custom_service.crm")
	if d.only().ID == first.ID {
		t.Error("-replace keeps the service")
	}
	d.Run("taint", "tray_custom_service.crm")
	d.Applies(crm())
	second := strings.SplitN(crm("depends_on = [tray_custom_service.crm]"), "\n", 2)[1]
	d.Write("main.tf", crm(`name = "Old"`)+strings.Replace(second, `"crm"`, `"two"`, 1))
	if r := d.Apply(); !strings.Contains(r.Text(), "The name passes from one custom service to another") {
		t.Errorf("nothing is said: %s", r.Text())
	}
	d.NoChanges()
	d.Refuses(crm(`name = "Old"`)+strings.Replace(second, `"crm"`, `"three"`, 1), "TRAY008")
}

func TestServiceOnALiveTray_isAdoptedByItsUniqueName(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Refuses(crm(), "Create the custom service in Tray's UI first", "Services > New service")
		d.Refuses(crm(`unique_name = "NoSuchNoSuchNoS_x"`), "Could not find the custom service")
		d.Env.Control(http.MethodPost, "ui/services", body{"owner": acctest.OwnerEmail, "workspace": "sales", "name": "Acme CRM", "authenticationType": "oauth2", "authorizationUrl": "https://x",
			"tokenUrl": "https://x", "clientId": "c", "clientSecret": "s", "scopes": []body{{"scope": "read", "description": "Reads"}},
			"userDataSchema": body{"type": "object", "properties": body{"host": body{"type": "string"}}}})
		name := fmt.Sprintf("unique_name = %q", d.only().UniqueName)
		d.Refuses(crm(name, `scopes = { "write" = "Writes" }`), "Could not change the custom service's scopes", "this Tray does not let an API change it")
		d.Env.ClearRequests()
		r := d.Applies(crm(name))
		if !strings.Contains(r.Text(), "kept as they are written") {
			d.T.Errorf("it does not say what is not checked: %s", r.Text())
		}
		if state := d.Resources()["tray_custom_service.crm"]; state["adopted"] != true || state["id"] != nil {
			d.T.Errorf("the state is %v", state)
		}
		if r := d.Destroy(); !strings.Contains(r.Text(), "The custom service stays in Tray") {
			d.T.Errorf("a destroy says %s", r.Text())
		}
		if w := d.Env.Requests().Writes(); len(w) > 0 {
			d.T.Errorf("written:\n%s", w)
		}
		d.only()
	}, acctest.NoManagement())
}
