package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// onNth does something to the nth request that writes, or the nth of all.
func onNth(next http.RoundTripper, n int, all bool, do func(*http.Request) (*http.Response, error)) roundTrip {
	count := 0
	return func(r *http.Request) (*http.Response, error) {
		if all || r.Method != http.MethodGet {
			if count++; count == n {
				return do(r)
			}
		}
		return next.RoundTrip(r)
	}
}

var errLost = errors.New("connection reset by peer")

// Whatever write goes wrong, and however, nothing is left.
func TestCleanUp_leavesNothingWhenAWriteFails(t *testing.T) {
	failures := []func(*http.Request, http.RoundTripper) (*http.Response, error){
		func(*http.Request, http.RoundTripper) (*http.Response, error) { return nil, errLost },
		func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			res, err := next.RoundTrip(r) // It is done, and nobody hears of it.
			if err == nil {
				res.Body.Close()
			}
			return nil, errors.Join(errLost, err)
		},
		func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			res, err := next.RoundTrip(r)
			if err == nil {
				res.StatusCode, res.Body = 500, io.NopCloser(strings.NewReader("<html>"))
			}
			return res, err
		},
		func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			res, err := next.RoundTrip(r)
			if err == nil {
				res.Body = io.NopCloser(io.MultiReader(io.LimitReader(res.Body, 5), broken{}))
			}
			return res, err
		},
	}
	sweep(t, func(w *world, n int) (reached bool) {
		next, fail := w.transport, failures[n/3%len(failures)]
		w.transport = onNth(next, n, false, func(r *http.Request) (*http.Response, error) {
			reached = true
			return fail(r, next)
		})
		w.untouched(context.Background())
		return reached
	})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errLost }

// Whenever it is interrupted, nothing is left, and the table says so.
func TestCleanUp_leavesNothingWhenInterrupted(t *testing.T) {
	sweep(t, func(w *world, n int) (reached bool) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		next := w.transport
		w.transport = onNth(next, 3*n, true, func(r *http.Request) (*http.Response, error) {
			reached = true
			cancel()
			if n%2 == 0 {
				return nil, r.Context().Err()
			}
			return next.RoundTrip(r)
		})
		if o := w.untouched(ctx); interrupted(o) && o.status != 1 {
			w.Errorf("interrupted at request %d, and the status is %d", 3*n, o.status)
		}
		return reached
	})
}

func interrupted(o outcomeOf) bool {
	return slices.ContainsFunc(o.Findings, func(f shown) bool { return f.Why == "interrupted" })
}

// sweep tries n = 1, 2, … until a run has fewer requests than that; with the race detector, which makes the sandbox twenty times
// slower, only some of them.
func sweep(t *testing.T, try func(w *world, n int) bool) {
	t.Helper()
	const lanes = 4
	for lane := range lanes {
		t.Run(fmt.Sprint("lane", lane), func(t *testing.T) {
			t.Parallel()
			for n := lane + 1; try(newWorld(t, false, nil), n); n += lanes * stride {
				if t.Failed() {
					t.Fatalf("at n = %d", n)
				}
			}
		})
	}
}

// untouched runs everything and wants the organization to be as before.
func (w *world) untouched(ctx context.Context) outcomeOf {
	w.Helper()
	before := w.state()
	o := w.run(ctx, w.writing()...)
	w.unchanged(before)
	if len(o.Left) > 0 {
		w.Errorf("said to be left: %q", o.Left)
	}
	return o
}

// Without a management plane some things stay; the program names each of them, and leaves nothing else.
func TestCleanUp_namesWhatTheAPICannotTakeBack(t *testing.T) {
	w := newWorld(t, true, map[string]any{"management": false})
	before := w.state()
	o := w.run(context.Background(), w.writing()...)
	if o.status != 0 {
		t.Errorf("status %d\n%s", o.status, o.stderr)
	}
	kept := w.must("GET", "/_sandbox/state", nil)
	var left []string
	for list, key := range map[string]string{"workspaces": "id", "invites": "email"} {
		left = append(left, w.drop(kept, list, func(o object) (string, bool) {
			return o.text(key), strings.HasPrefix(o.text("name"), "Tray probe") || strings.Contains(o.text("email"), "Tray-") && o.text("status") == "pending"
		})...)
	}
	w.drop(kept, "members", func(o object) (string, bool) { return "", strings.HasPrefix(o.text("workspace"), "Tray probe") })
	w.drop(kept, "invites", func(o object) (string, bool) { return "", o.text("status") != "pending" })
	if changes := diff(before, canonical(kept)); changes != "" {
		t.Errorf("also changed:\n%s", changes)
	}
	if len(left) != len(o.Left) || len(left) == 0 {
		t.Errorf("left %q, said %q", left, o.Left)
	}
	for _, what := range left {
		if !strings.Contains(strings.Join(o.Left, "\n"), what) {
			t.Errorf("%s is not said to be left: %q", what, o.Left)
		}
	}
}

// drop takes elements out of a list of the state and returns their names.
func (w *world) drop(state object, list string, which func(object) (string, bool)) (dropped []string) {
	w.Helper()
	var all []object
	if err := json.Unmarshal(state[list], &all); err != nil {
		w.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(o object) bool {
		name, drop := which(o)
		if drop {
			dropped = append(dropped, name)
		}
		return drop
	})
	state[list], _ = json.Marshal(all)
	return dropped
}

// What cannot be deleted though it should is said, and the status is that of a failure.
func TestCleanUp_saysWhatCouldNotBeDeleted(t *testing.T) {
	w := newWorld(t, false, nil)
	w.transport = instead("DELETE", user, 0, 503)(w, w.transport)
	o := w.run(context.Background(), w.writing("-only", "6")...)
	if o.status != 1 || len(o.Left) != 1 || !strings.Contains(o.Left[0], "the user probe+Tray-") || !strings.Contains(o.Left[0], "answered 503") {
		t.Errorf("status %d, left %q", o.status, o.Left)
	}
	if o.finding(6).Verdict != agrees {
		t.Errorf("%+v", o.finding(6))
	}
}

// A list that ignores its filter must not get anybody else deleted.
func TestCleanUp_deletesNobodyElseWhenTheFilterIsIgnored(t *testing.T) {
	w := newWorld(t, false, map[string]any{"list_elements": "sparse"})
	before := w.state()
	lost := onNth(w.transport, 1, false, func(*http.Request) (*http.Response, error) { return nil, errLost })
	w.transport = requeried(users, "email", func(string) (string, string) { return "first", "100" })(w, lost)
	if o := w.run(context.Background(), w.writing("-only", "6")...); o.status != 1 {
		t.Errorf("status %d", o.status)
	}
	w.unchanged(before)
}
