// Command terraform-provider-tray serves the Tray provider to Terraform and OpenTofu; as
// `terraform-provider-tray sandbox`, its stand-in for Tray over HTTP; as `terraform-provider-tray probe`, it asks
// a live organization what the stand-in has to assume; as `terraform-provider-tray review`, it says what a plan does;
// as `terraform-provider-tray snapshot`, it reads an organization into a file to plan by; as
// `terraform-provider-tray act`, it does what Terraform's actions do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/tray-community/terraform-provider-tray/internal/act"
	"github.com/tray-community/terraform-provider-tray/internal/probe"
	"github.com/tray-community/terraform-provider-tray/internal/provider"
	"github.com/tray-community/terraform-provider-tray/internal/review"
	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
	"github.com/tray-community/terraform-provider-tray/internal/snapshot"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// version is set when a release is linked.
var version = "dev"

const help = `terraform-provider-tray is a plugin: Terraform and OpenTofu start it themselves.

By hand it does this:
  terraform-provider-tray sandbox [flags]   serve a stand-in for Tray over HTTP, with a page
  terraform-provider-tray sandbox VERB …    act in it: people, accept, later, faults, reset, call
  terraform-provider-tray probe [flags]     ask a live organization what the stand-in assumes
  terraform-provider-tray review PLAN.json  say who gains and who loses access by a plan
  terraform-provider-tray snapshot -o FILE  read an organization into a file to plan by without a token
  terraform-provider-tray act VERB [flags]  do what Terraform's actions do, which OpenTofu has not
  terraform-provider-tray -debug            serve the provider for a debugger
  terraform-provider-tray -version          print the version
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "sandbox" {
		return sandbox.Command(context.Background(), args[1:], stdout, stderr)
	}
	if len(args) > 0 && args[0] == "probe" {
		ask := probe.Program{Questions: questions(), Env: os.Getenv, Stdout: stdout, Stderr: stderr}
		return ask.Run(context.Background(), args[1:])
	}
	if len(args) > 0 && args[0] == "review" {
		return review.Command(args[1:], os.Stdin, stdout, stderr)
	}
	if len(args) > 0 && args[0] == "snapshot" {
		return takeSnapshot(args[1:], stdout, stderr)
	}
	if len(args) > 0 && args[0] == "act" {
		once := act.Program{
			Connect: func() (tray.Config, error) { return provider.FromEnvironment(version, os.Getenv) },
			Belongs: provider.Belongs, Stdin: os.Stdin, Stdout: stdout, Stderr: stderr,
		}
		return once.Run(context.Background(), args[1:])
	}
	return servePlugin(args, stdout, stderr)
}

// takeSnapshot connects as the provider does, and has the sandbox make the file.
func takeSnapshot(args []string, stdout, stderr io.Writer) int {
	take := snapshot.Program{
		Connect: func() (tray.Config, error) { return provider.FromEnvironment(version, os.Getenv) },
		Shown: func() (shown, arguments map[string][]string, err error) {
			return provider.Shown(provider.New(version)())
		},
		Freeze: sandbox.Freeze, Stdout: stdout, Stderr: stderr,
	}
	return take.Run(context.Background(), args)
}

// questions are what the sandbox assumes, which probe cannot know by itself.
func questions() []probe.Question {
	var all []probe.Question
	for _, a := range sandbox.Assumptions() {
		all = append(all, probe.Question{Number: a.Number, Text: a.Question, Assumed: a.Chosen, ByHand: a.Probe})
	}
	return all
}

// servePlugin does what is left.
func servePlugin(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("terraform-provider-tray", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {} // printed below, where it is known why
	debug := flags.Bool("debug", false, "serve the provider for a debugger")
	showVersion := flags.Bool("version", false, "print the version")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, help)
		return 0
	} else if err != nil {
		fmt.Fprint(stderr, help)
		return 2
	}
	switch {
	case *showVersion:
		fmt.Fprintln(stdout, "terraform-provider-tray", version)
		return 0
	case flags.NArg() > 0, !*debug && os.Getenv("TF_PLUGIN_MAGIC_COOKIE") == "":
		// Terraform sets the cookie; without it the plugin library would only scold.
		fmt.Fprint(stderr, help)
		return 2
	}
	newProvider := provider.New(version, provider.WithSandbox(sandbox.Open))
	if err := provider.Serve(newProvider, *debug); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}
