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
	records[T any]     = coalesce.Records[T]
)

// The documented maxima of "first" (docs: pagination), in elements.
const (
	smallPage = 100  // workspaces, their members and roles
	largePage = 1000 // users, organization roles, invitations
)

// fetch reads one object past everything remembered. Its answer must be about that id.
func fetch[W, T any](ctx context.Context, c *Client, all records[T], k call, id string, convert func(W) (element[T], error)) (T, error) {
	k.Method = http.MethodGet
	e, err := rest.Exchange(ctx, c.rest, k, func(wire W) (element[T], error) {
		e, err := convert(wire)
		if err == nil && all.Kind().ID(e.Value) != id {
			err = errors.New("the answer is about another " + all.Kind().What)
		}
		return e, err
	})
	return e.Value, err
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
func removeOnce[T any](ctx context.Context, c *Client, all records[T], id string, r removal) error {
	return all.RemoveOnce(ctx, id, coalesce.Removal{
		Send: func() error { return c.rest.Do(ctx, r.call, nil) }, Look: r.look, Reaches: r.reaches,
	})
}

// appeared are those of now that were not there before.
func appeared[T any](before, now []T, id func(T) string) []T {
	return slices.DeleteFunc(now, func(x T) bool {
		return slices.ContainsFunc(before, func(old T) bool { return id(old) == id(x) })
	})
}
