package policy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// guests is a configuration that lets three guests in, by the clock of the plan itself.
const guests = `terraform {
  required_providers {
    tray = { source = "tray-community/tray" }
  }
}
provider "tray" {
  sandbox = {}
}
locals {
  guests = {
    "sixty@partner.example"   = timeadd(plantimestamp(), "1440h")
    "hundred@partner.example" = timeadd(plantimestamp(), "2880h")
    "never@partner.example"   = null
  }
}
resource "tray_workspace" "sales" { name = "sales" }
resource "tray_user" "guest" {
  for_each          = local.guests
  email             = each.key
  name              = "A guest"
  organization_role = "Viewer"
  onboarding        = "create"
}
resource "tray_workspace_member" "guest" {
  for_each     = local.guests
  workspace_id = tray_workspace.sales.id
  email        = tray_user.guest[each.key].email
  role         = "Viewer"
  expires_at   = each.value
}
`

// A real plan of either command line, its review, and the policy's word: 60 days pass, 120 do
// not, and neither does access without an end.
func TestPack_judgesGuestsOfARealPlan(t *testing.T) {
	binary := provider(t)
	for name, variable := range map[string]string{"terraform": "TF_CLI", "tofu": "TOFU_CLI"} {
		t.Run(name, func(t *testing.T) {
			cli := os.Getenv(variable)
			if cli == "" {
				found, err := exec.LookPath(name)
				if err != nil {
					t.Fatalf("set %s, or have %s on PATH", variable, name)
				}
				cli = found
			}
			dir := t.TempDir()
			write(t, filepath.Join(dir, "main.tf"), guests)
			write(t, filepath.Join(dir, "cli.tfrc"), "provider_installation {\n  dev_overrides {\n    \"tray-community/tray\" = \""+filepath.Dir(binary)+"\"\n  }\n}\n")
			script := `"$TF" plan -input=false -no-color -out=plan.bin > plan.log 2>&1 || { cat plan.log; exit 3; }
"$TF" show -json plan.bin > plan.json
"$TRAY" review -format json plan.json > review.json
jq '{review: ., labels: [], approvals: []}' review.json > input.json`
			if out, code := sh(t, dir, script, "TF="+cli, "TRAY="+binary, "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "cli.tfrc"), "CHECKPOINT_DISABLE=1"); code != 0 {
				t.Fatalf("exit status %d\n%s", code, out)
			}
			folder, err := filepath.Abs(pack)
			if err != nil {
				t.Fatal(err)
			}
			out, code := sh(t, dir, "opa eval --format json --fail-defined --data '"+folder+"' --input input.json 'data.tray.deny[message]'")
			if got := denied(t, out); code != 1 || len(got) != 2 ||
				!strings.HasPrefix(got[0], "hundred@partner.example is a guest, and the access to sales ends on ") || !strings.HasSuffix(got[0], ": 90 days are the most.") ||
				got[1] != "never@partner.example is a guest, and the access to sales has no end: write expires_at." {
				t.Errorf("exit status %d, and it refuses\n%s", code, strings.Join(got, "\n"))
			}
		})
	}
}

// denied are the messages of an evaluation, sorted.
func denied(t *testing.T, out string) []string {
	t.Helper()
	var result struct {
		Result []struct {
			Bindings struct{ Message string }
		}
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var all []string
	for _, r := range result.Result {
		all = append(all, r.Bindings.Message)
	}
	slices.Sort(all)
	return all
}

// provider builds the provider, whose module this one knows nothing of.
func provider(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "terraform-provider-tray")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Dir = "../../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
