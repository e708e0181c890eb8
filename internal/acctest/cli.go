package acctest

import (
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The command lines that tests run, named by the environment.
const (
	Terraform = "terraform"
	Tofu      = "tofu"
)

// cliVariables say where a command line is; `make cli` builds both and prints these.
var cliVariables = map[string]string{Terraform: "TF_CLI", Tofu: "TOFU_CLI"}

// noConfig is a CLI configuration with nothing in it. The machine's own may name
// mirrors and credentials.
const noConfig = os.DevNull

// heapGrowth is GOGC for this process and for command lines whose provider it serves, those of
// Test included: both have small heaps and short lives.
const heapGrowth = 400

// grows says that heapGrowth holds, as nobody has said otherwise.
var grows bool

// Main is for a TestMain that wants to clean up after Binary. It never skips: without a
// command line the tests that need one fail and say how to get it.
func Main(m *testing.M) {
	prepare()
	code := m.Run()
	removeBinary()
	if dir, err := lastingDir(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// prepare makes the test process independent of the machine, once. It reads
//
//	TF_CLI, TOFU_CLI   the command lines
//	TRAY_TEST_CLI      "terraform" (default) or "tofu": which of them Test uses
var prepare = sync.OnceFunc(func() {
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, "TRAY_API_") || name == "TRAY_MASTER_TOKEN" || name == "TRAY_REGION" {
			os.Unsetenv(name) // the provider is served in this process and would read them
		}
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth) // of an acceptance test's time, a tenth was collecting garbage
		os.Setenv("GOGC", strconv.Itoa(heapGrowth))
		grows = true
	}
	os.Setenv("TF_CLI_CONFIG_FILE", noConfig)
	os.Setenv("CHECKPOINT_DISABLE", "1")
	if bin := os.Getenv(cliVariables[Chosen()]); bin != "" {
		os.Setenv("TF_ACC_TERRAFORM_PATH", bin)
	}
	if Chosen() == Tofu {
		// OpenTofu looks for a provider without a source in its own registry.
		os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
	}
})

// Chosen is the command line that Test uses, of which a test that is not for both is, too.
func Chosen() string {
	if os.Getenv("TRAY_TEST_CLI") == Tofu {
		return Tofu
	}
	return Terraform
}

// IsTofu reports whether Test runs OpenTofu, which has no query and no actions.
func IsTofu() bool { return Chosen() == Tofu }

// skipOtherPass skips what the other pass over the tests runs, when TRAY_TEST_CLI says
// that there are two: a subtest that is named for a command line belongs to its pass,
// and a test that names Terraform in its code, alone or first, to that of Terraform.
func skipOtherPass(t testing.TB, cli string) {
	t.Helper()
	pass := os.Getenv("TRAY_TEST_CLI")
	named := slices.Contains(strings.Split(t.Name(), "/"), cli)
	if pass != "" && cli != pass && (named || pass == Tofu) {
		t.Skipf("runs in the pass of %s", cli)
	}
}

// requireCLI fails the test when Test has no command line to run. Letting
// terraform-plugin-testing go on would download one.
func requireCLI(t testing.TB) {
	t.Helper()
	if os.Getenv("TF_ACC_TERRAFORM_PATH") == "" {
		missingCLI(t, Chosen())
	}
}

// find returns the path of a command line.
func find(t testing.TB, name string) string {
	t.Helper()
	bin := os.Getenv(cliVariables[name])
	if bin == "" {
		missingCLI(t, name)
	}
	return bin
}

func missingCLI(t testing.TB, name string) {
	t.Helper()
	t.Fatalf("This test runs a real %s, and %s does not say where one is. "+
		"Run `make cli`, which finds or builds it, or use `make test`.", name, cliVariables[name])
}
