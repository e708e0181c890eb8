package engine

import (
	"context"
	"time"
)

// FromMillis is a time as the database holds it: Unix milliseconds.
func FromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// Timestamp is a time as the wire writes it.
func Timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// Wait sleeps for d or until ctx ends.
func Wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
