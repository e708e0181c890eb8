package coalesce

import (
	"context"
	"iter"
)

// Records is a Collection for whoever keeps one. It is an interface for the compiler's sake: of a
// generic type that a type leads to, such as by a field, it compiles all methods again in each
// package that has a value of that type, and every package of the provider has a client with
// collections of all nouns. An interface leads nowhere.
type Records[T any] interface {
	Turns
	// Kind is what the collection was made of.
	Kind() Source[T]

	List(ctx context.Context) ([]T, error)
	Each(ctx context.Context) iter.Seq2[[]T, error]
	Listable(ctx context.Context) error
	Get(ctx context.Context, k Key) (T, error)
	Find(ctx context.Context, k Key) (T, error)
	Read(ctx context.Context, k Key, proof bool) (T, error)
	Reask(ctx context.Context, id string) (T, error)
	Reread(ctx context.Context, id string) (T, error)

	Peek(id string) (value T, complete bool)
	Seen(is func(T) bool) (T, bool)
	OnFirstPage(ctx context.Context, is func(T) bool) (found *T, all bool, err error)
	NoteAbsent(id string)
	IsProvenAbsent(id string) bool
	Invalidate()
	ForgetAfter(id string, err error)
	Forget(id string)

	CreateOnce(ctx context.Context, post, look func() (*T, error)) (*T, error)
	RemoveOnce(ctx context.Context, id string, r Removal) error
	SettleChange(after context.Context, id string, err error, shows func(T) bool) (T, error)
	Wrote(id string, value T) *Write[T]
	Removed(id string) *Write[T]
	Dropped(id string)
	RemovedByUs(id string) bool
	Touched(id string)
	Confirm(ctx, after context.Context, w *Write[T], must bool) (T, error)
	ReadBack(ctx context.Context, w *Write[T], must bool) (T, error)
	Amend(w *Write[T], value T)
}

// Turns are what writes to one object take.
type Turns interface {
	lock(ctx context.Context, id string) (after context.Context, unlock func(), err error)
}

// Kind implements Records.
func (c *Collection[T]) Kind() Source[T] { return c.Source }
