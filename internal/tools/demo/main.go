// Command demo shows the provider at its main job, on its own sandbox: plan, apply, an empty second plan, a change behind
// Terraform's back, the plan that finds it, and the apply that puts it back. It needs no account, and no network once the
// modules are there. It exits 0 only if every step did what the text around it says.
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
	layout  = flag.String("scenario", "", "the layout to apply (default examples/scenarios/tenant-per-app)")
	version = flag.String("version", "0.0.1", "the version that the built provider answers to")
)

func main() { program.Main("demo", run) }

func run(ctx context.Context, root string) error {
	scenario := *layout
	if scenario == "" {
		scenario = filepath.Join(root, "examples", "scenarios", "tenant-per-app")
	}
	if _, err := os.Stat(scenario); err != nil {
		return fmt.Errorf("the layout to show is not there: %w", err)
	}
	terraform, err := commandline.NewFinder(root, os.Stderr).Find(ctx, commandline.Terraform)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "tray-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)

	fmt.Fprintln(os.Stderr, "Building the provider.")
	built, err := mirror.Build(ctx, root, temp, *version)
	if err != nil {
		return err
	}
	// The layout's siblings come along: a layout may use modules that stand beside it.
	if err := os.CopyFS(filepath.Join(temp, "scenarios"), os.DirFS(filepath.Dir(scenario))); err != nil {
		return err
	}
	d := demo{
		terraform: terraform, provider: built.Provider, env: built.Env(),
		dir:    filepath.Join(temp, "scenarios", filepath.Base(scenario)),
		colour: isTerminal(os.Stdout) && os.Getenv("NO_COLOR") == "",
	}
	return d.show(ctx)
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
