package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// change is one apply whose every write is cut off in turn. A new noun joins by adding
// itself to before and after.
type change struct {
	name          string
	before, after string
}

var sets = strings.NewReplacer("EXAMPLE", exampleZip, "EXPORT", exampleExport, "SOLUTION", exampleSolution).Replace(`
resource "tray_user" "cy" {
  for_each          = toset(["cy@example.com", "dee@example.com"])
  email             = each.key
  name              = "N"
  organization_role = "Viewer"
  onboarding        = "create"
}
resource "tray_workspace" "ops" { name = "ops" }
resource "tray_workspace_members" "ops" {
  workspace_id = tray_workspace.ops.id
  members      = { for p in tray_user.cy : p.email => "Admin" }
}
resource "tray_workspace" "lab" { name = "lab" }
resource "tray_custom_service" "crm" {
  workspace_id        = tray_workspace.ops.id
  name                = "crm"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://crm.example.com/token"
  client_id           = "crm"
  client_secret_wo    = "canary-one"
}
resource "tray_service_environment" "crm" {
  service_name     = tray_custom_service.crm.unique_name
  title            = "Sandbox"
  client_id        = "crm-sandbox"
  client_secret_wo = "canary-two"
}
resource "tray_connector" "crm" {
  name              = "acme-crm"
  version           = "1.0"
  source            = "EXAMPLE"
  service_name      = tray_custom_service.crm.unique_name
  service_version   = tray_custom_service.crm.version
  share_with_emails = ["cy@example.com"]
}
resource "tray_api_user" "lab" {
  workspace_id   = tray_workspace.lab.id
  name           = "deployer"
  workspace_role = "Viewer"
}
resource "tray_api_token" "lab" {
  workspace_id = tray_workspace.lab.id
  api_user_id  = tray_api_user.lab.id
  name         = "key"
  valid_for    = "30d"
}
resource "tray_trigger_subscription" "clock" {
  name            = "clock"
  trigger_name    = "scheduled"
  trigger_version = "3.5"
  operation       = "interval"
  input           = jsonencode({ interval = 5 })
  endpoint        = "https://hooks.example.com/clock"
}
resource "tray_on_prem_agent_group" "site" {
  workspace_id = tray_workspace.ops.id
  name         = "site"
}
resource "tray_on_prem_agent" "machine" {
  workspace_id = tray_workspace.ops.id
  group_id     = tray_on_prem_agent_group.site.id
  name         = "machine"
  enabled      = true
}
data "tray_service_environments" "twilio" { service_name = "twilio" }
resource "tray_authentication" "sms" {
  name                   = "SMS"
  service_environment_id = one(data.tray_service_environments.twilio.environments).id
  credentials_wo         = jsonencode({ account_sid = "AC1", auth_token = "canary-four" })
}
resource "tray_embedded_user" "globex" {
  name             = "Globex"
  external_user_id = "globex"
}
resource "tray_project" "billing" {
  workspace_id = tray_workspace.ops.id
  name         = "billing"
}
resource "tray_project_version" "billing" {
  project_id     = tray_project.billing.id
  version_number = "1.0"
  title          = "First"
}
resource "tray_project_import" "billing" {
  project_id = tray_project.billing.id
  export     = "EXPORT"
  config     = { api_url = "https://billing.example.com", batch_size = 100 }
  depends_on = [tray_project_version.billing]
}
data "tray_workspaces" "embedded" { type = "Embedded" }
resource "tray_project" "notify" {
  workspace_id = one(data.tray_workspaces.embedded.workspaces).id
  name         = "notify"
}
resource "tray_project_import" "notify" {
  project_id = tray_project.notify.id
  export     = "SOLUTION"
  config     = { channel = "x" }
}
resource "tray_solution_release" "notify" {
  solution_id = tray_project_import.notify.solution_id
  content     = "first"
}
resource "tray_solution_instance" "globex" {
  user_id       = tray_embedded_user.globex.id
  solution_id   = tray_solution_release.notify.solution_id
  name          = "for them"
  config_values = { channel = jsonencode("one") }
}
resource "tray_workspace_role_members" "lab" {
  workspace_id = tray_workspace.lab.id
  role         = "Contributor"
  emails       = [for p in tray_user.cy : p.email]
}
`)

var crashes = []change{
	{name: "create", before: "", after: created + sets},
	{name: "change", before: created + sets, after: changed + strings.NewReplacer(
		`=> "Admin"`, `=> p.email == "cy@example.com" ? "Admin" : "Viewer"`, `for p in tray_user.cy : p.email]`, `for p in tray_user.cy : p.email if p.email != "dee@example.com"]`,
		`"canary-one"`, `"canary-three"`, `"canary-four"`, `"canary-five"`, `"SMS"`, `"Texts"`, `"crm-sandbox"`, `"crm-test"`, `["cy@example.com"]`, `["dee@example.com"]`, `enabled      = true`, `enabled = false`, `"Globex"`, `"Globex Corp"`, `"deployer"`, `"shipper"`, `"first"`, `"second"`, exampleSolution, nextSolution, `"for them"`, `"for Globex"`, `jsonencode("one")`, `jsonencode("two")`, `"30d"`, `"60d"`, `interval = 5`, `interval = 6`, `batch_size = 100`, `batch_size = 200`, `name         = "billing"`, `name = "invoicing"`, `{ name = "lab" }`, "{\n  name = \"lab\"\n  description = \"x\"\n}").Replace(sets)},
}

// cut is how a write ends badly. Kill ends Terraform and the provider once Tray has it.
type cut struct {
	name string
	acctest.Fault
	kill bool
}

var cuts = []cut{
	{name: "lost before", Fault: acctest.Fault{Drop: "before"}},
	{name: "lost after", Fault: acctest.Fault{Drop: "after"}},
	{name: "502 after commit", Fault: acctest.Fault{Status: http.StatusBadGateway, AfterCommit: true}},
	{name: "killed", kill: true},
}

var writing = []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// Whichever write of an apply is lost, answered with an error although done, or the last
// before the machine goes down: nothing is there twice, and the next apply converges, after
// imports where its message says so, which are pasted as they are printed.
//
// TRAY_TEST_FAULTS=all cuts off every write in every way; else some.
func TestPromise_aCrashAnywhereMakesNothingTwice(t *testing.T) {
	t.Parallel()
	turn := 0
	for _, c := range crashes {
		begun := c.begins(t)
		want, writes := undisturbed(begun.Copy(t))
		for _, method := range writing {
			for k, before := range writes[method] {
				for _, how := range cuts {
					if turn++; turn%acctest.ByDay(17, 1) != 0 {
						continue
					}
					t.Run(fmt.Sprintf("%s/%s %d/%s", c.name, method, k+1, how.name), func(t *testing.T) {
						t.Parallel()
						survives(t, begun.Copy(t), method, k, before, how, want)
					})
				}
			}
		}
	}
	if turn < 20 {
		t.Errorf("only %d ways to crash: has the layout lost its writes?", turn)
	}
}

// begins brings an organization to where the change begins.
func (c change) begins(t *testing.T) acctest.Desk {
	t.Helper()
	d := acctest.Start(t, acctest.Embedded()).Desk(t, acctest.Terraform, "")
	if c.before != "" {
		d.Write("main.tf", c.before)
		d.Apply()
	}
	d.Write("main.tf", c.after)
	d.Env.ClearRequests()
	return d
}

// undisturbed is what the organization holds after the change, and for each of its writes how
// many requests of the same method come before it: some of those only ask.
func undisturbed(d acctest.Desk) (string, map[string][]int) {
	d.T.Helper()
	d.Apply()
	sent, writes := map[string]int{}, map[string][]int{}
	for _, r := range d.Env.Requests() {
		if len(acctest.Requests{r}.Writes()) > 0 {
			writes[r.Method] = append(writes[r.Method], sent[r.Method])
		}
		sent[r.Method]++
	}
	return everythingIn(d.Env), writes
}

// survives cuts off the write number k of the change that d is about to make, which comes after
// so many requests of its method.
func survives(t *testing.T, d acctest.Desk, method string, k, before int, how cut, want string) {
	t.Helper()
	if how.kill {
		d.Process()
		d.Write("required.tf", required)
		d.Init()
		running := d.Begin(t.Context(), "apply", "-auto-approve", "-input=false")
		eventually(t, "the write", func() bool { return len(d.Env.Requests().Writes().Matching(method, "/**")) > k })
		running.Kill()
		running.Wait()
		notCut(t, d.CLI)
	} else {
		how.Method, how.Path, how.Skip, how.Times = method, "**", before, 1
		d.Env.Fault(how.Fault)
		d.Run("apply", "-auto-approve", "-input=false")
		d.Env.ClearFaults()
	}
	converges(t, d.CLI)
	if got := everythingIn(d.Env); got != want {
		t.Errorf("Tray holds:\n%s\nwant, as undisturbed:\n%s\nafter\n%s", got, want, d.Env.Requests().Writes())
	}
}

// notCut puts back the backup of a state that Terraform was writing when it was killed, as people
// do: it empties the file first, and the beginning alone may be in it. The first state of all has
// no backup, and is removed. Without a state, nothing tells what has been renamed.
func notCut(t *testing.T, dir *acctest.CLI) {
	t.Helper()
	file := filepath.Join(dir.Dir, "terraform.tfstate")
	if state, err := os.ReadFile(file); err != nil || json.Valid(state) {
		return
	}
	switch backup, err := os.ReadFile(file + ".backup"); {
	case err == nil:
		dir.Write("terraform.tfstate", string(backup))
	case os.IsNotExist(err):
		err = os.Remove(file)
		fallthrough
	default:
		if err != nil {
			t.Fatal(err)
		}
	}
}

// converges applies until that succeeds, after imports where the message says so, which are
// pasted as they are printed. The plan after it is empty.
func converges(t *testing.T, dir *acctest.CLI) {
	t.Helper()
	pasted := map[string]string{} // address → import id
	for {
		r := dir.Run("apply", "-auto-approve", "-input=false")
		if r.Code == 0 {
			break
		}
		known := len(pasted)
		maps.Copy(pasted, importsIn(r))
		if len(pasted) == known {
			t.Fatalf("the next apply fails and says nothing new to paste:\n%s%s", r.Stdout, r.Stderr)
		}
		dir.Write("imports.tf", imports(pasted))
	}
	dir.NoChanges()
}

var (
	errorAt     = regexp.MustCompile(`with ([a-z_]+\.[a-z]+(?:\["[^"]*"\])?),`)
	importBlock = regexp.MustCompile(`(?s)import \{\s+to = [a-z_]+\.<name>\s+id = ("[^"]*")\s+\}`)
	frame       = regexp.MustCompile(`(?m)^[│╷╵] ?`)
)

// importsIn are the import ids of the blocks that errors hold, each for the resource of its
// error.
func importsIn(r acctest.Result) map[string]string {
	text := frame.ReplaceAllString(regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(r.Stderr, ""), "")
	ids := map[string]string{}
	for _, one := range strings.Split(text, "Error: ")[1:] {
		at, block := errorAt.FindStringSubmatch(one), importBlock.FindStringSubmatch(one)
		if at != nil && block != nil {
			ids[at[1]] = block[1]
		}
	}
	return ids
}

// imports writes import blocks. Terraform 1.16 heeds one block a resource, so instances of
// one share theirs.
func imports(ids map[string]string) string {
	instances := map[string]string{}
	for address, id := range ids {
		resource, key, keyed := strings.Cut(address, "[")
		if !keyed {
			instances[resource] = fmt.Sprintf("import {\n  to = %s\n  id = %s\n}\n", resource, id)
			continue
		}
		instances[resource] += fmt.Sprintf("    %s = %s\n", strings.TrimSuffix(key, "]"), id)
	}
	var blocks strings.Builder
	for resource, block := range instances {
		if !strings.HasPrefix(block, "import") {
			block = fmt.Sprintf("import {\n  for_each = {\n%s  }\n  to = %s[each.key]\n  id = each.value\n}\n", block, resource)
		}
		blocks.WriteString(block)
	}
	return blocks.String()
}

// everythingIn lists what there is in Tray by its natural keys, one a line, so that what is
// there twice is two lines. Invitations that were cancelled count.
func everythingIn(env *acctest.Env) string {
	s := env.State()
	var all []string
	for _, u := range s.Users {
		all = append(all, "user "+u.Email+" "+u.Role.Name)
	}
	for _, w := range s.Workspaces {
		description := ""
		if w.Description != nil {
			description = *w.Description
		}
		all = append(all, "workspace "+w.Type+" "+w.Name+" "+description)
	}
	for _, m := range s.Members {
		all = append(all, "member "+m.Workspace+"/"+m.Email+" "+m.Role)
	}
	for _, g := range s.AgentGroups {
		all = append(all, "group of agents "+g.Workspace+"/"+g.Name)
	}
	for _, a := range s.Agents {
		all = append(all, fmt.Sprint("agent ", a.Group, "/", a.Name, " ", a.Enabled))
	}
	for _, a := range s.Authentications {
		all = append(all, "authentication "+a.Workspace+"/"+a.Name+" "+a.CredentialsDigest)
	}
	for _, k := range s.APITokens {
		all = append(all, "token "+k.APIUser+"/"+strings.TrimSuffix(k.Name, " (2)")) // which of the two names is a matter of how often it was made
	}
	for _, v := range s.Subscriptions {
		if v.State != "deleted" {
			all = append(all, "subscription "+v.Name+" "+v.Endpoint)
		}
	}
	for _, v := range s.Solutions { // one that is published once more is the same
		all = append(all, "solution "+v.Title+" "+v.State)
	}
	for _, i := range s.Instances {
		all = append(all, fmt.Sprintf("instance %s/%s %t %s", i.Owner, i.Name, i.Enabled, i.Config))
	}
	for _, i := range s.Invites {
		all = append(all, "invitation "+i.Email+" "+i.Status)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}
