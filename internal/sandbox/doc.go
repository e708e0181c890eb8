// Package sandbox is a stand-in for Tray: the documented platform API, the management
// plane of our own for what Tray offers in its UI only, and a control plane under
// /_sandbox/ for tests. One handler over one SQLite file serves two modes:
//
//   - over HTTP on the loopback interface, by Command;
//   - in the provider's own process, by Open, whose http.RoundTripper needs no port.
//
// # Where things are
//
// Each noun is a file (user.go, workspace.go, member.go …) with a value of type noun: its
// routes, who may use them, what they assume, what people do to it in the UI (…_ui.go),
// and its part of the state. noun.go puts them together. rules.go holds the
// organization's rules, rbac.go who may do what, routes.go what a route is, and
// assumptions.go the numbered guesses.
//
// server.go takes a request through its stages; call.go is what a handler sees of it.
// What is no matter of nouns is in package engine, which imports nothing of this one.
//
// A sandbox holds one organization, and as many further ones, its tenants, as an operator
// opens, each in a file of its own (tenants.go): a request goes to the one that knows its
// token. Several processes may work on the files at the same time.
//
// The package imports nothing of ours but engine, not even the client: it declares its
// own wire structs, so that a wrong field name in one cannot agree with itself in the
// other.
package sandbox
