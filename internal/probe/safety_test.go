package probe

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// Without -write nothing but GET is sent.
func TestProbe_readsOnlyUnlessTold(t *testing.T) {
	w := newWorld(t, true, nil)
	next := w.transport
	w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.URL.Path)
		}
		return next.RoundTrip(r)
	})
	o := w.run(context.Background())
	if o.status != 0 || o.finding(6).Why != "it makes something: -write asks it" || o.finding(28).Verdict != agrees {
		t.Errorf("status %d, %+v", o.status, o.Findings)
	}
}

// No request names a user who was there before, except that the token's own leaves a workspace that the run has made; and no
// membership changes in a workspace that is neither the one to throw away nor new, unless the service refuses it.
func TestProbe_touchesNobodyElse(t *testing.T) {
	w := newWorld(t, true, nil)
	state := w.must("GET", "/_sandbox/state", nil)
	known := map[string][]string{}
	for _, list := range []string{"users", "workspaces"} {
		var all []object
		if err := json.Unmarshal(state[list], &all); err != nil {
			t.Fatal(err)
		}
		known[list] = idsOf(all)
	}
	next, writes := w.transport, 0
	w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		var body []byte
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
		}
		res, err := next.RoundTrip(r)
		parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if r.Method == http.MethodGet || parts[0] != "core" {
			return res, err
		}
		writes++
		workspace, who := "", reply{body: body}.object().text("userId")
		switch {
		case parts[2] == "workspaces":
			workspace = parts[3]
			if len(parts) > 5 {
				who = parts[5]
			}
		case len(parts) > 3:
			who = parts[3]
		}
		there := workspace == "" || workspace == w.throwaway || !slices.Contains(known["workspaces"], workspace)
		if !there && res.StatusCode < 400 {
			t.Errorf("%s %s answered %d", r.Method, r.URL.Path, res.StatusCode)
		}
		leaves := r.Method == http.MethodDelete && workspace != "" && workspace != w.throwaway && there
		if slices.Contains(known["users"], who) && !leaves {
			t.Errorf("%s %s %s", r.Method, r.URL.Path, body)
		}
		return res, err
	})
	if o := w.run(context.Background(), w.writing()...); o.status != 0 || writes < 40 {
		t.Errorf("status %d, %d writes\n%s", o.status, writes, o.stderr)
	}
}

// A service that repeats the tokens and somebody's address everywhere does not get them printed.
func TestProbe_printsNoTokenAndNoAddress(t *testing.T) {
	for name, echo := range echoes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, false, nil)
			w.transport = echo(w.transport)
			for _, args := range [][]string{{"-format", "text"}, {"-format", "markdown"}, w.writing("-format", "json"), w.writing("-dry-run"), {"-nonsense"}} {
				o := w.raw(context.Background(), args...)
				printed := o.stdout + o.stderr
				for _, token := range []string{w.env["TRAY_API_TOKEN"], w.env[viewerToken], w.env[workspaceToken]} {
					if strings.Contains(printed, token) {
						t.Errorf("%v: a token is printed in\n%s", args, printed)
					}
				}
				if strings.Contains(printed, "people.example") || strings.Contains(printed, "owner@") {
					t.Errorf("%v: an address is printed in\n%s", args, printed)
				}
			}
		})
	}
}

const somebody = "person-0@people.example"

var echoes = map[string]func(http.RoundTripper) roundTrip{
	"in errors": func(http.RoundTripper) roundTrip {
		return func(r *http.Request) (*http.Response, error) {
			return nil, &echo{r.Header.Get("Authorization") + " " + somebody + " " + r.URL.String()}
		}
	},
	"late errors": func(next http.RoundTripper) roundTrip {
		n := 0
		return func(r *http.Request) (*http.Response, error) {
			if n++; n > 6 && n%5 == 0 {
				return nil, &echo{r.Header.Get("Authorization") + " " + somebody + " " + r.URL.String()}
			}
			return next.RoundTrip(r)
		}
	},
	"in every text": func(next http.RoundTripper) roundTrip {
		return func(r *http.Request) (*http.Response, error) {
			res, err := next.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			text, err := io.ReadAll(res.Body)
			said := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + " " + somebody
			for _, value := range []string{`"Regular"`, `"name":"`, `"expires":"`, `"accountType":`} {
				text = []byte(strings.ReplaceAll(string(text), value, strings.TrimSuffix(value, `"`)+said+`"`))
			}
			text = []byte(strings.ReplaceAll(string(text), `"To throw away"`, `"`+said+`"`))
			res.Body, res.Status = io.NopCloser(strings.NewReader(string(text))), said
			return res, err
		}
	},
	"in fields": func(next http.RoundTripper) roundTrip {
		return func(r *http.Request) (*http.Response, error) {
			res, err := next.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			text, err := io.ReadAll(res.Body)
			said := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + " " + somebody
			res.Body = io.NopCloser(strings.NewReader(strings.NewReplacer(`"accountType":"Regular"`, `"`+said+`":1`,
				`"To throw away"`, `"`+said+`"`, `"name":"Viewer"`, `"name":"Viewer","`+said+`":2`).Replace(string(text))))
			return res, err
		}
	},
}

type echo struct{ said string }

func (e *echo) Error() string { return e.said }

// The token goes to one host.
func TestProbe_followsNoRedirect(t *testing.T) {
	w := newWorld(t, false, nil)
	sent := 0
	w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		sent++
		if r.URL.Host != "localhost" {
			t.Errorf("the request went to %s", r.URL.Host)
		}
		res := answering(302, "")
		res.Header.Set("Location", "https://elsewhere.example/")
		return res, nil
	})
	if o := w.run(context.Background()); o.status != 1 || sent != 1 || !strings.Contains(o.stderr, "answered 302") {
		t.Errorf("status %d after %d requests\n%s", o.status, sent, o.stderr)
	}
}

// However fast the service answers, no second sees more than 20 requests.
func TestProbe_keepsBelowTheRate(t *testing.T) {
	w := newWorld(t, false, nil)
	now := epoch
	var sent []time.Time
	next := w.transport
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, now)
		now = now.Add(time.Millisecond)
		return next.RoundTrip(r)
	})
	var stderr strings.Builder
	p := Program{Questions: questions(), Env: func(name string) string { return w.env[name] }, Stdout: io.Discard, Stderr: &stderr, transport: transport,
		clock: clock{func() time.Time { return now }, func(_ context.Context, d time.Duration) error { now = now.Add(d); return nil }}}
	if status := p.Run(context.Background(), w.writing()); status != 0 || len(sent) < 100 {
		t.Fatalf("status %d after %d requests\n%s", status, len(sent), stderr.String())
	}
	for i := range sent {
		if i >= 20 && sent[i].Sub(sent[i-20]) < time.Second {
			t.Fatalf("requests %d to %d took %s", i-20, i, sent[i].Sub(sent[i-20]))
		}
	}
}
