package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// create makes an object at most once. Name is what two creations of the same have in
// common; after an ambiguous answer, one that is like it and was not there before is what
// was made.
func (f *family[W, T]) create(ctx context.Context, k call, name string, like func(T) bool) (*T, error) {
	return f.make(ctx, name, like, f.post(ctx, k, f.convert), nil)
}

// createTold is create for an object of which the answer tells what no read does, such as
// the value of a token. Without its answer nobody can use it: so what was made then is
// removed by discard, and made again.
func (f *family[W, T]) createTold(ctx context.Context, k call, name string, like func(T) bool, discard func(after context.Context, id string) error) (*T, error) {
	return f.make(ctx, name, like, f.post(ctx, k, func(w W) (element[T], error) {
		e, err := f.convert(w)
		if err == nil && f.secret(e.Value) == "" {
			err = errors.New("the answer cannot be used: its secret is missing")
		}
		return e, err
	}), discard)
}

func (f *family[W, T]) post(ctx context.Context, k call, convert func(W) (element[T], error)) func() (*T, error) {
	k.Method = http.MethodPost
	if k.Path == nil {
		k.Path = f.path
	}
	return func() (*T, error) {
		e, err := rest.Exchange(ctx, f.c.rest, k, convert)
		return &e.Value, err
	}
}

func (f *family[W, T]) make(ctx context.Context, name string, like func(T) bool, post func() (*T, error), discard func(context.Context, string) error) (*T, error) {
	if err := f.need(ctx, "creating"); err != nil {
		return nil, err
	}
	return coalesce.InTurn(ctx, f.all, "named "+name, func(after context.Context) (*T, error) {
		before, err := f.Matching(ctx, like)
		if err != nil {
			return nil, err
		}
		made, err := coalesce.AtMostOnce(ctx, f.c.reads, post, func() (*T, error) {
			found, err := f.search(after, like, before)
			if err != nil || found == nil || discard == nil {
				return found, err
			}
			return nil, f.discarded(discard(after, f.id(*found)), f.id(*found))
		})
		if err != nil {
			if isAmbiguous(err) || IsConflict(err) {
				f.all.Invalidate()
			}
			return nil, err
		}
		f.exists(*made)
		f.all.Wrote(f.id(*made), f.public(*made))
		return made, nil
	})
}

// discarded is the error of an object that could not be removed although nobody can use it.
func (f *family[W, T]) discarded(err error, id string) error {
	if err == nil {
		return nil
	}
	return &Error{
		Message: err.Error(),
		Hint:    fmt.Sprintf("Tray has made the %s %s, but the answer with its secret was lost, and removing it failed as well: remove it in Tray before applying again", f.what, id),
	}
}

// search finds what is like an object and was not there before; nil is nothing.
func (f *family[W, T]) search(ctx context.Context, like func(T) bool, before []T) (*T, error) {
	return coalesce.Persistently(ctx, func() (*T, error) {
		f.all.Invalidate()
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
