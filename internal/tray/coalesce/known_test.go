package coalesce

import (
	"net/http"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

func TestListable_asksForOnePageAtMost(t *testing.T) {
	f := newServer(30)
	f.page = 10
	s := f.shelf()
	for range 2 {
		if err := s.Listable(t.Context()); err != nil {
			t.Error(err)
		}
	}
	wantRequests(t, f, "list")
	f = newServer(1)
	f.fault = on("list", 0, 0, fault{status: http.StatusForbidden})
	s = f.shelf()
	for range 2 {
		if err := s.Listable(t.Context()); !rest.IsForbidden(err) {
			t.Error(err)
		}
	}
	wantRequests(t, f, "list")
}

func TestOnFirstPage_readsNoMore(t *testing.T) {
	f := newServer(30)
	f.page = 10
	s := f.shelf()
	is := func(id string) func(thing) bool { return func(t thing) bool { return t.ID == id } }
	if found, all, err := s.OnFirstPage(t.Context(), is("t0003")); err != nil || found == nil || !all {
		t.Error(found, all, err)
	}
	if found, all, err := s.OnFirstPage(t.Context(), is("t0013")); err != nil || found != nil || all {
		t.Error(found, all, err)
	}
	wantRequests(t, f, "list")
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found, all, err := s.OnFirstPage(t.Context(), is("nobody")); err != nil || found != nil || !all { // the list was read to its end
		t.Error(found, all, err)
	}
	if _, seen := s.Seen(is("t0013")); !seen {
		t.Error("what was read is not seen")
	}
	if _, seen := s.Seen(is("nobody")); seen {
		t.Error("what is not there is seen")
	}
}

func TestReask_believesNoListButASingleRead(t *testing.T) {
	f := newServer(3)
	f.sparse = true
	s := f.shelf()
	if err := s.Listable(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := s.Reask(t.Context(), "t0001"); err != nil || got.Value != "a" {
			t.Error(got, err)
		}
		if _, err := s.Reask(t.Context(), "x"); !isAbsent(err) {
			t.Error(err)
		}
	}
	wantRequests(t, f, "list", "get t0001", "get x")
	s.Forget("x")
	f.set("x", "b")
	if got, err := s.Reask(t.Context(), "x"); err != nil || got.Value != "b" {
		t.Error(got, err)
	}
}

// What the noun has proven holds until something voids it.
func TestProvenAbsent_holdsUntilItIsVoided(t *testing.T) {
	f := newServer(3)
	s := f.shelf()
	if s.IsProvenAbsent("x") {
		t.Error("proven by nothing")
	}
	s.NoteAbsent("x")
	if !s.IsProvenAbsent("x") {
		t.Error("not proven")
	}
	s.Forget("x")
	if s.IsProvenAbsent("x") {
		t.Error("proven although void")
	}
	s.NoteAbsent("y")
	s.Wrote("y", thing{ID: "y"})
	if s.IsProvenAbsent("y") {
		t.Error("proven although written since")
	}
	s.Removed("z")
	if !s.IsProvenAbsent("z") {
		t.Error("what we removed is not absent")
	}
	s.NoteAbsent("x")
	s.Invalidate()
	if s.IsProvenAbsent("x") {
		t.Error("proven although all is void")
	}
}

// What another noun's write removed is over, whatever was read before; and any later read
// counts, also one that shows it again.
func TestDropped_isBelievedUntilALaterRead(t *testing.T) {
	f := newServer(3)
	s := f.shelf()
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.set("t0001", "")
	s.Dropped("t0001")
	if _, err := s.get(t.Context(), "t0001"); !rest.IsGone(err) {
		t.Errorf("dropped: %v", err)
	}
	wantRequests(t, f, "list")
	f.set("t0001", "c")
	s.Invalidate()
	for range 2 {
		if all, err := s.list(t.Context()); err != nil || all != f.holds() {
			t.Errorf("it came back: %v %v", all, err)
		}
	}
}

// A touch of what is not known, or known to be absent, voids nothing.
func TestTouched_costsNothingWhereNothingIsKnown(t *testing.T) {
	f := newServer(3)
	s := f.shelf()
	s.Touched("t0001")
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Touched("nobody")
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantRequests(t, f, "list")
	f.set("t0002", "b")
	s.Touched("t0002")
	if value, err := s.get(t.Context(), "t0002"); err != nil || value != "b" {
		t.Errorf("%q, %v", value, err)
	}
	wantRequests(t, f, "get t0002")
}

func TestForgetAfter_forgetsWhatMayNotBeAsWeThink(t *testing.T) {
	for status, forgets := range map[int]bool{400: false, 403: false, 404: true, 409: true, 500: false} {
		f := newServer(3)
		s := f.shelf()
		if _, err := s.list(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.ForgetAfter("t0001", &rest.Error{Status: status})
		if _, known := s.Peek("t0001"); known == forgets {
			t.Errorf("%d: known %v", status, known)
		}
		s.ForgetAfter("t0002", &rest.Error{Status: status, Ambiguous: true})
		if _, known := s.Peek("t0002"); known {
			t.Errorf("%d, ambiguous: it is still known", status)
		}
	}
}

// A change of what we have just removed fails with 404; a read that lags must not bring the
// removed one back after that.
func TestForgetAfter_keepsARemovalOfOurs(t *testing.T) {
	f := newServer(5)
	old := f.clone()
	s := f.shelf()
	if err := s.remove(t.Context(), "t0001"); err != nil {
		t.Fatal(err)
	}
	_, err := s.set(t.Context(), "t0001", "b")
	f.fault = on("", 0, 0, fault{stale: old})
	if _, getErr := s.get(t.Context(), "t0001"); err == nil || !isAbsent(getErr) {
		t.Errorf("%v, then %v", err, getErr)
	}
}

// Of a write whose fate stays open nobody knows which secondary key it took: that nobody
// has one is asked again.
func TestForget_voidsThatNobodyHasAKey(t *testing.T) {
	for _, sparse := range []bool{false, true} {
		f := newServer(3)
		f.sparse = sparse
		s := f.shelf()
		for range 2 {
			if _, err := s.named(t.Context(), "X"); !isAbsent(err) {
				t.Error(err)
			}
		}
		f.set("x", "b")
		s.Forget("x")
		if id, err := s.named(t.Context(), "X"); err != nil || id != "x" {
			t.Errorf("sparse %v: %q, %v", sparse, id, err)
		}
	}
}
