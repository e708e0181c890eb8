package policy_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// stall is a machine with more to do than it can: whoever looks gets a turn once a second, and
// something is so at the look with that number.
func stall(looks int) func() bool {
	n := 0
	return func() bool {
		time.Sleep(time.Second)
		n++
		return n >= looks
	}
}

var ana = policy.MembershipObject("sales", "", "ana")

// lists says that an instance has members of sales in its state.
func lists(r *policy.Session, has func() bool) {
	r.ListsInState("mark", "sales", func(policy.Object) bool { return has() })
}

// took is how long something took.
func took(does func()) time.Duration {
	began := time.Now()
	does()
	return time.Since(began)
}

func between(t *testing.T, what string, got, least, most time.Duration) {
	t.Helper()
	if got < least || got > most {
		t.Errorf("%s took %s, want %s to %s", what, got, least, most)
	}
}

func TestSession_starvedTimeIsNotWaited(t *testing.T) {
	for name, waits := range map[string]func(context.Context, *policy.Session) bool{
		"for a refresh": func(ctx context.Context, r *policy.Session) bool {
			lists(r, stall(20))
			is, _ := r.MemberInState(ctx, "sales", ana, 2*time.Second)
			return is
		},
		"for a write": func(ctx context.Context, r *policy.Session) bool {
			r.Wrote(policy.Change{})
			so := stall(20)
			return r.AwaitDone(ctx, true, func(policy.Change) bool { return so() })
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if !waits(t.Context(), &policy.Session{}) {
					t.Error("gave up although nobody had a turn")
				}
			})
		})
	}
}

// What a plan takes that finds what it would create, and nobody who has it.
func TestSession_silenceIsWaitedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		seek := func() {
			ctx, end := r.Begin(t.Context())
			defer end()
			if is, told := r.MemberInState(ctx, "sales", ana, 2*time.Second); is || !told {
				t.Errorf("is %t, told %t", is, told)
			}
		}
		between(t, "the first", took(seek), 2*time.Second, 2050*time.Millisecond)
		time.Sleep(time.Second)
		between(t, "the next", took(seek), 0, 0)
	})
}

func TestSession_whileOtherCallsGoOnASignMayCome(t *testing.T) {
	for name, lasts := range map[string]time.Duration{"short ones": 0, "long ones": 3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var r policy.Session
				var graph sync.WaitGroup
				defer graph.Wait()
				graph.Go(func() { // a big one: a refresh after the other, a little apart
					for n := range 10 {
						time.Sleep(1001 * time.Millisecond) // between the looks of whoever waits
						_, end := r.Begin(t.Context())
						time.Sleep(lasts)
						if n == 9 {
							lists(&r, func() bool { return true })
						}
						end()
					}
				})
				ctx, end := r.Begin(t.Context())
				defer end()
				if is, _ := r.MemberInState(ctx, "sales", ana, 2*time.Second); !is {
					t.Error("gave up while refreshes went on, of which one was to tell")
				}
			})
		})
	}
}

// Calls that wait for one another are no sign that anything goes on.
func TestSession_callsThatWaitDoNotHoldEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		end := make(chan struct{})
		for n := range 3 {
			go func() {
				ctx, over := r.Begin(t.Context())
				defer over()
				defer func() { end <- struct{}{} }()
				if n == 0 {
					r.Applying(ctx, 2*time.Second)
					return
				}
				r.MemberInState(ctx, "sales", ana, 2*time.Second)
			}()
		}
		between(t, "all of them", took(func() { <-end; <-end; <-end }), 2*time.Second, 2050*time.Millisecond)
	})
}

// What whoever gave up does then, at length, is nothing that the others who waited with it wait for once more.
func TestSession_whoGaveUpHoldsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		var calls sync.WaitGroup
		began := time.Now()
		for range 3 {
			calls.Go(func() {
				ctx, over := r.Begin(t.Context())
				defer over()
				r.MemberInState(ctx, "sales", ana, 2*time.Second)
				between(t, "waiting", time.Since(began), 2*time.Second, 2050*time.Millisecond)
				time.Sleep(time.Second)
			})
			time.Sleep(7 * time.Millisecond)
		}
		calls.Wait()
	})
}

func TestSession_applyingLastsAsLongAsAWriteMayCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		go func() { // another is planned again, at length, and applied
			_, end := r.Begin(t.Context())
			time.Sleep(5 * time.Second)
			end()
			time.Sleep(time.Second)
			r.Writing()
		}()
		synctest.Wait()
		ctx, end := r.Begin(context.Background())
		defer end()
		if !r.Applying(ctx, 2*time.Second) {
			t.Error("took the silence for a plan")
		}
		between(t, "an answer that is known", took(func() { r.Applying(ctx, 2*time.Second) }), 0, 0)
	})
}

// Terraform's turns are full of calls that wait: the first goes on, and the others have the
// whole time for what may come then.
func TestSession_whoWaitsMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := policy.Session{Parallelism: 2}
		answers := make(chan bool)
		for range 2 {
			go func() {
				_, told := r.MemberInState(t.Context(), "sales", ana, 2*time.Second)
				answers <- told
			}()
			time.Sleep(time.Second)
		}
		between(t, "the last", took(func() {
			if first, last := <-answers, <-answers; first || !last {
				t.Errorf("told %t and %t, want only the last to be", first, last)
			}
		}), 900*time.Millisecond, 1100*time.Millisecond)
	})
}

var ben = policy.MembershipObject("sales", "", "ben")

// listens is how long a removal listens for who gives somebody another role.
func listens(ctx context.Context, r *policy.Session, who policy.Object) time.Duration {
	ctx, end := r.BeginChange(ctx, true)
	defer end()
	return took(func() { r.AwaitMeant(ctx, "mine", who) })
}

func TestSession_aRemovalListensWhileSomethingElseChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		r.Writing()
		_, end := r.BeginChange(t.Context(), false)
		time.AfterFunc(5*time.Second, func() {
			r.Means("other", ana, policy.Admin)
			end()
		})
		between(t, "listening", listens(t.Context(), &r, ana), 5*time.Second, 5100*time.Millisecond)
		between(t, "listening for nobody", listens(t.Context(), &r, ben), 2*time.Second, 2100*time.Millisecond)
	})
}

// Alone, it hardly waits.
func TestSession_aRemovalAloneListensForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		r.Writing()
		between(t, "listening", listens(t.Context(), &r, ana), 300*time.Millisecond, 350*time.Millisecond)
		between(t, "the next", listens(t.Context(), &r, ben), 0, 0)
	})
}

// What an apply changes is planned once more: a plan that is under way may say whom it means.
func TestSession_aRemovalListensWhileAnotherIsPlannedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		r.Writing()
		go func() {
			_, end := r.Begin(t.Context())
			time.Sleep(4 * time.Second)
			end()
			time.Sleep(100 * time.Millisecond)
			_, end = r.BeginChange(t.Context(), false)
			r.Means("other", ana, policy.Admin)
			end()
		}()
		synctest.Wait()
		ctx, end := r.BeginChange(t.Context(), false) // an update that takes away at its end
		defer end()
		between(t, "listening", took(func() { r.AwaitMeant(ctx, "mine", ana) }), 4100*time.Millisecond, 4100*time.Millisecond)
	})
}

// Once something has changed, the next in Terraform's queue waits until the state is written.
func TestSession_aRemovalListensWhileTheStateIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		r.Writing()
		change := func() {
			_, end := r.BeginChange(t.Context(), false)
			defer end()
			r.Means("other", ben, policy.Admin)
		}
		time.AfterFunc(200*time.Millisecond, change)
		time.AfterFunc(1900*time.Millisecond, change)
		between(t, "listening", listens(t.Context(), &r, ana), 3900*time.Millisecond, 4*time.Second)
	})
}

// What takes long holds no removal up for as long: whoever waits for that in Guard does not
// wait forever, and a removal that listens keeps a turn from others. The next ones listen for a
// moment each.
func TestSession_removalsDoNotListenForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		r.Writing()
		_, long := r.BeginChange(t.Context(), false)
		defer long()
		between(t, "listening", listens(t.Context(), &r, ana), 8*time.Second, 8100*time.Millisecond)
		for range 3 {
			_, short := r.BeginChange(t.Context(), false)
			short()
			between(t, "the next", listens(t.Context(), &r, ana), 300*time.Millisecond, 350*time.Millisecond)
		}
	})
}

// Whoever waits in Guard is no reason to wait for it.
func TestSession_aRemovalDoesNotListenToWhoWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		r.Writing()
		waits, over := r.BeginChange(t.Context(), false)
		defer over()
		go func() { // Ana is the last Admin
			if r.Guard(waits, []policy.Change{leaves("ana")}, limits, sales, func() error { return nil }) == nil {
				t.Error("the last Admin left")
			}
		}()
		synctest.Wait()
		between(t, "listening", listens(t.Context(), &r, ben), 300*time.Millisecond, 350*time.Millisecond)
		time.Sleep(time.Minute)
	})
}

// One that comes late in an apply listens as the first did.
func TestSession_everyRemovalListensForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		r.Writing()
		listens(t.Context(), &r, ben)
		time.Sleep(4 * time.Second)
		ctx, end := r.BeginChange(t.Context(), false) // an update that takes away at its end
		defer end()
		time.AfterFunc(150*time.Millisecond, func() { r.Means("other", ana, policy.Admin) })
		between(t, "listening", took(func() { r.AwaitMeant(ctx, "mine", ana) }), 150*time.Millisecond, 150*time.Millisecond)
	})
}

// Who listens in all of Terraform's turns keeps everybody out who could give a role: the one
// that has listened longest goes on, with all that it takes away, and the others hear the next.
func TestSession_removalsMakeRoomForWhoGives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := policy.Session{Parallelism: 2}
		r.Writing()
		var calls sync.WaitGroup
		first, endFirst := r.BeginChange(t.Context(), true)
		for range 8 {
			calls.Go(func() {
				between(t, "the first", took(func() { r.AwaitMeant(first, "first", ben) }), 100*time.Millisecond, 100*time.Millisecond)
			})
		}
		time.Sleep(100 * time.Millisecond)
		calls.Go(func() {
			between(t, "the second", listens(t.Context(), &r, ana), 50*time.Millisecond, 50*time.Millisecond)
		})
		synctest.Wait()
		between(t, "the rest of the first", took(func() { r.AwaitMeant(first, "first", ben) }), 0, 0)
		endFirst()
		time.Sleep(50 * time.Millisecond)
		_, end := r.BeginChange(t.Context(), false)
		r.Means("other", ana, policy.Admin)
		end()
		calls.Wait()
	})
}

// Who has listened takes no turn any more from those that still do.
func TestSession_whoHasListenedCrowdsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := policy.Session{Parallelism: 3}
		r.Writing()
		_, end := r.BeginChange(t.Context(), false)
		r.Means("other", ben, policy.Admin)
		time.AfterFunc(time.Second, func() {
			for range 3 {
				between(t, "listening for who is meant", listens(t.Context(), &r, ben), 0, 0)
			}
		})
		time.AfterFunc(5*time.Second, func() {
			r.Means("other", ana, policy.Admin)
			end()
		})
		between(t, "listening", listens(t.Context(), &r, ana), 5*time.Second, 5*time.Second)
	})
}

// An apply begins while a plan that is made for it looks for who has what it would create.
func TestSession_anApplySeeksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		time.AfterFunc(time.Second, r.Writing)
		ctx, end := r.Begin(t.Context())
		defer end()
		between(t, "seeking", took(func() {
			if is, told := r.MemberInState(ctx, "sales", ana, 5*time.Second); !is || !told {
				t.Errorf("is %t, told %t: a stranger, in an apply", is, told)
			}
		}), time.Second, time.Second)
	})
}

// Whatever is said meanwhile, a removal that would take the last Admin out gives up after a while
// in which nothing is written.
func TestSession_guardWaitsForWritesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r policy.Session
		end := make(chan struct{})
		go func() {
			for {
				select {
				case <-end:
					return
				case <-time.After(time.Second):
					r.Means("other", ben, policy.Viewer)
				}
			}
		}()
		between(t, "waiting", took(func() {
			if r.Guard(t.Context(), []policy.Change{leaves("ana")}, limits, sales, func() error { return nil }) == nil {
				t.Error("the last Admin left")
			}
		}), 20*time.Second, 20100*time.Millisecond)
		close(end)
	})
}
