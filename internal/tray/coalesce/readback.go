package coalesce

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"net/http"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// The re-reads of a write that does not show: how many, and the first pause, which
// doubles. Tray states no consistency (facts: read-after-write).
const (
	rereads     = 4
	firstReread = 100 * time.Millisecond
)

// Confirm ends a write: it returns the object as Tray shows it where a read-back is
// due, and as written otherwise.
//
// Reading back each write would double their number. So the 1st, 4th, 16th, 64th …
// write of a collection is read back, by the list where that has no more pages than
// there are writes to confirm (and then it confirms them all), by itself otherwise.
// The writes between are trusted on their 200 and confirmed by the next list read for
// whatever reason. must asks for a read-back now. Once ctx, the operation's, has ended,
// nothing is read that need not be.
func (c *Collection[T]) Confirm(ctx, after context.Context, w *Write[T], must bool) (T, error) {
	c.mu.Lock()
	c.finished++
	due := must || (ctx.Err() == nil && (c.client.Uncached() || isPowerOfFour(c.finished)))
	budget := c.listBudget()
	c.mu.Unlock()
	if w.raced {
		return c.readRaced(after, w, must)
	}
	if !due {
		return w.value, nil
	}
	if budget > 0 {
		c.readBackByList(after, w, budget)
	}
	return c.ReadBack(after, w, must)
}

func isPowerOfFour(n int) bool {
	return bits.OnesCount(uint(n)) == 1 && bits.TrailingZeros(uint(n))%2 == 0
}

// listBudget is how many pages reading back by list is worth, 0 being none: one for each
// write not confirmed yet. It wants c.mu.
func (c *Collection[T]) listBudget() int {
	open := 0
	for _, w := range c.writes {
		if !w.confirmed {
			open++
		}
	}
	switch {
	case c.client.Uncached(), c.One != nil && (c.listForbidden || c.snapshot.sparse):
		return 0
	case c.listPages > open: // known to be dearer
		return 0
	case c.listPages == 0 && open <= 1: // of unknown length: a single read is certain to cost one
		return 0
	}
	return open
}

// readBackByList reads a list that begins after w, up to so many pages. What fails here
// is left to the single read that follows.
func (c *Collection[T]) readBackByList(ctx context.Context, w *Write[T], budget int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.check
	if v == nil || v.began < w.at {
		v = newSnapshot[T](c.clock)
		c.check = v
	}
	for !v.Done && v.Pages < budget {
		if err := c.readPage(ctx, v).wait(ctx, &c.mu, c.client); err != nil {
			return
		}
	}
	if v.Done && v.began >= c.snapshot.began && c.snapshot != v {
		c.snapshot = v
	}
}

// ReadBack reads w back by itself until it shows, within bounds.
func (c *Collection[T]) ReadBack(ctx context.Context, w *Write[T], must bool) (T, error) {
	var seen entry[T]
	for try := 0; ; try++ {
		if now, shown := c.shown(w); shown {
			return now, nil
		}
		if c.One == nil {
			return w.value, nil
		}
		if c.overtaken(w) {
			return c.readRaced(ctx, w, must)
		}
		c.mu.Lock()
		stamp, v := c.clock, c.snapshot
		c.mu.Unlock()
		f, err := c.readByID(ctx, v, w.id, stamp)
		if err != nil {
			return c.trust(ctx, w, must, err)
		}
		seen = f
		if _, shown := c.shown(w); shown {
			continue
		}
		if try == rereads {
			return c.judge(ctx, w, seen)
		}
		if err := rest.Pause(ctx, firstReread<<try); err != nil {
			return c.trust(ctx, w, must, err)
		}
	}
}

// overtaken reports whether a write elsewhere has touched the object since w, so that no
// read can show any more whether w was carried out.
func (c *Collection[T]) overtaken(w *Write[T]) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !w.confirmed && c.writes[w.id] != w
}

// readRaced ends a write that raced with one elsewhere: whatever the object is now.
func (c *Collection[T]) readRaced(ctx context.Context, w *Write[T], must bool) (T, error) {
	if c.One == nil { // the next list will tell
		return w.value, nil
	}
	c.mu.Lock()
	stamp, v := c.clock, c.snapshot
	c.mu.Unlock()
	f, err := c.readByID(ctx, v, w.id, stamp)
	switch {
	case err != nil:
		return c.trust(ctx, w, must, err)
	case f.present == w.removal:
		return c.judge(ctx, w, f)
	case w.removal:
		return w.value, nil
	}
	return f.value, nil
}

// shown returns the object as a read since the write showed it, if one did.
func (c *Collection[T]) shown(w *Write[T]) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !w.confirmed {
		return w.value, false
	}
	if f, ok := c.snapshot.entries[w.id]; ok && f.present && f.complete && f.stamp >= w.at {
		return f.value, true
	}
	return w.value, true
}

// trust ends a write that succeeded but could not be read back: failing it would have
// the caller repeat or forget what was done. must means that the object is not fully
// known, and then there is nothing to return but an error that says it was done.
func (c *Collection[T]) trust(ctx context.Context, w *Write[T], must bool, err error) (T, error) {
	if !must || w.removal || c.client.Uncached() {
		c.client.Unconfirmed(ctx, c.describe(w), err)
		return w.value, nil
	}
	var cause *rest.Error
	errors.As(err, &cause)
	e := *cause
	e.Message = fmt.Sprintf("Tray carried out the change to the %s, but reading it back failed: %s", c.What, cause.Message)
	e.Gone, e.Ambiguous = false, true
	return w.value, &e
}

// judge ends a write that Tray, asked time and again, does not show. What is merely
// not there yet is believed to come; what is still as it was has not been done.
func (c *Collection[T]) judge(ctx context.Context, w *Write[T], seen entry[T]) (T, error) {
	if !seen.present {
		c.client.Unconfirmed(ctx, c.describe(w), nil)
		return w.value, nil
	}
	c.mu.Lock()
	if c.writes[w.id] == w {
		delete(c.writes, w.id) // let reads say what Tray says
	}
	c.mu.Unlock()
	e := &rest.Error{Status: http.StatusOK, Path: c.Path, Ambiguous: true}
	e.Message = fmt.Sprintf("Tray answered success, but still shows the %s as it was", c.What)
	if w.removal {
		e.Message = fmt.Sprintf("Tray answered success, but the %s is still there", c.What)
	}
	e.Hint = "Look it up in Tray; if it is as wanted by now, the next plan is empty."
	return seen.value, e
}

func (c *Collection[T]) describe(w *Write[T]) string {
	verb := "write of"
	if w.removal {
		verb = "removal of"
	}
	return fmt.Sprintf("%s %s %s (%s)", verb, c.What, w.id, c.Path)
}

// Reread reads an object past everything remembered, for settling a write whose fate
// is unknown. A 404 is believed only when it persists.
func (c *Collection[T]) Reread(ctx context.Context, id string) (T, error) {
	for try := 0; ; try++ {
		value, err := c.One(ctx, id)
		if !rest.HasStatus(err, http.StatusNotFound) || try == rereads-1 {
			return value, err
		}
		if err := rest.Pause(ctx, firstReread<<try); err != nil {
			return value, err
		}
	}
}

// Amend completes what is laid over the reads for a write, as far as it still is.
func (c *Collection[T]) Amend(w *Write[T], value T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.value = value
}
