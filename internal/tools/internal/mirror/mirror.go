// Package mirror installs the provider, as built from this checkout, where a command line finds it without a network: in a
// filesystem mirror that a private configuration names. Unlike dev_overrides it lets `init` run as it does for everybody,
// and warns of nothing.
package mirror

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
)

// Source is the provider's address.
const Source = "registry.terraform.io/tray-community/tray"

// A Mirror holds one provider.
type Mirror struct {
	// Provider is the path of the provider's executable.
	Provider string
	// Config is the path of the command line's configuration.
	Config string
}

// Build compiles the provider of the checkout at root into a mirror inside dir, as the given version.
func Build(ctx context.Context, root, dir, version string) (Mirror, error) {
	packages := filepath.Join(dir, "mirror")
	exe := ""
	if runtime.GOOS == "windows" {
		exe = ".exe"
	}
	m := Mirror{
		Provider: filepath.Join(packages, filepath.FromSlash(Source), version, runtime.GOOS+"_"+runtime.GOARCH,
			"terraform-provider-tray_v"+version+exe),
		Config: filepath.Join(dir, "cli.tfrc"),
	}
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags", "-X main.version="+version, "-o", m.Provider, ".")
	build.Dir = root
	build.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	if out, err := build.CombinedOutput(); err != nil {
		return Mirror{}, fmt.Errorf("the provider does not build: %w\n%s", err, out)
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(packages))
	return m, os.WriteFile(m.Config, []byte(config), 0o644)
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
