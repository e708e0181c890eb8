package main

import (
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
