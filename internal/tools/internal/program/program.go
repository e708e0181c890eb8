// Package program is the frame of every tool: it finds the checkout, ends on a signal, and turns an error into a message
// and an exit status.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// Main parses the flags, runs the tool with the root of the checkout and exits.
func Main(name string, run func(ctx context.Context, root string) error) {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	root, err := findRoot()
	if err == nil {
		err = run(ctx, root)
	}
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// findRoot returns the root of the checkout that holds the working directory. It looks for the registry manifest rather than
// asking git, so that an unpacked source archive works as well.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "terraform-registry-manifest.json")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not inside a checkout of terraform-provider-tray: run this from its root")
		}
		dir = parent
	}
}
