package review

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Exit statuses of the command. 2 means what it means for `plan -detailed-exitcode`.
const (
	exitFine     = 0
	exitError    = 1
	exitChanges  = 2 // with -exit-code: there is something to apply
	exitRemovals = 3 // with -exit-code: somebody loses access, or an object is deleted
	exitFailed   = 4 // a condition of -fail-on holds
)

// minLimit leaves room for the sentence, the headings and the counts.
const minLimit = 4000

const usage = `Usage: terraform-provider-tray review [flags] PLAN.json

Says what a plan does: who gains and who loses access to what, before all else.
PLAN.json is what "terraform show -json PLANFILE" or "tofu show -json PLANFILE" prints;
- reads standard input. No value that the plan marks as sensitive is printed.

With -failed it reads what a plan that failed printed on standard error instead, and tells
the first error, in Markdown, without the values of secrets in the environment.

`

// arguments are what the command line says.
type arguments struct {
	path, format string
	limit        int
	failOn       []string
	exitCode     bool
	failed       bool
}

// Command runs `terraform-provider-tray review` and returns the exit status.
func Command(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a, err := parseArguments(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return exitFine
	}
	if err != nil {
		fmt.Fprintln(stderr, "Error:", err)
		return exitError
	}
	if a.failed {
		return a.tellFailure(stdin, stdout, stderr)
	}
	r, err := a.read(stdin)
	if err != nil {
		fmt.Fprintln(stderr, "Error:", err)
		return exitError
	}
	out, err := r.show(a.format, a.limit)
	if err == nil {
		_, err = io.WriteString(stdout, out)
	}
	if err != nil {
		fmt.Fprintln(stderr, "Error: could not write the review:", err)
		return exitError
	}
	return a.status(r, stderr)
}

func parseArguments(args []string, help io.Writer) (arguments, error) {
	var a arguments
	flags := flag.NewFlagSet("review", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&a.format, "format", "markdown", "`markdown`, text, json (for policies) or mermaid")
	flags.IntVar(&a.limit, "limit", DefaultLimit, "`characters` of Markdown or text at most, 4000 or more; the middle of long lists is left out; 0 is no limit")
	failOn := flags.String("fail-on", "", "`conditions`, separated by commas, of which none may hold; else the exit status is 4")
	flags.BoolVar(&a.exitCode, "exit-code", false, "exit with 2 when there is something to apply, with 3 when it takes something away")
	flags.BoolVar(&a.failed, "failed", false, "read the standard error of a plan that failed, and tell its first error")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(help, usage)
		flags.SetOutput(help)
		flags.PrintDefaults()
		fmt.Fprint(help, "\nConditions:\n")
		for _, c := range conditions {
			fmt.Fprintf(help, "  %-12s %s\n", c.name, c.meaning)
		}
		return a, err
	}
	if err != nil {
		return a, fmt.Errorf("%w; -help lists the flags", err)
	}
	if flags.NArg() != 1 {
		return a, errors.New("give one plan in JSON, or - for standard input; flags go before it, and -help lists them")
	}
	a.path = flags.Arg(0)
	if !slices.Contains([]string{"markdown", "text", "json", "mermaid"}, a.format) {
		return a, fmt.Errorf("-format is markdown, text, json or mermaid, not %q", a.format)
	}
	if a.limit != 0 && a.limit < minLimit {
		return a, fmt.Errorf("-limit is 0 (no limit), or %d or more", minLimit)
	}
	a.failOn, err = parseConditions(*failOn)
	return a, err
}

func (a arguments) read(stdin io.Reader) (*Review, error) {
	if a.path == "-" {
		return Read(stdin)
	}
	f, err := os.Open(a.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.path, err)
	}
	return r, nil
}

func (r *Review) show(format string, limit int) (string, error) {
	switch format {
	case "json":
		return r.JSON()
	case "mermaid":
		return r.Mermaid(), nil
	case "text":
		return r.Text(limit), nil
	}
	return r.Markdown(limit), nil
}

// status is the exit status, and says on stderr why it is 4.
func (a arguments) status(r *Review, stderr io.Writer) int {
	var failed []string
	for _, c := range conditions {
		if slices.Contains(a.failOn, c.name) && slices.Contains(r.Conditions, c.name) {
			failed = append(failed, c.name+" ("+c.meaning+")")
		}
	}
	switch {
	case len(failed) > 0:
		fmt.Fprintln(stderr, "The review fails on:", strings.Join(failed, ", "))
		return exitFailed
	case !a.exitCode:
		return exitFine
	case slices.Contains(r.Conditions, "removals"), slices.Contains(r.Conditions, "deletions"):
		return exitRemovals
	case slices.Contains(r.Conditions, "changes"):
		return exitChanges
	}
	return exitFine
}
