// Command terraform-provider-tray serves the Tray provider to Terraform and OpenTofu,
// and, as `terraform-provider-tray sandbox`, its stand-in for Tray over HTTP.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/tray-community/terraform-provider-tray/internal/provider"
	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
)

// version is set when a release is linked.
var version = "dev"

const help = `terraform-provider-tray is a plugin: Terraform and OpenTofu start it themselves.

By hand it does this:
  terraform-provider-tray sandbox [flags]   serve a stand-in for Tray over HTTP
  terraform-provider-tray sandbox call …    send it one request
  terraform-provider-tray -debug            serve the provider for a debugger
  terraform-provider-tray -version          print the version
`

func main() {
	if len(os.Args) > 1 && os.Args[1] == "sandbox" {
		os.Exit(sandbox.Command(context.Background(), os.Args[2:], os.Stdout, os.Stderr))
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run does everything but the sandbox and returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
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
