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
	acctest.OnBoth(t, acctest.NewDesk, func(d acctest.Desk) {
		d.Guard("min_org_admins = 2")
		users := func(role string) {
			d.Write("main.tf", "resource \"tray_user\" \"chief\" {\n  email = \"chief@example.com\"\n  name = \"Chief\"\n  onboarding = \"create\"\n  organization_role = \""+role+"\"\n}\n")
		}
		users("Admin")
		d.Process().Init()
		d.Apply()
		users("Viewer")
		d.Environ = append(d.Environ, lift+"=1")
		if r := d.Run("plan", "-input=false", "-out=plan.bin"); r.Code != 0 {
			d.T.Fatalf("the plan ended with %d:\n%s", r.Code, r.Text())
		}
		d.Environ = d.Environ[:len(d.Environ)-1]
		if r := d.Run("apply", "-input=false", "plan.bin"); r.Code != 0 {
			d.T.Errorf("the apply of the plan ended with %d:\n%s", r.Code, r.Text())
		}
		d.NoChanges()
		if role := d.Env.State().Roles()["chief@example.com"]; role != "Viewer" {
			d.T.Errorf("the chief is %s", role)
		}
		users("Admin")
		d.Apply()
		users("Viewer")
		if r := d.Run("apply", "-input=false", "-auto-approve"); r.Code != 1 {
			d.T.Errorf("without the variable the apply ended with %d:\n%s", r.Code, r.Text())
		}
	})
}

// An update is planned again when it is applied, before anything is written: what was lifted
// holds then, too.
func TestUser_aSavedPlanOfUpdatesKeepsWhatWasLiftedForIt(t *testing.T) {
	t.Parallel()
	d := acctest.NewDesk(t, acctest.Terraform)
	d.Guard("max_removals = 1")
	people := []string{"ana@example.com", "ben@example.com", "cy@example.com"}
	named := func(n int) {
		table, list, config := "", "", ""
		for _, p := range people[:n] {
			table += "    \"" + p + "\" = \"Viewer\"\n"
			list += "\"" + p + "\", "
		}
		for _, w := range []string{"sales", "ops"} {
			config += "resource \"tray_workspace\" \"" + w + "\" {\n  name = \"" + w + "\"\n}\n"
		}
		d.Write("main.tf", config+"resource \"tray_workspace_members\" \"t\" {\n  workspace_id = tray_workspace.sales.id\n  members = {\n"+table+"  }\n}\n"+
			"resource \"tray_workspace_role_members\" \"r\" {\n  workspace_id = tray_workspace.ops.id\n  role = \"Viewer\"\n  emails = ["+list+"]\n}\n")
	}
	for _, p := range people {
		d.Env.Control("POST", "/_sandbox/ui/users", map[string]any{"email": p, "name": "N", "role": "Viewer"})
	}
	named(3)
	d.Process().Init()
	d.Apply()
	named(1)
	d.Environ = append(d.Environ, "TRAY_GUARDRAILS_MAX_REMOVALS=4")
	if r := d.Run("plan", "-input=false", "-out=plan.bin"); r.Code != 0 {
		t.Fatalf("the plan ended with %d:\n%s", r.Code, r.Text())
	}
	d.Environ = d.Environ[:len(d.Environ)-1]
	if r := d.Run("apply", "-input=false", "plan.bin"); r.Code != 0 {
		t.Errorf("the apply of the plan ended with %d:\n%s", r.Code, r.Text())
	}
	d.NoChanges()
	named(3)
	d.Apply()
	named(1)
	if r := d.Run("plan", "-input=false"); r.Code != 1 {
		t.Errorf("without the variable the next plan ended with %d:\n%s", r.Code, r.Text())
	}
	// What the state holds of an earlier plan lifts nothing for a plan without a refresh.
	d.Environ = append(d.Environ, "TRAY_GUARDRAILS_MAX_REMOVALS=4")
	named(2)
	d.Apply()
	d.Environ = d.Environ[:len(d.Environ)-1]
	named(0)
	if r := d.Run("apply", "-input=false", "-auto-approve", "-refresh=false"); r.Code != 1 {
		t.Errorf("without a refresh it ended with %d:\n%s", r.Code, r.Text())
	}
}
