package rest

import (
	"context"
	"time"
)

// Wait waits for done on behalf of a caller whose answer another one's request brings. It
// fails with ctx, and at once when a pause of the rate limit is known to outlast ctx's
// deadline. The error is always a *Error.
func (c *Client) Wait(ctx context.Context, done <-chan struct{}) error {
	return AsError(c.limiter.watch(ctx, done))
}

// Afterwards is the context of what completes a write that was sent: looking up what
// became of it, and reading it back. What is cancelled meanwhile, as by Ctrl-C, must not
// be in Tray and unknown to the caller, so this goes on for one request_timeout after ctx
// has ended; no write is sent on it.
func (c *Client) Afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	after, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(c.timeout, cancel) })
	return after, func() { stop(); cancel() }
}

// Retry pauses after the n-th try, from 1, of a write that turned out not to be done, and
// reports whether there is to be another one.
func (c *Client) Retry(ctx context.Context, n int) bool {
	if n > c.retries {
		return false
	}
	pause := backoff(n)
	return tooLongFor(ctx, pause, nil) == nil && sleep(ctx, pause, nil) == nil
}

// Pause waits for about d, or fails with ctx. The error is always a *Error.
func Pause(ctx context.Context, d time.Duration) error {
	return AsError(sleep(ctx, jitter(d), nil))
}

// Sleep is Pause for exactly d.
func Sleep(ctx context.Context, d time.Duration) error { return AsError(sleep(ctx, d, nil)) }

// Rate is how many requests a second this client sends at most.
func (c *Client) Rate() float64 { return float64(c.limiter.max) }

// sleep waits for d, or until wake is closed (nil: never), or fails with ctx.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-wake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
