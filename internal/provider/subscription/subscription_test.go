package subscription_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type desk struct{ acctest.Desk }

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	return desk{acctest.Start(t, opts...).Desk(t, cli, "")}
}

// onBoth takes both planes: subscriptions are of the documented API.
func onBoth(t *testing.T, does func(d desk)) {
	t.Helper()
	for plane, opts := range map[string][]acctest.Option{"management plane": nil, "platform API alone": {acctest.NoManagement()}} {
		t.Run(plane, func(t *testing.T) { acctest.OnBoth(t, newDesk, does, opts...) })
	}
}

// clock is a subscription to the scheduled trigger, with changes of the form "from → to".
func clock(changes ...string) string {
	hcl := `resource "tray_trigger_subscription" "clock" {
  name            = "Every five minutes"
  trigger_name    = "scheduled"
  trigger_version = "3.5"
  operation       = "interval"
  input           = jsonencode({ interval = 5 })
  endpoint        = "https://hooks.example.com/clock"
}
`
	for _, c := range changes {
		from, to, _ := strings.Cut(c, " → ")
		hcl = strings.Replace(hcl, from, to, 1)
	}
	return hcl
}

func (d desk) there() (all []acctest.Subscription) {
	for _, s := range d.Env.State().Subscriptions {
		if s.State != "deleted" {
			all = append(all, s)
		}
	}
	return all
}

func (d desk) kept(attribute string) string {
	text, _ := d.Resources()["tray_trigger_subscription.clock"][attribute].(string)
	return text
}

func TestSubscription_lifecycle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies(clock())
		made, key := d.kept("id"), d.kept("signing_key")
		if s := acctest.One(d.T, d.there()); s.State != "active" || key == "" || d.kept("state") != "active" {
			d.T.Errorf("it is %+v, with a key of %d characters", s, len(key))
		}
		d.Env.ClearRequests()
		d.Applies(clock(`jsonencode({ interval = 5 }) → "{\n  \"interval\": 5 }"`)) // another layout
		if w := d.Env.Requests().Writes(); len(w) > 0 || d.kept("signing_key") != key {
			d.T.Errorf("another layout of the input is written:\n%s", w)
		}
		for _, change := range []string{
			"{ interval = 5 } → { interval = 6 }", `Every five minutes → Clock`, `/clock → /other`, "\"interval\"\n → \"cron\"\n",
			"endpoint  → external_id = \"mine\"\n  endpoint ", `"scheduled" → "webhook"`,
		} {
			hcl := clock(change)
			if strings.Contains(change, "cron") {
				hcl = clock(change, "{ interval = 5 } → { cron_expression = \"* * * * *\" }")
			}
			if strings.Contains(change, "webhook") {
				hcl = clock(change, "3.5 → 3.1", "\"interval\"\n → \"webhook\"\n", "  input           = jsonencode({ interval = 5 })\n → ")
			}
			d.Applies(hcl)
			if acctest.One(d.T, d.there()); d.kept("id") == made || d.kept("signing_key") == key {
				d.T.Errorf("%s: it is the same subscription", change)
			}
			made, key = d.kept("id"), d.kept("signing_key")
		}
		d.Env.Control(http.MethodDelete, "ui/subscriptions/"+made, nil)
		if r, changes := d.Plan(); !changes || !strings.Contains(r.Text(), "The subscription is gone from Tray") {
			d.T.Errorf("what is gone is not said: %s", r.Text())
		}
		d.Apply()
		d.NoChanges()
		d.Destroy()
		if left := d.there(); len(left) > 0 {
			d.T.Errorf("left: %+v", left)
		}
	})
}

// Tray takes it with a 200 and then cannot make it: an error with Tray's reason, and nothing
// is left.
func TestSubscription_thatFailsIsAnErrorAndIsRemoved(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Fails([]string{"apply", "-auto-approve", "-input=false"}, clock("{ interval = 5 } → { every = 5 }", "  endpoint  → check_input = false\n  endpoint "), "Could not create the subscription", "Tray could not make the subscription: The input is not valid", "see the operation's input schema")
		if left := d.there(); len(left) > 0 || len(d.Resources()) > 0 {
			d.T.Errorf("left: %+v, and in the state %v", left, d.Resources())
		}
		d.Applies(clock())
	})
}

func TestSubscription_thatFailsLaterIsMadeAnew(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies(clock())
		made := d.kept("id")
		d.Env.Control(http.MethodPost, "ui/subscriptions/"+made+"/fail", nil)
		if r, changes := d.Plan(); !changes || !strings.Contains(r.Text(), "The subscription has failed") || !strings.Contains(r.Text(), "must be replaced") {
			d.T.Errorf("the plan says: %s", r.Text())
		}
		d.Applies(clock())
		if s := acctest.One(d.T, d.there()); s.State != "active" || s.ID == made {
			d.T.Errorf("it is %+v", s)
		}
	})
}

func TestSubscription_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Refuses(clock(`"scheduled" → "cron-trigger"`), "No such trigger", "scheduled, shopify-trigger")
	d.Refuses(clock("3.5 → 9.9"), "No such version of the trigger", "It has: 3.5")
	d.Refuses(clock("\"interval\"\n → \"hourly\"\n"), "No such operation of the trigger", "cron, interval")
	d.Refuses(clock("https://hooks.example.com/clock → hooks.example.com"), "Not an address")
	d.Refuses(clock("{ interval = 5 } → [5]"), "Not a JSON object")
	d.Refuses(clock("jsonencode({ interval = 5 }) → \"{\""), "Invalid JSON String Value")
	d.Refuses(clock()+clock("\"clock\" → \"two\""), "TRAY008")
	d.Refuses(clock("{ interval = 5 } → { interval = \"canary\" }"), "Not what the operation asks for", "input.interval is of the type string, and", "check_input = false")
	d.Refuses(clock("{ interval = 5 } → {}"), "input lacks interval")
	d.Refuses(clock("{ interval = 5 } → { interval = 5, every = \"canary\" }"), "input has every, which is not asked for")
	if w := d.Env.Requests().Writes(); len(w) > 0 {
		t.Errorf("a refused plan writes:\n%s", w)
	}
}

// What is not known before the apply is checked there: nothing is sent, and no value is said.
func TestSubscription_inputThatIsNotKnownYetIsCheckedInTheApply(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	hcl := "resource \"terraform_data\" \"later\" { input = \"canary\" }\n" + clock("{ interval = 5 } → { interval = terraform_data.later.output }")
	d.Write("main.tf", hcl)
	d.Plan()
	r := d.Fails([]string{"apply", "-auto-approve", "-input=false"}, hcl, "Not what the operation asks for", "input.interval is of the type string")
	_, said, _ := strings.Cut(r.Text(), "Not what the operation asks for")
	if w := d.Env.Requests().Writes(); len(w) > 0 || strings.Contains(said, "canary") {
		t.Errorf("it writes:\n%s\nand says %s", w, said)
	}
	d.Applies(clock("{ interval = 5 } → { interval = 7 }"))
}

// The crash is after Tray has made it: the next plan finds it by what it does, and the advice
// followed to the letter ends with one whose key is known.
func TestSubscription_thatIsThereAlreadyIsImportedAndMadeAnew(t *testing.T) {
	t.Parallel()
	for name, external := range map[string]string{"by what it does": "", "by its external id": "mine"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, acctest.Terraform)
			hcl := clock()
			if external != "" {
				hcl = clock("endpoint  → external_id = \"mine\"\n  endpoint ", "Every five minutes → Clock")
			}
			id := d.make(external)
			d.Refuses(hcl, "TRAY012", id, "apply -replace")
			d.Run("import", "-input=false", "tray_trigger_subscription.clock", id)
			d.Apply("-replace=tray_trigger_subscription.clock")
			if d.NoChanges(); acctest.One(t, d.there()).ID == id || d.kept("signing_key") == "" {
				t.Error("it is the old one, or its key is not known")
			}
		})
	}
}

// make makes the subscription of clock by other hands.
func (d desk) make(external string) string {
	in := map[string]any{
		"name": "Every five minutes", "trigger": map[string]string{"name": "scheduled", "version": "3.5"}, "operation": "interval",
		"input": map[string]int{"interval": 5}, "endpoint": "https://hooks.example.com/clock",
	}
	if external != "" {
		in["externalId"] = external
	}
	var made struct{ ID string }
	d.Env.Control(http.MethodPost, "/core/v1/subscriptions", in, &made)
	return made.ID
}

func TestSubscription_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"command", "block", "identity"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, acctest.Terraform)
			id := d.make("")
			d.Env.ClearRequests()
			d.Write("main.tf", clock())
			switch way {
			case "command":
				d.Run("import", "-input=false", "tray_trigger_subscription.clock", "Every five minutes")
			case "block":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_trigger_subscription.clock\n  id = %q\n}\n", id))
				d.Apply()
			case "identity":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_trigger_subscription.clock\n  identity = {\n    id = %q\n  }\n}\n", id))
				d.Apply()
			}
			d.NoChanges()
			if w := d.Env.Requests().Writes(); len(w) > 0 || d.kept("id") != id {
				t.Errorf("an import writes, or is of another:\n%s", w)
			}
		})
	}
}

func TestSubscription_importOfNoneOrOfSeveralSaysWhy(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	command := []string{"import", "-input=false", "tray_trigger_subscription.clock", "Every five minutes"}
	d.Fails(command, clock(), "Could not find the subscription", `"Every five minutes"`)
	one, two := d.make("a"), d.make("b")
	d.Fails(command, clock(), "Could not choose the subscription", one, two)
}

// Whatever becomes of the answer, there is one subscription, whose key is known, and the next
// apply converges.
func TestSubscription_anAmbiguousCreateNeverMakesTwo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for name, f := range map[string]acctest.Fault{"lost after": {Drop: "after"}, "lost before": {Drop: "before"}, "502 after commit": {Status: 502, AfterCommit: true}, "cut off": {Truncate: true}} {
		f.Method, f.Path, f.Times = http.MethodPost, "/core/v1/subscriptions", 1
		d.Env.Fault(f)
		d.Write("main.tf", clock())
		d.Run("apply", "-auto-approve", "-input=false")
		d.Env.ClearFaults()
		d.Applies(clock())
		if acctest.One(t, d.there()); d.kept("signing_key") == "" {
			t.Errorf("%s: nobody knows the key", name)
		}
		d.Destroy()
	}
}

// Another user's token, whatever its role, cannot tell gone from hidden.
func TestSubscription_ofAnotherUsersTokenIsNotTakenForGone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(clock())
	d.Env.Control(http.MethodPost, "ui/users", map[string]any{"email": "ana@example.com", "name": "Ana", "role": "Admin"})
	owner := d.Env.Token
	d.Env.Token = d.Env.NewToken(map[string]any{"user": "ana@example.com"})
	d.Write("provider.tf", d.Env.Provider())
	d.Refuses(clock(), "gone or another user's cannot be told", "Use a token of that user")
	d.Env.Token = owner // what the message says
	d.Write("provider.tf", d.Env.Provider())
	d.NoChanges()
}

func TestSubscriptionList_findsThoseOfATrigger(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(clock() + clock("\"clock\" → \"hook\"", "Every five minutes → Hook", `"scheduled" → "webhook"`, "3.5 → 3.1", "\"interval\"\n → \"webhook\"\n", "  input           = jsonencode({ interval = 5 })\n → "))
	d.Write("find.tfquery.hcl", "list \"tray_trigger_subscription\" \"all\" {\n  provider = tray\n  config {\n    trigger_name = \"scheduled\"\n  }\n}\n")
	d.Init()
	if r := d.Run("query"); !strings.Contains(r.Text(), "Every five minutes (scheduled 3.5)") || strings.Contains(r.Text(), "Hook (") {
		t.Errorf("it finds: %s", r.Text())
	}
}
