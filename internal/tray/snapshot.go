package tray

import "github.com/tray-community/terraform-provider-tray/internal/tray/rest"

// entry is what was last read of one object.
type entry[T any] struct {
	value T
	// present is false when a read by id answered 404; err is that answer.
	present bool
	err     error
	// whole is false for a list element that lacks fields.
	whole bool
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

// snapshot is one reading of a list, page by page as needed, together with what single
// reads found meanwhile. It is guarded by its collection's mutex.
type snapshot[T any] struct {
	rest.Pager
	// began is the stamp of the first page: absence from a list that is read to its
	// end holds as of then.
	began   uint64
	entries map[string]entry[T]
	// aliases holds secondary keys, folded.
	aliases map[string]alias
	order   []string // ids in the server's order
	listed  map[string]struct{}
	ends    []int // len(order) after each page
	// sparse says that list elements lack fields, so that reading further pages
	// does not answer for what they hold.
	sparse bool
	// hidden says that the list answered 404 to this token.
	hidden bool
	// raced says that we removed something while the pages were being read. A
	// server whose cursors count elements then skips one, so absence is not proven.
	raced bool
	// asked holds the distinct keys asked for, hits included.
	asked map[key]struct{}
	// proven holds the ids that the noun has proven absent.
	proven map[string]struct{}

	paging  *shared
	singles map[key]*shared
}

func newSnapshot[T any](began uint64) *snapshot[T] {
	return &snapshot[T]{
		began: began, entries: map[string]entry[T]{}, aliases: map[string]alias{},
		listed: map[string]struct{}{}, proven: map[string]struct{}{}, asked: map[key]struct{}{}, singles: map[key]*shared{},
	}
}

// reading reports whether a read under way may bring the object.
func (v *snapshot[T]) reading(id string) bool {
	return v != nil && (v.paging != nil || v.singles[key{id: id}] != nil)
}

// key names an object by id or, when id is "", by a folded secondary key.
type key struct {
	id, alias string
	// spelling is the secondary key as it was given, for servers that do not fold.
	spelling string
}

// add takes in a page that was asked for at stamp.
func (v *snapshot[T]) add(s *source[T], p page[T], stamp uint64) error {
	fresh := 0
	for _, e := range p.Elements {
		id := s.id(e.Value)
		v.learn(id, entry[T]{value: e.Value, present: true, whole: e.Complete, stamp: stamp})
		v.learnAlias(s, e.Value, stamp)
		if _, listed := v.listed[id]; !listed {
			v.listed[id] = struct{}{}
			v.order = append(v.order, id)
			fresh++
		}
		v.sparse = v.sparse || !e.Complete
	}
	v.ends = append(v.ends, len(v.order))
	return v.Turn(p.Next, fresh, p.Size)
}

// learn keeps the newest entry of an object, but a whole one over a sparse one: that
// lacks what is asked for, and a write since is laid over either.
func (v *snapshot[T]) learn(id string, f entry[T]) {
	old, known := v.entries[id]
	switch {
	case known && old.stamp > f.stamp:
	case known && old.present && old.whole && f.present && !f.whole:
	default:
		v.entries[id] = f
	}
}

// learnAlias notes the secondary key of a value read at stamp.
func (v *snapshot[T]) learnAlias(s *source[T], value T, stamp uint64) {
	if s.alias == nil {
		return
	}
	if a := s.alias(value); a != "" && v.aliases[a].stamp <= stamp {
		v.aliases[a] = alias{id: s.id(value), stamp: stamp}
	}
}
