package coalesce

import (
	"context"
	"net/http"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// Peek returns what is known of an object without asking anybody, and whether that is all
// of it.
func (c *Collection[T]) Peek(id string) (value T, complete bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, result := c.lookup(c.snapshot, Key{ID: id})
	return f.value, result == present
}

// Seen returns an object that was read and that is accepts, asking nobody.
func (c *Collection[T]) Seen(is func(T) bool) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.snapshot.seen(is)
}

// OnFirstPage returns an object that was read already, or that the first page has, and
// reports whether that is all there is.
func (c *Collection[T]) OnFirstPage(ctx context.Context, is func(T) bool) (found *T, all bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.snapshot
	if c.client.Uncached() {
		v = newSnapshot[T](c.clock)
	}
	for {
		if value, seen := v.seen(is); seen {
			return &value, true, nil
		}
		if v.Pages > 0 {
			return nil, v.Done && !v.sparse, nil
		}
		if err := c.readPage(ctx, v).wait(ctx, &c.mu, c.client); err != nil {
			return nil, false, err
		}
	}
}

// NoteAbsent notes what the noun has proven about an object that was not found, so
// that it need not be proven again.
func (c *Collection[T]) NoteAbsent(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.snapshot.proven[id] = struct{}{}
}

// IsProvenAbsent reports what is known without asking: removed by us, or proven.
func (c *Collection[T]) IsProvenAbsent(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.writes[id]; w != nil {
		return w.removal
	}
	_, proven := c.snapshot.proven[id]
	return proven && c.staleSince[id] <= c.snapshot.began
}

// Invalidate voids all reads: something may have appeared that we cannot name. Our
// writes stay laid over whatever is read next.
func (c *Collection[T]) Invalidate() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock++
	c.snapshot, c.check = newSnapshot[T](c.clock), nil
}

// ForgetAfter voids what is known of an object to which a write failed in a way that
// tells that it is not as we think. A 404 for what we have removed tells nothing new.
func (c *Collection[T]) ForgetAfter(id string, err error) {
	notFound := rest.HasStatus(err, http.StatusNotFound)
	if notFound && c.RemovedByUs(id) {
		return
	}
	if notFound || rest.HasStatus(err, http.StatusConflict) || rest.IsAmbiguous(err) {
		c.Forget(id)
	}
}

// Forget voids what was read, or written by us, of one object.
func (c *Collection[T]) Forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock++
	c.staleSince[id], c.forgotAt = c.clock, c.clock
	delete(c.writes, id)
}
