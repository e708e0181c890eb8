package access_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// The organization of the guide's test. Each of the sandbox's members lists holds the
// workspace's creator, the Owner, beside those counted here.
const (
	people      = 300 // of whom invited and robots
	invited     = 25
	robots      = 10
	workspaces  = 40
	memberships = 1500 // with the 40 of the Owner
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

func TestGuide_bringsAnExistingOrganizationUnderTerraform(t *testing.T) {
	env := acctest.Start(t)
	grown(env)
	state := env.State()
	t.Log(len(state.Users), len(state.Pending()), len(state.Shared()), len(state.Access("")))
	cli := env.Layout(t, acctest.Terraform, "")
	cli.Write("provider.tf", env.Provider())
	for _, name := range []string{"tray_user", "tray_workspace", "tray_workspace_member"} {
		text, err := os.ReadFile(filepath.Join("../../../examples/list-resources", name, "list-resource.tfquery.hcl"))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(text), "\n}\n")
		cli.Write(name+".tfquery.hcl", first+"\n}\n")
	}
	cli.Init()
	env.ClearRequests()
	r := cli.Run("query", "-generate-config-out=generated.tf")
	t.Log(r.Code, r.Took, r.Stderr, len(r.Stdout), len(env.Requests()), env.Requests())
	text, _ := os.ReadFile(filepath.Join(cli.Dir, "generated.tf"))
	os.WriteFile("/tmp/a1/generated.tf", text, 0o644)
	env.ClearRequests()
	r = cli.Run("plan", "-input=false")
	t.Log(r.Code, r.Took, r.Stderr, r.Stdout[max(0, len(r.Stdout)-3000):], len(env.Requests()))
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
