// Command cli finds or builds the Terraform and OpenTofu that the tests run.
//
//	go -C internal/tools run ./cli                    # prints export TF_CLI=… and export TOFU_CLI=… for a shell
//	go -C internal/tools run ./cli -print terraform   # prints one path
//
// Progress goes to standard error. Which versions: internal/commandline/pins.go.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/program"
)

var only = flag.String("print", "", "print the path of this one only: terraform or tofu")

func main() { program.Main("cli", run) }

func run(ctx context.Context, root string) error {
	finder := commandline.NewFinder(root, os.Stderr)
	if *only != "" {
		tool, err := commandline.ByName(*only)
		if err != nil {
			return err
		}
		path, err := finder.Find(ctx, tool)
		if err != nil {
			return err
		}
		fmt.Println(path)
		return nil
	}
	for _, tool := range commandline.Tools() {
		path, err := finder.Find(ctx, tool)
		if err != nil {
			return err
		}
		fmt.Printf("export %s='%s'\n", tool.Env, strings.ReplaceAll(path, "'", `'\''`))
	}
	return nil
}
