package organization_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// at is an operator's organization at an address.
func at(label, arguments string) string {
	return strings.Replace(staging(arguments), `"tray_organization" "a"`, fmt.Sprintf(`"tray_organization" %q`, label), 1)
}

func TestOrganizationOperated_hasOneManagerInEveryOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after, want string }{
		"an address changes": {at("a", `name = "Dev"`), at("b", `name = "Dev"`), "moved { from = tray_organization.<old> to = tray_organization.<new> }"},
		"a second block":     {at("a", `name = "Dev"`), at("a", `name = "Dev"`) + at("b", `name = "Dev"`), "Keep one"},
		"a swap":             {at("a", `name = "Dev"`) + at("b", `name = "Prod"`), at("a", `name = "Prod"`) + at("b", `name = "Dev"`), ""},
		"a destroyed's name": {at("a", `name = "Dev"`) + at("b", `name = "Prod"`), at("a", `name = "Prod"`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := operated(t)
			dir := env.Desk(t, acctest.Terraform, "")
			dir.Write("main.tf", c.before)
			dir.Apply()
			dir.Write("main.tf", c.after)
			for try := range acctest.ByDay(4, 10) {
				r := dir.Run("plan", "-input=false", fmt.Sprintf("-parallelism=%d", []int{1, 10}[try%2]))
				if r.Code != 1 || !strings.Contains(r.Text(), c.want) {
					t.Fatalf("plan %d ended with %d and does not say %q:\n%s", try, r.Code, c.want, r.Text())
				}
			}
		})
	}
}

func TestOrganizationOperated_namesPassOnInOneApply(t *testing.T) {
	t.Parallel()
	env := operated(t)
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", at("blue", `name = "Dev"`))
	dir.Apply()
	id := inSandbox(t, env)["Dev"].ID
	dir.Applies(at("blue", `name = "Dev (old)"`) + at("green", "name = \"Dev\"\n  depends_on = [tray_organization.blue]"))
	if now := inSandbox(t, env); now["Dev (old)"].ID != id || now["Dev"].ID == id {
		t.Errorf("the names are with the wrong organizations: %+v", now)
	}
}

// What somebody changes after the plan, and the plan does not, stays.
func TestOrganizationOperated_aSavedPlanLeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	env := operated(t)
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", at("a", `name = "Dev"`))
	dir.Apply()
	id := inSandbox(t, env)["Dev"].ID
	dir.Write("main.tf", at("a", `name = "Dev 2"`))
	dir.Plan("-out=saved")
	env.ControlAs(env.Operator, http.MethodPatch, organizationsPath+"/"+id, body{"sso": true})
	if r := dir.Run("apply", "-input=false", "saved"); r.Code != 0 {
		t.Fatalf("the apply ended with %d:\n%s", r.Code, r.Text())
	}
	if now := inSandbox(t, env)["Dev 2"]; !now.SSO || now.ID != id {
		t.Errorf("the apply left %+v", now)
	}
}

func TestOrganization_aSavedPlanLeavesTheNameAlone(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.Organization("Acme", "boss@example.com"), acctest.Embedded())
	dir := env.Desk(t, acctest.Terraform, "")
	layout := func(protected bool, wizard string) {
		dir.Write("main.tf", fmt.Sprintf("resource \"tray_organization\" \"a\" {\n  name = \"Acme\"\n  deletion_protection = %t\n}\n%s", protected, settings("  config_wizard_css = \""+wizard+"\"")))
	}
	layout(false, "a")
	dir.Apply()
	layout(true, "b")
	dir.Plan("-out=saved")
	env.Control(http.MethodPatch, "/management/v1/organization", body{"name": "Acme Inc."})
	env.Control(http.MethodPatch, settingsPath, body{"embeddedId": "acme"})
	if r := dir.Run("apply", "-input=false", "saved"); r.Code != 0 {
		t.Fatalf("the apply ended with %d:\n%s", r.Code, r.Text())
	}
	if now := env.State().Organization.Name; now != "Acme Inc." {
		t.Errorf("the organization is %q", now)
	}
	_ = inTray(t, env, body{"embeddedId": "acme", "configWizardCss": "b"})(nil)
}
