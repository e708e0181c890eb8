package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
	webpage "github.com/tray-community/terraform-provider-tray/internal/sandbox/page"
)

const usage = `Usage: terraform-provider-tray sandbox [flags]
       terraform-provider-tray sandbox VERB [-path FILE] [-organization NAME] …

Serves a stand-in for Tray over HTTP. The first two lines it prints set the address and the Owner's token, the third the
token of an operator, who opens further organizations: eval them, or paste them into a shell. To standard error it prints a
link that opens, once, a page to look at and click in.

With a verb it does one thing on a file that is there, without a port:
` + "%s" + `
`

// shutdownGrace is how long requests under way may take after a signal.
const shutdownGrace = 3 * time.Second

func printUsage(w io.Writer, f *flag.FlagSet) {
	fmt.Fprintf(w, usage, verbList())
	f.SetOutput(w)
	f.PrintDefaults()
}

// commandLine is what the flags say.
type commandLine struct {
	open         OpenOptions
	listen       string
	listenPublic bool
	page         bool
	token        string
	operator     string         // the operator's token
	options      map[string]any // options whose flag was given
}

// Command is the sandbox subcommand; args are what follows its name. It returns the exit
// status: 0, 1 for a failure, 2 for wrong arguments. Serving ends with ctx, SIGINT or
// SIGTERM.
func Command(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		if v := findVerb(args[0]); v != nil {
			return verbCommand(ctx, v, args[1:], stdout, stderr)
		}
	}
	set, err := parseFlags(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "Error:", err)
		return 2
	}
	if err := serveUntilSignal(ctx, set, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "Error:", err)
		return 1
	}
	return 0
}

func parseFlags(args []string, stderr io.Writer) (commandLine, error) {
	set := commandLine{options: map[string]any{}}
	f := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() { printUsage(stderr, f) }
	f.StringVar(&set.listen, "listen", "127.0.0.1:8787", "address to serve on; port 0 picks one")
	f.BoolVar(&set.listenPublic, "listen-public", false, "allow an address that other machines can reach")
	f.BoolVar(&set.page, "page", true, "serve a page at / and print a link to it; programs turn it off")
	f.StringVar(&set.open.Path, "path", DefaultPath, "database file, or :memory:")
	f.StringVar(&set.open.Organization, "organization", "", "name of a new organization (default Sandbox), or name or id of one in the file")
	f.StringVar(&set.open.OwnerEmail, "owner", "", "e-mail address of its Owner (default owner@example.com)")
	f.StringVar(&set.open.Plan, "plan", "", "its plan: enterprise, team or pro (default enterprise)")
	f.BoolVar(&set.open.Embedded, "embedded", false, "give it an Embedded workspace")
	f.StringVar(&set.token, "token", "", "the Owner's token, 36 characters or more (default random, kept in the file)")
	f.StringVar(&set.operator, "operator-token", "", "the token of an operator, 36 characters or more (default random, kept in the file)")
	given := set.optionFlags(f)
	if err := f.Parse(args); err != nil {
		return set, err
	}
	if f.NArg() > 0 {
		return set, fmt.Errorf("unexpected argument %q: the verbs are %s", f.Arg(0), verbNames())
	}
	f.Visit(given)
	return set, set.checkAddress()
}

// optionFlags adds the flags that set options, and returns what takes up one that was given.
func (s *commandLine) optionFlags(f *flag.FlagSet) func(*flag.Flag) {
	rate := f.Float64("rate", 0, "requests per second and token that are served; 0 is no limit")
	latency := f.Duration("latency", 0, "time added to every request")
	elements := f.String("list-elements", "full", "what the elements of user lists carry: full or sparse")
	shape := f.String("type-shape", "string", "how types are written: string or object")
	management := f.Bool("management", true, "serve the management plane; without it only what Tray serves today")
	return func(given *flag.Flag) {
		switch given.Name {
		case "rate":
			s.options["rate"] = *rate
		case "latency":
			s.options["latency"] = latency.String()
		case "list-elements":
			s.options["list_elements"] = *elements
		case "type-shape":
			s.options["type_shape"] = *shape
		case "management":
			s.options["management"] = *management
		}
	}
}

// checkAddress keeps the sandbox on this machine: its data are made up, but its token
// opens a writable service.
func (s commandLine) checkAddress() error {
	host, _, err := net.SplitHostPort(s.listen)
	if err != nil {
		return fmt.Errorf("-listen needs an address such as 127.0.0.1:8787: %w", err)
	}
	ip := net.ParseIP(host)
	if s.listenPublic || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("-listen %s is not a loopback address: add -listen-public to serve other machines", s.listen)
}

func (s commandLine) sandbox() (*Sandbox, error) {
	with := []Setting{WithToken(s.token), WithOperatorToken(s.operator)}
	if len(s.options) > 0 {
		changes, err := json.Marshal(s.options)
		if err != nil {
			return nil, err
		}
		with = append(with, WithOptions(changes))
	}
	return New(s.open, with...)
}

func serveUntilSignal(ctx context.Context, set commandLine, stdout, stderr io.Writer) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	sandbox, err := set.sandbox()
	if err != nil {
		return err
	}
	defer sandbox.Close() //nolint:errcheck // the process ends
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", set.listen)
	if err != nil {
		return err
	}
	url := "http://" + listener.Addr().String()
	fmt.Fprintf(stdout, "export TRAY_API_URL=%s\n", url)
	fmt.Fprintf(stdout, "export TRAY_API_TOKEN=%s\n", sandbox.OwnerToken())
	fmt.Fprintf(stdout, "export TRAY_OPERATOR_TOKEN=%s\n", sandbox.OperatorToken())
	handler := engine.Server{Serve: sandbox.serve, Public: set.listenPublic}
	if set.page && !set.listenPublic { // whoever can see the page can do everything
		handler.Page = sandbox.page(url, stderr)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close() // a connection outlived the grace period
	}
	return nil
}

// page is what people see at the address in a browser. Links to it go to where people
// look, not to what is evaluated.
func (s *Sandbox) page(url string, stderr io.Writer) http.Handler {
	return webpage.New(webpage.Options{Sandbox: s.Transport(), Token: s.OwnerToken(), URL: url, Show: func(link string) {
		fmt.Fprintf(stderr, "The page, opened once by this link: %s\n", link)
	}})
}
