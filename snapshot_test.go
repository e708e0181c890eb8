package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
)

// operators are lists of what is in no organization.
var operators = map[string]bool{"/management/v1/organizations": true}

// alike are lists that the snapshot has of the management plane, which tells more.
var alike = map[string]bool{"/core/v1/services/{serviceName}/versions/{serviceVersion}/environments": true}

// A noun joins the snapshot by an entry in its table; until then this fails for its list.
// What is read goes in: TestSnapshot_plansLikeItsOrganization reads it out again.
func TestSnapshot_readsEveryListThereIs(t *testing.T) {
	env := acctest.Start(t)
	for i := range 130 { // more than a page
		email := fmt.Sprintf("p%d@example.com", i)
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": email, "name": "P", "role": "Viewer"})
		if i == 0 {
			env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "sales"})
		}
		env.Control(http.MethodPut, "ui/workspaces/sales/members/"+email, map[string]string{"role": "Viewer"})
	}
	env.Control(http.MethodPost, "ui/services", map[string]any{"workspace": "sales", "owner": "p0@example.com", "name": "CRM"})
	env.Control(http.MethodPost, "ui/workspaces/sales/on-prem-agent-groups", map[string]any{"name": "Plant"})
	t.Setenv("TRAY_API_URL", env.URL)
	t.Setenv("TRAY_API_TOKEN", "Bearer "+env.Token) // as it is pasted, which the provider takes
	env.ClearRequests()
	path := filepath.Join(t.TempDir(), "org.db")
	var stdout, stderr strings.Builder
	if code := run([]string{"snapshot", "-o", path}, &stdout, &stderr); code != 0 {
		t.Fatalf("exit status %d: %s", code, stderr.String())
	}
	asked := env.Requests()
	for _, o := range sandbox.Operations() {
		if !o.InSnapshots || strings.HasSuffix(o.Path, "}") || operators[o.Path] || alike[o.Path] {
			continue
		}
		pattern := regexp.MustCompile("^" + regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(o.Path, "[^/]+") + "$")
		read := false
		for _, r := range asked {
			read = read || r.Method == http.MethodGet && pattern.MatchString(r.Path)
		}
		if !read {
			t.Errorf("GET %s is in no snapshot: add a line to kinds, in internal/snapshot/read.go", o.Path)
		}
	}
	if !strings.Contains(stdout.String(), "131 users") || !strings.Contains(stdout.String(), fmt.Sprintf("It took %d requests, GET only", len(asked))) {
		t.Errorf("of %d requests the command says:\n%s", len(asked), stdout.String())
	}
}

// The state goes by the pseudonyms of the file beside it, whoever is in no file of the
// configuration; nothing is written when a plan by it would take somebody for somebody else.
func TestSnapshot_handsOutTheStateBesideIt(t *testing.T) {
	env := acctest.Start(t)
	for _, email := range []string{"ana@example.com", "stranger@example.com"} {
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": email, "name": "Stella", "role": "Viewer"})
	}
	t.Setenv("TRAY_API_URL", env.URL)
	t.Setenv("TRAY_API_TOKEN", env.Token)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("pulled.tfstate", `{"version": 4, "resources": [{"mode": "managed", "type": "tray_workspace_members", "name": "m", "provider": "provider[\"registry.terraform.io/tray-community/tray\"]", "instances": [
		{"attributes": {"members": {"ana@example.com": "Viewer"}, "ignored": ["stranger@example.com"]}}]}]}`)
	take := func() (int, string) {
		var stdout, stderr strings.Builder
		code := run([]string{"snapshot", "-o", at("org.db"), "-state", at("pulled.tfstate"), "-state-out", at("org.tfstate"), "-known", dir}, &stdout, &stderr)
		return code, stdout.String() + stderr.String()
	}
	if code, said := take(); code != 1 || !strings.Contains(said, "no file of the configuration names") || !strings.Contains(said, "ana@example.com") {
		t.Errorf("exit status %d: %s", code, said)
	}
	if left, _ := filepath.Glob(at("org.*")); len(left) > 0 {
		t.Errorf("it has written %s", left)
	}
	write("main.tf", `members = { "Ana@example.com" = "Viewer" }`)
	if code, said := take(); code != 0 || !strings.Contains(said, "with pseudonyms in 1 place") {
		t.Fatalf("exit status %d: %s", code, said)
	}
	state, _ := os.ReadFile(at("org.tfstate"))
	db, _ := os.ReadFile(at("org.db"))
	pseudonym := regexp.MustCompile(`[a-p]{26}@[a-p]{12}\.invalid`).Find(state)
	if len(pseudonym) == 0 || !bytes.Contains(db, pseudonym) || bytes.Contains(state, []byte("stranger@")) || !bytes.Contains(state, []byte("ana@example.com")) {
		t.Errorf("the pseudonym %q is not in the snapshot, or the state is\n%s", pseudonym, state)
	}
}

// What the command says without what it needs.
func TestSnapshot_saysWhatItNeeds(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		args        []string
		environment map[string]string
		code        int
		want        string
	}{
		"help":           {[]string{"-h"}, nil, 0, "sandbox = { path = \"FILE\", read_only = true }"},
		"no file":        {nil, nil, 2, "-o must say which file"},
		"more":           {[]string{"-o", "x.db", "y"}, nil, 2, "unexpected argument"},
		"half a state":   {[]string{"-o", "x.db", "-state", "y.tfstate"}, nil, 2, "-state and -state-out go together"},
		"no folder":      {[]string{"-o", filepath.Join(dir, "none", "a.db")}, map[string]string{"TRAY_API_TOKEN": strings.Repeat("x", 40)}, 1, "no such file"},
		"no token":       {[]string{"-o", filepath.Join(dir, "a.db")}, nil, 1, "TRAY_API_TOKEN"},
		"a short token":  {[]string{"-o", filepath.Join(dir, "b.db")}, map[string]string{"TRAY_API_TOKEN": "short"}, 1, "at least 36"},
		"a wrong region": {[]string{"-o", filepath.Join(dir, "c.db")}, map[string]string{"TRAY_API_TOKEN": strings.Repeat("x", 40), "TRAY_REGION": "mars"}, 1, "mars"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, v := range []string{"TRAY_API_TOKEN", "TRAY_API_URL", "TRAY_REGION"} {
				t.Setenv(v, c.environment[v])
			}
			var stdout, stderr strings.Builder
			code := run(append([]string{"snapshot"}, c.args...), &stdout, &stderr)
			if code != c.code || !strings.Contains(stderr.String(), c.want) {
				t.Errorf("exit status %d: %s", code, stderr.String())
			}
			if strings.Contains(stderr.String(), "sandbox = {}") {
				t.Errorf("it advises a sandbox, of which there is nothing to read: %s", stderr.String())
			}
		})
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("files were written: %v", left)
	}
}
