package coalesce

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

func isAbsent(err error) bool { return rest.HasStatus(err, http.StatusNotFound) }

func TestList_readsEachPageOnce(t *testing.T) {
	for _, things := range []int{0, 1, 9, 10, 11, 35, 100} {
		t.Run(fmt.Sprint(things), func(t *testing.T) {
			f := newServer(things)
			f.page = 10
			s := f.shelf()
			for range 3 {
				if got, err := s.list(t.Context()); err != nil || got != f.holds() {
					t.Fatalf("%s, %v", got, err)
				}
			}
			if got, want := len(f.requests()), max(1, (things+9)/10); got != want {
				t.Errorf("%d requests, want %d", got, want)
			}
		})
	}
}

// The bound of Collection.Get: n distinct keys, one after the other, in every order, cost
// at most twice the cheaper of n single reads and P pages, and one read more for each that
// a complete list lacks: what would be dropped is asked for by its id.
func TestGet_loneReadsNeverCostMoreThanTwiceTheCheaperWay(t *testing.T) {
	const things, size = 60, 10
	pages := things / size
	for seed := range uint64(30) {
		order := rand.New(rand.NewPCG(seed, 1)).Perm(things + 5) // the last five are absent
		f := newServer(things)
		f.page = size
		s := f.shelf()
		total, absent := 0, 0
		for n, i := range order {
			value, err := s.get(t.Context(), thingID(i+1))
			switch {
			case i < things && (err != nil || value != "a"):
				t.Fatalf("seed %d: %q, %v", seed, value, err)
			case i >= things && !isAbsent(err):
				t.Fatalf("seed %d: an absent one: %v", seed, err)
			}
			if i >= things {
				absent++
			}
			total += len(f.requests())
			if bound := 2*min(n+1, pages) + absent; total > bound {
				t.Fatalf("seed %d: %d keys cost %d requests, more than %d", seed, n+1, total, bound)
			}
		}
	}
}

func TestGet_manyAtOnceCostThePages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(500)
		f.latency = 10 * time.Millisecond
		s := f.shelf()
		var readers sync.WaitGroup
		for i := range 500 {
			readers.Go(func() {
				if value, err := s.get(t.Context(), thingID(i+1)); err != nil || value != "a" {
					t.Errorf("%v %v", value, err)
				}
			})
		}
		readers.Wait()
		if got := len(f.requests()); got > 6 {
			t.Errorf("%d requests for 5 pages, want at most 6", got)
		}
	})
}

func TestGet_loneReadOfALongListTakesTwoRequests(t *testing.T) {
	f := newServer(1000)
	if _, err := f.shelf().get(t.Context(), thingID(950)); err != nil {
		t.Fatal(err)
	}
	wantRequests(t, f, "list", "get t0950")
}

func TestGet_bySecondaryKeyUsesTheListOrTheSearch(t *testing.T) {
	f := newServer(30)
	f.page = 10
	s := f.shelf()
	if id, err := s.named(t.Context(), "T0005"); err != nil || id != "t0005" {
		t.Fatal(id, err)
	}
	wantRequests(t, f, "list")
	for range 2 { // the second time it is known
		if _, err := s.named(t.Context(), "NOBODY"); !isAbsent(err) {
			t.Fatal(err)
		}
	}
	// Two keys asked for and one page read: the next page, then the search.
	wantRequests(t, f, "list t0010", "search NOBODY")
	if id, err := s.named(t.Context(), "T0025"); err != nil || id != "t0025" {
		t.Fatal(id, err)
	}
	if value, err := s.get(t.Context(), "t0025"); err != nil || value != "a" {
		t.Fatal(value, err)
	}
	wantRequests(t, f, "list t0020")
}

// What a secondary key named is learned as the object, and what is read by id by its key.
func TestGet_keysOfOneObjectShareWhatIsRead(t *testing.T) {
	f := newServer(300)
	s := f.shelf()
	_, err1 := s.named(t.Context(), "T0250")
	_, err2 := s.get(t.Context(), "t0250")
	wantRequests(t, f, "list", "search T0250")
	s = f.shelf()
	_, err3 := s.get(t.Context(), "t0250")
	_, err4 := s.named(t.Context(), "T0250")
	wantRequests(t, f, "list", "get t0250")
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Error(err)
	}
}

func TestGet_sparseListNeedsOneReadForEachAskedFor(t *testing.T) {
	f := newServer(30)
	f.sparse, f.page = true, 10
	s := f.shelf()
	for range 2 {
		if value, err := s.get(t.Context(), "t0025"); err != nil || value != "a" { // not on the first page
			t.Fatal(value, err)
		}
	}
	wantRequests(t, f, "list", "get t0025")
	for _, id := range []string{"t0026", "t0027"} { // further pages would tell no more
		if _, err := s.get(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	wantRequests(t, f, "get t0026", "get t0027")
	if all, err := s.list(t.Context()); err != nil || all != f.holds() {
		t.Fatal(all, err)
	}
	if got := len(f.requests()); got != 2+27 {
		t.Errorf("%d requests, want two pages and 27 things", got)
	}
}

func TestGet_sparseListFindsBySecondaryKey(t *testing.T) {
	f := newServer(5)
	f.sparse = true
	s := f.shelf()
	if id, err := s.named(t.Context(), "T0003"); err != nil || id != "t0003" {
		t.Fatal(id, err)
	}
	wantRequests(t, f, "list", "search T0003")
	if _, err := s.named(t.Context(), "NOBODY"); !isAbsent(err) {
		t.Error(err)
	}
	wantRequests(t, f, "search NOBODY")
}

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

func TestGet_listRefusedFallsBackToSingleReads(t *testing.T) {
	for status, again := range map[int]bool{http.StatusForbidden: false, http.StatusNotFound: false, http.StatusBadRequest: true} {
		f := newServer(3)
		f.fault = on("list", 0, 0, fault{status: status})
		s := f.shelf()
		for i := range 3 {
			if _, err := s.get(t.Context(), thingID(i+1)); (err != nil) != again {
				t.Errorf("%d: %v", status, err)
			}
		}
		if !again {
			wantRequests(t, f, "list", "get t0001", "get t0002", "get t0003")
		}
		if _, err := s.list(t.Context()); !rest.HasStatus(err, status) {
			t.Errorf("list: %v, want %d", err, status)
		}
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

func TestShared_callerLeavesAndOthersGetTheirAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(5)
		f.latency = time.Second
		s := f.shelf()
		ctx, leave := context.WithCancel(t.Context())
		first := make(chan error)
		go func() { _, err := s.list(ctx); first <- err }()
		synctest.Wait()
		second := make(chan error)
		go func() { _, err := s.list(t.Context()); second <- err }()
		synctest.Wait()
		leave()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who left: %v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("who stayed: %v", err)
		}
		wantRequests(t, f, "list")
	})
}

func TestShared_endsWhenEverybodyHasLeft(t *testing.T) {
	for what, read := range map[string]func(ctx context.Context, s *shelf) error{
		"list": func(ctx context.Context, s *shelf) error { _, err := s.list(ctx); return err },
		"get":  func(ctx context.Context, s *shelf) error { _, err := s.get(ctx, "t0001"); return err },
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newServer(5)
			f.latency = time.Hour
			if what == "get" {
				f.fault = on("list", 0, 0, fault{status: http.StatusForbidden})
			}
			s := f.shelf()
			ctx, leave := context.WithCancel(t.Context())
			done := make(chan error, 2)
			for range 2 {
				go func() { done <- read(ctx, s) }()
			}
			synctest.Wait()
			if what == "get" {
				time.Sleep(90 * time.Minute) // past the list that was refused
			}
			leave()
			started := time.Now()
			<-done
			<-done
			f.mu.Lock()
			f.latency = 0
			f.mu.Unlock()
			if err := read(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(started); took > time.Millisecond {
				t.Errorf("%s: a later caller waited %s for an abandoned read", what, took)
			}
		})
	}
}

// A request that is shared is nobody's: it sees no caller's deadline, and yet it ends.
func TestShared_outlivesItsCallersDeadlineButNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(1)
		var deadline bool
		s := f.shelf(func(s *Source[thing]) {
			s.Page = func(ctx context.Context, _ string) (rest.Page[thing], error) {
				_, deadline = ctx.Deadline()
				<-ctx.Done()
				return rest.Page[thing]{}, rest.AsError(ctx.Err())
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		started := time.Now()
		if _, err := s.list(ctx); err == nil || deadline || time.Since(started) > 11*time.Minute {
			t.Errorf("%v after %s; it saw a deadline: %v", err, time.Since(started), deadline)
		}
	})
}

func TestShared_waitingInVainFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(1)
		f.latency = time.Hour
		s := f.shelf()
		s.inVain = true
		started := time.Now()
		if _, err := s.list(t.Context()); !rest.HasStatus(err, http.StatusTooManyRequests) || time.Since(started) > 0 {
			t.Errorf("%v after %s", err, time.Since(started))
		}
	})
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

func TestUncached_readsEachByItself(t *testing.T) {
	f := newServer(20)
	s := f.shelf()
	s.uncached = true
	for range 2 {
		if _, err := s.get(t.Context(), "t0001"); err != nil {
			t.Fatal(err)
		}
		if id, err := s.named(t.Context(), "T0002"); err != nil || id != "t0002" {
			t.Fatal(id, err)
		}
		if _, err := s.named(t.Context(), "NOBODY"); !rest.IsGone(err) {
			t.Fatal(err)
		}
		if _, err := s.list(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	wantRequests(t, f, "get t0001", "search T0002", "search NOBODY", "list", "get t0001", "search T0002", "search NOBODY", "list")
	s = f.shelf(listOnly)
	s.uncached = true
	_, err1 := s.get(t.Context(), "t0001")
	_, err2 := s.get(t.Context(), "nobody")
	if err1 != nil || !rest.IsGone(err2) {
		t.Error(err1, err2)
	}
	wantRequests(t, f, "list", "list")
}

func TestGet_whereThereIsAListOnly(t *testing.T) {
	f := newServer(30)
	f.page = 10
	s := f.shelf(listOnly)
	if value, err := s.get(t.Context(), "t0015"); err != nil || value != "a" {
		t.Fatal(value, err)
	}
	wantRequests(t, f, "list", "list t0010")
	if _, err := s.get(t.Context(), "nobody"); !rest.IsGone(err) {
		t.Error(err)
	}
	wantRequests(t, f, "list t0020")
	f.set("t0015", "b")
	s.Forget("t0015") // only the list can tell
	if value, err := s.get(t.Context(), "t0015"); err != nil || value != "b" {
		t.Error(value, err)
	}
	wantRequests(t, f, "list", "list t0010")
}

func TestGet_absenceIsConfirmedWhenAPageMayHaveSkippedIt(t *testing.T) {
	f := newServer(30)
	f.page, f.offsets = 10, true
	s := f.shelf()
	ctx := t.Context()
	if _, err := s.get(ctx, "t0001"); err != nil { // page one is read
		t.Fatal(err)
	}
	for _, id := range []string{"t0002", "t0003"} {
		if err := s.remove(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	for i := 4; i <= 30; i++ { // the next page starts two further on
		if _, err := s.get(ctx, thingID(i)); err != nil {
			t.Errorf("%s: %v", thingID(i), err)
		}
	}
	if all, err := s.list(ctx); err != nil || all != f.holds() {
		t.Errorf("%v, %v", all, err)
	}
}

// The same for what need not be there, whose absence such a list does not tell either.
func TestFind_believesNoListThatMayHaveSkippedIt(t *testing.T) {
	f := newServer(20)
	f.page, f.offsets = 10, true
	s := f.shelf()
	if _, err := s.get(t.Context(), "t0001"); err != nil {
		t.Fatal(err)
	}
	if err := s.remove(t.Context(), "t0002"); err != nil {
		t.Fatal(err)
	}
	for i := 3; i <= 20; i++ {
		if _, err := s.Find(t.Context(), Key{ID: thingID(i)}); err != nil {
			t.Errorf("%s: %v", thingID(i), err)
		}
	}
}

// The same by secondary key: the search has to say that nobody has it.
func TestGet_absenceBySecondaryKeyIsNotToldByAListThatMayHaveSkippedIt(t *testing.T) {
	f := newServer(20)
	f.page, f.offsets = 10, true
	s := f.shelf()
	if _, err := s.get(t.Context(), "t0001"); err != nil {
		t.Fatal(err)
	}
	if err := s.remove(t.Context(), "t0002"); err != nil {
		t.Fatal(err)
	}
	for i := 3; i <= 20; i++ {
		if id, err := s.named(t.Context(), strings.ToUpper(thingID(i))); err != nil || id != thingID(i) {
			t.Errorf("%s: %q, %v", thingID(i), id, err)
		}
	}
}

// One stale list is not believed about what can be read by its id.
func TestGet_whatAListLacksIsAskedForByItsID(t *testing.T) {
	f := newServer(3)
	old := f.clone()
	old.set("t0001", "")
	f.fault = on("list", 0, 0, fault{stale: old})
	s := f.shelf()
	for range 2 {
		if value, err := s.get(t.Context(), "t0001"); err != nil || value != "a" {
			t.Errorf("it is there: %q, %v", value, err)
		}
	}
	wantRequests(t, f, "list", "get t0001")
	f.set("t0001", "")
	s = f.shelf()
	for range 2 {
		if _, err := s.get(t.Context(), "t0001"); !rest.IsGone(err) {
			t.Errorf("it is gone: %v", err)
		}
	}
	wantRequests(t, f, "list", "get t0001")
	for range 2 { // and what need not be there costs the list only
		if _, err := s.Find(t.Context(), Key{ID: "nobody"}); !rest.IsGone(err) {
			t.Error(err)
		}
	}
	wantRequests(t, f)
}

// A single read that says 404 proves nothing by itself, but is not asked again.
func TestGet_notFoundByIDAloneIsNoProof(t *testing.T) {
	f := newServer(300)
	s := f.shelf()
	for range 2 {
		if _, err := s.get(t.Context(), "x"); !isAbsent(err) || rest.IsGone(err) {
			t.Error(err)
		}
	}
	wantRequests(t, f, "list", "get x")
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

// What pages read already cannot tell any more is read by itself, not by further pages.
func TestGet_whatIsStaleIsReadByItself(t *testing.T) {
	f := newServer(30)
	f.page = 10
	s := f.shelf()
	for _, id := range []string{"t0001", "t0002"} {
		if _, err := s.get(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	f.set("t0001", "b")
	s.Forget("t0001")
	if value, err := s.get(t.Context(), "t0001"); err != nil || value != "b" {
		t.Fatal(value, err)
	}
	wantRequests(t, f, "list", "get t0001")
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
