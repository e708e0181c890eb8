package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/mirror"
)

// A machine is what an installation depends on besides the checkout. Tests give one that is empty.
type machine struct {
	home string
	// plugins is the folder in which both command lines look for local providers when their configuration says nothing
	// about installation.
	plugins string
	// bins are the folders that may hold the executable, the best first.
	bins []string
	path []string // the folders of PATH
	// configs are the files in which a command line's configuration may stand.
	configs []string
}

func thisMachine(ctx context.Context) (machine, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return machine{}, fmt.Errorf("there is no home folder to install into: %w", err)
	}
	m := machineOf(home, filepath.SplitList(os.Getenv("PATH")))
	if named := os.Getenv("TF_CLI_CONFIG_FILE"); named != "" {
		m.configs = []string{named} // the only one that is read then
	}
	if out, err := exec.CommandContext(ctx, "go", "env", "GOBIN", "GOPATH").Output(); err == nil {
		gobin, gopath, _ := strings.Cut(strings.TrimRight(string(out), "\r\n"), "\n")
		if gobin = strings.TrimSpace(gobin); gobin == "" {
			gobin = filepath.Join(filepath.SplitList(gopath)[0], "bin")
		}
		m.bins = append(m.bins, gobin)
	}
	return m, nil
}

func machineOf(home string, path []string) machine {
	m := machine{
		home: home, path: path, bins: []string{filepath.Join(home, ".local", "bin")},
		plugins: filepath.Join(home, ".terraform.d", "plugins"),
		configs: []string{filepath.Join(home, ".terraformrc"), filepath.Join(home, ".tofurc")},
	}
	if settings := os.Getenv("APPDATA"); runtime.GOOS == "windows" && settings != "" {
		m.plugins = filepath.Join(settings, "terraform.d", "plugins")
		m.configs = []string{filepath.Join(settings, "terraform.rc"), filepath.Join(settings, "tofu.rc")}
	}
	return m
}

// install writes one executable three times, for the addresses that the two command lines give a provider without a host,
// and for the shell.
func (m machine) install(ctx context.Context, root, version string, out io.Writer) error {
	built := filepath.Join(m.plugins, filepath.FromSlash(mirror.Source), version, runtime.GOOS+"_"+runtime.GOARCH, mirror.FileName(version))
	if err := mirror.Compile(ctx, root, version, built); err != nil {
		return err
	}
	forTofu := strings.Replace(built, mirror.TerraformHost, mirror.TofuHost, 1)
	bin, onPath := m.bin()
	command := filepath.Join(bin, "terraform-provider-tray"+mirror.Extension)
	for _, place := range []string{forTofu, command} {
		if err := mirror.CopyExecutable(built, place); err != nil {
			return fmt.Errorf("the provider is built, but not installed: %w", err)
		}
	}
	fmt.Fprintf(out, "Installed version %s of this checkout; nothing is published yet.\n", version)
	fmt.Fprintf(out, "  terraform init finds it in  %s\n", m.short(filepath.Dir(built)))
	fmt.Fprintf(out, "  tofu init finds it in       %s\n", m.short(filepath.Dir(forTofu)))
	fmt.Fprintf(out, "  the command itself is       %s\n", m.short(command))
	if !onPath {
		fmt.Fprintf(out, "\nThat folder is not on your PATH. This line puts it there:\n  %s\n", pathLine(bin))
	}
	m.warnOfConfig(out)
	fmt.Fprint(out, "\nIn a folder that was initialised with an earlier build, delete .terraform.lock.hcl before `init`: it holds the sums of\n"+
		"that build.\n")
	return nil
}

// bin chooses the first of the folders that is on PATH, and the first of all where none is.
func (m machine) bin() (dir string, onPath bool) {
	for _, dir := range m.bins {
		if slices.ContainsFunc(m.path, func(on string) bool { return filepath.Clean(on) == filepath.Clean(dir) }) {
			return dir, true
		}
	}
	return m.bins[0], false
}

// warnOfConfig tells of a configuration that says itself where providers come from: then neither command line looks into
// the plugins folder.
func (m machine) warnOfConfig(out io.Writer) {
	for _, file := range m.configs {
		text, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(text), "provider_installation") {
			fmt.Fprintf(out, "\n%s has a provider_installation block, so `init` looks only where that says.\nAdd this to the block:\n"+
				"  filesystem_mirror {\n    path    = %q\n    include = [\"*/tray-community/tray\"]\n  }\n"+
				"and to its `direct` block:\n  exclude = [\"*/tray-community/tray\"]\n", m.short(file), filepath.ToSlash(m.plugins))
		}
	}
}

func (m machine) short(path string) string {
	if rest, ok := strings.CutPrefix(path, m.home+string(filepath.Separator)); ok && runtime.GOOS != "windows" {
		return "~/" + rest
	}
	return path
}

func pathLine(bin string) string {
	if runtime.GOOS == "windows" {
		return `$env:Path = "` + bin + `;$env:Path"`
	}
	return `export PATH="` + bin + `:$PATH"`
}
