package policy

import "sync"

// What this process writes, for those who wait for it.

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
