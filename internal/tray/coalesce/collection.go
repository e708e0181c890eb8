package coalesce

import (
	"context"
	"sync"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// Source says how the objects of one collection are read.
type Source[T any] struct {
	What string // "user", for messages
	Path string // where the list is, for messages
	// Page reads the page at a cursor, "" being the first.
	Page func(ctx context.Context, cursor string) (rest.Page[T], error)
	// One reads an object by id; nil when there is no such call.
	One func(ctx context.Context, id string) (T, error)
	// Search reads by secondary key; nil, nil means that nobody has it.
	Search func(ctx context.Context, k Key) (*rest.Element[T], error)
	ID     func(T) string
	// Alias is the folded secondary key of a value; nil when there is none.
	Alias func(T) string
	// Shows reports whether what was read shows what was written.
	Shows func(read, written T) bool
}

// Key names an object by id or, when ID is "", by a secondary key such as an address.
type Key struct {
	ID    string
	Alias string // the secondary key, folded: two that name one object are equal
	// Spelling is the secondary key as it was given, for servers that do not fold.
	Spelling string
}

// Collection remembers what was read of one list and what was written to it, and
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
type Collection[T any] struct {
	Source[T]
	client Client

	mu       sync.Mutex
	clock    uint64
	snapshot *snapshot[T]
	check    *snapshot[T]         // the newest snapshot begun to read writes back
	writes   map[string]*Write[T] // by id, the last one of each object
	// writesByAlias holds the ids of writes by secondary key.
	writesByAlias map[string]string
	staleSince    map[string]uint64 // by id, the clock as of which earlier reads are void
	// forgotAt is the newest of staleSince: that nobody has some secondary key is void as
	// of then, as whatever was forgotten may have come to have it.
	forgotAt uint64
	// listForbidden says that this token may not list, so that only single reads are left.
	listForbidden bool
	// listPages is how many the list had when it was last read to its end, 0 if never.
	listPages int
	finished  int                      // writes, for the schedule of Confirm
	turns     map[string]chan struct{} // by id, held by the write under way
	writing   map[string]moment        // by id, when the write under way was begun
	pagesSent uint64                   // asked for so far
}

// moment is how far things were at some time.
type moment struct{ clock, pagesSent uint64 }

// Write is a finished write.
type Write[T any] struct {
	id      string
	value   T
	removal bool // it took the object away
	at      uint64
	// confirmed says that a read sent after the write has shown it.
	confirmed bool
	// raced says that a write elsewhere may have come after it: it is not laid over
	// anything, and must be read.
	raced bool
}

// New returns a collection of which nothing is known.
func New[T any](c Client, s Source[T]) *Collection[T] {
	return &Collection[T]{
		Source: s, client: c, snapshot: newSnapshot[T](0), writes: map[string]*Write[T]{},
		writesByAlias: map[string]string{}, staleSince: map[string]uint64{}, turns: map[string]chan struct{}{},
		writing: map[string]moment{},
	}
}
