package policy

import (
	"context"
	"time"
)

// Giving says what is known of whether the object that has a unique name in Tray gives it
// up in this run, so that another one can take it.
type Giving int

// The kinds. Foreign: no instance of this run has the object in its state. Undecided: its
// instance has not been planned yet, and reports itself should it keep the name.
const (
	Foreign Giving = iota
	Undecided
	Stays
	Leaves
	GoesAway // it is destroyed
	Circle   // what it is to be called is, at the end of the chain, the taker's own name
	Shifting // names move on by one, see Shift
)

// Gives says whether holder, an object with its id and the name that it has in Tray, leaves
// that name to taker.
func (r *Session) Gives(holder, taker Object) Giving {
	r.mu.Lock()
	defer r.mu.Unlock()
	for seen := map[string]bool{}; ; {
		planned, giving := r.planned(holder)
		switch {
		case len(seen) == 0 && giving != Leaves:
			return giving
		case giving != Leaves, seen[holder.ID]:
			return Leaves
		}
		seen[holder.ID] = true
		next, there := r.called(Object{Type: holder.Type, Name: planned.Name}, holder.ID)
		if !there {
			return Leaves
		}
		if next.ID == taker.ID {
			return Circle
		}
		holder = Object{Type: holder.Type, ID: next.ID, Name: planned.Name}
	}
}

// Shift is a chain of names that moves on by one: Created goes to a new object, the object
// that has it takes Second, and the one that has that gives it up for yet another. Both are
// in people's words.
type Shift struct{ Created, Second string }

// Shifts returns such a chain among the objects of one type. A list that grows at its front or
// in its middle looks so, where its instances are counted. Whoever of the three is planned
// last finds it. One name that passes on, given up for a free one, is none.
func (r *Session) Shifts(resourceType string) (s Shift, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.applying {
		return s, false
	}
	for o, title := range r.creating {
		if o.Type != resourceType {
			continue
		}
		first, there := r.called(o, "")
		if !there {
			continue
		}
		next, giving := r.planned(first)
		if giving != Leaves {
			continue
		}
		second, there := r.called(Object{Type: o.Type, Name: next.Name}, first.ID)
		if !there {
			continue
		}
		if _, giving = r.planned(second); giving == Leaves {
			return Shift{title, next.Title()}, true
		}
	}
	return s, false
}

// AwaitPlanned waits until an instance of this run has planned what becomes of o, up to wait
// for all callers together: without an order between them, the one that takes a name may be
// planned before the one that has it is refreshed, and the verdict must not depend on that.
// It reports whether there is a verdict: not when all turns are taken by such as wait.
func (r *Session) AwaitPlanned(ctx context.Context, o Object, wait time.Duration) bool {
	return r.attend(ctx, &r.namesSince, wait, func() bool { return r.applying || r.isPlanned(o) }) != crowded
}

// planned is what the object that has the name of o is to be called. It wants r.mu.
func (r *Session) planned(o Object) (next Object, giving Giving) {
	for _, c := range r.claims[Object{Type: o.Type, ID: o.ID}] {
		switch {
		case c.Stance == Destroys:
			return next, GoesAway
		case c.Stance == InState || c.Stance == Imports:
			giving = max(giving, Undecided)
		case c.Object.Name != o.Name:
			return c.Object, Leaves
		default:
			return c.Object, Stays
		}
	}
	return next, giving
}

// called is the object in the state of an instance that has had the name until now, other
// than the one with that id. It wants r.mu.
func (r *Session) called(named Object, id string) (o Object, there bool) {
	for _, c := range r.claims[named] {
		if c.Stance == InState && c.Object.ID != "" && c.Object.ID != id {
			return c.Object, true
		}
	}
	return o, false
}

// Taken reports whether another instance than mark's plans to give the name of o to another
// object.
func (r *Session) Taken(mark string, o Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.applying {
		return false
	}
	for _, c := range r.claims[Object{Type: o.Type, Name: o.Name}] {
		if c.Mark != mark && c.Stance.stands() && !c.Object.Same(o) {
			return true
		}
	}
	return false
}

// IsPlanned reports whether an instance of this run has planned what becomes of the object.
func (r *Session) IsPlanned(o Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.isPlanned(o)
}

// isPlanned wants r.mu.
func (r *Session) isPlanned(o Object) bool {
	return r.claims.find(o, func(c Claim) bool { return c.Stance != InState && c.Stance != Imports })
}
