package act

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

const usage = `Usage: TRAY_API_TOKEN=… terraform-provider-tray act VERB [flags]

Does once what Terraform's actions do, for OpenTofu, which has none, and for scripts. Each
looks first: what is done already is said and left alone.

Verbs:
  resend-invite      invite somebody again who has not come yet
  snapshot-project   make a version of a project
  publish-solution   publish a solution as it is now
  call-operation     call an operation of a connector, such as for a smoke test

  terraform-provider-tray act VERB -h says which flags a verb takes. With -organization NAME
  nothing is done unless the token belongs to the organization of that name or id.

Environment, as for the provider:
  TRAY_API_TOKEN           token of the organization
  TRAY_REGION              us (the default), eu or ap
  TRAY_API_URL             another address, such as that of a sandbox
  HTTPS_PROXY, NO_PROXY    the way there

Exit status: 0 it is done, or was before; 1 it is not; 2 usage.
`

// Program is what the subcommand works with; all of it must be set.
type Program struct {
	// Connect reads the environment as the provider does.
	Connect func() (tray.Config, error)
	// Belongs is an error where the token does not belong to the organization, by name or id.
	Belongs        func(ctx context.Context, api *tray.Client, organization string) error
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// verb is an act with its flags: bind declares them, and do acts by what they hold.
type verb struct {
	bind func(f *flag.FlagSet) (needed []string, do func(context.Context, Acts) error)
}

func (p Program) verbs() map[string]verb {
	return map[string]verb{
		"resend-invite": {resendFlags}, "snapshot-project": {snapshotFlags}, "publish-solution": {publishFlags},
		"call-operation": {func(f *flag.FlagSet) ([]string, func(context.Context, Acts) error) { return callFlags(f, p.Stdin) }},
	}
}

// Run acts and returns the exit status.
func (p Program) Run(ctx context.Context, args []string) int {
	name := ""
	if len(args) > 0 {
		name = args[0]
	}
	v, known := p.verbs()[name]
	if !known {
		fmt.Fprint(p.Stderr, usage)
		if strings.TrimLeft(name, "-") == "h" || strings.TrimLeft(name, "-") == "help" {
			return 0
		}
		return 2
	}
	organization, do, err := p.parse(name, v, args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(p.Stderr, "Error:", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := p.act(ctx, organization, do); err != nil {
		fmt.Fprintln(p.Stderr, "Error:", asFlags(err))
		return 1
	}
	return 0
}

func (p Program) parse(name string, v verb, args []string) (organization string, do func(context.Context, Acts) error, err error) {
	f := flag.NewFlagSet("act "+name, flag.ContinueOnError)
	f.SetOutput(p.Stderr)
	f.StringVar(&organization, "organization", "", "`name` or id of the organization that the token must belong to")
	needed, do := v.bind(f)
	if err := f.Parse(args); err != nil {
		return "", nil, err
	}
	if f.NArg() > 0 {
		return "", nil, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	for _, n := range needed {
		if f.Lookup(n).Value.String() == "" {
			return "", nil, fmt.Errorf("-%s must be given", n)
		}
	}
	return organization, do, nil
}

func (p Program) act(ctx context.Context, organization string, do func(context.Context, Acts) error) error {
	cfg, err := p.Connect()
	if err != nil {
		return err
	}
	api, err := tray.New(cfg)
	if err == nil {
		err = p.Belongs(ctx, api, organization)
	}
	if err != nil {
		return err
	}
	return do(ctx, Acts{API: api, Tell: func(text string) { fmt.Fprintln(p.Stdout, text) }})
}

// asFlags names the flag that is to blame, where an action would point at its argument.
func asFlags(err error) string {
	var problem *Problem
	if !errors.As(err, &problem) || problem.Argument == "" {
		return err.Error()
	}
	return fmt.Sprintf("-%s: %s", strings.ReplaceAll(problem.Argument, "_", "-"), problem.Error())
}
