// Command install builds the provider and puts it where `terraform init` and `tofu init` look for local ones, and where a
// shell finds it: `terraform-provider-tray sandbox` is a command of its own. It says where everything went, and what is
// still to do.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/program"
)

var version = flag.String("version", "0.0.1", "the version that the built provider answers to")

func main() { program.Main("install", run) }

func run(ctx context.Context, root string) error {
	machine, err := thisMachine(ctx)
	if err != nil {
		return err
	}
	return machine.install(ctx, root, *version, os.Stdout)
}
