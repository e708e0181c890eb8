package tray

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// kind says what one noun of the management plane is: where its objects are, and what
// they look like there.
type kind[W, T any] struct {
	what  string   // "custom service", for messages
	path  []string // of the list; an object's is this with its id
	right string   // which token may read them
	// convert makes an object of what the wire shows.
	convert func(W) (element[T], error)
	id      func(T) string
	// shows reports whether what was read shows what was written.
	shows func(read, written T) bool
}

// family is the objects of one kind, with what every noun does with its own.
type family[W, T any] struct {
	kind[W, T]
	c   *Client
	all *collection[T]
}

func newFamily[W, T any](c *Client, k kind[W, T]) *family[W, T] {
	f := &family[W, T]{kind: k, c: c}
	list := listCall[W, T]{call: call{method: http.MethodGet, path: k.path, right: k.right}, first: smallPage, convert: k.convert}
	f.all = newCollection(c, source[T]{
		what: k.what, path: "/" + strings.Join(k.path, "/"),
		page: func(ctx context.Context, cursor string) (page[T], error) { return list.fetch(ctx, c, cursor) },
		one: func(ctx context.Context, id string) (T, error) {
			return fetch(ctx, f.all, call{path: f.at(id), right: k.right}, id, k.convert)
		},
		id: k.id, shows: k.shows,
	})
	return f
}

func (f *family[W, T]) at(id string) []string { return append(slices.Clone(f.path), id) }

// List returns every object that the token may see, in the server's order.
func (f *family[W, T]) List(ctx context.Context) ([]T, error) {
	if err := f.c.Management.need(ctx, "listing a "+f.what); err != nil {
		return nil, err
	}
	return f.all.list(ctx)
}

// Pages returns the objects in the server's order, a slice at a time, and reads no more
// pages than are consumed. An error ends it.
func (f *family[W, T]) Pages(ctx context.Context) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		if err := f.c.Management.need(ctx, "listing a "+f.what); err != nil {
			yield(nil, err)
			return
		}
		f.all.each(ctx)(yield)
	}
}

// Get returns the object with that id. IsGone(err) means proven absent, which takes a
// token that sees the whole organization.
func (f *family[W, T]) Get(ctx context.Context, id string) (*T, error) {
	if err := f.c.Management.need(ctx, "reading a "+f.what); err != nil {
		return nil, err
	}
	value, err := f.all.get(ctx, key{id: id})
	switch {
	case err == nil:
		return &value, nil
	case !hasStatus(err, http.StatusNotFound):
		return nil, err
	case f.all.isProvenAbsent(id):
		return nil, asGone(err, f.proof())
	}
	if err = f.c.proven(ctx, f.what, f.proof(), err); IsGone(err) {
		f.all.provenAbsent(id)
	}
	return nil, err
}

func (f *family[W, T]) proof() string {
	return "This token sees the whole organization, and no such " + f.what
}

// Matching returns the objects of the list that are so.
func (f *family[W, T]) Matching(ctx context.Context, so func(T) bool) ([]T, error) {
	all, err := f.List(ctx)
	return slices.DeleteFunc(all, func(x T) bool { return !so(x) }), err
}

// create makes an object at most once. Name is what two creations of the same have in
// common; after an ambiguous answer, one that is like it and was not there before is what
// was made.
func (f *family[W, T]) create(ctx context.Context, k call, name string, like func(T) bool) (*T, error) {
	if err := f.c.Management.need(ctx, "creating a "+f.what); err != nil {
		return nil, err
	}
	k.method = http.MethodPost
	return inTurn(ctx, f.all, "named "+name, func(after context.Context) (*T, error) {
		before, err := f.Matching(ctx, like)
		if err != nil {
			return nil, err
		}
		return createOnce(ctx, f.all, func() (*T, error) {
			e, err := exchange(ctx, f.c, k, f.convert)
			return &e.value, err
		}, func() (*T, error) { return f.search(after, like, before) })
	})
}

// search finds what is like an object and was not there before; nil is nothing.
func (f *family[W, T]) search(ctx context.Context, like func(T) bool, before []T) (*T, error) {
	return persistently(ctx, func() (*T, error) {
		f.all.invalidate()
		now, err := f.Matching(ctx, like)
		fresh := appeared(before, now, f.id)
		switch {
		case err != nil || len(fresh) == 0:
			return nil, err
		case len(fresh) == 1:
			return &fresh[0], nil
		}
		return nil, &Error{Message: "Several of that name have appeared: " + f.what}
	})
}

// change changes an object and returns it as it is then. After an ambiguous answer, one
// that made accepts is success.
func (f *family[W, T]) change(ctx context.Context, id string, k call, made func(T) bool) (*T, error) {
	if err := f.c.Management.need(ctx, "changing a "+f.what); err != nil {
		return nil, err
	}
	k.method, k.path = http.MethodPatch, f.at(id)
	return inTurn(ctx, f.all, id, func(after context.Context) (*T, error) {
		e, err := exchange(ctx, f.c, k, f.convert)
		if err != nil {
			if e.value, err = settleRole(after, f.all, id, err, made); err != nil {
				return nil, err
			}
		}
		f.all.wrote(id, e.value)
		return &e.value, nil
	})
}

// remove deletes an object. One that is already gone is success.
func (f *family[W, T]) remove(ctx context.Context, id, right string, query url.Values) error {
	if err := f.c.Management.need(ctx, "deleting a "+f.what); err != nil {
		return err
	}
	return removeOnce(ctx, f.all, id, removal{
		call: call{method: http.MethodDelete, path: f.at(id), right: right, query: query},
		look: func(after context.Context) error { _, err := f.Get(after, id); return err },
	})
}
