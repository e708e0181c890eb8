package user_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// crowd is an Admin, a robot, a guest and somebody invited, beside the Owner.
func crowd(env *acctest.Env) {
	for _, u := range []map[string]any{
		{"email": "Ana@Example.com", "name": "Ana Silva", "role": "Admin"},
		{"email": "guest@partner.example", "name": "Gus", "role": "Viewer"},
		{"email": "robot@api.example", "name": "robot", "role": "Viewer", "account_type": "API"},
	} {
		env.Control(http.MethodPost, "ui/users", u)
	}
	var page struct {
		Elements []struct{ ID, Name string }
	}
	env.Control(http.MethodGet, "/core/v1/roles", nil, &page)
	for _, r := range page.Elements {
		if r.Name == "Viewer" {
			env.Control(http.MethodPost, "/core/v1/invites", map[string]any{"email": "new@example.com", "organizationRoleId": r.ID})
		}
	}
}

// query runs `terraform query` over one list block with these lines in it.
func query(t *testing.T, env *acctest.Env, lines string, args ...string) (*acctest.CLI, acctest.Result) {
	t.Helper()
	cli := env.Layout(t, acctest.Terraform, "")
	cli.Write("main.tf", env.Provider())
	cli.Write("find.tfquery.hcl", "list \"tray_user\" \"all\" {\n  provider = tray\n"+lines+"\n}\n")
	env.ClearRequests()
	return cli, cli.Run(append([]string{"query"}, args...)...)
}

// found are the addresses of a query's output, in its order.
func found(r acctest.Result) string {
	var all []string
	for _, m := range regexp.MustCompile(`(?m)email=(\S+)`).FindAllStringSubmatch(r.Stdout, -1) {
		all = append(all, m[1])
	}
	return strings.Join(all, " ")
}

func TestUserList_findsPeopleAsAnImportWouldStoreThem(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	env := acctest.Start(t)
	crowd(env)
	byEmail := func(email string) queryfilter.QueryFilter {
		return queryfilter.ByResourceIdentity(map[string]knownvalue.Check{"email": knownvalue.StringExact(email)})
	}
	acctest.Test(t, env,
		resource.TestStep{Config: env.Config(`data "tray_users" "all" {}`)},
		resource.TestStep{
			Query: true,
			Config: `
list "tray_user" "all" {
  provider         = tray
  include_resource = true
}`,
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength("tray_user.all", 5),
				querycheck.ExpectResourceDisplayName("tray_user.all", byEmail("ana@example.com"), knownvalue.StringExact("Ana Silva <Ana@Example.com>")),
				querycheck.ExpectResourceDisplayName("tray_user.all", byEmail("new@example.com"), knownvalue.StringExact("new@example.com (invited)")),
				querycheck.ExpectResourceKnownValues("tray_user.all", byEmail("ana@example.com"), []querycheck.KnownValueCheck{
					{Path: tfjsonpath.New("email"), KnownValue: knownvalue.StringExact("Ana@Example.com")},
					{Path: tfjsonpath.New("organization_role"), KnownValue: knownvalue.StringExact("Admin")},
					{Path: tfjsonpath.New("status"), KnownValue: knownvalue.StringExact("active")},
					{Path: tfjsonpath.New("onboarding"), KnownValue: knownvalue.StringExact("create")},
					{Path: tfjsonpath.New("on_destroy"), KnownValue: knownvalue.StringExact("delete")},
					{Path: tfjsonpath.New("invite_id"), KnownValue: knownvalue.Null()},
				}),
				querycheck.ExpectResourceKnownValues("tray_user.all", byEmail("new@example.com"), []querycheck.KnownValueCheck{
					{Path: tfjsonpath.New("id"), KnownValue: knownvalue.Null()},
					{Path: tfjsonpath.New("status"), KnownValue: knownvalue.StringExact("invited")},
					{Path: tfjsonpath.New("invite_id"), KnownValue: knownvalue.NotNull()},
				}),
			},
		})
}

func TestUserList_filters(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	crowd(env)
	for config, want := range map[string]string{
		``:                                "ana@example.com guest@partner.example owner@example.com robot@api.example new@example.com",
		`include_invited = false`:         "ana@example.com guest@partner.example owner@example.com robot@api.example",
		`organization_role = "view only"`: "guest@partner.example robot@api.example new@example.com",
		`account_type = "API"`:            "robot@api.example",
		`email_domain = "EXAMPLE.com"`:    "ana@example.com owner@example.com new@example.com",
		"organization_role = \"Viewer\"\n email_domain = \"partner.example\"": "guest@partner.example",
	} {
		_, r := query(t, env, "config {\n"+config+"\n}")
		if got := found(r); r.Code != 0 || !sameWords(got, want) {
			t.Errorf("%s: %q, want %q\n%s%s", config, got, want, r.Stdout, r.Stderr)
		}
	}
}

// sameWords compares without regard to order: Tray's own order of users is by id.
func sameWords(a, b string) bool {
	count := map[string]int{}
	for _, w := range strings.Fields(a) {
		count[w]++
	}
	for _, w := range strings.Fields(b) {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestUserList_findsNobodyInvitedOnALiveTray(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.NoManagement())
	crowd(env)
	_, r := query(t, env, "")
	if got := found(r); r.Code != 0 || len(strings.Fields(got)) != 4 || strings.Contains(got, "new@") {
		t.Errorf("%q\n%s", got, r.Stderr)
	}
}

func TestUserList_aMisspelledRoleIsAnError(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	_, r := query(t, env, "config {\n organization_role = \"Boss\"\n}")
	if r.Code != 1 {
		t.Errorf("exit code %d", r.Code)
	}
	contains(t, r, `Tray has no role "Boss" in the organization`, `"Contributor"`)
}

// Pages of 1,000 would take long to fill, so the tests of paging make the server's own
// pages small: it may give less than asked for.
func TestUserList_aLimitCostsOnePageAndSaysThatThereIsMore(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	for i := range 30 {
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": fmt.Sprintf("p%d@example.com", i), "name": "P", "role": "Viewer"})
	}
	_, r := query(t, env, "limit = 10")
	if len(strings.Fields(found(r))) != 10 || r.Code != 0 {
		t.Errorf("%d found, exit code %d\n%s", len(strings.Fields(found(r))), r.Code, r.Stderr)
	}
	contains(t, r, "The list of users is cut off", "There are more than the 10 users that the list block asks for", "limit = 10000")
	if log := env.Requests(); len(log) != 1 || log.Count("GET", "/core/v1/users") != 1 {
		t.Errorf("the requests are\n%s", log)
	}
	if _, r := query(t, env, "limit = 31"); strings.Contains(r.Text(), "cut off") || len(strings.Fields(found(r))) != 31 {
		t.Errorf("31 people and a limit of 31:\n%s%s", r.Stdout, r.Stderr)
	}
}

func TestUserList_aFailureAtTheEndLeavesNoFile(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	crowd(env)
	env.Fault(acctest.Fault{Method: "GET", Path: "/management/v1/invites", Status: 403})
	cli, r := query(t, env, "include_resource = true", "-generate-config-out=generated.tf")
	if r.Code != 1 || found(r) != "" {
		t.Errorf("exit code %d with %q", r.Code, found(r))
	}
	contains(t, r, "Could not list the users", "HTTP 403")
	if _, err := os.Stat(filepath.Join(cli.Dir, "generated.tf")); !os.IsNotExist(err) {
		t.Error("a file was written that looks complete")
	}
}
