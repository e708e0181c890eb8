package policy

// Object is one thing in Tray that a resource instance stands for. At least one of ID and
// Name is given: what is yet to be created has no id.
type Object struct {
	Type string `json:"type"` // resource type, such as "tray_user"
	ID   string `json:"id,omitempty"`
	// Name is the natural key, in a form in which two spellings of one key are equal:
	// a folded e-mail address, the name of a workspace.
	Name string `json:"name,omitempty"`
	// Label is what people call it, where that is not Name.
	Label string `json:"-"`
}

// Title is what people call the object.
func (o Object) Title() string {
	for _, title := range []string{o.Label, o.Name} {
		if title != "" {
			return title
		}
	}
	return o.ID
}

// Same reports whether two objects are one: by their ids where both are known, else by
// their natural keys.
func (o Object) Same(other Object) bool {
	switch {
	case o.Type != other.Type:
		return false
	case o.ID != "" && other.ID != "":
		return o.ID == other.ID
	}
	return o.Name != "" && o.Name == other.Name
}

// Stance is what an instance does with the object it stands for.
type Stance int

// The stances. InState says only that the state of some instance has the object: it may
// be kept, changed, destroyed, forgotten, or replaced because it is tainted.
const (
	InState Stance = iota
	Keeps
	Creates
	Imports
	Destroys
)

// stands reports whether the object is somebody's after the plan.
func (s Stance) stands() bool { return s == Keeps || s == Creates || s == Imports }

// Claim says what one instance plans for one object.
type Claim struct {
	// Mark is the instance's own, whatever its address; see base.Instance.
	Mark   string
	Stance Stance
	Object Object
	// Fingerprint is what a resource says that creates something, word for word; see
	// Session.MergesEqual.
	Fingerprint string
}

// Clash is two instances of one run that cannot both have what they plan.
type Clash int

// The clashes.
const (
	NoClash Clash = iota
	// TwoManagers both stand for one object after the plan.
	TwoManagers
	// AddressChanged: one destroys what the other stands for.
	AddressChanged
)

// clash compares claims on one object.
func (c Claim) clash(other Claim) Clash {
	switch {
	case c.Mark == other.Mark:
		return NoClash
	case c.Stance == Creates && other.Stance == Creates && c.Fingerprint != "" && c.Fingerprint == other.Fingerprint:
		return NoClash
	case c.Stance.stands() && other.Stance.stands():
		return TwoManagers
	case c.Stance.stands() && other.Stance == Destroys, c.Stance == Destroys && other.Stance.stands():
		return AddressChanged
	}
	return NoClash
}

// claimsOf holds the claims of one run by what names their objects.
type claimsOf map[Object][]Claim

// keys are the names under which a claim is found: two objects are the same only if they
// share one of them.
func (o Object) keys() []Object {
	var keys []Object
	if o.ID != "" {
		keys = append(keys, Object{Type: o.Type, ID: o.ID})
	}
	if o.Name != "" {
		keys = append(keys, Object{Type: o.Type, Name: o.Name})
	}
	return keys
}

func (r claimsOf) find(o Object, is func(Claim) bool) bool {
	for _, key := range o.keys() {
		for _, c := range r[key] {
			if c.Object.Same(o) && is(c) {
				return true
			}
		}
	}
	return false
}

// add notes a claim, which takes the place of an earlier one of the same instance.
func (r claimsOf) add(c Claim) {
	for _, key := range c.Object.keys() {
		all := r[key]
		kept := all[:0]
		for _, old := range all {
			if old.Mark != c.Mark {
				kept = append(kept, old)
			}
		}
		r[key] = append(kept, c)
	}
}

// Stand notes what an instance plans for an object and returns what the others plan for it,
// for TRAY008: whoever comes second reports, so that the verdict does not depend on the
// order. While a plan is applied there is nothing to compare: it was judged before.
func (r *Session) Stand(c Claim) (others []Claim) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.MergesEqual {
		c.Fingerprint = ""
	}
	if r.claims == nil {
		r.claims = claimsOf{}
	}
	if !r.applying {
		r.claims.find(c.Object, func(other Claim) bool {
			if other.Mark != c.Mark {
				others = append(others, other)
			}
			return false
		})
	}
	r.claims.add(c)
	if c.Stance == Creates && c.Object.Name != "" {
		if r.creating == nil {
			r.creating = map[Object]string{}
		}
		r.creating[Object{Type: c.Object.Type, Name: c.Object.Name}] = c.Object.Title()
	}
	return others
}

// IsInState reports whether an instance of this run has, or had until this plan, the
// object in its state.
func (r *Session) IsInState(o Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.claims.find(o, func(c Claim) bool { return c.Stance != Creates })
}

// HoldObject notes, in an apply, that an instance has made the object its own: whatever
// else is destroyed in this run leaves it alone.
func (r *Session) HoldObject(mark string, o Object) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(true)
	if r.holders == nil {
		r.holders = claimsOf{}
	}
	r.holders.add(Claim{Mark: mark, Stance: Keeps, Object: o})
}

// HeldByAnother reports whether another instance than mark's has made the object its own
// in this apply.
func (r *Session) HeldByAnother(mark string, o Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.holders.find(o, func(c Claim) bool { return c.Mark != mark })
}

// HandOver says, in an apply, that the first half of a replacement has left the object to
// the second half, which stands for the same.
func (r *Session) HandOver(o Object) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(true)
	if r.handed == nil {
		r.handed = claimsOf{}
	}
	r.handed.add(Claim{Object: o})
}

// HandedOver reports whether HandOver was said of the object.
func (r *Session) HandedOver(o Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.handed.find(o, func(Claim) bool { return true })
}
