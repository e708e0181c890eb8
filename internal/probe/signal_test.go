//go:build unix

package probe

import (
	"context"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
)

// Ctrl-C ends the asking, not the cleaning up.
func TestCommand_aSignalEndsWithCleaningUp(t *testing.T) {
	w := newWorld(t, false, nil)
	next := w.transport
	w.transport = onNth(next, 5, false, func(r *http.Request) (*http.Response, error) {
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			return nil, err
		}
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	o := w.untouched(context.Background())
	if o.status != 1 || !interrupted(o) || !strings.Contains(o.stderr, "Everything that was made is taken away again.") {
		t.Errorf("status %d\n%s", o.status, o.stderr)
	}
}
