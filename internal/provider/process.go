package provider

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// keptForTests reports whether the command that started this process is `terraform test` or
// `tofu test`, which keeps one provider process for all the plans and applies of a file;
// every other command starts one for each walk. Nothing in the protocol says so, hence the
// look at the parent's command line. Where that cannot be read, known is false.
func keptForTests() (kept, known bool) {
	args, ok := commandLine(os.Getppid())
	if !ok {
		return false, false
	}
	return isTestCommand(args), true
}

// isTestCommand finds the subcommand: the first argument that is no option, such as -chdir.
func isTestCommand(args []string) bool {
	if len(args) == 0 || strings.TrimSuffix(filepath.Base(args[0]), ".exe") == "go" { // go test, not terraform test
		return false
	}
	for _, arg := range args[1:] {
		if !strings.HasPrefix(arg, "-") {
			return arg == "test"
		}
	}
	return false
}

func commandLine(pid int) ([]string, bool) {
	if raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline"); err == nil {
		return strings.Split(string(bytes.TrimRight(raw, "\x00")), "\x00"), true
	}
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output() // macOS, BSD
	if err != nil {
		return nil, false
	}
	return strings.Fields(string(out)), true
}
