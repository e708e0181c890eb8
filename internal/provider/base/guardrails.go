package base

import "sync"

// Guardrails are the limits of the provider block that a plan must stay within.
type Guardrails struct {
	// MaxRemovals is how many people may lose access in one plan; -1 is no limit.
	MaxRemovals int64
	// MaxRemovalPercent is the same as a share of the memberships seen; 100 is no limit.
	MaxRemovalPercent int64
	// MinOrgAdmins is how many Owners and Admins the organization keeps.
	MinOrgAdmins int64
	// RequiredAdmins are e-mail addresses, in lower case, that stay Owner or Admin.
	RequiredAdmins []string
	// AllowSelfRemoval lets a plan take rights from the token's own user.
	AllowSelfRemoval bool
}

// Ledger collects what the resources of one provider process have planned, so that a
// check can see beyond its own resource. The order in which Terraform plans is not
// known: an entry that is missing means "not planned yet", never "not planned".
type Ledger struct {
	mu      sync.Mutex
	entries map[string]map[string]bool // kind → name
}

// Add notes one planned thing and returns all of its kind, in no order.
func (l *Ledger) Add(kind, name string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.entries == nil {
		l.entries = map[string]map[string]bool{}
	}
	if l.entries[kind] == nil {
		l.entries[kind] = map[string]bool{}
	}
	l.entries[kind][name] = true
	all := make([]string, 0, len(l.entries[kind]))
	for n := range l.entries[kind] {
		all = append(all, n)
	}
	return all
}

// Has reports whether such a thing was noted.
func (l *Ledger) Has(kind, name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entries[kind][name]
}
