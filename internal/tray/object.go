package tray

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// The words that a noun's file is written in, together with errors.go and rights.go.
type (
	call               = rest.Call
	element[T any]     = rest.Element[T]
	page[T any]        = rest.Page[T]
	wirePage[W any]    = rest.WirePage[W]
	listCall[W, T any] = rest.List[W, T]
)

// The documented maxima of "first" (docs: pagination), in elements.
const (
	smallPage = 100  // workspaces, their members and roles
	largePage = 1000 // users, organization roles, invitations
)

func (c *Client) do(ctx context.Context, k call, out any) error { return c.rest.Do(ctx, k, out) }

// fail completes an error of a call: which call it was, and no token in it.
func (c *Client) fail(k call, e *Error) *Error { return c.rest.Fail(k, e) }

// exchange sends a call that answers with the object. A write is ambiguous when its
// answer is no such thing.
func exchange[W, T any](ctx context.Context, c *Client, k call, convert func(W) (element[T], error)) (element[T], error) {
	return rest.Exchange(ctx, c.rest, k, convert)
}

// inTurn carries out a write to one object, or to one that has a name only, as soon as
// no other write to it is under way. What completes the write, once sent, runs on after.
func inTurn[T, R any](ctx context.Context, all *collection[T], id string, write func(after context.Context) (R, error)) (R, error) {
	after, unlock, err := all.lock(ctx, id)
	if err != nil {
		var none R
		return none, err
	}
	defer unlock()
	return write(after)
}

// createOnce makes an object at most once, see settle, and lays it over the reads.
func createOnce[T any](ctx context.Context, all *collection[T], post, look func() (*T, error)) (*T, error) {
	made, err := settle(ctx, all.c, post, look)
	if err != nil {
		if isAmbiguous(err) || hasStatus(err, http.StatusConflict) {
			all.invalidate()
		}
		return nil, err
	}
	all.wrote(all.id(*made), *made)
	return made, nil
}

// removal is how an object is removed.
type removal struct {
	call call
	// look reads the object, in a way that proves its absence, where the answer to call
	// leaves that open.
	look func(after context.Context) error
	// reaches voids what else the removal changes: when it is done, and when it may be.
	reaches func(done bool)
}

// removeOnce removes an object. One that is already gone is success.
func removeOnce[T any](ctx context.Context, all *collection[T], id string, r removal) error {
	_, err := inTurn(ctx, all, id, func(after context.Context) (none T, err error) {
		err = all.c.do(ctx, r.call, nil)
		if isAmbiguous(err) && r.reaches != nil {
			r.reaches(false)
		}
		if err = settleRemoval(all, id, err, func() error { return r.look(after) }); err != nil {
			return none, err
		}
		removed := all.removed(id)
		if r.reaches != nil {
			r.reaches(true)
		}
		return all.confirm(ctx, after, removed, false)
	})
	return err
}

// fetch reads one object past everything remembered. Its answer must be about that id.
func fetch[W, T any](ctx context.Context, all *collection[T], k call, id string, convert func(W) (element[T], error)) (T, error) {
	k.Method = http.MethodGet
	e, err := rest.Exchange(ctx, all.c.rest, k, func(wire W) (element[T], error) {
		e, err := convert(wire)
		if err == nil && all.id(e.Value) != id {
			err = errors.New("the answer is about another " + all.what)
		}
		return e, err
	})
	return e.Value, err
}

// persistently looks for what a write of unknown fate may have made: a server may lag,
// so that its absence, nil, is believed only when it persists.
func persistently[T any](ctx context.Context, look func() (*T, error)) (*T, error) {
	for try := 0; ; try++ {
		found, err := look()
		if err != nil || found != nil || try == rereads-1 {
			return found, err
		}
		if err := rest.Pause(ctx, firstReread<<try); err != nil {
			return nil, rest.AsError(err)
		}
	}
}

// appeared are those of now that were not there before.
func appeared[T any](before, now []T, id func(T) string) []T {
	return slices.DeleteFunc(now, func(x T) bool {
		return slices.ContainsFunc(before, func(old T) bool { return id(old) == id(x) })
	})
}
