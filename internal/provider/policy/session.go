package policy

import (
	"context"
	"crypto/rand"
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

	// MergesEqual takes what is new and says the same words for one resource. Terraform plans
	// a new resource again, without its mark, when it comes to apply it. As a rule another
	// provider process sees that, but `terraform test` keeps one, and nothing tells such a
	// plan from that of a second resource that looks the same. Two that really are two are
	// then refused by the apply of the second, which finds what the first has made.
	MergesEqual bool

	// MayApply says that a command runs which applies plans, and perhaps makes them first.
	MayApply bool

	// Parallelism is how many objects Terraform deals with at once; 0 is its default.
	Parallelism int

	mu       sync.Mutex
	id       string
	applying bool // the plan of this run is being applied

	organization []Change            // changes on the organization
	workspaces   map[string][]Change // changes on memberships, by workspace
	removals     []Change            // those of workspaces that take somebody out

	setClaims      map[string][]Change // claims on many memberships, by workspace
	memberClaims   map[place][]Change  // claims on one membership
	claimsByPerson map[string][]Change // the same, by person

	creating    map[Object]string // by type and name: what people call what instances plan to create
	claims      claimsOf          // what instances plan for objects
	holders     claimsOf          // in an apply: who has made what its own
	handed      claimsOf          // in an apply: what a replacement leaves to its second half
	meant       claimsOf          // in an apply: what instances are going to do with memberships
	listings    map[string][]listing
	soughtSince time.Time // when MemberInState was first asked
	namesSince  time.Time // when AwaitPlanned was first asked
	heardSince  time.Time // when AwaitMeant was first asked
	gaveAt      time.Time // when a call of this apply last went on that may give a role
	gave        bool      // one that was no removal has ended
	crowdedAt   time.Time // when a call last went on without an answer, for want of turns
	reading     bool      // something was read since the run began
	silentSince time.Time // when Applying was first asked before either

	done     []Change // what this process has written
	reserved []Change // what it is about to write, and what would take rights away
	locks    map[place]*sync.Mutex
	waiting  int
	changed  chan struct{} // closed and replaced when what is waited for may have come

	calls    map[*call]bool // what Terraform has asked for and is under way
	busyAt   time.Time      // when one last was, of those that do not wait
	waiters  []*waiter
	watching int           // how many are in watch
	lookedAt time.Time     // when one of them last looked
	starved  time.Duration // how long they had no turn, all in all
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
	if !r.reading {
		r.wake()
	}
	r.reading, r.meant = true, nil
	return begins
}

// turn goes over to the apply, or back to planning, and forgets what was planned.
func (r *Session) turn(applying bool) {
	if r.applying == applying {
		return
	}
	r.wake()
	r.applying, r.reading, r.silentSince = applying, false, time.Time{}
	r.claims, r.creating, r.holders, r.handed = nil, nil, nil, nil
	r.listings, r.soughtSince, r.namesSince = nil, time.Time{}, time.Time{}
	r.heardSince, r.gaveAt, r.gave = time.Time{}, time.Time{}, false
	r.organization, r.workspaces, r.removals = nil, nil, nil
	r.setClaims, r.memberClaims, r.claimsByPerson = nil, nil, nil
}

// Applying reports whether a plan is being applied. Terraform plans what changes once more
// when it comes to apply it, in a process that has read nothing yet, and nothing in such a
// call tells it from one of the plan. Before anything was read or written it therefore waits
// for either until wait has passed since it was first asked, in which no other call went on,
// and takes silence for a plan.
func (r *Session) Applying(ctx context.Context, wait time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	began := r.now()
	if r.silentSince.IsZero() {
		r.silentSince = began
	}
	over := r.waitsIn(ctx)
	r.watch(ctx, func() bool { return r.applying || r.reading || r.silence(r.silentSince, began) >= wait })
	over(r.applying || r.reading)
	return r.applying
}

// Planning reports whether this is known to be a plan: something was read, and nothing has
// been written since.
func (r *Session) Planning() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reading && !r.applying
}
