package coalesce

import "context"

// Client is what reads and writes need of the client that sends them. A *rest.Client is
// most of it.
type Client interface {
	// Wait waits for done, which another caller's request is to bring about, but neither
	// beyond ctx nor at all where that is known to be in vain. Its error is a *rest.Error.
	Wait(ctx context.Context, done <-chan struct{}) error
	// Afterwards is the context of completing a write that was sent, which goes on for a
	// while after ctx has ended.
	Afterwards(ctx context.Context) (context.Context, context.CancelFunc)
	// Retry pauses after the n-th try, from 1, of a write that turned out not to be done,
	// and reports whether there is to be another one.
	Retry(ctx context.Context, n int) bool
	// Uncached says that every read is to be a request of its own, and every write is to
	// be read back: for measurements.
	Uncached() bool
	// Unconfirmed is told of a write that Tray answered with success and that is taken for
	// done although it was not seen: it does not show yet or, with err, could not be read.
	Unconfirmed(ctx context.Context, write string, err error)
}
