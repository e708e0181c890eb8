package organization_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const examples = "../../../examples/resources/"

func TestOrganizationResource_generatedConfigurationNeedsNoChange(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]acctest.Option{"Embedded": {acctest.Embedded()}, "not Embedded": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acme(t, opts...)
			env.Control(http.MethodPatch, settingsPath, body{"alertingWorkflowId": "w-1"})
			dir := env.Desk(t, acctest.Terraform, "")
			dir.Write("main.tf", `import {
  to = tray_organization.a
  id = "Acme"
}
import {
  to = tray_organization_settings.a
  id = "settings"
}`)
			if got, _ := dir.Plan("-generate-config-out=generated.tf"); !says("2 to import, 0 to add, 0 to change, 0 to destroy").MatchString(got.Text()) {
				t.Errorf("the generated configuration is not what is there:\n%s", got.Text())
			}
			dir.Apply()
			dir.NoChanges()
		})
	}
}

func TestOrganizationResourceOnALiveTray_generatedConfigurationNeedsNoChange(t *testing.T) {
	t.Parallel()
	env := acme(t, acctest.NoManagement())
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", "import {\n  to = tray_organization.a\n  id = \"Acme\"\n}")
	if got, _ := dir.Plan("-generate-config-out=generated.tf"); !says("1 to import, 0 to add, 0 to change, 0 to destroy").MatchString(got.Text()) {
		t.Errorf("the generated configuration is not what is there:\n%s", got.Text())
	}
	dir.Apply()
	dir.NoChanges()
}

func TestOrganizationResource_examplesConverge(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, aliases, func(dir acctest.Desk) {
		for _, name := range []string{"tray_organization", "tray_organization_settings"} {
			for _, file := range []string{"resource.tf", "import-by-string-id.tf"} {
				text, err := os.ReadFile(filepath.Join(examples, name, file))
				if err != nil {
					dir.T.Fatal(err)
				}
				dir.Write(name+"-"+file, string(text))
			}
		}
		dir.Apply()
		dir.NoChanges()
		_ = inTray(dir.T, dir.Env, body{"embeddedId": "acme", "allowWorkspaceAdminTokens": false})(nil)
		if made := dir.Resources()["tray_organization.staging"]; made["adopted"] != false || made["embedded_workspace_id"] == nil {
			dir.T.Errorf("the operator made %v", made)
		}
	}, acctest.Organization("Acme", "it-owner@example.com"), acctest.Embedded(), acctest.Wire("sso", true))
}

// A state of a version that knew no identities gets them from any update.
func TestOrganizationResource_identityIsAddedToAnOldState(t *testing.T) {
	t.Parallel()
	env := acme(t)
	layout := func(name, workflow string) string {
		return `resource "tray_organization" "a" { name = "` + name + `" }` + "\n" + settings(`alerting_workflow_id = "`+workflow+`"`)
	}
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", layout("Acme", "w-1"))
	dir.Apply()
	file := filepath.Join(dir.Dir, "terraform.tfstate")
	if got := identities(t, file, true); got != 2 {
		t.Fatalf("%d of 2 resources had an identity", got)
	}
	dir.Write("main.tf", layout("Umbrella", "w-2"))
	dir.Apply("-refresh=false")
	if got := identities(t, file, false); got != 2 {
		t.Errorf("%d of 2 resources have an identity after the update", got)
	}
	dir.NoChanges()
}

// identities counts the resources in a state file that have an identity, and takes it
// from them when told.
func identities(t testing.TB, file string, strip bool) (n int) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var state map[string]any
	if err := json.Unmarshal(raw, &state); err != nil {
		t.Fatal(err)
	}
	for _, r := range state["resources"].([]any) {
		for _, i := range r.(map[string]any)["instances"].([]any) {
			instance := i.(map[string]any)
			if _, has := instance["identity"]; has {
				n++
			}
			if strip {
				delete(instance, "identity")
				delete(instance, "identity_schema_version")
			}
		}
	}
	if !strip {
		return n
	}
	if raw, err = json.Marshal(state); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return n
}

// While the token is not known, the plan is quiet; the apply then does all of it.
func TestOrganizationResource_tokenKnownAtApply(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, onAcme, func(dir acctest.Desk) {
		env := dir.Env
		dir.Write("provider.tf", strings.Replace(env.Provider(), strconv.Quote(env.Token), "terraform_data.token.output", 1))
		dir.Write("main.tf", `resource "terraform_data" "token" { input = "`+env.Token+`" }
resource "tray_organization" "a" { name = "Umbrella" }
`+settings(`alerting_workflow_id = "w-1"`))
		dir.Apply()
		dir.NoChanges()
		_ = named(dir.T, env, "Umbrella")(nil)
		_ = inTray(dir.T, env, body{"alertingWorkflowId": "w-1"})(nil)
	})
}

// The Embedded workspace is found wherever the token sees it, also on a live Tray.
func TestOrganizationResource_embeddedWorkspaceIsKnown(t *testing.T) {
	t.Parallel()
	for name, opts := range acctest.Wires(t, map[string][]acctest.Option{"management plane": nil, "live": {acctest.NoManagement(), acctest.Sparse(), acctest.TypesAsObjects()}}, "live") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acme(t, append(opts, acctest.Embedded())...)
			dir := env.Desk(t, acctest.Terraform, "")
			dir.Applies(`resource "tray_organization" "a" { name = "Acme" }`)
			got := dir.Resources()[address]
			if got["embedded_workspace_id"] != workspaceOf(env, "Embedded") || got["organization_workspace_id"] != workspaceOf(env, "Organization") {
				t.Errorf("the state holds %v", got)
			}
		})
	}
}
