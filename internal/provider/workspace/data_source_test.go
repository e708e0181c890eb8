package workspace_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestWorkspaceData_oneByIDAndByName(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.Sparse(), acctest.NoManagement())
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales", "description": "What sales runs on"})
	env.Control(http.MethodPatch, "ui/workspaces/sales", body{"monthlyTaskLimit": 7})
	id := inTray(t, env, "sales").ID
	checks := func(of string) []statecheck.StateCheck {
		want := map[string]knownvalue.Check{
			"id": knownvalue.StringExact(id), "name": knownvalue.StringExact("sales"), "type": knownvalue.StringExact("Shared"),
			"description": knownvalue.StringExact("What sales runs on"), "monthly_task_limit": knownvalue.Int64Exact(7),
		}
		var all []statecheck.StateCheck
		for name, value := range want {
			all = append(all, statecheck.ExpectKnownValue(of, tfjsonpath.New(name), value))
		}
		return all
	}
	acctest.Test(t, env, resource.TestStep{
		Config: env.Config(`data "tray_workspace" "by_id" { id = "` + id + `" }
data "tray_workspace" "by_name" { name = "sales" }`),
		ConfigStateChecks: append(checks("data.tray_workspace.by_id"), checks("data.tray_workspace.by_name")...),
	})
}

func TestWorkspaceData_saysWhichItCannotFind(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	for range 2 {
		env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	}
	fails := func(arguments, text string) resource.TestStep {
		return resource.TestStep{Config: env.Config("data \"tray_workspace\" \"a\" {\n" + arguments + "\n}"), ExpectError: says(text)}
	}
	id := env.State().Workspaces[0].ID
	acctest.Test(t, env,
		fails(`name = "sales"`, `2 workspaces are named "sales". Give the id of one instead: id =`),
		fails(`name = "Sales"`, `sees no workspace named "Sales"`),
		fails("name = \"sales\"\ntype = \"Personal\"", `sees no workspace of type Personal named "sales"`),
		fails(`id = "00000000-0000-4000-8000-000000000000"`, "sees no workspace with the id"),
		fails("id = \""+id+"\"\ntype = \"Embedded\"", "not Embedded"),
		fails("name = \"sales\"\ntype = \"shared\"", "value must be one of"),
		fails("name = \"sales\"\nid = \"x\"", "Exactly one of these attributes must be configured"))
}

func TestWorkspacesData_filtersSortsAndMaps(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	for _, name := range []string{"sales-prod", "sales-dev", "legal", "legal"} {
		env.Control(http.MethodPost, "ui/workspaces", body{"name": name})
	}
	list := "data.tray_workspaces.a"
	names := func(want ...string) statecheck.StateCheck {
		items := make([]knownvalue.Check, len(want))
		for i, name := range want {
			items[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{"name": knownvalue.StringExact(name)})
		}
		return statecheck.ExpectKnownValue(list, tfjsonpath.New("workspaces"), knownvalue.ListExact(items))
	}
	ids := func(want ...string) statecheck.StateCheck {
		items := map[string]knownvalue.Check{}
		for _, name := range want {
			items[name] = knownvalue.StringExact(inTray(t, env, name).ID)
		}
		return statecheck.ExpectKnownValue(list, tfjsonpath.New("ids_by_name"), knownvalue.MapExact(items))
	}
	acctest.Test(t, env,
		resource.TestStep{
			Config:            env.Config(`data "tray_workspaces" "a" { type = "Shared" }`),
			ConfigStateChecks: []statecheck.StateCheck{names("legal", "legal", "sales-dev", "sales-prod"), ids("sales-dev", "sales-prod")},
		},
		resource.TestStep{
			Config:            env.Config(`data "tray_workspaces" "a" { name_regex = "^sales-" }`),
			ConfigStateChecks: []statecheck.StateCheck{names("sales-dev", "sales-prod"), ids("sales-dev", "sales-prod")},
		},
		resource.TestStep{
			Config:            env.Config(`data "tray_workspaces" "a" { name_regex = "^none$" }`),
			ConfigStateChecks: []statecheck.StateCheck{names(), ids()},
		},
		resource.TestStep{Config: env.Config(`data "tray_workspaces" "a" { name_regex = "(" }`), ExpectError: says("Not a regular expression")})
}

func TestWorkspace_importRefusesOtherTypes(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	hcl := env.Config(`resource "tray_workspace" "a" { name = "x" }`)
	organization := env.State().Organization
	var id string
	for _, w := range env.State().Workspaces {
		if w.Type == "Organization" {
			id = w.ID
		}
	}
	if id == "" {
		t.Fatalf("%q has no Organization workspace", organization.Name)
	}
	acctest.Test(t, env,
		resource.TestStep{Config: hcl, ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: says("is of type Organization", "only shared workspaces are managed", `data "tray_workspace"`)},
		resource.TestStep{Config: hcl, ResourceName: address, ImportState: true, ImportStateId: "nobody", ExpectError: says(`no workspace with the id or the name "nobody"`)})
}
