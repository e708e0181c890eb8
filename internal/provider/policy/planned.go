package policy

import "slices"

// What resources plan, noted in whichever order Terraform plans them.

// withoutFingerprints takes the fingerprints off changes unless the run merges equals.
func (r *Session) withoutFingerprints(changes []Change) []Change {
	if r.MergesEqual {
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
	changes = r.withoutFingerprints(changes)
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
	all = r.relevant(slices.Compact(ids), slices.Compact(people))
	for _, a := range changes {
		if a.Action == RemoveMember && a.ResourceType != "" {
			all = append(all, r.memberClaims[place{a.Workspace, a.Who}]...)
		}
	}
	start = len(all)
	for _, a := range changes {
		r.note(a)
	}
	return append(all, changes...), start
}

// relevant are the changes so far that matter to some workspaces and people.
func (r *Session) relevant(workspaces, people []string) []Change {
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
		all = append(all, r.claimsByPerson[who]...)
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
	claims = r.withoutFingerprints(claims)
	if r.setClaims == nil {
		r.setClaims, r.memberClaims, r.claimsByPerson = map[string][]Change{}, map[place][]Change{}, map[string][]Change{}
	}
	all = r.mayClash(claims)
	start = len(all)
	for _, c := range claims {
		if c.Who == "" {
			r.setClaims[c.Workspace] = append(r.setClaims[c.Workspace], c)
			continue
		}
		at := place{c.Workspace, c.Who}
		r.memberClaims[at] = append(r.memberClaims[at], c)
		r.claimsByPerson[c.Who] = append(r.claimsByPerson[c.Who], c)
	}
	return append(all, claims...), start
}

// mayClash are the changes so far that may not stand beside the claims. It wants r.mu.
func (r *Session) mayClash(claims []Change) (all []Change) {
	seen := map[place]bool{}
	for _, c := range claims {
		at := place{c.Workspace, c.Who}
		if !seen[place{c.Workspace, ""}] {
			seen[place{c.Workspace, ""}] = true
			all = append(all, r.setClaims[c.Workspace]...)
		}
		switch {
		case c.Who == "": // it may clash with any
			for p, claims := range r.memberClaims {
				if p.workspace == c.Workspace && !seen[p] {
					seen[p] = true
					all = append(all, claims...)
				}
			}
		case !seen[at]:
			seen[at] = true
			all = append(all, r.memberClaims[at]...)
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
