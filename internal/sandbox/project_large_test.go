//go:build !race

package sandbox

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// A 20 MB export goes in and out within bounds: what is in use at the worst moment is
// measured while it does.
func TestImport_ofTwentyMegabytesInBoundedMemory(t *testing.T) {
	w := newWorld(t, onFile(t))
	p := newPromotion(w)
	shapes := []int{100}
	if os.Getenv("TRAY_TEST_FAULTS") == "all" { // one workflow of 20 MB, too
		shapes = []int{1, 100}
	}
	for _, workflows := range shapes {
		body := withoutResolution(large(workflows), "")
		peak, stop := watchMemory()
		p.must(200, "POST", "/core/v1/projects/"+p.prod+"/imports/previews", body)
		p.must(200, "POST", "/core/v1/projects/"+p.prod+"/imports", body)
		number := fmt.Sprint(workflows)
		p.must(201, "POST", "/core/v1/projects/"+p.prod+"/versions/"+number, object{"title": "V"})
		if got := p.must(200, "GET", "/core/v1/projects/"+p.prod+"/versions/"+number+"/export", nil).body; len(got) < 20<<20 {
			t.Errorf("%d workflows come out as %d bytes", workflows, len(got))
		}
		stop()
		if most := peak(); most > 300<<20 {
			t.Errorf("%d workflows take %d MB", workflows, most>>20)
		} else {
			t.Logf("%d workflows take %d MB at most", workflows, most>>20)
		}
	}
}

// watchMemory looks at how much of the heap is in use, over what is in use now.
func watchMemory() (peak func() uint64, stop func()) {
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	runtime.GC()
	least, most := inUse(), uint64(0)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			if now := inUse(); now > least {
				most = max(most, now-least)
			}
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { return most }, func() { close(done); <-ended }
}
