package base

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever takes a name that another resource of the same apply gives up waits for that: three
// seconds, and longer where a look takes that long, as on a machine with too much to do.
func TestAwait_waitsForANameThatIsGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		look time.Duration
		gone int // the look that finds nothing
		want int // how much is found in the end
	}{
		"soon":              {time.Millisecond, 20, 0},
		"never":             {time.Millisecond, 1000, 1},
		"each look is slow": {2 * time.Second, 9, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				looks, began := 0, time.Now()
				found, err := Await(t.Context(), func() ([]string, error) {
					time.Sleep(c.look)
					if looks++; looks >= c.gone {
						return nil, nil
					}
					return []string{"other"}, nil
				}, func(string) bool { return false })
				if err != nil || len(found) != c.want {
					t.Errorf("found %v, %v", found, err)
				}
				if took := time.Since(began); c.want == 1 && took > 3200*time.Millisecond {
					t.Errorf("what stays was waited for %s", took)
				}
			})
		})
	}
}

func TestAwait_takesItsOwnAndEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		look := func() ([]string, error) { return []string{"x"}, nil }
		if found, err := Await(t.Context(), look, func(s string) bool { return s == "x" }); err != nil || len(found) != 1 {
			t.Errorf("its own: %v, %v", found, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := Await(ctx, look, func(string) bool { return false }); err == nil {
			t.Error("went on after its context had ended")
		}
	})
}
