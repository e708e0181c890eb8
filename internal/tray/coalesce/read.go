package coalesce

import (
	"context"
	"net/http"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// step is how an unanswered read goes on.
type step int

const (
	stepPage step = iota // read the next page of the list
	stepKey              // read the object by itself
)

// Get returns one object. The key is an id, or else a secondary key.
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
func (c *Collection[T]) Get(ctx context.Context, k Key) (T, error) {
	return c.Read(ctx, k, true)
}

// Find is Get for what need not be there, such as what is about to be made: absence from
// a complete list is enough, and costs nothing more.
func (c *Collection[T]) Find(ctx context.Context, k Key) (T, error) {
	return c.Read(ctx, k, false)
}

// Read is Get where proof is wanted, and otherwise Find.
func (c *Collection[T]) Read(ctx context.Context, k Key, proof bool) (T, error) {
	var none T
	if c.client.Uncached() {
		return c.readUncached(ctx, k)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.snapshot
	v.asked[Key{ID: k.ID, Alias: k.Alias}] = struct{}{}
	for {
		f, result := c.lookup(v, k)
		switch result {
		case present:
			return f.value, nil
		case missing:
			return none, f.err
		case absent:
			if !proof || c.agreed(v, k) {
				return none, rest.NewGone(c.What, "a complete list does not hold it")
			}
			result = incomplete // a read of its own decides
		}
		if v.Done && c.One == nil { // the list is all there is, and it is void
			v = c.restart(v)
		}
		if err := c.advance(ctx, v, k, result); err != nil {
			return none, err
		}
	}
}

// agreed reports whether the absence of k is beyond what one list says: we removed it, a
// single read found nothing either, or there is no such read. It wants c.mu.
func (c *Collection[T]) agreed(v *snapshot[T], k Key) bool {
	if c.One == nil || k.ID == "" {
		return true
	}
	if w := c.writes[k.ID]; w != nil && w.removal {
		return true
	}
	f, read := v.entries[k.ID]
	return read && !f.present
}

// restart begins a new snapshot unless that has been done already. It wants c.mu.
func (c *Collection[T]) restart(old *snapshot[T]) *snapshot[T] {
	if c.snapshot == old {
		c.snapshot = newSnapshot[T](c.clock)
	}
	return c.snapshot
}

// advance takes the next step towards k and waits for it. It wants c.mu.
func (c *Collection[T]) advance(ctx context.Context, v *snapshot[T], k Key, result lookupResult) error {
	if c.nextStep(v, k, result) == stepPage {
		err := c.readPage(ctx, v).wait(ctx, &c.mu, c.client)
		if c.One != nil && (c.listForbidden || v.hidden) && ctx.Err() == nil {
			return nil // the single reads may still work
		}
		return err
	}
	if k.ID == "" {
		if id, found := c.idOf(v, k.Alias); found == present {
			k.ID = id
		}
	}
	return c.readKey(ctx, v, k).wait(ctx, &c.mu, c.client)
}

// nextStep decides between a single read and the next page; see Get.
func (c *Collection[T]) nextStep(v *snapshot[T], k Key, result lookupResult) step {
	switch {
	case c.One == nil:
		return stepPage
	case result == incomplete, v.Done, v.hidden, c.listForbidden:
		return stepKey
	case v.sparse && v.Pages > 0: // further pages would not hold the fields either
		return stepKey
	case c.staleSince[k.ID] > v.began: // we know that pages read already cannot tell
		return stepKey
	case len(v.asked) <= v.Pages:
		return stepKey
	}
	return stepPage
}

// readPage joins or starts the reading of v's next page. It wants c.mu.
func (c *Collection[T]) readPage(ctx context.Context, v *snapshot[T]) *shared {
	if v.paging != nil {
		return v.paging
	}
	c.pagesSent++
	v.pagesSent = c.pagesSent
	stamp, cursor := c.clock, v.Cursor
	if v.Pages == 0 {
		v.began = stamp
	}
	v.paging = launch(ctx, &c.mu, func(ctx context.Context) error {
		p, err := c.Page(ctx, cursor)
		c.mu.Lock()
		defer c.mu.Unlock()
		if err != nil {
			c.listForbidden = c.listForbidden || rest.IsForbidden(err)
			v.hidden = rest.HasStatus(err, http.StatusNotFound)
			return err
		}
		c.listForbidden, v.hidden = false, false
		if err := v.add(&c.Source, p, stamp); err != nil {
			c.restart(v) // nothing of such a list is used
			return &rest.Error{
				Method: http.MethodGet, Path: c.Path, Status: http.StatusOK, Err: err,
				Message: "GET " + c.Path + " cannot be read: " + err.Error(),
			}
		}
		c.observePage(v, p, stamp)
		if v.Done {
			c.listPages = v.Pages
		}
		return nil
	}, func(f *shared) {
		if v.paging == f {
			v.paging = nil
		}
	})
	return v.paging
}

// readKey joins or starts the reading of one object. It wants c.mu.
func (c *Collection[T]) readKey(ctx context.Context, v *snapshot[T], k Key) *shared {
	if f := v.keyReads[k]; f != nil {
		return f
	}
	stamp := c.clock
	v.keyReads[k] = launch(ctx, &c.mu, func(ctx context.Context) error {
		if k.ID == "" {
			return c.searchAlias(ctx, v, k, stamp)
		}
		_, err := c.readByID(ctx, v, k.ID, stamp)
		return err
	}, func(f *shared) {
		if v.keyReads[k] == f {
			delete(v.keyReads, k)
		}
	})
	return v.keyReads[k]
}

// readByID reads an object by id into v. A 404 is an answer: it is in the entry.
func (c *Collection[T]) readByID(ctx context.Context, v *snapshot[T], id string, stamp uint64) (entry[T], error) {
	value, err := c.One(ctx, id)
	if err != nil && !rest.HasStatus(err, http.StatusNotFound) {
		return entry[T]{}, err
	}
	f := entry[T]{value: value, present: err == nil, complete: true, byID: true, err: err, stamp: stamp}
	c.mu.Lock()
	defer c.mu.Unlock()
	v.learn(id, f)
	if f.present {
		v.learnAlias(&c.Source, value, stamp)
	}
	c.observe(id, f)
	return f, nil
}

// searchAlias reads an object by secondary key into v.
func (c *Collection[T]) searchAlias(ctx context.Context, v *snapshot[T], k Key, stamp uint64) error {
	e, err := c.Search(ctx, k)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e == nil {
		v.aliases[k.Alias] = alias{stamp: stamp}
		return nil
	}
	id := c.ID(e.Value)
	f := entry[T]{value: e.Value, present: true, complete: e.Complete, stamp: stamp}
	v.learn(id, f)
	v.aliases[k.Alias] = alias{id: id, stamp: stamp}
	c.observe(id, f)
	return nil
}

// readUncached is Get for a client that is Uncached: a request of its own, nothing remembered.
func (c *Collection[T]) readUncached(ctx context.Context, k Key) (T, error) {
	var none T
	if k.ID == "" && c.Search != nil {
		e, err := c.Search(ctx, k)
		switch {
		case err != nil:
			return none, err
		case e == nil:
			return none, rest.NewGone(c.What, "nobody has that address")
		case e.Complete:
			return e.Value, nil
		}
		k.ID = c.ID(e.Value)
	}
	if c.One != nil {
		return c.One(ctx, k.ID)
	}
	all, err := c.List(ctx)
	for _, value := range all {
		if c.ID(value) == k.ID {
			return value, nil
		}
	}
	if err == nil {
		err = rest.NewGone(c.What, "a complete list does not hold it")
	}
	return none, err
}

// Reask reads an object by itself unless a single read of this snapshot has answered
// already; a 404 is an error.
func (c *Collection[T]) Reask(ctx context.Context, id string) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		f, read := c.snapshot.entries[id]
		if read && f.complete && f.stamp >= c.staleSince[id] {
			return f.value, f.err
		}
		if err := c.readKey(ctx, c.snapshot, Key{ID: id}).wait(ctx, &c.mu, c.client); err != nil {
			return f.value, err
		}
	}
}
