package tray

import (
	"context"
	"net/http"
	"sync"
)

// source says how the objects of one collection are read.
type source[T any] struct {
	what string // "user", for messages
	Path string // where the list is, for messages
	// page reads the page at a cursor, "" being the first.
	page func(ctx context.Context, cursor string) (page[T], error)
	// one reads an object by id; nil when there is no such call.
	one func(ctx context.Context, id string) (T, error)
	// search reads by secondary key; nil, nil means that nobody has it.
	search func(ctx context.Context, k key) (*element[T], error)
	id     func(T) string
	// alias is the folded secondary key of a value; nil when there is none.
	alias func(T) string
	// shows reports whether what was read shows what was written.
	shows func(read, written T) bool
}

// collection remembers what was read of one list and what was written to it, and
// shares every request among those who want its answer. The rules:
//
//   - A read answers from a snapshot (see snapshot), extending it as read.go decides.
//   - clock counts finished writes. A read that was sent before a write finished has a
//     stamp below that write's, and never prevails over it.
//   - A write is laid over the snapshots, as Tray answers most writes with {}. It prevails
//     over every read with an older stamp, and over newer ones too until one of them
//     has shown it: a server may lag, and what was just made must not seem absent. A list
//     that later contradicts it may lag as well, or somebody else has made a change: the
//     object is read by itself, and that counts.
//   - What may have changed without our knowing how is void as of then: only a later
//     read counts.
//
// An error is handed to those who wait, and never remembered.
type collection[T any] struct {
	source[T]
	c *Client

	mu       sync.Mutex
	clock    uint64
	snapshot *snapshot[T]
	check    *snapshot[T] // the newest snapshot begun to verify writes
	written  map[string]*written[T]
	// writtenAs holds the ids of written by secondary key.
	writtenAs  map[string]string
	staleSince map[string]uint64 // by id, the clock as of which earlier reads are void
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
		source: s, c: c, snapshot: newSnapshot[T](0), written: map[string]*written[T]{},
		writtenAs: map[string]string{}, staleSince: map[string]uint64{}, locks: map[string]chan struct{}{},
		begun: map[string]uint64{},
	}
}

// lookupResult is what is known of an object.
type lookupResult int

const (
	unknown lookupResult = iota
	listed               // it is there, but the list lacks some of its fields
	present
	missing // a read by id answered 404, which alone proves nothing
	absent  // proven: not in a list read to its end, or removed by us
)

// lookup says what snapshot v, with our writes laid over it, knows of k. It wants c.mu.
func (c *collection[T]) lookup(v *snapshot[T], k key) (entry[T], lookupResult) {
	if k.id == "" {
		id, known := c.resolve(v, k.alias)
		if known != present {
			return entry[T]{}, known
		}
		k.id = id
	}
	f, read := v.entries[k.id]
	if w := c.written[k.id]; w != nil && c.prevails(v, w, f.stamp, read) {
		if w.gone {
			return entry[T]{}, absent
		}
		return entry[T]{value: w.value, present: true, whole: true, stamp: w.at}, present
	} else if w != nil && c.doubtful(w, f, read) {
		return entry[T]{}, listed
	}
	switch {
	case read && f.stamp < c.staleSince[k.id]:
		return entry[T]{}, unknown
	case read && !f.present && c.lacks(v, k.id):
		return f, absent
	case read && !f.present:
		return f, missing
	case read && !f.whole:
		return f, listed
	case read:
		return f, present
	case c.lacks(v, k.id):
		return entry[T]{}, absent
	}
	return entry[T]{}, unknown
}

// lacks reports whether v is a complete list without the object.
func (c *collection[T]) lacks(v *snapshot[T], id string) bool {
	_, there := v.listed[id]
	return v.Done && !v.raced && v.began >= c.staleSince[id] && !there
}

// doubtful reports whether a list contradicts a write of ours that had shown before.
func (c *collection[T]) doubtful(w *written[T], f entry[T], read bool) bool {
	switch {
	case c.one == nil || f.byID:
		return false
	case w.gone:
		return read
	}
	return !read || f.whole && !c.shows(f.value, w.value)
}

// resolve finds the id behind a secondary key.
func (c *collection[T]) resolve(v *snapshot[T], a string) (string, lookupResult) {
	found, read := v.aliases[a]
	if w := c.written[c.writtenAs[a]]; w != nil && c.prevails(v, w, found.stamp, read) {
		if w.gone {
			return "", absent
		}
		return w.id, present
	} else if w != nil && !w.gone && !read && c.one != nil {
		return w.id, present // for lookup to doubt
	}
	switch {
	case read && found.id == "":
		return "", absent
	case read:
		return found.id, present
	case v.Done && !v.raced && !v.sparse:
		return "", absent
	}
	return "", unknown
}

// prevails reports whether a write counts for more than what v read of it at stamp, or
// than its absence from v.
func (c *collection[T]) prevails(v *snapshot[T], w *written[T], stamp uint64, read bool) bool {
	switch {
	case !w.settled:
		return true
	case read:
		return stamp < w.at
	default:
		return !v.Done || v.began < w.at
	}
}

// settle marks the writes that a read sent at stamp has shown, and forgets those that
// had shown and that the object, read by itself, contradicts: somebody else came after.
func (c *collection[T]) settle(id string, f entry[T]) {
	w := c.written[id]
	if w == nil || f.stamp < w.at {
		return
	}
	if w.settled {
		if f.byID && (f.present == w.gone || f.present && !c.shows(f.value, w.value)) {
			delete(c.written, id)
		}
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
func (c *collection[T]) settlePage(v *snapshot[T], p page[T], stamp uint64) {
	for _, e := range p.Elements {
		c.settle(c.id(e.Value), entry[T]{value: e.Value, present: true, whole: e.Complete, stamp: stamp})
	}
	if !v.Done || v.raced {
		return
	}
	for id, w := range c.written {
		if _, there := v.listed[id]; w.gone && !there && v.began >= w.at {
			w.settled = true
		}
	}
}

// known returns what is known of an object without asking anybody.
func (c *collection[T]) known(id string) (T, lookupResult) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, v := c.lookup(c.snapshot, key{id: id})
	return f.value, v
}

// invalidate voids all reads: something may have appeared that we cannot name. Our
// writes stay laid over whatever is read next.
func (c *collection[T]) invalidate() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock++
	c.snapshot, c.check = newSnapshot[T](c.clock), nil
}

// forgetAfter voids what is known of an object to which a write failed in a way that
// tells that it is not as we think. A 404 for what we have removed tells nothing new.
func (c *collection[T]) forgetAfter(id string, err error) {
	notFound := hasStatus(err, http.StatusNotFound)
	if notFound && c.removedByUs(id) {
		return
	}
	if notFound || hasStatus(err, http.StatusConflict) || isAmbiguous(err) {
		c.forget(id)
	}
}

// forget voids what was read, or written by us, of one object.
func (c *collection[T]) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock++
	c.staleSince[id] = c.clock
	delete(c.written, id)
}
