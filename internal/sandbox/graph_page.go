package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/graph-gophers/graphql-go"
)

// graphJSON is a value that travels as a string with JSON in it.
type graphJSON string

// ImplementsGraphQLType tells the scalar.
func (graphJSON) ImplementsGraphQLType(name string) bool { return name == "Json" }

// UnmarshalGraphQL reads a literal or a variable.
func (j *graphJSON) UnmarshalGraphQL(input any) error {
	text, is := input.(string)
	if !is || !json.Valid([]byte(text)) {
		return errors.New("expected a string with JSON in it") // never the value, which may be a secret
	}
	*j = graphJSON(text)
	return nil
}

// graphTime is a time on the wire.
type graphTime string

// ImplementsGraphQLType tells the scalar.
func (graphTime) ImplementsGraphQLType(name string) bool { return name == "DateTime" }

// UnmarshalGraphQL is never asked, as no argument is a time.
func (t *graphTime) UnmarshalGraphQL(any) error { return errors.New("no argument is a time") }

// pageInfo says where a page begins and ends.
type pageInfo struct {
	StartCursor, EndCursor       *string
	HasNextPage, HasPreviousPage bool
}

type edge[T any] struct {
	Node   T
	Cursor string
}

// connection is a page of a list.
type connection[T any] struct {
	Edges      []*edge[T]
	PageInfo   *pageInfo
	TotalCount int32
}

// pageArgs are the arguments of every list.
type pageArgs struct {
	First, Last   *int32
	Before, After *string
}

// connect cuts a page out of a list.
func connect[T any](all []T, id func(T) graphql.ID, args pageArgs) (*connection[T], error) {
	low, high := 0, len(all)
	for name, cursor := range map[string]*string{"after": args.After, "before": args.Before} {
		if cursor == nil || *cursor == "" {
			continue
		}
		at, err := position(all, id, *cursor)
		if err != nil {
			return nil, err
		}
		if name == "after" {
			low = max(low, at+1)
		} else {
			high = min(high, at)
		}
	}
	high = max(low, high)
	if args.First != nil {
		high = min(high, low+int(max(*args.First, 0)))
	}
	if args.Last != nil {
		low = max(low, high-int(max(*args.Last, 0)))
	}
	page := &connection[T]{Edges: []*edge[T]{}, PageInfo: &pageInfo{HasNextPage: high < len(all), HasPreviousPage: low > 0}, TotalCount: int32(len(all))} //nolint:gosec // never so many
	for _, one := range all[low:high] {
		page.Edges = append(page.Edges, &edge[T]{one, cursorOf(id(one))})
	}
	if n := len(page.Edges); n > 0 {
		page.PageInfo.StartCursor, page.PageInfo.EndCursor = &page.Edges[0].Cursor, &page.Edges[n-1].Cursor
	}
	return page, nil
}

func cursorOf(id graphql.ID) string { return base64.StdEncoding.EncodeToString([]byte(id)) }

func position[T any](all []T, id func(T) graphql.ID, cursor string) (int, error) {
	for i, one := range all {
		if cursorOf(id(one)) == cursor {
			return i, nil
		}
	}
	return 0, graphProblem{"The cursor is not one of this list", preconditionError, codeNotThere}
}
