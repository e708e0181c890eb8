package rest

import (
	"errors"
	"fmt"
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

// Pager follows the pages of one list, and refuses a list that does not end before it
// fills the memory.
type Pager struct {
	Cursor string // of the page to read next, "" for the first
	Pages  int    // read so far
	Done   bool   // the last page was among them

	seen            map[string]struct{} // cursors
	barren          int                 // pages in a row that brought nothing new
	elements, bytes int                 // what the pages brought so far
}

var errEndless = errors.New("the list does not end")

// Turn takes note of a page of so many bytes, with so many elements not seen before.
func (p *Pager) Turn(next string, fresh, size int) error {
	p.Pages++
	p.elements += fresh
	p.bytes += size
	if next == "" {
		p.Done = true
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
		return fmt.Errorf("%w: its cursor repeats after %d pages", errEndless, p.Pages)
	case p.barren >= maxBarren:
		return fmt.Errorf("%w: %d pages in a row brought nothing new", errEndless, p.barren)
	case p.Pages >= maxPages:
		return fmt.Errorf("%w: more than %d pages", errEndless, maxPages)
	case p.elements >= maxElements:
		return fmt.Errorf("%w: more than %d elements", errEndless, maxElements)
	case p.bytes >= maxListBytes:
		return fmt.Errorf("%w: more than %d MiB", errEndless, maxListBytes>>20)
	}
	p.seen[next] = struct{}{}
	p.Cursor = next
	return nil
}
