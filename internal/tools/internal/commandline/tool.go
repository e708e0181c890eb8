// Package commandline finds the Terraform and the OpenTofu that tests, demo and documentation run, or builds them from
// their Go modules when the machine has none that is new enough. It uses the standard library only, so that it works on a
// machine that has Go and nothing else.
package commandline

import "fmt"

// A Tool is one of the two command lines.
type Tool struct {
	Name  string // the executable
	Title string // what the program calls itself in `version`
	Env   string // the variable that names a ready executable

	Module  string  // the Go module it is built from
	Main    string  // the main package in it
	Version Version // the version that is built
	Oldest  Version // the oldest that is taken as found
	Sums    Sums
	// Replace repeats the module's own replace directives ("path version" → "path version"): Go heeds those of the main
	// module only, and here that is a generated one.
	Replace map[string]string
}

// Sums are the module's lines of go.sum. With them the module's own go.sum can be trusted for all the rest.
type Sums struct{ Zip, GoMod string }

// Tools lists the command lines in the order in which they are built.
func Tools() []Tool { return []Tool{Terraform, OpenTofu} }

// AtLeast returns the tool for a caller that needs nothing newer than the given version, which must be well-formed.
func (t Tool) AtLeast(oldest string) Tool {
	version, err := ParseVersion(oldest)
	if err != nil {
		panic(err)
	}
	t.Oldest = version
	return t
}

// ByName returns the tool with that executable name.
func ByName(name string) (Tool, error) {
	for _, t := range Tools() {
		if t.Name == name {
			return t, nil
		}
	}
	return Tool{}, fmt.Errorf("there is no command line %q: choose terraform or tofu", name)
}
