package base

import (
	"fmt"
	"math"
	"strconv"
	"sync"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

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
	// Lifted is what the environment sets for the plan, before the block.
	Lifted Lifts
}

// Lifts are limits that hold for one plan and the apply of it; nil leaves the block's.
type Lifts struct {
	MaxRemovals       *int64 `json:"max_removals,omitempty"`
	MaxRemovalPercent *int64 `json:"max_removal_percent,omitempty"`
	MinOrgAdmins      *int64 `json:"min_org_admins,omitempty"`
	AllowSelfRemoval  *bool  `json:"allow_self_removal,omitempty"`
}

// Under returns the limits as they are under lifts.
func (g Guardrails) Under(l Lifts) Guardrails {
	for to, lifted := range map[*int64]*int64{&g.MaxRemovals: l.MaxRemovals, &g.MaxRemovalPercent: l.MaxRemovalPercent, &g.MinOrgAdmins: l.MinOrgAdmins} {
		if lifted != nil {
			*to = *lifted
		}
	}
	if l.AllowSelfRemoval != nil {
		g.AllowSelfRemoval = *l.AllowSelfRemoval
	}
	return g
}

// Override returns g with what the environment says for one plan, which goes before the
// block: TRAY_GUARDRAILS_MAX_REMOVALS, _MAX_REMOVAL_PERCENT, _MIN_ORG_ADMINS (numbers) and
// _ALLOW_SELF_REMOVAL (true or false). An error names the variable that holds something else.
func (g Guardrails) Override(env func(string) string) (Guardrails, error) {
	const prefix = "TRAY_GUARDRAILS_"
	for _, v := range []struct {
		name     string
		to       **int64
		min, max int64 // as in the block
		want     string
	}{
		{"MAX_REMOVALS", &g.Lifted.MaxRemovals, 0, math.MaxInt64, "0 or more"},
		{"MAX_REMOVAL_PERCENT", &g.Lifted.MaxRemovalPercent, 0, 100, "0 to 100"},
		{"MIN_ORG_ADMINS", &g.Lifted.MinOrgAdmins, 1, math.MaxInt64, "1 or more"},
	} {
		given := env(prefix + v.name)
		if given == "" {
			continue
		}
		n, err := strconv.ParseInt(given, 10, 64)
		if err != nil || n < v.min || n > v.max {
			return g, fmt.Errorf("the environment variable %s%s holds %q: want a number, %s", prefix, v.name, given, v.want)
		}
		*v.to = &n
	}
	if given := env(prefix + "ALLOW_SELF_REMOVAL"); given != "" {
		allowed, err := strconv.ParseBool(given)
		if err != nil {
			return g, fmt.Errorf("the environment variable %sALLOW_SELF_REMOVAL holds %q: want true or false", prefix, given)
		}
		g.Lifted.AllowSelfRemoval = &allowed
	}
	return g.Under(g.Lifted), nil
}

// Ledger collects what the resources of one provider process have planned, so that a
// check can see beyond its own resource. The order in which Terraform plans is not
// known: an entry that is missing means "not planned yet", never "not planned".
type Ledger struct {
	// Session holds the changes that rules judge together; see package policy.
	Session policy.Session

	mu       sync.Mutex
	entries  map[string]map[string]bool // kind → name
	values   map[string]any
	accepted Lifts // what the plan that is being applied had lifted
}

// Reading says that something is refreshed, or a destroy planned. After an apply that
// begins a new run, to which what was planned before is nothing.
func (l *Ledger) Reading() {
	if !l.Session.Reading() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries, l.values = nil, nil
}

// Keep keeps a value for the rest of the run, such as what a state holds of something that
// is planned again without it.
func (l *Ledger) Keep(key string, value any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.values == nil {
		l.values = map[string]any{}
	}
	l.values[key] = value
}

// Kept returns the value kept under a key, nil when there is none.
func (l *Ledger) Kept(key string) any {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.values[key]
}

// Note notes one planned thing, and reports whether it was not noted before: of all that note it
// at once, one.
func (l *Ledger) Note(kind, name string) (isNew bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.entries == nil {
		l.entries = map[string]map[string]bool{}
	}
	if l.entries[kind] == nil {
		l.entries[kind] = map[string]bool{}
	}
	isNew = !l.entries[kind][name]
	l.entries[kind][name] = true
	return isNew
}

// Add is Note for kinds that stay small: it returns all of the kind, in no order.
func (l *Ledger) Add(kind, name string) []string {
	l.Note(kind, name)
	l.mu.Lock()
	defer l.mu.Unlock()
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
