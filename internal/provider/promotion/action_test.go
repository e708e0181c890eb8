package promotion_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// action is an import of a file by an action; lines are more arguments.
func (r road) action(file string, lines ...string) string {
	resource := r.hcl(file, lines...)
	return "action \"tray_import_project\" \"prod\" {\n  config {" + strings.TrimSuffix(resource[strings.Index(resource, "{")+1:], "}\n") + "  }\n}\n"
}

func (r road) invoke() acctest.Result {
	r.T.Helper()
	return r.Run("apply", "-input=false", "-auto-approve", "-invoke=action.tray_import_project.prod")
}

func (r road) invokes(want ...string) {
	r.T.Helper()
	got := r.invoke()
	if got.Code != 0 {
		r.T.Errorf("it ends with %d: %s", got.Code, got.Text())
	}
	r.Says(got, want...)
}

func TestImportAction_importsOnceAndIsHarmlessAfterwards(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	r.Write("main.tf", r.action("one.json", `record_version = true`))
	r.invokes("What the import does, as things are now", "Remind, Sync orders", "Importing Billing 1.0", "recorded as version 1.0", "The import is done.")
	r.invokes("has everything of Billing 1.0 already: nothing is imported.")
	if got := r.content(r.prod); r.sent() != 1 || !strings.Contains(got, "https://one") || !strings.Contains(got, "prod.example.com") {
		t.Errorf("after %d imports it holds %s", r.sent(), got)
	}

	r.edit(r.dev, "Remind", "https://two")
	r.export(r.dev, "2.0", "two.json")
	r.Write("main.tf", "resource \"terraform_data\" \"release\" {\n  input = 2\n  lifecycle {\n    action_trigger {\n      events  = [after_create]\n      actions = [action.tray_import_project.prod]\n    }\n  }\n}\n"+
		r.action("two.json", `backup = { path = "${abspath(path.module)}/backups/before-2.0.json", create_version = true }`))
	applied := r.Apply()
	r.Says(applied, "Making the backup", "workflows updated: Remind", "The import is done.")
	if got := r.content(r.prod); r.sent() != 2 || !strings.Contains(got, "https://two") {
		t.Errorf("after %d imports it holds %s", r.sent(), got)
	}
	if info, err := os.Stat(filepath.Join(r.Dir, "backups", "before-2.0.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v, %v", info, err)
	}
	r.NoChanges()
}

func TestImportAction_isRefusedAsTheResourceIs(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	refuses := func(hcl string, want ...string) {
		t.Helper()
		r.Write("main.tf", hcl)
		got := r.invoke()
		if got.Code != 1 {
			t.Errorf("it ends with %d: %s", got.Code, got.Text())
		}
		r.Says(got, want...)
	}
	r.export(r.dev, "1.0", "one.json")
	refuses(strings.Replace(r.action("one.json"), "retries = 5", "", 1), "The import lacks something", "retries = <number>")
	r.Env.Control(http.MethodPost, "ui/projects/"+r.prod+"/workflows", body{"title": "Made in prod"})
	refuses(r.action("one.json"), "The import removes workflows", "Made in prod", "max_removed_workflows = 1")
	refuses(r.action("one.json", "max_removed_workflows = 1", `backup = {}`), "No backup, no import")
	refuses(r.action("one.json", `services = { "x/1" = "y/one" }`), "Not a mapping of services")
	refuses(r.action("none.json"), "Could not read the export") // the plan waits for the file
	if r.sent() != 0 {
		t.Errorf("%d imports were sent", r.sent())
	}
	r.Write("main.tf", r.action("one.json", "max_removed_workflows = 1"))
	r.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: imports, Drop: "after", Times: 1})
	r.invokes("The import is done.")
	if got := r.content(r.prod); strings.Contains(got, "Made in prod") || r.sent() > 1 {
		t.Errorf("after %d imports it holds %s", r.sent(), fmt.Sprint(got))
	}
}
