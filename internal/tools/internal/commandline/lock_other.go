//go:build !unix

package commandline

import "context"

// lock does nothing where the standard library has no file locks: two runs may then both build, and the last rename wins.
func lock(context.Context, string, func()) (unlock func(), err error) { return func() {}, nil }
