//go:build !race

package sandbox

import (
	"testing"
)

func TestRBAC_everyCellDecidesTheRealRequest(t *testing.T) {
	w := newWorld(t, embedded) // it has everything that others have, and more
	w.set(object{"deployment_duration": "0s"})
	tried, n := 0, 0
	for _, d := range Decisions() {
		if len(tries[d.Right]) == 0 {
			t.Errorf("no request tries the right to %s", d.Right)
		}
		for _, try := range tries[d.Right] {
			for _, scoped := range []bool{false, true} {
				n++
				w.advance("3h") // each scene sends up to two invites, of which a day has a hundred
				s, token := w.cast(d.Standing, scoped, n)
				if token == "" {
					continue
				}
				tried++
				method, path, body := try(s, n)
				got := w.as(token, method, path, body)
				decided := map[int]Access{403: Refuse, 404: Hide}[got.status] // anything else: Allow
				if decided != d.Access || d.Access == Allow && got.status >= 300 {
					t.Errorf("%s %s by %s (scoped: %v) answered %d %s; the table says %+v", method, path, d.Standing, scoped, got.status, got.body, d.Cell)
				}
			}
		}
	}
	if tried < len(Decisions()) {
		t.Errorf("%d requests cannot have tried %d cells", tried, len(Decisions()))
	}
}
