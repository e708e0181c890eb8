// Command demo tells the provider's main job as a story, on its own sandbox: plan, apply, an empty second plan, a change
// behind Terraform's back, the plan that finds it, and the apply that puts it back. It needs no account, and no network once
// the modules are there. It exits 0 only if every step did what the text around it says; with -v it shows all that the
// command line prints. What it made stays, for the reader to go on with.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/mirror"
	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/program"
)

var (
	scenario = flag.String("scenario", "", "the layout to apply (default examples/scenarios/tenant-per-app)")
	version  = flag.String("version", "0.0.1", "the version that the built provider answers to")
	verbose  = flag.Bool("v", false, "show everything that the command line prints")
)

// The oldest versions that can run the layouts. The tests want newer ones, for `terraform query`.
const oldest = "1.11.0"

func main() { program.Main("demo", run) }

func run(ctx context.Context, root string) error {
	layout := *scenario
	if layout == "" {
		layout = filepath.Join(root, "examples", "scenarios", "tenant-per-app")
	}
	if _, err := os.Stat(layout); err != nil {
		return fmt.Errorf("the layout to show is not there: %w", err)
	}
	cli, err := commandLine(ctx, commandline.NewFinder(root, os.Stderr))
	if err != nil {
		return err
	}
	// One place, so that whoever runs this often does not fill a disk; the story says that it begins afresh.
	place := filepath.Join(root, ".cache", "demo")
	if err := os.RemoveAll(place); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "Building the provider.")
	built, err := mirror.Build(ctx, root, place, *version)
	if err != nil {
		return err
	}
	playground, err := furnish(place, layout, cli, built)
	if err != nil {
		return err
	}
	s := story{out: os.Stdout, colour: isTerminal(os.Stdout) && os.Getenv("NO_COLOR") == ""}
	d := demo{story: s, cli: cli, provider: built.Provider, env: built.Env(), dir: playground, verbose: *verbose}
	shown := layout
	if relative, err := filepath.Rel(root, layout); err == nil && filepath.IsLocal(relative) {
		shown = filepath.ToSlash(relative)
	}
	if err := d.show(ctx, shown); err != nil {
		return err
	}
	s.nowYou(cli.name, playground, filepath.Join(place, envFile))
	return nil
}

// A cli is the command line that tells the story.
type cli struct{ name, path string }

// commandLine takes Terraform, or an OpenTofu that is there when Terraform would have to be built first.
func commandLine(ctx context.Context, finder *commandline.Finder) (cli, error) {
	terraform, tofu := commandline.Terraform.AtLeast(oldest), commandline.OpenTofu.AtLeast(oldest)
	for _, tool := range []commandline.Tool{terraform, tofu} {
		path, ready, err := finder.Ready(ctx, tool)
		if err != nil {
			return cli{}, err
		}
		if ready {
			return cli{tool.Name, path}, nil
		}
	}
	path, err := finder.Find(ctx, terraform)
	return cli{terraform.Name, path}, err
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
