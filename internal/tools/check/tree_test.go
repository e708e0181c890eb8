package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestJudge_refusesWhatDoesNotBelong(t *testing.T) {
	binary := []byte("PK\x03\x04\x00\x00")
	host := []byte("see https://" + strings.Join(registries[0], ".") + "/x")
	const workflow, commit = ".github/workflows/x.yml", "0123456789abcdef0123456789abcdef01234567"
	tests := map[string]struct {
		name    string
		content []byte
		want    string // "" accepts
	}{
		"text":                      {"main.go", []byte("package main\n"), ""},
		"an empty file":             {"x/.gitkeep", nil, ""},
		"a small fixture":           {"internal/sandbox/testdata/connector.zip", binary, ""},
		"an example's zip":          {"examples/resources/x/x.zip", binary, ""},
		"an example's binary":       {"examples/resources/x/x.bin", binary, "a binary file"},
		"a binary":                  {"terraform-provider-tray", binary, "a binary file"},
		"a large fixture":           {"testdata/x.zip", append(binary, make([]byte, maxBinary)...), "make the test produce it"},
		"a large text":              {"docs/x.md", bytes.Repeat([]byte("x"), maxFile+1), "too large"},
		"a registry":                {"README.md", host, "names the package registry"},
		"a pinned action":           {workflow, []byte("      - uses: a/b/c@" + commit + " # v1.2.3\n      - uses: ./local\n"), ""},
		"an action by tag":          {workflow, []byte("    steps:\n      - uses: a/b@v1\n"), "pin a/b@v1"},
		"an action by short commit": {workflow, []byte("      - name: x\n        uses: a/b@" + commit[:7] + " # v1\n"), "pin a/b"},
		"a commit of no version":    {workflow, []byte("      - uses: a/b@" + commit + "\n"), "pin a/b"},
		"a registry in a checksum":  {"internal/tools/go.sum", host, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := judge(tt.name, tt.content)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// Somebody who tries an example in its folder shall not commit the organization that it leaves there.
func TestExamples_leaveNothingForGit(t *testing.T) {
	names := []string{".tray-sandbox.db", ".tray-sandbox.db-wal", ".tray-sandbox.db.organization-2", "terraform.tfstate", ".terraform.lock.hcl"}
	named := regexp.MustCompile(`(?m)^\s*path\s*=\s*"(?:[^"]*/)?([^"/]+\.db)"`)
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		for _, found := range named.FindAllSubmatch(text, -1) {
			names = append(names, string(found[1]), string(found[1])+"-wal")
		}
		return err
	})
	if err != nil || len(names) < 10 {
		t.Fatalf("examples keep their organizations in %q (%v)", names, err)
	}
	for _, name := range names {
		git := exec.CommandContext(t.Context(), "git", "check-ignore", "--quiet", "--no-index", "examples/scenarios/pro/"+name)
		git.Dir = root
		if err := git.Run(); err != nil {
			t.Errorf("git would commit %s: %v", name, err)
		}
	}
}
