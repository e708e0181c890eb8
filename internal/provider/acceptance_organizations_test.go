package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// The scenario's second folder fills what the first has opened, from a state of its own,
// and neither disturbs the other.
func TestScenarios_aNewOrganizationIsFilledFromAnotherState(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			operator := acctest.Start(t).Layout(t, cli, "").Process()
			if err := os.CopyFS(operator.Dir, os.DirFS("../../examples/scenarios/new-organizations")); err != nil {
				t.Fatal(err)
			}
			inside := *operator
			inside.Dir = filepath.Join(operator.Dir, "staging")
			for _, folder := range []*acctest.CLI{operator, &inside} {
				folder.Init()
				folder.Apply()
			}
			operator.NoChanges()
			inside.NoChanges()
			if people := len(inside.Resources()); people != 3 {
				t.Errorf("%d people are in the organization", people)
			}
			staging := operator.OwnerToken(".tray-sandbox.db", "Acme (staging)")
			if staging == operator.OwnerToken(".tray-sandbox.db", "") {
				t.Error("staging does not have a token of its own")
			}
			for _, folder := range []*acctest.CLI{operator, &inside} {
				searchFor(t, staging, "the state", []byte(read(t, filepath.Join(folder.Dir, "terraform.tfstate"))))
			}
			inside.Destroy()
			operator.Destroy()
		})
	}
}
