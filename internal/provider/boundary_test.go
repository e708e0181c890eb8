package provider_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/tray-community/terraform-provider-tray"

// goPackage is what `go list -json` says of a package.
type goPackage struct {
	ImportPath                         string
	Deps                               []string
	Imports, TestImports, XTestImports []string
}

// listPackages has every folder read as well, by which `go test` knows that its last result
// does not hold for files that have changed since.
func listPackages(t *testing.T) []goPackage {
	t.Helper()
	if err := filepath.WalkDir("../../internal", func(string, fs.DirEntry, error) error { return nil }); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "list", "-json=ImportPath,Deps,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// The arrows between our packages point one way, so that a client and a stand-in that
// are wrong in the same way cannot agree, and so that no test code ships.
func TestBoundaries_arrowsPointOneWay(t *testing.T) {
	t.Parallel()
	forbidden := []struct {
		packages string   // prefix, below the module
		deps     []string // parts of import paths that must not occur, tests left out
	}{
		{"/internal/provider", []string{module + "/internal/sandbox", module + "/internal/acctest", module + "/internal/review", module + "/internal/contract",
			"net/http/httptest", "terraform-plugin-testing", "kin-openapi", "modernc.org/sqlite"}},
		{"/internal/tray", []string{module, "github.com/hashicorp/terraform-", "net/http/httptest"}},
		{"/internal/sandbox", []string{module, "github.com/hashicorp/terraform-", "net/http/httptest"}},
		{"/internal/sandbox/engine", []string{module}},                            // mechanism, which knows nothing of nouns
		{"/internal/sandbox/page", []string{module}},                              // what people see, made of the control plane alone
		{"/internal/probe", []string{module, "github.com/", "net/http/httptest"}}, // It sees what the wire says, and nothing else.
		{"/internal/review", []string{module, "github.com/", "net/http"}},         // It knows plans, and neither the provider nor Tray.
		{"/internal/snapshot", []string{module + "/internal/provider", module + "/internal/sandbox", "github.com/hashicorp/terraform-"}},
		{"/internal/pseudonym", []string{module, "github.com/"}},
		{"/internal/artifact", []string{module, "github.com/", "net/http"}}, // It knows zips, and neither the provider nor Tray.
		{"/internal/export", []string{module, "github.com/", "net/http"}},   // It knows exported projects, and neither the provider nor Tray.
		{"/internal/contract", []string{module, "github.com/hashicorp/terraform-"}},
	}
	packages := listPackages(t)
	for _, rule := range forbidden {
		seen := false
		for _, p := range packages {
			if !within(p.ImportPath, module+rule.packages) {
				continue
			}
			seen = true
			for _, dep := range p.Deps {
				if !within(dep, module+rule.packages) && containsAny(dep, rule.deps) {
					t.Errorf("%s depends on %s", p.ImportPath, dep)
				}
			}
		}
		if !seen {
			t.Errorf("there is no package %s: this rule checks nothing", rule.packages)
		}
	}
}

// The client's layers, tests included: rest knows one exchange and nothing of ours,
// coalesce what is remembered of many, and nouns are above both.
func TestBoundaries_theClientsMechanismKnowsNoNouns(t *testing.T) {
	t.Parallel()
	allowed := map[string]map[string]bool{
		module + "/internal/tray/rest":     {},
		module + "/internal/tray/coalesce": {module + "/internal/tray/rest": true},
	}
	seen := 0
	for _, p := range listPackages(t) {
		ours, layer := allowed[p.ImportPath]
		if !layer {
			continue
		}
		seen++
		for _, dep := range slices.Concat(p.Deps, p.TestImports, p.XTestImports) {
			if within(dep, module) && dep != p.ImportPath && !ours[dep] {
				t.Errorf("%s depends on %s", p.ImportPath, dep)
			}
		}
	}
	if seen != len(allowed) {
		t.Errorf("of the client's layers there are %d: this checks nothing of the others", seen)
	}
}

// The shipped binary holds the sandbox, because `sandbox = {}` is a mode of the
// provider, but main alone hands it over; and no test code is in it. The tests of the probe ask the sandbox its own questions.
func TestBoundaries_onlyMainAndTestsSeeTheSandbox(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{module: true, module + "/internal/acctest": true}
	for _, p := range listPackages(t) {
		if p.ImportPath == module {
			for _, dep := range p.Deps {
				if containsAny(dep, []string{"net/http/httptest", "terraform-plugin-testing", module + "/internal/acctest", module + "/internal/contract"}) {
					t.Errorf("the binary holds %s", dep)
				}
			}
		}
		if allowed[p.ImportPath] || within(p.ImportPath, module+"/internal/sandbox") {
			continue
		}
		imported := [][]string{p.Imports, p.TestImports, p.XTestImports}
		if p.ImportPath == module+"/internal/probe" {
			imported = imported[:1]
		}
		for _, imports := range imported {
			for _, i := range imports {
				if within(i, module+"/internal/sandbox") {
					t.Errorf("%s imports %s; the sandbox is handed over by main, or by acctest in tests", p.ImportPath, i)
				}
			}
		}
	}
}

// within reports whether a package is at a path or below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

func containsAny(s string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
