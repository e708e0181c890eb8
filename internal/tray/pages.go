package tray

import (
	"context"
	"iter"
)

// each yields the objects page by page, reading no further than it is consumed and
// sharing what has been read. An error ends it.
func (c *collection[T]) each(ctx context.Context) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		c.mu.Lock()
		v := c.view
		if v.done && c.stale(v) {
			v = c.restart(v)
		}
		c.mu.Unlock()
		from := 0
		for {
			chunk, to, err := c.chunk(ctx, v, from)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(chunk) > 0 && !yield(chunk, nil) {
				return
			}
			if to < 0 {
				return
			}
			from = to
		}
	}
}

// chunk returns the objects of v from a position on, at most to the end of what is
// read, or one more page when that is used up; to is -1 after the last. Where each
// object takes a read of its own, a chunk is as many as are read at once.
func (c *collection[T]) chunk(ctx context.Context, v *view[T], from int) (objects []T, to int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if from >= len(v.order) && !v.done {
		if err := c.nextPage(ctx, v).wait(ctx, &c.mu, c.c.limiter); err != nil {
			return nil, 0, err
		}
	}
	to = len(v.order)
	if from >= to && v.done {
		objects, err = c.collect(ctx, v, c.ids(v, from)) // what we wrote beyond the list
		return objects, -1, err
	}
	if v.sparse {
		to = min(to, from+detailReaders)
	}
	objects, err = c.collect(ctx, v, v.order[from:to])
	return objects, to, err
}
