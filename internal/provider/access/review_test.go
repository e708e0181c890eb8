package access_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// The scenario of access reviews: it converges, and each of its checks names whoever
// breaks it in the UI.
func TestAccessReview_namesWhoBreaksTheRules(t *testing.T) {
	t.Parallel()
	for _, name := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			people := env.Layout(t, name, filepath.Join(root, "examples/scenarios/access-review/people"))
			people.Apply()
			people.NoChanges()
			cli := env.Layout(t, name, filepath.Join(root, "examples/scenarios/access-review/review"))
			first := cli.Apply()
			if strings.Contains(first.Text(), "Check block assertion failed") {
				t.Errorf("a check fails in a layout that keeps the rules:\n%s", first.Text())
			}
			cli.NoChanges()
			want := "**To look at first**\n\n" +
				"- consultant@partner.example is from outside example.com: Contributor in sales-dev, Viewer in sales-prod.\n" +
				"- marco@example.com is Admin of sales-prod.\n- sofia@example.com is Admin of sales-prod.\n\n" +
				"**In every workspace:** Olivia Owner &#60;owner@example.com&#62; (Owner)\n\n" +
				"| Person | Organization | sales-dev | sales-prod |\n|---|---|:-:|:-:|\n" +
				"| Chris Consultant &#60;consultant@partner.example&#62; | Viewer | C | V |\n"
			if got := cli.Run("output", "-raw", "access_review").Stdout; !strings.HasPrefix(got, want) {
				t.Errorf("the review is\n%s", got)
			}
			if page := cli.Run("output", "-raw", "access_page").Stdout; !strings.HasPrefix(page, "<!doctype html>") || strings.Contains(first.Text(), "<td") {
				t.Errorf("the page is %.40q; the apply prints %.200q", page, first.Text())
			}
			for _, b := range []struct{ workspace, email, role, says string }{
				{"sales-prod", "consultant@partner.example", "Admin", "Guests who manage a prod workspace: consultant@partner.example in sales-prod."},
				{"sales-dev", "spy@rival.example", "Viewer", "People from outside example.com whom nobody decided on: spy@rival.example."},
			} {
				if b.email == "spy@rival.example" {
					env.Control(http.MethodPost, "ui/users", map[string]any{"email": b.email, "name": "Spy", "role": "Viewer"})
				}
				join(env, b.workspace, b.email, b.role)
				r, _ := cli.Plan("-refresh-only")
				if !strings.Contains(r.Text(), b.says) {
					t.Errorf("no %q in\n%s", b.says, r.Text())
				}
				if strings.Contains(r.Text(), "known after apply") || strings.Contains(r.Text(), "<td") {
					t.Errorf("what changed drowns in\n%s", r.Stdout)
				}
			}
		})
	}
}

// declared names the provider, which functions need.
const declared = "terraform {\n  required_providers {\n    tray = {\n      source = \"tray-community/tray\"\n    }\n  }\n}\n"

// Each example of a data source and a function, applied with both command lines.
func TestExamples_apply(t *testing.T) {
	t.Parallel()
	files := []string{"functions/access_diff/function.tf", "functions/can/function.tf", "functions/role_permissions/function.tf"}
	for _, name := range []string{"tray_access_report", "tray_role_permissions", "tray_unmanaged"} {
		files = append(files, "data-sources/"+name+"/data-source.tf")
	}
	for _, name := range []string{acctest.Terraform, acctest.Tofu} {
		env := acctest.Start(t)
		small(env)
		for _, file := range files {
			text, err := os.ReadFile(filepath.Join(root, "examples", file))
			if err != nil {
				t.Fatal(err)
			}
			cli := env.Layout(t, name, "")
			cli.Write("main.tf", declared+env.Provider()+string(text))
			cli.Apply()
			cli.NoChanges()
		}
	}
}

// The report of the guide's organization, against what the sandbox itself says of it.
func TestAccessReport_equalsTheOrganization(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	grown(env)
	cli := env.Layout(t, acctest.Terraform, "")
	cli.Write("main.tf", env.Config(`
data "tray_access_report" "all" { formats = [] }
output "rows" { value = join("\n", [for r in data.tray_access_report.all.entries : "${r.workspace_id} ${r.email} ${r.role} ${contains(r.rights, "projects:manage")}"]) }`))
	cli.Apply()
	got := strings.Split(strings.TrimSpace(cli.Run("output", "-raw", "rows").Stdout), "\n")
	want := rowsByHand(env.State())
	slices.Sort(got)
	slices.Sort(want)
	if len(want) < 2*people {
		t.Fatalf("the organization has only %d rows", len(want))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
		for _, row := range want {
			if _, found := slices.BinarySearch(got, row); !found {
				t.Errorf("no row %q", row)
			}
		}
	}
}

// rowsByHand is every user × workspace with the role there and whether it builds.
func rowsByHand(s acctest.State) []string {
	role := map[string]string{} // "workspace name/e-mail"; the names are unique here
	for _, m := range s.Members {
		role[m.Workspace+"/"+m.Email] = m.Role
	}
	var rows []string
	for _, w := range s.Workspaces {
		for _, u := range s.Users {
			has := role[w.Name+"/"+u.Email]
			if w.Type == "Organization" || u.Role.Name == "Owner" || u.Role.Name == "Admin" {
				has = u.Role.Name
			}
			if has != "" {
				rows = append(rows, fmt.Sprintf("%s %s %s %v", w.ID, u.Email, has, has != "Viewer"))
			}
		}
	}
	return rows
}
