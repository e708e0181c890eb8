// Package snapshot reads an organization into a file by which a configuration can be
// planned without credentials. It only reads, and the file holds no secret: what it holds
// of people is their pseudonyms, unless their names are asked for.
package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os/signal"
	"syscall"

	"github.com/tray-community/terraform-provider-tray/internal/pseudonym"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

const usage = `Usage: TRAY_API_TOKEN=… terraform-provider-tray snapshot -o FILE [flags]

Reads an organization into a file, with GET requests only. With

  provider "tray" {
    sandbox = { path = "FILE", read_only = true }
  }

Terraform and OpenTofu then plan without a token: for a pull request from a fork, say.
The file holds people's roles and memberships, workspaces, invitations, settings, custom
services, on-premise agents, which authentications and API users there are, with their ids.
It holds no token, no secret and no credentials, and no connectors, triggers and
subscriptions: what asks for these is told so. In place of names and e-mail addresses it holds pseudonyms. An
address of your configuration still finds its own: so whoever has the file and guesses an
address can see what it may do. Names of workspaces, and what is written in descriptions
beside addresses, stay as they are.

The token of an organization Owner or Admin sees everything. With another one the command
says what is missing, and a plan takes nothing that is missing for gone.

A plan needs the state, too, which says more. With -state and -state-out it is written as it
can be handed out: whoever stands in no file of the configuration (-known) goes by the
snapshot's pseudonym, values that the provider's schemas or the state mark as sensitive are
empty, and resources of other providers and what data sources have read are left out: what
of another provider is secret, not every state says. Keep those in another root module.

Environment, as for the provider:
  TRAY_API_TOKEN           token of the organization
  TRAY_REGION              us (the default), eu or ap
  TRAY_API_URL             another address, such as that of a sandbox
  HTTPS_PROXY, NO_PROXY    the way there

Exit status: 0 the file is there, 1 it is not, 2 usage.

Flags:
`

// Program is what the subcommand works with; all of it must be set.
type Program struct {
	// Connect reads the environment as the provider does.
	Connect func() (tray.Config, error)
	// Freeze makes the file's content from a document.
	Freeze func(document []byte) ([]byte, error)
	// Shown are, by resource type of the provider, the attributes that a state may be handed
	// out with: a path has dots between names, and "*" for the elements of a collection.
	// Arguments are the outer ones that a configuration gives.
	Shown          func() (shown, arguments map[string][]string, err error)
	Stdout, Stderr io.Writer
}

// arguments are what the command line says.
type arguments struct {
	path         string
	names, force bool
	// state is a state to hand out beside the snapshot, stateOut where that goes, and known
	// are files and folders with the addresses that stay in it.
	state, stateOut string
	known           []string
}

func parse(args []string, out io.Writer) (arguments, error) {
	var a arguments
	f := flag.NewFlagSet("snapshot", flag.ContinueOnError)
	f.SetOutput(out)
	f.Usage = func() {
		fmt.Fprint(out, usage)
		f.PrintDefaults()
	}
	f.StringVar(&a.path, "o", "", "the `file` to write, which only its owner may read")
	f.BoolVar(&a.names, "names", false, "keep names and e-mail addresses as they are")
	f.StringVar(&a.state, "state", "", "a `file` that \"terraform state pull\" has written; -state-out then says where to write it as it can be handed out")
	f.StringVar(&a.stateOut, "state-out", "", "the `file` to write the state to")
	f.Func("known", "`file` or folder whose addresses stay in the state; may be given several times (default: the folder of the configuration, .)", func(path string) error {
		a.known = append(a.known, path)
		return nil
	})
	f.BoolVar(&a.force, "force", false, "write over a file that is there")
	if err := f.Parse(args); err != nil {
		return a, err
	}
	if f.NArg() > 0 {
		return a, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if a.path == "" {
		return a, errors.New("-o must say which file to write, for example -o org.db")
	}
	if (a.state == "") != (a.stateOut == "") {
		return a, errors.New("-state and -state-out go together: what \"terraform state pull\" has written, and where to write it as it can be handed out")
	}
	return a, nil
}

// Run takes the snapshot and returns the exit status.
func (p Program) Run(ctx context.Context, args []string) int {
	a, err := parse(args, p.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(p.Stderr, "Error:", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := p.take(ctx, a); err != nil {
		fmt.Fprintln(p.Stderr, "Error:", err)
		return 1
	}
	return 0
}

func (p Program) take(ctx context.Context, a arguments) error {
	for _, path := range []string{a.path, a.stateOut} {
		if err := mayWrite(path, a.force); path != "" && err != nil {
			return err
		}
	}
	cfg, err := p.Connect()
	if err != nil {
		return err
	}
	r, asked, err := read(ctx, cfg, a.names, func(k kind) { fmt.Fprintf(p.Stderr, "Reading %s\n", k.what) })
	if err != nil {
		return fmt.Errorf("the organization could not be read, and no file was written: %w", err)
	}
	raw, err := json.Marshal(r.doc)
	if err != nil {
		return err
	}
	content, err := p.Freeze(raw)
	if err != nil {
		return err
	}
	report := r.report(a.path, asked)
	if a.state != "" {
		shown, arguments, err := p.Shown()
		if err != nil {
			return err
		}
		state, said, err := a.veil(newVeiled(r.key, shown, arguments))
		if err != nil {
			return fmt.Errorf("the state %s cannot be handed out, and no file was written: %w", a.state, err)
		}
		if err := write(a.stateOut, state, a.force); err != nil {
			return err
		}
		report += said
	}
	if err := write(a.path, content, a.force); err != nil {
		return err
	}
	_, err = io.WriteString(p.Stdout, report)
	return err
}

// read reads the organization and counts the requests.
func read(ctx context.Context, cfg tray.Config, names bool, told func(kind)) (*reader, int, error) {
	passing := &traffic{next: cfg.Transport, refused: map[string]refusal{}}
	if passing.next == nil {
		passing.next = http.DefaultTransport
	}
	cfg.Transport = passing
	api, err := tray.New(cfg)
	if err != nil {
		return nil, 0, err
	}
	r := &reader{api: api}
	if !names {
		r.key = pseudonym.NewKey()
		r.doc.Key = r.key.String()
	}
	if err := r.read(ctx, told); err != nil {
		return nil, 0, err
	}
	r.doc.Refused = passing.refusals()
	for i := range r.doc.Refused {
		r.doc.Refused[i].Message = r.text(r.doc.Refused[i].Message)
	}
	r.doc.Unseen = r.unseen()
	r.doc.Refused = r.unlisted(r.doc.Refused)
	return r, passing.asked, nil
}
