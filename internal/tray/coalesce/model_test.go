package coalesce

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// inBubble hides testing.T.Deadline, which rapid asks for and a synctest bubble forbids.
type inBubble struct{ testing.TB }

// act is one thing done through a shelf, drawn beforehand so that several can run at once.
type act struct{ kind, id, value string }

func drawAct(t *rapid.T, kinds []string, things int) act {
	return act{
		kind:  rapid.SampledFrom(kinds).Draw(t, "kind"),
		id:    thingID(rapid.IntRange(1, things).Draw(t, "thing")),
		value: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "value"),
	}
}

// run carries an act out and says what it read, "" being absence, or how it failed.
func (a act) run(ctx context.Context, s *shelf) (read string, err error) {
	switch a.kind {
	case "get":
		read, err = s.get(ctx, a.id)
	case "named":
		var id string
		if id, err = s.named(ctx, strings.ToUpper(a.id)); err == nil {
			read, err = s.get(ctx, id)
		}
	case "add":
		return s.add(ctx, a.id, a.value)
	case "set":
		return s.set(ctx, a.id, a.value)
	case "remove":
		return "", s.remove(ctx, a.id)
	case "list", "pages":
		return a.runList(ctx, s)
	}
	if isAbsent(err) {
		read, err = "", nil
	}
	return read, err
}

func (a act) runList(ctx context.Context, s *shelf) (string, error) {
	all, err := s.List(ctx)
	if a.kind == "pages" {
		all, err = nil, nil
		for things, pageErr := range s.Each(ctx) {
			all, err = append(all, things...), pageErr
		}
	}
	for _, t := range all {
		if t.ID == a.id {
			return t.Value, err
		}
	}
	return "", err
}

func (a act) reads() bool {
	return a.kind == "get" || a.kind == "named" || a.kind == "list" || a.kind == "pages"
}

var (
	reads  = []string{"get", "named", "list", "pages"}
	writes = []string{"add", "set", "remove"}
)

// drawServer holds some of so many things, in pages and elements of any kind.
func drawServer(t *rapid.T, things int) *server {
	f := newServer(0)
	f.page = rapid.IntRange(1, things+2).Draw(t, "page")
	f.sparse = rapid.Bool().Draw(t, "sparse")
	f.offsets = rapid.Bool().Draw(t, "offsets")
	f.latency = 10 * time.Millisecond
	for i := range things {
		if rapid.Bool().Draw(t, "there") {
			f.things[thingID(i+1)] = "a"
		}
	}
	return f
}

// drawFaults makes some requests go wrong: reads with an error, writes with an open fate.
func drawFaults(t *rapid.T) func(int, string) *fault {
	kinds := []string{"", "", "", "", "fails", "lost", "lost, done"}
	script := rapid.SliceOfN(rapid.SampledFrom(kinds), 1, 40).Draw(t, "faults")
	return func(n int, request string) *fault {
		read := strings.HasPrefix(request, "list") || strings.HasPrefix(request, "get") || strings.HasPrefix(request, "search")
		switch kind := script[n%len(script)]; {
		case kind == "":
			return nil
		case read || kind == "fails":
			return &fault{status: http.StatusBadRequest}
		default:
			return &fault{status: http.StatusBadGateway, ambiguous: true, done: kind != "lost"}
		}
	}
}

// Whatever is read, written, lost or repeated, in whatever order and however much at once: a
// read answers what the server holds, a write that reports success was done, one that
// reports failure was not, unless it says that it cannot tell.
func TestModel_neverContradictsTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(inBubble{t}, func(t *rapid.T) {
			const things = 6
			f := drawServer(t, things)
			if rapid.Bool().Draw(t, "with faults") {
				f.fault = drawFaults(t)
			}
			s := f.shelf()
			for range rapid.IntRange(1, 12).Draw(t, "rounds") {
				acts := make([]act, rapid.IntRange(1, 8).Draw(t, "at once"))
				for i := range acts {
					acts[i] = drawAct(t, append(reads, writes...), things)
				}
				round(t, f, s, acts)
			}
			f.fault = nil
			for i := range things {
				for _, kind := range reads {
					agree(t, f, s, act{kind: kind, id: thingID(i + 1)})
				}
			}
		})
	})
}

// agree compares a read with what the server holds.
func agree(t *rapid.T, f *server, s *shelf, a act) {
	if read, err := a.run(context.Background(), s); err != nil || read != f.value(a.id) {
		t.Errorf("%+v read %q, %v; the server holds %q", a, read, err, f.value(a.id))
	}
}

// round runs acts at once and checks each answer against what it may have seen.
func round(t *rapid.T, f *server, s *shelf, acts []act) {
	may := map[string]bool{} // id and value
	for _, a := range acts {
		may[a.id+f.value(a.id)] = true
		if a.kind == "remove" {
			may[a.id] = true
		} else if !a.reads() {
			may[a.id+a.value] = true
		}
	}
	var (
		all      sync.WaitGroup
		mu       sync.Mutex
		problems []string
	)
	for _, a := range acts {
		all.Go(func() {
			before := f.value(a.id)
			read, err := a.run(context.Background(), s)
			after := f.value(a.id)
			if wrong := a.judge(before, after, read, err, may, len(acts) == 1); wrong != "" {
				mu.Lock()
				problems = append(problems, fmt.Sprintf("%+v: %s (before %q, after %q, read %q, %v)", a, wrong, before, after, read, err))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for _, p := range problems {
		t.Error(p)
	}
}

// judge says what is wrong with an act's outcome, "" if nothing. Alone, it must match the
// server exactly; among others, it must be something that was true meanwhile.
func (a act) judge(before, after, read string, err error, may map[string]bool, alone bool) string {
	var e *rest.Error
	switch {
	case err != nil && !errors.As(err, &e):
		return "the error is not an Error"
	case a.reads() && err != nil:
		return "" // an error is not a wrong answer
	case a.reads() && alone && read != after:
		return "the answer is wrong"
	case a.reads() && !may[a.id+read]:
		return "the answer was never true"
	case a.reads() || !alone:
		return ""
	case err != nil && !e.Ambiguous && before != after:
		return "it failed, but was done"
	case err == nil && a.kind == "remove" && after != "":
		return "it succeeded, but is still there"
	case err == nil && a.kind != "remove" && (after != a.value || read != a.value):
		return "it succeeded, but was not done"
	}
	return ""
}

// A server whose reads lag behind for a while, without going back from new to old: what
// this client wrote is never unlearned.
func TestModel_staleAnswersNeverHideAWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(inBubble{t}, func(t *rapid.T) {
			const things = 5
			f := drawServer(t, things)
			f.offsets = false // of what a page skipped nothing is known
			s := f.shelf()
			for range rapid.IntRange(1, 15).Draw(t, "rounds") {
				if rapid.Bool().Draw(t, "freeze") {
					stale := on("", 0, rapid.IntRange(1, 3).Draw(t, "times"), fault{stale: f.clone()})
					f.fault = func(n int, request string) *fault {
						if verb, _, _ := strings.Cut(request, " "); verb != "list" && verb != "get" && verb != "search" {
							return nil
						}
						return stale(n, request)
					}
				}
				a := drawAct(t, append([]string{"get", "list"}, writes...), things)
				read, err := a.run(context.Background(), s)
				if a.reads() && (err != nil || read != f.value(a.id)) {
					t.Errorf("%+v read %q, %v; the server holds %q", a, read, err, f.value(a.id))
				}
				if err == nil && (a.kind == "add" || a.kind == "set") && f.value(a.id) != a.value {
					t.Errorf("%+v succeeded, but the server holds %q", a, f.value(a.id))
				}
			}
		})
	})
}

// A list that lags in any way, forward and back, as one behind several servers does: no
// write of this client is ever hidden by it, as what it contradicts is read by itself.
func TestModel_laggingListsNeverHideAWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(inBubble{t}, func(t *rapid.T) {
			const things = 5
			f := drawServer(t, things)
			f.offsets = false // of a page that was skipped nothing is known
			s := f.shelf()
			servers := []*server{nil}
			script := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 30).Draw(t, "which server")
			f.fault = func(n int, request string) *fault {
				if old := servers[min(script[n%len(script)], len(servers)-1)]; old != nil && strings.HasPrefix(request, "list") {
					return &fault{stale: old}
				}
				return nil
			}
			for range rapid.IntRange(1, 15).Draw(t, "rounds") {
				a := drawAct(t, append([]string{"get", "list", "pages"}, writes...), things)
				if rapid.Bool().Draw(t, "read anew") {
					s.Invalidate()
				}
				servers = append(servers, f.clone())
				read, err := a.run(context.Background(), s)
				if a.reads() && (err != nil || read != f.value(a.id)) {
					t.Errorf("%+v read %q, %v; the server holds %q", a, read, err, f.value(a.id))
				}
			}
		})
	})
}

// An outsider changes things as well: a list begun after that shows it, also where this
// client has written before, once a read has shown that; and so does every read from it.
func TestModel_listsShowWhatOthersChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(inBubble{t}, func(t *rapid.T) {
			const things = 5
			f := drawServer(t, things)
			f.sparse = false // such lists show no value, so that no write of ours has shown
			shape := []func(*Source[thing]){}
			if rapid.Bool().Draw(t, "list only") {
				shape = append(shape, listOnly)
			}
			s := f.shelf(shape...)
			all := func(kind string) {
				for i := range things {
					agree(t, f, s, act{kind: kind, id: thingID(i + 1)})
				}
			}
			for range rapid.IntRange(1, 10).Draw(t, "rounds") {
				for range rapid.IntRange(0, 3).Draw(t, "writes") {
					ours := drawAct(t, []string{"set", "remove"}, things)
					if len(shape) == 0 {
						_, _ = ours.run(context.Background(), s)
						continue
					}
					if f.set(ours.id, ours.value); ours.kind == "remove" {
						f.set(ours.id, "")
						s.Removed(ours.id)
					} else {
						s.Wrote(ours.id, thing{ID: ours.id, Name: strings.ToUpper(ours.id), Value: ours.value})
					}
				}
				s.Invalidate() // our writes show
				all(rapid.SampledFrom([]string{"list", "pages"}).Draw(t, "shown by"))
				theirs := drawAct(t, []string{"set", "remove"}, things)
				if f.set(theirs.id, theirs.value); theirs.kind == "remove" {
					f.set(theirs.id, "")
				}
				s.Invalidate()
				all(rapid.SampledFrom([]string{"list", "pages"}).Draw(t, "read by"))
				all("get") // as that list has it
				all("named")
			}
		})
	})
}

// The bound of Collection.Find, for any list, any page size, any keys, any concurrency.
func TestModel_readsStayWithinTheirBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(inBubble{t}, func(t *rapid.T) {
			things := rapid.IntRange(0, 60).Draw(t, "things")
			f := newServer(things)
			f.latency = 10 * time.Millisecond
			f.page = rapid.IntRange(1, 20).Draw(t, "page")
			pages := max(1, (things+f.page-1)/f.page)
			s := f.shelf()
			distinct := map[int]bool{}
			total := 0
			for range rapid.IntRange(1, 30).Draw(t, "rounds") {
				keys := rapid.SliceOfN(rapid.IntRange(1, things+5), 1, 12).Draw(t, "keys")
				var readers sync.WaitGroup
				for _, k := range keys {
					distinct[k] = true
					readers.Go(func() {
						_, err := s.Find(context.Background(), Key{ID: thingID(k)})
						if (err == nil) != (k <= things) {
							t.Errorf("%s: %v", thingID(k), err)
						}
					})
				}
				readers.Wait()
				total += len(f.requests())
				if bound := 2 * min(len(distinct), pages); total > bound {
					t.Fatalf("%d keys of %d pages cost %d requests, more than %d", len(distinct), pages, total, bound)
				}
			}
			if pages == 1 && total > 1 {
				t.Errorf("one page cost %d requests", total)
			}
		})
	})
}
