package coalesce

import (
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

func TestGet_ofOneByManyIsOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(300)
		f.latency = time.Second
		s := f.shelf()
		if err := s.Listable(t.Context()); err != nil {
			t.Fatal(err)
		}
		var readers sync.WaitGroup
		for range 10 {
			readers.Go(func() {
				if value, err := s.get(t.Context(), "t0250"); err != nil || value != "a" {
					t.Error(value, err)
				}
			})
		}
		readers.Wait()
		wantRequests(t, f, "list", "get t0250")
	})
}

// A page that was sent before a read by key, and arrives after it, does not overwrite it.
func TestGet_anOlderPageTellsNothingNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(20)
		f.page = 10
		slow := make(chan struct{})
		second := on("list t0010", 0, 1, fault{stale: f.clone()})
		f.fault = func(n int, request string) *fault {
			flt := second(n, request)
			if flt != nil {
				<-slow
			}
			return flt
		}
		s := f.shelf()
		listed := make(chan error)
		go func() { _, err := s.list(t.Context()); listed <- err }()
		synctest.Wait() // the second page is under way, and will answer as of now
		f.set("t0016", "b")
		f.set("t0015", "")
		s.Forget("t0016")
		for range 2 {
			if id, err := s.named(t.Context(), "T0015"); !isAbsent(err) {
				t.Error(id, err)
			}
			if value, err := s.get(t.Context(), "t0016"); err != nil || value != "b" {
				t.Error(value, err)
			}
			select {
			case <-slow: // the second time
			default:
				wantRequests(t, f, "list", "list t0010", "search T0015", "get t0016")
				close(slow)
				if err := <-listed; err != nil {
					t.Error(err)
				}
			}
		}
		wantRequests(t, f)
	})
}
