package snapshot

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// largestSource bounds the files of a configuration: what is larger was not written by hand.
const largestSource = 4 << 20

// veil reads the state and the configuration, and makes the state to hand out.
func (a arguments) veil(v *veiled) (state []byte, said string, err error) {
	raw, err := os.ReadFile(a.state)
	if err != nil {
		return nil, "", err
	}
	if len(a.known) == 0 {
		a.known = []string{"."}
	}
	var configuration bytes.Buffer
	for _, path := range a.known {
		if err := a.source(&configuration, path); err != nil {
			return nil, "", err
		}
	}
	v.knows(configuration.String())
	state, err = v.state(raw)
	if err != nil {
		return nil, "", err
	}
	said = fmt.Sprintf("%s holds the state. Whom the configuration names stands there as in its files.\n", a.stateOut)
	if v.key != nil {
		said = fmt.Sprintf("%s holds the state, with pseudonyms in %s. Whom the configuration names stands there as in its files.\n", a.stateOut, count(v.hidden, "place"))
	}
	return state, said + v.left(), nil
}

// source adds what a file, or a folder, says: hidden folders, states and plans are nobody's
// configuration.
func (a arguments) source(to *bytes.Buffer, root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			return nil
		}
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() > largestSource || !a.configures(path) {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.ContainsRune(raw, 0) && !bytes.Contains(raw, []byte(`"format_version"`)) { // a plan, a database, a program
			to.Write(raw)
			to.WriteByte('\n')
		}
		return nil
	})
}

// configures reports whether a file may say who is managed: a state does not, wherever it
// comes from.
func (a arguments) configures(path string) bool {
	for _, own := range []string{a.path, a.state, a.stateOut} {
		if same(path, own) {
			return false
		}
	}
	name := filepath.Base(path)
	return !slices.ContainsFunc([]string{".tfstate", ".tfplan", ".db"}, func(ext string) bool { return strings.Contains(name, ext) })
}

func same(a, b string) bool {
	left, err := filepath.Abs(a)
	if err != nil {
		return false
	}
	right, err := filepath.Abs(b)
	return err == nil && b != "" && left == right
}
