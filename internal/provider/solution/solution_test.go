package solution_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

const releases = "/core/v1/solutions/*/releases"

// desk is a layout on an organization with a draft solution.
type desk struct {
	acctest.Desk
	project, solution string
}

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	env := acctest.Start(t, append(opts, acctest.Embedded())...)
	d := desk{Desk: env.Desk(t, cli, "")}
	var made struct {
		ID string `json:"id"`
	}
	env.Control(http.MethodPost, "ui/projects", body{"workspace": "Embedded", "name": "Notify"}, &made)
	d.project = made.ID
	env.Control(http.MethodPut, "ui/projects/"+d.project+"/solution", body{
		"title": "Notify", "description": "Tells people", "tags": []string{"prod"}, "customFields": []body{{"key": "plan", "value": "gold"}}, "slots": []body{channel},
	}, &made)
	d.solution = made.ID
	return d
}

var (
	channel = body{"type": "config", "external_id": "external_channel", "title": "Channel", "value_type": "string", "default_value": "general"}
	sms     = body{"type": "auth", "external_id": "external_sms", "title": "SMS", "service_name": "twilio", "service_version": 1}
)

func (d desk) slots(all ...body) {
	d.T.Helper()
	d.Env.Control(http.MethodPut, "ui/projects/"+d.project+"/solution", body{"slots": all})
}

func (d desk) release(content string, lines ...string) string {
	all := append([]string{fmt.Sprintf("solution_id = %q", d.solution), fmt.Sprintf("content = %q", content)}, lines...)
	return "resource \"tray_solution_release\" \"prod\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

func (d desk) published() int { return d.Env.Requests().Count(http.MethodPost, releases) }

// publishes wants so many publications in what follows.
func (d desk) publishes(n int, does func()) {
	d.T.Helper()
	d.Env.ClearRequests()
	does()
	if got := d.published(); got != n {
		d.T.Errorf("it was published %d times, want %d", got, n)
	}
}

func TestRelease_lifecycle(t *testing.T) {
	t.Parallel()
	for plane, opts := range map[string][]acctest.Option{"management plane": nil, "platform API alone": {acctest.NoManagement()}} {
		t.Run(plane, func(t *testing.T) {
			acctest.OnBoth(t, newDesk, func(d desk) {
				d.publishes(1, func() { d.Applies(d.release("1.0")) })
				first := fmt.Sprint(d.Resources()["tray_solution_release.prod"]["release_id"])
				d.slots(channel, body{"type": "config", "external_id": "x", "title": "X", "default_value": 1})
				d.publishes(0, func() { d.Applies(d.release("1.0")) }) // content decides, not the draft
				d.publishes(1, func() { d.Applies(d.release("1.1")) })
				if now := fmt.Sprint(d.Resources()["tray_solution_release.prod"]); strings.Contains(now, first) || !strings.Contains(now, "created:[X]") {
					d.T.Errorf("after another release the state is %s", now)
				}
				d.slots(channel, sms)
				d.Refuses(d.release("2.0"), "The release breaks instances of the solution", "SMS", "allow_breaking_changes = true")
				d.publishes(1, func() {
					d.Says(d.Applies(d.release("2.0", "allow_breaking_changes = true")), "The release makes breaking changes")
				})
				d.publishes(0, func() { d.Says(d.Destroy(), "The release stays published") })
			}, opts...)
		})
	}
}

func TestRelease_aLostAnswerPublishesOnce(t *testing.T) {
	t.Parallel()
	for _, drop := range []string{"before", "after"} {
		d := newDesk(t, acctest.Terraform)
		d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: releases, Drop: drop, Times: 1})
		d.Applies(d.release("1.0"))
		if id := d.Resources()["tray_solution_release.prod"]["release_id"]; id == nil || len(acctest.One(t, d.ids())) == 0 {
			t.Errorf("%s: the release is %v", drop, id)
		}
	}
	live := newDesk(t, acctest.Terraform, acctest.NoManagement())
	live.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: releases, Drop: "after", Times: 1})
	live.publishes(1, func() { live.Applies(live.release("1.0")) }) // the preview has nothing left
}

// A release has the impact that the plan shows, or is not published: the first one and the
// next alike, and both command lines say it in our words.
func TestRelease_ofASolutionThatIsEditedAfterThePlanIsRefused(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Process() // it looks at the command that started it
		d.Write("required.tf", "terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n")
		d.Init()
		slots := []body{channel}
		for _, content := range []string{"1.0", "1.1"} {
			d.Write("main.tf", d.release(content))
			d.Plan("-out=plan.bin")
			slots = append(slots, body{"type": "config", "external_id": content, "title": "Of " + content, "default_value": 1})
			d.slots(slots...)
			d.publishes(0, func() {
				d.Fails([]string{"apply", "-input=false", "plan.bin"}, d.release(content), "The solution has changed since the plan", "Of "+content, "Nothing was published", "Plan again")
			})
			d.Plan("-out=plan.bin") // as the words ask
			d.publishes(1, func() { d.Apply("plan.bin") })
		}
	})
}

// Where a release changes no slot, nothing on a live Tray tells whether a lost answer was that
// of a publication. Both ways out that the error names are followed as they are written.
func TestRelease_aLostAnswerThatNothingTellsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Applies(d.release("1.0"))
		lost := func(content string) string {
			d.T.Helper()
			d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: releases, Drop: "after", Times: 1})
			r := d.Fails([]string{"apply", "-auto-approve", "-input=false"}, d.release(content), "Nobody can tell whether the solution was published",
				"Run `terraform apply` again, with the configuration as it is", "remove the resource from the state where it is there (`terraform state rm`)")
			d.Env.ClearFaults()
			return r.Text()
		}
		lost("1.1")
		d.publishes(1, func() { d.Applies(d.release("1.1")) })
		said := lost("1.2")
		id := d.solution + "/1.2"
		if !strings.Contains(said, fmt.Sprintf("to = tray_solution_release.<name> id = %q", id)) {
			d.T.Fatalf("there is no block to paste: %s", said)
		}
		d.Run("state", "rm", "tray_solution_release.prod")
		d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_solution_release.prod\n  id = %q\n}\n", id))
		d.publishes(0, func() { d.Applies(d.release("1.2")) })
	}, acctest.NoManagement())
}

// ids are those of all releases, of which a release of the same content would be one more.
func (d desk) ids() []string {
	d.T.Helper()
	var page struct {
		Elements []struct{ ID, ReleaseID string }
	}
	for _, w := range d.Env.State().Workspaces {
		if w.Type == "Embedded" {
			d.Env.Control(http.MethodGet, "/management/v1/workspaces/"+w.ID+"/solutions", nil, &page)
		}
	}
	var all []string
	for _, s := range page.Elements {
		all = append(all, s.ReleaseID)
	}
	return all
}

func TestRelease_importedTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Fails([]string{"import", "-input=false", "tray_solution_release.prod", d.solution}, d.release("1.0"), "never published")
	d.Applies(d.release("1.0"))
	d.Run("state", "rm", "tray_solution_release.prod")
	d.Fails([]string{"import", "-input=false", "tray_solution_release.prod", "Nobody"}, d.release("1.0"), "Could not find the solution")
	d.publishes(0, func() {
		d.Run("import", "-input=false", "tray_solution_release.prod", "Notify/1.0")
		d.NoChanges()
		d.Run("state", "rm", "tray_solution_release.prod")
		d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_solution_release.prod\n  identity = {\n    solution_id = %q\n  }\n}\n", d.solution))
		d.Says(d.Apply(), "The imported release is taken for this content")
		d.NoChanges()
	})
	d.Write("import.tf", "")
	d.publishes(1, func() { d.Applies(d.release("1.1")) })
}

func TestRelease_whereThereIsNoEmbeddedIsRefusedInThePlan(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	d := desk{Desk: env.Desk(t, acctest.Terraform, ""), solution: "00000000-0000-4000-8000-000000000001"}
	d.Refuses(d.release("1.0"), "TRAY011", "Embedded")
	d.Refuses("data \"tray_solutions\" \"all\" {}\n", "TRAY011")
}

func TestSolutions_areListedWithTheirSlots(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.slots(channel, sms, body{"type": "config", "external_id": "must", "title": "Must"})
		d.Applies(d.release("1.0") + `
data "tray_solutions" "all" {
  depends_on = [tray_solution_release.prod]
}
data "tray_solutions" "gold" {
  tags          = ["prod"]
  custom_fields = { plan = "gold" }
  name_regex    = "^Not"
  depends_on    = [tray_solution_release.prod]
}
data "tray_solutions" "none" {
  tags       = ["dev"]
  depends_on = [tray_solution_release.prod]
}
output "shown" {
  value = join(" ", [one(data.tray_solutions.all.solutions).id, length(data.tray_solutions.gold.solutions), length(data.tray_solutions.none.solutions),
    one(one(data.tray_solutions.all.solutions).auth_slots).external_id, jsonencode([for s in one(data.tray_solutions.all.solutions).config_slots : s.default])])
}
`)
		if got, want := strings.TrimSpace(d.Run("output", "-raw", "shown").Stdout), d.solution+` 1 0 external_sms ["\"general\"",null]`; got != want {
			d.T.Errorf("it shows %s, want %s", got, want)
		}
	})
}
