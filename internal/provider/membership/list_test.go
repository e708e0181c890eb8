package membership_test

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

// staffed makes n people who are Viewers in each of the workspaces; the Owner, who
// made the workspaces, is Admin there.
func staffed(env *acctest.Env, n int, workspaces ...string) (ids map[string]string) {
	for i := range n {
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": seatEmail(i), "name": "P", "role": "Viewer"})
	}
	ids = map[string]string{}
	for _, name := range workspaces {
		var made struct{ ID string }
		env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": name}, &made)
		ids[name] = made.ID
		for i := range n {
			env.Control(http.MethodPut, "ui/workspaces/"+name+"/members/"+seatEmail(i), map[string]any{"role": "Viewer"})
		}
	}
	return ids
}

func seatEmail(i int) string { return fmt.Sprintf("p%03d@example.com", i) }

// search runs `terraform query` over one list block with these lines in it.
func search(t *testing.T, env *acctest.Env, lines string, args ...string) (*acctest.CLI, acctest.Result) {
	t.Helper()
	cli := env.Layout(t, acctest.Terraform, "")
	cli.Write("main.tf", env.Provider())
	cli.Write("find.tfquery.hcl", "list \"tray_workspace_member\" \"all\" {\n  provider = tray\n"+lines+"\n}\n")
	env.ClearRequests()
	return cli, cli.Run(append([]string{"query"}, args...)...)
}

// seats are the display names of a query's output, in its order.
func seats(r acctest.Result) []string {
	return regexp.MustCompile(`(?m)\S+@\S+ → \S+ \(\w+\)$`).FindAllString(r.Stdout, -1)
}

func TestMemberList_findsMembershipsAsAnImportWouldStoreThem(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	env := acctest.Start(t, acctest.Sparse())
	ids := staffed(env, 2, "sales-prod")
	acctest.Test(t, env,
		resource.TestStep{Config: env.Config(`data "tray_workspaces" "all" {}`)},
		resource.TestStep{
			Query: true,
			Config: `
list "tray_workspace_member" "all" {
  provider         = tray
  include_resource = true
}`,
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength("tray_workspace_member.all", 3),
				querycheck.ExpectIdentity("tray_workspace_member.all", map[string]knownvalue.Check{
					"workspace_id": knownvalue.StringExact(ids["sales-prod"]), "email": knownvalue.StringExact("p001@example.com"), "user_id": knownvalue.Null(),
				}),
				querycheck.ExpectResourceKnownValues("tray_workspace_member.all",
					queryfilter.ByDisplayName(knownvalue.StringExact("p001@example.com → sales-prod (Viewer)")), []querycheck.KnownValueCheck{
						{Path: tfjsonpath.New("email"), KnownValue: knownvalue.StringExact("p001@example.com")},
						{Path: tfjsonpath.New("user_id"), KnownValue: knownvalue.NotNull()},
						{Path: tfjsonpath.New("role"), KnownValue: knownvalue.StringExact("Viewer")},
						{Path: tfjsonpath.New("status"), KnownValue: knownvalue.StringExact("active")},
					}),
			},
		})
}

func TestMemberList_filters(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	ids := staffed(env, 1, "sales-prod", "sales-dev")
	env.Control(http.MethodPost, "ui/users", map[string]any{"email": "robot@api.example", "name": "robot", "role": "Viewer", "account_type": "API"})
	env.Control(http.MethodPut, "ui/workspaces/sales-dev/members/robot@api.example", map[string]any{"role": "Contributor"})
	for config, want := range map[string]string{
		``: "owner@example.com → sales-dev (Admin), p000@example.com → sales-dev (Viewer), robot@api.example → sales-dev (Contributor), " +
			"owner@example.com → sales-prod (Admin), p000@example.com → sales-prod (Viewer)",
		`role = "view only"`:                            "p000@example.com → sales-dev (Viewer), p000@example.com → sales-prod (Viewer)",
		`account_type = "API"`:                          "robot@api.example → sales-dev (Contributor)",
		`email_domain = "api.example"`:                  "robot@api.example → sales-dev (Contributor)",
		`workspace_ids = ["` + ids["sales-prod"] + `"]`: "owner@example.com → sales-prod (Admin), p000@example.com → sales-prod (Viewer)",
	} {
		_, r := search(t, env, "config {\n"+config+"\n}")
		got := seats(r)
		wanted := map[string]bool{}
		for _, w := range strings.Split(want, ", ") {
			wanted[w] = true
		}
		for _, g := range got {
			delete(wanted, g)
		}
		if r.Code != 0 || len(wanted) != 0 || len(got) != len(strings.Split(want, ", ")) {
			t.Errorf("%s: %q, want %q\n%s", config, got, want, r.Stderr)
		}
	}
}

func TestMemberList_refusesWhatWouldLookLikeNobody(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	staffed(env, 1, "sales-prod")
	var organization string
	for _, w := range env.State().Workspaces {
		if w.Type == "Organization" {
			organization = w.ID
		}
	}
	for config, want := range map[string]string{
		`role = "Boss"`:                            `Tray has no role "Boss" in a workspace`,
		`workspace_ids = ["sales-prod"]`:           "Give ids, not names",
		`workspace_ids = ["` + organization + `"]`: "is the Organization workspace",
	} {
		if _, r := search(t, env, "config {\n"+config+"\n}"); r.Code != 1 || !strings.Contains(r.Text(), want) {
			t.Errorf("%s: exit code %d\n%s%s", config, r.Code, r.Stdout, r.Stderr)
		}
	}
}

func TestMemberList_aLimitReadsOneWorkspace(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	staffed(env, 12, "a", "b", "c")
	_, r := search(t, env, "limit = 10")
	if len(seats(r)) != 10 || r.Code != 0 || !strings.Contains(r.Text(), "There are more than the 10 memberships") {
		t.Errorf("%d found, exit code %d\n%s%s", len(seats(r)), r.Code, r.Stdout, r.Stderr)
	}
	if n := env.Requests().Count("GET", "/core/v1/workspaces/*/users"); n != 1 {
		t.Errorf("%d pages of members for a limit of 10:\n%s", n, env.Requests())
	}
}

func TestMemberList_aPageThatFailsLeavesNoFile(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	staffed(env, 110, "a", "b")
	for name, skip := range map[string]int{"the second page of a workspace": 1, "the second workspace": 2} {
		env.Fault(acctest.Fault{Method: "GET", Path: "/core/v1/workspaces/*/users", Status: 403, Skip: skip})
		cli, r := search(t, env, "include_resource = true\nlimit = 1000", "-generate-config-out=generated.tf")
		if r.Code != 1 || len(seats(r)) != 0 || !strings.Contains(r.Text(), "Could not list the memberships") || !strings.Contains(r.Text(), "the members of the workspace") {
			t.Errorf("%s: exit code %d\n%s%s", name, r.Code, r.Stdout, r.Stderr)
		}
		if _, err := os.Stat(filepath.Join(cli.Dir, "generated.tf")); !os.IsNotExist(err) {
			t.Errorf("%s: a file was written that looks complete", name)
		}
		env.ClearFaults()
	}
}
