package provider_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// The scenario says that one apply makes a service, a connector on it and what each
// environment reaches it with, in that environment's workspace.
func TestScenarios_customAssetsAreMadeInOneApply(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			layout := acctest.Start(t).Layout(t, cli, "").Process()
			if err := os.CopyFS(layout.Dir, os.DirFS(examples+"scenarios/custom-assets")); err != nil {
				t.Fatal(err)
			}
			layout.Init()
			layout.Apply()
			layout.NoChanges()
			state := layout.StateOf(".tray-one.db", "Acme")
			held := map[string]string{}
			for _, a := range state.Authentications {
				held[a.Workspace] += a.Name
			}
			equal(t, "authentications", held, map[string]string{"sales-dev": "Acme CRM", "sales-prod": "Acme CRM"})
			if c := acctest.One(t, state.Connectors); c.Status != "Deployed" {
				t.Errorf("the connector is %+v", c)
			}
			layout.Destroy()
		})
	}
}

// The scenario says that whoever owns the custom services cannot go before these have moved:
// the plan is an error, and once they have moved, the same plan passes.
func TestScenarios_customAssetsMoveBeforeTheirOwnerGoes(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			layout := acctest.Start(t).Layout(t, cli, "").Process()
			if err := os.CopyFS(layout.Dir, os.DirFS(examples+"scenarios/custom-assets")); err != nil {
				t.Fatal(err)
			}
			layout.Init()
			const only = "-target=module.personal"
			step := func(moved, stays string) string {
				return "-var=personal={moved=" + moved + ",owner_stays=" + stays + "}"
			}
			layout.Apply(only, step("false", "true"))
			was := layout.Run("output", "-json", "personal").Stdout
			r := layout.Run("plan", "-input=false", only, step("false", "false"))
			for _, want := range []string{"TRAY006", "1 custom service would lose its owner: Acme ERP"} {
				if r.Code != 1 || !strings.Contains(r.Text(), want) {
					t.Fatalf("the plan ends with %d and does not say %q: %s", r.Code, want, r.Text())
				}
			}
			layout.Apply(only, step("true", "true"))
			layout.Apply(only, step("true", "false"))
			want := strings.Replace(was, `"serves_everybody":false`, `"serves_everybody":true`, 1)
			if now := layout.Run("output", "-json", "personal").Stdout; now != want || want == was {
				t.Errorf("the service was %s and is %s: it moves in place, and stays", was, now)
			}
		})
	}
}
