package promotion_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// A release and instances hang on the id of the solution. Tray tells it to the import that
// makes the solution; where that answer is lost, or nothing is left to do for another import,
// the management plane tells, or the words say what to do.
func TestImport_theIDOfASolutionOutlivesALostAnswer(t *testing.T) {
	t.Parallel()
	file, err := filepath.Abs("../../../examples/resources/tray_solution_release/notify-1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	for plane, opts := range map[string][]acctest.Option{"management plane": {acctest.Embedded()}, "platform API alone": {acctest.Embedded(), acctest.NoManagement()}} {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			d := acctest.Start(t, opts...).Desk(t, acctest.Terraform, "")
			var project struct{ ID string }
			d.Env.Control(http.MethodPost, "ui/projects", body{"workspace": "Embedded", "name": "Notify"}, &project)
			hcl := fmt.Sprintf("resource \"tray_project_import\" \"prod\" {\n  project_id = %q\n  export = %q\n  config = { channel = \"x\" }\n}\n", project.ID, file)
			d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: imports, Status: http.StatusBadGateway, AfterCommit: true, Times: 1})
			lost := d.Applies(hcl)
			d.Env.ClearFaults()
			want := any(acctest.One(t, d.Env.State().Solutions).ID)
			d.Run("state", "rm", "tray_project_import.prod")
			again := d.Applies(hcl)
			if plane == "platform API alone" {
				want = nil
				for _, r := range []acctest.Result{lost, again} {
					d.Says(r, "The id of the solution is not known", "address of the solution's page")
				}
			}
			if got := d.Resources()["tray_project_import.prod"]["solution_id"]; got != want || d.Env.Requests().Count(http.MethodPost, imports) != 1 {
				t.Errorf("the id is %v, want %v, after the imports %s", got, want, d.Env.Requests().Matching(http.MethodPost, imports))
			}
		})
	}
}
