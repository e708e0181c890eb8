package coalesce

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
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

func TestWrite_readsSeeItAtOnce(t *testing.T) {
	f := newServer(5)
	s := f.shelf()
	ctx := t.Context()
	if _, err := s.list(ctx); err != nil {
		t.Fatal(err)
	}
	_, err1 := s.add(ctx, "x", "b")
	_, err2 := s.set(ctx, "t0002", "b")
	err3 := s.remove(ctx, "t0003")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if all, err := s.list(ctx); err != nil || all != "t0001:a t0002:b t0004:a t0005:a x:b" {
		t.Errorf("%v, %v", all, err)
	}
	if _, err := s.get(ctx, "t0003"); !rest.IsGone(err) {
		t.Errorf("removed: %v", err)
	}
	if _, err := s.named(ctx, "T0003"); !rest.IsGone(err) {
		t.Errorf("removed, by its other key: %v", err)
	}
	if id, err := s.named(ctx, "X"); err != nil || id != "x" {
		t.Errorf("added, by its other key: %v %v", id, err)
	}
}

// A list that lags behind what was written, and has shown before, is asked about by id.
func TestWrite_laggingListDoesNotUndoWhatHasShown(t *testing.T) {
	f := newServer(5)
	old := f.clone()
	s := f.shelf()
	ctx := t.Context()
	_, err1 := s.add(ctx, "x", "b")
	_, err2 := s.set(ctx, "t0002", "b")
	err3 := s.remove(ctx, "t0003")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	s.Invalidate()
	if all, err := s.list(ctx); err != nil || all != f.holds() { // which shows it all
		t.Fatal(all, err)
	}
	f.requests()
	f.fault = on("list", 0, 0, fault{stale: old})
	for range 2 {
		s.Invalidate()
		if id, err := s.named(ctx, "X"); err != nil || id != "x" {
			t.Errorf("by its other key: %v %v", id, err)
		}
		if all, err := s.list(ctx); err != nil || all != f.holds() {
			t.Errorf("%v, %v; want %s", all, err, f.holds())
		}
		if got := f.requests(); len(got) != 4 {
			t.Errorf("%v: want the list and three of their own", got)
		}
	}
	s.Invalidate()
	if _, err := s.get(ctx, "nobody"); !isAbsent(err) { // now the list is read, and nothing of it was asked about
		t.Error(err)
	}
	if id, err := s.named(ctx, "X"); err != nil || id != "x" {
		t.Errorf("by its other key, from that list: %v %v", id, err)
	}
	// What somebody else has changed since is believed, once it is read by itself.
	f.fault = nil
	f.set("x", "")
	f.set("t0002", "c")
	f.set("t0003", "c")
	for _, want := range []int{4, 1} { // the list, and once each of the three
		f.requests()
		s.Invalidate()
		if all, err := s.list(ctx); err != nil || all != f.holds() {
			t.Errorf("%v, %v; want %s", all, err, f.holds())
		}
		if got := f.requests(); len(got) != want {
			t.Errorf("%v: want %d requests", got, want)
		}
	}
}

// A read sent before a write, whose answer comes long after it, says nothing about it.
func TestWrite_isNotContradictedByAReadFromBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(3)
		old := f.clone()
		slow := make(chan struct{})
		first := on("get t0001", 0, 1, fault{stale: old})
		f.fault = func(n int, request string) *fault {
			if strings.HasPrefix(request, "list") {
				return &fault{stale: old} // it lags as well
			}
			flt := first(n, request)
			if flt != nil {
				<-slow
			}
			return flt
		}
		s := f.shelf()
		read := make(chan error)
		go func() { _, err := s.Reask(t.Context(), "t0001"); read <- err }()
		synctest.Wait()
		if value, err := s.set(t.Context(), "t0001", "b"); err != nil || value != "b" { // and it has shown
			t.Fatal(value, err)
		}
		s.Invalidate()
		close(slow)
		if err := <-read; err != nil {
			t.Fatal(err)
		}
		if all, err := s.list(t.Context()); err != nil || all != f.holds() {
			t.Errorf("%v, %v", all, err)
		}
	})
}

// The same where there is nothing but lists: a list that has shown a write, and was begun
// after it, is believed when it is read anew and shows something else.
func TestWrite_laterListIsBelievedWhereThereIsNothingElse(t *testing.T) {
	f := newServer(5)
	s := f.shelf(listOnly)
	f.set("x", "b")
	s.Wrote("x", thing{ID: "x", Value: "b"})
	f.set("t0001", "")
	s.Removed("t0001")
	if all, err := s.list(t.Context()); err != nil || all != f.holds() { // which shows both
		t.Fatal(all, err)
	}
	f.set("x", "")
	f.set("t0001", "c")
	s.Invalidate()
	if all, err := s.list(t.Context()); err != nil || all != f.holds() {
		t.Errorf("%v, %v; want %s", all, err, f.holds())
	}
	if _, err := s.get(t.Context(), "x"); !rest.IsGone(err) {
		t.Errorf("removed elsewhere: %v", err)
	}
}

func TestWrite_readBegunBeforeItDoesNotHideIt(t *testing.T) {
	for _, read := range []string{"list", "get t0001"} {
		synctest.Test(t, func(t *testing.T) {
			f := newServer(5)
			s := f.shelf()
			old := f.clone()
			slow := make(chan struct{})
			stale := on(read, 0, 1, fault{stale: old})
			f.fault = func(n int, request string) *fault {
				if request == "list" && read != "list" {
					return &fault{status: http.StatusForbidden}
				}
				flt := stale(n, request)
				if flt != nil {
					<-slow
				}
				return flt
			}
			got := make(chan string)
			go func() { value, _ := s.get(t.Context(), "t0001"); got <- value }()
			synctest.Wait() // the read is under way, and will answer as of now
			if _, err := s.set(t.Context(), "t0001", "b"); err != nil {
				t.Fatal(err)
			}
			close(slow)
			if value := <-got; value != "b" {
				t.Errorf("%s: the read under way says %q", read, value)
			}
			if value, err := s.get(t.Context(), "t0001"); err != nil || value != "b" {
				t.Errorf("%s: a read after the write says %q %v", read, value, err)
			}
		})
	}
}

func TestWrite_notVisibleYetIsTrustedAndNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(5)
		old := f.clone()
		f.fault = func(_ int, request string) *fault {
			if strings.HasPrefix(request, "post") {
				return nil
			}
			return &fault{stale: old}
		}
		s := f.shelf()
		started := time.Now()
		if value, err := s.add(t.Context(), "x", "b"); err != nil || value != "b" {
			t.Fatal(value, err)
		}
		if took := time.Since(started); took < 500*time.Millisecond || took > 5*time.Second {
			t.Errorf("re-reading took %s", took)
		}
		if len(s.unconfirmed) != 1 || s.unconfirmed[0] != "write of thing x (/things) <nil>" {
			t.Errorf("%v", s.unconfirmed)
		}
		for range 3 { // the server goes on not showing it, the client goes on knowing it
			all, err := s.list(t.Context())
			if _, getErr := s.get(t.Context(), "x"); err != nil || all != f.holds() || getErr != nil {
				t.Errorf("%v, %v, %v", all, err, getErr)
			}
			s.Invalidate()
		}
	})
}

// What Tray, asked time and again, shows as it was before has not been done.
func TestWrite_thatIsNotDoneIsAnError(t *testing.T) {
	for verb, write := range map[string]func(ctx context.Context, s *shelf) error{
		"put":    func(ctx context.Context, s *shelf) error { _, err := s.set(ctx, "t0001", "b"); return err },
		"delete": func(ctx context.Context, s *shelf) error { return s.remove(ctx, "t0001") },
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newServer(5)
			f.fault = on(verb, 0, 0, fault{stale: f.clone()}) // as if it were done
			s := f.shelf()
			var e *rest.Error
			if err := write(t.Context(), s); !errors.As(err, &e) || !e.Ambiguous || !strings.Contains(e.Error(), "answered success, but") {
				t.Fatalf("%s: %v", verb, err)
			}
			if value, err := s.get(t.Context(), "t0001"); err != nil || value != "a" {
				t.Errorf("%s: afterwards %q %v, want what Tray says", verb, value, err)
			}
		})
	}
}

func TestWrite_thatShowsLateIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(5)
		f.fault = on("get t0001", 0, 2, fault{stale: f.clone()})
		s := f.shelf()
		if value, err := s.set(t.Context(), "t0001", "b"); err != nil || value != "b" || len(s.unconfirmed) != 0 {
			t.Errorf("%v %v %v", value, err, s.unconfirmed)
		}
	})
}

// A write that succeeded must not seem to have failed because it cannot be read back;
// unless the object is not fully known, and then the error says that it was done.
func TestWrite_readBackThatFails(t *testing.T) {
	f := newServer(500)
	f.fault = on("get", 0, 0, fault{status: http.StatusServiceUnavailable})
	s := f.shelf()
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	if value, err := s.set(t.Context(), "t0001", "b"); err != nil || value != "b" {
		t.Errorf("%v %v", value, err)
	}
	if len(s.unconfirmed) != 1 || !strings.Contains(s.unconfirmed[0], "it went wrong") {
		t.Errorf("%v", s.unconfirmed)
	}
	s = f.shelf()
	_, err := s.set(t.Context(), "t0002", "b")
	if !rest.IsAmbiguous(err) || !strings.Contains(err.Error(), "carried out the change to the thing, but reading it back failed") {
		t.Errorf("%v", err)
	}
	s.uncached = true
	if _, err := s.set(t.Context(), "t0003", "b"); err != nil {
		t.Error(err)
	}
}

func TestWrite_nothingIsReadBackOnceTheOperationHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(5)
		s := f.shelf()
		if _, err := s.list(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.requests()
		ctx, cancel := context.WithCancel(t.Context())
		_, err := InTurn(ctx, s.Collection, "t0001", func(after context.Context) (thing, error) {
			err := f.send(ctx, "put", "t0001", "b")
			cancel() // while it was answered
			if err != nil {
				return thing{}, err
			}
			return s.Confirm(ctx, after, s.Wrote("t0001", thing{ID: "t0001", Value: "b"}), false)
		})
		if err != nil {
			t.Error(err)
		}
		wantRequests(t, f, "put t0001")
		if _, err := s.set(ctx, "t0001", "c"); !errors.Is(err, context.Canceled) {
			t.Errorf("one begun after that: %v", err)
		}
	})
}

func TestInTurn_writesToOneObjectTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(2)
		f.latency = time.Second
		s := f.shelf()
		var all sync.WaitGroup
		for _, value := range []string{"b", "c", "d", "e"} {
			all.Go(func() {
				if _, err := s.set(t.Context(), "t0001", value); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := s.set(ctx, "t0001", "f"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("whoever does not wait for the turn: %v", err)
		}
		started := time.Now()
		if err := s.remove(t.Context(), "t0002"); err != nil || time.Since(started) > 3*time.Second {
			t.Errorf("another object's turn was waited for: %v after %s", err, time.Since(started))
		}
		all.Wait()
		value, err := s.get(t.Context(), "t0001")
		if err != nil || value != f.value("t0001") {
			t.Errorf("the client says %v, the server %s", value, f.value("t0001"))
		}
	})
}

// A write elsewhere that touches the object while ours is under way: which came last only
// a read can tell.
func TestWrite_racedByAnotherIsRead(t *testing.T) {
	for _, test := range []struct {
		verb, others string // "" is a removal
		got, says    string
	}{
		{"put", "c", "c", ""},
		{"put", "b", "b", ""},
		{"put", "", "b", ""}, // a server may lag
		{"delete", "c", "", "still there"},
		{"delete", "", "", ""},
	} {
		f := newServer(5)
		s := f.shelf()
		if _, err := s.list(t.Context()); err != nil {
			t.Fatal(err)
		}
		before := f.clone()
		f.hook = func(request string) {
			if strings.HasPrefix(request, test.verb) {
				f.set("t0001", test.others)
				s.Touched("t0001")
			}
		}
		f.fault = on(test.verb, 0, 0, fault{stale: before}) // done, but the other one came last
		var (
			got string
			err error
		)
		if test.verb == "put" {
			got, err = s.set(t.Context(), "t0001", "b")
		} else {
			err = s.remove(t.Context(), "t0001")
		}
		if got != test.got || (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s against %q: %q, %v", test.verb, test.others, got, err)
		}
		if value, err := s.get(t.Context(), "t0001"); value != test.others || (err == nil) != (value != "") {
			t.Errorf("%s against %q: then it reads %q, %v", test.verb, test.others, value, err)
		}
	}
}

// The same where the other write is one that this client knows of, and ours is not read
// back but for that: the later of two must not hide behind the earlier.
func TestWrite_racedByOneThatIsKnownIsRead(t *testing.T) {
	f := newServer(5)
	s := f.shelf()
	if _, err := s.set(t.Context(), "t0005", "b"); err != nil { // the first, which is read back
		t.Fatal(err)
	}
	for id, other := range map[string]func(){
		"t0001": func() { s.Wrote("t0001", thing{ID: "t0001", Value: "c"}) },
		"t0002": func() { s.Dropped("t0002") },
	} {
		f.hook = func(request string) {
			if request == "put "+id {
				other() // ours comes after it
			}
		}
		if value, err := s.set(t.Context(), id, "b"); err != nil || value != "b" {
			t.Errorf("%s: %q, %v", id, value, err)
		}
		if value, err := s.get(t.Context(), id); err != nil || value != "b" {
			t.Errorf("%s: then it reads %q, %v", id, value, err)
		}
	}
	f.hook = func(request string) {
		if request == "put t0003" { // ours comes before the removal, whose answer was faster
			f.set("t0003", "")
			s.Dropped("t0003")
		}
	}
	f.fault = on("put t0003", 0, 1, fault{stale: f.clone()})
	if _, err := s.set(t.Context(), "t0003", "b"); err != nil {
		t.Fatal(err)
	}
	if value, err := s.get(t.Context(), "t0003"); !isAbsent(err) {
		t.Errorf("what is removed reads %q, %v", value, err)
	}
}

// And where ours cannot be read: what was read before it ended is void.
func TestWrite_racedAndNotReadBackVoidsWhatWasRead(t *testing.T) {
	f := newServer(500)
	s := f.shelf()
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.hook = func(request string) {
		if request == "put t0001" {
			f.hook = nil
			f.set("t0001", "c")
			s.Touched("t0001")
			if value, err := s.get(t.Context(), "t0001"); err != nil || value != "c" {
				t.Errorf("meanwhile %q, %v", value, err)
			}
		}
	}
	f.fault = on("get t0001", 1, 1, fault{status: http.StatusServiceUnavailable})
	if _, err := s.set(t.Context(), "t0001", "b"); err != nil {
		t.Fatal(err)
	}
	if value, err := s.get(t.Context(), "t0001"); err != nil || value != "b" {
		t.Errorf("%q, %v", value, err)
	}
}

// Another write that touches the object while ours is read back.
func TestWrite_racedWhileItIsReadBackIsReadAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(5)
		s := f.shelf()
		f.hook = func(request string) {
			if request == "get t0001" && f.value("t0001") == "b" {
				f.set("t0001", "c")
				s.Touched("t0001")
			}
		}
		if value, err := s.set(t.Context(), "t0001", "b"); err != nil || value != "c" {
			t.Errorf("%q, %v", value, err)
		}
		if value, err := s.get(t.Context(), "t0001"); err != nil || value != "c" {
			t.Errorf("then %q, %v", value, err)
		}
	})
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
