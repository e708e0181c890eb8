package sandbox

import (
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strconv"
)

// Largest pages that the documents allow: per workspace, and for organization users, roles and invites.
const (
	maxWorkspacePage    = 100
	maxOrganizationPage = 1000
)

// paging is what a request asks of a list. Cursors are positions, not offsets, so that insertions and deletions between two
// pages neither repeat nor hide an element.
type paging struct {
	collection string
	from       int64 // Position of the cursor, 0 without one; elements beyond it are wanted.
	limit      int
	backwards  bool
}

// placed is an element with its position, which is unique in its collection and never used again.
type placed[T any] struct {
	seq     int64
	element T
}

type pageInfo struct {
	StartCursor     string `json:"startCursor,omitempty"`
	EndCursor       string `json:"endCursor,omitempty"`
	HasNextPage     bool   `json:"hasNextPage"`
	HasPreviousPage bool   `json:"hasPreviousPage"`
}

type pageBody struct {
	Elements any      `json:"elements,omitempty"`
	PageInfo pageInfo `json:"pageInfo"`
}

// paging reads cursor, first and last. Sizes outside 1..most, both sizes at once and foreign cursors are a 400.
func (c *call) paging(most int) (paging, error) {
	p := paging{collection: c.route.Operation + "/" + c.params["workspaceId"], limit: min(c.options.PageSize, most)}
	if c.query.Has("first") && c.query.Has("last") {
		return p, badRequest("Only one of first and last can be given")
	}
	for _, name := range []string{"first", "last"} {
		if !c.query.Has(name) {
			continue
		}
		n, err := strconv.ParseInt(c.query.Get(name), 10, 32)
		if err != nil {
			return p, invalidQuery(name, "%q is not a 32-bit integer", c.query.Get(name))
		}
		if n < 1 || n > int64(most) {
			return p, invalidQuery(name, "expected a number from 1 to %d, got %d", most, n)
		}
		p.limit, p.backwards = int(n), name == "last"
	}
	if c.query.Has("cursor") {
		seq, ok := decodeCursor(c.organization.ID, p.collection, c.query.Get("cursor"))
		if !ok {
			return p, invalidQuery("cursor", "not a cursor of this list")
		}
		p.from = seq
	}
	return p, nil
}

// encodeCursor seals a position with the list it belongs to, so that a cursor of another list or organization is told apart.
func encodeCursor(organization, collection string, seq int64) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(seq))
	seal := sha256.Sum256([]byte(organization + "\x00" + collection + "\x00" + string(raw)))
	return base64.RawURLEncoding.EncodeToString(append(raw, seal[:10]...))
}

// decodeCursor reports false for anything that encodeCursor did not make for the same list.
func decodeCursor(organization, collection, cursor string) (int64, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) != 18 {
		return 0, false
	}
	seq := int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // The seal below rejects what was not an int64.
	return seq, seq > 0 && encodeCursor(organization, collection, seq) == cursor
}

// fetched is a cut of a collection: the page, and whether anything lies before and after it.
type fetched[T any] struct {
	p             paging
	elements      []placed[T]
	before, after bool
}

// fetch reads one page. The query is "SELECT t.seq, … FROM … t WHERE …" without order or limit.
func fetch[T any](c *call, p paging, scan func(*sql.Rows) (placed[T], error), query string, args ...any) (fetched[T], error) {
	f := fetched[T]{p: p}
	beyond, order, behind := " AND t.seq > ? ORDER BY t.seq", "", " AND t.seq <= ? ORDER BY t.seq DESC"
	if p.backwards {
		beyond, order, behind = " AND t.seq < ? ORDER BY t.seq", " DESC", " AND t.seq >= ? ORDER BY t.seq"
	}
	from := p.from
	if p.backwards && from == 0 {
		from = 1<<63 - 1
	}
	found, err := collect(c.tx, scan, query+beyond+order+" LIMIT ?", append(slices.Clone(args), from, p.limit+1)...)
	if err != nil {
		return f, err
	}
	more := len(found) > p.limit
	if more {
		found = found[:p.limit]
	}
	f.elements = found
	left := false
	if p.from != 0 {
		rest, err := collect(c.tx, scan, query+behind+" LIMIT 1", append(slices.Clone(args), p.from)...)
		if err != nil {
			return f, err
		}
		left = len(rest) > 0
	}
	f.before, f.after = left, more
	if p.backwards {
		slices.Reverse(f.elements)
		f.before, f.after = more, left
	}
	return f, nil
}

// pageOf cuts a page out of a collection that is in memory.
func pageOf[T any](p paging, all []placed[T]) fetched[T] {
	f := fetched[T]{p: p}
	low, high := 0, len(all)
	for i, one := range all {
		if p.from != 0 && !p.backwards && one.seq <= p.from {
			low = i + 1
		}
		if p.from != 0 && p.backwards && one.seq >= p.from {
			high = min(high, i)
		}
	}
	if p.backwards {
		low = max(low, high-p.limit)
	} else {
		high = min(high, low+p.limit)
	}
	f.elements, f.before, f.after = all[low:high], low > 0, high < len(all)
	return f
}

// page renders a cut.
func page[T any](c *call, f fetched[T], render func(T) any) (answer, error) {
	body := pageBody{PageInfo: pageInfo{HasNextPage: f.after, HasPreviousPage: f.before}}
	elements := make([]any, len(f.elements))
	for i, one := range f.elements {
		elements[i] = render(one.element)
	}
	if len(elements) > 0 {
		body.PageInfo.StartCursor = encodeCursor(c.organization.ID, f.p.collection, f.elements[0].seq)
		body.PageInfo.EndCursor = encodeCursor(c.organization.ID, f.p.collection, f.elements[len(elements)-1].seq)
	}
	if len(elements) > 0 || !c.options.OmitEmptyElements {
		body.Elements = elements
	}
	return ok(body)
}
