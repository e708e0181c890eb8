package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Somebody tried the example in its own folder: the state, the lock and the organization that this left there once came
// along into the demo, whose first plan then was not what its text says.
func TestCopyConfiguration_leavesBehindWhatAnEarlierRunLeft(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	for _, name := range []string{
		"app/main.tf", "app/team/main.tf", "app/people.csv", "app/promises.tftest.hcl", "app/my.auto.tfvars",
		"app/terraform.tfstate", "app/terraform.tfstate.backup", "app/.terraform.lock.hcl", "app/.tray-sandbox.db", "app/.tray-sandbox.db-wal",
		"app/first.tfplan", "app/crash.log", "app/.terraform/providers/x/main.tf", "app/.terraform/terraform.tfstate",
	} {
		file := filepath.Join(from, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyConfiguration(from, to); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := fs.WalkDir(os.DirFS(to), ".", func(path string, entry fs.DirEntry, err error) error {
		if !entry.IsDir() {
			got = append(got, path)
		}
		return err
	})
	want := []string{"app/main.tf", "app/my.auto.tfvars", "app/people.csv", "app/promises.tftest.hcl", "app/team/main.tf"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("copied %q, want %q (%v)", got, want, err)
	}
}
