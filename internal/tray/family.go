package tray

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// kind says what one noun is: where its objects are, and what they look like there.
type kind[W, T any] struct {
	what  string   // "custom service", for messages
	path  []string // of the list
	right string   // which token may read them
	// at is an object's path; nil is the list's with its id.
	at func(id string) []string
	// documented says that Tray's own API has it; otherwise it needs the management plane.
	documented bool
	// listOnly says that no call reads one object by its id.
	listOnly bool
	// workspace is the id of the one that holds the objects, "" for those of no workspace.
	// Who sees a workspace sees what is in it.
	workspace string
	// makersOnly says that Tray shows an object to the user whose token made it, and to nobody
	// else: a 404 proves nothing, whatever the token's role, of what this token has not seen.
	makersOnly bool
	// convert makes an object of what the wire shows.
	convert func(W) (element[T], error)
	id      func(T) string
	// there reports whether what a read shows exists: Tray goes on showing some of what is
	// deleted, to whom it is theirs. Nil where all does.
	there func(T) bool
	// shows reports whether what was read shows what was written.
	shows func(read, written T) bool
	// secret is what only the answer to a creation tells, and public is the object without it;
	// nil where there is no such thing.
	secret func(T) Secret
	public func(T) T
}

// objects is a family as its noun has it: an interface, for the reason that coalesce.Records is.
type objects[T any] interface {
	List(ctx context.Context) ([]T, error)
	Pages(ctx context.Context) iter.Seq2[[]T, error]
	Get(ctx context.Context, id string) (*T, error)
	Matching(ctx context.Context, so func(T) bool) ([]T, error)
	need(ctx context.Context, doing string) error
	create(ctx context.Context, k call, name string, like func(T) bool) (*T, error)
	createTold(ctx context.Context, k call, name string, like func(T) bool, discard func(after context.Context, id string) error) (*T, error)
	change(ctx context.Context, id string, k call, made func(T) bool) (*T, error)
	remove(ctx context.Context, id, right string, query url.Values, reaches ...func(done bool)) error
	records() records[T]
	pathOf(id string) []string
}

// family is the objects of one kind, with what every noun does with its own.
type family[W, T any] struct {
	kind[W, T]
	c   *Client
	all records[T]
	// seen are, with makersOnly, the ids of what this token is the maker's of.
	seen sync.Map
}

func newFamily[W, T any](c *Client, k kind[W, T]) *family[W, T] {
	if k.at == nil {
		k.at = func(id string) []string { return append(slices.Clone(k.path), id) }
	}
	if k.there == nil {
		k.there = func(T) bool { return true }
	}
	if k.public == nil {
		k.public = func(x T) T { return x }
	}
	f := &family[W, T]{kind: k, c: c}
	list := listCall[W, T]{Call: call{Method: http.MethodGet, Path: k.path, Right: k.right}, First: smallPage, Convert: k.convert}
	s := source[T]{What: k.what, Path: "/" + strings.Join(k.path, "/"), Page: f.existing(list.Pages(c.rest)), ID: k.id, Shows: k.shows}
	if !k.listOnly {
		s.One = f.fetch
	}
	f.all = coalesce.New(c.reads, s)
	return f
}

// fetch reads one object. What Tray shows as deleted is proven gone.
func (f *family[W, T]) fetch(ctx context.Context, id string) (T, error) {
	got, err := fetch(ctx, f.c, f.all, call{Path: f.at(id), Right: f.right}, id, f.convert)
	if err == nil && !f.exists(got) {
		return got, gone(f.what, "Tray says that it is deleted")
	}
	return got, err
}

// exists is there, and remembers whose it is.
func (f *family[W, T]) exists(x T) bool {
	if f.makersOnly {
		f.seen.Store(f.id(x), nil)
	}
	return f.there(x)
}

// existing are the pages of a list without what Tray shows as deleted.
func (f *family[W, T]) existing(pages func(context.Context, string) (rest.Page[T], error)) func(context.Context, string) (rest.Page[T], error) {
	return func(ctx context.Context, cursor string) (rest.Page[T], error) {
		page, err := pages(ctx, cursor)
		page.Elements = slices.DeleteFunc(page.Elements, func(e element[T]) bool { return !f.exists(e.Value) })
		return page, err
	}
}

func (f *family[W, T]) records() records[T] { return f.all }

func (f *family[W, T]) pathOf(id string) []string { return f.at(id) }

// need is an error when the plane that has the objects is not there.
func (f *family[W, T]) need(ctx context.Context, doing string) error {
	if f.documented {
		return nil
	}
	return f.c.Management.need(ctx, doing+" a "+f.what)
}

// List returns every object that the token may see, in the server's order.
func (f *family[W, T]) List(ctx context.Context) ([]T, error) {
	if err := f.need(ctx, "listing"); err != nil {
		return nil, err
	}
	if err := f.workspaceGone(); err != nil {
		return nil, err
	}
	all, err := f.all.List(ctx)
	return all, f.prove(ctx, err)
}

// Pages returns the objects in the server's order, a slice at a time, and reads no more
// pages than are consumed. An error ends it.
func (f *family[W, T]) Pages(ctx context.Context) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		if err := f.need(ctx, "listing"); err != nil {
			yield(nil, err)
			return
		}
		f.all.Each(ctx)(yield)
	}
}

// Get returns the object with that id. IsGone(err) means proven absent, which takes a
// token that sees the workspace that holds the object or, for what is in none, the whole
// organization.
func (f *family[W, T]) Get(ctx context.Context, id string) (*T, error) {
	if err := f.need(ctx, "reading"); err != nil {
		return nil, err
	}
	if err := f.workspaceGone(); err != nil {
		return nil, err
	}
	value, err := f.all.Get(ctx, key{ID: id})
	switch {
	case err == nil:
		return &value, nil
	case f.all.IsProvenAbsent(id):
		return nil, asGone(err, f.proof())
	case !f.makersOnly:
		err = f.prove(ctx, err)
	case hasStatus(err, http.StatusNotFound):
		err = f.proveOwn(id, err)
	}
	return nil, err
}

// proveOwn is prove for what Tray shows to its maker alone.
func (f *family[W, T]) proveOwn(id string, err error) error {
	if _, own := f.seen.Load(id); own {
		return asGone(err, "This token has seen it, and Tray shows it no more, or as deleted")
	}
	return notTheMaker(err, f.what)
}

// prove turns a 404 into proof of absence, or into the error of a token that cannot tell.
func (f *family[W, T]) prove(ctx context.Context, err error) error {
	switch {
	case !hasStatus(err, http.StatusNotFound):
		return err
	case f.workspace == "":
		return f.c.proven(ctx, f.what, f.proof(), err)
	}
	switch _, wsErr := f.c.Workspaces.Get(ctx, f.workspace); {
	case wsErr == nil:
		return asGone(err, f.proof())
	case IsGone(wsErr):
		return asGone(err, "The workspace does not exist any more")
	case hasStatus(wsErr, http.StatusNotFound):
		return undecided(err, f.what)
	}
	return err
}

func (f *family[W, T]) proof() string {
	if f.workspace != "" {
		return "The workspace is there and has no such " + f.what
	}
	return "This token sees the whole organization, and no such " + f.what
}

// workspaceGone answers for a workspace that is already proven gone, so that what was in it
// costs no request each.
func (f *family[W, T]) workspaceGone() error {
	if f.workspace == "" || !f.c.Workspaces.knownGone(f.workspace) {
		return nil
	}
	return gone(f.what, "the workspace does not exist any more")
}

// Matching returns the objects of the list that are so.
func (f *family[W, T]) Matching(ctx context.Context, so func(T) bool) ([]T, error) {
	all, err := f.List(ctx)
	return slices.DeleteFunc(all, func(x T) bool { return !so(x) }), err
}

// change changes an object and returns it as it is then. After an ambiguous answer, one
// that made accepts is success.
func (f *family[W, T]) change(ctx context.Context, id string, k call, made func(T) bool) (*T, error) {
	if err := f.need(ctx, "changing"); err != nil {
		return nil, err
	}
	k.Path = f.at(id)
	if k.Method == "" {
		k.Method = http.MethodPatch
	}
	return coalesce.InTurn(ctx, f.all, id, func(after context.Context) (*T, error) {
		e, err := rest.Exchange(ctx, f.c.rest, k, f.convert)
		if err != nil {
			if e.Value, err = f.all.SettleChange(after, id, err, made); err != nil {
				return nil, err
			}
		}
		f.all.Wrote(id, e.Value)
		return &e.Value, nil
	})
}

// remove deletes an object. One that is already gone is success. What else goes with it is
// voided by reaches, which may be nil; see removal.
func (f *family[W, T]) remove(ctx context.Context, id, right string, query url.Values, reaches ...func(done bool)) error {
	if err := f.need(ctx, "deleting"); err != nil {
		return err
	}
	return removeOnce(ctx, f.c, f.all, id, removal{
		call: call{Method: http.MethodDelete, Path: f.at(id), Right: right, Query: query},
		look: func(after context.Context) error { _, err := f.Get(after, id); return err },
		reaches: func(done bool) {
			for _, reach := range reaches {
				reach(done)
			}
		},
	})
}

// shelf holds families, or whatever else is remembered of each parent, by what names it.
type shelf[K comparable, V any] struct {
	mu  sync.Mutex
	all map[K]V
}

// of returns what stands for k, made when it is asked for first.
func (s *shelf[K, V]) of(k K, fresh func() V) V {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[K]V{}
	}
	v, known := s.all[k]
	if !known {
		v = fresh()
		s.all[k] = v
	}
	return v
}

// drop forgets what stands for k.
func (s *shelf[K, V]) drop(k K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, k)
}

// values returns what stands for each parent so far.
func (s *shelf[K, V]) values() []V {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.all))
}
