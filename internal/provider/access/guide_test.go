package access_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// The organization of the guide's test. Each of the sandbox's members lists holds the
// workspace's creator, the Owner, beside those counted here. TRAY_TEST_FAULTS=all makes the one
// that the guide speaks of, of which Terraform alone takes minutes; else a third of it.
var (
	part        = acctest.ByDay(3, 1)
	people      = 300 / part // of whom invited and robots
	invited     = 25
	robots      = 10
	workspaces  = 42 / part
	memberships = 1500 / part // with those of the Owner
)

// grown fills an organization as years would: through the UI, over HTTP.
func grown(env *acctest.Env) {
	active := people - invited - robots - 1 // and the Owner
	for i := range active {
		role := []string{"Viewer", "Viewer", "Viewer", "Contributor"}[i%4]
		if i%50 == 0 {
			role = "Admin"
		}
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": personEmail(i), "name": fmt.Sprintf("Person %03d", i), "role": role})
	}
	for i := range robots {
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": fmt.Sprintf("robot%d@api.example", i), "name": fmt.Sprintf("robot %d", i), "role": "Viewer", "account_type": "API"})
	}
	viewer := roleID(env, "Viewer")
	for i := range invited {
		env.Control(http.MethodPost, "/core/v1/invites", map[string]any{"email": fmt.Sprintf("invited%02d@example.com", i), "organizationRoleId": viewer})
	}
	for i := range workspaces {
		env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": workspaceName(i), "description": fmt.Sprintf("Workspace \"%d\" of ${nobody}", i)})
	}
	for i := range memberships - workspaces {
		w, p := i%workspaces, (i/workspaces*7+i%workspaces*11)%active
		role := []string{"Viewer", "Contributor", "Admin"}[i%3]
		if p%50 == 0 {
			role = "Admin"
		}
		env.Control(http.MethodPut, "ui/workspaces/"+workspaceName(w)+"/members/"+personEmail(p), map[string]any{"role": role})
	}
}

func personEmail(i int) string   { return fmt.Sprintf("person%03d@example.com", i) }
func workspaceName(i int) string { return fmt.Sprintf("team-%02d", i) }

// guide is a guide of the documentation as a test follows it: its files and its
// commands, literally.
type guide struct {
	t    *testing.T
	env  *acctest.Env
	cli  *acctest.CLI
	text string
}

func follow(t *testing.T, env *acctest.Env, cli, name string) guide {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "templates/guides", name+".md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	return guide{t, env, env.Layout(t, cli, "").Process(), string(text)}
}

const root = "../../.."

// files writes what the guide says to write between two headings, and points the
// provider at the test's organization.
func (g guide) files(from, to string) {
	g.t.Helper()
	// \x60 is a backtick
	block := regexp.MustCompile(`(?s)[Ww]rite (?:this|it) as \x60([^\x60]+)\x60.*?(?:\x60{3}terraform\n(.*?)\x60{3}|{{ tffile "([^"]+)" }})`)
	for _, m := range block.FindAllStringSubmatch(g.section(from, to), -1) {
		content := m[2]
		if m[3] != "" {
			included, err := os.ReadFile(filepath.Join(root, m[3]))
			if err != nil {
				g.t.Fatal(err)
			}
			content = string(included)
		}
		dir := filepath.Dir(m[1])
		if err := os.MkdirAll(filepath.Join(g.cli.Dir, dir), 0o700); err != nil {
			g.t.Fatal(err)
		}
		g.cli.Write(m[1], content)
		g.cli.Write(filepath.Join(dir, "zz_test_override.tf"), g.env.Provider("  region   = null"))
	}
}

// commands runs the commands between two headings and returns each one's result.
func (g guide) commands(from, to string) []acctest.Result {
	g.t.Helper()
	var results []acctest.Result
	for _, m := range regexp.MustCompile(`(?m)^\$ (.+)$`).FindAllStringSubmatch(g.section(from, to), -1) {
		results = append(results, g.run(m[1]))
	}
	return results
}

// run runs one line of the guide. Terraform asks nobody here, and it gets longer than
// the harness gives: 1,800 resources take their time when other tests run beside.
func (g guide) run(line string) acctest.Result {
	g.t.Helper()
	line, to, redirected := strings.Cut(line, " > ")
	words := strings.Fields(line)
	if words[0] != "terraform" {
		shell := exec.Command("sh", "-c", line)
		shell.Dir = g.cli.Dir
		if out, err := shell.CombinedOutput(); err != nil {
			g.t.Fatalf("%s: %v\n%s", line, err, out)
		}
		return acctest.Result{}
	}
	if words[len(words)-1] == "apply" {
		words = append(words, "-auto-approve")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	r := g.cli.Begin(ctx, words[1:]...).Wait()
	if r.Code != 0 {
		g.t.Fatalf("%s: exit code %d\n%s%s", line, r.Code, r.Stdout[max(0, len(r.Stdout)-3000):], r.Stderr)
	}
	if redirected {
		g.cli.Write(to, r.Stdout)
	}
	g.t.Logf("%s: %.1f s, %d requests so far", line, r.Took.Seconds(), len(g.env.Requests()))
	return r
}

// section is the text between two headings.
func (g guide) section(from, to string) string {
	g.t.Helper()
	_, text, ok := strings.Cut(g.text, "\n"+from+"\n")
	if !ok {
		g.t.Fatalf("the guide has no heading %q", from)
	}
	if to == "" {
		return text
	}
	text, _, ok = strings.Cut(text, "\n"+to+"\n")
	if !ok {
		g.t.Fatalf("the guide has no heading %q", to)
	}
	return text
}

// imports wants a plan that imports so many objects and does nothing else.
func imports(t *testing.T, r acctest.Result, n int) {
	t.Helper()
	if want := fmt.Sprintf("Plan: %d to import, 0 to add, 0 to change, 0 to destroy.", n); !strings.Contains(r.Text(), want) {
		t.Fatalf("the plan does not say %q but\n%s", want, r.Text()[max(0, len(r.Text())-2000):])
	}
}

// atMost wants no writes and at most so many requests since the log was cleared.
func atMost(t *testing.T, env *acctest.Env, what string, n int) {
	t.Helper()
	log := env.Requests()
	if len(log.Writes()) > 0 || len(log) > n {
		t.Errorf("%s: %d requests, %d of them writes; at most %d, no writes, wanted:\n%s", what, len(log), len(log.Writes()), n, log)
	}
	t.Logf("%s: %d requests", what, len(log))
	env.ClearRequests()
}

// pages is how many pages a full read takes: of users and invitations one each, of
// workspaces, of members one a shared workspace.
func pages(env *acctest.Env) int {
	s := env.State()
	return 2 + (len(s.Workspaces)+99)/100 + len(s.Shared())
}

// constant is what a run may cost beside the pages: the probe of the management plane,
// and the first look of an import at what it names, before a list is worth its while.
const constant = 6

func TestGuide_queryGenerateImport(t *testing.T) {
	if testing.Short() {
		t.Skip("plans and applies hundreds of resources")
	}
	t.Parallel()
	env := acctest.Start(t)
	grown(env)
	g := follow(t, env, acctest.Terraform, "bring-an-existing-organization")
	g.files("## Before you start", "## Inventory and tables")
	env.ClearRequests()
	g.commands("### 2. Look, then generate", "### 3. Review")
	atMost(t, env, "two queries", 2*(pages(env)+1))
	generated, err := os.ReadFile(filepath.Join(g.cli.Dir, "generated.tf"))
	if err != nil {
		t.Fatal(err)
	}
	results := g.commands("### 4. Import", "### 5. Prove")
	imports(t, results[0], people+workspaces+memberships)
	atMost(t, env, "plan and apply of the imports", 2*(pages(env)+constant))
	results = g.commands("### 5. Prove", "## Inventory and tables")
	if !strings.Contains(results[0].Text(), "No changes") {
		t.Errorf("the last plan is\n%s", results[0].Text())
	}
	atMost(t, env, "the empty plan", pages(env)+constant)

	other := env.Layout(t, acctest.Tofu, "").Process()
	other.Write("provider.tf", env.Provider())
	other.Write("generated.tf", string(generated))
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	other.Init()
	r := other.Begin(ctx, "plan", "-input=false", "-no-color").Wait()
	imports(t, r, people+workspaces+memberships)
}

func TestGuide_inventoryAndTables(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			grown(env)
			g := follow(t, env, cli, "bring-an-existing-organization")
			g.files("### 1. Write down what is there", "### 3. Import and prove")
			env.ClearRequests()
			results := g.commands("### 3. Import and prove", "")
			imports(t, results[4], people-robots+workspaces*2)
			last := results[len(results)-1]
			if !strings.Contains(last.Text(), "No changes") || strings.Contains(last.Text(), "Not in the tables") {
				t.Errorf("the last plan is\n%s", last.Text())
			}
			atMost(t, env, "the inventory, two plans and an apply", 4*(pages(env)+constant))
			join(env, workspaceName(0), personEmail(1), "Viewer")
			if r := g.cli.Run("plan"); !strings.Contains(r.Text(), personEmail(1)+", Viewer in "+workspaceName(0)) {
				t.Errorf("somebody who was added in the UI is not named:\n%s", r.Text())
			}
		})
	}
}

func roleID(env *acctest.Env, name string) string {
	var page struct {
		Elements []struct{ ID, Name string }
	}
	env.Control(http.MethodGet, "/core/v1/roles", nil, &page)
	for _, r := range page.Elements {
		if r.Name == name {
			return r.ID
		}
	}
	return ""
}

// Whatever the wire looks like, what a query generates imports without a change, on
// both command lines: for each person one membership, or for each workspace all.
func TestQuery_generatesWhatImportsWithoutAChange(t *testing.T) {
	t.Parallel()
	wires := map[string][]acctest.Option{
		"HTTP": nil, "sparse": {acctest.Sparse(), acctest.TypesAsObjects()}, "live": {acctest.NoManagement()}, "in process": {acctest.InProcess()},
	}
	for wire, opts := range wires {
		for _, memberships := range []string{"tray_workspace_member", "tray_workspace_members", "tray_workspace_role_members"} {
			t.Run(wire+"/"+memberships, func(t *testing.T) {
				t.Parallel()
				env := acctest.Start(t, opts...)
				small(env)
				env.Control(http.MethodPatch, "ui/workspaces/sales-dev", map[string]any{"description": "a \"${quoted}\" %{ one }\nin two lines", "monthlyTaskLimit": 7})
				cli := env.Layout(t, acctest.Terraform, "")
				cli.Write("main.tf", env.Provider())
				for _, name := range []string{"tray_user", "tray_workspace", memberships} {
					cli.Write(name+".tfquery.hcl", fmt.Sprintf("list %q \"x\" {\n  provider = tray\n  include_resource = true\n  limit = 1000\n}\n", name))
				}
				if r := cli.Run("query", "-generate-config-out=generated.tf"); r.Code != 0 {
					t.Fatalf("query: exit code %d\n%s", r.Code, r.Stderr)
				}
				generated, err := os.ReadFile(filepath.Join(cli.Dir, "generated.tf"))
				if err != nil {
					t.Fatal(err)
				}
				for _, name := range []string{acctest.Terraform, acctest.Tofu} {
					then := env.Layout(t, name, "")
					then.Write("main.tf", env.Provider())
					then.Write("generated.tf", string(generated))
					plan, _ := then.Plan("-no-color")
					imports(t, plan, strings.Count(string(generated), "\nimport {"))
					then.Apply()
					then.NoChanges()
				}
			})
		}
	}
}

// A list resource for each type, or the guide does not hold.
func TestQuery_examplesRun(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.Embedded())
	small(env)
	cli := env.Layout(t, acctest.Terraform, "")
	cli.Write("main.tf", env.Provider())
	examples, err := filepath.Glob(filepath.Join(root, "examples/list-resources/*/list-resource.tfquery.hcl"))
	if err != nil || len(examples) < 5 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	for _, name := range examples {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		cli.Write(filepath.Base(filepath.Dir(name))+".tfquery.hcl", string(text))
	}
	cli.Init()
	r := cli.Run("query")
	for _, want := range []string{"Ana Silva <ana@example.com>", "sales-prod", "guest@partner.example → sales-prod (Admin)", "everybody in sales-dev", "1 × Admin in sales-prod"} {
		if r.Code != 0 || !strings.Contains(r.Stdout, want) {
			t.Errorf("exit code %d, no %q in\n%s%s", r.Code, want, r.Stdout, r.Stderr)
		}
	}
}
