package organization_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// shows reads the organization and wants exactly these values.
func shows(t *testing.T, env *acctest.Env, want map[string]knownvalue.Check) {
	t.Helper()
	var checks []statecheck.StateCheck
	for attribute, check := range want {
		checks = append(checks, statecheck.ExpectKnownValue("data.tray_organization.this", tfjsonpath.New(attribute), check))
	}
	acctest.Test(t, env, resource.TestStep{Config: env.Config(`data "tray_organization" "this" {}`), ConfigStateChecks: checks})
}

func TestOrganization_withTheManagementPlane(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.Organization("Acme", "boss@example.com"), acctest.Plan("team"), acctest.Embedded(), acctest.Wire("sso", true))
	shows(t, env, map[string]knownvalue.Check{
		"id": knownvalue.StringExact(env.State().Organization.ID), "name": knownvalue.StringExact("Acme"), "plan": knownvalue.StringExact("team"),
		"embedded": knownvalue.Bool(true), "sso": knownvalue.Bool(true),
		"owner_id": knownvalue.NotNull(), "owner_email": knownvalue.StringExact("boss@example.com"),
	})
}

func TestOrganization_onALiveTray(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.Organization("Acme", "boss@example.com"), acctest.NoManagement())
	null := knownvalue.Null()
	shows(t, env, map[string]knownvalue.Check{
		"id": knownvalue.NotNull(), "name": knownvalue.StringExact(env.State().Workspaces[0].Name), "plan": null,
		"embedded": null, "sso": null, "owner_id": null, "owner_email": null,
	})
}
