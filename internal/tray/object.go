package tray

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// The words that a noun's file is written in, together with errors.go and rights.go.
type (
	call               = rest.Call
	element[T any]     = rest.Element[T]
	wirePage[W any]    = rest.WirePage[W]
	listCall[W, T any] = rest.List[W, T]
	source[T any]      = coalesce.Source[T]
	key                = coalesce.Key
	written[T any]     = coalesce.Write[T]
	singleton[T any]   = coalesce.Singleton[T]
)

// The documented maxima of "first" (docs: pagination), in elements.
const (
	smallPage = 100  // workspaces, their members and roles
	largePage = 1000 // users, organization roles, invitations
)

// collection is what is remembered of the objects of one list, and of its client.
type collection[T any] struct {
	*coalesce.Collection[T]
	c *Client
}

func newCollection[T any](c *Client, s source[T]) *collection[T] {
	return &collection[T]{Collection: coalesce.New(c.reads, s), c: c}
}

func (c *Client) do(ctx context.Context, k call, out any) error { return c.rest.Do(ctx, k, out) }

// fail completes an error of a call: which call it was, and no token in it.
func (c *Client) fail(k call, e *Error) *Error { return c.rest.Fail(k, e) }

// exchange sends a call that answers with the object. A write is ambiguous when its
// answer is no such thing.
func exchange[W, T any](ctx context.Context, c *Client, k call, convert func(W) (element[T], error)) (element[T], error) {
	return rest.Exchange(ctx, c.rest, k, convert)
}

// fetch reads one object past everything remembered. Its answer must be about that id.
func fetch[W, T any](ctx context.Context, all *collection[T], k call, id string, convert func(W) (element[T], error)) (T, error) {
	k.Method = http.MethodGet
	e, err := exchange(ctx, all.c, k, func(wire W) (element[T], error) {
		e, err := convert(wire)
		if err == nil && all.ID(e.Value) != id {
			err = errors.New("the answer is about another " + all.What)
		}
		return e, err
	})
	return e.Value, err
}

// inTurn carries out a write to one object, or to one that has a name only, as soon as
// no other write to it is under way. What completes the write, once sent, runs on after.
func inTurn[T, R any](ctx context.Context, all *collection[T], id string, write func(after context.Context) (R, error)) (R, error) {
	return coalesce.InTurn(ctx, all.Collection, id, write)
}

// atMostOnce makes an object at most once: look, which returns nil, nil for absence, is
// asked before post is tried again; see coalesce.AtMostOnce.
func atMostOnce[T any](ctx context.Context, c *Client, post, look func() (*T, error)) (*T, error) {
	return coalesce.AtMostOnce(ctx, c.reads, post, look)
}

// createOnce is atMostOnce for an object of a collection, and lays it over the reads.
func createOnce[T any](ctx context.Context, all *collection[T], post, look func() (*T, error)) (*T, error) {
	return all.CreateOnce(ctx, post, look)
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
	return all.RemoveOnce(ctx, id, coalesce.Removal{
		Send: func() error { return all.c.do(ctx, r.call, nil) }, Look: r.look, Reaches: r.reaches,
	})
}

// persistently looks for what a write of unknown fate may have made: a server may lag,
// so that its absence, nil, is believed only when it persists.
func persistently[T any](ctx context.Context, look func() (*T, error)) (*T, error) {
	return coalesce.Persistently(ctx, look)
}

// appeared are those of now that were not there before.
func appeared[T any](before, now []T, id func(T) string) []T {
	return slices.DeleteFunc(now, func(x T) bool {
		return slices.ContainsFunc(before, func(old T) bool { return id(old) == id(x) })
	})
}
