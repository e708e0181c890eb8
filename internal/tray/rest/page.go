package rest

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// Element is an object as a list or a read of its own showed it.
type Element[T any] struct {
	Value T
	// Complete is false for a list element that lacks fields.
	Complete bool
}

// Object is the value, nil for no element.
func (e *Element[T]) Object() *T {
	if e == nil {
		return nil
	}
	return &e.Value
}

// Page is one page of a list.
type Page[T any] struct {
	Elements []Element[T]
	Next     string // the cursor of the next page, "" after the last
	Size     int    // bytes of the answer
}

// WirePage is a page as it is sent.
type WirePage[W any] struct {
	Elements []W `json:"elements"` // may be absent when empty
	PageInfo struct {
		EndCursor   string `json:"endCursor"`
		HasNextPage bool   `json:"hasNextPage"`
	} `json:"pageInfo"`
}

// List says how a list is read: the call without its paging, and the page size.
type List[W, T any] struct {
	Call
	First   int // elements to ask for at a time
	Convert func(W) (Element[T], error)
}

// Pages returns how to read the page at a cursor, "" being the first.
func (l List[W, T]) Pages(c *Client) func(ctx context.Context, cursor string) (Page[T], error) {
	return func(ctx context.Context, cursor string) (Page[T], error) { return l.fetch(ctx, c, cursor) }
}

func (l List[W, T]) fetch(ctx context.Context, c *Client, cursor string) (Page[T], error) {
	k := l.Call
	k.Query = url.Values{"first": {strconv.Itoa(l.First)}}
	if cursor != "" {
		k.Query.Set("cursor", cursor)
	}
	var (
		wire WirePage[W]
		size int
	)
	k.size = &size
	if err := c.Do(ctx, k, &wire); err != nil {
		return Page[T]{}, err
	}
	p := Page[T]{Elements: make([]Element[T], 0, len(wire.Elements)), Size: size}
	for _, w := range wire.Elements {
		e, err := l.Convert(w)
		if err != nil {
			return Page[T]{}, c.Fail(k, &Error{Status: 200, Message: err.Error()})
		}
		p.Elements = append(p.Elements, e)
	}
	if !wire.PageInfo.HasNextPage {
		return p, nil
	}
	if wire.PageInfo.EndCursor == "" {
		return Page[T]{}, c.Fail(k, &Error{Status: 200,
			Message: "The list promises a further page but gives no cursor for it: nothing of it is used"})
	}
	p.Next = wire.PageInfo.EndCursor
	return p, nil
}

// Exchange sends a call that answers with an object. A write is ambiguous when its answer
// is no such thing.
func Exchange[W, T any](ctx context.Context, c *Client, k Call, convert func(W) (Element[T], error)) (Element[T], error) {
	var wire W
	if err := c.Do(ctx, k, &wire); err != nil {
		return Element[T]{}, err
	}
	e, err := convert(wire)
	if err != nil {
		return Element[T]{}, c.Fail(k, &Error{Status: http.StatusOK, Message: err.Error(), Ambiguous: k.Method != http.MethodGet})
	}
	return e, nil
}
