package main

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"text/template"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/mirror"
)

// distEnv names the folder in which goreleaser has left its archives. Without it the test packs one by the names that
// .goreleaser.yml gives.
const distEnv = "TRAY_TEST_DIST"

// A filesystem mirror holds a release's archives as they are, and a command line finds them by their names alone.
func TestArchive_installsFromAMirrorWithBothCommandLines(t *testing.T) {
	if testing.Short() {
		t.Skip("runs real command lines")
	}
	archive := releaseArchive(t)
	name := regexp.MustCompile(`^terraform-provider-tray_([^_]+)_`).FindStringSubmatch(filepath.Base(archive))
	if name == nil {
		t.Fatalf("no command line would find %s by its name", archive)
	}
	home := t.TempDir()
	packages := filepath.Join(home, "mirror")
	for _, host := range []string{mirror.TerraformHost, mirror.TofuHost} {
		if err := mirror.CopyExecutable(archive, filepath.Join(packages, host, "tray-community", "tray", filepath.Base(archive))); err != nil {
			t.Fatal(err)
		}
	}
	config := "provider_installation {\n  filesystem_mirror {\n    path = \"" + filepath.ToSlash(packages) + "\"\n  }\n}\n"
	write(t, filepath.Join(home, ".terraformrc"), config)
	for _, tool := range commandline.Tools() {
		t.Run(tool.Name, func(t *testing.T) {
			dir := t.TempDir()
			version := "terraform {\n  required_providers {\n    tray = {\n      source  = \"tray-community/tray\"\n      version = \"" + name[1] + "\"\n    }\n  }\n}\n"
			write(t, filepath.Join(dir, "main.tf"), version+"provider \"tray\" {\n  sandbox = {}\n}\ndata \"tray_users\" \"all\" {}\n")
			cli := commandLine(t, tool)
			inShell(t, dir, home, cli, "init", "-input=false", "-no-color")
			inShell(t, dir, home, cli, "plan", "-input=false", "-no-color")
		})
	}
}

// releaseArchive is that of this machine.
func releaseArchive(t *testing.T) string {
	t.Helper()
	if dist := os.Getenv(distEnv); dist != "" {
		found, err := filepath.Glob(filepath.Join(dist, "*_"+runtime.GOOS+"_"+runtime.GOARCH+".zip"))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s should hold one archive for this machine, and has %q (%v)", dist, found, err)
		}
		return found[0]
	}
	dir := t.TempDir()
	built := filepath.Join(dir, "built")
	if err := mirror.Compile(t.Context(), root, "9.9.9", built); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(dir, releaseName(t, "name_template")+".zip")
	out, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	packed := zip.NewWriter(out)
	for _, file := range []struct{ from, to string }{
		{built, releaseName(t, "- binary") + mirror.Extension}, {filepath.Join(root, "LICENSE"), "LICENSE"}, {filepath.Join(root, "CHANGELOG.md"), "CHANGELOG.md"},
	} {
		pack(t, packed, file.from, file.to)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return archive
}

// releaseName renders the first template of that key in .goreleaser.yml, as goreleaser would for this machine.
func releaseName(t *testing.T, key string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^\s*` + regexp.QuoteMeta(key) + `: "(.+)"$`).FindStringSubmatch(string(text))
	if found == nil {
		t.Fatalf(".goreleaser.yml has no %s", key)
	}
	name := &strings.Builder{}
	release := map[string]string{"ProjectName": "terraform-provider-tray", "Version": "9.9.9", "Os": runtime.GOOS, "Arch": runtime.GOARCH}
	if err := template.Must(template.New(key).Parse(found[1])).Execute(name, release); err != nil {
		t.Fatal(err)
	}
	return name.String()
}

// pack stores and does not compress: under the race detector that took longer than all else here.
func pack(t *testing.T, packed *zip.Writer, from, to string) {
	t.Helper()
	header := &zip.FileHeader{Name: to, Method: zip.Store}
	header.SetMode(0o755)
	into, err := packed.CreateHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	if _, err := io.Copy(into, source); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
