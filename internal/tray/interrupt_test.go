package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// cancelledAt is f with a latency, and a context that ends while the k-th request is
// answered, from 1: the server has it, and the answer is on its way.
func cancelledAt(t *testing.T, f *fake, k int) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	f.late = 200 * time.Millisecond
	var mu sync.Mutex
	n := 0
	f.hook = func(*http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if n++; n == k {
			time.AfterFunc(f.late/2, cancel)
		}
	}
	return ctx
}

// One Ctrl-C while requests take their time: a write that reached Tray was reported as
// cancelled, so that its object was in Tray and not in the state.
func TestInterrupt_whatWasSentIsKnownToTheCaller(t *testing.T) {
	for name, v := range verbs {
		t.Run(name, func(t *testing.T) {
			for k, reached := 1, true; reached; k++ {
				synctest.Test(t, func(t *testing.T) {
					f := withFaults(t)
					ctx := cancelledAt(t, f, k)
					began := time.Now()
					err := v.do(ctx, f.client(t))
					reached = ctx.Err() != nil
					if done := v.done(f); (err == nil) != (done == 1) {
						t.Errorf("cancelled during request %d: done %d times, and the caller is told %v", k, done, err)
					}
					if err != nil && !errors.Is(err, context.Canceled) {
						t.Errorf("cancelled during request %d: %v", k, err)
					}
					if took := time.Since(began); took > time.Duration(k+2)*f.late {
						t.Errorf("cancelled during request %d: returned after %s", k, took)
					}
				})
			}
		})
	}
}

// The same where the answer is lost as well: it is looked up, and not sent again.
func TestInterrupt_aLostAnswerIsLookedUpAndNotSentAgain(t *testing.T) {
	for name, v := range verbs {
		if name == "invite" { // without its answer an invitation has nothing to be told by but its address
			continue
		}
		for what, flt := range map[string]fault{"lost before": {before: true}, "lost after": {after: true}, "502 after": {status: 502, done: true}} {
			t.Run(name+", "+what, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := withFaults(t)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					writes := 0
					f.late = 200 * time.Millisecond
					f.fault = func(_ int, r *http.Request) *fault {
						if r.Method == http.MethodGet {
							return nil
						}
						writes++
						cancel()
						return &flt
					}
					err := v.do(ctx, f.client(t))
					if done := v.done(f); (err == nil) != (done == 1) || writes != 1 {
						t.Errorf("sent %d times, done %d times, and the caller is told %v", writes, done, err)
					}
					if isAmbiguous(err) {
						t.Errorf("it was left open: %v", err)
					}
				})
			})
		}
	}
}

// Ten writes in flight at once, as Terraform has them: none is lost, whenever it ends.
func TestInterrupt_noneOfManyInFlightIsLost(t *testing.T) {
	const people = 20
	for k, reached := 1, true; reached; k++ {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(3)
			for i := range people {
				f.addUser(fmt.Sprint("new", i))
			}
			ctx := cancelledAt(t, f, k)
			c := f.client(t)
			var (
				all  sync.WaitGroup
				gate = make(chan struct{}, 10)
			)
			for i := range people {
				all.Go(func() {
					gate <- struct{}{}
					defer func() { <-gate }()
					user := fmt.Sprint("new", i)
					m, err := c.Members.Add(ctx, "ws", user, toRole(viewer))
					f.mu.Lock()
					defer f.mu.Unlock()
					if _, there := f.members["ws"][user]; there != (err == nil) || (err == nil && m.Email == "") {
						t.Errorf("cancelled during request %d: %s is there: %v, and the caller is told %v, %v", k, user, there, m, err)
					}
				})
			}
			all.Wait()
			reached = ctx.Err() != nil
		})
	}
}

// What was written is known without reading it back, and then nothing more is sent.
func TestInterrupt_nothingIsSentAfterItThatNeedNotBe(t *testing.T) {
	for k := 1; k <= 12; k++ {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(12)
			c := f.client(t)
			_, err1 := c.Members.List(t.Context(), "ws")
			_, err2 := c.Users.List(t.Context())
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			ctx := cancelledAt(t, f, k)
			count := f.hook
			f.hook = func(r *http.Request) {
				count(r)
				if ctx.Err() != nil {
					t.Errorf("cancelled during request %d, and then it sent %s %s", k, r.Method, r.URL.Path)
				}
			}
			var all sync.WaitGroup
			for i := range 12 {
				all.Go(func() { _, _ = c.Members.SetRole(ctx, "ws", userID(i+1), toRole(admin)) })
			}
			all.Wait()
		})
	}
}

// A server that never answers keeps nobody for longer than request_timeout.
func TestInterrupt_aWriteWithoutAnswerIsGivenUpAfterItsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(3)
		f.late = time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		defer time.AfterFunc(time.Second, cancel).Stop()
		began := time.Now()
		_, err := f.client(t, func(cfg *Config) { cfg.RequestTimeout = 10 * time.Second }).Members.SetRole(ctx, "ws", "u0001", toRole(admin))
		if took := time.Since(began); err == nil || took > 21*time.Second {
			t.Errorf("%v after %s", err, took)
		}
	})
}
