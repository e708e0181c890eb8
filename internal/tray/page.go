package tray

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
)

// The documented maxima of "first" (docs: pagination), in elements.
const (
	smallPage = 100  // workspaces, their members and roles
	largePage = 1000 // users, organization roles, invitations
)

// Bounds on what a server may make us read, in pages.
const (
	maxPages = 20000
	// maxElements and maxListBytes are far beyond any honest list: 10,000 members with
	// all their fields are 3 MiB.
	maxElements  = 100_000
	maxListBytes = 64 << 20
	// maxBarren is how many pages in a row may bring nothing new while promising more.
	maxBarren = 3
)

// element is an object as a list or a single read showed it.
type element[T any] struct {
	value T
	// whole is false for a list element that lacks fields.
	whole bool
}

// object is the value, nil for no element.
func (e *element[T]) object() *T {
	if e == nil {
		return nil
	}
	return &e.value
}

// page is one page of a list.
type page[T any] struct {
	elements []element[T]
	next     string // the cursor of the next page, "" after the last
	size     int    // bytes of the answer
}

type wirePage[W any] struct {
	Elements []W `json:"elements"` // may be absent when empty
	PageInfo struct {
		EndCursor   string `json:"endCursor"`
		HasNextPage bool   `json:"hasNextPage"`
	} `json:"pageInfo"`
}

// listCall says how a list is read: the call without its paging, and the page size.
type listCall[W, T any] struct {
	call
	first   int
	convert func(W) (element[T], error)
}

// fetch reads the page at cursor, "" being the first.
func (l listCall[W, T]) fetch(ctx context.Context, c *Client, cursor string) (page[T], error) {
	k := l.call
	k.query = url.Values{"first": {strconv.Itoa(l.first)}}
	for key, values := range l.query {
		k.query[key] = values
	}
	if cursor != "" {
		k.query.Set("cursor", cursor)
	}
	var (
		wire wirePage[W]
		size int
	)
	k.size = &size
	if err := c.do(ctx, k, &wire); err != nil {
		return page[T]{}, err
	}
	p := page[T]{elements: make([]element[T], 0, len(wire.Elements)), size: size}
	for _, w := range wire.Elements {
		e, err := l.convert(w)
		if err != nil {
			return page[T]{}, c.fail(k, &Error{Status: 200, Message: err.Error()})
		}
		p.elements = append(p.elements, e)
	}
	if !wire.PageInfo.HasNextPage {
		return p, nil
	}
	if wire.PageInfo.EndCursor == "" {
		return page[T]{}, c.fail(k, &Error{Status: 200,
			Message: "The list promises a further page but gives no cursor for it: nothing of it is used"})
	}
	p.next = wire.PageInfo.EndCursor
	return p, nil
}

// pager refuses a list that does not end, before it fills the memory.
type pager struct {
	cursor string
	seen   map[string]struct{}
	pages  int
	barren int
	// elements and bytes are what the pages brought so far.
	elements, bytes int
	done            bool
}

var errEndless = errors.New("the list does not end")

// turn takes note of a page of so many bytes, with so many elements not seen before.
func (p *pager) turn(next string, fresh, size int) error {
	p.pages++
	p.elements += fresh
	p.bytes += size
	if next == "" {
		p.done = true
		return nil
	}
	if p.seen == nil {
		p.seen = map[string]struct{}{}
	}
	p.barren++
	if fresh > 0 {
		p.barren = 0
	}
	_, repeated := p.seen[next]
	switch {
	case repeated:
		return fmt.Errorf("%w: its cursor repeats after %d pages", errEndless, p.pages)
	case p.barren >= maxBarren:
		return fmt.Errorf("%w: %d pages in a row brought nothing new", errEndless, p.barren)
	case p.pages >= maxPages:
		return fmt.Errorf("%w: more than %d pages", errEndless, maxPages)
	case p.elements >= maxElements:
		return fmt.Errorf("%w: more than %d elements", errEndless, maxElements)
	case p.bytes >= maxListBytes:
		return fmt.Errorf("%w: more than %d MiB", errEndless, maxListBytes>>20)
	}
	p.seen[next] = struct{}{}
	p.cursor = next
	return nil
}
