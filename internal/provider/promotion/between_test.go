package promotion_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// Terraform compares what the apply plans with the plan. What changes after that, it does not
// see.
func TestImport_aDestinationEditedAfterTheAppliesOwnPlanIsLeftAlone(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.export(r.dev, "1.0", "one.json")
		for n, file := range []string{"one.json", "two.json"} { // a create, then an update
			if n == 1 {
				r.Applies(r.hcl("one.json", "max_removed_workflows = 1"))
				r.edit(r.dev, "Remind", "https://two")
				r.export(r.dev, "2.0", "two.json")
			}
			before, theirs := r.sent(), fmt.Sprint("Made in prod ", n)
			r.Env.Before(http.MethodPost, imports+"/previews", 3, func() { // of the plan, of the apply's, and before the import
				r.Env.Control(http.MethodPost, "ui/projects/"+r.prod+"/workflows", body{"title": theirs})
			})
			r.Fails([]string{"apply", "-input=false", "-auto-approve"}, r.hcl(file), "The destination has changed since the plan", theirs, "Plan again")
			if r.sent() != before || !strings.Contains(r.content(r.prod), theirs) {
				r.T.Errorf("%s: after %d imports it holds %s", file, r.sent()-before, r.content(r.prod))
			}
		}
	})
}

// What Tray says it did is held against what it said it would do.
func TestImport_aResultThatIsNotThePlannedOneIsSaid(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.export(r.dev, "1.0", "one.json")
		r.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: imports, Status: http.StatusOK, AfterCommit: true, Times: 1, Body: `{"importMetadata": {` +
			`"importedFrom": {"projectId": "` + r.dev + `", "projectName": "Billing"}, "projectId": "` + r.prod + `", "projectName": "Billing live"}, "projectImpact": {` +
			`"config": {"created": [], "updated": [], "removed": []}, "workflows": {"created": [], "updated": [], "removed": [{"id": "00000000-0000-4000-8000-000000000001", "name": "Payroll"}]}}}`})
		r.Fails([]string{"apply", "-input=false", "-auto-approve"}, r.hcl("one.json"),
			"The import did something else than the plan shows", "Planned: workflows created: Remind, Sync orders", "workflows removed: Payroll", "import the backup or an earlier export")
		if r.sent() != 1 {
			r.T.Errorf("%d imports", r.sent())
		}
		r.Applies(r.hcl("one.json")) // and the next apply asks what is left to do: nothing
		if r.sent() != 1 {
			r.T.Error("what was imported is imported again")
		}
	})
}
