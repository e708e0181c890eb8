package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// stateNouns have a secret in their state each, or were given one, beside a resource of
// the command line's own.
const stateNouns = `
variable "canary" {
  type      = string
  ephemeral = true
  default   = "none of a fork's"
}
resource "tray_workspace" "ops" { name = "ops" }
resource "tray_on_prem_agent_group" "site" {
  workspace_id = tray_workspace.ops.id
  name         = "Site"
}
resource "tray_on_prem_agent" "box" {
  workspace_id = tray_workspace.ops.id
  group_id     = tray_on_prem_agent_group.site.id
  name         = "box"
}
resource "tray_api_user" "bot" {
  workspace_id   = tray_workspace.ops.id
  name           = "bot"
  workspace_role = "Viewer"
}
resource "tray_custom_service" "crm" {
  workspace_id        = tray_workspace.ops.id
  name                = "CRM"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://crm.example.com/token"
  client_id           = "crm"
  client_secret_wo    = var.canary
  client_secret_wo_version = "1"
}
resource "tray_custom_service" "erp" { # without a version of the secret, of which only the owner has a digest
  workspace_id        = tray_workspace.ops.id
  name                = "ERP"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://erp.example.com/token"
  client_id           = "erp"
  client_secret_wo    = var.canary
}
resource "tray_service_environment" "test" {
  service_name     = tray_custom_service.erp.unique_name
  title            = "Test"
  client_id        = "erp-test"
  client_secret_wo = var.canary
}
resource "terraform_data" "site" { input = tray_on_prem_agent_group.site.name }
`

// unheldNouns are what no snapshot holds, as a plan by one says, and what carries a secret
// further.
const unheldNouns = `
data "tray_service_environments" "sms" { service_name = "twilio" }
resource "tray_authentication" "sms" {
  name                   = "SMS"
  service_environment_id = one(data.tray_service_environments.sms.environments).id
  credentials_wo         = jsonencode({ account_sid = "AC1", auth_token = var.canary })
}
resource "terraform_data" "token" { input = { of = "box", token = tray_on_prem_agent.box.registration_token } }
output "bare" { value = "as the agent says it: ${nonsensitive(tray_on_prem_agent.box.registration_token)}" }
resource "tray_api_token" "ci" {
  workspace_id = tray_workspace.ops.id
  api_user_id  = tray_api_user.bot.id
  name         = "ci"
}
resource "tray_trigger_subscription" "clock" {
  name            = "Every five minutes"
  trigger_name    = "scheduled"
  trigger_version = "3.5"
  operation       = "interval"
  input           = jsonencode({ interval = 5 })
  endpoint        = "https://hooks.example.com/clock"
}
`

// What a pipeline publishes holds no secret of any noun, also if the command line that wrote
// the state lists none as sensitive; and a plan by it is the owner's.
func TestSnapshot_theStateHoldsNoSecretAndPlansLikeTheOwners(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			owner := env.Layout(t, cli, "")
			owner.Environ = append(owner.Environ, "TF_VAR_canary="+secretCanary)
			owner.Write("zz_test_override.tf", env.Provider("  sandbox  = null"))
			owner.Write("main.tf", versions+"provider \"tray\" {}\n"+stateNouns)
			owner.Init()
			owner.Apply()
			forkPlansNothing(t, env, owner, cli)

			owner.Write("more.tf", unheldNouns)
			owner.Apply()
			secrets := []string{secretCanary}
			for address, attribute := range map[string]string{"tray_api_token.ci": "value", "tray_trigger_subscription.clock": "signing_key", "tray_on_prem_agent.box": "registration_token"} {
				secrets = append(secrets, fmt.Sprint(owner.Resources()[address][attribute]))
			}
			pulled := owner.Run("state", "pull").Stdout
			for _, raw := range []string{pulled, unlisting(t, pulled)} {
				state, _ := publish(t, env, owner, raw)
				for i, secret := range secrets {
					if i > 0 && !strings.Contains(pulled, secret) || len(secret) < 8 {
						t.Errorf("the owner's state does not hold secret %d: this proves nothing", i)
					}
					if strings.Contains(state, secret) {
						t.Errorf("the published state holds secret %d", i)
					}
				}
			}
		})
	}
}

// forkPlansNothing plans in another folder, by what is published and without a secret.
func forkPlansNothing(t *testing.T, env *acctest.Env, owner *acctest.CLI, cli string) {
	t.Helper()
	state, taken := publish(t, env, owner, owner.Run("state", "pull").Stdout)
	by := env.BySnapshot(t, taken)
	fork := by.Layout(t, cli, "")
	fork.Write("zz_test_override.tf", by.Provider("  base_url = null\n  token    = null"))
	fork.Write("terraform.tfstate", state)
	fork.Write("main.tf", versions+"provider \"tray\" {}\n"+stateNouns)
	fork.Init()
	fork.NoChanges()
}

// publish returns what the command makes of a state, and the snapshot beside it.
func publish(t *testing.T, env *acctest.Env, owner *acctest.CLI, pulled string) (state, snapshot string) {
	t.Helper()
	dir := t.TempDir()
	owner.Write("pulled.tfstate", pulled)
	out := filepath.Join(dir, "org.tfstate")
	taken := env.MustSnapshot(t, "-state", filepath.Join(owner.Dir, "pulled.tfstate"), "-state-out", out, "-known", owner.Dir)
	return string(contentOf(t, out)), taken.Path
}

// unlisting is a state that lists no attribute of this provider as sensitive.
func unlisting(t *testing.T, pulled string) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(pulled)))
	d.UseNumber()
	var state map[string]any
	if err := d.Decode(&state); err != nil {
		t.Fatal(err)
	}
	resources, _ := state["resources"].([]any)
	for _, one := range resources {
		r, _ := one.(map[string]any)
		if strings.HasPrefix(fmt.Sprint(r["type"]), "tray_") {
			instances, _ := r["instances"].([]any)
			for _, one := range instances {
				i, _ := one.(map[string]any)
				delete(i, "sensitive_attributes")
			}
		}
	}
	raw, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
