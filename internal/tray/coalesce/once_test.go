package coalesce

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// Whatever becomes of the answer, and whether the write was carried out or not: it is done
// once, or not at all and reported so.
func TestOnce_noLostAnswerMakesTwoOfAnything(t *testing.T) {
	verbs := map[string]struct {
		do   func(ctx context.Context, s *shelf) error
		done func(f *server) bool
	}{
		"post": {func(ctx context.Context, s *shelf) error { _, err := s.add(ctx, "x", "b"); return err },
			func(f *server) bool { return f.value("x") == "b" }},
		"put": {func(ctx context.Context, s *shelf) error { _, err := s.set(ctx, "t0001", "b"); return err },
			func(f *server) bool { return f.value("t0001") == "b" }},
		"delete": {func(ctx context.Context, s *shelf) error { return s.remove(ctx, "t0001") },
			func(f *server) bool { return f.value("t0001") == "" }},
	}
	faults := map[string]fault{
		"lost, done":     {status: 502, ambiguous: true, done: true},
		"lost, not done": {status: 502, ambiguous: true},
		"refused":        {status: http.StatusBadRequest},
		"conflict":       {status: http.StatusConflict},
	}
	for verb, v := range verbs {
		for what, flt := range faults {
			t.Run(verb+", "+what, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newServer(3)
					f.fault = on(verb, 0, 1, flt)
					s := f.shelf()
					err := v.do(t.Context(), s)
					if (err == nil) != v.done(f) || rest.IsAmbiguous(err) {
						t.Errorf("done %v, and the caller is told %v", v.done(f), err)
					}
					if verb == "post" && flt.ambiguous && err != nil {
						t.Errorf("it was not tried again: %v", err)
					}
					if all, err := s.list(t.Context()); err != nil || all != f.holds() {
						t.Errorf("then it reads %v, %v", all, err)
					}
				})
			})
		}
	}
}

// Where looking fails as well, it stays open, and nothing is remembered of the object.
func TestOnce_whatCannotBeLookedUpStaysAmbiguous(t *testing.T) {
	for verb, do := range map[string]func(ctx context.Context, s *shelf) error{
		"post":   func(ctx context.Context, s *shelf) error { _, err := s.add(ctx, "x", "b"); return err },
		"put":    func(ctx context.Context, s *shelf) error { _, err := s.set(ctx, "t0001", "b"); return err },
		"delete": func(ctx context.Context, s *shelf) error { return s.remove(ctx, "t0001") },
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newServer(3)
			s := f.shelf()
			if _, err := s.list(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.requests()
			f.fault = func(_ int, request string) *fault {
				if strings.HasPrefix(request, verb) {
					return &fault{status: 502, ambiguous: true, done: true}
				}
				return &fault{status: http.StatusServiceUnavailable}
			}
			err := do(t.Context(), s)
			if !rest.IsAmbiguous(err) || !strings.Contains(err.Error(), "looking it up failed") {
				t.Errorf("%s: %v", verb, err)
			}
			sent := 0
			for _, request := range f.requests() {
				if strings.HasPrefix(request, verb) {
					sent++
				}
			}
			if sent != 1 {
				t.Errorf("%s was sent %d times", verb, sent)
			}
			f.fault = nil
			if all, err := s.list(t.Context()); err != nil || all != f.holds() {
				t.Errorf("%s: then it reads %v, %v", verb, all, err)
			}
		})
	}
}

// A conflict with an earlier try of the same call is that call's success; one with
// somebody else's is not.
func TestAtMostOnce_conflictWithItselfIsSuccess(t *testing.T) {
	s := newServer(0).shelf()
	for _, test := range []struct {
		errs  []error
		there bool
		posts int
		ok    bool
	}{
		{[]error{&rest.Error{Status: 409}}, true, 1, false},
		{[]error{&rest.Error{Status: 502, Ambiguous: true}, &rest.Error{Status: 409}}, true, 2, true},
		{[]error{&rest.Error{Status: 502, Ambiguous: true}, &rest.Error{Status: 409}}, false, 2, false},
		{[]error{&rest.Error{Status: 502, Ambiguous: true}, nil}, false, 2, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			posts, looks := 0, 0
			_, err := AtMostOnce(t.Context(), s, func() (*thing, error) {
				posts++
				return &thing{}, test.errs[posts-1]
			}, func() (*thing, error) {
				if looks++; test.there && posts == len(test.errs) {
					return &thing{}, nil
				}
				return nil, nil
			})
			if (err == nil) != test.ok || posts != test.posts || rest.IsAmbiguous(err) {
				t.Errorf("%v: %v after %d posts", test.errs, err, posts)
			}
		})
	}
}

// Created once, an object is known without being read; after an open end all is void.
func TestCreateOnce_isLaidOverTheReads(t *testing.T) {
	f := newServer(1)
	s := f.shelf()
	if _, err := s.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.set("x", "b")
	made, err := s.CreateOnce(t.Context(), func() (*thing, error) { return &thing{ID: "x", Value: "b"}, nil }, nil)
	if err != nil || made.ID != "x" {
		t.Fatal(made, err)
	}
	if all, err := s.list(t.Context()); err != nil || all != "t0001:a x:b" {
		t.Error(all, err)
	}
	wantRequests(t, f, "list")
	for _, err := range []*rest.Error{{Status: 502, Ambiguous: true}, {Status: 409}} {
		f.set("t0001", "c")
		fails := func() (*thing, error) { return nil, err }
		if _, err := s.CreateOnce(t.Context(), fails, fails); err == nil {
			t.Error("no error")
		}
		if all, err := s.list(t.Context()); err != nil || all != f.holds() {
			t.Error(all, err)
		}
		wantRequests(t, f, "list")
	}
}

// A 404 to a removal is success only where it is known why.
func TestRemoveOnce_notFoundNeedsProof(t *testing.T) {
	hidden := func(context.Context) error { return notFound() }
	gone := func(context.Context) error { return rest.AsGone(notFound(), "seen") }
	answers := func(e *rest.Error) func() error { return func() error { return e } }
	for what, test := range map[string]struct {
		send func() error
		look func(context.Context) error
		ok   bool
	}{
		"which may be hidden":     {answers(&rest.Error{Status: 404}), hidden, false},
		"which is proven":         {answers(&rest.Error{Status: 404}), gone, true},
		"after an earlier try":    {answers(&rest.Error{Status: 404, Repeated: true}), hidden, true},
		"lost, and proven":        {answers(&rest.Error{Ambiguous: true}), gone, true},
		"lost, and it is there":   {answers(&rest.Error{Ambiguous: true}), func(context.Context) error { return nil }, false},
		"refused though gone":     {answers(&rest.Error{Status: 403}), gone, false},
		"lost, and may be hidden": {answers(&rest.Error{Ambiguous: true}), hidden, false},
	} {
		s := newServer(1).shelf(listOnly)
		var reached []bool
		err := s.RemoveOnce(t.Context(), "x", Removal{Send: test.send, Look: test.look, Reaches: func(done bool) { reached = append(reached, done) }})
		if (err == nil) != test.ok {
			t.Errorf("%s: %v", what, err)
		}
		if rest.IsAmbiguous(err) != strings.HasSuffix(what, "lost, and may be hidden") {
			t.Errorf("%s: ambiguous %v", what, rest.IsAmbiguous(err))
		}
		var want []bool
		if strings.HasPrefix(what, "lost") {
			want = append(want, false)
		}
		if test.ok {
			want = append(want, true)
		}
		if len(want) != len(reached) || len(want) > 0 && want[len(want)-1] != reached[len(reached)-1] {
			t.Errorf("%s: it reached others %v, want %v", what, reached, want)
		}
	}
}

// Nor does it need proof where we have removed it before.
func TestRemoveOnce_ofWhatWeRemovedIsSuccess(t *testing.T) {
	f := newServer(1)
	s := f.shelf()
	for range 2 {
		err := s.RemoveOnce(t.Context(), "t0001", Removal{
			Send: func() error { return f.send(t.Context(), "delete", "t0001", "") },
			Look: func(context.Context) error { return notFound() },
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestPersistently_believesNoAbsenceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		looks := 0
		late := func() (*thing, error) {
			if looks++; looks < 4 {
				return nil, nil
			}
			return &thing{ID: "x"}, nil
		}
		if found, err := Persistently(t.Context(), late); err != nil || found == nil {
			t.Error(found, err)
		}
		looks = -100
		if found, err := Persistently(t.Context(), late); err != nil || found != nil || looks != -96 {
			t.Error(found, err, looks)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Persistently(ctx, func() (*thing, error) { return nil, nil }); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// A removal of which nobody knows whether it was done may have had a list skip an element.
func TestRemoveOnce_ofOpenFateHasAListReadAgain(t *testing.T) {
	f := newServer(30)
	f.page, f.offsets = 10, true
	s := f.shelf()
	if _, err := s.get(t.Context(), "t0001"); err != nil { // page one is read
		t.Fatal(err)
	}
	err := s.RemoveOnce(t.Context(), "t0002", Removal{
		Send: func() error {
			f.set("t0002", "")
			return &rest.Error{Status: 502, Ambiguous: true}
		},
		Look: func(context.Context) error { return &rest.Error{Status: 503} },
	})
	if !rest.IsAmbiguous(err) {
		t.Fatal(err)
	}
	if all, err := s.list(t.Context()); err != nil || all != f.holds() {
		t.Errorf("%v, %v", all, err)
	}
}
