package promotion_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

const imports = "/core/v1/projects/*/imports"

// road is the way from a project in dev to one in prod, in one organization.
type road struct {
	acctest.Desk
	dev, prod         string // ids of projects
	devAuth, prodAuth string
}

func newRoad(t *testing.T, cli string, opts ...acctest.Option) road {
	t.Helper()
	env := acctest.Start(t, opts...)
	r := road{Desk: env.Desk(t, cli, "")}
	r.dev, r.devAuth = r.place("Development", "Billing")
	r.prod, r.prodAuth = r.place("Production", "Billing live")
	r.build("Sync orders", "https://one")
	r.build("Remind", "https://remind")
	r.Env.Control(http.MethodPatch, "ui/projects/"+r.dev, body{"config": body{"url": "https://dev.example.com", "retries": 3}})
	return r
}

func (r road) place(workspace, name string) (project, authentication string) {
	r.T.Helper()
	var made struct {
		ID string `json:"id"`
	}
	r.Env.Control(http.MethodPost, "ui/workspaces", body{"name": workspace})
	r.Env.Control(http.MethodPost, "ui/projects", body{"workspace": workspace, "name": name}, &made)
	return made.ID, r.authentication(workspace, "twilio", body{"account_sid": "AC1", "auth_token": "canary-token"})
}

func (r road) authentication(workspace, service string, credentials body, scopes ...string) string {
	r.T.Helper()
	var environments struct {
		Elements []struct {
			ID string `json:"id"`
		} `json:"elements"`
	}
	_, raw := r.Env.Call(http.MethodGet, "/core/v1/services/"+service+"/versions/1/environments", nil)
	if err := json.Unmarshal(raw, &environments); err != nil || len(environments.Elements) == 0 {
		r.T.Fatalf("no environment of %s: %s", service, raw)
	}
	var made struct {
		ID string `json:"id"`
	}
	r.Env.Control(http.MethodPost, "ui/authentications", body{
		"owner": "owner@example.com", "workspace": workspace, "name": service + " of " + workspace + strings.Join(scopes, " "), "serviceEnvironmentId": environments.Elements[0].ID, "credentials": credentials,
		"scopes": append([]string{}, scopes...),
	}, &made)
	return made.ID
}

// build makes a workflow in dev that texts somebody.
func (r road) build(title, url string) {
	r.T.Helper()
	r.Env.Control(http.MethodPost, "ui/projects/"+r.dev+"/workflows", body{"title": title, "enabled": true, "steps": []body{
		{"connector": "webhook", "operation": "webhook"}, {"connector": "http-client", "operation": "get_request", "properties": body{"url": url}},
		{"connector": "twilio", "operation": "send_sms", "authentication": r.devAuth},
	}})
}

func (r road) edit(project, title, url string) {
	r.T.Helper()
	r.Env.Control(http.MethodPatch, "ui/projects/"+project+"/workflows/"+title, body{"steps": []body{{"connector": "http-client", "operation": "get_request", "properties": body{"url": url}}}})
}

// export makes a version of a project and exports it to a file of that name.
func (r road) export(project, number, file string) {
	r.T.Helper()
	if status, raw := r.Env.Call(http.MethodPost, "/core/v1/projects/"+project+"/versions/"+number, body{"title": "V" + number}); status != http.StatusCreated {
		r.T.Fatalf("version %s: %d %s", number, status, raw)
	}
	_, raw := r.Env.Call(http.MethodGet, "/core/v1/projects/"+project+"/versions/"+number+"/export", nil)
	r.Write(file, string(raw))
}

// content is what a project holds, without ids and times: an export of it, told by workflow.
func (r road) content(project string) string {
	r.T.Helper()
	number := fmt.Sprintf("99.%d", len(r.Env.Requests()))
	if status, raw := r.Env.Call(http.MethodPost, "/core/v1/projects/"+project+"/versions/"+number, body{"title": "look"}); status != http.StatusCreated {
		r.T.Fatalf("look: %d %s", status, raw)
	}
	_, raw := r.Env.Call(http.MethodGet, "/core/v1/projects/"+project+"/versions/"+number+"/export", nil)
	type workflow struct {
		Title string         `json:"title"`
		Steps map[string]any `json:"steps"`
	}
	var d struct {
		Workflows []workflow `json:"workflows"`
		Projects  []struct {
			Config map[string]any `json:"config"`
		} `json:"projects"`
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		r.T.Fatal(err)
	}
	slices.SortFunc(d.Workflows, func(a, b workflow) int { return strings.Compare(a.Title, b.Title) })
	text, _ := json.Marshal(d) //nolint:errchkjson // it was JSON before
	return string(text)
}

// hcl is an import of a file; lines are more arguments.
func (r road) hcl(file string, lines ...string) string {
	all := append([]string{
		fmt.Sprintf("project_id = %q", r.prod), fmt.Sprintf(`export = "${abspath(path.module)}/%s"`, file),
		fmt.Sprintf("authentications = { %q = %q }", "twilio of Development", r.prodAuth),
		`config = { url = "https://prod.example.com", retries = 5 }`,
	}, lines...)
	return "resource \"tray_project_import\" \"prod\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

// inProcess makes the commands start the provider's real binary.
func (r road) inProcess() {
	r.T.Helper()
	r.Process()
	r.Write("versions.tf", "terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n")
	r.Init()
}

func (r road) sent() int { return r.Env.Requests().Count(http.MethodPost, imports) }

func TestImport_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.export(r.dev, "1.0", "one.json")
		r.Write("main.tf", r.hcl("one.json"))
		plan, _ := r.Plan()
		for _, want := range []string{`"Remind",`, `"Sync orders",`, `"retries",`, "export_digest"} {
			if !strings.Contains(plan.Text(), want) {
				r.T.Errorf("the plan does not show %s: %s", want, plan.Text())
			}
		}
		if r.sent() != 0 {
			r.T.Error("a plan imports")
		}
		r.Applies(r.hcl("one.json"))
		if got := r.content(r.prod); !strings.Contains(got, "https://one") || !strings.Contains(got, "prod.example.com") || r.sent() != 1 {
			r.T.Errorf("after %d imports it holds %s", r.sent(), got)
		}
		r.export(r.dev, "1.1", "same.json")
		r.Applies(r.hcl("same.json")) // another version of the same content
		if r.sent() != 1 || !strings.Contains(fmt.Sprint(r.Resources()["tray_project_import.prod"]["exported"]), "1.1") {
			r.T.Errorf("the same content is sent again, or its version is not shown: %v", r.Resources())
		}
		r.edit(r.dev, "Remind", "https://two")
		r.export(r.dev, "2.0", "two.json")
		r.Write("main.tf", r.hcl("two.json"))
		plan, _ = r.Plan()
		if !strings.Contains(plan.Text(), "updated in-place") || !strings.Contains(plan.Text(), `+ "Remind",`) {
			r.T.Errorf("the second plan is %s", plan.Text())
		}
		r.Applies(r.hcl("two.json"))
		if got := r.content(r.prod); !strings.Contains(got, "https://two") || r.sent() != 2 {
			r.T.Errorf("after %d imports it holds %s", r.sent(), got)
		}
		if d := r.Destroy(); !strings.Contains(d.Text(), "What was imported stays") {
			r.T.Errorf("a destroy says %s", d.Text())
		}
		if got := r.content(r.prod); !strings.Contains(got, "https://two") {
			r.T.Errorf("a destroy takes away what was imported: %s", got)
		}
	})
}

func TestImport_holesAreAllSaidAtOnceWithTheLinesToAdd(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	bare := fmt.Sprintf("resource \"tray_project_import\" \"prod\" {\n  project_id = %q\n  export = \"${abspath(path.module)}/one.json\"\n}\n", r.prod)
	r.Refuses(bare, "The import lacks something", `"twilio of Development" = "<id of an authentication of twilio 1`, "retries = <number>", `url = "<text>"`)
	r.Refuses(strings.Replace(r.hcl("one.json"), r.prodAuth, r.authentication("Production", "sendgrid", body{"api_key": "SG"}), 1), "An authentication of another service", "twilio 1")
	r.Refuses(strings.Replace(r.hcl("one.json"), "twilio of Development", "sms", 1), "Unknown slot for an authentication", `"twilio of Development"`)
	r.Refuses(strings.Replace(r.hcl("one.json"), "retries = 5", `retries = "many"`, 1), "Configuration of another type", "Write <number>")
	r.Refuses(strings.Replace(r.hcl("one.json"), "retries = 5", "retries = 5, tries = 1", 1), "Unknown configuration key", "retries, url")
	r.Refuses(r.hcl("one.json", `connectors = { "twilio/3.0" = "twilio/77.7" }`, `services = { "x/1" = "y/one" }`), "Not a mapping of services")
	r.Refuses(r.hcl("none.json"), "Could not read the export", "no such file", "keep the two together")
	r.Write("html.json", "<html>")
	r.Refuses(r.hcl("html.json"), "The export cannot be used", "not a JSON object")
	if w := r.Env.Requests().Matching(http.MethodPost, imports); len(w) > 0 {
		t.Errorf("a refused plan imports: %s", w)
	}
}

func TestImport_aConnectorThatIsNotThereIsMapped(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	raw, err := os.ReadFile(filepath.Join(r.Dir, "one.json"))
	if err != nil {
		t.Fatal(err)
	}
	var version string
	for _, part := range strings.Split(string(raw), `"name":"http-client","version":"`)[1:2] {
		version, _, _ = strings.Cut(part, `"`)
	}
	old := strings.ReplaceAll(string(raw), `"name":"http-client","version":"`+version, `"name":"http-client","version":"0.1`)
	if version == "" || old == string(raw) {
		t.Fatalf("the export has no http-client: %s", raw)
	}
	r.Write("old.json", old)
	r.Refuses(r.hcl("old.json"), "The import lacks something", `"http-client/0.1" = "http-client/`+version+`"`)
	r.Applies(r.hcl("old.json", fmt.Sprintf(`connectors = { "http-client/0.1" = "http-client/%s", "unused/1.0" = "other/1.0" }`, version)))
}

func TestImport_aDestinationEditedAfterThePlanIsLeftAlone(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.inProcess() // it looks at the command that started it
		r.export(r.dev, "1.0", "one.json")
		for n, file := range []string{"one.json", "two.json"} { // a create, then an update
			if n == 1 {
				r.Applies(r.hcl("one.json"))
				r.edit(r.dev, "Remind", "https://two")
				r.export(r.dev, "2.0", "two.json")
			}
			before := r.sent()
			r.Write("main.tf", r.hcl(file)) // the brake says nothing of what the plan never showed
			r.Plan("-out=saved")
			r.Env.Control(http.MethodPost, "ui/projects/"+r.prod+"/workflows", body{"title": fmt.Sprint("Made in prod ", n)})
			there := r.content(r.prod)
			got := r.Run("apply", "-input=false", "saved")
			if got.Code != 1 || r.sent() != before || r.content(r.prod) != there || strings.Contains(got.Text(), "inconsistent final plan") {
				r.T.Errorf("%s: it ends with %d after %d imports: %s", file, got.Code, r.sent()-before, got.Text())
			}
			r.Says(got, "The destination has changed since the plan", fmt.Sprint("Made in prod ", n), "Nothing was imported")
			r.Write("main.tf", r.hcl(file, "max_removed_workflows = 1"))
			r.Plan("-out=saved")
			if got := r.Run("apply", "-input=false", "saved"); got.Code != 0 || strings.Contains(got.Text(), "Warning") {
				r.T.Errorf("%s: while nothing has changed it ends with %d and says %s", file, got.Code, got.Text())
			}
		}
	})
}

func TestImport_anExportThatChangedAfterThePlanIsNotSent(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.inProcess()
	r.export(r.dev, "1.0", "one.json")
	r.Write("main.tf", r.hcl("one.json"))
	r.Plan("-out=saved")
	r.edit(r.dev, "Remind", "https://two")
	r.export(r.dev, "2.0", "one.json")
	got := r.Run("apply", "-input=false", "saved")
	if got.Code != 1 || r.sent() != 0 {
		t.Errorf("it ends with %d after %d imports: %s", got.Code, r.sent(), got.Text())
	}
	r.Says(got, "The export is not the one that was planned", "Put the file back")
}

// Killed or cut off between the request and its answer: the next plan asks Tray, and nothing
// is imported a second time.
func TestImport_aLostAnswerIsSettledByAPreview(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.export(r.dev, "1.0", "one.json")
		r.Write("main.tf", r.hcl("one.json"))
		r.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: imports, Drop: "after", Times: 1})
		if got := r.Apply(); got.Code != 0 || r.sent() != 1 {
			r.T.Errorf("after an answer that was lost it ends with %d after %d imports: %s", got.Code, r.sent(), got.Text())
		}
		r.NoChanges()
		r.edit(r.dev, "Remind", "https://two")
		r.export(r.dev, "2.0", "two.json")
		r.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: imports, Drop: "before", Times: 1})
		r.Fails([]string{"apply", "-input=false", "-auto-approve"}, r.hcl("two.json"), "The import was not carried out", "not sent a second time")
		if r.sent() > 2 || strings.Contains(r.content(r.prod), "https://two") {
			r.T.Errorf("%d imports", r.sent())
		}
		r.Applies(r.hcl("two.json"))
	})
}

func TestImport_killedBetweenRequestAndAnswerTheNextPlanKnows(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.inProcess()
		r.export(r.dev, "1.0", "one.json")
		r.Write("main.tf", r.hcl("one.json"))
		r.Write("main.tf", r.hcl("one.json", "record_version = true"))
		r.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/core/v1/projects/*/versions/*", Delay: "60s", Times: 1}) // so that it does not end before
		running := r.Begin(r.T.Context(), "apply", "-input=false", "-auto-approve")
		for began := time.Now(); r.sent() == 0; time.Sleep(50 * time.Millisecond) {
			if time.Since(began) > 60*time.Second {
				r.T.Fatal("nothing is imported")
			}
		}
		running.Kill()
		running.Wait()
		r.Env.ClearFaults()
		before := r.sent()
		plan, changes := r.Plan()
		if !changes || strings.Contains(plan.Text(), `+ "Remind",`) {
			r.T.Errorf("the next plan is %s", plan.Text())
		}
		r.Applies(r.hcl("one.json", "record_version = true"))
		if r.sent() != before {
			r.T.Errorf("what was imported is imported again")
		}
	})
}

func TestImport_goodBadGoodRestores(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.export(r.dev, "1.0", "good.json")
		r.Applies(r.hcl("good.json"))
		good := r.content(r.prod)
		r.edit(r.dev, "Remind", "https://bad")
		r.build("Extra", "https://extra")
		r.Env.Control(http.MethodDelete, "ui/projects/"+r.dev+"/workflows/Sync orders", nil)
		r.export(r.dev, "2.0", "bad.json")
		r.Applies(r.hcl("bad.json", "max_removed_workflows = 1", `backup = { path = "${abspath(path.module)}/before-bad.json", create_version = true }`))
		if r.content(r.prod) == good {
			r.T.Fatal("the bad one changes nothing")
		}
		info, err := os.Stat(filepath.Join(r.Dir, "before-bad.json"))
		if err != nil || info.Mode().Perm() != 0o600 {
			r.T.Fatalf("the backup: %v, %v", info, err)
		}
		r.Applies(r.hcl("good.json", "max_removed_workflows = 1"))
		if now := r.content(r.prod); now != good {
			r.T.Errorf("good, bad, good ends in\n%s\nand began with\n%s", now, good)
		}
		r.Applies(r.hcl("bad.json", "max_removed_workflows = 1"))
		back := strings.Replace(r.hcl("before-bad.json", "max_removed_workflows = 1"), "authentications", "# authentications", 1)
		r.Applies(back)
		if now := r.content(r.prod); now != good {
			r.T.Errorf("the backup restores\n%s\nand it began with\n%s", now, good)
		}
	})
}

func TestImport_brakes(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	r.Applies(r.hcl("one.json"))
	r.Env.Control(http.MethodDelete, "ui/projects/"+r.dev+"/workflows/Remind", nil)
	r.export(r.dev, "2.0", "two.json")
	r.Refuses(r.hcl("two.json"), "The import removes workflows", "Remind", "max_removed_workflows = 1")
	r.Applies(r.hcl("two.json", "max_removed_workflows = 1"))
	r.NoChanges()
	if r.sent() != 1 { // since the refusal
		t.Errorf("%d imports", r.sent())
	}
}

func TestImport_noBackupNoImport(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	backup := func(path, more string) string {
		return r.hcl("one.json", fmt.Sprintf("backup = { path = \"${abspath(path.module)}/%s\"%s }", path, more))
	}
	r.Refuses(backup("b.json", ""), "No backup, no import", "create_version = true")
	r.Refuses(backup("one.json", ", create_version = true"), "No backup, no import", "a file of its own")
	r.Write("taken.json", "{}")
	r.Refuses(backup("taken.json", ", create_version = true"), "No backup, no import", "Nothing is overwritten")
	r.Write("file", "")
	r.Fails([]string{"apply", "-input=false", "-auto-approve"}, backup("file/b.json", ", create_version = true"), "No backup, no import")
	if r.sent() != 0 {
		t.Error("without its backup, it imports")
	}
	r.export(r.prod, "5.0", "prod.json")
	r.Write("main.tf", backup("b.json", ""))
	if plan, _ := r.Plan(); !strings.Contains(plan.Text(), "The backup is as old as the newest version") {
		t.Errorf("what the backup lacks is not said: %s", plan.Text())
	}
	r.Applies(backup("b.json", ""))
	r.edit(r.dev, "Remind", "https://two")
	r.export(r.dev, "2.0", "one.json")
	r.Env.Fault(acctest.Fault{Method: http.MethodGet, Path: "/core/v1/projects/*/versions/*/export", Status: 403, Times: 9})
	r.Fails([]string{"apply", "-input=false", "-auto-approve"}, backup("c.json", ""), "Could not make the backup")
	if r.sent() != 1 {
		t.Error("without its backup, it imports")
	}
}

func TestImport_anExportWithASecretIsRefusedByItsPlaceAlone(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.Env.Control(http.MethodPost, "ui/projects/"+r.dev+"/workflows", body{"title": "Leaky", "steps": []body{
		{"connector": "http-client", "operation": "get_request", "properties": body{"url": "https://x", "api_key": "canary-in-a-step"}},
	}})
	r.export(r.dev, "1.0", "one.json")
	r.Refuses(r.hcl("one.json"), "The export holds what looks like a secret", ".properties.api_key", "not_secrets = [")
	r.Write("main.tf", r.hcl("one.json"))
	plan := r.Run("plan", "-input=false")
	if strings.Contains(plan.Text(), "canary-in-a-step") || r.Env.Requests().Count(http.MethodPost, imports+"/previews") > 0 {
		t.Errorf("it is shown or sent: %s", plan.Text())
	}
	_, place, _ := strings.Cut(plan.Text(), "not_secrets = [")
	place, _, _ = strings.Cut(place, ",")
	r.Applies(r.hcl("one.json", "not_secrets = ["+strings.Trim(strings.ReplaceAll(place, "│", ""), " \n")+"]"))
}

func TestImport_aRecordedVersionShowsDrift(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	record := r.hcl("one.json", "record_version = true")
	r.Applies(record)
	recorded := fmt.Sprint(r.Resources()["tray_project_import.prod"]["recorded_version"])
	if recorded != "1.0" {
		t.Errorf("recorded as %s", recorded)
	}
	r.edit(r.prod, "Remind", "https://edited")
	r.NoChanges() // nobody sees an edit
	r.export(r.prod, "1.1", "theirs.json")
	plan, changes := r.Plan()
	if !changes || !strings.Contains(plan.Text(), "Somebody made a version of the destination") || !strings.Contains(plan.Text(), `+ "Remind",`) {
		t.Errorf("drift is not shown: %s", plan.Text())
	}
	r.Applies(record)
	if got := r.content(r.prod); strings.Contains(got, "https://edited") || r.sent() != 2 {
		t.Errorf("after %d imports it holds %s", r.sent(), got)
	}
}

func TestImport_oneDestinationHasOneImport(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	r.Refuses(r.hcl("one.json")+strings.Replace(r.hcl("one.json"), `"prod"`, `"two"`, 1), "TRAY008")
}

func TestImport_unknownUntilTheApplyIsSaidAndCheckedThen(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.export(r.dev, "1.0", "one.json")
		unknown := "resource \"terraform_data\" \"f\" {\n  input = \"${abspath(path.module)}/one.json\"\n}\n" + strings.Replace(r.hcl("one.json"), `"${abspath(path.module)}/one.json"`, "terraform_data.f.output", 1)
		r.Write("main.tf", unknown)
		plan, _ := r.Plan()
		if !strings.Contains(plan.Text(), "The impact of the import is not known yet") || !strings.Contains(plan.Text(), "impact") {
			r.T.Errorf("it is not said: %s", plan.Text())
		}
		r.Fails([]string{"apply", "-input=false", "-auto-approve"}, strings.Replace(unknown, "retries = 5", `retries = "many"`, 1), "Configuration of another type")
		r.Applies(unknown)
		if r.sent() != 1 {
			r.T.Errorf("%d imports", r.sent())
		}
	})
}

func TestExport_isWrittenToAFileAndNotToTheState(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.export(r.dev, "1.0", "unused.json")
		data := fmt.Sprintf("data \"tray_project_export\" \"dev\" {\n  project_id = %q\n  path = \"${abspath(path.module)}/dev.json\"\n}\n"+
			"data \"tray_project_versions\" \"dev\" {\n  project_id = %q\n}\n"+
			"data \"tray_project_import_requirements\" \"prod\" {\n  project_id = %q\n  export = data.tray_project_export.dev.path\n}\n"+
			"output \"said\" {\n  value = [data.tray_project_export.dev.workflows, data.tray_project_versions.dev.newest, data.tray_project_import_requirements.prod.unresolved, data.tray_project_import_requirements.prod.new_config_keys]\n}\n",
			r.dev, r.dev, r.prod)
		r.Write("main.tf", data+strings.Replace(r.hcl("x"), `"${abspath(path.module)}/x"`, "data.tray_project_export.dev.path", 1))
		r.Apply()
		before, err := os.ReadFile(filepath.Join(r.Dir, "terraform.tfstate"))
		if err != nil || !strings.Contains(string(before), `"twilio of Development"`) {
			r.T.Errorf("what the import needs is not said: %v", err)
		}
		r.Apply() // the requirements are met now
		r.NoChanges()
		state, err := os.ReadFile(filepath.Join(r.Dir, "terraform.tfstate"))
		if err != nil || strings.Contains(string(state), "steps_structure") || strings.Contains(string(state), "https://one") {
			r.T.Errorf("the state has the export in it, or is not there: %v", err)
		}
		for _, want := range []string{`"1.0"`, `"Sync orders"`} {
			if !strings.Contains(string(state), want) {
				r.T.Errorf("the state lacks %s", want)
			}
		}
	})
}

func TestRemapExport_isAFunction(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	r.Write("versions.tf", "terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n")
	call := func(mappings string) string {
		return "output \"same\" {\n  value = provider::tray::remap_export(file(\"${abspath(path.module)}/one.json\"), " + mappings + ") == file(\"${abspath(path.module)}/one.json\")\n}\n"
	}
	r.Write("main.tf", call("{}"))
	if got := r.Apply(); got.Code != 0 || !strings.Contains(got.Text(), "same = true") {
		t.Errorf("mapping nothing: %s", got.Text())
	}
	r.Write("main.tf", call(`{ services = { "twilio/1" = "globex/2" } }`))
	if got := r.Apply(); got.Code != 0 || !strings.Contains(got.Text(), "same = false") {
		t.Errorf("mapping a service: %s", got.Text())
	}
	r.Refuses(call(`{ connectors = { "none/1.0" = "x/1.0" } }`), "uses no connector none/1.0", "http-client/")
	r.Refuses(call(`{ conectors = {} }`), `no "conectors" to map`)
	r.Refuses(call(`{ services = { "twilio/1" = "x/1.0" } }`), "whole number")
}

func TestImport_importedSendsNothing(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	r.Applies(r.hcl("one.json"))
	for _, how := range []string{`id = "Production/Billing live"`, fmt.Sprintf("id = %q", r.prod), fmt.Sprintf("identity = {\n    project_id = %q\n  }", r.prod)} {
		r.Run("state", "rm", "tray_project_import.prod")
		r.Write("import.tf", "import {\n  to = tray_project_import.prod\n  "+how+"\n}\n")
		r.Applies(r.hcl("one.json"))
		if r.sent() != 1 {
			t.Errorf("%s: an import of the resource imports the project", how)
		}
	}
}
