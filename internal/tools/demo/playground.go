package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/mirror"
)

// envFile holds what a shell needs to go on where the story ends.
const envFile = "env"

// furnish copies the layout into place, with a file to source beside it, and returns the copy's folder.
func furnish(place, layout string, cli cli, built mirror.Mirror) (string, error) {
	// The layout's siblings come along: a layout may use modules that stand beside it.
	scenarios := filepath.Join(place, "scenarios")
	if err := copyConfiguration(filepath.Dir(layout), scenarios); err != nil {
		return "", err
	}
	bin := filepath.Join(place, "bin")
	if err := mirror.CopyExecutable(built.Provider, filepath.Join(bin, "terraform-provider-tray"+mirror.Extension)); err != nil {
		return "", err
	}
	// By its usual name, whatever the one that was found is called.
	if err := os.Symlink(cli.path, filepath.Join(bin, cli.name+mirror.Extension)); err != nil {
		bin += string(filepath.ListSeparator) + filepath.Dir(cli.path)
	}
	env := fmt.Sprintf("export PATH=%s:\"$PATH\"\nexport TF_CLI_CONFIG_FILE=%s\n", quoted(bin), quoted(built.Config))
	return filepath.Join(scenarios, filepath.Base(layout)), os.WriteFile(filepath.Join(place, envFile), []byte(env), 0o644)
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// configuration are the endings of files that somebody wrote. What a command line or the sandbox left beside them (state,
// locks, plans, an organization) belongs to another run.
var configuration = []string{".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json", ".tftest.hcl", ".tfquery.hcl", ".md", ".csv", ".yaml", ".yml"}

func copyConfiguration(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && relative != "."
		if entry.IsDir() {
			if hidden {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, relative), 0o755)
		}
		written := slices.ContainsFunc(configuration, func(ending string) bool { return strings.HasSuffix(entry.Name(), ending) })
		if hidden || !written || !entry.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, relative), text, 0o644)
	})
}
