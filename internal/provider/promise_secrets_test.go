package provider_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/review"
)

// A noun with a write-only secret joins by a resource with the secretCanary as that secret, and the
// path to which it is sent.
const secretCanary = "secretCanary-d41d8cd98f00b204e9800998ecf8427e"

var secretNouns = []struct{ hcl, path string }{
	{`resource "tray_custom_service" "s" {
  workspace_id        = one(data.tray_workspaces.o.workspaces).id
  name                = "CRM"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://crm.example.com/token"
  client_id           = "crm"
  client_secret_wo    = var.canary
}
`, "/management/v1/workspaces/*/services"},
	{`resource "tray_service_environment" "s" {
  service_name     = tray_custom_service.s.unique_name
  title            = "Sandbox"
  client_id        = "crm-sandbox"
  client_secret_wo = var.canary
}
`, "/management/v1/services/**"},
	{`data "tray_service_environments" "s" { service_name = "twilio" }
resource "tray_authentication" "s" {
  name                   = "SMS"
  service_environment_id = one(data.tray_service_environments.s.environments).id
  credentials_wo         = jsonencode({ account_sid = "AC1", auth_token = var.canary })
}
ephemeral "tray_authentication_credentials" "s" { id = tray_authentication.s.id }
resource "tray_authentication" "copy" {
  name                   = "Copy"
  service_environment_id = tray_authentication.s.service_environment_id
  credentials_wo         = ephemeral.tray_authentication_credentials.s.credentials
  user_data_wo           = jsonencode({ note = var.canary })
  check_secrets          = false
}
`, "/core/v1/authentications"},
}

// No write-only secret gets into logs at the highest level, errors, the state, a plan file,
// a review or what the sandbox tells, also when a server repeats it.
func TestPromise_writeOnlySecretsAreNowhere(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			c := secretive(t, env, cli, env.Token)
			c.Environ = append(c.Environ, "TF_VAR_canary="+secretCanary)
			hcl := "variable \"canary\" {\n  type      = string\n  ephemeral = true\n}\ndata \"tray_workspaces\" \"o\" { type = \"Organization\" }\n"
			for _, n := range secretNouns {
				hcl += n.hcl
				c.Write("secrets.tf", hcl)
				for _, f := range []acctest.Fault{
					{Status: 403, Body: fmt.Sprintf(`{"message":"No: %s"}`, secretCanary)}, {Status: 502, ContentType: "text/html", Body: "<html>" + secretCanary + "</html>"},
					{Status: 200, Body: `{"id":"` + secretCanary}, {Drop: "after"},
				} {
					f.Method, f.Path, f.Times = http.MethodPost, n.path, 10
					env.Fault(f)
					leaks(t, c, secretCanary, c.Run("apply", "-auto-approve", "-input=false"))
					env.ClearFaults()
				}
			}
			planned := c.Run("plan", "-out=plan.bin", "-input=false")
			shown := c.Run("show", "-json", "plan.bin")
			var reviewed bytes.Buffer
			review.Command(nil, bytes.NewReader([]byte(shown.Stdout)), &reviewed, &reviewed)
			leaks(t, c, secretCanary, planned, shown, acctest.Result{Stdout: reviewed.String()}, c.Apply("plan.bin"), c.Run("show", "-json"))
			if state := env.State(); reviewed.Len() == 0 || len(state.Environments) != 1 || len(state.Authentications) != 2 {
				t.Errorf("this proves nothing: a review of %d bytes, environments %v, authentications %v", reviewed.Len(), state.Environments, state.Authentications)
			}
			for _, path := range []string{"/_sandbox/state", "/_sandbox/timeline?last=1000"} {
				_, content := env.Call(http.MethodGet, path, nil)
				searchFor(t, secretCanary, path, content)
			}
		})
	}
}
