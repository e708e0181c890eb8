package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// canary is the token of every test: it must turn up in no message and no log.
const canary = "canary-0123456789-0123456789-0123456789"

// errDropped is a connection that breaks without an answer.
var errDropped = errors.New("connection reset by peer")

// fault is what goes wrong with one request.
type fault struct {
	status   int
	header   http.Header
	body     string
	kind     string // Content-Type of body
	before   bool   // dropped before anything is done
	truncate bool   // half the body, then nothing
}

// fake answers every GET with two roles and everything else with {}, in process.
type fake struct {
	mu  sync.Mutex
	log []string
	// fault, when set, decides what goes wrong with a request. It is called without mu.
	fault func(r *http.Request) *fault
	// hook is called before a request is answered, without mu.
	hook func(r *http.Request)
	// latency is slept before a request is answered.
	latency time.Duration
}

// client is a client of f.
func (f *fake) client(t testing.TB, more ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{BaseURL: "https://api.test", Token: canary, Transport: f, RequestsPerSecond: 1e6}
	for _, change := range more {
		change(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// requests is how many came of a method, "" for all.
func (f *fake) requests(method string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, line := range f.log {
		if strings.HasPrefix(line, method) {
			n++
		}
	}
	return n
}

// RoundTrip implements http.RoundTripper.
func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	f.log = append(f.log, r.Method+" "+r.URL.Path)
	latency := f.latency
	f.mu.Unlock()
	if f.hook != nil {
		f.hook(r)
	}
	if err := sleep(r.Context(), latency, nil); err != nil {
		return nil, err
	}
	var flt fault
	if f.fault != nil {
		if wanted := f.fault(r); wanted != nil {
			flt = *wanted
		}
	}
	if flt.before {
		return nil, errDropped
	}
	rec := httptest.NewRecorder()
	switch {
	case flt.status != 0:
		maps.Copy(rec.Header(), flt.header)
		rec.Header().Set("Content-Type", flt.kind)
		rec.WriteHeader(flt.status)
		_, _ = rec.WriteString(flt.body)
	case r.Method == http.MethodGet:
		_, _ = rec.WriteString(`{"elements":[{"id":"r1","name":"Admin"},{"id":"r2","name":"Viewer"}],"pageInfo":{"hasNextPage":false}}`)
	default:
		_, _ = rec.WriteString(`{}`)
	}
	resp := rec.Result()
	resp.Request = r
	if flt.truncate {
		complete, _ := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(complete[:len(complete)/2]), broken{}))
	}
	return resp, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// on is a fault for the requests of a method, "*" being any: so many, or all with 0.
func on(method string, times int, flt fault) func(*http.Request) *fault {
	var mu sync.Mutex
	seen := 0
	return func(r *http.Request) *fault {
		if method != "*" && r.Method != method {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if seen++; times > 0 && seen > times {
			return nil
		}
		return &flt
	}
}

// role is an object that some endpoint answers with.
type role struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func convert(r role) (Element[role], error) {
	if r.ID == "" {
		return Element[role]{}, errors.New("the answer cannot be read: an object without an id")
	}
	return Element[role]{Value: r, Complete: true}, nil
}

// roles reads a list to its end.
func roles(ctx context.Context, c *Client) ([]role, error) {
	k := Call{Method: http.MethodGet, Path: []string{"core", "v1", "roles"}, Right: "it takes an Owner"}
	read := List[role, role]{Call: k, First: 100, Convert: convert}.Pages(c)
	var (
		pager Pager
		all   []role
		seen  = map[string]bool{}
	)
	for !pager.Done {
		p, err := read(ctx, pager.Cursor)
		if err != nil {
			return nil, err
		}
		fresh := 0
		for _, e := range p.Elements {
			if !seen[e.Value.ID] {
				fresh++
				seen[e.Value.ID] = true
				all = append(all, e.Value)
			}
		}
		if err := pager.Turn(p.Next, fresh, p.Size); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// send carries out a write.
func send(ctx context.Context, c *Client, method string) error {
	return c.Do(ctx, Call{Method: method, Path: []string{"core", "v1", "roles", "r1"}, In: map[string]string{"name": "N"}}, nil)
}

// onNetwork is a client over the real network stack.
func onNetwork(t *testing.T, base string, more ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{BaseURL: base, Token: canary, MaxRetries: -1}
	for _, change := range more {
		change(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
