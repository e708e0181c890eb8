package engine

import (
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"slices"
	"strconv"
)

// Paging is what a request asks of a list. Cursors are positions, not offsets, so that
// insertions and deletions between two pages neither repeat nor hide an element.
type Paging struct {
	list      string
	from      int64 // position of the cursor, 0 without one; elements beyond it are wanted
	limit     int
	backwards bool
}

// Placed is an element with its position, which is unique in its collection and never
// used again.
type Placed[T any] struct {
	Seq     int64
	Element T
}

// PageInfo says where a page stands in its list.
type PageInfo struct {
	StartCursor     string `json:"startCursor,omitempty"`
	EndCursor       string `json:"endCursor,omitempty"`
	HasNextPage     bool   `json:"hasNextPage"`
	HasPreviousPage bool   `json:"hasPreviousPage"`
}

// PageBody is a page on the wire.
type PageBody struct {
	Elements any      `json:"elements,omitempty"`
	PageInfo PageInfo `json:"pageInfo"`
}

// ReadPaging reads cursor, first and last. Sizes outside 1..most, both sizes at once and
// cursors of another list are a 400; list names this one, of this organization. Size is
// the page's when none is asked for.
func ReadPaging(query url.Values, list string, size, most int) (Paging, error) {
	p := Paging{list: list, limit: min(size, most)}
	if query.Has("first") && query.Has("last") {
		return p, BadRequest("Only one of first and last can be given")
	}
	for _, name := range []string{"first", "last"} {
		if !query.Has(name) {
			continue
		}
		n, err := strconv.ParseInt(query.Get(name), 10, 32)
		if err != nil {
			return p, InvalidQuery(name, "%q is not a 32-bit integer", query.Get(name))
		}
		if n < 1 || n > int64(most) {
			return p, InvalidQuery(name, "expected a number from 1 to %d, got %d", most, n)
		}
		p.limit, p.backwards = int(n), name == "last"
	}
	if query.Has("cursor") {
		seq, ok := decodeCursor(list, query.Get("cursor"))
		if !ok {
			return p, InvalidQuery("cursor", "not a cursor of this list")
		}
		p.from = seq
	}
	return p, nil
}

// encodeCursor seals a position with the list it belongs to, so that a cursor of another
// is told apart.
func encodeCursor(list string, seq int64) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(seq))
	seal := sha256.Sum256([]byte(list + "\x00" + string(raw)))
	return base64.RawURLEncoding.EncodeToString(append(raw, seal[:10]...))
}

// decodeCursor reports false for anything that encodeCursor did not make for the same
// list.
func decodeCursor(list, cursor string) (int64, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) != 18 {
		return 0, false
	}
	seq := int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // the seal below rejects what was not an int64
	return seq, seq > 0 && encodeCursor(list, seq) == cursor
}

// Cut is a part of a list: the page, and whether anything lies before and after it.
type Cut[T any] struct {
	Elements      []Placed[T]
	p             Paging
	before, after bool
}

// Fetch reads one page. The query is "SELECT t.seq, … FROM … t WHERE …" without order or
// limit.
func Fetch[T any](t Querier, p Paging, scan func(*sql.Rows) (Placed[T], error), query string, args ...any) (Cut[T], error) {
	f := Cut[T]{p: p}
	beyond, order, behind := " AND t.seq > ? ORDER BY t.seq", "", " AND t.seq <= ? ORDER BY t.seq DESC"
	if p.backwards {
		beyond, order, behind = " AND t.seq < ? ORDER BY t.seq", " DESC", " AND t.seq >= ? ORDER BY t.seq"
	}
	from := p.from
	if p.backwards && from == 0 {
		from = 1<<63 - 1
	}
	found, err := Collect(t, scan, query+beyond+order+" LIMIT ?", append(slices.Clone(args), from, p.limit+1)...)
	if err != nil {
		return f, err
	}
	more := len(found) > p.limit
	if more {
		found = found[:p.limit]
	}
	f.Elements = found
	left := false
	if p.from != 0 {
		rest, err := Collect(t, scan, query+behind+" LIMIT 1", append(slices.Clone(args), p.from)...)
		if err != nil {
			return f, err
		}
		left = len(rest) > 0
	}
	f.before, f.after = left, more
	if p.backwards {
		slices.Reverse(f.Elements)
		f.before, f.after = more, left
	}
	return f, nil
}

// PageOf cuts a page out of a collection that is in memory.
func PageOf[T any](p Paging, all []Placed[T]) Cut[T] {
	f := Cut[T]{p: p}
	low, high := 0, len(all)
	for i, one := range all {
		if p.from != 0 && !p.backwards && one.Seq <= p.from {
			low = i + 1
		}
		if p.from != 0 && p.backwards && one.Seq >= p.from {
			high = min(high, i)
		}
	}
	if p.backwards {
		low = max(low, high-p.limit)
	} else {
		high = min(high, low+p.limit)
	}
	f.Elements, f.before, f.after = all[low:high], low > 0, high < len(all)
	return f
}

// Page renders a cut. Where there are no elements, the field may be left out.
func Page[T any](f Cut[T], omitEmpty bool, render func(T) any) PageBody {
	body := PageBody{PageInfo: PageInfo{HasNextPage: f.after, HasPreviousPage: f.before}}
	elements := make([]any, len(f.Elements))
	for i, one := range f.Elements {
		elements[i] = render(one.Element)
	}
	if len(elements) > 0 {
		body.PageInfo.StartCursor = encodeCursor(f.p.list, f.Elements[0].Seq)
		body.PageInfo.EndCursor = encodeCursor(f.p.list, f.Elements[len(elements)-1].Seq)
	}
	if len(elements) > 0 || !omitEmpty {
		body.Elements = elements
	}
	return body
}
