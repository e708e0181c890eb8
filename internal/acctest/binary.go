package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// mirrorVersion is the version under which the mirror offers the binary.
const mirrorVersion = "99.0.0"

// binaryVariable names the provider's binary where many test processes share one: each would link it anew.
const binaryVariable = "TRAY_TEST_PROVIDER"

// built is the folder of the mirror, made once per test process and removed by Main.
var built struct {
	sync.Once
	dir string
	err error
}

// Binary returns the path of the provider's binary, which it builds once unless TRAY_TEST_PROVIDER
// names it.
func Binary(t testing.TB) string {
	t.Helper()
	built.Do(func() { built.dir, built.err = buildMirror() })
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "bin", "terraform-provider-tray")
}

// binaryMirror returns a folder that holds cli.tfrc, which makes a command line install
// the binary and nothing else.
func binaryMirror(t testing.TB) string {
	t.Helper()
	Binary(t)
	return built.dir
}

func buildMirror() (string, error) {
	dir, err := os.MkdirTemp("", "tray-provider-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "bin", "terraform-provider-tray")
	if err := provideBinary(bin); err != nil {
		return "", err
	}
	for _, address := range addresses {
		at := filepath.Join(dir, "mirror", filepath.FromSlash(address), mirrorVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(at, 0o700); err != nil {
			return "", err
		}
		if err := os.Symlink(bin, filepath.Join(at, "terraform-provider-tray_v"+mirrorVersion)); err != nil {
			return "", err
		}
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.Join(dir, "mirror"))
	return dir, os.WriteFile(filepath.Join(dir, "cli.tfrc"), []byte(config), 0o600)
}

func provideBinary(at string) error {
	if shared := os.Getenv(binaryVariable); shared != "" {
		if err := os.Mkdir(filepath.Dir(at), 0o700); err != nil {
			return err
		}
		return os.Symlink(shared, at)
	}
	build := exec.Command("go", "build", "-o", at, "github.com/tray-community/terraform-provider-tray")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("could not build the provider: %w\n%s", err, out)
	}
	return nil
}

// removeBinary removes what Binary built, if it did.
func removeBinary() {
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
}
