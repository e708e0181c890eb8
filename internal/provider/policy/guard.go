package policy

import (
	"context"
	"slices"
	"time"
)

// patience is how long a change waits for another of the same apply that makes it
// harmless. It starts anew whenever this process has written something.
const patience = 20 * time.Second

// moment is how long the note of a write may come after its effect.
const moment = time.Second

// Refused is why Guard did not do a change.
type Refused struct{ Violations []Violation }

// Error is the first reason.
func (r *Refused) Error() string { return r.Violations[0].Code + ": " + r.Violations[0].Detail }

// Guard does changes that may take rights away, when the organization as it is now, with
// what this process has done meanwhile, allows it by TRAY003. When only another write
// of the same apply can make them harmless, it waits for that one, and after Patience
// without any write of this process gives up with *Refused. It asks read once.
func (r *Session) Guard(ctx context.Context, changes []Change, limits Limits, read func() (Organization, error), do func() error) error {
	r.mu.Lock()
	r.turn(true)
	mark := len(r.done)
	r.mu.Unlock()
	before, err := read()
	if err != nil {
		return err
	}
	if err := r.reserve(ctx, mark, before, changes, limits); err != nil {
		return err
	}
	err = do()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range changes {
		r.reserved = slices.Delete(r.reserved, slices.Index(r.reserved, a), slices.Index(r.reserved, a)+1)
	}
	if err == nil {
		r.finish(changes)
	}
	r.wake()
	return err
}

// reserve waits until changes are harmless and then counts them as done, so that of two
// Admins who leave at once only one can be the last but one.
func (r *Session) reserve(ctx context.Context, mark int, before Organization, changes []Change, limits Limits) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting++
	defer func() { r.waiting-- }()
	since, seen := r.now(), len(r.done)
	for {
		if len(r.done) != seen {
			since, seen = r.now(), len(r.done)
		}
		others := slices.Concat(r.done[mark:], r.reserved)
		broken := blaming(TRAY003LastAdmin.Judge(before, slices.Concat(others, changes), limits), len(others))
		if len(broken) == 0 {
			r.reserved = append(r.reserved, changes...)
			return nil
		}
		if !slices.ContainsFunc(broken, func(v Violation) bool { return v.Provisional }) {
			return &Refused{broken}
		}
		if err := r.sleep(ctx, since, r.waiting); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return &Refused{broken}
		}
	}
}

// sleep gives r.mu back while it waits for a change, at most until Patience has passed since a
// moment. Later comers wait a little less: when they hold every slot that Terraform has, the
// first to give up lets the write through that all the others wait for.
func (r *Session) sleep(ctx context.Context, since time.Time, waiting int) error {
	limit := r.Patience
	if limit == 0 {
		limit = patience
	}
	limit -= min(time.Duration(waiting-1)*limit/20, limit/2)
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	before, over := r.changed, r.waitsIn(ctx)
	r.watch(ctx, func() bool { return r.changed != before || r.now().Sub(since) >= limit })
	over(r.changed != before)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case r.changed == before:
		return context.DeadlineExceeded
	}
	return nil
}

// blaming are the violations that changes from start on are to blame for.
func blaming(all []Violation, start int) []Violation {
	return slices.DeleteFunc(all, func(v Violation) bool { return !v.Blames(start) })
}
