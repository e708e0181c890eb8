package workspace_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// yard is a command line on a sandbox of its own.
type yard struct{ acctest.Desk }

func onYard(t *testing.T, opts ...acctest.Option) yard {
	t.Helper()
	return yard{acctest.NewDesk(t, acctest.Terraform, opts...)}
}

// refuses runs a command and wants an error with these texts, before anything is written.
func (y yard) refuses(args []string, texts ...string) acctest.Result {
	y.T.Helper()
	y.Env.ClearRequests()
	r := y.Run(append([]string{args[0], "-input=false"}, args[1:]...)...)
	if r.Code != 1 || !says(slices.Clone(texts)...).MatchString(r.Text()) {
		y.T.Errorf("%v ended with %d and does not say %q:\n%s", args, r.Code, texts, r.Text())
	}
	if writes := y.Env.Requests().Writes(); len(writes) > 0 {
		y.T.Errorf("%v wrote\n%s", args, writes)
	}
	return r
}

func one(arguments ...string) string {
	return "resource \"tray_workspace\" \"a\" {\n  name = \"sales\"\n  " + strings.Join(arguments, "\n  ") + "\n}\n"
}

// people puts so many users into the workspace, without Terraform.
func (y yard) people(n int) {
	for i := range n {
		email := fmt.Sprintf("p%d@example.com", i)
		y.Env.Control(http.MethodPost, "ui/users", body{"email": email, "name": "P", "role": "Viewer"})
		y.Env.Control(http.MethodPut, "ui/workspaces/sales/members/"+email, body{"role": "Viewer"})
	}
}

func TestWorkspace_isDeletedWithPeopleOnlyWithWords(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(one())
	y.people(2)
	boss := body{"email": "boss@example.com", "name": "Boss", "role": "Admin"}
	y.Env.Control(http.MethodPost, "ui/users", boss)
	y.Env.Control(http.MethodPut, "ui/workspaces/sales/members/boss@example.com", body{"role": "Admin"})
	y.Guard("max_removals = 1")
	named := []string{"TRAY005: Too many removals in one plan", "removes 2", "p0@example.com", "p1@example.com"}
	if r := y.refuses([]string{"plan", "-replace=" + address}, named...); strings.Contains(r.Text(), "boss@") || strings.Contains(r.Text(), "owner@") {
		t.Errorf("who is in charge of every workspace loses nothing:\n%s", r.Text())
	}
	y.Run("taint", address)
	y.refuses([]string{"plan"}, named...)
	y.Run("untaint", address)
	y.Write("main.tf", "")
	y.refuses([]string{"plan"}, named...)
	y.Guard("max_removals = 2")
	if r, _ := y.Plan(); !says("Warning: People lose the workspace", "sales", "p0@example.com, p1@example.com").MatchString(r.Text()) {
		t.Errorf("the plan does not name who loses the workspace:\n%s", r.Text())
	}
	y.Applies("")
	onlyShared(t, y.Env)(nil)
}

func TestWorkspace_peopleCountOnceWithTheirMemberships(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	hcl := one() + `resource "tray_workspace_member" "p" {
  count        = 2
  workspace_id = tray_workspace.a.id
  email        = "p${count.index}@example.com"
  role         = "Viewer"
}
`
	for i := range 2 {
		y.Env.Control(http.MethodPost, "ui/users", body{"email": fmt.Sprintf("p%d@example.com", i), "name": "P", "role": "Viewer"})
	}
	y.Applies(hcl)
	y.Guard("max_removals = 2")
	y.Applies("")
	onlyShared(t, y.Env)(nil)
}

// Whoever joined after the plan was not in it.
func TestWorkspace_anOldPlanDeletesNobodyUnseen(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(one())
	y.Write("main.tf", "")
	y.Plan("-out=saved")
	y.people(1)
	y.refuses([]string{"apply", "saved"}, "Could not delete the workspace", "p0@example.com joined", "Plan again")
	onlyShared(t, y.Env, "sales")(nil)
	y.Applies("")
	onlyShared(t, y.Env)(nil)
}

func TestWorkspace_protectedIsNotDeletedWhateverItHolds(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(one("deletion_protection = true", "force_destroy = true"))
	refused := []string{"Could not delete the workspace", `"sales" is protected`, "deletion_protection = false"}
	y.refuses([]string{"plan", "-replace=" + address}, refused...)
	y.refuses([]string{"plan", "-destroy"}, refused...)
	y.Run("taint", address)
	y.refuses([]string{"plan"}, refused...)
	y.Run("untaint", address)
	y.Write("main.tf", "")
	y.Applies(one("deletion_protection = false"))
	y.Applies("")
	onlyShared(t, y.Env)(nil)
}

func TestWorkspace_whatItHoldsIsDeletedOnlyByForce(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(one())
	y.Env.Control(http.MethodPost, "ui/projects", body{"workspace": "sales", "name": "leads"})
	refused := []string{"Could not delete the workspace", "holds 1 project", "force_destroy = true"}
	y.refuses([]string{"plan", "-destroy"}, refused...)
	y.refuses([]string{"plan", "-replace=" + address}, refused...)
	y.Applies(one("force_destroy = true"))
	y.Write("main.tf", "")
	if r, _ := y.Plan(); !says("Warning: What a workspace holds is deleted with it", "holds 1 project").MatchString(r.Text()) {
		t.Errorf("the plan does not say what is deleted:\n%s", r.Text())
	}
	y.Applies("")
	onlyShared(t, y.Env)(nil)
}

// A project came after the plan: the service refuses, and the error says what to do.
func TestWorkspace_filledSinceThePlanIsNotDeleted(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(one())
	y.Write("main.tf", "")
	y.Plan("-out=saved")
	y.Env.Control(http.MethodPost, "ui/projects", body{"workspace": "sales", "name": "leads"})
	if r := y.Run("apply", "-input=false", "saved"); r.Code != 1 || !says("Could not delete the workspace", "force_destroy = true").MatchString(r.Text()) {
		t.Errorf("the apply ended with %d:\n%s", r.Code, r.Text())
	}
	onlyShared(t, y.Env, "sales")(nil)
}
