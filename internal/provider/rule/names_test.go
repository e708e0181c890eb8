package rule_test

import (
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/provider/rule"
)

const kind = "tray_workspace"

// planned is a workspace that the state of an instance has, and what the plan calls it; ""
// is a destroy, "?" one that is not planned yet.
type planned struct{ id, name, next string }

func runOf(all ...planned) *rule.Session {
	r := &rule.Session{}
	for _, p := range all {
		r.Stand(rule.Claim{Mark: "of " + p.id, Stance: rule.InState, Object: rule.Object{Type: kind, ID: p.id, Name: p.name}})
		switch p.next {
		case "?":
		case "":
			r.Stand(rule.Claim{Mark: "of " + p.id, Stance: rule.Destroys, Object: rule.Object{Type: kind, ID: p.id, Name: p.name}})
		default:
			r.Stand(rule.Claim{Mark: "of " + p.id, Stance: rule.Keeps, Object: rule.Object{Type: kind, ID: p.id, Name: p.next}})
		}
	}
	return r
}

func TestGives_saysWhatBecomesOfAName(t *testing.T) {
	for name, c := range map[string]struct {
		run  *rule.Session
		want rule.Giving
	}{
		"nobody's":            {runOf(planned{"1", "a", "b"}), rule.Foreign},
		"not planned yet":     {runOf(planned{"1", "a", "b"}, planned{"2", "b", "?"}), rule.Undecided},
		"stays":               {runOf(planned{"1", "a", "b"}, planned{"2", "b", "b"}), rule.Stays},
		"leaves":              {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}), rule.Leaves},
		"leaves in a chain":   {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}, planned{"3", "c", "d"}), rule.Leaves},
		"destroyed":           {runOf(planned{"1", "a", "b"}, planned{"2", "b", ""}), rule.GoesAway},
		"swapped":             {runOf(planned{"1", "a", "b"}, planned{"2", "b", "a"}), rule.Circle},
		"in a circle":         {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}, planned{"3", "c", "a"}), rule.Circle},
		"in others' circle":   {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}, planned{"3", "c", "d"}, planned{"4", "d", "c"}), rule.Leaves},
		"end not planned yet": {runOf(planned{"1", "a", "b"}, planned{"2", "b", "c"}, planned{"3", "c", "?"}), rule.Leaves},
	} {
		got := c.run.Gives(rule.Object{Type: kind, ID: "2", Name: "b"}, rule.Object{Type: kind, ID: "1", Name: "b"})
		if got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// Whoever is planned second sees the other.
func TestTaken_byWhoeverCameFirst(t *testing.T) {
	r := runOf(planned{"1", "a", "b"}, planned{"2", "b", "?"})
	if !r.Taken("of 2", rule.Object{Type: kind, ID: "2", Name: "b"}) {
		t.Error("the one that keeps its name does not see that another takes it")
	}
	if r.Taken("of 2", rule.Object{Type: kind, ID: "2", Name: "c"}) || r.Taken("of 1", rule.Object{Type: kind, ID: "1", Name: "b"}) {
		t.Error("a name is taken that nobody else takes")
	}
}
