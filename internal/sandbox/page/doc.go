// Package page is what the sandbox shows people in a browser: the organization, what
// happened in it, and buttons for what people do in Tray's UI and for what goes wrong.
//
// It knows the sandbox through its control plane alone, as tests do: it reads
// GET /_sandbox/state, timeline, clock and faults, and every button is a request under
// /_sandbox/. So there is no second copy of what a click does, and a kind of thing that
// the state begins to list appears here by itself.
//
// The page is made of templates and forms, and works without its script, which only
// spares whole reloads and follows what happens elsewhere. Everything is embedded;
// nothing is built, and nothing comes from another origin.
//
// It is for one person on this machine. Who serves it checks Host and Origin; a door
// (door.go) lets in who has the link that was printed.
package page
