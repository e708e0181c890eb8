package provider_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// canary is in the organization where nobody's address or name ought to be read.
const canary = "canary"

// populated is an organization with people of whom nothing may get out.
func populated(t *testing.T, opts ...acctest.Option) *acctest.Env {
	t.Helper()
	env := acctest.Start(t, opts...)
	for _, name := range []string{"ana", "ben"} {
		env.Control("POST", "ui/users", map[string]any{"email": name + "." + canary + "@Secret-Company.example", "name": canary + " " + name, "role": "Viewer"})
	}
	env.Control("POST", "ui/workspaces", map[string]any{"name": "sales", "description": "Ask ana." + canary + "@secret-company.example"})
	env.Control("POST", "ui/services", map[string]any{"owner": "ana." + canary + "@secret-company.example", "workspace": "sales", "name": "CRM", "description": "Ask ana." + canary + "@secret-company.example",
		"authenticationType": "oauth2client_credentials", "tokenUrl": "https://crm.example/token", "clientId": "c", "clientSecret": canary + "-secret"})
	env.Control("PUT", "ui/workspaces/sales/members/ana."+canary+"@secret-company.example", map[string]string{"role": "Viewer"})
	env.Control("POST", "ui/projects", map[string]any{"workspace": "sales", "name": "P"})
	return env
}

// A snapshot is handed to strangers: it holds no token, and of people no name and no address.
func TestSnapshot_holdsNoSecretAndNobodysName(t *testing.T) {
	t.Parallel()
	env := populated(t)
	env.ClearRequests()
	taken := env.MustSnapshot(t)
	content, err := os.ReadFile(taken.Path)
	if err != nil {
		t.Fatal(err)
	}
	everything := strings.ToLower(string(content) + taken.Stdout + taken.Stderr)
	for _, secret := range []string{canary, "secret-company", "olivia", "owner@example.com", env.Token, env.Owner, env.Operator} {
		if strings.Contains(everything, strings.ToLower(secret)) {
			t.Errorf("the snapshot, or what the command says, holds %q", secret)
		}
	}
	if info, err := os.Stat(taken.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600 (%v)", info.Mode(), err)
	}
	for _, r := range env.Requests() {
		if r.Method != "GET" {
			t.Errorf("the snapshot sent %s %s", r.Method, r.Path)
		}
	}
	if with, err := os.ReadFile(env.MustSnapshot(t, "-names").Path); err != nil || !bytes.Contains(with, []byte("ana."+canary)) {
		t.Errorf("-names keeps no names, so that this test finds nothing (%v)", err)
	} else if bytes.Contains(with, []byte(canary+"-secret")) {
		t.Error("the snapshot holds a client secret")
	}
}

// What is there is kept, unless told otherwise, and whatever goes wrong leaves it as it was.
func TestSnapshot_writesOverNothingUnasked(t *testing.T) {
	t.Parallel()
	env := populated(t)
	path := filepath.Join(t.TempDir(), "mine.db")
	if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	env.ClearRequests()
	refused := env.Snapshot(t, "-o", path)
	if refused.Code != 1 || !strings.Contains(refused.Stderr, "-force") || len(env.Requests()) > 0 {
		t.Errorf("exit status %d, %s, %d requests", refused.Code, refused.Stderr, len(env.Requests()))
	}
	env.Fault(acctest.Fault{Method: "GET", Path: "/core/v1/users", Status: 400})
	broken := env.Snapshot(t, "-o", path, "-force")
	env.ClearFaults()
	if content, err := os.ReadFile(path); broken.Code != 1 || string(content) != "mine" || err != nil {
		t.Errorf("exit status %d, and the file is now %q (%v)", broken.Code, content, err)
	}
	env.MustSnapshot(t, "-o", path, "-force")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() < 1000 {
		t.Errorf("%v %v", info, err)
	}
	if all, _ := os.ReadDir(filepath.Dir(path)); len(all) != 1 {
		t.Errorf("something was left beside it: %v", all)
	}
}

// An apply of what was planned by a snapshot is refused before anything is read or written,
// by whatever command.
func TestSnapshot_isForPlansOnly(t *testing.T) {
	t.Parallel()
	for _, name := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := populated(t)
			owner := env.Layout(t, name, "").As(env).Process()
			owner.Write("main.tf", versions+"provider \"tray\" {}\n"+`resource "tray_workspace" "ops" { name = "ops" }`)
			owner.Init()
			owner.Apply()
			taken := env.MustSnapshot(t)
			snapshotBefore, stateBefore := contentOf(t, taken.Path), contentOf(t, filepath.Join(owner.Dir, "terraform.tfstate"))
			env.ClearRequests()

			fork := owner.As(env.BySnapshot(t, taken.Path))
			fork.Write("main.tf", versions+"provider \"tray\" {}\n"+`resource "tray_workspace" "ops" { name = "operations" }`)
			if _, changes := fork.Plan("-out=the.plan"); !changes {
				t.Error("the plan is empty")
			}
			for _, command := range [][]string{
				{"apply", "-auto-approve"}, {"apply", "the.plan"}, {"destroy", "-auto-approve"}, {"refresh"},
				{"apply", "-refresh-only", "-auto-approve"}, {"import", "tray_workspace.ops", "x"},
			} {
				r := fork.Run(append([]string{command[0], "-input=false"}, command[1:]...)...)
				if r.Code == 0 || !strings.Contains(r.Text(), "A snapshot is for plans only") {
					t.Errorf("%v: exit code %d\n%s", command, r.Code, r.Text())
				}
			}
			if !bytes.Equal(snapshotBefore, contentOf(t, taken.Path)) {
				t.Error("the snapshot has changed")
			}
			if !bytes.Equal(stateBefore, contentOf(t, filepath.Join(owner.Dir, "terraform.tfstate"))) {
				t.Error("the state has changed")
			}
			if asked := env.Requests(); len(asked) > 0 {
				t.Errorf("the organization was asked:\n%s", asked)
			}
		})
	}
}

func contentOf(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Where nobody can tell which command it is, the apply of each object is refused.
func TestSnapshot_appliesNoObject(t *testing.T) {
	t.Parallel()
	env := populated(t)
	taken := env.MustSnapshot(t)
	p := newPlanner(t, env.BySnapshot(t, taken.Path), map[string]any{"sandbox": map[string]any{"path": taken.Path, "read_only": true}})
	for name, schema := range p.all.ResourceSchemas {
		null := p.dynamic(schema.ValueType(), nil)
		resp, err := p.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{TypeName: name, PriorState: null, PlannedState: null, Config: null})
		if err != nil {
			t.Fatal(err)
		}
		if d := failedWith(resp.Diagnostics); d == nil || !strings.HasPrefix(d.Summary, "A snapshot is for plans only") {
			t.Errorf("%s: %s", name, said(resp.Diagnostics))
		}
	}
}

// What goes with read_only, and what not.
func TestSnapshot_theBlockSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	env := populated(t)
	snapshot, missing := env.MustSnapshot(t).Path, filepath.Join(t.TempDir(), "none.db")
	for name, c := range map[string]struct {
		sandbox map[string]any
		want    string
	}{
		"no path":       {map[string]any{"read_only": true}, "A snapshot needs a path"},
		"memory":        {map[string]any{"read_only": true, "path": ":memory:"}, "A snapshot is a file"},
		"an owner":      {map[string]any{"read_only": true, "path": snapshot, "owner_email": "o@example.com"}, "owner_email describes a sandbox"},
		"accepting":     {map[string]any{"read_only": true, "path": snapshot, "auto_accept": false}, "auto_accept describes a sandbox"},
		"no file":       {map[string]any{"read_only": true, "path": missing}, "terraform-provider-tray snapshot -o FILE makes one"},
		"a sandbox":     {map[string]any{"read_only": true, "path": env.Path}, "is no snapshot"},
		"not read only": {map[string]any{"path": snapshot}, "read_only = true"},
		"fine":          {map[string]any{"read_only": true, "path": snapshot}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := env.Factories()["tray"]()
			if err != nil {
				t.Fatal(err)
			}
			all, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
			if err != nil {
				t.Fatal(err)
			}
			config := planner{t: t}.dynamic(all.Provider.ValueType(), map[string]any{"sandbox": c.sandbox})
			checked, err := s.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
			if err != nil {
				t.Fatal(err)
			}
			text := said(checked.Diagnostics)
			if text == "" {
				done, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
				if err != nil {
					t.Fatal(err)
				}
				if failedWith(done.Diagnostics) != nil || c.want != "" {
					text = said(done.Diagnostics)
				}
			}
			if c.want == "" && text != "" || !strings.Contains(text, c.want) {
				t.Errorf("%q does not say %q", text, c.want)
			}
		})
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a missing snapshot was made")
	}
}

// A snapshot has its time: an invitation that was open then is open in every plan by it, as
// everything else is as it was.
func TestSnapshot_judgesByItsTime(t *testing.T) {
	t.Parallel()
	env := populated(t, acctest.InProcess())
	live := map[string]any{"sandbox": map[string]any{"path": env.Path}}
	made := newPlanner(t, env, live)
	arguments := map[string]any{"email": "dora@example.com", "organization_role": "Viewer"}
	invite(t, env, "dora@example.com")
	all := []instance{made.imported("tray_user", "dora@example.com", arguments)}
	taken := env.MustSnapshot(t)
	if !strings.Contains(taken.Stdout, time.Now().UTC().Format("2006-01-02")) {
		t.Errorf("the command does not say when: %s", taken.Stdout)
	}
	then := newPlanner(t, env, live).plan(all)[0]
	env.Advance(8 * 24 * time.Hour)
	later := newPlanner(t, env, live).plan(all)[0]
	by := newPlanner(t, env.BySnapshot(t, taken.Path), map[string]any{"sandbox": map[string]any{"path": taken.Path, "read_only": true}}).plan(all)[0]
	if by.Planned != then.Planned || by.Planned == later.Planned {
		t.Errorf("then  %s\nlater %s\nby the snapshot %s", then.Planned, later.Planned, by.Planned)
	}
}

func invite(t *testing.T, env *acctest.Env, email string) {
	t.Helper()
	for _, u := range env.State().Users {
		if u.Role.Name == "Viewer" {
			if code, body := env.Call("POST", "/core/v1/invites", map[string]any{"email": email, "organizationRoleId": u.Role.ID}); code != 200 {
				t.Fatalf("%d %s", code, body)
			}
			return
		}
	}
	t.Fatal("there is no Viewer")
}
