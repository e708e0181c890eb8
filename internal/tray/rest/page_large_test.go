//go:build !race

package rest

import (
	"fmt"
	"strings"
	"testing"
)

// A list that goes on with new elements for ever took 3 GB in 22 seconds.
func TestPage_listThatGoesOnIsBoundedInMemory(t *testing.T) {
	for name, test := range map[string]struct {
		perPage, padding int
		says             string
	}{
		"many elements":  {1000, 0, "more than 100000 elements"},
		"large elements": {2, 1 << 20, "more than 64 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			id := 0
			c, pages := cursors(t, func(n int) string {
				var elements []string
				for range test.perPage {
					id++
					elements = append(elements, fmt.Sprintf(`{"id":"r%d","name":"R%s"}`, id, strings.Repeat("x", test.padding)))
				}
				return fmt.Sprintf(`{"elements":[%s],"pageInfo":{"hasNextPage":true,"endCursor":"c%d"}}`, strings.Join(elements, ","), n)
			})
			all, err := roles(t.Context(), c)
			if err == nil || !strings.Contains(err.Error(), test.says) || all != nil {
				t.Errorf("%d roles, %v", len(all), err)
			}
			if *pages > 100 {
				t.Errorf("%d pages were read", *pages)
			}
		})
	}
}
