package policy

import (
	"context"
	"slices"
	"time"
)

// How one call waits for another's. Nothing announces that no other will come: whoever waits
// goes by the time in which one could have. That leaves out the time in which this process had
// no turn, as on a machine with more to do than it can, where Terraform had none either; and
// for what other plans and refreshes tell, the time in which such calls went on.

// Terraform deals with ten objects at once, and a call that waits for another object's call
// has one of these turns. When all of them wait, nobody can come: then the one who has
// waited longest goes on without an answer.
const parallelism = 10

// tick is how often whoever waits looks.
const tick = 20 * time.Millisecond

// turns is how many objects Terraform deals with at once.
func (r *Session) turns() int {
	if r.Parallelism > 0 {
		return r.Parallelism
	}
	return parallelism
}

// OneByOne reports whether Terraform does one thing at a time, so that nothing can be waited for.
func (r *Session) OneByOne() bool { return r.turns() == 1 }

// now is the time without that in which whoever waited had no turn: what has gone by since
// somebody last looked, when that is more than it should be. It wants r.mu.
func (r *Session) now() time.Time {
	now := time.Now()
	if late := now.Sub(r.lookedAt); r.watching > 0 && late > 2*tick {
		r.starved += late - tick
	}
	r.lookedAt = now
	return now.Add(-r.starved)
}

// watch waits until it is over, which it asks at every tick and whenever something is written.
// It wants r.mu, has it while it asks, and gives it back in between.
func (r *Session) watch(ctx context.Context, over func() bool) {
	look := time.NewTicker(tick)
	defer look.Stop()
	r.now()
	r.watching++
	defer func() { r.watching-- }()
	for !over() && ctx.Err() == nil {
		if r.changed == nil {
			r.changed = make(chan struct{})
		}
		changed := r.changed
		r.mu.Unlock()
		select {
		case <-look.C:
		case <-changed:
		case <-ctx.Done():
		}
		r.mu.Lock()
	}
}

// await waits until so, which it asks with r.mu held, or until wait has passed.
func (r *Session) await(ctx context.Context, wait time.Duration, so func() bool) (is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	began := r.now()
	r.watch(ctx, func() bool {
		is = so()
		return is || r.now().Sub(began) >= wait
	})
	return is
}

// call is one refresh, plan or change of an object that is under way.
type call struct {
	waits  int       // for others
	waited bool      // at any time
	gaveUp time.Time // when it last went on without what it waited for

	changes  bool      // an apply's
	destroys bool      // one of those, whose object goes
	takes    bool      // it gives nobody a role, or none any more
	heard    time.Time // since when it has listened for who gives one
	listens  int       // how often it does now
	listener *waiter   // of those that listen; nil before it did
}

// tells reports whether whoever waits since a moment may learn from the call: not while it
// waits itself, nor when it has just given up for the same silence. Otherwise each of those
// that wait together would wait once more for the one before.
func (c *call) tells(since time.Time) bool { return c.waits == 0 && c.gaveUp.Before(since) }

type callKey struct{}

// Begin notes that Terraform refreshes or plans an object until end is called: while one does,
// others may yet learn from it. Whatever waits for others does so with the context returned.
func (r *Session) Begin(ctx context.Context) (during context.Context, end func()) {
	return r.begin(ctx, &call{})
}

// BeginChange is Begin for what an apply changes; destroys says that the object goes.
func (r *Session) BeginChange(ctx context.Context, destroys bool) (during context.Context, end func()) {
	return r.begin(ctx, &call{changes: true, destroys: destroys, takes: destroys})
}

func (r *Session) begin(ctx context.Context, c *call) (during context.Context, end func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls == nil {
		r.calls = map[*call]bool{}
	}
	r.calls[c] = true
	return context.WithValue(ctx, callKey{}, c), func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.calls, c)
		now := r.now()
		if !c.waited {
			r.busyAt = now
		}
		if !c.takes {
			r.gaveAt, r.gave = now, r.gave || c.changes
		}
	}
}

// waitsIn says that the call of a context waits, until the returned function is called with
// whether it got what it waited for. It wants r.mu, and so does that.
func (r *Session) waitsIn(ctx context.Context) (over func(got bool)) {
	c, is := ctx.Value(callKey{}).(*call)
	if !is {
		return func(bool) {}
	}
	c.waited = true
	c.waits++
	return func(got bool) {
		c.waits--
		if !got {
			c.gaveUp = r.now()
		}
	}
}

// silence is how long no call has gone on that could tell something to whoever waits since
// began, but at most since a moment. It wants r.mu.
func (r *Session) silence(since, began time.Time) time.Duration {
	now := r.now()
	for c := range r.calls {
		if c.tells(began) {
			r.busyAt = now
			break
		}
	}
	if r.busyAt.After(since) {
		since = r.busyAt
	}
	return now.Sub(since)
}

// waiter is one call that waits.
type waiter struct{ crowded bool }

// enter counts a call among those that wait. It wants r.mu.
func (r *Session) enter() *waiter {
	w := &waiter{}
	r.waiters = append(r.waiters, w)
	if len(r.waiters) >= r.turns() {
		r.waiters[0].crowded = true
		r.waiters = r.waiters[1:]
		r.crowdedAt = r.now()
		r.wake()
	}
	return w
}

// leave takes a call out that waits no more. It wants r.mu.
func (r *Session) leave(w *waiter) {
	r.waiters = slices.DeleteFunc(r.waiters, func(o *waiter) bool { return o == w })
}

// answer is what came of waiting for something.
type answer int

// The answers. Crowded: nothing was said, as nobody could.
const (
	no answer = iota
	yes
	crowded
)

// attend waits until something is so, which it asks with r.mu held, for all callers with the
// same since together: until wait has passed in which no call went on that could make it so,
// and nobody went on for want of turns.
func (r *Session) attend(ctx context.Context, since *time.Time, wait time.Duration, so func() bool) (got answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if so() {
		return yes
	}
	if since.IsZero() {
		*since = r.now()
	}
	w, began := r.enter(), r.now()
	defer r.leave(w)
	over := r.waitsIn(ctx)
	defer func() { over(got != no) }()
	r.watch(ctx, func() bool {
		from := *since
		if r.crowdedAt.After(from) {
			from = r.crowdedAt
		}
		done := r.silence(from, began) >= wait
		switch {
		case so():
			got = yes
		case w.crowded:
			got = crowded
		default:
			return done
		}
		return true
	})
	return got
}
