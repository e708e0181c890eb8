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
// are taken by such as wait. A plan that turns out to be made again for its apply was judged
// before: it need not wait, and nobody is a stranger to it.
func (r *Session) MemberInState(ctx context.Context, workspace string, o Object, wait time.Duration) (is, told bool) {
	so := func() bool { return r.applying || r.inState(workspace, o) }
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
	r.wake()
}

// How long whoever takes somebody out listens when no call goes on that could give a role.
// What an apply changes is planned once more as its turn begins, and says then whom it means,
// so that quiet is long for those that begin together. Between the end of one change and the
// beginning of the next, Terraform writes its state to the disk, one change after the other,
// and may lock it elsewhere: once something else has changed in the apply, quietAfter counts.
// But a removal that listens keeps a turn from all others, and those who wait for it in Guard
// do not wait forever: after listening, no removal of the apply waits for what goes on.
const (
	quiet      = 300 * time.Millisecond
	quietAfter = 2 * time.Second
	listening  = 8 * time.Second
)

// AwaitMeant waits until another instance of this apply says that it is going to give the
// membership a role, or until nobody can, as far as that is to be seen: no call goes on but
// such as take away or wait, and none has for a while. Terraform has ten turns at once, and
// the one that matters may be the fortieth, after things of every kind. Whoever has listened
// gives nothing from then on. When all turns listen, the first goes on.
func (r *Session) AwaitMeant(ctx context.Context, mark string, o Object) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, is := ctx.Value(callKey{}).(*call)
	if !is {
		c = &call{}
	}
	defer r.listen(c)()
	r.watch(ctx, func() bool {
		_, meant := r.meantByAnother(mark, o)
		return meant || c.listener.crowded || r.isQuiet(c)
	})
}

// listen says that a call listens before it takes somebody out, until over is called. It
// wants r.mu, and so does over.
func (r *Session) listen(c *call) (over func()) {
	now := r.now()
	if r.heardSince.IsZero() {
		r.heardSince = now
	}
	if c.heard.IsZero() {
		c.heard = now
	}
	if c.takes = true; c.listens == 0 && (c.listener == nil || !c.listener.crowded) {
		c.listener = r.enter()
	}
	c.listens++
	return func() {
		if c.listens--; c.listens == 0 {
			r.leave(c.listener)
		}
	}
}

// isQuiet reports whether no call goes on that may give somebody a role, or be followed by one
// that does, in Terraform's queue or as it depends on it, and none has for a while. c is who
// listens: for a moment it does so itself, unless nothing but removals has come. It wants r.mu.
func (r *Session) isQuiet(c *call) bool {
	now := r.now()
	if (r.gave || !c.destroys) && now.Sub(c.heard) <= quiet {
		return false
	}
	if now.Sub(r.heardSince) >= listening {
		return true
	}
	for o := range r.calls {
		if !o.takes && o.waits == 0 {
			r.gaveAt = now
		}
	}
	since, long := r.heardSince, quiet
	if r.gaveAt.After(since) {
		since = r.gaveAt
	}
	if r.gave {
		long = quietAfter
	}
	return now.Sub(since) > long
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
