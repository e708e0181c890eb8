package access_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// small is an organization with one of everything: Ana is organization Admin, Ben
// builds, a guest administers sales-prod, a robot runs there.
func small(env *acctest.Env) {
	for _, u := range []map[string]any{
		{"email": "ana@example.com", "name": "Ana Silva", "role": "Admin"},
		{"email": "ben@example.com", "name": "Ben | Okafor", "role": "Contributor"},
		{"email": "guest@partner.example", "name": "=HYPERLINK(\"x\")", "role": "Viewer"},
		{"email": "robot@api.example", "name": "robot", "role": "Viewer", "account_type": "API"},
	} {
		env.Control(http.MethodPost, "ui/users", u)
	}
	for _, name := range []string{"sales-prod", "sales-dev"} {
		env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": name})
	}
	join(env, "sales-prod", "guest@partner.example", "Admin")
	join(env, "sales-prod", "robot@api.example", "Contributor")
	join(env, "sales-dev", "ben@example.com", "Viewer")
}

func join(env *acctest.Env, workspace, email, role string) {
	env.Control(http.MethodPut, "ui/workspaces/"+workspace+"/members/"+email, map[string]any{"role": role})
}

func value(address, path string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(path), check)
}

func output(name string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownOutputValue(name, check)
}

func texts(all ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(all))
	for i, s := range all {
		checks[i] = knownvalue.StringExact(s)
	}
	return knownvalue.ListExact(checks)
}

func TestAccessReport_saysWhoIsWhereAndWhy(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]acctest.Option{
		"over HTTP": nil, "sparse": {acctest.Sparse(), acctest.TypesAsObjects()}, "live": {acctest.NoManagement()}, "in process": {acctest.InProcess()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, opts...)
			small(env)
			acctest.Test(t, env, resource.TestStep{
				Config: env.Config(`
data "tray_access_report" "shared" { workspace_types = ["Shared"] }
data "tray_access_report" "guests" { outside_email_domains = ["example.com", "api.example"] }
output "rows" { value = [for r in data.tray_access_report.shared.entries : "${r.workspace_name} ${r.email}: ${r.role_with_kind} by ${join(", ", r.granted_by)}"] }
output "guests" { value = [for r in data.tray_access_report.guests.entries : "${r.workspace_type}: ${r.role}"] }
output "agrees" {
  value = alltrue(flatten([for r in data.tray_access_report.guests.entries : [for right in r.rights : provider::tray::can(r.role_with_kind, right)]]))
}
output "subset" {
  value = alltrue([for r in data.tray_access_report.shared.entries : length(setsubtract(r.rights, provider::tray::role_permissions(r.role_with_kind).workspace)) == 0])
}`),
				ConfigStateChecks: []statecheck.StateCheck{
					output("rows", texts(
						"sales-dev ana@example.com: Organization Admin by organization role",
						"sales-dev ben@example.com: Workspace Viewer by membership",
						"sales-dev owner@example.com: Organization Owner by organization role, membership",
						"sales-prod ana@example.com: Organization Admin by organization role",
						"sales-prod guest@partner.example: Workspace Admin by membership",
						"sales-prod owner@example.com: Organization Owner by organization role, membership",
						"sales-prod robot@api.example: Workspace Contributor by membership",
					)),
					// The guest's own Personal workspace is first: its name begins with "=".
					output("guests", texts("Personal: Admin", "Organization: Viewer", "Shared: Admin")),
					output("agrees", knownvalue.Bool(true)),
					output("subset", knownvalue.Bool(true)),
					value("data.tray_access_report.guests", "notes", knownvalue.ListSizeExact(0)),
				},
			})
		})
	}
}

func TestAccessReport_readsPagesAndNothingElse(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	small(env)
	cli := env.Layout(t, acctest.Terraform, "")
	cli.Write("main.tf", env.Config(`
data "tray_access_report" "all" {}
data "tray_access_report" "again" { roles = ["Admin"] }`))
	env.ClearRequests()
	cli.Plan()
	log := env.Requests()
	all := len(env.State().Workspaces)
	if got := log.Count("GET", "/core/v1/workspaces/*/users"); got != all-1 { // all but the Organization workspace
		t.Errorf("%d lists of members for %d workspaces", got, all)
	}
	// The two lists, and the invitations with the question whether there is a management plane.
	if want := all - 1 + 2 + 2; len(log) != want {
		t.Errorf("%d requests, want %d:\n%s", len(log), want, log)
	}
}

func TestAccessReport_rendersWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	small(env)
	cli := env.Layout(t, acctest.Terraform, "")
	cli.Write("main.tf", env.Config(`
data "tray_access_report" "all" {
  workspace_types = ["Shared"]
  formats         = ["csv", "markdown"]
}
output "csv" { value = data.tray_access_report.all.csv }
output "markdown" { value = data.tray_access_report.all.markdown }
output "mermaid" { value = data.tray_access_report.all.mermaid == null }`))
	cli.Apply()
	lines, err := csv.NewReader(strings.NewReader(cli.Run("output", "-raw", "csv").Stdout)).ReadAll()
	if err != nil || len(lines) != 8 || lines[5][4] != `'=HYPERLINK("x")` {
		t.Errorf("%v, %d lines: %q", err, len(lines), lines)
	}
	if got := cli.Run("output", "-raw", "markdown").Stdout; !strings.Contains(got, `| sales-dev | Shared | Ben \| Okafor &#60;ben@example.com&#62; | Regular | Workspace Viewer | membership |`) {
		t.Error(got)
	}
	if got := cli.Run("output", "mermaid").Text(); !strings.Contains(got, "true") {
		t.Errorf("mermaid was rendered: %s", got)
	}
}

func TestAccessReport_refusesWhatWouldLookLikeNobody(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	for config, want := range map[string]string{
		`data "tray_access_report" "x" { roles = ["Admin", "Boss"] }`:          `(?s)Unknown role.*"Boss".*"Workspace Viewer"`,
		`data "tray_access_report" "x" { workspace_ids = ["sales-prod"] }`:     `(?s)Could not find the workspace.*Give ids`,
		`data "tray_access_report" "x" { emails = [] }`:                        `(?s)at least 1`,
		`data "tray_role_permissions" "x" { role = "Boss" }`:                   `(?s)Unknown role.*"Boss"`,
		`data "tray_unmanaged" "x" {}`:                                         `(?s)At least one of.*users`,
		`output "x" { value = provider::tray::can("Boss", "logs:read") }`:      `(?s)no role\s+"Boss"`,
		`output "x" { value = provider::tray::can("Owner", "logs:eat") }`:      `(?s)no right\s+"logs:eat".*logs:replay`,
		`output "x" { value = provider::tray::can("Admin", "people:manage") }`: `(?s)can\s+mean\s+"Organization\s+Admin"\s+and\s+"Workspace\s+Admin"`,
		`output "x" { value = provider::tray::role_permissions("Viewer") }`:    `(?s)Write\s+which\s+one`,
	} {
		acctest.Test(t, env, resource.TestStep{Config: env.Config(config), ExpectError: regexp.MustCompile(want)})
	}
}

func TestAccessReport_aTokenThatMayNotListPeopleIsAnError(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.Token("Viewer"))
	acctest.Test(t, env, resource.TestStep{
		Config:      env.Config(`data "tray_access_report" "all" {}`),
		ExpectError: regexp.MustCompile(`(?s)Could not read the organization.*HTTP 403`),
	})
}

func TestAccessReport_saysWhenAPersonalWorkspaceHidesItsPerson(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	small(env)
	for _, w := range env.State().Workspaces {
		if w.Type == "Personal" {
			env.Fault(acctest.Fault{Method: "GET", Path: "/core/v1/workspaces/" + w.ID + "/users", Status: 403})
		}
	}
	acctest.Test(t, env, resource.TestStep{
		Config: env.Config(`data "tray_access_report" "all" { workspace_types = ["Personal"] }
output "by" { value = distinct(flatten(data.tray_access_report.all.entries[*].granted_by)) }`),
		ConfigStateChecks: []statecheck.StateCheck{
			output("by", texts("organization role")),
			value("data.tray_access_report.all", "notes", knownvalue.ListSizeExact(4)),
		},
	})
}

func TestAccessReport_aSharedWorkspaceThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	small(env)
	env.Fault(acctest.Fault{Method: "GET", Path: "/core/v1/workspaces/*/users", Status: 403})
	acctest.Test(t, env, resource.TestStep{
		Config:      env.Config(`data "tray_access_report" "all" {}`),
		ExpectError: regexp.MustCompile(`(?s)Could not read the members of the workspaces.*HTTP 403`),
	})
}

func TestRolePermissions_showHowWellTheyAreBacked(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	acctest.Test(t, env, resource.TestStep{
		Config: env.Config(`
data "tray_role_permissions" "all" {}
data "tray_role_permissions" "admins" { role = "admin" }
locals { viewer = [for r in data.tray_role_permissions.all.roles : r if r.role_with_kind == "Workspace Viewer"][0] }
output "viewer" { value = data.tray_role_permissions.all.rights_by_role["Workspace Viewer"] }
output "marks" { value = { for p in local.viewer.permissions : p.subject => "${p.operations} ${p.mark}" if contains(["projects", "services", "on-prem-agents"], p.subject) } }
output "admins" { value = data.tray_role_permissions.admins.roles[*].role_with_kind }
output "same" { value = data.tray_role_permissions.all.rights_by_role["Workspace Viewer"] == provider::tray::role_permissions("workspace viewer").workspace }`),
		ConfigStateChecks: []statecheck.StateCheck{
			output("viewer", texts("details:read", "task-limit:read", "members:read", "projects:read", "authentications:read", "logs:read")),
			output("marks", knownvalue.MapExact(map[string]knownvalue.Check{
				"projects": knownvalue.StringExact("R documented"), "services": knownvalue.StringExact(" documented"), "on-prem-agents": knownvalue.StringExact(" assumed"),
			})),
			output("admins", texts("Organization Admin", "Workspace Admin")),
			output("same", knownvalue.Bool(true)),
			value("data.tray_role_permissions.all", "roles", knownvalue.ListSizeExact(7)),
		},
	})
	if log := env.Requests(); len(log) != 0 {
		t.Errorf("the table needs no request:\n%s", log)
	}
}

func TestCan_answersPlainNamesWhereBothKindsAgree(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	acctest.Test(t, env, resource.TestStep{
		Config: env.Config(`
output "x" { value = [
  provider::tray::can("Contributor", "projects:manage"), provider::tray::can("Viewer", "projects:update"),
  provider::tray::can("Owner", "billing:manage"), provider::tray::can("Organization Admin", "billing:read"),
  provider::tray::can("workspace admin", "members:delete"), provider::tray::can("View Only", "logs:replay"),
] }`),
		ConfigStateChecks: []statecheck.StateCheck{output("x", knownvalue.ListExact([]knownvalue.Check{
			knownvalue.Bool(true), knownvalue.Bool(false), knownvalue.Bool(true), knownvalue.Bool(false), knownvalue.Bool(true), knownvalue.Bool(false),
		}))},
	})
}

const shadow = `
locals {
  people = ["ana@example.com", "ben@example.com", "OWNER@example.com", "guest@partner.example"]
  access = { "sales-prod" = ["guest@partner.example"], "sales-dev" = ["ben@example.com"] }
}
data "tray_unmanaged" "rest" {
  users       = local.people
  workspaces  = keys(local.access)
  memberships = local.access
}
output "total" { value = data.tray_unmanaged.rest.total }
output "rest" {
  value = concat(
    data.tray_unmanaged.rest.unmanaged_users[*].email,
    data.tray_unmanaged.rest.unmanaged_workspaces[*].name,
    [for m in data.tray_unmanaged.rest.unmanaged_memberships : "${m.email} in ${m.workspace_name} as ${m.role}"],
  )
}
output "invitations" { value = try([for i in data.tray_unmanaged.rest.unmanaged_invitations : i.email], ["cannot be seen"]) }
`

func TestUnmanaged_seesWhatWasAddedElsewhere(t *testing.T) {
	t.Parallel()
	for name, managed := range map[string]bool{"management plane": true, "live": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var opts []acctest.Option
			invitations := texts("new@example.com")
			if !managed {
				opts, invitations = []acctest.Option{acctest.NoManagement()}, texts("cannot be seen")
			}
			env := acctest.Start(t, opts...)
			small(env)
			total := int64(4)
			if managed {
				total++
			}
			acctest.Test(t, env,
				resource.TestStep{
					Config:            env.Config(shadow),
					ConfigStateChecks: []statecheck.StateCheck{output("rest", knownvalue.ListSizeExact(0)), output("total", knownvalue.Int64Exact(0))},
				},
				resource.TestStep{
					PreConfig: func() {
						env.Control(http.MethodPost, "ui/users", map[string]any{"email": "zoe@example.com", "name": "Zoe", "role": "Viewer"})
						env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "side-project"})
						join(env, "sales-prod", "zoe@example.com", "Viewer")
						join(env, "side-project", "ben@example.com", "Admin")
						env.Control(http.MethodPost, "/core/v1/invites", map[string]any{"email": "new@example.com", "organizationRoleId": roleID(env, "Viewer")})
					},
					Config: env.Config(shadow),
					ConfigStateChecks: []statecheck.StateCheck{
						output("rest", texts("zoe@example.com", "side-project", "zoe@example.com in sales-prod as Viewer", "ben@example.com in side-project as Admin")),
						output("invitations", invitations),
						output("total", knownvalue.Int64Exact(total)),
					},
				})
		})
	}
}

func TestUnmanaged_readsOnlyWhatItCompares(t *testing.T) {
	t.Parallel()
	for arguments, want := range map[string]string{
		`users = []`:       "GET /core/v1/users\nGET /management/v1\nGET /management/v1/invites\n",
		`workspaces = []`:  "GET /core/v1/workspaces\n",
		`memberships = {}`: "GET /core/v1/users\nGET /core/v1/workspaces\nGET /core/v1/workspaces/*/users\nGET /core/v1/workspaces/*/users\n",
	} {
		t.Run(arguments, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			small(env)
			cli := env.Layout(t, acctest.Terraform, "")
			cli.Write("main.tf", env.Config(fmt.Sprintf("data \"tray_unmanaged\" \"x\" {\n  %s\n}", arguments)))
			env.ClearRequests()
			cli.Plan()
			var got strings.Builder
			for _, q := range env.Requests() {
				fmt.Fprintf(&got, "%s %s\n", q.Method, regexp.MustCompile(`/workspaces/[^/]+/`).ReplaceAllString(q.Path, "/workspaces/*/"))
			}
			if got.String() != want {
				t.Errorf("got\n%swant\n%s", got.String(), want)
			}
		})
	}
}
