package tray

import (
	"context"
	"net/http"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// step is how an unanswered read goes on.
type step int

const (
	readPage step = iota
	readOne
)

// get returns one object. The key is an id, or else a secondary key.
//
// How a lone read stays cheap without knowing how many will follow: with p pages read
// and n distinct keys asked for so far, a key that is on none of those pages is read by
// itself while n <= p, and otherwise the next page is read. A page is read only while
// p < n, so at most min(n, P) pages of P. A single read happens only while n <= p < P,
// once for each key, and all keys so read are among those n: at most min(n, P-1). In
// all that is never more than twice min(n, P), the cheaper of "get each" and "list
// all"; and once P keys have been asked for, every further one is answered by pages.
//
// An error with Gone is proof; a 404 without it is the server's word, for the noun to
// weigh. As a list may lag, absence from it is no proof of what has an id and can be read
// by it: one single read must agree.
func (c *collection[T]) get(ctx context.Context, k key) (T, error) {
	return c.read(ctx, k, true)
}

// find is get for what need not be there, such as what is about to be made: absence from
// a complete list is enough, and costs nothing more.
func (c *collection[T]) find(ctx context.Context, k key) (T, error) {
	return c.read(ctx, k, false)
}

func (c *collection[T]) read(ctx context.Context, k key, proof bool) (T, error) {
	var none T
	if c.c.uncached {
		return c.getUncached(ctx, k)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.snapshot
	v.asked[key{id: k.id, alias: k.alias}] = struct{}{}
	for {
		f, result := c.lookup(v, k)
		switch result {
		case present:
			return f.value, nil
		case missing:
			return none, f.err
		case absent:
			if !proof || c.agreed(v, k) {
				return none, rest.NewGone(c.what, "a complete list does not hold it")
			}
			result = listed // a read of its own decides
		}
		if v.Done && c.one == nil { // the list is all there is, and it is void
			v = c.restart(v)
		}
		if err := c.advance(ctx, v, k, result); err != nil {
			return none, err
		}
	}
}

// agreed reports whether the absence of k is beyond what one list says: we removed it, a
// single read found nothing either, or there is no such read. It wants c.mu.
func (c *collection[T]) agreed(v *snapshot[T], k key) bool {
	if c.one == nil || k.id == "" {
		return true
	}
	if w := c.written[k.id]; w != nil && w.gone {
		return true
	}
	f, read := v.entries[k.id]
	return read && !f.present && f.stamp >= c.staleSince[k.id]
}

// restart begins a new snapshot unless that has been done already. It wants c.mu.
func (c *collection[T]) restart(old *snapshot[T]) *snapshot[T] {
	if c.snapshot == old {
		c.snapshot = newSnapshot[T](c.clock)
	}
	return c.snapshot
}

// advance takes the next step towards k and waits for it. It wants c.mu.
func (c *collection[T]) advance(ctx context.Context, v *snapshot[T], k key, known lookupResult) error {
	if c.next(v, k, known) == readPage {
		err := c.nextPage(ctx, v).wait(ctx, &c.mu, c.c.rest)
		if c.one != nil && (c.unlisted || v.hidden) && ctx.Err() == nil {
			return nil // the single reads may still work
		}
		return err
	}
	if k.id == "" {
		if id, known := c.resolve(v, k.alias); known == present {
			k.id = id
		}
	}
	return c.single(ctx, v, k).wait(ctx, &c.mu, c.c.rest)
}

// next decides between a single read and the next page; see get.
func (c *collection[T]) next(v *snapshot[T], k key, known lookupResult) step {
	switch {
	case c.one == nil:
		return readPage
	case known == listed, v.Done, v.hidden, c.unlisted:
		return readOne
	case v.sparse && v.Pages > 0: // further pages would not hold the fields either
		return readOne
	case c.staleSince[k.id] > v.began: // we know that pages read already cannot tell
		return readOne
	case len(v.asked) <= v.Pages:
		return readOne
	}
	return readPage
}

// nextPage joins or starts the reading of v's next page. It wants c.mu.
func (c *collection[T]) nextPage(ctx context.Context, v *snapshot[T]) *shared {
	if v.paging != nil {
		return v.paging
	}
	stamp, cursor := c.clock, v.Cursor
	if v.Pages == 0 {
		v.began = stamp
	}
	v.paging = launch(ctx, &c.mu, func(ctx context.Context) error {
		p, err := c.page(ctx, cursor)
		c.mu.Lock()
		defer c.mu.Unlock()
		if err != nil {
			c.unlisted = c.unlisted || IsForbidden(err)
			v.hidden = hasStatus(err, http.StatusNotFound)
			return err
		}
		c.unlisted, v.hidden = false, false
		if err := v.add(&c.source, p, stamp); err != nil {
			c.restart(v) // nothing of such a list is used
			return &Error{
				Method: http.MethodGet, Path: c.Path, Status: http.StatusOK, Err: err,
				Message: "GET " + c.Path + " cannot be read: " + err.Error(),
			}
		}
		c.settlePage(v, p, stamp)
		if v.Done {
			c.pages = v.Pages
		}
		return nil
	}, func(f *shared) {
		if v.paging == f {
			v.paging = nil
		}
	})
	return v.paging
}

// single joins or starts the reading of one object. It wants c.mu.
func (c *collection[T]) single(ctx context.Context, v *snapshot[T], k key) *shared {
	if f := v.singles[k]; f != nil {
		return f
	}
	stamp := c.clock
	v.singles[k] = launch(ctx, &c.mu, func(ctx context.Context) error {
		if k.id == "" {
			return c.findOne(ctx, v, k, stamp)
		}
		_, err := c.readOne(ctx, v, k.id, stamp)
		return err
	}, func(f *shared) {
		if v.singles[k] == f {
			delete(v.singles, k)
		}
	})
	return v.singles[k]
}

// readOne reads an object by id into v. A 404 is an answer: it is in the entry.
func (c *collection[T]) readOne(ctx context.Context, v *snapshot[T], id string, stamp uint64) (entry[T], error) {
	value, err := c.one(ctx, id)
	if err != nil && !hasStatus(err, http.StatusNotFound) {
		return entry[T]{}, err
	}
	f := entry[T]{value: value, present: err == nil, whole: true, byID: true, err: err, stamp: stamp}
	c.mu.Lock()
	defer c.mu.Unlock()
	v.learn(id, f)
	if f.present {
		v.learnAlias(&c.source, value, stamp)
	}
	c.settle(id, f)
	return f, nil
}

// findOne reads an object by secondary key into v.
func (c *collection[T]) findOne(ctx context.Context, v *snapshot[T], k key, stamp uint64) error {
	e, err := c.search(ctx, k)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e == nil {
		v.aliases[k.alias] = alias{stamp: stamp}
		return nil
	}
	id := c.id(e.Value)
	f := entry[T]{value: e.Value, present: true, whole: e.Complete, stamp: stamp}
	v.learn(id, f)
	v.aliases[k.alias] = alias{id: id, stamp: stamp}
	c.settle(id, f)
	return nil
}

// getUncached is get for Config.NoCoalescing: a request of its own, nothing remembered.
func (c *collection[T]) getUncached(ctx context.Context, k key) (T, error) {
	var none T
	if k.id == "" && c.search != nil {
		e, err := c.search(ctx, k)
		switch {
		case err != nil:
			return none, err
		case e == nil:
			return none, rest.NewGone(c.what, "nobody has that address")
		case e.Complete:
			return e.Value, nil
		}
		k.id = c.id(e.Value)
	}
	if c.one != nil {
		return c.one(ctx, k.id)
	}
	all, err := c.list(ctx)
	for _, value := range all {
		if c.id(value) == k.id {
			return value, nil
		}
	}
	if err == nil {
		err = rest.NewGone(c.what, "a complete list does not hold it")
	}
	return none, err
}

// reask reads an object by itself unless a single read of this snapshot has answered
// already; a 404 is an error.
func (c *collection[T]) reask(ctx context.Context, id string) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		f, read := c.snapshot.entries[id]
		if read && f.whole && f.stamp >= c.staleSince[id] {
			return f.value, f.err
		}
		if err := c.single(ctx, c.snapshot, key{id: id}).wait(ctx, &c.mu, c.c.rest); err != nil {
			return f.value, err
		}
	}
}

// provenAbsent notes what the noun has proven about an object that was not found, so
// that it need not be proven again.
func (c *collection[T]) provenAbsent(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.snapshot.proven[id] = struct{}{}
}

// isProvenAbsent reports what is known without asking: removed by us, or proven.
func (c *collection[T]) isProvenAbsent(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.written[id]; w != nil {
		return w.gone
	}
	_, proven := c.snapshot.proven[id]
	return proven && c.staleSince[id] <= c.snapshot.began
}
