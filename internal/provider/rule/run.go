package rule

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// patience is how long an act waits for another of the same apply that makes it
// harmless. It starts anew whenever this process has written something.
const patience = 20 * time.Second

// Run is what one provider instance has planned and done: mostly one walk of Terraform
// over one provider block. `terraform test` uses an instance for one plan and apply
// after the other; then what was planned is forgotten when the apply begins, and again
// when the next plan does. The order in which Terraform plans is not known, so an act that
// is missing means "not planned yet". The zero value is ready; it is safe for
// concurrent use.
type Run struct {
	// Patience overrides how long Take waits; 0 is 20 seconds.
	Patience time.Duration

	// Trusting takes a claim that equals an earlier one in every part for the same
	// resource, planned once more; see Claim.
	Trusting bool

	mu      sync.Mutex
	id      string
	writing bool // something of this run is being applied

	organization []Act            // acts on the organization
	workspaces   map[string][]Act // acts on memberships, by workspace
	removals     []Act            // those of workspaces that take somebody out
	wide         map[string][]Act // claims on many memberships, by workspace
	narrow       map[place][]Act  // claims on one membership
	held         map[string][]Act // the same, by person

	applying bool

	done    []Act // what this process has written
	taking  []Act // what it is about to write, and what would take rights away
	locks   map[place]*sync.Mutex
	waiting int
	changed chan struct{} // closed and replaced when done or taking change
}

type place struct{ workspace, who string }

// ID names the run. Planning leaves it with a resource, and finds it again when
// Terraform plans the same resource a second time in order to replace it.
func (r *Run) ID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.id == "" {
		r.id = rand.Text()
	}
	return r.id
}

// Writing says that the run has come to its apply.
func (r *Run) Writing() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writing = true
}

// Reading says that a resource is refreshed, and reports whether that began a new run:
// `terraform test` keeps one provider for all its runs, and what one of them planned
// and did is the past for the next.
func (r *Run) Reading() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.writing {
		return false
	}
	r.id, r.writing = "", false
	r.organization, r.removals, r.done = nil, nil, nil
	r.workspaces, r.wide, r.narrow, r.held = nil, nil, nil, nil
	return true
}

// Plan notes acts and returns all acts that bear on them, of which those from start on
// are the new ones. Acts are the ones of a single resource, and no claims.
func (r *Run) Plan(acts ...Act) (all []Act, start int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids, people []string
	for _, a := range acts {
		if a.Workspace != "" {
			ids = append(ids, a.Workspace)
		}
		if a.Verb == SetOrgRole {
			people = append(people, a.Who)
		}
	}
	slices.Sort(ids)
	slices.Sort(people)
	all = r.bearing(slices.Compact(ids), slices.Compact(people))
	for _, a := range acts {
		if a.Verb == RemoveMember && a.Form != "" {
			all = append(all, r.narrow[place{a.Workspace, a.Who}]...)
		}
	}
	start = len(all)
	for _, a := range acts {
		r.note(a)
	}
	return append(all, acts...), start
}

// bearing are the acts so far that matter to some workspaces and people.
func (r *Run) bearing(workspaces, people []string) []Act {
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

func (r *Run) note(a Act) {
	if a.Workspace == "" {
		r.organization = append(r.organization, a)
		return
	}
	if r.workspaces == nil {
		r.workspaces = map[string][]Act{}
	}
	r.workspaces[a.Workspace] = append(r.workspaces[a.Workspace], a)
	if a.Verb == RemoveMember {
		r.removals = append(r.removals, a)
	}
}

// Claim notes what one resource stands for, as Manage acts on one workspace, and
// returns the acts that may not stand beside it, of which those from start on are the
// new ones. It costs no more for many claims on single memberships than for few.
//
// Terraform plans a new resource again when it comes to apply it. As a rule another
// provider instance sees that, but `terraform test` keeps one, and nothing tells such a
// plan from that of a second resource that looks the same. So once the apply has begun,
// or in a Trusting run, equal claims are one resource's; two that really are two are
// then refused by the apply of the second, which finds the membership there.
func (r *Run) Claim(claims ...Act) (all []Act, start int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if (r.writing || r.Trusting) && r.claimed(claims) {
		return nil, 0
	}
	if r.wide == nil {
		r.wide, r.narrow, r.held = map[string][]Act{}, map[place][]Act{}, map[string][]Act{}
	}
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
			if a.Who == c.Who && a.Verb == SetOrgRole {
				all = append(all, a)
			}
		}
		for _, a := range r.removals {
			if a.Workspace == c.Workspace && a.Who == c.Who && a.Form != "" {
				all = append(all, a)
			}
		}
	}
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

// claimed reports whether all of this has been claimed before. It wants r.mu.
func (r *Run) claimed(claims []Act) bool {
	for _, c := range claims {
		before := r.wide[c.Workspace]
		if c.Who != "" {
			before = r.narrow[place{c.Workspace, c.Who}]
		}
		if !slices.Contains(before, c) {
			return false
		}
	}
	return len(claims) > 0
}

// Touched are the workspaces in which something was planned, sorted.
func (r *Run) Touched() []string {
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
func (r *Run) Hold(workspace, who string) (release func()) {
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

// Begin says that a plan is under way: something is read, or a destroy is planned,
// which an apply never does. After an apply it begins with an empty ledger.
func (r *Run) Begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(false)
}

// turn goes over to the apply, or back to planning, and forgets what was planned.
func (r *Run) turn(applying bool) {
	if r.applying == applying {
		return
	}
	r.applying = applying
	r.organization, r.workspaces, r.removals = nil, nil, nil
	r.wide, r.narrow, r.held = nil, nil, nil
}

// Did notes what this process has written, and wakes those who wait for it in Take.
func (r *Run) Did(acts ...Act) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(true)
	r.finish(acts)
	r.wake()
}

// finish notes what is written. The last word on a membership counts, as After takes
// what gives to be stronger than what takes away.
func (r *Run) finish(acts []Act) {
	for _, a := range acts {
		for i, old := range r.done {
			if old.Who == a.Who && old.Workspace == a.Workspace {
				r.done[i] = Act{}
			}
		}
		r.done = append(r.done, a)
	}
}

func (r *Run) wake() {
	if r.changed != nil {
		close(r.changed)
	}
	r.changed = make(chan struct{})
}

// Refused is why Take did not do an act.
type Refused struct{ Violations []Violation }

// Error is the first reason.
func (r *Refused) Error() string { return r.Violations[0].Code + ": " + r.Violations[0].Detail }

// Take does acts that may take rights away, when the organization as it is now, with
// what this process has done meanwhile, allows it by TRAY003. When only another write
// of the same apply can make them harmless, it waits for that one, and after Patience
// without any write of this process gives up with *Refused. It asks read once.
func (r *Run) Take(ctx context.Context, acts []Act, limits Limits, read func() (Organization, error), do func() error) error {
	r.mu.Lock()
	r.turn(true)
	mark := len(r.done)
	r.mu.Unlock()
	before, err := read()
	if err != nil {
		return err
	}
	if err := r.reserve(ctx, mark, before, acts, limits); err != nil {
		return err
	}
	err = do()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range acts {
		r.taking = slices.Delete(r.taking, slices.Index(r.taking, a), slices.Index(r.taking, a)+1)
	}
	if err == nil {
		r.finish(acts)
	}
	r.wake()
	return err
}

// reserve waits until acts are harmless and then counts them as done, so that of two
// Admins who leave at once only one can be the last but one.
func (r *Run) reserve(ctx context.Context, mark int, before Organization, acts []Act, limits Limits) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting++
	defer func() { r.waiting-- }()
	for {
		others := slices.Concat(r.done[mark:], r.taking)
		broken := blaming(TRAY003LastAdmin(before, slices.Concat(others, acts), limits), len(others))
		if len(broken) == 0 {
			r.taking = append(r.taking, acts...)
			return nil
		}
		if !slices.ContainsFunc(broken, func(v Violation) bool { return v.Healable }) {
			return &Refused{broken}
		}
		if r.changed == nil {
			r.changed = make(chan struct{})
		}
		if err := r.sleep(ctx, r.changed, r.waiting); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return &Refused{broken}
		}
	}
}

// sleep gives r.mu back while it waits for changed. Later comers wait a little less:
// when they hold every slot that Terraform has, the first to give up lets the write
// through that all the others wait for.
func (r *Run) sleep(ctx context.Context, changed <-chan struct{}, waiting int) error {
	limit := r.Patience
	if limit == 0 {
		limit = patience
	}
	limit -= min(time.Duration(waiting-1)*limit/20, limit/2)
	r.mu.Unlock()
	defer r.mu.Lock()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return context.DeadlineExceeded
	}
}

// blaming are the violations that acts from start on are to blame for.
func blaming(all []Violation, start int) []Violation {
	return slices.DeleteFunc(all, func(v Violation) bool { return !v.Blames(start) })
}
