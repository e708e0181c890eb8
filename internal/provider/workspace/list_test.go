package workspace_test

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

// rooms makes n shared workspaces, room-000 and on.
func rooms(env *acctest.Env, n int) {
	for i := range n {
		env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": fmt.Sprintf("room-%03d", i)})
	}
}

// find runs `terraform query` over one list block with these lines in it.
func find(t *testing.T, env *acctest.Env, lines string, args ...string) (*acctest.CLI, acctest.Result) {
	t.Helper()
	cli := env.Layout(t, acctest.Terraform, "")
	cli.Write("main.tf", env.Provider())
	cli.Write("find.tfquery.hcl", "list \"tray_workspace\" \"all\" {\n  provider = tray\n"+lines+"\n}\n")
	env.ClearRequests()
	return cli, cli.Run(append([]string{"query"}, args...)...)
}

var shown = regexp.MustCompile(`(?m)id=\S+\s+(.+?)\s*$`)

// shownNames are the display names of a query's output, in its order.
func shownNames(r acctest.Result) string {
	var all []string
	for _, m := range shown.FindAllStringSubmatch(r.Stdout, -1) {
		all = append(all, m[1])
	}
	return strings.Join(all, " ")
}

func TestWorkspaceList_findsSharedWorkspacesAsAnImportWouldStoreThem(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	for adopted, opts := range map[bool][]acctest.Option{false: {acctest.Sparse()}, true: {acctest.NoManagement()}} {
		env := acctest.Start(t, opts...)
		rooms(env, 3)
		env.Control(http.MethodPatch, "ui/workspaces/room-001", map[string]any{"monthlyTaskLimit": 5})
		acctest.Test(t, env,
			resource.TestStep{Config: env.Config(`data "tray_workspaces" "all" {}`)},
			resource.TestStep{
				Query: true,
				Config: `
list "tray_workspace" "all" {
  provider         = tray
  include_resource = true
}`,
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength("tray_workspace.all", 3),
					querycheck.ExpectResourceKnownValues("tray_workspace.all", queryfilter.ByDisplayName(knownvalue.StringExact("room-001")), []querycheck.KnownValueCheck{
						{Path: tfjsonpath.New("name"), KnownValue: knownvalue.StringExact("room-001")},
						{Path: tfjsonpath.New("type"), KnownValue: knownvalue.StringExact("Shared")},
						{Path: tfjsonpath.New("description"), KnownValue: knownvalue.StringExact("")},
						{Path: tfjsonpath.New("monthly_task_limit"), KnownValue: knownvalue.Int64Exact(5)},
						{Path: tfjsonpath.New("deletion_protection"), KnownValue: knownvalue.Bool(false)},
						{Path: tfjsonpath.New("adopted"), KnownValue: knownvalue.Bool(adopted)},
					}),
				},
			})
	}
}

func TestWorkspaceList_filtersByName(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	rooms(env, 12)
	if _, r := find(t, env, "config {\n name_regex = \"0[15]$\"\n}"); shownNames(r) != "room-001 room-005" || r.Code != 0 {
		t.Errorf("%q\n%s%s", shownNames(r), r.Stdout, r.Stderr)
	}
	if _, r := find(t, env, "config {\n name_regex = \"(\"\n}"); r.Code != 1 || !strings.Contains(r.Text(), "Not a regular expression") {
		t.Errorf("exit code %d: %s", r.Code, r.Stderr)
	}
}

func TestWorkspaceList_aLimitReadsNoFurtherPage(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	rooms(env, 120)
	_, r := find(t, env, "limit = 10")
	if n := len(strings.Fields(shownNames(r))); n != 10 || r.Code != 0 || !strings.Contains(r.Text(), "There are more than the 10 workspaces") {
		t.Errorf("%d found, exit code %d\n%s%s", n, r.Code, r.Stdout, r.Stderr)
	}
	if n := env.Requests().Count("GET", "/core/v1/workspaces"); n != 1 {
		t.Errorf("%d pages for a limit of 10", n)
	}
	// Without a limit Terraform stops at 100, and would not say so.
	if _, r := find(t, env, ""); len(strings.Fields(shownNames(r))) != 100 || !strings.Contains(r.Text(), "than the 100 workspaces") {
		t.Errorf("%d found\n%s", len(strings.Fields(shownNames(r))), r.Stderr)
	}
	if _, r := find(t, env, "limit = 120"); len(strings.Fields(shownNames(r))) != 120 || strings.Contains(r.Text(), "cut off") {
		t.Errorf("%d found\n%s", len(strings.Fields(shownNames(r))), r.Stderr)
	}
}

func TestWorkspaceList_aPageThatFailsLeavesNoFile(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	rooms(env, 120)
	env.Fault(acctest.Fault{Method: "GET", Path: "/core/v1/workspaces", Status: 403, Skip: 1})
	cli, r := find(t, env, "include_resource = true\nlimit = 1000", "-generate-config-out=generated.tf")
	if r.Code != 1 || shownNames(r) != "" || !strings.Contains(r.Text(), "Could not list the workspaces") || !strings.Contains(r.Text(), "HTTP 403") {
		t.Errorf("exit code %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
	if _, err := os.Stat(filepath.Join(cli.Dir, "generated.tf")); !os.IsNotExist(err) {
		t.Error("a file was written that looks complete")
	}
}
