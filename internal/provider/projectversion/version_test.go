package projectversion_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

// desk is a layout on an organization with a project.
type desk struct {
	acctest.Desk
	project string
}

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	env := acctest.Start(t, opts...)
	var made struct {
		ID string `json:"id"`
	}
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	env.Control(http.MethodPost, "ui/projects", body{"workspace": "sales", "name": "Billing"}, &made)
	return desk{env.Desk(t, cli, ""), made.ID}
}

func (d desk) release(number, title string, lines ...string) string {
	all := append([]string{fmt.Sprintf("project_id = %q", d.project), fmt.Sprintf("version_number = %q", number), fmt.Sprintf("title = %q", title)}, lines...)
	return "resource \"tray_project_version\" \"release\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

func (d desk) made() int {
	return d.Env.Requests().Count(http.MethodPost, "/core/v1/projects/*/versions/*")
}

func TestVersion_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Applies(d.release("1.0", "First", `description = "D"`))
		d.Applies(d.release("1.1", "Second"))
		if d.made() != 2 {
			d.T.Errorf("%d versions were made", d.made())
		}
		d.Applies(d.release("1.1", "Second"), "-replace=tray_project_version.release")
		if d.made() != 2 {
			d.T.Error("a version is made under its own number again")
		}
		if r := d.Destroy(); !strings.Contains(r.Text(), "The version stays in Tray") {
			d.T.Errorf("a destroy says %s", r.Text())
		}
		d.Refuses(d.release("1.1", "Second"), "TRAY012", "Choose another version_number")
	}, acctest.NoManagement())
}

func TestVersion_isNeverRewritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Refuses(d.release("latest", "T"), "Not a version number")
	d.Applies(d.release("1.0", "First"))
	d.Refuses(d.release("1.0", "Other"), "A version is never rewritten", `"First"`)
	d.Refuses(d.release("1.0", "First", `description = "D"`), "A version is never rewritten")
}

func TestVersion_thatExpiredIsExplained(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Applies(d.release("1.0", "First"))
		d.Env.Advance(10 * 24 * time.Hour)
		for _, number := range []string{"2.0", "3.0"} {
			if status, raw := d.Env.Call(http.MethodPost, "/core/v1/projects/"+d.project+"/versions/"+number, body{"title": "T"}); status != http.StatusCreated {
				d.T.Fatalf("%d %s", status, raw)
			}
		}
		r, _ := d.Plan()
		if !strings.Contains(r.Text(), "Tray has dropped the version") {
			d.T.Errorf("it is not explained: %s", r.Text())
		}
		before := d.made()
		d.Apply()
		d.NoChanges()
		if d.made() != before || fmt.Sprint(d.Resources()["tray_project_version.release"]["expired"]) != "true" {
			d.T.Errorf("what expired is made anew, or not said: %v", d.Resources())
		}
		d.Refuses(fmt.Sprintf("data \"tray_project_export\" \"x\" {\n  project_id = %q\n  version_number = \"1.0\"\n  path = \"x.json\"\n}\n", d.project), "Could not find the project version", "may be gone")
	})
}

func TestVersion_importedTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"name", "id", "identity"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, acctest.Terraform)
			d.Applies(d.release("1.0", "First"))
			d.Run("state", "rm", "tray_project_version.release")
			switch way {
			case "name":
				d.Run("import", "-input=false", "tray_project_version.release", "sales/Billing/1.0")
			case "id":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_project_version.release\n  id = \"%s/1.0\"\n}\n", d.project))
				d.Apply()
			case "identity":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_project_version.release\n  identity = {\n    project_id = %q\n    version_number = \"1.0\"\n  }\n}\n", d.project))
				d.Apply()
			}
			d.NoChanges()
		})
	}
}

func TestVersion_aLostAnswerMakesNothingTwice(t *testing.T) {
	t.Parallel()
	for _, drop := range []string{"before", "after"} {
		d := newDesk(t, acctest.Terraform)
		d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/core/v1/projects/*/versions/*", Drop: drop, Times: 1})
		d.Applies(d.release("1.0", "First"))
	}
}

func TestVersion_isListed(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	var other struct {
		ID string `json:"id"`
	}
	d.Env.Control(http.MethodPost, "ui/projects", body{"workspace": "sales", "name": "Payroll"}, &other)
	for project, numbers := range map[string][]string{d.project: {"1.9", "1.10"}, other.ID: {"7"}} {
		for _, number := range numbers {
			if status, raw := d.Env.Call(http.MethodPost, "/core/v1/projects/"+project+"/versions/"+number, body{"title": "V" + number}); status != http.StatusCreated {
				t.Fatalf("%d %s", status, raw)
			}
		}
	}
	d.Write("find.tfquery.hcl", "list \"tray_project_version\" \"all\" {\n  provider = tray\n}\n")
	r := d.Run("query")
	d.Says(r, "Billing 1.9: V1.9", "Billing 1.10: V1.10", "Payroll 7: V7", "project_id="+d.project+",version_number=1.10")
	d.Write("find.tfquery.hcl", fmt.Sprintf("list \"tray_project_version\" \"all\" {\n  provider = tray\n  config {\n    project_id = %q\n  }\n}\n", d.project))
	d.Env.ClearRequests()
	r = d.Run("query")
	d.Says(r, "1.10: V1.10")
	if asked := d.Env.Requests().Count("", "/management/**"); strings.Contains(r.Text(), "Payroll") || asked > 1 { // the probe
		t.Errorf("of one project it asks %d times for projects: %s", asked, r.Text())
	}
}
