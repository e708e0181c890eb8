package coalesce

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"sync"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// List returns every object, in the server's order, then what we wrote since.
func (c *Collection[T]) List(ctx context.Context) ([]T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.snapshot
	if c.client.Uncached() {
		v = newSnapshot[T](c.clock)
	}
	if v.Done && c.stale(v) {
		v = c.restart(v)
	}
	if err := c.load(ctx, v); err != nil {
		return nil, err
	}
	if v.raced && !c.client.Uncached() { // by a removal of ours: once more, but not for ever
		v = c.restart(v)
		if err := c.load(ctx, v); err != nil {
			return nil, err
		}
	}
	return c.collect(ctx, v, c.ids(v, 0))
}

// load reads v to its end. It wants c.mu.
func (c *Collection[T]) load(ctx context.Context, v *snapshot[T]) error {
	for !v.Done {
		if err := c.readPage(ctx, v).wait(ctx, &c.mu, c.client); err != nil {
			return err
		}
	}
	return nil
}

// stale reports whether reading v's list anew costs less than reading by itself each
// object whose entry is void.
func (c *Collection[T]) stale(v *snapshot[T]) bool {
	if v.raced {
		return true
	}
	open := 0
	for id := range c.staleSince {
		if _, result := c.lookup(v, Key{ID: id}); result == unknown {
			open++
		}
	}
	return open > 0 && (c.One == nil || open >= v.Pages)
}

// ids are those of v from the given position on, and of what we wrote beyond it.
func (c *Collection[T]) ids(v *snapshot[T], from int) []string {
	ids := slices.Clone(v.order[from:])
	var more []string
	for id := range c.writes {
		if _, there := v.listed[id]; !there {
			more = append(more, id)
		}
	}
	for id := range c.staleSince {
		if _, there := v.listed[id]; !there && c.writes[id] == nil {
			more = append(more, id)
		}
	}
	slices.Sort(more)
	return append(ids, more...)
}

// detailReaders bounds the single reads under way for one list.
const detailReaders = 10

// Listable reports whether this token may list: nil once it has read a page.
func (c *Collection[T]) Listable(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.snapshot.Pages > 0 {
		return nil
	}
	if c.listForbidden {
		return &rest.Error{Status: http.StatusForbidden, Message: "This token may not list"}
	}
	return c.readPage(ctx, c.snapshot).wait(ctx, &c.mu, c.client)
}

// collect returns the objects of those ids that exist, reading by itself each that the
// list does not tell in full: again, when a write elsewhere voids it in the meantime.
// One that turns out not to exist is no error: it was removed since the list was read.
// It wants c.mu.
func (c *Collection[T]) collect(ctx context.Context, v *snapshot[T], ids []string) ([]T, error) {
	for {
		open := c.untold(v, ids)
		if len(open) == 0 {
			break
		}
		if err := c.details(ctx, v, open); err != nil {
			return nil, err
		}
	}
	out := make([]T, 0, len(ids))
	for _, id := range ids {
		if f, result := c.lookup(v, Key{ID: id}); result == present {
			out = append(out, f.value)
		}
	}
	return out, nil
}

// untold are those ids whose objects v does not know in full.
func (c *Collection[T]) untold(v *snapshot[T], ids []string) []string {
	var open []string
	for _, id := range ids {
		if _, result := c.lookup(v, Key{ID: id}); c.One != nil && (result == incomplete || result == unknown) {
			open = append(open, id)
		}
	}
	return open
}

// details reads the objects of those ids, several at a time. It wants c.mu.
func (c *Collection[T]) details(ctx context.Context, v *snapshot[T], ids []string) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan string, len(ids))
	for _, id := range ids {
		work <- id
	}
	close(work)
	c.mu.Unlock()
	var readers sync.WaitGroup
	for range min(detailReaders, len(ids)) {
		readers.Go(func() {
			for id := range work {
				if err := c.detail(ctx, v, id); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	readers.Wait()
	c.mu.Lock()
	return rest.AsError(context.Cause(ctx))
}

func (c *Collection[T]) detail(ctx context.Context, v *snapshot[T], id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.readKey(ctx, v, Key{ID: id}).wait(ctx, &c.mu, c.client)
}

// Each yields the objects page by page, reading no further than it is consumed and
// sharing what has been read. An error ends it.
func (c *Collection[T]) Each(ctx context.Context) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		c.mu.Lock()
		v := c.snapshot
		if v.Done && c.stale(v) {
			v = c.restart(v)
		}
		c.mu.Unlock()
		yielded := map[string]bool{}
		for from, again := 0, true; ; {
			chunk, to, err := c.chunk(ctx, v, from)
			if err != nil {
				yield(nil, err)
				return
			}
			chunk = slices.DeleteFunc(chunk, func(value T) bool { return yielded[c.ID(value)] })
			for _, value := range chunk {
				yielded[c.ID(value)] = true
			}
			if len(chunk) > 0 && !yield(chunk, nil) {
				return
			}
			from = to
			if to >= 0 {
				continue
			}
			if v = c.afresh(v); v == nil || !again {
				return
			}
			from, again = 0, false // once more, for what was skipped
		}
	}
}

// afresh returns a new reading of v's list where a removal of ours raced with v, else nil.
func (c *Collection[T]) afresh(v *snapshot[T]) *snapshot[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !v.raced {
		return nil
	}
	return c.restart(v)
}

// chunk returns the objects of v from a position on, at most to the end of what is
// read, or one more page when that is used up; to is -1 after the last. Where each
// object takes a read of its own, a chunk is as many as are read at once.
func (c *Collection[T]) chunk(ctx context.Context, v *snapshot[T], from int) (objects []T, to int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if from >= len(v.order) && !v.Done {
		if err := c.readPage(ctx, v).wait(ctx, &c.mu, c.client); err != nil {
			return nil, 0, err
		}
	}
	to = len(v.order)
	if from >= to && v.Done {
		objects, err = c.collect(ctx, v, c.ids(v, from)) // what we wrote beyond the list
		return objects, -1, err
	}
	if v.sparse {
		to = min(to, from+detailReaders)
	}
	objects, err = c.collect(ctx, v, v.order[from:to])
	return objects, to, err
}
