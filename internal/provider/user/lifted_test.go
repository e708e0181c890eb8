package user_test

import (
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// What the environment lifted for a plan holds for the apply of that saved plan, which runs
// without the variables, and for no later one.
func TestUser_aSavedPlanKeepsWhatWasLiftedForIt(t *testing.T) {
	t.Parallel()
	const lift = "TRAY_GUARDRAILS_MIN_ORG_ADMINS"
	for _, name := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			dir := env.Layout(t, name, "").Process()
			users := func(role string) {
				dir.Write("main.tf", env.Provider("  guardrails = { min_org_admins = 2 }")+
					"resource \"tray_user\" \"chief\" {\n  email = \"chief@example.com\"\n  name = \"Chief\"\n  onboarding = \"create\"\n  organization_role = \""+role+"\"\n}\n")
			}
			users("Admin")
			dir.Init()
			dir.Apply()
			users("Viewer")
			dir.Environ = append(dir.Environ, lift+"=1")
			if r := dir.Run("plan", "-input=false", "-out=plan.bin"); r.Code != 0 {
				t.Fatalf("the plan ended with %d:\n%s", r.Code, r.Text())
			}
			dir.Environ = dir.Environ[:len(dir.Environ)-1]
			if r := dir.Run("apply", "-input=false", "plan.bin"); r.Code != 0 {
				t.Errorf("the apply of the plan ended with %d:\n%s", r.Code, r.Text())
			}
			dir.NoChanges()
			if role := env.State().Roles()["chief@example.com"]; role != "Viewer" {
				t.Errorf("the chief is %s", role)
			}
			users("Admin")
			dir.Apply()
			users("Viewer")
			if r := dir.Run("apply", "-input=false", "-auto-approve"); r.Code != 1 {
				t.Errorf("without the variable the apply ended with %d:\n%s", r.Code, r.Text())
			}
		})
	}
}

// An update is planned again when it is applied, before anything is written: what was lifted
// holds then, too.
func TestUser_aSavedPlanOfUpdatesKeepsWhatWasLiftedForIt(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	dir := env.Layout(t, acctest.Terraform, "").Process()
	people := []string{"ana@example.com", "ben@example.com", "cy@example.com"}
	named := func(n int) {
		table, list := "", ""
		for _, p := range people[:n] {
			table += "    \"" + p + "\" = \"Viewer\"\n"
			list += "\"" + p + "\", "
		}
		config := env.Provider("  guardrails = { max_removals = 1 }")
		for _, w := range []string{"sales", "ops"} {
			config += "resource \"tray_workspace\" \"" + w + "\" {\n  name = \"" + w + "\"\n}\n"
		}
		dir.Write("main.tf", config+"resource \"tray_workspace_members\" \"t\" {\n  workspace_id = tray_workspace.sales.id\n  members = {\n"+table+"  }\n}\n"+
			"resource \"tray_workspace_role_members\" \"r\" {\n  workspace_id = tray_workspace.ops.id\n  role = \"Viewer\"\n  emails = ["+list+"]\n}\n")
	}
	for _, p := range people {
		env.Control("POST", "/_sandbox/ui/users", map[string]any{"email": p, "name": "N", "role": "Viewer"})
	}
	named(3)
	dir.Init()
	dir.Apply()
	named(1)
	dir.Environ = append(dir.Environ, "TRAY_GUARDRAILS_MAX_REMOVALS=4")
	if r := dir.Run("plan", "-input=false", "-out=plan.bin"); r.Code != 0 {
		t.Fatalf("the plan ended with %d:\n%s", r.Code, r.Text())
	}
	dir.Environ = dir.Environ[:len(dir.Environ)-1]
	if r := dir.Run("apply", "-input=false", "plan.bin"); r.Code != 0 {
		t.Errorf("the apply of the plan ended with %d:\n%s", r.Code, r.Text())
	}
	dir.NoChanges()
	named(3)
	dir.Apply()
	named(1)
	if r := dir.Run("plan", "-input=false"); r.Code != 1 {
		t.Errorf("without the variable the next plan ended with %d:\n%s", r.Code, r.Text())
	}
	// What the state holds of an earlier plan lifts nothing for a plan without a refresh.
	dir.Environ = append(dir.Environ, "TRAY_GUARDRAILS_MAX_REMOVALS=4")
	named(2)
	dir.Apply()
	dir.Environ = dir.Environ[:len(dir.Environ)-1]
	named(0)
	if r := dir.Run("apply", "-input=false", "-auto-approve", "-refresh=false"); r.Code != 1 {
		t.Errorf("without a refresh it ended with %d:\n%s", r.Code, r.Text())
	}
}
