package actions_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// Every example applies as it is on the page; its actions, invoked by hand twice, succeed.
func TestExamples_ofActionsApplyAsShown(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../examples/actions/tray_*/action.tf")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		typ := filepath.Base(filepath.Dir(file))
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, acctest.Embedded())
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s.Write("main.tf", string(raw))
			if export, err := os.ReadFile(filepath.Join(filepath.Dir(file), "billing-1.0.json")); err == nil {
				s.Write("billing-1.0.json", string(export))
			}
			s.Write("terraform.tfvars", "")
			if typ == publish {
				var made struct {
					ID string `json:"id"`
				}
				s.Env.Control(http.MethodPut, "ui/projects/"+s.project("Embedded")+"/solution", body{"title": "Notify"}, &made)
				s.Write("terraform.tfvars", fmt.Sprintf("solution_id = %q\n", made.ID))
			}
			s.Apply()
			s.NoChanges()
			for _, part := range strings.Split(string(raw), "\naction \"")[1:] {
				name := strings.SplitN(part, "\"", 4)[2]
				for range 2 {
					if r := s.Run("apply", "-input=false", "-auto-approve", "-invoke=action."+typ+"."+name); r.Code != 0 {
						t.Error(r.Text())
					}
				}
			}
		})
	}
}
