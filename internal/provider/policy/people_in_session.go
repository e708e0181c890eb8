package policy

import (
	"context"
	"time"
)

// MembershipObject is one person's membership of one workspace, whichever type of resource
// stands for it. Who is the person's folded address; it and userID may be "" when unknown.
func MembershipObject(workspace, userID, who string) Object {
	o := Object{Type: string(OneMember)}
	if userID != "" {
		o.ID = workspace + "/" + userID
	}
	if who != "" {
		o.Name = workspace + "/" + who
	}
	return o
}

// listing is a resource that has many memberships of one workspace in its state.
type listing struct {
	mark string
	has  func(Object) bool
}

// ListsInState notes that an instance has many memberships of a workspace in its state; has
// tells which. One note for all costs a plan of thousands of them next to nothing.
func (r *Session) ListsInState(mark, workspace string, has func(Object) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listings == nil {
		r.listings = map[string][]listing{}
	}
	r.listings[workspace] = append(r.listings[workspace], listing{mark, has})
}

// MemberInState reports whether an instance of this run has the membership in its state, by
// itself or among others. While nobody is known to, it waits for a refresh that may still
// come, up to wait for all callers together: without an order between two resources, the one
// that creates may be planned before the other is refreshed. Nothing is told when all turns
// are taken by such as wait.
func (r *Session) MemberInState(ctx context.Context, workspace string, o Object, wait time.Duration) (is, told bool) {
	so := func() bool { return r.inState(workspace, o) }
	if wait == 0 {
		r.mu.Lock()
		defer r.mu.Unlock()
		return so(), true
	}
	got := r.attend(ctx, &r.soughtSince, wait, so)
	return got == yes, got != crowded
}

// inState wants r.mu.
func (r *Session) inState(workspace string, o Object) bool {
	for _, l := range r.listings[workspace] {
		if l.has(o) {
			return true
		}
	}
	return r.claims.find(o, func(c Claim) bool { return c.Stance != Creates })
}

// Means notes, in an apply, what an instance is going to do with a membership: to give it a
// role, or with "" to give it up. In a plan, where no write comes of it, it is left out.
func (r *Session) Means(mark string, o Object, role string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reading {
		return
	}
	if r.meant == nil {
		r.meant = claimsOf{}
	}
	r.meant.add(Claim{Mark: mark, Object: o, Fingerprint: role})
	if role != "" {
		r.meantLast = r.now()
	}
	r.wake()
}

// quiet is how long whoever takes somebody out listens for others that give a role. What an
// apply changes is planned once more as its turn begins, and says so before its first
// request, so that this is long. All removals of an apply listen together.
const quiet = 300 * time.Millisecond

// Giving says, in an apply, that an instance is about to give roles, until done is called:
// while somebody is, the next one in Terraform's queue may still be who gives one.
func (r *Session) Giving(mark string) (done func()) {
	r.count(&r.giving, mark, 1)
	return func() { r.count(&r.giving, mark, -1) }
}

func (r *Session) count(in *map[string]int, mark string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if *in == nil {
		*in = map[string]int{}
	}
	if (*in)[mark] += n; (*in)[mark] == 0 {
		delete(*in, mark)
	}
}

// AwaitMeant waits until another instance of this apply says that it is going to give the
// membership a role, or until nobody has given any for a while: Terraform has ten turns at
// once, and the one that matters may be the fortieth. Whoever listens gives nothing.
func (r *Session) AwaitMeant(ctx context.Context, mark string, o Object) {
	if r.OneByOne() { // nobody else has a turn
		return
	}
	r.count(&r.listening, mark, 1)
	defer r.count(&r.listening, mark, -1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.heardSince.IsZero() {
		r.heardSince, r.meantLast = r.now(), r.now()
	}
	r.watch(ctx, func() bool {
		_, meant := r.meantByAnother(mark, o)
		return meant || r.isQuiet() || r.now().Sub(r.heardSince) >= patience
	})
}

// isQuiet reports whether nobody has given a role for a while, or is about to. It wants r.mu.
func (r *Session) isQuiet() bool {
	for mark := range r.giving {
		if r.listening[mark] == 0 {
			r.meantLast = r.now()
		}
	}
	return r.now().Sub(r.meantLast) > quiet
}

// MeantByAnother returns the role that another instance of this apply is going to give.
func (r *Session) MeantByAnother(mark string, o Object) (role string, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.meantByAnother(mark, o)
}

// meantByAnother wants r.mu.
func (r *Session) meantByAnother(mark string, o Object) (role string, is bool) {
	is = r.meant.find(o, func(c Claim) bool {
		role = c.Fingerprint
		return c.Mark != mark && role != ""
	})
	return role, is
}

// GivenUp reports whether another instance of this apply gives the membership up, or has
// taken it away already. It waits for that up to wait.
func (r *Session) GivenUp(ctx context.Context, mark string, o Object, wait time.Duration) bool {
	return r.await(ctx, wait, func() bool {
		return r.meant.find(o, func(c Claim) bool { return c.Mark != mark && c.Fingerprint == "" })
	})
}

// AwaitDone waits until this process has written something that is so: as long as Guard would
// wait for it, or only for a moment, in which what was written a moment ago is noted.
func (r *Session) AwaitDone(ctx context.Context, onlyAMoment bool, is func(Change) bool) bool {
	limit := r.Patience
	if limit == 0 {
		limit = patience
	}
	if onlyAMoment {
		limit = min(limit, moment)
	}
	return r.await(ctx, limit, func() bool {
		for _, a := range r.done {
			if is(a) {
				return true
			}
		}
		return false
	})
}

// InApply reports whether something has been written since the run began. Terraform then
// plans each instance again, and also the destroy of what a replacement has deposed: all of
// it was judged before.
func (r *Session) InApply() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.applying
}

// SilentApply reports whether a command that applies plans runs, and nothing was read or
// written yet: that is how the first plan of an apply looks, which was judged before, and the
// plan of a configuration without a state, made by that command itself.
func (r *Session) SilentApply() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.MayApply && !r.applying && !r.reading
}

// OrganizationRole returns the organization role that the plan so far gives somebody.
func (r *Session) OrganizationRole(who string) (role string, planned bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.organization {
		if a.Who == who && a.Action == SetOrgRole {
			role, planned = a.Role, true
		}
	}
	return role, planned
}

// OnlyInState reports whether the state of some instance has the object and nothing is
// planned for it yet: a plan that changes it may still come.
func (r *Session) OnlyInState(o Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	planned := r.claims.find(o, func(c Claim) bool { return c.Stance != InState })
	return !planned && r.claims.find(o, func(c Claim) bool { return c.Stance == InState })
}
