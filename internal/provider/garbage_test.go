package provider

import (
	"runtime"
	"testing"
	"time"
)

// At two thirds of what lives a heap of thirty thousand memberships would be collected all the
// time, and at twice what lives one of ten thousand took more memory than is promised.
func TestGarbage_isASpareAmountWithinBounds(t *testing.T) {
	for live, want := range map[uint64]int{0: 400, 1 << 20: 400, 7 << 20: 200, 14 << 20: 100, 20 << 20: 70, 100 << 20: 50} {
		if got := percentOf(live); got != want {
			t.Errorf("%d MB live: %d %%, want %d", live>>20, got, want)
		}
	}
}

func TestGarbage_eachCollectionIsFollowed(t *testing.T) {
	seen, left := make(chan bool, 3), 3
	var follow func()
	follow = func() {
		seen <- true
		if left--; left > 0 {
			afterCollection(follow)
		}
	}
	afterCollection(follow)
	for range 3 {
		runtime.GC()
		select {
		case <-seen:
		case <-time.After(10 * time.Second):
			t.Fatal("a collection was not followed")
		}
		time.Sleep(10 * time.Millisecond) // until it waits for the next one
	}
	if living() == 0 {
		t.Error("nothing lives")
	}
}
