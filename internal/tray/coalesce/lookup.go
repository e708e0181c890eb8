package coalesce

import "github.com/tray-community/terraform-provider-tray/internal/tray/rest"

// lookupResult is what is known of an object.
type lookupResult int

const (
	unknown    lookupResult = iota
	incomplete              // it is there, but the list lacks some of its fields
	present
	missing // a read by id answered 404, which alone proves nothing
	absent  // proven: not in a list read to its end, or removed by us
)

// lookup says what snapshot v, with our writes laid over it, knows of k. It wants c.mu.
func (c *Collection[T]) lookup(v *snapshot[T], k Key) (entry[T], lookupResult) {
	if k.ID == "" {
		id, known := c.idOf(v, k.Alias)
		if known != present {
			return entry[T]{}, known
		}
		k.ID = id
	}
	f, read := v.entries[k.ID]
	if w := c.writes[k.ID]; w != nil && c.prevails(v, w, f.stamp, read) {
		if w.removal {
			return entry[T]{}, absent
		}
		return entry[T]{value: w.value, present: true, complete: true, stamp: w.at}, present
	} else if w != nil && c.doubtful(w, f, read) {
		return entry[T]{}, incomplete
	}
	switch {
	case read && f.stamp < c.staleSince[k.ID]:
		return entry[T]{}, unknown
	case read && !f.present && c.lacks(v, k.ID):
		return f, absent
	case read && !f.present:
		return f, missing
	case read && !f.complete:
		return f, incomplete
	case read:
		return f, present
	case c.lacks(v, k.ID):
		return entry[T]{}, absent
	}
	return entry[T]{}, unknown
}

// lacks reports whether v is a complete list without the object.
func (c *Collection[T]) lacks(v *snapshot[T], id string) bool {
	_, there := v.listed[id]
	return v.Done && !v.raced && v.began >= c.staleSince[id] && !there
}

// doubtful reports whether a list contradicts a write of ours that had shown before.
func (c *Collection[T]) doubtful(w *Write[T], f entry[T], read bool) bool {
	switch {
	case c.One == nil || f.byID:
		return false
	case w.removal:
		return read
	}
	return !read || f.complete && !c.Shows(f.value, w.value)
}

// idOf finds the id behind a secondary key.
func (c *Collection[T]) idOf(v *snapshot[T], a string) (string, lookupResult) {
	found, read := v.aliases[a]
	if w := c.writes[c.writesByAlias[a]]; w != nil && c.prevails(v, w, found.stamp, read) {
		if w.removal {
			return "", absent
		}
		return w.id, present
	} else if w != nil && !w.removal && !read && c.One != nil {
		return w.id, present // for lookup to doubt
	}
	switch {
	case read && found.id == "" && found.stamp >= c.forgotAt:
		return "", absent
	case read && found.id != "":
		return found.id, present
	case v.Done && !v.raced && !v.sparse && v.began >= c.forgotAt:
		return "", absent
	}
	return "", unknown
}

// prevails reports whether a write counts for more than what v read of it at stamp, or
// than its absence from v.
func (c *Collection[T]) prevails(v *snapshot[T], w *Write[T], stamp uint64, read bool) bool {
	switch {
	case !w.confirmed:
		return true
	case read:
		return stamp < w.at
	default:
		return !v.Done || v.began < w.at
	}
}

// observe marks the writes that a read sent at stamp has shown, and forgets those that
// had shown and that the object, read by itself, contradicts: somebody else came after.
func (c *Collection[T]) observe(id string, f entry[T]) {
	w := c.writes[id]
	if w == nil || f.stamp < w.at {
		return
	}
	if w.confirmed {
		if f.byID && (f.present == w.removal || f.present && !c.Shows(f.value, w.value)) {
			delete(c.writes, id)
		}
		return
	}
	switch {
	case w.removal:
		w.confirmed = !f.present
	case f.present && f.complete:
		w.confirmed = c.Shows(f.value, w.value)
	}
}

// observePage marks the writes that v shows after its newest page: the values on it,
// and the removals once v is complete.
func (c *Collection[T]) observePage(v *snapshot[T], p rest.Page[T], stamp uint64) {
	for _, e := range p.Elements {
		c.observe(c.ID(e.Value), entry[T]{value: e.Value, present: true, complete: e.Complete, stamp: stamp})
	}
	if !v.Done || v.raced {
		return
	}
	for id, w := range c.writes {
		if _, there := v.listed[id]; w.removal && !there && v.began >= w.at {
			w.confirmed = true
		}
	}
}
