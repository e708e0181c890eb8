package provider

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// started is the command that started this process.
type started struct {
	subcommand  string
	parallelism int    // 0 when the command does not say
	unrefreshed bool   // -refresh=false
	plan        string // file of the saved plan that is applied, "" for none
}

// startedBy looks at the command that started this process. `terraform
// test` and `tofu test` keep one provider process for all the plans and applies of a file;
// every other command starts one for each walk, and of these `apply` alone may be applying a
// plan. Nothing in the protocol says so, nor how many objects it plans at once, hence the look
// at the parent's command line. Where that cannot be read, known is false.
func startedBy() (by started, known bool) {
	args, ok := commandLine(os.Getppid())
	if !ok {
		return started{}, false
	}
	by.subcommand = subcommandOf(args)
	if by.subcommand != "" {
		by.parallelism, _ = strconv.Atoi(option("parallelism", by.subcommand, args, os.Getenv))
		refresh, err := strconv.ParseBool(option("refresh", by.subcommand, args, os.Getenv))
		by.unrefreshed = err == nil && !refresh
		by.plan = savedPlan(by.subcommand, args)
	}
	return by, true
}

// option returns the value of an option. Arguments come from the environment too; the last
// word counts, as in Terraform.
func option(name, subcommand string, args []string, getenv func(string) string) (value string) {
	all := slices.Concat(strings.Fields(getenv("TF_CLI_ARGS_"+subcommand)), strings.Fields(getenv("TF_CLI_ARGS")), args)
	for i, arg := range all {
		switch is, said, given := strings.Cut(strings.TrimLeft(arg, "-"), "="); {
		case is != name || !strings.HasPrefix(arg, "-"):
		case given:
			value = said
		case i+1 < len(all):
			value = all[i+1]
		}
	}
	return value
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

// savedPlan is the last argument of an apply, which ends with the file of a plan or has none:
// the value of an option may stand there too, and is no plan when it is opened. The file is
// relative to the folder that this process was started in.
func savedPlan(subcommand string, args []string) string {
	if last := args[len(args)-1]; subcommand == "apply" && last != "apply" && !strings.HasPrefix(last, "-") {
		return last
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
