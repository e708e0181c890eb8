package coalesce

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// thing is a noun that has no meaning: an id, a name that identifies it too, and a value.
type thing struct{ ID, Name, Value string }

func thingID(i int) string { return fmt.Sprintf("t%04d", i) }

// fault is what goes wrong with one request.
type fault struct {
	status int
	// ambiguous and done say of a write whether its fate is open, and what it is.
	ambiguous, done bool
	stale           *server // the answer is this copy's
}

// server holds things and answers for them: "list", "list CURSOR", "get ID", "search
// NAME", "post ID", "put ID" and "delete ID".
type server struct {
	mu     sync.Mutex
	things map[string]string // id → value
	page   int               // elements
	sparse bool              // list elements hold ids only
	// offsets makes cursors count elements instead of naming one.
	offsets bool
	log     []string
	next    int
	latency time.Duration // slept before a request is carried out
	// fault, when set, decides what goes wrong with the n-th request (from 1), and hook is
	// called before it is carried out; both without mu.
	fault func(n int, request string) *fault
	hook  func(request string)
}

// newServer holds so many things, t0001 and on, of value "a".
func newServer(things int) *server {
	f := &server{things: map[string]string{}, page: 100}
	for i := range things {
		f.things[thingID(i+1)] = "a"
	}
	return f
}

// value is what the server holds, "" for no such thing.
func (f *server) value(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.things[id]
}

// set is somebody else's change: "" takes the thing away.
func (f *server) set(id, value string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.things[id] = value
	if value == "" {
		delete(f.things, id)
	}
}

// clone is a frozen copy for stale answers.
func (f *server) clone() *server {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &server{things: maps.Clone(f.things), page: f.page, sparse: f.sparse, offsets: f.offsets}
}

// requests returns the log since the last call.
func (f *server) requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	log := f.log
	f.log = nil
	return log
}

// answer takes a request, and has it carried out by the server whose answer it is to be.
func (f *server) answer(ctx context.Context, request string, carryOut func(*server) error) error {
	f.mu.Lock()
	f.log = append(f.log, request)
	f.next++
	n, latency := f.next, f.latency
	f.mu.Unlock()
	if f.hook != nil {
		f.hook(request)
	}
	select {
	case <-time.After(latency):
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return rest.AsError(err)
	}
	var flt fault
	if f.fault != nil {
		if wanted := f.fault(n, request); wanted != nil {
			flt = *wanted
		}
	}
	from := f
	if flt.stale != nil {
		from = flt.stale
	}
	var err error
	if flt.status == 0 || flt.done {
		from.mu.Lock()
		err = carryOut(from)
		from.mu.Unlock()
	}
	if flt.status != 0 {
		return &rest.Error{Status: flt.status, Message: "it went wrong", Ambiguous: flt.ambiguous}
	}
	return err
}

func notFound() error { return &rest.Error{Status: http.StatusNotFound, Message: "no such thing"} }

func (f *server) list(ctx context.Context, cursor string) (p rest.Page[thing], err error) {
	err = f.answer(ctx, strings.TrimSpace("list "+cursor), func(f *server) error {
		ids := slices.Sorted(maps.Keys(f.things))
		start := 0
		for cursor != "" && !f.offsets && start < len(ids) && ids[start] <= cursor {
			start++
		}
		if f.offsets && cursor != "" {
			start, _ = strconv.Atoi(cursor)
			start = min(start, len(ids))
		}
		end := min(start+f.page, len(ids))
		for _, id := range ids[start:end] {
			t := thing{id, strings.ToUpper(id), f.things[id]}
			if f.sparse {
				t = thing{ID: id}
			}
			p.Elements = append(p.Elements, rest.Element[thing]{Value: t, Complete: !f.sparse})
		}
		if end < len(ids) {
			p.Next = ids[end-1]
			if f.offsets {
				p.Next = strconv.Itoa(end)
			}
		}
		return nil
	})
	return p, err
}

func (f *server) get(ctx context.Context, id string) (t thing, err error) {
	err = f.answer(ctx, "get "+id, func(f *server) error {
		value, there := f.things[id]
		if !there {
			return notFound()
		}
		t = thing{id, strings.ToUpper(id), value}
		return nil
	})
	return t, err
}

func (f *server) search(ctx context.Context, k Key) (e *rest.Element[thing], err error) {
	err = f.answer(ctx, "search "+k.Spelling, func(f *server) error {
		id := strings.ToLower(k.Spelling)
		if value, there := f.things[id]; there {
			e = &rest.Element[thing]{Value: thing{id, strings.ToUpper(id), value}, Complete: true}
		}
		return nil
	})
	return e, err
}

// send carries out a write: "" takes a thing away.
func (f *server) send(ctx context.Context, method, id, value string) error {
	return f.answer(ctx, method+" "+id, func(f *server) error {
		_, there := f.things[id]
		switch {
		case there == (method == "post"):
			return map[bool]error{true: &rest.Error{Status: http.StatusConflict, Message: "there is one"}, false: notFound()}[there]
		case value == "":
			delete(f.things, id)
		default:
			f.things[id] = value
		}
		return nil
	})
}

// shelf is a collection of things with the writes that a noun has, and its own client.
type shelf struct {
	*Collection[thing]
	f *server

	uncached    bool
	mu          sync.Mutex
	unconfirmed []string
	inVain      bool // Wait is known to be in vain
}

// shelf returns a client of f's things.
func (f *server) shelf(change ...func(*Source[thing])) *shelf {
	s := &shelf{f: f}
	source := Source[thing]{
		What: "thing", Path: "/things", Page: f.list, One: f.get, Search: f.search,
		ID:    func(t thing) string { return t.ID },
		Alias: func(t thing) string { return strings.ToLower(t.Name) },
		Shows: func(read, written thing) bool { return read.Value == written.Value },
	}
	for _, c := range change {
		c(&source)
	}
	s.Collection = New(s, source)
	return s
}

// listOnly takes away the reads of single things.
func listOnly(s *Source[thing]) { s.One, s.Search = nil, nil }

// Wait implements Client.
func (s *shelf) Wait(ctx context.Context, done <-chan struct{}) error {
	if s.inVain {
		return &rest.Error{Status: http.StatusTooManyRequests, Message: "the pause is too long"}
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return rest.AsError(ctx.Err())
	}
}

// Afterwards implements Client.
func (s *shelf) Afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	after, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(10*time.Second, cancel) })
	return after, func() { stop(); cancel() }
}

// Retry implements Client.
func (s *shelf) Retry(ctx context.Context, n int) bool {
	return n <= 5 && rest.Pause(ctx, time.Second) == nil
}

// Uncached implements Client.
func (s *shelf) Uncached() bool { return s.uncached }

// Unconfirmed implements Client.
func (s *shelf) Unconfirmed(_ context.Context, write string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unconfirmed = append(s.unconfirmed, fmt.Sprint(write, " ", err))
}

func (s *shelf) get(ctx context.Context, id string) (string, error) {
	t, err := s.Get(ctx, Key{ID: id})
	return t.Value, err
}

func (s *shelf) named(ctx context.Context, name string) (string, error) {
	t, err := s.Get(ctx, Key{Alias: strings.ToLower(name), Spelling: name})
	return t.ID, err
}

// list returns the things as "id:value", one after the other.
func (s *shelf) list(ctx context.Context) (string, error) {
	all, err := s.List(ctx)
	return render(all), err
}

func render(all []thing) string {
	var out []string
	for _, t := range all {
		out = append(out, t.ID+":"+t.Value)
	}
	return strings.Join(out, " ")
}

// holds is what a list is to be, of f.
func (f *server) holds() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []thing
	for _, id := range slices.Sorted(maps.Keys(f.things)) {
		all = append(all, thing{ID: id, Value: f.things[id]})
	}
	return render(all)
}

func (s *shelf) add(ctx context.Context, id, value string) (string, error) {
	return InTurn(ctx, s.Collection, id, func(after context.Context) (string, error) {
		switch _, err := s.Find(ctx, Key{ID: id}); {
		case err == nil:
			return "", &rest.Error{Status: http.StatusConflict, Message: "there is one"}
		case !rest.HasStatus(err, http.StatusNotFound):
			return "", err
		}
		want := thing{id, strings.ToUpper(id), value}
		made, err := AtMostOnce(ctx, s, func() (*thing, error) { return &want, s.f.send(ctx, "post", id, value) },
			func() (*thing, error) {
				t, err := s.Reread(after, id)
				if rest.HasStatus(err, http.StatusNotFound) {
					return nil, nil
				}
				return &t, err
			})
		if err != nil {
			s.ForgetAfter(id, err)
			return "", err
		}
		t, err := s.Confirm(ctx, after, s.Wrote(id, *made), false)
		return t.Value, err
	})
}

func (s *shelf) set(ctx context.Context, id, value string) (string, error) {
	return InTurn(ctx, s.Collection, id, func(after context.Context) (string, error) {
		_, known := s.Peek(id)
		if err := s.f.send(ctx, "put", id, value); err != nil {
			if _, err := s.SettleChange(after, id, err, func(t thing) bool { return t.Value == value }); err != nil {
				return "", err
			}
		}
		t, err := s.Confirm(ctx, after, s.Wrote(id, thing{id, strings.ToUpper(id), value}), !known)
		return t.Value, err
	})
}

func (s *shelf) remove(ctx context.Context, id string) error {
	return s.RemoveOnce(ctx, id, Removal{
		Send: func() error { return s.f.send(ctx, "delete", id, "") },
		Look: func(after context.Context) error {
			_, err := s.Get(after, Key{ID: id})
			if rest.HasStatus(err, http.StatusNotFound) { // this noun sees everything
				return rest.AsGone(err, "seen")
			}
			return err
		},
	})
}

// wantRequests compares the log since the last look with what is expected.
func wantRequests(t *testing.T, f *server, want ...string) {
	t.Helper()
	if got := f.requests(); strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("requests: %s\nwant:     %s", strings.Join(got, "; "), strings.Join(want, "; "))
	}
}

// on is a fault for the requests that begin so: skip lets the first few pass, times bounds
// how many fail (0: all).
func on(request string, skip, times int, flt fault) func(int, string) *fault {
	var mu sync.Mutex
	seen := 0
	return func(_ int, got string) *fault {
		if !strings.HasPrefix(got, request) {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if seen++; seen <= skip || (times > 0 && seen > skip+times) {
			return nil
		}
		return &flt
	}
}
