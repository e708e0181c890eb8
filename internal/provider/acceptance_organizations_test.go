package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
)

// The scenario's second folder fills what the first has opened, from a state of its own,
// and neither disturbs the other.
func TestScenarios_aNewOrganizationIsFilledFromAnotherState(t *testing.T) {
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
			_, first, err := sandbox.Open(sandbox.OpenOptions{Path: filepath.Join(operator.Dir, ".tray-sandbox.db")})
			if err != nil {
				t.Fatal(err)
			}
			_, staging, err := sandbox.Open(sandbox.OpenOptions{Path: filepath.Join(operator.Dir, ".tray-sandbox.db"), Organization: "Acme (staging)"})
			if err != nil || staging == first {
				t.Errorf("staging does not have a token of its own: %v", err)
			}
			for _, folder := range []*acctest.CLI{operator, &inside} {
				searchFor(t, staging, "the state", []byte(read(t, filepath.Join(folder.Dir, "terraform.tfstate"))))
			}
			inside.Destroy()
			operator.Destroy()
		})
	}
}
