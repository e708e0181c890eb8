package commandline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

var exe = map[string]string{"windows": ".exe"}[runtime.GOOS]

// Terraform keeps its cloud state backends and its legacy code in modules of their own, which it replaces by folders that
// its published module does not hold. Stand-ins take their place: a backend of each name that is the http backend, and
// an empty module. Nothing here stores state in a cloud.
const (
	backends = "github.com/hashicorp/terraform/internal/backend/remote-state/"
	legacy   = "github.com/hashicorp/terraform/internal/legacy"
)

var cloudBackends = []string{"azure", "consul", "cos", "gcs", "kubernetes", "oci", "oss", "pg", "s3"}

// recipe returns the files of the generated module that the tool is built in, by name, and without go.sum.
func recipe(tool Tool) map[string]string {
	files, replace := map[string]string{}, map[string]string{}
	maps.Copy(replace, tool.Replace)
	if tool.Name == Terraform.Name {
		for _, name := range cloudBackends {
			files["stand-in/"+name+"/backend.go"] = "package " + name + "\n\n" +
				"import (\n\t\"github.com/hashicorp/terraform/internal/backend\"\n\t\"" + backends + "http\"\n)\n\n" +
				"func New() backend.Backend { return http.New() }\n"
			files["stand-in/"+name+"/go.mod"] = "module " + backends + name + "\n"
			replace[backends+name] = "./stand-in/" + name
		}
		files["stand-in/legacy/go.mod"] = "module " + legacy + "\n"
		replace[legacy] = "./stand-in/legacy"
	}
	mod := &strings.Builder{}
	fmt.Fprintf(mod, "module command-line.invalid/%s\n\ngo 1.26\n\nrequire %s v%s\n", tool.Name, tool.Module, tool.Version)
	for _, old := range slices.Sorted(maps.Keys(replace)) {
		fmt.Fprintf(mod, "\nreplace %s => %s\n", old, replace[old])
	}
	files["go.mod"] = mod.String()
	return files
}

// compile builds the tool with the versions that its own go.mod pins: Go's minimal version selection gives just those when
// one module requires it and nothing else. Their sums come from the module's own go.sum.
func compile(ctx context.Context, tool Tool, work, out string) error {
	for name, text := range recipe(tool) {
		file := filepath.Join(work, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	sums, err := goSum(ctx, tool, work)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, "go.sum"), sums, 0o644); err != nil {
		return err
	}
	// Without "-dev" in its version: some of what Terraform does depends on being a release.
	flags := "-s -w -X " + path.Join(tool.Module, "version") + ".dev=no"
	_, err = runGo(ctx, work, "build", "-mod=mod", "-ldflags", flags, "-o", out, tool.Main)
	return err
}

// goSum fetches the module, checks it against the pin, and returns the sums of it and of all it needs.
func goSum(ctx context.Context, tool Tool, work string) ([]byte, error) {
	at := fmt.Sprintf("%s@v%s", tool.Module, tool.Version)
	answer, err := runGo(ctx, work, "mod", "download", "-json", at)
	var module struct{ Dir, Sum, GoModSum, Error string }
	if json.Unmarshal(answer, &module) == nil && module.Error != "" {
		return nil, errors.New(module.Error)
	}
	if err != nil {
		return nil, err
	}
	if module.Sum != tool.Sums.Zip || module.GoModSum != tool.Sums.GoMod {
		return nil, fmt.Errorf("%s is not what pins.go expects: its sums are %s and %s", at, module.Sum, module.GoModSum)
	}
	sums, err := os.ReadFile(filepath.Join(module.Dir, "go.sum"))
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(sums, "%[1]s v%[2]s %[3]s\n%[1]s v%[2]s/go.mod %[4]s\n", tool.Module, tool.Version, module.Sum, module.GoModSum), nil
}

// runGo runs the go command in dir for this machine and returns what it printed. A workspace file above dir, or a GOOS meant for
// the provider, must not reach it.
func runGo(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	stderr := &strings.Builder{}
	cmd.Stderr = stderr
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("go %s: %w\n%s", args[0], err, complaint(stderr.String()))
	}
	return out, nil
}

// complaint keeps the last lines that are not progress.
func complaint(output string) string {
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(output), "\n"), func(line string) bool {
		return strings.HasPrefix(line, "go: downloading ")
	})
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}
