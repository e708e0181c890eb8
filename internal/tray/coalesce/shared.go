package coalesce

import (
	"context"
	"sync"
	"time"
)

// sharedTime bounds one shared request with all its tries.
const sharedTime = 10 * time.Minute

// shared is a request that several callers wait for. It runs on a context of its own,
// so that no caller's cancellation fails the others, and ends when all have left.
type shared struct {
	done   chan struct{}
	err    error // readable once done is closed
	cancel context.CancelFunc
	// Guarded by the mutex of launch.
	waiters int
	land    func() // takes the request out of where joiners look for it
}

// launch starts work on behalf of the caller, who must hold mu and must then wait.
// work is run without mu; land is called with it, when the work is over or abandoned.
func launch(ctx context.Context, mu *sync.Mutex, work func(context.Context) error, land func(*shared)) *shared {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), sharedTime)
	detached := patient{bounded}
	f := &shared{done: make(chan struct{}), cancel: cancel}
	f.land = sync.OnceFunc(func() { land(f) })
	go func() {
		err := work(detached)
		cancel()
		mu.Lock()
		defer mu.Unlock()
		f.err = err
		f.land()
		close(f.done)
	}()
	return f
}

// patient hides the deadline of a shared request, which is nobody's: what a pause may last is
// then bounded by patience, as it is for those who wait.
type patient struct{ context.Context }

// Deadline implements context.Context.
func (patient) Deadline() (time.Time, bool) { return time.Time{}, false }

// wait returns the request's error, or ctx's when that ends first. The caller holds mu
// on entry and on return, but not in between.
func (f *shared) wait(ctx context.Context, mu *sync.Mutex, c Client) error {
	f.waiters++
	mu.Unlock()
	err := c.Wait(ctx, f.done)
	mu.Lock()
	f.waiters--
	if err == nil {
		return f.err
	}
	if f.waiters == 0 {
		f.land() // nobody may join what is being cancelled
		f.cancel()
	}
	return err
}
