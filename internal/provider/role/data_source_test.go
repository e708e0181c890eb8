package role_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

func names(address string, want ...string) []statecheck.StateCheck {
	list, byName := []knownvalue.Check{}, map[string]knownvalue.Check{}
	for _, name := range want {
		list = append(list, knownvalue.ObjectExact(map[string]knownvalue.Check{"id": knownvalue.NotNull(), "name": knownvalue.StringExact(name)}))
		byName[name] = knownvalue.NotNull()
	}
	return []statecheck.StateCheck{
		statecheck.ExpectKnownValue(address, tfjsonpath.New("roles"), knownvalue.ListExact(list)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("by_name"), knownvalue.MapExact(byName)),
	}
}

func TestRoles_ofTheOrganization(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.NoManagement())
	acctest.Test(t, env, resource.TestStep{
		Config:            env.Config(`data "tray_organization_roles" "all" {}`),
		ConfigStateChecks: names("data.tray_organization_roles.all", "Owner", "Admin", "Contributor", "Viewer"),
	})
}

func TestRoles_ofAWorkspace(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	var made struct{ ID string }
	env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "sales"}, &made)
	acctest.Test(t, env, resource.TestStep{
		Config:            env.Config(`data "tray_workspace_roles" "sales" { workspace_id = "` + made.ID + `" }`),
		ConfigStateChecks: names("data.tray_workspace_roles.sales", "Admin", "Contributor", "Viewer"),
	})
}

func TestRoles_ofNoWorkspace(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	cli := env.Layout(t, acctest.Terraform, "")
	cli.Write("main.tf", env.Config(`data "tray_workspace_roles" "x" { workspace_id = "00000000-0000-4000-8000-000000000000" }`))
	r := cli.Run("plan", "-input=false")
	for _, part := range []string{"Could not read the workspace's roles", "HTTP 404", "workspace_id ="} {
		if r.Code != 1 || !strings.Contains(r.Text(), part) {
			t.Errorf("code %d, no %q in:\n%s", r.Code, part, r.Stderr)
		}
	}
}
