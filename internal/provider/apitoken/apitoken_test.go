package apitoken_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

// desk is a layout on an organization with an API user in the workspace sales.
type desk struct {
	acctest.Desk
}

const apiUser = `data "tray_workspace" "sales" { name = "sales" }
resource "tray_api_user" "bot" {
  workspace_id   = data.tray_workspace.sales.id
  name           = "deployer"
  workspace_role = "Contributor"
}
`

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	env := acctest.Start(t, opts...)
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	return desk{env.Desk(t, cli, apiUser)}
}

func onBoth(t *testing.T, does func(d desk), opts ...acctest.Option) {
	t.Helper()
	acctest.OnBoth(t, newDesk, does, opts...)
}

// ci is a token of the API user, with further arguments.
func ci(lines ...string) string {
	return "resource \"tray_api_token\" \"ci\" {\n  workspace_id = data.tray_workspace.sales.id\n  api_user_id = tray_api_user.bot.id\n  name = \"ci\"\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

const rotated = "valid_for = \"30d\"\n  rotate_before = \"7d\"\n  overlap = \"2d\""

// names are those of the API user's tokens, sorted.
func (d desk) names() (all []string) {
	for _, k := range d.Env.State().APITokens {
		if k.APIUser == "deployer" {
			all = append(all, k.Name)
		}
	}
	slices.Sort(all)
	return all
}

func (d desk) want(when string, names ...string) {
	d.T.Helper()
	if got := d.names(); !slices.Equal(got, names) {
		d.T.Errorf("%s there are the tokens %q, want %q", when, got, names)
	}
}

// kept is what the state holds of the token.
func (d desk) kept(attribute string) string {
	text, _ := d.Resources()["tray_api_token.ci"][attribute].(string)
	return text
}

// works reports whether Tray knows a token.
func (d desk) works(value string) bool {
	status, _ := d.Env.CallAs(value, http.MethodGet, "/management/v1", nil)
	return status == http.StatusOK
}

func TestAPIToken_lifecycle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies(ci())
		d.want("at first", "ci")
		first := d.kept("value")
		if !d.works(first) || d.kept("expires_at") != "" {
			d.T.Errorf("the token works: %t; it expires at %q", d.works(first), d.kept("expires_at"))
		}
		d.Applies(ci(`valid_for = "24h"`))
		second := d.kept("value")
		if d.want("with another life", "ci (2)"); second == first || d.works(first) || !d.works(second) || d.kept("expires_at") == "" {
			d.T.Errorf("another life rotates: %t; the old token works: %t, the new one: %t", second != first, d.works(first), d.works(second))
		}
		d.Env.ClearRequests()
		d.Applies(ci(`valid_for = "1d"`)) // says the same
		d.Applies(ci(`valid_for = "1d"`, `rotate_before = "2h"`, `overlap = "1h"`))
		d.Applies(ci())
		if w := d.Env.Requests().Writes(); len(w) > 0 || d.kept("value") != second {
			d.T.Errorf("what does not concern Tray is written:\n%s", w)
		}
		d.Applies(strings.Replace(ci(), `"ci"`+"\n  \n", `"cd"`+"\n", 1))
		d.want("renamed", "cd")
		d.Destroy()
		d.want("destroyed")
	})
}

// The new one is made before the old one expires, which lives on for the overlap, and is
// revoked by the first apply after that.
func TestAPIToken_isRotatedAndTheOldOneLivesOn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies(ci(rotated))
		first := d.kept("value")
		d.Env.Advance(22 * 24 * time.Hour)
		d.NoChanges()
		d.Env.Advance(2 * 24 * time.Hour)
		d.Plan("-out=plan.bin")
		d.Env.Advance(time.Hour) // the apply does what the plan shows
		d.Apply("plan.bin")
		d.NoChanges()
		second := d.kept("value")
		if d.want("rotated", "ci", "ci (2)"); !d.works(first) || !d.works(second) || first == second {
			d.T.Errorf("the old token works: %t, the new one: %t", d.works(first), d.works(second))
		}
		d.Env.Advance(49 * time.Hour)
		if _, changes := d.Plan(); !changes || !d.works(first) {
			d.T.Errorf("after the overlap the plan changes something: %t; before the apply the old token works: %t", changes, d.works(first))
		}
		d.Applies(ci(rotated))
		if d.want("after the overlap", "ci (2)"); d.works(first) || d.kept("value") != second {
			d.T.Error("the old token works still, or the new one is another")
		}
		d.Env.Advance(22 * 24 * time.Hour)
		d.Applies(ci(rotated))
		d.want("rotated once more", "ci", "ci (2)")
		d.Destroy()
		d.want("destroyed")
	})
}

func TestAPIToken_thatExpiredOrWasRevokedIsDrift(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies(ci(`valid_for = "1d"`))
		first := d.kept("id")
		d.Env.Advance(25 * time.Hour)
		if r, changes := d.Plan(); !changes || !strings.Contains(r.Text(), "The API token has expired") || !strings.Contains(r.Text(), "rotate_before") {
			d.T.Errorf("an expired token is no drift: %s", r.Text())
		}
		d.Applies(ci(`valid_for = "1d"`))
		second := d.kept("id")
		d.Env.Control(http.MethodDelete, "ui/api-tokens/"+second, nil)
		if r, changes := d.Plan(); !changes || !strings.Contains(r.Text(), "The API token is gone from Tray") {
			d.T.Errorf("a revoked token is no drift: %s", r.Text())
		}
		if d.Applies(ci(`valid_for = "1d"`)); first == second || d.kept("id") == second {
			d.T.Errorf("the tokens are %s, %s and %s", first, second, d.kept("id"))
		}
		d.want("at last", "ci")
	})
}

// During the overlap the new token is revoked elsewhere: the old one is not forgotten.
func TestAPIToken_revokedDuringTheOverlapIsMadeAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(ci(rotated))
	d.Env.Advance(24 * 24 * time.Hour)
	d.Applies(ci(rotated))
	d.Env.Control(http.MethodDelete, "ui/api-tokens/"+d.kept("id"), nil)
	if r, changes := d.Plan(); !changes || !strings.Contains(r.Text(), "while the token before it lives on") {
		t.Errorf("it is not said: %s", r.Text())
	}
	d.Applies(ci(rotated))
	if d.want("made anew", "ci", "ci (2)"); !d.works(d.kept("value")) {
		t.Error("the new token does not work")
	}
	d.Destroy()
	d.want("destroyed")
}

// Whatever becomes of an answer, no token is left that nobody knows, and the next apply
// converges.
func TestAPIToken_faultsLeaveNoTokenThatNobodyKnows(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for name, f := range map[string]acctest.Fault{
		"lost after": {Drop: "after"}, "lost before": {Drop: "before"}, "502 after commit": {Status: 502, AfterCommit: true}, "cut off": {Truncate: true},
	} {
		for _, life := range []string{"30d", "60d"} { // the second rotates
			f.Method, f.Path, f.Times = http.MethodPost, "/management/v1/workspaces/*/api-users/*/tokens", 1
			d.Write("main.tf", "")
			d.Apply()
			d.Env.Fault(f)
			d.Write("main.tf", ci(fmt.Sprintf("valid_for = %q", life)))
			d.Run("apply", "-auto-approve", "-input=false")
			d.Env.ClearFaults()
			d.Applies(ci(fmt.Sprintf("valid_for = %q", life)))
			if all := d.names(); len(all) != 1 || !d.works(d.kept("value")) {
				t.Errorf("%s, %s: the tokens are %q", name, life, all)
			}
		}
		d.Write("main.tf", "")
		d.Apply()
	}
}

// A rotation is killed once Tray has made the token: the plan shows what is left, and the
// apply revokes it. So it does with an old token that could not be revoked.
func TestAPIToken_leftoversOfARotationAreShownAndRevoked(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(ci(`valid_for = "30d"`))
	made := d.kept("value")
	d.Env.Advance(time.Minute)
	d.Env.Control(http.MethodPost, d.tokensPath(), body{"name": "ci (2)"})
	if r, changes := d.Plan(); !changes || !strings.Contains(r.Text(), "previous_id") {
		t.Errorf("the plan does not show what is left: %s", r.Text())
	}
	if d.Applies(ci(`valid_for = "30d"`)); d.kept("value") != made {
		t.Error("the token is another")
	}
	d.want("afterwards", "ci")
	d.Env.Fault(acctest.Fault{Method: http.MethodDelete, Path: "/management/v1/workspaces/*/api-users/*/tokens/*", Status: 403, Body: `{"message":"Not now"}`, Times: 1})
	d.Fails([]string{"apply", "-auto-approve", "-input=false"}, ci(`valid_for = "60d"`), "Could not revoke the API token ci", "Not now")
	d.want("while the old one is left", "ci", "ci (2)")
	d.Applies(ci(`valid_for = "60d"`))
	if d.want("at last", "ci (2)"); !d.works(d.kept("value")) {
		t.Error("the new token does not work")
	}
}

// A rotation is killed once it has revoked the old token, too: nobody knows the value of the new
// one, and the state holds the other.
func TestAPIToken_rotationThatWasKilledAtTheEndLeavesNoTokenThatNobodyKnows(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(ci(`valid_for = "30d"`))
	d.Env.Control(http.MethodPost, d.tokensPath(), body{"name": "ci (2)"})
	d.Env.Control(http.MethodDelete, d.tokensPath()+"/"+d.kept("id"), nil)
	d.Applies(ci(`valid_for = "30d"`))
	if d.want("afterwards", "ci"); !d.works(d.kept("value")) {
		t.Error("the token does not work")
	}
}

func (d desk) tokensPath() string {
	s := d.Env.State()
	var workspace, user string
	for _, w := range s.Workspaces {
		if w.Name == "sales" {
			workspace = w.ID
		}
	}
	for _, u := range s.Users {
		if u.AccountType == "API" {
			user = u.ID
		}
	}
	return "/management/v1/workspaces/" + workspace + "/api-users/" + user + "/tokens"
}

func TestAPIToken_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies("")
	d.Refuses(ci(`rotate_before = "7d"`), "Nothing to rotate before")
	d.Refuses(ci(`valid_for = "7d"`, `rotate_before = "168h"`), "Every plan would rotate the token")
	d.Refuses(ci(`valid_for = "10d"`, `rotate_before = "8d"`, `overlap = "3d"`), "The overlap reaches the next rotation", "Write an overlap of 2d at most")
	d.Refuses(ci(`valid_for = "30s"`), "Not a duration")
	d.Refuses(strings.Replace(ci(), `"ci"`+"\n", `"ci (2)"`+"\n", 1), "A name that rotations use")
	d.Refuses(ci()+strings.Replace(ci(), `"ci" {`, `"two" {`, 1), "TRAY008")
	d.Refuses("data \"tray_workspaces\" \"o\" { type = \"Organization\" }\n"+strings.Replace(ci(), "data.tray_workspace.sales.id", "one(data.tray_workspaces.o.workspaces).id", 1), "TRAY011", "in shared workspaces only")
	d.Env.Control(http.MethodPost, d.tokensPath(), body{"name": "ci"})
	d.Refuses(ci(), "TRAY012", "tray_api_token.<name>", "apply -replace")
	d.Run("import", "-input=false", "tray_api_token.ci", "sales/deployer/ci") // what the message says
	d.Apply("-replace=tray_api_token.ci")
	if d.NoChanges(); !d.works(d.kept("value")) {
		t.Error("followed to the letter, the advice does not end with a token that works")
	}
}

func TestAPIToken_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"command", "block", "identity"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, acctest.Terraform)
			d.Applies("")
			at := d.tokensPath()
			d.Env.Control(http.MethodPost, at, body{"name": "ci", "expires": time.Now().Add(28 * 24 * time.Hour).Format(time.RFC3339)}) // of another life than configured
			d.Env.ClearRequests()
			d.Write("main.tf", ci(rotated))
			parts := strings.Split(at, "/")
			switch way {
			case "command":
				d.Run("import", "-input=false", "tray_api_token.ci", "sales/deployer/ci")
			case "block":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_api_token.ci\n  id = %q\n}\n", parts[4]+"/"+parts[6]+"/ci"))
			case "identity":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_api_token.ci\n  identity = {\n    workspace_id = %q\n    api_user_id  = %q\n    name         = \"ci\"\n  }\n}\n", parts[4], parts[6]))
			}
			d.Apply() // takes rotate_before and overlap into the state
			d.NoChanges()
			if w := d.Env.Requests().Writes(); len(w) > 0 {
				t.Errorf("an import writes:\n%s", w)
			}
		})
	}
}

func TestAPIToken_importOfNoneSaysWhy(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies("")
	d.Fails([]string{"import", "-input=false", "tray_api_token.ci", "sales/deployer/ci"}, ci(), `The API user deployer has no token with the id or the name "ci"`)
}

func TestAPITokenOnALiveTray_saysWhereTheUIMakesIt(t *testing.T) {
	t.Parallel()
	const ids = "locals {\n  workspace = \"00000000-0000-0000-0000-000000000001\"\n}\n"
	onBoth(t, func(d desk) {
		d.Write("provider.tf", d.Env.Provider()+ids)
		block := strings.NewReplacer("data.tray_workspace.sales.id", "local.workspace", "tray_api_user.bot.id", "local.workspace").Replace(ci())
		d.Refuses(block, "Only Tray's UI makes API tokens", "Account settings > Tokens")
		d.Refuses(run(strings.NewReplacer("data.tray_workspace.sales.id", "local.workspace", "tray_api_user.bot.id", "local.workspace")), "Only Tray's UI makes API tokens")
	}, acctest.NoManagement())
}

// run is an ephemeral token, which a custom service takes for its secret.
func run(with *strings.Replacer) string {
	return with.Replace(`ephemeral "tray_api_token" "run" {
  workspace_id = data.tray_workspace.sales.id
  api_user_id  = tray_api_user.bot.id
  name         = "run"
  valid_for    = "30m"
}
`) + `resource "tray_custom_service" "crm" {
  workspace_id             = one(data.tray_workspaces.all.workspaces).id
  name                     = "CRM"
  authentication_type      = "oauth2client_credentials"
  token_url                = "https://crm.example.com/token"
  client_id                = "crm"
  client_secret_wo         = ephemeral.tray_api_token.run.value
  client_secret_wo_version = "1"
}
data "tray_workspaces" "all" { type = "Organization" }
`
}

// Each plan and each apply makes one and revokes it, and none takes another's away.
func TestEphemeralAPIToken_livesForOneRun(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies(ci())
		others := d.names()
		tokens := func() (made, revoked int) {
			all := d.Env.Requests().Writes()
			return len(all.Matching(http.MethodPost, "/management/v1/workspaces/*/api-users/*/tokens")), len(all.Matching(http.MethodDelete, "/management/v1/workspaces/*/api-users/*/tokens/*"))
		}
		d.Write("main.tf", ci()+run(strings.NewReplacer()))
		d.Env.ClearRequests()
		d.Plan("-out=plan.bin")
		if made, revoked := tokens(); made != 1 || revoked != 1 {
			d.T.Errorf("a plan makes %d and revokes %d", made, revoked)
		}
		d.Env.ClearRequests()
		d.Apply("plan.bin")
		if made, revoked := tokens(); made != 1 || revoked != 1 {
			d.T.Errorf("an apply makes %d and revokes %d", made, revoked)
		}
		if d.NoChanges(); len(d.Env.State().Services) != 1 || !slices.Equal(d.names(), others) || !d.works(d.kept("value")) {
			d.T.Errorf("there are %d services and the tokens %q", len(d.Env.State().Services), d.names())
		}
	})
}

func TestEphemeralAPIToken_thatCannotBeRevokedIsAWarning(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies("")
		d.Env.Fault(acctest.Fault{Method: http.MethodDelete, Path: "/management/v1/workspaces/*/api-users/*/tokens/*", Status: 403, Body: `{"message":"Not now"}`})
		d.Write("main.tf", run(strings.NewReplacer()))
		r := d.Apply()
		left := d.names()
		if len(left) != 2 { // the apply plans first
			d.T.Errorf("the tokens left are %q", left)
		}
		for _, want := range append(left, "lives on", "Account settings > Tokens", "Not now") {
			if !strings.Contains(r.Text(), want) {
				d.T.Errorf("it does not say %q: %s", want, r.Text())
			}
		}
		if !strings.HasPrefix(left[0], "run-") {
			d.T.Errorf("the tokens left are %q", left)
		}
		d.Env.Advance(31 * time.Minute)
		d.want("half an hour later")
	})
}

func TestEphemeralAPIToken_isRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies("")
	d.Refuses(strings.Replace(run(strings.NewReplacer()), `"30m"`, `"25h"`, 1), "Too long", "longer than 1d")
	d.Refuses(run(strings.NewReplacer("data.tray_workspace.sales.id", "one(data.tray_workspaces.all.workspaces).id")), "TRAY011")
}

func TestAPITokenList_findsTheNewestOfEachRotation(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(ci(rotated))
	d.Env.Advance(24 * 24 * time.Hour)
	d.Applies(ci(rotated))
	d.Write("find.tfquery.hcl", "list \"tray_api_token\" \"all\" {\n  provider = tray\n}\n")
	d.Init()
	if r := d.Run("query"); strings.Count(r.Text(), "ci of deployer") != 1 || strings.Contains(r.Text(), d.kept("value")) {
		t.Errorf("it finds: %s", r.Text())
	}
}
