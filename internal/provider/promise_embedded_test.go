package provider_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// What the tables of promises need in an organization with Embedded, done by other hands than
// Terraform's.

// makeSolution makes a solution that is published, with one slot, in a project of its name.
func makeSolution(env *acctest.Env, title string) {
	var project, solution struct{ ID string }
	env.Control(http.MethodPost, "ui/projects", map[string]any{"workspace": "Embedded", "name": title}, &project)
	env.Control(http.MethodPut, "ui/projects/"+project.ID+"/solution", map[string]any{"title": title, "slots": []map[string]any{slot("channel")}}, &solution)
	env.Control(http.MethodPost, "/core/v1/solutions/"+solution.ID+"/releases", nil)
}

// slot is one for configuration that has a value by default.
func slot(name string) map[string]any {
	return map[string]any{"type": "config", "external_id": name, "title": name, "value_type": "string", "default_value": "x"}
}

// solutionID is the id of the solution with that title; "" while there is none.
func solutionID(env *acctest.Env, title string) string {
	for _, s := range env.State().Solutions {
		if s.Title == title {
			return s.ID
		}
	}
	return ""
}

// asEndUser sends a mutation with a token of the end user of that external id.
func asEndUser(t *testing.T, env *acctest.Env, external, mutation string) {
	t.Helper()
	for _, u := range env.State().EndUsers {
		if u.ExternalID != external {
			continue
		}
		var made struct {
			Data struct{ Authorize struct{ AccessToken string } }
		}
		env.Control(http.MethodPost, "/graphql", map[string]any{"query": fmt.Sprintf(`mutation { authorize(input: {userId: %q}) { accessToken } }`, u.ID)}, &made)
		env.ControlAs(made.Data.Authorize.AccessToken, http.MethodPost, "/graphql", map[string]any{"query": mutation})
		return
	}
	t.Fatalf("no end user has the external id %q", external)
}
