package policy_test

import (
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

const (
	twoManagers  = "One object has one manager"
	destroysKept = "The plan destroys what another address keeps"
)

// verdict is the summary of what TRAY008 says to a change, "" for nothing.
func verdict(before policy.Organization, change policy.Change) string {
	for _, v := range policy.TRAY008OneManager.Judge(before, []policy.Change{change}, limits) {
		return v.Summary
	}
	return ""
}

// Whichever of two instances is planned first, the second one hears the same.
func TestTRAY008_comparesWhatInstancesPlanForOneObject(t *testing.T) {
	const one, other = "one", "other"
	for name, c := range map[string]struct {
		first, second policy.Claim
		want          string
	}{
		"both keep":                {policy.Claim{Mark: one, Stance: policy.Keeps}, policy.Claim{Mark: other, Stance: policy.Keeps}, twoManagers},
		"keeps, creates":           {policy.Claim{Mark: one, Stance: policy.Keeps}, policy.Claim{Mark: other, Stance: policy.Creates}, twoManagers},
		"imports, keeps":           {policy.Claim{Mark: one, Stance: policy.Imports}, policy.Claim{Mark: other, Stance: policy.Keeps}, twoManagers},
		"destroys, creates":        {policy.Claim{Mark: one, Stance: policy.Destroys}, policy.Claim{Mark: other, Stance: policy.Creates}, destroysKept},
		"destroys, imports":        {policy.Claim{Mark: one, Stance: policy.Destroys}, policy.Claim{Mark: other, Stance: policy.Imports}, destroysKept},
		"both destroy":             {policy.Claim{Mark: one, Stance: policy.Destroys}, policy.Claim{Mark: other, Stance: policy.Destroys}, ""},
		"only in a state":          {policy.Claim{Mark: one, Stance: policy.InState}, policy.Claim{Mark: other, Stance: policy.Keeps}, ""},
		"a replacement":            {policy.Claim{Mark: one, Stance: policy.Destroys}, policy.Claim{Mark: one, Stance: policy.Creates}, ""},
		"planned again":            {policy.Claim{Mark: one, Stance: policy.Creates, Fingerprint: "ana"}, policy.Claim{Mark: other, Stance: policy.Creates, Fingerprint: "ana"}, ""},
		"created in other words":   {policy.Claim{Mark: one, Stance: policy.Creates, Fingerprint: "ana"}, policy.Claim{Mark: other, Stance: policy.Creates, Fingerprint: "Ana"}, twoManagers},
		"created without words":    {policy.Claim{Mark: one, Stance: policy.Creates}, policy.Claim{Mark: other, Stance: policy.Creates}, twoManagers},
		"kept in the same words":   {policy.Claim{Mark: one, Stance: policy.Keeps, Fingerprint: "ana"}, policy.Claim{Mark: other, Stance: policy.Creates, Fingerprint: "ana"}, twoManagers},
		"destroyed the same words": {policy.Claim{Mark: one, Stance: policy.Destroys, Fingerprint: "ana"}, policy.Claim{Mark: other, Stance: policy.Creates, Fingerprint: "ana"}, destroysKept},
	} {
		for _, turned := range []bool{false, true} {
			first, second := c.first, c.second
			if turned {
				first, second = second, first
			}
			r := policy.Session{MergesEqual: true}
			for _, claim := range []*policy.Claim{&first, &second} {
				claim.Object = policy.Object{Type: "tray_user", Name: "ana@example.com"}
			}
			r.Stand(first)
			stands := policy.Change{Action: policy.StandFor, Claim: second, Noun: "user"}
			if got := verdict(policy.Organization{Claims: r.Stand(second)}, stands); got != c.want {
				t.Errorf("%s, turned %t: %q, want %q", name, turned, got, c.want)
			}
		}
	}
}

// The worst of several clashes is what the message is about.
func TestTRAY008_saysTheWorst(t *testing.T) {
	o := policy.Object{Type: "tray_user", ID: "1", Name: "ana@example.com"}
	others := []policy.Claim{{Mark: "a", Stance: policy.Destroys, Object: o}, {Mark: "b", Stance: policy.Keeps, Object: o}}
	stands := policy.Change{Action: policy.StandFor, Claim: policy.Claim{Mark: "c", Stance: policy.Keeps, Object: o}, Noun: "user"}
	if got := verdict(policy.Organization{Claims: others}, stands); got != destroysKept {
		t.Errorf("%q", got)
	}
	stands.Claim.Mark = "a" // the second half of a replacement
	if got := verdict(policy.Organization{Claims: others[:1]}, stands); got != "" {
		t.Errorf("an instance clashes with itself: %q", got)
	}
}

// While a plan is applied there is nothing to compare, and the words of a creation count
// only where one process plans and applies.
func TestStand_comparesPlansAlone(t *testing.T) {
	creates := func(mark string) policy.Claim {
		return policy.Claim{Mark: mark, Stance: policy.Creates, Object: policy.Object{Type: "tray_user", Name: "ana@example.com"}, Fingerprint: "ana"}
	}
	r := policy.Session{}
	r.Stand(creates("a"))
	others := r.Stand(creates("b"))
	if len(others) != 1 || others[0].Fingerprint != "" {
		t.Errorf("the others are %+v", others)
	}
	r.Writing()
	r.Stand(creates("a"))
	if others := r.Stand(creates("b")); len(others) != 0 {
		t.Errorf("the apply compares with %+v", others)
	}
}

func TestTRAY008_aNameIsOneObjects(t *testing.T) {
	for giving, want := range map[policy.Giving]string{
		policy.Foreign: "", policy.Undecided: "", policy.Leaves: "",
		policy.Stays: "Two objects cannot have one name", policy.GoesAway: destroysKept, policy.Circle: "Names cannot be swapped in one plan",
	} {
		takes := policy.Change{Action: policy.TakeName, Claim: policy.Claim{Object: policy.Object{Type: kind, Name: "sales"}}, Noun: "workspace", Giving: giving}
		if got := verdict(policy.Organization{}, takes); got != want {
			t.Errorf("%d: %q, want %q", giving, got, want)
		}
	}
}

// What is shared may be there twice; of what is unique the message knows how a replacement
// comes to find it. Both hold every id.
func TestTRAY012_namesAllThatIsThere(t *testing.T) {
	const replaced = "create_before_destroy"
	before := policy.Organization{Objects: []policy.Object{
		{Type: kind, ID: "1", Name: "sales"}, {Type: kind, ID: "2", Name: "sales"}, {Type: "tray_user", ID: "3", Name: "sales"}, {Type: kind, ID: "4", Name: "ops"},
	}}
	for _, shared := range []bool{false, true} {
		creates := policy.Change{Action: policy.CreateObject, Object: policy.Object{Type: kind, Name: "sales"}, Shared: shared}
		all := policy.TRAY012Exists.Judge(before, []policy.Change{creates}, limits)
		if len(all) != 1 {
			t.Fatalf("%+v", all)
		}
		detail := all[0].Detail
		for part, holds := range map[string]bool{
			`A workspace named "sales" exists already.`: true, `id = "1"`: true, `id = "2"`: true, `id = "3"`: false, `id = "4"`: false, replaced: !shared,
		} {
			if strings.Contains(detail, part) != holds {
				t.Errorf("shared %t, %s: want %t in\n%s", shared, part, holds, detail)
			}
		}
	}
}

// The import of a role's members names the role.
func TestTRAY012_importsARoleByItsName(t *testing.T) {
	before := policy.Organization{Workspaces: map[string]policy.Workspace{"w": {Members: map[string]string{"ana@example.com": policy.Viewer}}}}
	adopts := policy.Change{Action: policy.AdoptMember, ResourceType: policy.OneRole, Workspace: "w", Who: "ana@example.com"}
	stands := policy.Change{Action: policy.Manage, ResourceType: policy.OneRole, Workspace: "w", Role: policy.Viewer}
	all := policy.TRAY012Exists.Judge(before, []policy.Change{stands, adopts}, limits)
	if len(all) != 1 || !strings.Contains(all[0].Detail, `id = "w/Viewer"`) || !strings.Contains(all[0].Detail, "  - ana@example.com (Viewer)") {
		t.Errorf("%+v", all)
	}
}

// Somebody whom an invitation, or this run, brings into the organization is no stranger.
func TestTRAY009_waitsForWhoComes(t *testing.T) {
	const ana = "ana@example.com"
	joins := policy.Change{Action: policy.AddMember, Workspace: "w", Who: ana, Role: policy.Viewer}
	for name, c := range map[string]struct {
		before   policy.Organization
		beside   []policy.Change
		stranger bool
	}{
		"a stranger":           {stranger: true},
		"invited":              {before: policy.Organization{Invited: map[string]bool{ana: true}}},
		"invited by this run":  {beside: []policy.Change{{Action: policy.Invite, Who: ana}}},
		"another is invited":   {before: policy.Organization{Invited: map[string]bool{"ben@example.com": true}}, stranger: true},
		"an invitation is out": {before: policy.Organization{Invited: map[string]bool{ana: false}}, stranger: true},
	} {
		all := policy.TRAY009MembersJoin.Judge(c.before, append(c.beside, joins), limits)
		if (len(all) > 0) != c.stranger || c.stranger && !all[0].Provisional {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

func TestObject_hasTheTitleThatPeopleKnow(t *testing.T) {
	for want, o := range map[string]policy.Object{
		"Ana@Example.com": {ID: "1", Name: "ana@example.com", Label: "Ana@Example.com"},
		"ana@example.com": {ID: "1", Name: "ana@example.com"},
		"1":               {ID: "1"},
	} {
		if got := o.Title(); got != want {
			t.Errorf("%+v is called %q", o, got)
		}
	}
}

// A moved block is of use only where the type stays; a removed block always is.
func TestTRAY008_offersAMoveToTheSameTypeAlone(t *testing.T) {
	removal := policy.Change{Action: policy.RemoveMember, ResourceType: policy.OneMember, Workspace: "w", Who: "ana", Destroys: true}
	for now, moves := range map[policy.ResourceType]bool{policy.OneMember: true, policy.AllMembers: false, policy.OneRole: false} {
		stands := policy.Change{Action: policy.Manage, ResourceType: now, Workspace: "w", Who: "ana"}
		all := policy.TRAY008OneManager.Judge(policy.Organization{}, []policy.Change{removal, stands}, limits)
		moved, removed := policy.MovedBlock(string(policy.OneMember)), policy.RemovedBlock(string(policy.OneMember), "<old>")
		if len(all) != 1 || strings.Contains(all[0].Detail, moved) != moves || !strings.Contains(all[0].Detail, removed) {
			t.Errorf("a %s follows: %+v", now, all)
		}
	}
}

// A workspace that has not been read may be a shared one, and the rule is about API users alone.
func TestTRAY011_mindsAPIUsersWhereNoneCanBe(t *testing.T) {
	before := policy.Organization{Workspaces: map[string]policy.Workspace{"own": {Type: "Personal"}, "old": {}}}
	for change, broken := range map[policy.Change]bool{
		{Action: policy.CreateAPIUser, Workspace: "own"}:    true,
		{Action: policy.CreateAPIUser, Workspace: "old"}:    false,
		{Action: policy.CreateAPIUser, Workspace: "unread"}: false,
		{Action: policy.AddMember, Workspace: "own"}:        false,
	} {
		if got := policy.TRAY011SharedOnly.Judge(before, []policy.Change{change}, limits); (len(got) > 0) != broken {
			t.Errorf("%s in %s: %+v", change.Action, change.Workspace, got)
		}
	}
}
