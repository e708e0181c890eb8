package tray

import (
	"context"
	"sync"
)

// source says how the objects of one collection are read.
type source[T any] struct {
	what string // "user", for messages
	path string // where the list is, for messages
	// page reads the page at a cursor, "" being the first.
	page func(ctx context.Context, cursor string) (page[T], error)
	// one reads an object by id; nil when there is no such call.
	one func(ctx context.Context, id string) (T, error)
	// find reads by secondary key; nil, nil means that nobody has it.
	find func(ctx context.Context, k key) (*element[T], error)
	id   func(T) string
	// alias is the folded secondary key of a value; nil when there is none.
	alias func(T) string
	// shows reports whether what was read shows what was written.
	shows func(read, written T) bool
}

// collection remembers what was read of one list and what was written to it, and
// shares every request among those who want its answer. The rules:
//
//   - A read answers from a view (see view), extending it as read.go decides.
//   - clock counts finished writes. A read that was sent before a write finished has a
//     stamp below that write's, and never prevails over it.
//   - A write is laid over the views, as Tray answers most writes with {}. It prevails
//     over every read with an older stamp, and over newer ones too until one of them
//     has shown it: a server may lag, and what was just made must not seem absent. (That
//     a server shows a write and then no more is not told from a change by others.)
//   - What may have changed without our knowing how is void as of then: only a later
//     read counts.
//
// An error is handed to those who wait, and never remembered.
type collection[T any] struct {
	source[T]
	c *Client

	mu      sync.Mutex
	clock   uint64
	view    *view[T]
	check   *view[T] // the newest view begun to verify writes
	written map[string]*written[T]
	// writtenAs holds the ids of written by secondary key.
	writtenAs map[string]string
	void      map[string]uint64 // by id, the clock as of which earlier reads are void
	// unlisted says that this token may not list, so that only single reads are left.
	unlisted bool
	// pages is how many the list had when it was last read to its end, 0 if never.
	pages  int
	writes int // finished, for the schedule of confirm
	locks  map[string]chan struct{}
	begun  map[string]uint64 // by id, the clock when the write under way was begun
}

// written is a finished write.
type written[T any] struct {
	id    string
	value T
	gone  bool // the write removed the object
	at    uint64
	// settled says that a read sent after the write has shown it.
	settled bool
	// raced says that a write elsewhere may have come after it: it is not laid over
	// anything, and must be read.
	raced bool
}

func newCollection[T any](c *Client, s source[T]) *collection[T] {
	return &collection[T]{
		source: s, c: c, view: newView[T](0), written: map[string]*written[T]{},
		writtenAs: map[string]string{}, void: map[string]uint64{}, locks: map[string]chan struct{}{},
		begun: map[string]uint64{},
	}
}

// verdict is what is known of an object.
type verdict int

const (
	unknown verdict = iota
	listed          // it is there, but the list lacks some of its fields
	present
	missing // a read by id answered 404, which alone proves nothing
	absent  // proven: not in a list read to its end, or removed by us
)

// lookup says what view v, with our writes laid over it, knows of k. It wants c.mu.
func (c *collection[T]) lookup(v *view[T], k key) (fact[T], verdict) {
	if k.id == "" {
		id, known := c.resolve(v, k.alias)
		if known != present {
			return fact[T]{}, known
		}
		k.id = id
	}
	f, read := v.facts[k.id]
	if w := c.written[k.id]; w != nil && c.prevails(v, w, f.stamp, read) {
		if w.gone {
			return fact[T]{}, absent
		}
		return fact[T]{value: w.value, present: true, whole: true, stamp: w.at}, present
	}
	switch {
	case read && f.stamp < c.void[k.id]:
		return fact[T]{}, unknown
	case read && !f.present:
		return f, missing
	case read && !f.whole:
		return f, listed
	case read:
		return f, present
	case v.done && !v.disturbed && v.began >= c.void[k.id]:
		return fact[T]{}, absent
	}
	return fact[T]{}, unknown
}

// resolve finds the id behind a secondary key.
func (c *collection[T]) resolve(v *view[T], a string) (string, verdict) {
	found, read := v.aliases[a]
	if w := c.written[c.writtenAs[a]]; w != nil && c.prevails(v, w, found.stamp, read) {
		if w.gone {
			return "", absent
		}
		return w.id, present
	}
	switch {
	case read && found.id == "":
		return "", absent
	case read:
		return found.id, present
	case v.done && !v.disturbed && !v.sparse:
		return "", absent
	}
	return "", unknown
}

// prevails reports whether a write counts for more than what v read of it at stamp, or
// than its absence from v.
func (c *collection[T]) prevails(v *view[T], w *written[T], stamp uint64, read bool) bool {
	switch {
	case !w.settled:
		return true
	case read:
		return stamp < w.at
	default:
		return !v.done || v.began < w.at
	}
}

// settle marks the writes that a read sent at stamp has shown.
func (c *collection[T]) settle(id string, f fact[T]) {
	w := c.written[id]
	if w == nil || w.settled || f.stamp < w.at {
		return
	}
	switch {
	case w.gone:
		w.settled = !f.present
	case f.present && f.whole:
		w.settled = c.shows(f.value, w.value)
	}
}

// settlePage marks the writes that v shows after its newest page: the values on it,
// and the removals once v is complete.
func (c *collection[T]) settlePage(v *view[T], p page[T], stamp uint64) {
	for _, e := range p.elements {
		c.settle(c.id(e.value), fact[T]{value: e.value, present: true, whole: e.whole, stamp: stamp})
	}
	if !v.done || v.disturbed {
		return
	}
	for id, w := range c.written {
		if _, there := v.listed[id]; w.gone && !there && v.began >= w.at {
			w.settled = true
		}
	}
}

// known returns what is known of an object without asking anybody.
func (c *collection[T]) known(id string) (T, verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, v := c.lookup(c.view, key{id: id})
	return f.value, v
}

// invalidate voids all reads: something may have appeared that we cannot name. Our
// writes stay laid over whatever is read next.
func (c *collection[T]) invalidate() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock++
	c.view, c.check = newView[T](c.clock), nil
}

// forget voids what was read, or written by us, of one object.
func (c *collection[T]) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock++
	c.void[id] = c.clock
	delete(c.written, id)
}
