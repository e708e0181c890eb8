package policy_test

import (
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

const kind = "tray_workspace"

// planned is a workspace that the state of an instance has, and what the plan calls it; ""
// is a destroy, "?" one that is not planned yet.
type planned struct{ id, name, next string }

func runOf(all ...planned) *policy.Session {
	r := &policy.Session{}
	for _, p := range all {
		r.Stand(policy.Claim{Mark: "of " + p.id, Stance: policy.InState, Object: policy.Object{Type: kind, ID: p.id, Name: p.name}})
		switch p.next {
		case "?":
		case "":
			r.Stand(policy.Claim{Mark: "of " + p.id, Stance: policy.Destroys, Object: policy.Object{Type: kind, ID: p.id, Name: p.name}})
		default:
			r.Stand(policy.Claim{Mark: "of " + p.id, Stance: policy.Keeps, Object: policy.Object{Type: kind, ID: p.id, Name: p.next}})
		}
	}
	return r
}

func TestGives_saysWhatBecomesOfAName(t *testing.T) {
	for name, c := range map[string]struct {
		run  *policy.Session
		want policy.Giving
	}{
		"nobody's":            {runOf(planned{"1", "a", "b"}), policy.Foreign},
		"not planned yet":     {runOf(planned{"1", "a", "b"}, planned{"2", "b", "?"}), policy.Undecided},
		"stays":               {runOf(planned{"1", "a", "b"}, planned{"2", "b", "b"}), policy.Stays},
		"leaves":              {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}), policy.Leaves},
		"leaves in a chain":   {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}, planned{"3", "c", "d"}), policy.Leaves},
		"destroyed":           {runOf(planned{"1", "a", "b"}, planned{"2", "b", ""}), policy.GoesAway},
		"swapped":             {runOf(planned{"1", "a", "b"}, planned{"2", "b", "a"}), policy.Circle},
		"in a circle":         {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}, planned{"3", "c", "a"}), policy.Circle},
		"in others' circle":   {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}, planned{"3", "c", "d"}, planned{"4", "d", "c"}), policy.Leaves},
		"end not planned yet": {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}, planned{"3", "c", "?"}), policy.Leaves},
	} {
		got := c.run.Gives(policy.Object{Type: kind, ID: "2", Name: "b"}, policy.Object{Type: kind, ID: "1", Name: "b"})
		if got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// Whoever is planned second sees the other.
func TestTaken_byWhoeverCameFirst(t *testing.T) {
	r := runOf(planned{"1", "a", "b"}, planned{"2", "b", "?"})
	if !r.Taken("of 2", policy.Object{Type: kind, ID: "2", Name: "b"}) {
		t.Error("the one that keeps its name does not see that another takes it")
	}
	if r.Taken("of 2", policy.Object{Type: kind, ID: "2", Name: "c"}) || r.Taken("of 1", policy.Object{Type: kind, ID: "1", Name: "b"}) {
		t.Error("a name is taken that nobody else takes")
	}
}

// What only a state has, or an import is about to bring in, may yet be planned otherwise.
func TestIsPlanned_onceAnInstanceSaysWhatBecomesOfIt(t *testing.T) {
	o := policy.Object{Type: kind, ID: "1", Name: "a"}
	for stance, want := range map[policy.Stance]bool{policy.InState: false, policy.Imports: false, policy.Keeps: true, policy.Creates: true, policy.Destroys: true} {
		var r policy.Session
		r.Stand(policy.Claim{Mark: "one", Stance: stance, Object: o})
		if got := r.IsPlanned(o); got != want {
			t.Errorf("stance %d: planned %t, want %t", stance, got, want)
		}
	}
}

func TestShifts_whenNamesMoveOnByOne(t *testing.T) {
	for name, c := range map[string]struct {
		run    *policy.Session
		create string // the type of what is created with the name a
		want   policy.Shift
	}{
		"a list that grew":      {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}), kind, policy.Shift{Created: "A", Second: "b"}},
		"a name that passes on": {runOf(planned{"1", "a", "b"}), kind, policy.Shift{}},
		"the second one stays":  {runOf(planned{"1", "a", "b"}, planned{"2", "b", "b"}), kind, policy.Shift{}},
		"names of another type": {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}), "tray_user", policy.Shift{}},
	} {
		c.run.Stand(policy.Claim{Mark: "new", Stance: policy.Creates, Object: policy.Object{Type: c.create, Name: "a", Label: "A"}})
		if got, is := c.run.Shifts(kind); got != c.want || is != (c.want != policy.Shift{}) {
			t.Errorf("%s: %+v, %t", name, got, is)
		}
		if got, is := c.run.Shifts("tray_user"); is {
			t.Errorf("%s: users shift: %+v", name, got)
		}
	}
}
