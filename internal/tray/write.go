package tray

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
// doubles. Tray states no consistency (entries: read-after-write).
const (
	rereads     = 4
	firstReread = 100 * time.Millisecond
)

// lock makes writes to one object take turns, so that the order in which they finish
// here is the order in which the server saw them. It fails only with ctx. What completes
// the write, once sent, runs on after; see Client.afterwards.
func (c *collection[T]) lock(ctx context.Context, id string) (after context.Context, unlock func(), err error) {
	c.mu.Lock()
	turn := c.locks[id]
	if turn == nil {
		turn = make(chan struct{}, 1)
		c.locks[id] = turn
	}
	c.mu.Unlock()
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, rest.AsError(ctx.Err())
	}
	after, end := c.c.rest.Afterwards(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.begun[id] = c.clock
	return after, func() {
		end()
		c.mu.Lock()
		delete(c.begun, id)
		c.mu.Unlock()
		<-turn
	}, nil
}

// wrote lays a finished write over everything read before it.
func (c *collection[T]) wrote(id string, value T) *written[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.lay(&written[T]{id: id, value: value})
	if c.alias != nil {
		if a := c.alias(value); a != "" {
			c.writtenAs[a] = id
		}
	}
	return w
}

// removed is wrote for a removal.
func (c *collection[T]) removed(id string) *written[T] {
	return c.remove(id, false)
}

// dropped notes that a write elsewhere removed the object: whatever was read before
// is over, and any later read counts.
func (c *collection[T]) dropped(id string) { c.remove(id, true) }

// removedByUs reports whether our last write of an object removed it.
func (c *collection[T]) removedByUs(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.written[id]
	return w != nil && w.gone
}

func (c *collection[T]) remove(id string, settled bool) *written[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, v := range []*snapshot[T]{c.snapshot, c.check} {
		if v != nil && !v.Done && (v.Pages > 0 || v.paging != nil) {
			v.raced = true
		}
	}
	return c.lay(&written[T]{id: id, gone: true, settled: settled})
}

// lay puts w over the reads, unless a write elsewhere touched the object after w was
// begun: which of the two came last only a read can tell.
func (c *collection[T]) lay(w *written[T]) *written[T] {
	began, begun := c.begun[w.id]
	last := c.staleSince[w.id]
	if before := c.written[w.id]; before != nil {
		last = max(last, before.at)
	}
	c.clock++
	w.at = c.clock
	if begun && last > began {
		w.raced = true
		c.staleSince[w.id] = c.clock
		delete(c.written, w.id)
		return w
	}
	c.written[w.id] = w
	return w
}

// touched voids what is known of an object that a write elsewhere has changed, also
// for a write to it or a read of it that is under way.
func (c *collection[T]) touched(id string) {
	c.mu.Lock()
	_, known := c.lookup(c.snapshot, key{id: id})
	_, begun := c.begun[id]
	begun = begun || c.snapshot.reading(id) || c.check.reading(id)
	c.mu.Unlock()
	if begun || (known != unknown && known != absent) {
		c.forget(id)
	}
}

// confirm ends a write: it returns the object as Tray shows it where a read-back is
// due, and as written otherwise.
//
// Reading back each write would double their number. So the 1st, 4th, 16th, 64th …
// write of a collection is read back, by the list where that has no more pages than
// there are writes to verify (and then it verifies them all), by itself otherwise.
// The writes between are trusted on their 200 and verified by the next list read for
// whatever reason. must asks for a read-back now. Once ctx, the operation's, has ended,
// nothing is read that need not be.
func (c *collection[T]) confirm(ctx, after context.Context, w *written[T], must bool) (T, error) {
	c.mu.Lock()
	c.writes++
	due := must || (ctx.Err() == nil && (c.c.uncached || isPowerOfFour(c.writes)))
	budget := c.listBudget()
	c.mu.Unlock()
	if w.raced {
		return c.readRaced(after, w, must)
	}
	if !due {
		return w.value, nil
	}
	if budget > 0 {
		c.verifyByList(after, w, budget)
	}
	return c.verify(after, w, must)
}

func isPowerOfFour(n int) bool {
	return bits.OnesCount(uint(n)) == 1 && bits.TrailingZeros(uint(n))%2 == 0
}

// listBudget is how many pages verifying by list is worth, 0 being none: one for each
// write not verified yet. It wants c.mu.
func (c *collection[T]) listBudget() int {
	open := 0
	for _, w := range c.written {
		if !w.settled {
			open++
		}
	}
	switch {
	case c.c.uncached, c.one != nil && (c.unlisted || c.snapshot.sparse):
		return 0
	case c.pages > open: // known to be dearer
		return 0
	case c.pages == 0 && open <= 1: // of unknown length: a single read is certain to cost one
		return 0
	}
	return open
}

// verifyByList reads a list that begins after w, up to so many pages. What fails here
// is left to the single read that follows.
func (c *collection[T]) verifyByList(ctx context.Context, w *written[T], budget int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.check
	if v == nil || v.began < w.at {
		v = newSnapshot[T](c.clock)
		c.check = v
	}
	for !v.Done && v.Pages < budget {
		if err := c.nextPage(ctx, v).wait(ctx, &c.mu, c.c.rest); err != nil {
			return
		}
	}
	if v.Done && v.began >= c.snapshot.began && c.snapshot != v {
		c.snapshot = v
	}
}

// verify reads w back by itself until it shows, within bounds.
func (c *collection[T]) verify(ctx context.Context, w *written[T], must bool) (T, error) {
	var seen entry[T]
	for try := 0; ; try++ {
		if now, settled := c.settled(w); settled {
			return now, nil
		}
		if c.one == nil {
			return w.value, nil
		}
		if c.overtaken(w) {
			return c.readRaced(ctx, w, must)
		}
		c.mu.Lock()
		stamp, v := c.clock, c.snapshot
		c.mu.Unlock()
		f, err := c.readOne(ctx, v, w.id, stamp)
		if err != nil {
			return c.trust(ctx, w, must, err)
		}
		seen = f
		if _, settled := c.settled(w); settled {
			continue
		}
		if try == rereads {
			return c.judge(ctx, w, seen)
		}
		if err := rest.Pause(ctx, firstReread<<try); err != nil {
			return c.trust(ctx, w, must, rest.AsError(err))
		}
	}
}

// overtaken reports whether a write elsewhere has touched the object since w, so that no
// read can show any more whether w was carried out.
func (c *collection[T]) overtaken(w *written[T]) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !w.settled && c.written[w.id] != w
}

// readRaced ends a write that raced with one elsewhere: whatever the object is now.
func (c *collection[T]) readRaced(ctx context.Context, w *written[T], must bool) (T, error) {
	c.mu.Lock()
	stamp, v := c.clock, c.snapshot
	c.mu.Unlock()
	f, err := c.readOne(ctx, v, w.id, stamp)
	switch {
	case err != nil:
		return c.trust(ctx, w, must, err)
	case f.present == w.gone:
		return c.judge(ctx, w, f)
	case w.gone:
		return w.value, nil
	}
	return f.value, nil
}

// settled returns the object as a read since the write showed it, if one did.
func (c *collection[T]) settled(w *written[T]) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !w.settled {
		return w.value, false
	}
	if f, ok := c.snapshot.entries[w.id]; ok && f.present && f.whole && f.stamp >= w.at {
		return f.value, true
	}
	return w.value, true
}

// trust ends a write that succeeded but could not be read back: failing it would have
// the caller repeat or forget what was done. must means that the object is not fully
// known, and then there is nothing to return but an error that says it was done.
func (c *collection[T]) trust(ctx context.Context, w *written[T], must bool, err error) (T, error) {
	if !must || w.gone || c.c.uncached {
		c.c.rest.Log(ctx, "write not read back", map[string]any{"write": c.describe(w), "error": err.Error()})
		return w.value, nil
	}
	var cause *Error
	errors.As(err, &cause)
	e := *cause
	e.Message = fmt.Sprintf("Tray carried out the change to the %s, but reading it back failed: %s", c.what, cause.Message)
	e.Gone, e.Ambiguous = false, true
	return w.value, &e
}

// judge ends a write that Tray, asked time and again, does not show. What is merely
// not there yet is believed to come; what is still as it was has not been done.
func (c *collection[T]) judge(ctx context.Context, w *written[T], seen entry[T]) (T, error) {
	if !seen.present {
		c.c.noteLag(ctx, c.describe(w))
		return w.value, nil
	}
	c.mu.Lock()
	if c.written[w.id] == w {
		delete(c.written, w.id) // let reads say what Tray says
	}
	c.mu.Unlock()
	e := &Error{Status: http.StatusOK, Path: c.Path, Ambiguous: true}
	e.Message = fmt.Sprintf("Tray answered success, but still shows the %s as it was", c.what)
	if w.gone {
		e.Message = fmt.Sprintf("Tray answered success, but the %s is still there", c.what)
	}
	e.Hint = "Look it up in Tray; if it is as wanted by now, the next plan is empty."
	return seen.value, e
}

func (c *collection[T]) describe(w *written[T]) string {
	verb := "write of"
	if w.gone {
		verb = "removal of"
	}
	return fmt.Sprintf("%s %s %s (%s)", verb, c.what, w.id, c.Path)
}

// reread reads an object past everything remembered, for settling a write whose fate
// is unknown. A 404 is believed only when it persists.
func (c *collection[T]) reread(ctx context.Context, id string) (T, error) {
	for try := 0; ; try++ {
		value, err := c.one(ctx, id)
		if !hasStatus(err, http.StatusNotFound) || try == rereads-1 {
			return value, err
		}
		if err := rest.Pause(ctx, firstReread<<try); err != nil {
			return value, rest.AsError(err)
		}
	}
}

// amend completes what is laid over the reads for a write, unless it was replaced.
func (c *collection[T]) amend(w *written[T], value T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.written[w.id] == w {
		w.value = value
	}
}
