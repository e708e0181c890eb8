package policy_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

var limits = policy.Limits{MaxRemovals: -1, MaxRemovalPercent: 100, MinOrgAdmins: 1}

// sales is a workspace with the Admin ana and the Viewer ben.
func sales() (policy.Organization, error) {
	return newTray(map[string]string{"ana": policy.Admin, "ben": policy.Viewer}).read()
}

// fakeTray is the workspace sales as the server has it.
type fakeTray struct {
	mu    sync.Mutex
	now   policy.Organization
	order []string // who left
}

func newTray(members map[string]string) *fakeTray {
	return &fakeTray{now: policy.Organization{Workspaces: map[string]policy.Workspace{"sales": {Members: members}}}}
}

func (f *fakeTray) read() (policy.Organization, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now.After(nil), nil
}

func (f *fakeTray) remove(who string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now, f.order = f.now.After([]policy.Change{leaves(who)}), append(f.order, who)
	return nil
}

func leaves(who string) policy.Change {
	return policy.Change{Action: policy.RemoveMember, Workspace: "sales", Who: who}
}

func TestRun_planSeesWhatBearsOnAnAct(t *testing.T) {
	var r policy.Session
	r.Plan(policy.Change{Action: policy.DeleteUser, Who: "dan"})
	r.Plan(leaves("ana"))
	r.Plan(policy.Change{Action: policy.AddMember, Workspace: "ops", Who: "ana", Role: policy.Viewer})
	r.Plan(policy.Change{Action: policy.RemoveMember, Workspace: "ops", Who: "ben"})
	all, start := r.Plan(leaves("cleo"))
	var what []string
	for _, a := range all {
		what = append(what, strings.TrimSpace(fmt.Sprintf("%s %s %s", a.Action, a.Who, a.Workspace)))
	}
	// Not who joins ops.
	if want := []string{"delete user dan", "remove member ana sales", "remove member ben ops", "remove member cleo sales"}; start != 3 || !slices.Equal(what, want) {
		t.Errorf("changes from %d: %q, want %q", start, what, want)
	}
}

func TestRun_claimsMeetThoseTheyMayClashWith(t *testing.T) {
	var r policy.Session
	one := func(who string) policy.Change {
		return policy.Change{Action: policy.Manage, ResourceType: policy.OneMember, Workspace: "sales", Who: who, Role: policy.Viewer}
	}
	for _, who := range []string{"ana", "ben", "cleo"} {
		if all, start := r.Claim(one(who)); start != 0 || len(all) != 1 {
			t.Errorf("%s meets %v", who, all)
		}
	}
	if _, start := r.Claim(one("ben")); start != 1 {
		t.Errorf("a second claim on ben meets %d others, want the first", start)
	}
	if _, start := r.Claim(policy.Change{Action: policy.Manage, ResourceType: policy.AllMembers, Workspace: "sales"}); start != 4 {
		t.Errorf("a claim on everybody meets %d others, want 4", start)
	}
	if _, start := r.Claim(policy.Change{Action: policy.Manage, ResourceType: policy.AllMembers, Workspace: "ops"}); start != 0 {
		t.Errorf("a claim on another workspace meets %d others", start)
	}
}

// Who is given a membership that the destroy of another resource takes away hears of that.
func TestRun_claimsMeetTheRemovalOfTheSameMembership(t *testing.T) {
	destroys := leaves("ana")
	destroys.ResourceType = policy.OneMember
	for name, c := range map[string]struct {
		removal        policy.Change
		workspace, who string
		meets          int
	}{
		"the same":           {destroys, "sales", "ana", 1},
		"another person":     {destroys, "sales", "ben", 0},
		"another workspace":  {destroys, "ops", "ana", 0},
		"nobody is replaced": {leaves("ana"), "sales", "ana", 0},
	} {
		var r policy.Session
		r.Plan(c.removal)
		if _, start := r.Claim(policy.Change{Action: policy.Manage, ResourceType: policy.OneMember, Workspace: c.workspace, Who: c.who}); start != c.meets {
			t.Errorf("%s: the claim meets %d changes, want %d", name, start, c.meets)
		}
	}
}

func TestRun_knowsWhichOrganizationRoleThePlanGives(t *testing.T) {
	var r policy.Session
	r.Plan(policy.Change{Action: policy.SetOrgRole, Who: "ana", Role: policy.Admin})
	r.Plan(policy.Change{Action: policy.Invite, Who: "ben", Role: policy.Contributor})
	for who, want := range map[string]string{"ana": policy.Admin, "ben": "", "cleo": ""} {
		if role, planned := r.OrganizationRole(who); role != want || planned != (want != "") {
			t.Errorf("%s: %q, planned %t", who, role, planned)
		}
	}
}

func TestRun_takeWaitsForTheAdditionThatMakesItHarmless(t *testing.T) {
	r := policy.Session{Patience: time.Minute}
	taken := make(chan error)
	reading := make(chan struct{})
	done := false
	go func() {
		taken <- r.Guard(context.Background(), []policy.Change{leaves("ana")}, limits,
			func() (policy.Organization, error) { close(reading); return sales() },
			func() error { done = true; return nil })
	}()
	<-reading
	select {
	case err := <-taken:
		t.Fatalf("ana left before there was another Admin: %v", err)
	default:
	}
	r.Wrote(policy.Change{Action: policy.SetMember, Workspace: "sales", Who: "ben", Role: policy.Admin})
	if err := <-taken; err != nil || !done {
		t.Errorf("err = %v, done = %v", err, done)
	}
}

func TestRun_takeGivesUpWithTheReason(t *testing.T) {
	r := policy.Session{Patience: time.Millisecond}
	err := r.Guard(context.Background(), []policy.Change{leaves("ana")}, limits, sales, func() error { t.Error("done all the same"); return nil })
	var refused *policy.Refused
	if !errors.As(err, &refused) || refused.Violations[0].Code != "TRAY003" {
		t.Errorf("err = %v", err)
	}
}

// What was written to one membership twice is as it was written last.
func TestRun_takeHeedsTheLastWordOnAMembership(t *testing.T) {
	rises := policy.Change{Action: policy.SetMember, Workspace: "sales", Who: "ben", Role: policy.Admin}
	for name, c := range map[string]struct {
		then policy.Change
		goes bool
	}{
		"the other Admin leaves":          {leaves("ben"), false},
		"somebody else leaves":            {leaves("dan"), true},
		"the other leaves somewhere else": {policy.Change{Action: policy.RemoveMember, Workspace: "ops", Who: "ben"}, true},
	} {
		r := policy.Session{Patience: time.Millisecond}
		tray := newTray(map[string]string{"ana": policy.Admin, "ben": policy.Viewer, "cleo": policy.Viewer})
		err := r.Guard(context.Background(), []policy.Change{leaves("ana")}, limits, func() (policy.Organization, error) {
			r.Wrote(rises)
			r.Wrote(c.then)
			return tray.read()
		}, func() error { return nil })
		if (err == nil) != c.goes {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRun_takeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := policy.Session{Patience: time.Hour}
	err := r.Guard(ctx, []policy.Change{leaves("ana")}, limits, func() (policy.Organization, error) { cancel(); return sales() }, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

// Each of two Admins may leave, but not both.
func TestRun_takeLetsOneOfTwoAdminsGo(t *testing.T) {
	r := policy.Session{Patience: 50 * time.Millisecond}
	tray := newTray(map[string]string{"ana": policy.Admin, "ben": policy.Admin, "cleo": policy.Viewer})
	var wait sync.WaitGroup
	results := make(chan error, 2)
	for _, who := range []string{"ana", "ben"} {
		wait.Go(func() {
			results <- r.Guard(context.Background(), []policy.Change{leaves(who)}, limits, tray.read, func() error { return tray.remove(who) })
		})
	}
	wait.Wait()
	close(results)
	refused := 0
	for err := range results {
		if err != nil {
			refused++
		}
	}
	if refused != 1 || len(tray.order) != 1 {
		t.Errorf("%d of 2 were refused, %v left; want one each", refused, tray.order)
	}
}

// An attempt that fails leaves room for the one that waits.
func TestRun_takeForgetsWhatFailed(t *testing.T) {
	r := policy.Session{Patience: time.Minute}
	read := func() (policy.Organization, error) {
		return policy.Organization{Workspaces: map[string]policy.Workspace{"sales": {
			Members: map[string]string{"ana": policy.Admin, "ben": policy.Admin, "cleo": policy.Viewer}}}}, nil
	}
	second := make(chan error, 1)
	boom := errors.New("boom")
	err := r.Guard(context.Background(), []policy.Change{leaves("ana")}, limits, read, func() error {
		started := make(chan struct{})
		go func() {
			second <- r.Guard(context.Background(), []policy.Change{leaves("ben")}, limits,
				func() (policy.Organization, error) { close(started); return read() }, func() error { return nil })
		}()
		<-started
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("err = %v", err)
	}
	if err := <-second; err != nil {
		t.Errorf("ben had to stay although ana did: %v", err)
	}
}

// A workspace that is taken down loses its Admin last, in whichever order Terraform begins.
func TestRun_takeLetsTheAdminOfAnEmptiedWorkspaceGoLast(t *testing.T) {
	r := policy.Session{Patience: time.Minute}
	tray := newTray(map[string]string{"ana": policy.Admin, "ben": policy.Viewer})
	leave := func(who string, read func() (policy.Organization, error)) error {
		return r.Guard(context.Background(), []policy.Change{leaves(who)}, limits, read, func() error { return tray.remove(who) })
	}
	ana, started := make(chan error), make(chan struct{})
	go func() {
		ana <- leave("ana", func() (policy.Organization, error) { defer close(started); return tray.read() })
	}()
	<-started
	if err := leave("ben", tray.read); err != nil {
		t.Fatal(err)
	}
	if err := <-ana; err != nil {
		t.Fatal(err)
	}
	if len(tray.order) != 2 || tray.order[0] != "ben" {
		t.Errorf("order = %v", tray.order)
	}
}

// terraform test keeps one provider for plan, apply and all runs of a file: its second
// run once found that every membership had a second manager.
func TestRun_aRefreshAfterAnApplyBeginsAnother(t *testing.T) {
	claim := policy.Change{Action: policy.Manage, ResourceType: policy.OneMember, Workspace: "w", Who: "ana@example.com", Role: policy.Admin}
	var r policy.Session
	first := r.ID()
	r.Claim(claim)
	if r.Reading() {
		t.Error("a refresh before any write began a new run")
	}
	if all, start := r.Claim(claim); start != 1 || len(all) != 2 {
		t.Errorf("a second resource that stands for the same is not seen: %v from %d", all, start)
	}
	r.Writing()
	if all, start := r.Claim(claim); start != 0 || len(all) != 1 {
		t.Errorf("planned again in the apply: %v from %d", all, start)
	}
	r.Plan(policy.Change{Action: policy.RemoveMember, Workspace: "w", Who: "ana@example.com"})
	if !r.Reading() || r.ID() == first {
		t.Error("a refresh after the apply is no new run")
	}
	if all, start := r.Claim(claim); start != 0 || len(all) != 1 {
		t.Errorf("the run before is remembered: %v from %d", all, start)
	}
}

// `terraform test` keeps one provider for plan, apply, plan: each begins anew.
func TestRun_forgetsThePlanWhenTheApplyBegins(t *testing.T) {
	var r policy.Session
	claim := policy.Change{Action: policy.Manage, ResourceType: policy.OneMember, Workspace: "sales", Who: "ana", Role: policy.Viewer}
	joins := policy.Change{Action: policy.AddMember, Workspace: "sales", Who: "ana", Role: policy.Viewer}
	for _, walk := range []func(){func() { r.Wrote(joins) }, func() { r.Reading() }} {
		r.Claim(claim)
		r.Plan(leaves("ben"))
		walk()
		if _, start := r.Claim(claim); start != 0 {
			t.Errorf("a claim meets %d of the walk before", start)
		}
		if _, start := r.Plan(leaves("cleo")); start != 0 {
			t.Errorf("a change meets %d of the walk before", start)
		}
	}
}

func TestRun_theSameWordsAreOneResource(t *testing.T) {
	one := policy.Change{Action: policy.Manage, ResourceType: policy.OneMember, Workspace: "sales", Who: "ana", Role: policy.Viewer, Fingerprint: "sales ana Viewer"}
	other := one
	if v := policy.TRAY008OneManager.Judge(policy.Organization{}, []policy.Change{one, other}, limits); len(v) != 0 {
		t.Errorf("planned again, it quarrels with itself: %v", v)
	}
	other.Fingerprint = "sales ana Admin"
	if v := policy.TRAY008OneManager.Judge(policy.Organization{}, []policy.Change{one, other}, limits); len(v) != 1 {
		t.Errorf("two resources: %v", v)
	}
}

func TestRun_believesWordsOnlyWhereItTrusts(t *testing.T) {
	one := policy.Change{Action: policy.Manage, ResourceType: policy.OneMember, Workspace: "sales", Who: "ana", Role: policy.Viewer, Fingerprint: "sales ana Viewer"}
	for _, merges := range []bool{false, true} {
		r := policy.Session{MergesEqual: merges}
		r.Claim(one)
		all, _ := r.Claim(one)
		if got := len(policy.TRAY008OneManager.Judge(policy.Organization{}, all, limits)) == 0; got != merges {
			t.Errorf("merges %v: two word for word equal resources pass: %v", merges, got)
		}
	}
}

// A Viewer becomes Admin in one resource and leaves the Viewers' in another: whichever is
// done first, the workspace keeps an Admin.
func TestTRAY003_aRolesRemovalTakesOnlyWhoHasTheRole(t *testing.T) {
	t.Parallel()
	swap := []policy.Change{{Action: policy.SetMember, Workspace: "w", Who: "ana", Role: policy.Viewer}, {Action: policy.RemoveMember, Workspace: "w", Who: "ben", Role: "viewer"}}
	for ben, broken := range map[string]bool{policy.Admin: false, policy.Viewer: true} {
		before := policy.Organization{Workspaces: map[string]policy.Workspace{"w": {Members: map[string]string{"ana": policy.Admin, "ben": ben, "cy": policy.Viewer}}}}
		if got := policy.TRAY003LastAdmin.Judge(before, swap, policy.Limits{}); (len(got) > 0) != broken {
			t.Errorf("ben is %s: %v", ben, got)
		}
	}
}
