package coalesce

import "github.com/tray-community/terraform-provider-tray/internal/tray/rest"

// entry is what was last read of one object.
type entry[T any] struct {
	value T
	// present is false when a read by id answered 404; err is that answer.
	present bool
	err     error
	// complete is false for a list element that lacks fields.
	complete bool
	// byID says that the object was read by itself, not found in a list.
	byID bool
	// stamp is the collection's write clock when the read was sent: it shows every
	// write that had finished by then.
	stamp uint64
}

// alias is which object had a secondary key, "" being none.
type alias struct {
	id    string
	stamp uint64
}

// snapshot is one reading of a list, page by page as needed, together with what reads
// of single objects found meanwhile. It is guarded by its collection's mutex.
type snapshot[T any] struct {
	rest.Pager
	// began is the stamp of the first page: absence from a list that is read to its
	// end holds as of then.
	began   uint64
	entries map[string]entry[T]
	// aliases holds secondary keys, folded.
	aliases map[string]alias
	order   []string            // ids in the server's order
	listed  map[string]struct{} // the same ids
	// sparse says that list elements lack fields, so that reading further pages
	// does not answer for what they hold.
	sparse bool
	// hidden says that the list answered 404 to this token.
	hidden bool
	// raced says that we removed something while the pages were being read. A
	// server whose cursors count elements then skips one, so absence is not proven.
	raced bool
	// pagesSent is the collection's when the newest page was sent.
	pagesSent uint64
	// asked holds the distinct keys asked for, hits included.
	asked map[Key]struct{}
	// proven holds the ids that the noun has proven absent.
	proven map[string]struct{}

	// What is under way: the next page, and reads of single objects by key.
	paging   *shared
	keyReads map[Key]*shared
}

func newSnapshot[T any](began uint64) *snapshot[T] {
	return &snapshot[T]{
		began: began, entries: map[string]entry[T]{}, aliases: map[string]alias{},
		listed: map[string]struct{}{}, proven: map[string]struct{}{}, asked: map[Key]struct{}{}, keyReads: map[Key]*shared{},
	}
}

// isReading reports whether a read under way may bring the object.
func (v *snapshot[T]) isReading(id string) bool {
	return v != nil && (v.paging != nil || v.keyReads[Key{ID: id}] != nil)
}

// add takes in a page that was asked for at stamp.
func (v *snapshot[T]) add(s *Source[T], p rest.Page[T], stamp uint64) error {
	fresh := 0
	for _, e := range p.Elements {
		id := s.ID(e.Value)
		v.learn(id, entry[T]{value: e.Value, present: true, complete: e.Complete, stamp: stamp})
		v.learnAlias(s, e.Value, stamp)
		if _, listed := v.listed[id]; !listed {
			v.listed[id] = struct{}{}
			v.order = append(v.order, id)
			fresh++
		}
		v.sparse = v.sparse || !e.Complete
	}
	return v.Turn(p.Next, fresh, p.Size)
}

// learn keeps the newest entry of an object, but a complete one over a sparse one: that
// lacks what is asked for, and a write since is laid over either.
func (v *snapshot[T]) learn(id string, f entry[T]) {
	old, known := v.entries[id]
	switch {
	case known && old.stamp > f.stamp:
	case known && old.present && old.complete && f.present && !f.complete:
	default:
		v.entries[id] = f
	}
}

// learnAlias notes the secondary key of a value read at stamp.
func (v *snapshot[T]) learnAlias(s *Source[T], value T, stamp uint64) {
	if s.Alias == nil {
		return
	}
	if a := s.Alias(value); a != "" && v.aliases[a].stamp <= stamp {
		v.aliases[a] = alias{id: s.ID(value), stamp: stamp}
	}
}

// seen returns an object that was read and that is accepts.
func (v *snapshot[T]) seen(is func(T) bool) (T, bool) {
	for _, f := range v.entries {
		if f.present && is(f.value) {
			return f.value, true
		}
	}
	var none T
	return none, false
}
