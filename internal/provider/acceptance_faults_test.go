package provider_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// fault is one kind of misfortune.
type fault struct {
	name string
	acctest.Fault
	// says is what the message must contain, each, when the fault lasts: what
	// happened and what to do.
	says []string
	// passing says that trying again is safe and enough: met once, nobody notices.
	passing bool
	// pages restricts it to GETs of lists.
	pages bool
}

var faults = []fault{
	{name: "401", Fault: acctest.Fault{Status: 401}, says: []string{"HTTP 401", "The token is wrong, expired, revoked", "make a new one in Tray under Settings > Tokens"}},
	{name: "403", Fault: acctest.Fault{Status: 403}, says: []string{"HTTP 403", "The token lacks the right: "}},
	{name: "404", Fault: acctest.Fault{Status: 404}, says: []string{"HTTP 404"}},
	{name: "409", Fault: acctest.Fault{Status: 409}, says: []string{"HTTP 409"}},
	{name: "429", Fault: acctest.Fault{Status: 429}, passing: true, says: []string{"HTTP 429", "lower requests_per_second or -parallelism"}},
	{name: "429 with Retry-After", Fault: acctest.Fault{Status: 429, RetryAfter: 1}, passing: true, says: []string{"HTTP 429", "lower requests_per_second or -parallelism"}},
	{name: "500", Fault: acctest.Fault{Status: 500}, says: []string{"HTTP 500", "try again"}},
	{name: "503", Fault: acctest.Fault{Status: 503}, passing: true, says: []string{"HTTP 503", "try again"}},
	{name: "503 although done", Fault: acctest.Fault{Status: 503, AfterCommit: true}, passing: true, says: []string{"HTTP 503"}},
	{name: "drop before", Fault: acctest.Fault{Drop: "before"}, passing: true, says: []string{"Tray could not be reached"}},
	{name: "drop after", Fault: acctest.Fault{Drop: "after"}, passing: true, says: []string{"Tray could not be reached"}},
	{name: "truncated", Fault: acctest.Fault{Truncate: true}, passing: true, says: []string{"the answer broke off"}},
	{name: "HTML page", Fault: acctest.Fault{Status: 200, ContentType: "text/html", Body: "<html><body>Sign in</body></html>"}, says: []string{"HTML page", "base_url"}},
	{name: "endless cursor", pages: true, Fault: acctest.Fault{Status: 200, ContentType: "application/json",
		Body: `{"elements":[],"pageInfo":{"hasNextPage":true,"endCursor":"again"}}`}, says: []string{"cursor"}},
}

// stage is one step in the life of a small layout that uses each kind of object.
type stage struct {
	name          string
	before, after string // configurations
	destroy       bool
}

const created = `
resource "tray_user" "ana" {
  email             = "ana@example.com"
  organization_role = "Viewer"
}
resource "tray_user" "ben" {
  email             = "ben@example.com"
  name              = "Ben"
  organization_role = "Viewer"
  onboarding        = "create"
}
resource "tray_workspace" "sales" {
  name        = "sales"
  description = "first"
}
resource "tray_workspace_member" "ben" {
  workspace_id = tray_workspace.sales.id
  email        = tray_user.ben.email
  role         = "Contributor"
}
`

var (
	changed = strings.NewReplacer(`"first"`, `"second"`, `"Contributor"`, `"Viewer"`,
		"\"Ben\"\n  organization_role = \"Viewer\"", "\"Ben\"\n  organization_role = \"Contributor\"").Replace(created)
	stages = []stage{
		{name: "create", before: "", after: created},
		{name: "change", before: created, after: changed},
		{name: "refresh", before: created, after: created},
		{name: "destroy", before: created, after: "", destroy: true},
	}
)

// play is a stage on a desk, where it begins.
type play struct {
	acctest.Desk
	stage
}

func (s stage) begin(t *testing.T) play {
	t.Helper()
	p := play{acctest.NewDesk(t, acctest.Terraform), s}
	// A fault that lasts is told after one repetition, for the sake of the clock.
	p.Write("retries_override.tf", "provider \"tray\" {\n  max_retries = 1\n}\n")
	if s.before != "" {
		p.Write("main.tf", s.before)
		p.Apply()
	}
	p.Write("main.tf", s.after)
	return p
}

// call is an operation of the API: a method and a path with * for ids.
type call struct{ method, path string }

var ids = regexp.MustCompile(`/[0-9a-f]{8}-[0-9a-f-]{27}`)

// calls are the operations that an undisturbed run makes.
func (p play) calls(t *testing.T) []call {
	t.Helper()
	d := p.Copy(t)
	d.Env.ClearRequests()
	d.Apply()
	var all []call
	seen := map[call]bool{}
	for _, r := range d.Env.Requests() {
		k := call{r.Method, ids.ReplaceAllString(r.Path, "/*")}
		if !seen[k] {
			seen[k] = true
			all = append(all, k)
		}
	}
	return all
}

func (k call) lists() bool {
	return k.method == http.MethodGet && !k.probes() && !strings.HasSuffix(k.path, "*")
}

// probes asks for the management plane, where 404 is an answer: this is a live Tray.
func (k call) probes() bool { return k.path == "/management/v1" }

// Whatever goes wrong on whichever call, once or for good: the message says what
// happened and what to do, the state says nothing that is not so, and the next apply
// brings about what the configuration says, with nothing there twice.
//
// TRAY_TEST_FAULTS=all runs every combination, which takes minutes; else each call
// meets some faults and each fault some calls.
func TestFaults_everyCallRecovers(t *testing.T) {
	t.Parallel()
	turn := 0
	for _, s := range stages {
		p := s.begin(t)
		for _, k := range p.calls(t) {
			for _, f := range faults {
				if f.pages && !k.lists() || k.probes() && f.Status == http.StatusNotFound {
					continue
				}
				if turn++; turn%acctest.ByDay(19, 1) != 0 {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s %s/%s for good", s.name, k.method, k.path, f.name), func(t *testing.T) {
					t.Parallel()
					p.survives(t, k, f, 0)
				})
				if f.passing {
					t.Run(fmt.Sprintf("%s/%s %s/%s once", s.name, k.method, k.path, f.name), func(t *testing.T) {
						t.Parallel()
						p.survives(t, k, f, 1)
					})
				}
			}
		}
	}
}

func (p play) survives(t *testing.T, k call, f fault, times int) {
	d := p.Copy(t)
	env := d.Env
	env.ClearRequests()
	f.Method, f.Path, f.Times = k.method, k.path, times
	env.Fault(f.Fault)
	got := d.Run("apply", "-auto-approve", "-input=false")
	if env.Requests().Count(k.method, k.path) == 0 {
		t.Fatalf("the run never made the call:\n%s", env.Requests())
	}
	switch {
	case got.Code == 0:
		// Either trying again did, or something else said what the call was for.
		p.arrived(t, env)
	case times == 1:
		t.Errorf("the apply fails, although trying again would do:\n%s\n%s", got.Text(), env.Requests())
	default:
		for _, part := range f.says {
			if !strings.Contains(got.Text(), part) {
				t.Errorf("the message does not say %q:\n%s", part, got.Text())
			}
		}
	}
	if noise := noisy.FindString(got.Text()); noise != "" {
		t.Errorf("the message holds %q:\n%s", noise, got.Text())
	}
	// A role that was set and could not be read back is an error of its own, which
	// leaves the old role in the state until the next refresh.
	stateIsTrue(t, env, d.CLI, k.method != http.MethodGet || got.Code == 0)
	env.ClearFaults()
	if got.Code != 0 {
		d.Apply()
	}
	d.NoChanges()
	stateIsTrue(t, env, d.CLI, true)
	p.arrived(t, env)
}

// noisy are words that tell a user nothing.
var noisy = regexp.MustCompile(`(?i)panic|unexpected error|client error|inconsistent result|provider bug`)

// arrived says that the organization is what the stage's configuration says.
func (s stage) arrived(t *testing.T, env *acctest.Env) {
	t.Helper()
	state := env.State()
	roles, access := map[string]string{acctest.OwnerEmail: "Owner"}, map[string]string{}
	workspaces, pending := []string{}, []string{}
	if !s.destroy {
		roles["ben@example.com"], access["sales/ben@example.com"] = "Viewer", "Contributor"
		workspaces, pending = []string{"sales"}, []string{"ana@example.com"}
	}
	if s.name == "change" {
		roles["ben@example.com"], access["sales/ben@example.com"] = "Contributor", "Viewer"
	}
	equal(t, "users", state.Roles(), roles)
	// Tray keeps what a deleted person had in a shared workspace of the person's name.
	shared := slices.DeleteFunc(state.Shared(), func(name string) bool { return s.destroy && name == "Ben" })
	equal(t, "workspaces", shared, workspaces)
	equal(t, "memberships", state.Access(acctest.OwnerEmail), access)
	equal(t, "invitations", state.Pending(), pending)
}

// stateIsTrue says that whatever Terraform's state claims is so in Tray; of roles only
// if asked to.
func stateIsTrue(t *testing.T, env *acctest.Env, c *acctest.CLI, roles bool) {
	t.Helper()
	tray := env.State()
	ids, people := map[any]string{}, tray.Roles()
	for _, u := range tray.Users {
		ids[u.ID] = u.Email
	}
	for _, w := range tray.Workspaces {
		ids[w.ID] = w.Name
	}
	pending := " " + strings.Join(tray.Pending(), " ") + " "
	for address, is := range c.Resources() {
		wrong := ""
		switch strings.SplitN(address, ".", 2)[0] {
		case "tray_user":
			email := fmt.Sprint(is["email"])
			switch role, active := people[email]; {
			case is["status"] == "active" && (!active || ids[is["id"]] != email || roles && role != is["organization_role"]):
				wrong = fmt.Sprintf("an active %v", is["organization_role"])
			case is["status"] == "invited" && !strings.Contains(pending, " "+email+" "):
				wrong = "invited"
			}
		case "tray_workspace":
			if ids[is["id"]] != is["name"] {
				wrong = fmt.Sprintf("the workspace %v", is["name"])
			}
		case "tray_workspace_member":
			at := fmt.Sprintf("%s/%v", ids[is["workspace_id"]], is["email"])
			if role := tray.Access("")[at]; is["status"] == "active" && (role == "" || roles && role != is["role"]) {
				wrong = fmt.Sprintf("the %v in %s, where Tray has %q", is["role"], at, role)
			}
		}
		if wrong != "" {
			t.Errorf("the state says that %s is %s, and it is not:\n%+v", address, wrong, tray)
		}
	}
}
