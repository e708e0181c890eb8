package policy

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// Session is what one provider instance has planned and done: mostly one walk of Terraform
// over one provider block. `terraform test` uses an instance for one plan and apply
// after the other; then what was planned is forgotten when the apply begins, and again
// when the next plan does. The order in which Terraform plans is not known, so a change that
// is missing means "not planned yet". The zero value is ready; it is safe for
// concurrent use.
type Session struct {
	// Patience overrides how long Guard waits; 0 is 20 seconds.
	Patience time.Duration

	// Trusting takes what is new and says the same words for one resource. Terraform plans
	// a new resource again, without its mark, when it comes to apply it. As a rule another
	// provider process sees that, but `terraform test` keeps one, and nothing tells such a
	// plan from that of a second resource that looks the same. Two that really are two are
	// then refused by the apply of the second, which finds what the first has made.
	Trusting bool

	// MayApply says that a command runs which applies plans, and perhaps makes them first.
	MayApply bool

	mu       sync.Mutex
	id       string
	applying bool // the plan of this run is being applied

	organization []Change            // changes on the organization
	workspaces   map[string][]Change // changes on memberships, by workspace
	removals     []Change            // those of workspaces that take somebody out
	wide         map[string][]Change // claims on many memberships, by workspace
	narrow       map[place][]Change  // claims on one membership
	held         map[string][]Change // the same, by person

	claims      claimsOf // what instances plan for objects
	holders     claimsOf // in an apply: who has made what its own
	handed      claimsOf // in an apply: what a replacement leaves to its second half
	meant       claimsOf // in an apply: what instances are going to do with memberships
	listings    map[string][]listing
	soughtSince time.Time     // when MemberInState was first asked
	namesSince  time.Time     // when AwaitPlanned was first asked
	phase       chan struct{} // closed when it is known whether this is a plan or an apply
	reading     bool          // something was read since the run began
	silentSince time.Time     // when Applying was first asked before either

	done    []Change // what this process has written
	taking  []Change // what it is about to write, and what would take rights away
	locks   map[place]*sync.Mutex
	waiting int
	changed chan struct{} // closed and replaced when done or taking change
}

type place struct{ workspace, who string }

// ID names the run. Planning leaves it with a resource, and finds it again when
// Terraform plans the same resource a second time in order to replace it.
func (r *Session) ID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.id == "" {
		r.id = rand.Text()
	}
	return r.id
}

// Writing says that something is being applied: what was planned is planned no more.
func (r *Session) Writing() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(true)
}

// Reading says that a plan is under way: something is refreshed, or a destroy is
// planned, which an apply never does. It reports whether that began a new run, after an
// apply: `terraform test` keeps one provider for all the runs of a file.
func (r *Session) Reading() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	begins := r.applying
	r.turn(false)
	if begins {
		r.id = ""
	}
	r.reading, r.meant = true, nil
	r.known()
	return begins
}

// turn goes over to the apply, or back to planning, and forgets what was planned.
func (r *Session) turn(applying bool) {
	if applying {
		r.known()
	}
	if r.applying == applying {
		return
	}
	r.applying, r.reading, r.silentSince = applying, false, time.Time{}
	r.claims, r.holders, r.handed = nil, nil, nil
	r.listings, r.soughtSince, r.namesSince = nil, time.Time{}, time.Time{}
	r.organization, r.workspaces, r.removals = nil, nil, nil
	r.wide, r.narrow, r.held = nil, nil, nil
}

// known wakes those who wait in Applying. It wants r.mu.
func (r *Session) known() {
	if r.phase != nil {
		close(r.phase)
		r.phase = nil
	}
}

// Applying reports whether a plan is being applied. Terraform plans what changes once more
// when it comes to apply it, in a process that has read nothing yet, and nothing in such a
// call tells it from one of the plan. Before anything was read or written it therefore waits
// for either until wait has passed since it was first asked, and takes silence for a plan.
func (r *Session) Applying(ctx context.Context, wait time.Duration) bool {
	r.mu.Lock()
	if r.applying || r.reading {
		defer r.mu.Unlock()
		return r.applying
	}
	if r.phase == nil {
		r.phase = make(chan struct{})
	}
	if r.silentSince.IsZero() {
		r.silentSince = time.Now()
	}
	phase, left := r.phase, wait-time.Since(r.silentSince)
	r.mu.Unlock()
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-phase:
	case <-timer.C:
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.applying
}

// Planning reports whether this is known to be a plan: something was read, and nothing has
// been written since.
func (r *Session) Planning() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reading && !r.applying
}

// plain takes the fingerprints off changes unless the run trusts them.
func (r *Session) plain(changes []Change) []Change {
	if r.Trusting {
		return changes
	}
	changes = slices.Clone(changes)
	for i := range changes {
		changes[i].Fingerprint = ""
	}
	return changes
}

// Plan notes changes and returns all changes that bear on them, of which those from start on
// are the new ones. Changes are the ones of a single resource, and no claims.
func (r *Session) Plan(changes ...Change) (all []Change, start int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	changes = r.plain(changes)
	var ids, people []string
	for _, a := range changes {
		if a.Workspace != "" {
			ids = append(ids, a.Workspace)
		}
		if a.Action == SetOrgRole {
			people = append(people, a.Who)
		}
	}
	slices.Sort(ids)
	slices.Sort(people)
	all = r.bearing(slices.Compact(ids), slices.Compact(people))
	for _, a := range changes {
		if a.Action == RemoveMember && a.ResourceType != "" {
			all = append(all, r.narrow[place{a.Workspace, a.Who}]...)
		}
	}
	start = len(all)
	for _, a := range changes {
		r.note(a)
	}
	return append(all, changes...), start
}

// bearing are the changes so far that matter to some workspaces and people.
func (r *Session) bearing(workspaces, people []string) []Change {
	all := slices.Clone(r.organization)
	for _, id := range workspaces {
		all = append(all, r.workspaces[id]...)
	}
	for _, a := range r.removals {
		if !slices.Contains(workspaces, a.Workspace) {
			all = append(all, a)
		}
	}
	for _, who := range people {
		all = append(all, r.held[who]...)
	}
	return all
}

func (r *Session) note(a Change) {
	if a.Workspace == "" {
		r.organization = append(r.organization, a)
		return
	}
	if r.workspaces == nil {
		r.workspaces = map[string][]Change{}
	}
	r.workspaces[a.Workspace] = append(r.workspaces[a.Workspace], a)
	if a.Action == RemoveMember {
		r.removals = append(r.removals, a)
	}
}

// Claim notes what one resource stands for, as Manage changes on one workspace, and
// returns the changes that may not stand beside it, of which those from start on are the
// new ones. It costs no more for many claims on single memberships than for few.
func (r *Session) Claim(claims ...Change) (all []Change, start int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	claims = r.plain(claims)
	if r.wide == nil {
		r.wide, r.narrow, r.held = map[string][]Change{}, map[place][]Change{}, map[string][]Change{}
	}
	all = r.rivals(claims)
	start = len(all)
	for _, c := range claims {
		if c.Who == "" {
			r.wide[c.Workspace] = append(r.wide[c.Workspace], c)
			continue
		}
		at := place{c.Workspace, c.Who}
		r.narrow[at] = append(r.narrow[at], c)
		r.held[c.Who] = append(r.held[c.Who], c)
	}
	return append(all, claims...), start
}

// rivals are the changes so far that may not stand beside the claims. It wants r.mu.
func (r *Session) rivals(claims []Change) (all []Change) {
	seen := map[place]bool{}
	for _, c := range claims {
		at := place{c.Workspace, c.Who}
		if !seen[place{c.Workspace, ""}] {
			seen[place{c.Workspace, ""}] = true
			all = append(all, r.wide[c.Workspace]...)
		}
		switch {
		case c.Who == "": // it may clash with any
			for p, narrow := range r.narrow {
				if p.workspace == c.Workspace && !seen[p] {
					seen[p] = true
					all = append(all, narrow...)
				}
			}
		case !seen[at]:
			seen[at] = true
			all = append(all, r.narrow[at]...)
		}
		for _, a := range r.organization {
			if a.Who == c.Who && a.Action == SetOrgRole {
				all = append(all, a)
			}
		}
		for _, a := range r.removals {
			if a.Workspace == c.Workspace && a.Who == c.Who && a.ResourceType != "" {
				all = append(all, a)
			}
		}
	}
	return all
}

// Touched are the workspaces in which something was planned, sorted.
func (r *Session) Touched() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := make([]string, 0, len(r.workspaces))
	for id := range r.workspaces {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Hold keeps other resources of this process from changing one membership until the
// returned function is called: between a look and a write nobody comes in.
func (r *Session) Hold(workspace, who string) (release func()) {
	r.mu.Lock()
	if r.locks == nil {
		r.locks = map[place]*sync.Mutex{}
	}
	lock := r.locks[place{workspace, who}]
	if lock == nil {
		lock = &sync.Mutex{}
		r.locks[place{workspace, who}] = lock
	}
	r.mu.Unlock()
	lock.Lock()
	return lock.Unlock
}

// Wrote notes what this process has written, and wakes those who wait for it in Guard.
func (r *Session) Wrote(changes ...Change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(true)
	r.finish(changes)
	r.wake()
}

// finish notes what is written. The last word on a membership counts, as After takes
// what gives to be stronger than what takes away.
func (r *Session) finish(changes []Change) {
	for _, a := range changes {
		for i, old := range r.done {
			if old.Who == a.Who && old.Workspace == a.Workspace {
				r.done[i] = Change{}
			}
		}
		r.done = append(r.done, a)
	}
}

func (r *Session) wake() {
	if r.changed != nil {
		close(r.changed)
	}
	r.changed = make(chan struct{})
}
