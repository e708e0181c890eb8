package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// bend is a service that does one thing otherwise than the sandbox.
type bend func(w *world, next http.RoundTripper) roundTrip

// matching limits a bend to some requests.
func matching(method, path string, do func(*http.Request, http.RoundTripper) (*http.Response, error)) bend {
	pattern := regexp.MustCompile("^" + path + "$")
	return func(_ *world, next http.RoundTripper) roundTrip {
		return func(r *http.Request) (*http.Response, error) {
			if r.Method != method || !pattern.MatchString(r.URL.Path) {
				return next.RoundTrip(r)
			}
			return do(r, next)
		}
	}
}

func answering(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// instead answers the nth matching request without acting, and every one when n is 0.
func instead(method, path string, nth, status int) bend {
	return func(w *world, next http.RoundTripper) roundTrip {
		count := 0 // of this world's requests
		return matching(method, path, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if count++; nth != 0 && count != nth {
				return next.RoundTrip(r)
			}
			return answering(status, `{"message":"no"}`), nil
		})(w, next)
	}
}

// restated gives one status for another.
func restated(method, path string, from, to int) bend {
	return matching(method, path, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		res, err := next.RoundTrip(r)
		if err == nil && res.StatusCode == from {
			res.StatusCode = to
		}
		return res, err
	})
}

// rewritten changes the bodies of answers.
func rewritten(method, path string, change func(string) string) bend {
	return matching(method, path, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		res, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(res.Body)
		res.Body = io.NopCloser(strings.NewReader(change(string(text))))
		return res, err
	})
}

func replaced(from, to string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, from, to) }
}

// relisted changes the elements of lists.
func relisted(path string, change func([]object) []object) bend {
	return rewritten("GET", path, func(text string) string {
		p := reply{body: []byte(text)}.object()
		var all []object
		if json.Unmarshal(p["elements"], &all) != nil {
			return text
		}
		p["elements"], _ = json.Marshal(change(all))
		changed, _ := json.Marshal(p)
		return string(changed)
	})
}

// requeried changes the query of reads.
func requeried(path, name string, to func(value string) (string, string)) bend {
	return matching("GET", path, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		r = r.Clone(r.Context())
		if q := r.URL.Query(); q.Has(name) {
			other, value := to(q.Get(name))
			q.Del(name)
			q.Set(other, value)
			r.URL.RawQuery = q.Encode()
		}
		return next.RoundTrip(r)
	})
}

// option is a sandbox with an option the other way.
func option(name string, value any) bend {
	return func(w *world, next http.RoundTripper) roundTrip {
		w.must("PATCH", "/_sandbox/options", map[string]any{name: value})
		return next.RoundTrip
	}
}

// onBody bends requests whose body holds a text.
func onBody(text string, b bend) bend {
	return func(w *world, next http.RoundTripper) roundTrip {
		bent := b(w, next)
		return func(r *http.Request) (*http.Response, error) {
			if r.Body == nil {
				return next.RoundTrip(r)
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			r = r.Clone(r.Context())
			r.Body = io.NopCloser(bytes.NewReader(body))
			if strings.Contains(string(body), text) {
				return bent(r)
			}
			return next.RoundTrip(r)
		}
	}
}

func backwards(all []object) []object {
	slices.Reverse(all)
	return all
}

func withoutOurs(all []object) []object {
	return slices.DeleteFunc(all, func(o object) bool { return strings.HasPrefix(o.text("name"), "Tray probe") })
}

const (
	users       = "/core/v1/users"
	user        = "/core/v1/users/[^/]+"
	invites     = "/core/v1/invites"
	workspaces  = "/core/v1/workspaces"
	workspaceOf = "/core/v1/workspaces/[^/]+"
	members     = workspaceOf + "/users"
	member      = members + "/[^/]+"
)

// bends has a service for every question that is asked, which answers it otherwise.
var bends = map[int]bend{
	1: func(w *world, next http.RoundTripper) roundTrip {
		w.env[viewerToken] = w.env["TRAY_API_TOKEN"] // Sees all.
		return next.RoundTrip
	},
	2:  relisted(users, backwards),
	3:  option("page_size", 7),
	4:  restated("GET", members, 200, 404),
	5:  restated("POST", members, 400, 403),
	6:  restated("POST", members, 400, 409),
	7:  restated("PUT", member, 404, 400),
	8:  restated("POST", members, 400, 404),
	9:  restated("PUT", user+"/roles", 400, 404),
	10: option("protect_last_admin", false),
	11: rewritten("GET", member, replaced("Admin", "Viewer")),
	12: restated("PUT", member, 400, 409),
	14: restated("POST", invites, 400, 409),
	15: restated("POST", invites, 400, 200),
	16: rewritten("POST", invites, replaced("2026-11-28T", "2026-12-21T")),
	17: instead("POST", invites, 0, 400),
	18: restated("POST", users, 400, 409),
	19: instead("POST", users, 0, 403),
	20: instead("POST", invites, 2, 400),
	21: requeried(users, "email", func(string) (string, string) { return "first", "100" }),
	22: relisted(workspaces, withoutOurs),
	25: rewritten("GET", member, replaced(`{"workspaceId"`, `{"email":"a@b.example","workspaceId"`)),
	26: option("list_elements", "sparse"),
	27: option("type_shape", "object"),
	28: restated("GET", workspaces, 400, 200),
	29: requeried("/core/v1/roles", "last", func(n string) (string, string) { return "first", n }),
	30: onBody("surplus", instead("PUT", member, 0, 400)),
	31: restated("GET", user, 400, 404),
	32: restated("GET", member, 200, 403),
	33: restated("POST", invites, 403, 404),
	34: restated("GET", workspaceOf+"/roles", 403, 404),
	35: restated("GET", invites, 404, 405),
	78: restated("GET", "/core/v1/subscriptions", 400, 200),
	86: restated("GET", "/core/v1/authentications/.*", 400, 404),
	89: restated("GET", "/core/v1/triggers", 200, 403),
	36: restated("POST", invites, 400, 200),
	37: instead("DELETE", user, 2, 400),
	38: rewritten("GET", member, replaced("Admin", "Viewer")),
	39: restated("GET", users, 403, 404),
	46: instead("DELETE", member, 1, 400),
	47: func(w *world, next http.RoundTripper) roundTrip {
		w.must("POST", "/_sandbox/faults", map[string]any{"path": workspaces + "/*/users/*", "stale": true})
		return next.RoundTrip
	},
	60: restated("GET", user, 404, 200),
	61: instead("PUT", user+"/roles", 1, 415),
	62: requeried(workspaces, "first", func(n string) (string, string) { return "first", n }),
	63: restated("GET", users, 400, 200),
	64: restated("POST", users, 400, 422),
	65: restated("PUT", user+"/roles", 400, 200),
	66: restated("POST", invites, 413, 400),
	67: rewritten("POST", invites, replaced("Missing required field", "No field")),
}

// A probe that cannot find a difference is worth nothing.
func TestProbe_everyQuestionCanDiffer(t *testing.T) {
	for _, e := range table {
		if e.how == byHand {
			continue
		}
		t.Run(strconv.Itoa(e.number), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, true, nil)
			only := []string{"-only", strconv.Itoa(e.number)}
			if e.how == writing {
				only = w.writing(only...)
			}
			before := w.state()
			straight := w.run(context.Background(), only...)
			if got := straight.finding(e.number); straight.status != 0 || got.Verdict != agrees {
				t.Errorf("alone: status %d, %+v\n%s", straight.status, got, straight.stderr)
			}
			if most := needsOf([]entry{e}).most(); straight.Requests > most {
				t.Errorf("%d requests, and %d were announced", straight.Requests, most)
			}
			w.unchanged(before)
			if bends[e.number] == nil {
				t.Fatal("no service is bent to differ here")
			}
			w.transport = bends[e.number](w, w.transport)
			bent := w.run(context.Background(), only...)
			if got := bent.finding(e.number); bent.status != 3 || got.Verdict != differs {
				t.Errorf("bent: status %d, %+v\n%s", bent.status, got, bent.stderr)
			}
		})
	}
}
