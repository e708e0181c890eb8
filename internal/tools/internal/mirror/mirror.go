// Package mirror installs the provider, as built from this checkout, where a command line finds it without a network: in a
// filesystem mirror that a private configuration names. Unlike dev_overrides it lets `init` run as it does for everybody,
// and warns of nothing.
package mirror

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
)

// The hosts that a provider's address has where none is written: each command line takes its own registry's.
const (
	TerraformHost = "registry.terraform.io"
	TofuHost      = "registry.opentofu.org"
)

// Source is the provider's address, for Terraform.
const Source = TerraformHost + "/tray-community/tray"

// Extension is what the name of an executable ends with on this machine.
var Extension = map[string]string{"windows": ".exe"}[runtime.GOOS]

// FileName is the name that a command line expects of the executable.
func FileName(version string) string { return "terraform-provider-tray_v" + version + Extension }

// A Mirror holds one provider.
type Mirror struct {
	// Provider is the path of the provider's executable.
	Provider string
	// Config is the path of the command line's configuration.
	Config string
}

// Build compiles the provider of the checkout at root into a mirror inside dir, as the given version, for both command
// lines.
func Build(ctx context.Context, root, dir, version string) (Mirror, error) {
	packages := filepath.Join(dir, "mirror")
	m := Mirror{
		Provider: filepath.Join(packages, filepath.FromSlash(Source), version, runtime.GOOS+"_"+runtime.GOARCH, FileName(version)),
		Config:   filepath.Join(dir, "cli.tfrc"),
	}
	if err := Compile(ctx, root, version, m.Provider); err != nil {
		return Mirror{}, err
	}
	forTofu := filepath.Join(packages, strings.Replace(filepath.FromSlash(Source), TerraformHost, TofuHost, 1))
	forTofu = filepath.Join(forTofu, version, filepath.Base(filepath.Dir(m.Provider)), FileName(version))
	if err := CopyExecutable(m.Provider, forTofu); err != nil {
		return Mirror{}, err
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(packages))
	return m, os.WriteFile(m.Config, []byte(config), 0o644)
}

// Compile builds the provider of the checkout at root for this machine, as the given version, into the file out.
func Compile(ctx context.Context, root, version, out string) error {
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags", "-X main.version="+version, "-o", out, ".")
	build.Dir = root
	build.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("the provider does not build: %w\n%s", err, output)
	}
	return nil
}

// Env is the environment for a command line that shall use the mirror. Whatever steers Terraform or names a real Tray
// organization stays behind: neither a demo nor a schema may depend on who runs it, or reach anybody's account.
func (m Mirror) Env() []string {
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "TF_") && !strings.HasPrefix(pair, "TRAY_") {
			env = append(env, pair)
		}
	}
	env = append(env, commandline.Env()...)
	return append(env, "TF_CLI_CONFIG_FILE="+m.Config, "TF_IN_AUTOMATION=1")
}

// CopyExecutable replaces the file in one step: an executable that runs cannot be written to, and no other process shall
// start half of one.
func CopyExecutable(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	temp, err := os.CreateTemp(filepath.Dir(to), ".installing-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = io.Copy(temp, source)
	if err := errors.Join(err, temp.Chmod(0o755), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), to)
}
