package provider_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/artifact"
)

const examples = "../../examples/"

// ownTests are examples that need an organization of a certain kind; tests beside their
// code make one.
var ownTests = []string{"tray_access_report", "tray_organization", "tray_organization_settings", "tray_role_permissions", "tray_unmanaged"}

// Every example of a resource, ephemeral resource or data source applies as it is on the page, with both
// command lines, and then plans empty.
func TestExamples_applyAsShown(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(examples + "*/tray_*/*.tf")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		base, kind := filepath.Base(file), filepath.Base(filepath.Dir(file))
		own := slices.Contains(ownTests, kind) && !strings.HasSuffix(file, "data-sources/tray_organization/data-source.tf")
		if base != "data-source.tf" && base != "resource.tf" && base != "ephemeral-resource.tf" || own {
			continue
		}
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			t.Run(filepath.Base(filepath.Dir(filepath.Dir(file)))+"/"+kind+"/"+cli, func(t *testing.T) {
				t.Parallel()
				env := acctest.Start(t, among(kind)...)
				layout := env.Layout(t, cli, "")
				layout.Write("main.tf", env.Config(read(t, file)))
				zipsBeside(t, layout, file)
				layout.Apply()
				layout.NoChanges()
			})
		}
	}
}

// among is the organization in which a kind of example works.
func among(kind string) []acctest.Option {
	if strings.Contains(kind, "embedded") || strings.Contains(kind, "solution") {
		return []acctest.Option{acctest.Embedded()}
	}
	return nil
}

// Every import example, block or command, brings back exactly what its resource made:
// the plan imports one object and changes nothing.
func TestExamples_importAsShown(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(examples + "resources/tray_*/import*")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	kinds := map[string][]string{}
	for _, file := range files {
		kind := filepath.Base(filepath.Dir(file))
		if !slices.Contains(ownTests, kind) && kind != "tray_project_import" { // TestImport_importedSendsNothing: its first plan notes what is there
			kinds[kind] = append(kinds[kind], file)
		}
	}
	for kind, files := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, among(kind)...)
			layout := env.Layout(t, acctest.Terraform, "")
			layout.Write("main.tf", env.Config(read(t, filepath.Join(filepath.Dir(files[0]), "resource.tf"))))
			zipsBeside(t, layout, files[0])
			layout.Apply()
			env.AcceptAll() // what is pending is in Terraform alone, and cannot be imported
			layout.Apply()
			for _, file := range files {
				importsAsShown(t, layout, file)
			}
		})
	}
}

// importsAsShown takes a resource out of the state and imports it as an example does.
func importsAsShown(t *testing.T, layout *acctest.CLI, file string) {
	t.Helper()
	text := read(t, file)
	if command, isCommand := strings.CutPrefix(text, "terraform import "); isCommand {
		words := strings.Fields(strings.ReplaceAll(command, "'", ""))
		layout.Run("state", "rm", words[0])
		if r := layout.Run("import", words[0], strings.Join(words[1:], " ")); r.Code != 0 {
			t.Fatalf("%s: %s", filepath.Base(file), r.Text())
		}
		layout.NoChanges()
		return
	}
	_, after, _ := strings.Cut(text, "to = ")
	address, _, _ := strings.Cut(strings.TrimLeft(after, " "), "\n")
	layout.Run("state", "rm", strings.TrimSpace(address))
	layout.Write("import.tf", text)
	if r := layout.Apply(); !strings.Contains(r.Text(), "1 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("%s: %s", filepath.Base(file), r.Text())
	}
	layout.NoChanges()
	layout.Write("import.tf", "")
}

// Scenarios that ship a test file keep what they promise, on a sandbox of their own and
// with no account, and converge when they are applied.
func TestScenarios_keepTheirPromises(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(examples + "scenarios/*/promises.tftest.hcl")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	for _, file := range files {
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			t.Run(filepath.Base(filepath.Dir(file))+"/"+cli, func(t *testing.T) {
				t.Parallel()
				layout := acctest.Start(t).Layout(t, cli, "").Process()
				if err := os.CopyFS(layout.Dir, os.DirFS(filepath.Dir(file))); err != nil {
					t.Fatal(err)
				}
				layout.Init()
				if r := layout.Run("test"); r.Code != 0 {
					t.Fatal(r.Text())
				}
				// accounts-as-environments keeps its organizations in files that the test has used.
				layout.Apply()
				layout.NoChanges()
				layout.Environ = append(layout.Environ, "TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT=100") // all of it goes
				layout.Destroy()
			})
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// zipsBeside are the zips and exports in an example's folder, which its configuration names.
func zipsBeside(t *testing.T, layout *acctest.CLI, example string) {
	t.Helper()
	zips, err := filepath.Glob(filepath.Join(filepath.Dir(example), "*.zip"))
	if err != nil {
		t.Fatal(err)
	}
	exports, err := filepath.Glob(filepath.Join(filepath.Dir(example), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, zip := range append(zips, exports...) {
		layout.Write(filepath.Base(zip), read(t, zip))
	}
}

// aZip is the absolute path of a zip below this folder: where a provider of its own process
// runs, a relative one leads elsewhere.
func aZip(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		panic(err)
	}
	return absolute
}

var exampleSolution = aZip(examples + "resources/tray_solution_release/notify-1.0.json")

// nextSolution is a later version of that solution.
var nextSolution = aZip(examples + "scenarios/embedded-projects-as-environments/exports/notify-1.1.json")

var exampleExport = aZip(examples + "resources/tray_project_import/billing-1.0.json")

var exampleZip = aZip(examples + "resources/tray_connector/acme-crm.zip")

// The example's zip is what its folder holds.
func TestExamples_zipIsPackedOfTheSourcesBesideIt(t *testing.T) {
	folder, files := filepath.Join(filepath.Dir(exampleZip), "acme-crm"), map[string]string{}
	if err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(filepath.Dir(folder), path)
			files[filepath.ToSlash(name)] = read(t, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	packed := acctest.Zip(t, files, time.Now(), true)
	want, err := artifact.Read(bytes.NewReader(packed), int64(len(packed)), artifact.Service{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := artifact.Inspect(exampleZip, artifact.Service{}); err != nil || got.Digest != want.Digest || got.Size > 5000 {
		t.Errorf("the zip holds something else than the folder: %+v, %v, want %+v", got, err, want)
	}
}
