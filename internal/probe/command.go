package probe

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
)

// Program is what the subcommand works on. Questions, Env, Stdout and Stderr must be set.
type Program struct {
	Questions      []Question
	Env            func(string) string
	Stdout, Stderr io.Writer

	transport http.RoundTripper // nil: the network.
	clock     clock             // Without functions: real time.
}

// Run asks, and returns the exit status: 0 when all that was asked agrees, 3 when something differs, 1 for a failure, 2 for wrong
// arguments. SIGINT and SIGTERM, like the end of ctx, end the asking; what was made is then taken away before Run returns, unless
// a second signal ends the process.
func (p Program) Run(ctx context.Context, args []string) int {
	set, err := parse(args, p.Env, p.Questions, p.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(p.Stderr, "Error:", err)
		return 2
	}
	tag, err := newTag()
	if err != nil {
		fmt.Fprintln(p.Stderr, "Error:", err)
		return 1
	}
	if p.clock.now == nil {
		p.clock = realClock
	}
	r := &run{settings: set, wire: newWire(set.base, p.transport, p.clock), questions: p.Questions, tag: tag,
		local: map[string]map[string]string{}, people: map[string]*person{}, invited: map[string]*invitation{}}
	r.progress = discreet{r, p.Stderr}
	if set.dryRun {
		fmt.Fprint(r.progress, r.announcement(r.chosen()))
		return 0
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)() // The next signal ends the process.
	found, err := r.visit(ctx)
	if err != nil {
		fmt.Fprintln(r.progress, "Error:", err)
		return 1
	}
	if err := r.report(discreet{r, p.Stdout}, found); err != nil {
		fmt.Fprintln(r.progress, "Error:", err)
		return 1
	}
	return r.status(found)
}

// discreet keeps tokens, and addresses that are not this run's own, out of what is written. Nothing should put them there; but
// some of what is written came from the service.
type discreet struct {
	run *run
	to  io.Writer
}

var addressPattern = regexp.MustCompile(`[^\s"'<>(),;:@]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+`)

func (d discreet) Write(text []byte) (int, error) {
	_, err := io.WriteString(d.to, d.run.clean(string(text)))
	return len(text), err
}

func (r *run) clean(text string) string {
	for _, token := range r.tokens {
		if token != "" {
			text = strings.ReplaceAll(text, token, "[token]")
		}
	}
	return addressPattern.ReplaceAllStringFunc(text, func(address string) string {
		if strings.Contains(strings.ToLower(address), r.tag) {
			return address
		}
		return "[address]"
	})
}
