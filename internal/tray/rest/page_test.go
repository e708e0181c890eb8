package rest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// cursors is a client of a server whose n-th page (from 0) is given by next.
func cursors(t *testing.T, next func(n int) string) (*Client, *int) {
	t.Helper()
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, next(n))
		n++
	}))
	t.Cleanup(s.Close)
	return onNetwork(t, s.URL, func(cfg *Config) { cfg.RequestsPerSecond = 1e6 }), &n
}

func TestPage_listsThatDoNotEndAreRefused(t *testing.T) {
	page := func(id int, cursor string) string {
		return fmt.Sprintf(`{"elements":[{"id":"r%d","name":"R"}],"pageInfo":{"hasNextPage":true,"endCursor":%q}}`, id, cursor)
	}
	for name, test := range map[string]struct {
		next func(n int) string
		says string
		most int
	}{
		"an empty cursor":           {func(n int) string { return page(n, "") }, "gives no cursor", 1},
		"a cursor that stays":       {func(n int) string { return page(n, "same") }, "cursor repeats", 2},
		"cursors in a circle":       {func(n int) string { return page(n, fmt.Sprint(n%5)) }, "cursor repeats", 6},
		"new cursors, nothing new":  {func(n int) string { return page(0, fmt.Sprint(n)) }, "brought nothing new", 4},
		"new cursors, no elements":  {func(n int) string { return `{"pageInfo":{"hasNextPage":true,"endCursor":"` + fmt.Sprint(n) + `"}}` }, "brought nothing new", 3},
		"a page that is not a page": {func(int) string { return `{"elements":{}}` }, "cannot be read", 1},
	} {
		t.Run(name, func(t *testing.T) {
			c, n := cursors(t, test.next)
			all, err := roles(t.Context(), c)
			if err == nil || !strings.Contains(err.Error(), test.says) || all != nil || *n > test.most {
				t.Errorf("%v, %v, after %d pages", all, err, *n)
			}
			var e *Error
			if errors.As(err, &e) && e.Path != "/core/v1/roles" {
				t.Errorf("%v does not name the endpoint", err)
			}
		})
	}
}

func TestPage_emptyPagesBetweenFullOnesAreAllowed(t *testing.T) {
	answers := []string{
		`{"elements":[{"id":"1","name":"A"}],"pageInfo":{"hasNextPage":true,"endCursor":"a"}}`,
		`{"pageInfo":{"hasNextPage":true,"endCursor":"b"}}`,
		`{"elements":null,"pageInfo":{"hasNextPage":true,"endCursor":"c"}}`,
		`{"elements":[{"id":"2","name":"B","new":"field"}],"pageInfo":{"hasNextPage":false,"endCursor":"d"}}`,
	}
	c, _ := cursors(t, func(n int) string { return answers[n] })
	all, err := roles(t.Context(), c)
	if err != nil || len(all) != 2 {
		t.Errorf("%v %v", all, err)
	}
}

func TestPage_listWithoutPageInfoIsOnePage(t *testing.T) {
	c, n := cursors(t, func(int) string { return `{"elements":[{"id":"1","name":"A"}]}` })
	all, err := roles(t.Context(), c)
	if err != nil || len(all) != 1 || *n != 1 {
		t.Errorf("%v %v", all, err)
	}
}
