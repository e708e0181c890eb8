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

// What must fit before an import is planned, beside what is missing.

func TestImport_breakingChangesOfASolutionAreAllowedByHand(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.Embedded())
	d := env.Desk(t, acctest.Terraform, "")
	project := func(name string) string {
		var made struct {
			ID string `json:"id"`
		}
		env.Control(http.MethodPost, "ui/projects", body{"workspace": "Embedded", "name": name}, &made)
		return made.ID
	}
	r := road{Desk: d, dev: project("Billing"), prod: project("Billing live")}
	slot := body{"type": "config", "external_id": "external_channel", "title": "Channel", "value_type": "string", "default_value": "#general"}
	solution := func(slots ...body) {
		env.Control(http.MethodPut, "ui/projects/"+r.dev+"/solution", body{"title": "Billing", "slots": slots})
	}
	hcl := func(file string, lines ...string) string {
		return fmt.Sprintf("resource \"tray_project_import\" \"prod\" {\n  project_id = %q\n  export = \"${abspath(path.module)}/%s\"\n  %s\n}\n", r.prod, file, strings.Join(lines, "\n  "))
	}
	solution(slot)
	r.export(r.dev, "1.0", "one.json")
	r.Applies(hcl("one.json")) // new: nothing breaks
	slot["value_type"] = "number"
	slot["default_value"] = 7
	solution(slot)
	r.export(r.dev, "2.0", "two.json")
	r.Refuses(hcl("two.json"), "The import breaks instances of the solution", "allow_breaking_changes = true", "Channel:")
	r.Refuses(hcl("two.json", "allow_breaking_changes = false"), "The import breaks instances of the solution")
	r.Write("main.tf", hcl("two.json", "allow_breaking_changes = true"))
	if plan, _ := r.Plan(); !strings.Contains(plan.Text(), "The import makes breaking changes to the solution") {
		t.Errorf("the plan says %s", plan.Text())
	}
	r.Applies(hcl("two.json", "allow_breaking_changes = true"))
	if r.sent() != 1 { // since the refusal
		t.Errorf("%d imports", r.sent())
	}
	r.Applies(hcl("two.json")) // it is a brake of the import, and no argument of it
}

// altered is an export with one text in the place of another, in a file of its own.
func (r road) altered(file, old, text, as string) {
	r.T.Helper()
	raw, err := os.ReadFile(filepath.Join(r.Dir, file))
	if err != nil {
		r.T.Fatal(err)
	}
	other := strings.ReplaceAll(string(raw), old, text)
	if other == string(raw) {
		r.T.Fatalf("%s is not in %s", old, raw)
	}
	r.Write(as, other)
}

func TestImport_anAuthenticationHasTheScopesOfItsSlot(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	r.altered("one.json", `"scopes":[]`, `"scopes":["sms:send","sms:read"]`, "scoped.json")
	r.Refuses(r.hcl("scoped.json"), "An authentication without the scopes", "twilio of Production", "sms:send, sms:read", "twilio 1 with the scopes")
	if asked := r.Env.Requests().Count(http.MethodPost, imports+"/previews"); asked > 0 {
		t.Errorf("Tray is asked for %d previews of what cannot be imported", asked)
	}
	r.Refuses(strings.Replace(r.hcl("scoped.json"), r.prodAuth, r.authentication("Production", "twilio", body{"account_sid": "AC2", "auth_token": "canary-token"}, "sms:send"), 1),
		"An authentication without the scopes", "sms:read")
	scoped := r.authentication("Production", "twilio", body{"account_sid": "AC3", "auth_token": "canary-token"}, "sms:read", "sms:send", "more")
	r.Applies(strings.Replace(r.hcl("scoped.json"), r.prodAuth, scoped, 1))
}

func TestImport_aServiceThatIsNotThereIsMapped(t *testing.T) {
	t.Parallel()
	r := newRoad(t, acctest.Terraform)
	r.export(r.dev, "1.0", "one.json")
	r.altered("one.json", `"service_name":"twilio"`, `"service_name":"acme-sms"`, "foreign.json")
	r.Refuses(r.hcl("foreign.json"), "The import lacks something", "services = {", `"acme-sms/1" = "<service>/<version>"`)
	r.Refuses(r.hcl("foreign.json", `services = { "acme-sms/1" = "globex/1" }`), "The import lacks something", `"acme-sms/1" = "<service>/<version>"`)
	r.Applies(r.hcl("foreign.json", `services = { "acme-sms/1" = "twilio/1", "unused/1" = "globex/2" }`))
	if !strings.Contains(r.content(r.prod), `"service_name":"twilio"`) {
		t.Errorf("it holds %s", r.content(r.prod))
	}
}

// An empty text is a value: neither a gap nor the value that was there.
func TestImport_anEmptyTextIsAValueOfTheConfiguration(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.export(r.dev, "1.0", "one.json")
		r.Applies(r.hcl("one.json"))
		empty := strings.Replace(r.hcl("one.json"), `"https://prod.example.com"`, `""`, 1)
		r.Applies(empty)
		if got := r.content(r.prod); !strings.Contains(got, `"url":""`) || r.sent() != 2 {
			r.T.Errorf("after %d imports it holds %s", r.sent(), got)
		}
		r.Refuses(strings.Replace(empty, "retries = 5", `retries = ""`, 1), "Configuration of another type", "Write <number>")
		r.Applies(strings.Replace(empty, `url = "", `, "", 1)) // what is not given keeps what is there
		if got := r.content(r.prod); !strings.Contains(got, `"url":""`) {
			r.T.Errorf("it holds %s", got)
		}
	})
}
