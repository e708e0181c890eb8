package coalesce

import (
	"context"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// lock makes writes to one object take turns, so that the order in which they finish
// here is the order in which the server saw them. It fails only with ctx. What completes
// the write, once sent, runs on after; see Client.Afterwards.
func (c *Collection[T]) lock(ctx context.Context, id string) (after context.Context, unlock func(), err error) {
	c.mu.Lock()
	turn := c.turns[id]
	if turn == nil {
		turn = make(chan struct{}, 1)
		c.turns[id] = turn
	}
	c.mu.Unlock()
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, rest.AsError(ctx.Err())
	}
	after, end := c.client.Afterwards(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writing[id] = moment{clock: c.clock, pagesSent: c.pagesSent}
	return after, func() {
		end()
		c.mu.Lock()
		delete(c.writing, id)
		c.mu.Unlock()
		<-turn
	}, nil
}

// Wrote lays a finished write over everything read before it.
func (c *Collection[T]) Wrote(id string, value T) *Write[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.lay(&Write[T]{id: id, value: value})
	if c.Alias != nil {
		if a := c.Alias(value); a != "" {
			c.writesByAlias[a] = id
		}
	}
	return w
}

// Removed is Wrote for a removal.
func (c *Collection[T]) Removed(id string) *Write[T] {
	return c.remove(id, false)
}

// Dropped notes that a write elsewhere removed the object: whatever was read before
// is over, and any later read counts.
func (c *Collection[T]) Dropped(id string) { c.remove(id, true) }

// RemovedByUs reports whether our last write of an object removed it.
func (c *Collection[T]) RemovedByUs(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.writes[id]
	return w != nil && w.removal
}

func (c *Collection[T]) remove(id string, confirmed bool) *Write[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.race(id)
	return c.lay(&Write[T]{id: id, removal: true, confirmed: confirmed})
}

// race notes that a removal, done or perhaps done, fell among the pages of a list: a server
// whose cursors count elements then skips one. It wants c.mu.
func (c *Collection[T]) race(id string) {
	begun, ours := c.writing[id]
	for _, v := range []*snapshot[T]{c.snapshot, c.check} {
		switch {
		case v == nil:
		case !v.Done && (v.Pages > 0 || v.paging != nil), // between two pages, or during one
			ours && v.Pages > 1 && v.pagesSent > begun.pagesSent: // as its last one overtook our answer
			v.raced = true
		}
	}
}

// lay puts w over the reads, unless a write elsewhere touched the object after w was
// begun: which of the two came last only a read can tell.
func (c *Collection[T]) lay(w *Write[T]) *Write[T] {
	began, begun := c.writing[w.id]
	last := c.staleSince[w.id]
	if before := c.writes[w.id]; before != nil {
		last = max(last, before.at)
	}
	c.clock++
	w.at = c.clock
	if begun && last > began.clock {
		w.raced = true
		c.staleSince[w.id], c.forgotAt = c.clock, c.clock
		delete(c.writes, w.id)
		return w
	}
	c.writes[w.id] = w
	return w
}

// Touched voids what is known of an object that a write elsewhere has changed, also
// for a write to it or a read of it that is under way.
func (c *Collection[T]) Touched(id string) {
	c.mu.Lock()
	_, result := c.lookup(c.snapshot, Key{ID: id})
	_, begun := c.writing[id]
	begun = begun || c.snapshot.isReading(id) || c.check.isReading(id)
	c.mu.Unlock()
	if begun || (result != unknown && result != absent) {
		c.Forget(id)
	}
}
