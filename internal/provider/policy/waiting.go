package policy

import (
	"context"
	"slices"
	"time"
)

// Terraform deals with ten objects at once, and a call that waits for another object's call
// has one of these turns. When all of them wait, nobody can come: then the one who has
// waited longest goes on without an answer.
const parallelism = 10

// turns is how many objects Terraform deals with at once.
func (r *Session) turns() int {
	if r.Parallelism > 0 {
		return r.Parallelism
	}
	return parallelism
}

// OneByOne reports whether Terraform does one thing at a time, so that nothing can be waited for.
func (r *Session) OneByOne() bool { return r.turns() == 1 }

// waiter is one call that waits.
type waiter struct{ crowded bool }

// enter counts a call among those that wait. It wants r.mu.
func (r *Session) enter() *waiter {
	w := &waiter{}
	r.waiters = append(r.waiters, w)
	if len(r.waiters) >= r.turns() {
		r.waiters[0].crowded = true
		r.waiters = r.waiters[1:]
		r.crowdedAt = time.Now()
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

// attend waits until something is so that nothing announces, for all callers with the same
// since together: until wait has passed in which nobody went on for want of turns.
func (r *Session) attend(ctx context.Context, since *time.Time, wait time.Duration, so func() bool) answer {
	if so() {
		return yes
	}
	r.mu.Lock()
	if since.IsZero() {
		*since = time.Now()
	}
	w := r.enter()
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.leave(w)
	}()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		r.mu.Lock()
		until := *since
		if r.crowdedAt.After(until) {
			until = r.crowdedAt
		}
		done, early := time.Since(until) >= wait, w.crowded
		r.mu.Unlock()
		switch {
		case so():
			return yes
		case early:
			return crowded
		case done:
			return no
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return no
		}
	}
}
