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
