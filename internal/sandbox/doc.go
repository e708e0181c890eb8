// Package sandbox is a stand-in for Tray: the documented platform API, the management plane of our own for what Tray offers in
// its UI only, and a control plane under /_sandbox/ for tests. One http.Handler over one SQLite file serves two modes:
//
//   - over HTTP on the loopback interface, by Command;
//   - in the provider's own process, by Open, whose http.RoundTripper needs no port.
//
// A sandbox holds one organization, and as many further ones as an operator opens, each in a file of its own (further.go).
// Several processes may work on the files at the same time. What the sandbox answers, and how far each answer is backed by
// Tray's documents, is listed in routes.go; who may do what is one table in rbac.go; the guesses are the numbered questions
// of assumptions.go. The package imports nothing of ours, not even the client: it declares its own wire structs, so that a
// wrong field name in one cannot agree with itself in the other.
package sandbox
