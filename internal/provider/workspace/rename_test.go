package workspace_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// called is a workspace at an address.
func called(label, name, meta string) string {
	return fmt.Sprintf("resource \"tray_workspace\" %q {\n  name = %q\n  %s\n}\n", label, name, meta)
}

// The old one makes way for the new one.
func TestWorkspace_namesPassOnInOneApply(t *testing.T) {
	t.Parallel()
	for name, parallelism := range map[string]string{"one by one": "-parallelism=1", "at once": "-parallelism=10"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			y := onYard(t)
			y.Applies(called("blue", "sales", "") + called("next", "finance", ""))
			id := inTray(t, y.Env, "sales").ID
			y.Write("main.tf", called("blue", "sales-old", "")+called("green", "sales", "depends_on = [tray_workspace.blue]")+
				called("next", "finance", ""))
			for range 3 {
				if r, _ := y.Plan(parallelism); !says("Warning: The name passes from one workspace to another", id).MatchString(r.Text()) {
					t.Errorf("the plan does not say what happens to the name:\n%s", r.Text())
				}
			}
			y.Apply(parallelism)
			y.NoChanges()
			if inTray(t, y.Env, "sales-old").ID != id || inTray(t, y.Env, "sales").ID == id {
				t.Error("the names are with the wrong workspaces")
			}
			// Two that are there, one after the other.
			y.Write("main.tf", called("blue", "archive", "")+called("green", "sales-old", "depends_on = [tray_workspace.blue]")+
				called("next", "sales", "depends_on = [tray_workspace.green]"))
			y.Apply(parallelism)
			y.NoChanges()
			if inTray(t, y.Env, "archive").ID != id {
				t.Error("the names are with the wrong workspaces")
			}
		})
	}
}

func TestWorkspace_renamesThatCannotBeAreRefusedInEveryOrder(t *testing.T) {
	t.Parallel()
	count := func(names string) string {
		return "locals { names = [" + names + "] }\nresource \"tray_workspace\" \"c\" {\n  count = length(local.names)\n  name  = local.names[count.index]\n}\n"
	}
	for name, c := range map[string]struct{ before, after, want string }{
		"a swap":                    {called("a", "x", "") + called("b", "y", ""), called("a", "y", "") + called("b", "x", "depends_on = [tray_workspace.a]"), "take two steps|named \"[xy]\" already"},
		"a circle":                  {called("a", "x", "") + called("b", "y", "") + called("c", "z", ""), called("a", "y", "") + called("b", "z", "") + called("c", "x", ""), "take two steps|already"},
		"a name that stays":         {called("a", "x", "") + called("b", "y", ""), called("a", "y", "") + called("b", "y", ""), "names are unique|TRAY008|already"},
		"a count that shrinks":      {count(`"x", "y", "z"`), count(`"y", "z"`), "(?s)moved \\{.*for_each|already"},
		"a count that grows":        {count(`"x", "y"`), count(`"new", "x", "y"`), "Names shift from one workspace to the next.*for_each"},
		"a count that grows inside": {count(`"a", "x", "y", "z"`), count(`"a", "new", "x", "y", "z"`), "Names shift from one workspace to the next.*for_each"},
		"the name of a destroyed":   {called("a", "x", "") + called("b", "y", ""), called("a", "y", ""), "apply the destroy first|already"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			y := onYard(t)
			y.Applies(c.before)
			y.Write("main.tf", c.after)
			y.Env.ClearRequests()
			for try := range acctest.ByDay(4, 10) {
				r := y.Run("plan", "-input=false", fmt.Sprintf("-parallelism=%d", []int{1, 10}[try%2]))
				if r.Code != 1 || !regexp.MustCompile(c.want).MatchString(r.Text()) {
					t.Fatalf("plan %d ended with %d and does not say %q:\n%s", try, r.Code, c.want, r.Text())
				}
			}
		})
	}
}

// Both remedies of a list that grew at its front are followed.
func TestWorkspace_namesThatShiftAreNamedForGood(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	list := "resource \"tray_workspace\" \"c\" {\n  %s\n  name  = %s\n}\n"
	y.Applies(fmt.Sprintf(list, "count = 2", `["x", "y"][count.index]`))
	ids := []string{inTray(t, y.Env, "x").ID, inTray(t, y.Env, "y").ID}
	moved := ""
	for i, key := range []string{"x", "y"} {
		moved += fmt.Sprintf("moved {\n  from = tray_workspace.c[%d]\n  to   = tray_workspace.c[%q]\n}\n", i, key)
	}
	y.Applies(fmt.Sprintf(list, `for_each = toset(["new", "x", "y"])`, "each.value") + moved)
	if ids[0] != inTray(t, y.Env, "x").ID || ids[1] != inTray(t, y.Env, "y").ID {
		t.Error("the names are with the wrong workspaces")
	}
	// Meant: a generation of names, in two steps.
	y.Applies(called("old", "sales-old", "") + called("now", "sales", ""))
	y.Applies(called("old", "archive", "") + called("now", "sales-old", "depends_on = [tray_workspace.old]"))
	y.Applies(called("old", "archive", "") + called("now", "sales-old", "") + called("next", "sales", ""))
}

// Nothing orders the two resources, so Terraform may plan the one that takes the name before
// the other is read. The old one is not judged as if it were replaced either.
func TestWorkspace_aNamePassesWithoutAnOrderInEveryPlan(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(called("blue", "sales", "deletion_protection = true"))
	id := inTray(t, y.Env, "sales").ID
	y.Write("main.tf", called("blue", "sales-old", "deletion_protection = true")+called("green", "sales", ""))
	for try := range 8 {
		if r := y.Run("plan", "-input=false"); r.Code != 0 {
			t.Fatalf("plan %d ended with %d:\n%s", try, r.Code, r.Text())
		}
	}
	y.Apply()
	y.NoChanges()
	if inTray(t, y.Env, "sales-old").ID != id || inTray(t, y.Env, "sales").ID == id {
		t.Error("the names are with the wrong workspaces")
	}
}

// The error of a swap is followed: a free name first.
func TestWorkspace_aSwapTakesTwoApplies(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(called("a", "x", "") + called("b", "y", ""))
	y.Write("main.tf", called("a", "y", "")+called("b", "x", "depends_on = [tray_workspace.a]"))
	r := y.Run("plan", "-input=false", "-parallelism=1")
	free := regexp.MustCompile(`say "([^"]+)", and apply`).FindStringSubmatch(r.Text())
	if free == nil {
		t.Fatalf("the error does not say what to do:\n%s", r.Text())
	}
	y.Applies(called("a", free[1], "") + called("b", "x", ""))
	y.Applies(called("a", "y", "") + called("b", "x", ""))
}

// Somebody wrote a text in the UI after the plan.
func TestWorkspace_aRenameLeavesTheDescriptionAlone(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(one())
	y.Write("main.tf", called("a", "sales-prod", ""))
	y.Plan("-out=saved")
	y.Env.Control(http.MethodPatch, "ui/workspaces/sales", body{"description": "Ask Ana first", "monthlyTaskLimit": 7})
	if r := y.Run("apply", "-input=false", "saved"); r.Code != 0 {
		t.Fatalf("the apply ended with %d:\n%s", r.Code, r.Text())
	}
	w := inTray(t, y.Env, "sales-prod")
	if w.Description == nil || *w.Description != "Ask Ana first" || w.MonthlyTaskLimit == nil || *w.MonthlyTaskLimit != 7 {
		t.Errorf("Tray has %+v", w)
	}
	y.Apply()
	y.NoChanges()
}

// The one in the state is gone and somebody has made another of its name: an import block
// for an address that is in use does nothing, so the error says what comes first.
func TestWorkspace_madeAnewInTheUIIsImportedAsTheErrorSays(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(one())
	y.Env.Control(http.MethodDelete, "ui/workspaces/sales", nil)
	y.Env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	id := inTray(t, y.Env, "sales").ID
	r := y.refuses([]string{"plan"}, "TRAY012", "is gone: somebody made a new one", "`terraform apply -refresh-only`", "import {", id)
	block := regexp.MustCompile(`import \{ to = tray_workspace\.<name> id = "([^"]+)" \}`).FindStringSubmatch(r.Text())
	y.Apply("-refresh-only")
	y.Applies(one() + "import {\n  to = tray_workspace.a\n  id = \"" + block[1] + "\"\n}\n")
	if now := inTray(t, y.Env, "sales").ID; now != id {
		t.Errorf("the workspace is %s, want %s", now, id)
	}
}

// Replaced under another name, a workspace is told by the instance alone: nothing has the name
// yet. Whoever loses the old one counts all the same; Terraform shows errors of such a plan only.
func TestWorkspace_replacedUnderAnotherNameCountsWhoLosesIt(t *testing.T) {
	t.Parallel()
	y := onYard(t)
	y.Applies(called("a", "sales", ""))
	y.people(2)
	y.Guard("max_removals = 1")
	y.Write("main.tf", called("a", "marketing", ""))
	y.refuses([]string{"plan", "-replace=" + address}, "TRAY005", "removes 2", "p0@example.com", "p1@example.com")
}
