package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// neighbour opens another organization beside the first and returns its Owner's token and
// the id of its Organization workspace, on the same plane as the first.
func neighbour(env *acctest.Env) (token, workspace string) {
	status, _ := env.Call(http.MethodGet, "/management/v1", nil)
	live := status == http.StatusNotFound
	if live {
		env.SetOptions(map[string]any{"management": true})
		defer env.SetOptions(map[string]any{"management": false})
	}
	env.ControlAs(env.Operator, http.MethodPost, "/management/v1/organizations", map[string]any{"name": "Umbrella", "ownerEmail": "u@umbrella.example"})
	token = env.OwnerOf("Umbrella", "u@umbrella.example")
	if live {
		env.ControlAs(token, http.MethodPatch, "options", map[string]any{"management": false})
	}
	// Somebody may be in both: to go by the address would take one for the other.
	env.ControlAs(token, http.MethodPost, "ui/users", map[string]any{"email": "ana@example.com", "name": "Ana", "role": "Contributor"})
	return token, organizationWorkspace(env.StateAs(token))
}

func organizationWorkspace(s acctest.State) string {
	for _, w := range s.Workspaces {
		if w.Type == "Organization" {
			return w.ID
		}
	}
	return ""
}

func TestPromise_anotherOrganizationsTokenIsOneError(t *testing.T) {
	t.Parallel()
	for plane := range planes {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, plane)
			token, there := neighbour(w.Env)
			here := organizationWorkspace(w.Env.State())
			for what, do := range map[string]func(wire, kept) outcome{"read": wire.read, "plan": wire.replan, "apply": wire.destroy} {
				shared, full := w.serve(t, token), 0
				for i, k := range w.kept {
					for _, from := range []wire{w.serve(t, token), shared} {
						got := do(from, k)
						if got.dropped || !got.same || len(got.errors) != 1 {
							t.Fatalf("%s of %s: %+v", what, w.nouns[i].typ, got)
						}
						switch d := got.errors[0]; {
						case d.Detail == "" && from.server == shared.server:
							if !strings.Contains(d.Summary, `"Sandbox"`) || strings.Contains(d.Summary, "\n") {
								t.Errorf("%s of %s: %s", what, w.nouns[i].typ, got.said)
							}
						default:
							if from.server == shared.server {
								full++
							}
							for _, part := range []string{`"Sandbox"`, here, `"Umbrella"`, there, "TRAY_API_TOKEN", "alias"} {
								if !strings.Contains(d.Detail, part) {
									t.Errorf("%s of %s does not say %s: %s", what, w.nouns[i].typ, part, d.Detail)
								}
							}
						}
					}
				}
				if full != 1 {
					t.Errorf("%s: the whole is said %d times to one run", what, full)
				}
			}
			var log acctest.Requests
			w.Env.ControlAs(token, http.MethodGet, "requests", nil, &log)
			if len(log.Writes()) > 0 {
				t.Errorf("the other organization was written to:\n%s", log.Writes())
			}
			for i, k := range w.kept { // the remedy: a token of the organization that the error names
				if got := w.serve(t, w.Env.Owner).read(k); got.failed() || !got.same {
					t.Errorf("%s with its own token: %s", w.nouns[i].typ, got.said)
				}
			}
		})
	}
}

// States from before organizations were kept get theirs with the next refresh.
func TestPromise_anOlderStateGetsItsOrganization(t *testing.T) {
	t.Parallel()
	for plane := range planes {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, plane)
			token, _ := neighbour(w.Env)
			for i, k := range w.kept {
				var data map[string][]byte
				if err := json.Unmarshal(k.private, &data); err != nil || data[base.OriginKey] == nil {
					t.Fatalf("%s was created without: %v", w.nouns[i].typ, err)
				}
				delete(data, base.OriginKey)
				k.private, _ = json.Marshal(data)
				got := w.serve(t, w.Env.Owner).read(k)
				if got.failed() || !got.same {
					t.Fatalf("%s: %s", w.nouns[i].typ, got.said)
				}
				if k.private = got.private; !w.serve(t, token).read(k).failed() {
					t.Errorf("%s still has none", w.nouns[i].typ)
				}
			}
		})
	}
}

// Nothing is dropped while nobody knows whose token it is, as it may be another's.
func TestPromise_anUnknownOrganizationProvesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "management plane")
	w.Env.Control(http.MethodDelete, "ui/users/ana@example.com?force=true", nil)
	w.Env.Fault(acctest.Fault{Method: http.MethodGet, Path: "/core/v1/workspaces", Status: 500, Body: `{"message":"broken"}`})
	if got := w.serve(t, w.Env.Owner).read(w.kept[0]); got.dropped || !strings.Contains(got.said, "which organization") {
		t.Errorf("%+v", got)
	}
	w.Env.ClearFaults()
	if got := w.serve(t, w.Env.Owner).read(w.kept[0]); !got.dropped {
		t.Errorf("%+v", got)
	}
}

// What people see, with the plan made here and applied there as well.
func TestPromise_theStateOfOneOrganizationWithTheTokenOfAnother(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			token, _ := neighbour(env)
			c := env.Layout(t, cli, "")
			c.Write("provider.tf", "provider \"tray\" {}\n")
			use := func(token string) { c.Environ = []string{"TRAY_API_URL=" + env.URL, "TRAY_API_TOKEN=" + token} }
			c.Process()
			c.Write("versions.tf", "terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n")
			c.Write("main.tf", created)
			use(env.Owner)
			c.Init()
			c.Apply()
			before := len(c.Resources())
			if r := c.Run("plan", "-destroy", "-out=old.tfplan"); r.Code != 0 {
				t.Fatal(r.Text())
			}
			use(token)
			for _, args := range []string{"plan", "plan -refresh=false -destroy", "apply -refresh-only -auto-approve", "apply -auto-approve", "apply old.tfplan"} {
				r := c.Run(strings.Fields(args)...)
				text := r.Text()
				if r.Code != 1 || strings.Count(text, "The state holds what is in the organization") != 1 || strings.Contains(text, "will be created") ||
					!strings.Contains(text, `"Sandbox"`) || !strings.Contains(text, `"Umbrella"`) {
					t.Errorf("%s ended with %d: %s", args, r.Code, text)
				}
			}
			if got := len(c.Resources()); got != before {
				t.Errorf("%d of %d are left in the state", got, before)
			}
			var log acctest.Requests
			env.ControlAs(token, http.MethodGet, "requests", nil, &log)
			if len(log.Writes()) > 0 {
				t.Errorf("the other organization was written to:\n%s", log.Writes())
			}
			use(env.Owner) // what the error says to do
			c.NoChanges()
		})
	}
}

func TestProvider_pinsTheOrganization(t *testing.T) {
	t.Parallel()
	for plane, opts := range planes {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, opts...)
			token, there := neighbour(env)
			c := env.Layout(t, acctest.Terraform, "")
			c.Write("main.tf", `resource "tray_user" "ana" {`+"\n"+`email = "new@example.com"`+"\n"+`organization_role = "Viewer"`+"\n}\n")
			own := []string{"Sandbox", organizationWorkspace(env.State())}
			if plane == "management plane" {
				own = append(own, env.State().Organization.ID)
			}
			pin := func(organization string) {
				c.Write("provider.tf", env.Provider(fmt.Sprintf("  organization = %q", organization)))
			}
			for _, name := range own {
				pin(name)
				if r := c.Run("plan", "-input=false"); r.Code != 0 {
					t.Errorf("%s: %s", name, r.Text())
				}
			}
			for _, name := range []string{"sandbox", "Umbrella", there} {
				env.ClearRequests()
				pin(name)
				text := c.Run("apply", "-auto-approve", "-input=false").Text()
				for _, part := range []string{"The token belongs to another organization", `"` + name + `"`, `"Sandbox"`, own[1]} {
					if !strings.Contains(text, part) {
						t.Errorf("%s: no %s in %s", name, part, text)
					}
				}
				if strings.Count(text, "Error:") != 1 || len(env.Requests().Writes()) > 0 {
					t.Errorf("%s: %s", name, text)
				}
			}
			env.Token = token
			pin("Umbrella")
			c.Apply()
		})
	}
}

// A token that is not told whose it is cannot be checked, and a pin is there to check.
func TestProvider_aPinThatCannotBeCheckedFails(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.NoManagement())
	env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "ops"})
	env.Token = env.NewToken(map[string]any{"api_user": map[string]any{"name": "Of ops", "workspace": "ops"}})
	c := env.Layout(t, acctest.Terraform, "")
	c.Write("main.tf", env.Provider(`  organization = "Sandbox"`)+"data \"tray_workspaces\" \"all\" {}\n")
	if r := c.Run("plan", "-input=false"); r.Code != 1 || !strings.Contains(r.Text(), "Could not check the organization") {
		t.Errorf("ended with %d: %s", r.Code, r.Text())
	}
	env.SetOptions(map[string]any{"management": true}) // there it is told
	if r := c.Run("plan", "-input=false"); r.Code != 0 {
		t.Errorf("ended with %d: %s", r.Code, r.Text())
	}
}

// Whose token it is costs a plan without changes nothing: what was found by its id is here.
func TestPromise_whatItCostsToKnowTheOrganization(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	c := env.Layout(t, acctest.Terraform, "")
	ids := map[string]string{}
	for _, name := range []string{"ops", "crm", "hr"} {
		env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": name})
	}
	for _, w := range env.State().Workspaces {
		ids[w.Name] = w.ID
	}
	people := []string{"a@example.com", "b@example.com", "c@example.com"}
	for _, email := range people {
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": email, "name": "N", "role": "Viewer"})
	}
	each := fmt.Sprintf("  for_each = toset([%q])\n", strings.Join(people, `", "`))
	each = strings.ReplaceAll(each, `\"`, `"`)
	for name, k := range map[string]struct {
		hcl  string
		want int
	}{
		"workspace":    {`resource "tray_workspace" "a" { name = "sales" }`, 1},
		"organization": {`resource "tray_organization" "a" { name = "Sandbox" }`, 2},
		"users": {"resource \"tray_user\" \"a\" {\n" + strings.ReplaceAll(each, "@example", "@other.example") +
			"  email = each.key\n  name = \"N\"\n  organization_role = \"Viewer\"\n  onboarding = \"create\"\n}\n", 2}, // a lone read and the list
		"member":  {"resource \"tray_workspace_member\" \"a\" {\n" + each + "  workspace_id = \"" + ids["ops"] + "\"\n  email = each.key\n  role = \"Viewer\"\n}\n", 2},
		"members": {"resource \"tray_workspace_members\" \"a\" {\n  workspace_id = \"" + ids["crm"] + "\"\n  members = { \"a@example.com\" = \"Admin\", \"b@example.com\" = \"Viewer\" }\n}\n", 2}, // the users: who is there by right
		"role":    {"resource \"tray_workspace_role_members\" \"a\" {\n  workspace_id = \"" + ids["hr"] + "\"\n  role = \"Admin\"\n  emails = [\"b@example.com\", \"a@example.com\"]\n}\n", 2},
	} {
		c.Write("main.tf", env.Config(k.hcl))
		c.Apply()
		env.ClearRequests()
		c.NoChanges()
		if got := env.Requests(); len(got) > k.want {
			t.Errorf("%s: %d requests, want %d:\n%s", name, len(got), k.want, got)
		}
	}
}
