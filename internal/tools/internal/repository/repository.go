// Package repository knows where the tools stand: the root of the checkout, its modules and the files that belong to it.
package repository

import (
	"errors"
	"os"
	"path/filepath"
)

// Root returns the root of the checkout that holds the working directory. It looks for the registry manifest rather than asking
// git, so that an unpacked source archive works as well.
func Root() (string, error) {
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
