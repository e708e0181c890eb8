package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// WaitWatched is Wait, and the most memory, in bytes, that any process had at once which the
// command has started: the provider's, after Process. It reads /proc, so it is 0 without one.
func (b *Command) WaitWatched() (r Result, peak int64) {
	b.t.Helper()
	over, most := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		for {
			peak = max(peak, peakOfChildren(b.cmd.Process.Pid))
			select {
			case <-over:
				most <- peak
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	r = b.Wait()
	close(over)
	return r, <-most
}

// peakOfChildren reads what the kernel notes of each child: the peak of all its life.
func peakOfChildren(parent int) (most int64) {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	if err != nil {
		return 0
	}
	for _, list := range lists {
		children, _ := os.ReadFile(list) // a thread that has ended has none
		for _, child := range strings.Fields(string(children)) {
			status, _ := os.ReadFile("/proc/" + child + "/status")
			_, after, _ := strings.Cut(string(status), "VmHWM:")
			var kilobytes int64
			if _, err := fmt.Sscan(after, &kilobytes); err == nil {
				most = max(most, kilobytes<<10)
			}
		}
	}
	return most
}
