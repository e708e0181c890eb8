package coalesce

import (
	"testing"
	"testing/synctest"
)

func TestConfirm_writeOfALongListIsReadBackByItself(t *testing.T) {
	f := newServer(1000)
	s := f.shelf()
	if value, err := s.add(t.Context(), "x", "b"); err != nil || value != "b" {
		t.Fatal(value, err)
	}
	wantRequests(t, f, "list", "get x", "post x", "get x")
}

func TestConfirm_changeOfOneCostsAWriteAndAReadBack(t *testing.T) {
	f := newServer(1000)
	if value, err := f.shelf().set(t.Context(), "t0950", "b"); err != nil || value != "b" {
		t.Fatal(value, err)
	}
	wantRequests(t, f, "put t0950", "get t0950")
}

// The 1st, 4th and 16th write is read back, and what is trusted meanwhile is confirmed by
// the same list.
func TestConfirm_readsBackTheFirstTheFourthTheSixteenth(t *testing.T) {
	f := newServer(0)
	s := f.shelf()
	back := map[int]string{1: "list", 4: "list", 16: "list"}
	for n := 1; n <= 20; n++ {
		if _, err := s.add(t.Context(), thingID(n), "b"); err != nil {
			t.Fatal(err)
		}
		want := []string{"post " + thingID(n)}
		if n == 1 {
			want = []string{"list", "post t0001"} // it looked first
		}
		if back[n] != "" {
			want = append(want, back[n])
		}
		wantRequests(t, f, want...)
		open := 0
		for _, w := range s.writes {
			if !w.confirmed {
				open++
			}
		}
		if back[n] != "" && open != 0 {
			t.Errorf("%d writes are open after the %d.", open, n)
		}
	}
}

// A list longer than there are writes to confirm is not read for them, and a list of
// unknown length is given up in time.
func TestConfirm_readsNoLongListForFewWrites(t *testing.T) {
	f := newServer(100)
	f.page = 10
	s := f.shelf()
	for i := range 4 {
		if _, err := s.set(t.Context(), thingID(i+1), "b"); err != nil {
			t.Fatal(err)
		}
	}
	wantRequests(t, f, "put t0001", "get t0001", "put t0002", "get t0002", "put t0003", "get t0003", "put t0004", "get t0004")
	s = f.shelf()
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.requests()
	for i := range 4 {
		if _, err := s.set(t.Context(), thingID(i+1), "c"); err != nil {
			t.Fatal(err)
		}
	}
	wantRequests(t, f, "put t0001", "get t0001", "put t0002", "put t0003", "put t0004", "get t0004")
}

// The list that confirms writes is the one that is read from then on.
func TestConfirm_itsListServesTheReadsAfterIt(t *testing.T) {
	f := newServer(3)
	s := f.shelf()
	var last *Write[thing]
	for i := range 3 {
		f.set(thingID(i+1), "b")
		last = s.Wrote(thingID(i+1), thing{ID: thingID(i + 1), Value: "b"})
	}
	if _, err := s.Confirm(t.Context(), t.Context(), last, true); err != nil {
		t.Fatal(err)
	}
	if all, err := s.list(t.Context()); err != nil || all != f.holds() {
		t.Error(all, err)
	}
	wantRequests(t, f, "list")
}

// What confirms a write need not be what reads are served from: the value returned is not
// the one of before.
func TestConfirm_returnsNothingFromBeforeTheWrite(t *testing.T) {
	f := newServer(30)
	f.page = 10
	s := f.shelf()
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 30 { // so that the list is longer than is worth reading
		f.set(thingID(i+31), "a")
	}
	for i := range 4 {
		if value, err := s.set(t.Context(), thingID(i+1), "b"); err != nil || value != "b" {
			t.Errorf("%d: %q, %v", i+1, value, err)
		}
	}
}

// Amend completes what is known of a write, unless something came after it.
func TestAmend_completesTheLastWriteOnly(t *testing.T) {
	f := newServer(0)
	s := f.shelf()
	f.set("x", "b")
	first := s.Wrote("x", thing{ID: "x", Value: "b"})
	s.Amend(first, thing{ID: "x", Value: "b", Name: "X"})
	if got, complete := s.Peek("x"); !complete || got.Name != "X" {
		t.Errorf("%v", got)
	}
	s.Wrote("x", thing{ID: "x", Value: "c"})
	s.Amend(first, thing{ID: "x", Value: "b", Name: "X"})
	if got, _ := s.Peek("x"); got.Value != "c" {
		t.Errorf("%v", got)
	}
}

// A list that lacks what we removed confirms the removal, unless it may lack it for another
// reason; until then a server that lags, and has lists only, does not bring it back.
func TestRemoved_isNotConfirmedByAListThatMayHaveSkippedIt(t *testing.T) {
	f := newServer(2)
	f.page, f.offsets = 1, true
	s := f.shelf(listOnly)
	s.Removed("t0002") // which the server goes on showing
	f.hook = func(request string) {
		if request == "list 1" {
			f.hook = nil
			f.set("t0001", "")
			s.Removed("t0001") // so that this page skips t0002
		}
	}
	if all, err := s.list(t.Context()); err != nil || all != "" {
		t.Errorf("%q, %v", all, err)
	}
}

func TestRemoved_isNotConfirmedByAListFromBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(1)
		slow := make(chan struct{})
		first := on("list", 0, 1, fault{stale: f.clone()})
		f.fault = func(n int, request string) *fault {
			flt := first(n, request)
			if flt != nil {
				<-slow
			}
			return flt
		}
		s := f.shelf(listOnly)
		read := make(chan error)
		go func() { _, err := s.list(t.Context()); read <- err }()
		synctest.Wait()
		s.Invalidate()
		f.set("x", "b")
		s.Wrote("x", thing{ID: "x", Value: "b"})
		s.Removed("x") // which the server goes on showing
		close(slow)
		if err := <-read; err != nil {
			t.Fatal(err)
		}
		if all, err := s.list(t.Context()); err != nil || all != "t0001:a" {
			t.Errorf("%q, %v", all, err)
		}
	})
}
