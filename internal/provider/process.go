package provider

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// startedBy returns the subcommand of the command that started this process. `terraform
// test` and `tofu test` keep one provider process for all the plans and applies of a file;
// every other command starts one for each walk, and of these `apply` alone may be applying a
// plan. Nothing in the protocol says so, hence the look at the parent's command line. Where
// that cannot be read, known is false.
func startedBy() (subcommand string, known bool) {
	args, ok := commandLine(os.Getppid())
	if !ok {
		return "", false
	}
	return subcommandOf(args), true
}

// subcommandOf finds the first argument that is no option, such as -chdir.
func subcommandOf(args []string) string {
	if len(args) == 0 || strings.TrimSuffix(filepath.Base(args[0]), ".exe") == "go" { // go test, not terraform test
		return ""
	}
	for _, arg := range args[1:] {
		if !strings.HasPrefix(arg, "-") {
			return arg
		}
	}
	return ""
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
