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

func TestList_sparseDropsOneRemovedMeanwhile(t *testing.T) {
	f := newServer(3)
	f.sparse = true
	f.fault = on("get t0002", 0, 0, fault{status: http.StatusNotFound})
	if all, err := f.shelf().list(t.Context()); err != nil || all != "t0001:a t0003:a" {
		t.Errorf("%v %v", all, err)
	}
}

func TestList_sparseFailsWhenADetailDoes(t *testing.T) {
	f := newServer(30)
	f.sparse = true
	f.fault = on("get t0007", 0, 1, fault{status: http.StatusBadRequest})
	s := f.shelf()
	if all, err := s.list(t.Context()); !rest.HasStatus(err, http.StatusBadRequest) || all != "" {
		t.Errorf("%v %v", all, err)
	}
	if all, err := s.list(t.Context()); err != nil || all != f.holds() {
		t.Errorf("then %v %v", all, err)
	}
}

// A list that was refused is asked for again where nothing else will do, and used from then on.
func TestList_isUsedOnceItIsNoLongerRefused(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
		f := newServer(3)
		f.fault = on("list", 0, 1, fault{status: status})
		s := f.shelf()
		if _, err := s.get(t.Context(), "t0001"); err != nil {
			t.Fatal(err)
		}
		if err := s.Listable(t.Context()); status == http.StatusForbidden && !rest.IsForbidden(err) {
			t.Error(err)
		}
		if _, err := s.list(t.Context()); err != nil {
			t.Error(err)
		}
		f.requests()
		s.Invalidate()
		for i := range 3 {
			if _, err := s.get(t.Context(), thingID(i+1)); err != nil {
				t.Error(err)
			}
		}
		if err := s.Listable(t.Context()); err != nil {
			t.Error(err)
		}
		wantRequests(t, f, "list")
	}
}

func TestList_errorsAreNotRemembered(t *testing.T) {
	f := newServer(3)
	f.fault = on("list", 0, 1, fault{status: http.StatusBadRequest})
	s := f.shelf()
	if _, err := s.list(t.Context()); err == nil {
		t.Fatal("no error")
	}
	if all, err := s.list(t.Context()); err != nil || all != f.holds() {
		t.Errorf("second list: %v, %v", all, err)
	}
}

// Nothing of a list that does not end is used, and its error names the list.
func TestList_thatDoesNotEndIsRefused(t *testing.T) {
	f := newServer(3)
	s := f.shelf(func(s *Source[thing]) {
		s.Page = func(context.Context, string) (rest.Page[thing], error) {
			return rest.Page[thing]{Elements: []rest.Element[thing]{{Value: thing{ID: "x"}, Complete: true}}, Next: "same"}, nil
		}
	})
	for range 2 {
		var e *rest.Error
		if all, err := s.list(t.Context()); !errors.As(err, &e) || e.Path != "/things" || !strings.Contains(e.Error(), "cursor repeats") || all != "" {
			t.Errorf("%v %v", all, err)
		}
	}
	if _, complete := s.Peek("x"); complete {
		t.Error("what was on it is used")
	}
}

func TestEach_readsNoFurtherThanConsumed(t *testing.T) {
	f := newServer(35)
	f.page = 10
	s := f.shelf()
	n := 0
	for things, err := range s.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if n += len(things); n >= 15 {
			break
		}
	}
	if got := len(f.requests()); n != 20 || got != 2 {
		t.Errorf("%d things in %d requests, want 20 in 2", n, got)
	}
	n = 0
	for things, err := range s.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		n += len(things)
	}
	if got := len(f.requests()); n != 35 || got != 2 {
		t.Errorf("then %d things in %d more requests, want 35 in 2", n, got)
	}
}

func TestEach_pageThatFailsEndsItWithItsError(t *testing.T) {
	f := newServer(35)
	f.page = 10
	f.fault = on("list", 1, 0, fault{status: http.StatusBadRequest})
	var got []error
	n := 0
	for things, err := range f.shelf().Each(t.Context()) {
		got = append(got, err)
		n += len(things)
	}
	if n != 10 || len(got) != 2 || got[1] == nil {
		t.Errorf("%d things, errors %v", n, got)
	}
}

func TestEach_sparsePagesComeInSmallChunks(t *testing.T) {
	f := newServer(50)
	f.sparse = true
	for things, err := range f.shelf().Each(t.Context()) {
		if err != nil || len(things) != 10 {
			t.Fatal(len(things), err)
		}
		break
	}
	if got := len(f.requests()); got != 11 {
		t.Errorf("%d requests, want one page and ten things", got)
	}
}

// What this client wrote since comes after what the list shows.
func TestEach_endsWithWhatWasWrittenSince(t *testing.T) {
	f := newServer(3)
	s := f.shelf()
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.set("b1", "b")
	s.Wrote("b1", thing{ID: "b1", Value: "b"})
	var all []thing
	for things, err := range s.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, things...)
	}
	if got := render(all); got != "t0001:a t0002:a t0003:a b1:b" {
		t.Error(got)
	}
}

// A page read after a removal starts one too late at a server that counts elements: the
// list is read once more.
func TestList_duringWhichOneIsRemovedIsReadAgain(t *testing.T) {
	f := newServer(30)
	f.page, f.offsets = 10, true
	s := f.shelf()
	remove := sync.OnceFunc(func() {
		if err := s.remove(t.Context(), "t0001"); err != nil {
			t.Error(err)
		}
	})
	f.hook = func(request string) {
		if request == "list 20" {
			remove()
		}
	}
	if all, err := s.list(t.Context()); err != nil || all != f.holds() {
		t.Errorf("%v, %v", all, err)
	}
}

// The same where the list had been read in vain before, for the same reason.
func TestList_thatSkippedOneIsReadAnewLikeAnyOther(t *testing.T) {
	f := newServer(30)
	f.page, f.offsets = 10, true
	s := f.shelf()
	remove := func(id string) {
		if err := s.remove(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	for i, id := range []string{"t0001", "x", "y", "z"} { // which has the list read to its end
		if _, err := s.get(t.Context(), id); err != nil && !isAbsent(err) {
			t.Fatal(err)
		}
		if i == 0 {
			remove("t0002")
		}
	}
	once := sync.OnceFunc(func() { remove("t0001") })
	f.hook = func(request string) {
		if request == "list 20" {
			once()
		}
	}
	if all, err := s.list(t.Context()); err != nil || all != f.holds() {
		t.Errorf("%v, %v", all, err)
	}
}

// The same where the list is finished before the answer to the removal has come.
func TestList_finishedWhileOneIsBeingRemovedIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(30)
		f.page, f.offsets = 10, true
		s := f.shelf()
		if _, err := s.get(t.Context(), "t0001"); err != nil { // page one is read
			t.Fatal(err)
		}
		removed := make(chan error)
		go func() {
			removed <- s.RemoveOnce(t.Context(), "t0001", Removal{Send: func() error {
				err := f.send(t.Context(), "delete", "t0001", "")
				time.Sleep(time.Second) //nolint:forbidigo // the answer takes its time, in a bubble
				return err
			}})
		}()
		synctest.Wait()
		if all, err := s.list(t.Context()); err != nil || strings.Contains(all, "t0011") {
			t.Fatal(all, err) // the server has skipped it
		}
		if err := <-removed; err != nil {
			t.Fatal(err)
		}
		if all, err := s.list(t.Context()); err != nil || all != f.holds() {
			t.Errorf("%v, %v", all, err)
		}
	})
}

// The same for who takes page by page: the one that was skipped comes in the end.
func TestEach_duringWhichOneIsRemovedSkipsNone(t *testing.T) {
	f := newServer(30)
	f.page, f.offsets = 10, true
	s := f.shelf()
	remove := sync.OnceFunc(func() {
		if err := s.remove(t.Context(), "t0001"); err != nil {
			t.Error(err)
		}
	})
	seen := map[string]int{}
	for things, err := range s.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for _, thing := range things {
			seen[thing.ID]++
		}
		remove()
	}
	for i := range 30 {
		if seen[thingID(i+1)] != 1 { // t0001 was there when its page was taken
			t.Errorf("%s came %d times", thingID(i+1), seen[thingID(i+1)])
		}
	}
}

// Where many are void, the list is read anew; where few are, they are read by themselves.
func TestList_isReadAnewWhereThatIsCheaper(t *testing.T) {
	f := newServer(30)
	f.page = 10
	s := f.shelf()
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.requests()
	for _, void := range []struct {
		ids  []string
		want string
	}{{[]string{"t0001", "t0002"}, "get get"}, {[]string{"t0003", "t0004", "t0005"}, "list list list"}} {
		for _, id := range void.ids {
			f.set(id, "b")
			s.Forget(id)
		}
		if all, err := s.list(t.Context()); err != nil || all != f.holds() {
			t.Errorf("%v %v", all, err)
		}
		var got []string
		for _, request := range f.requests() {
			verb, _, _ := strings.Cut(request, " ")
			got = append(got, verb)
		}
		if strings.Join(got, " ") != void.want {
			t.Errorf("%v were read by %v, want %s", void.ids, got, void.want)
		}
	}
}

// What is void and on no page is asked for as well: it may have come to be there.
func TestList_asksForWhatIsStaleAndNotListed(t *testing.T) {
	f := newServer(30)
	f.page = 10
	s := f.shelf()
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.set("x", "b")
	s.Forget("x")
	if all, err := s.list(t.Context()); err != nil || all != f.holds() {
		t.Errorf("%v %v", all, err)
	}
}

// A list under way while an object is voided does not answer for that object afterwards.
func TestList_underWayDoesNotAnswerForWhatIsVoidedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(3)
		old := f.clone()
		f.fault = on("list", 0, 1, fault{stale: old})
		f.latency = time.Second
		s := f.shelf()
		go func() { _, _ = s.list(t.Context()) }()
		time.Sleep(time.Second / 2)
		f.set("t0001", "b")
		f.set("t0002", "")
		s.Touched("t0001")
		s.Touched("t0002")
		if all, err := s.list(t.Context()); err != nil || all != f.holds() {
			t.Errorf("%v %v", all, err)
		}
	})
}
