package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestClient_reads(t *testing.T) {
	tests := map[string]struct {
		flt   fault
		times int
		want  int // requests
		fails string
	}{
		"dropped":            {fault{before: true}, 3, 4, ""},
		"truncated":          {fault{truncate: true}, 2, 3, ""},
		"broken JSON":        {fault{status: 200, body: `{"elements":[`}, 1, 2, ""},
		"502":                {fault{status: 502}, 5, 6, ""},
		"502 for ever":       {fault{status: 502, body: "<p>", kind: "text/html"}, 0, 6, "HTTP 502"},
		"500 once":           {fault{status: 500, body: `{"message":"busy"}`}, 1, 2, ""},
		"500 twice":          {fault{status: 500, body: `{"message":"busy"}`}, 2, 2, "busy. The fault is on Tray's side"},
		"429":                {fault{status: 429, body: `{}`}, 4, 5, ""},
		"429 for ever":       {fault{status: 429, body: `{"message":"slow"}`}, 0, 6, "requests_per_second"},
		"HTML":               {fault{status: 200, body: "<html>", kind: "text/html"}, 1, 1, "an HTML page, not JSON: probably a proxy or a wrong base_url"},
		"plain text":         {fault{status: 200, body: "ok", kind: "text/plain"}, 1, 1, "text/plain, not JSON"},
		"empty":              {fault{status: 200, body: ""}, 1, 1, "an empty body, not JSON"},
		"of the wrong shape": {fault{status: 200, body: `{"elements":"none"}`}, 1, 1, "cannot be read"},
		"an array":           {fault{status: 200, body: `[]`}, 1, 1, "cannot be read"},
		"an id missing":      {fault{status: 200, body: `{"elements":[{}],"pageInfo":{"hasNextPage":false}}`}, 1, 1, "without an id"},
		"401":                {fault{status: 401, body: `{"message":"The request is unauthorized"}`}, 1, 1, "make a new one in Tray"},
		"403":                {fault{status: 403, body: `{"message":"forbidden"}`}, 1, 1, "it takes an Owner"},
		"404":                {fault{status: 404, body: `{"message":"nothing here"}`}, 1, 1, "Either it does not exist, or this token may not see it"},
		"no redirect":        {fault{status: 304}, 1, 1, "HTTP 304"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{}
				f.fault = on("GET", test.times, test.flt)
				all, err := roles(t.Context(), f.client(t))
				if test.fails == "" && (err != nil || len(all) != 2) {
					t.Errorf("%v %v", all, err)
				}
				if test.fails != "" && !strings.Contains(fmt.Sprint(err), test.fails) {
					t.Errorf("%v, want %q", err, test.fails)
				}
				if got := f.requests(""); got != test.want {
					t.Errorf("%d requests, want %d", got, test.want)
				}
			})
		})
	}
}

// The sandbox's file is on this machine, and its error says what to do with it.
func TestClient_theSandboxsOwnFailureIsNotTraysSide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.fault = on("GET", 0, fault{status: 500, body: `{"message":"the file s.db is damaged","code":"sandbox_failed"}`})
		_, err := roles(t.Context(), f.client(t))
		if err == nil || !strings.Contains(err.Error(), "s.db is damaged") || strings.Contains(err.Error(), "Tray's side") {
			t.Error(err)
		}
	})
}

func TestClient_retriesCanBeTurnedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.fault = on("GET", 1, fault{before: true})
		_, err := roles(t.Context(), f.client(t, func(cfg *Config) { cfg.MaxRetries = -1 }))
		if err == nil || f.requests("") != 1 {
			t.Error(err)
		}
	})
}

func TestClient_aTryThatHangsIsCutOffAndRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.latency = time.Hour
		f.hook = func(*http.Request) {
			if f.requests("GET") == 2 {
				f.mu.Lock()
				f.latency = 0
				f.mu.Unlock()
			}
		}
		started := time.Now()
		if _, err := roles(t.Context(), f.client(t)); err != nil {
			t.Error(err)
		}
		if took := time.Since(started); took < 30*time.Second || took > 62*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// After a 429 the limiter holds everybody back: the pause before an earlier try is not made again.
func TestClient_aPauseIsMadeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		unavailable := on("GET", 1, fault{status: 503, body: `{}`, header: http.Header{"Retry-After": {"20"}}})
		f.fault = func(r *http.Request) *fault {
			if flt := unavailable(r); flt != nil {
				return flt
			}
			if f.requests("GET") == 2 {
				return &fault{status: 429, body: `{}`, header: http.Header{"Retry-After": {"3"}}}
			}
			return nil
		}
		began := time.Now()
		if _, err := roles(t.Context(), f.client(t)); err != nil {
			t.Error(err)
		}
		if took := time.Since(began).Round(time.Second); took != 23*time.Second {
			t.Errorf("it took %s, want 20 and 3 seconds", took)
		}
	})
}

func TestClient_anErrorTellsOfAnEarlierTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for first, repeated := range map[int]bool{502: true, 429: false} {
			f := &fake{}
			early := on("DELETE", 1, fault{status: first, body: `{}`})
			f.fault = func(r *http.Request) *fault {
				if flt := early(r); flt != nil {
					return flt
				}
				return &fault{status: 404, body: `{}`}
			}
			var e *Error
			if err := send(t.Context(), f.client(t), http.MethodDelete); !errors.As(err, &e) || e.Status != 404 || e.Repeated != repeated {
				t.Errorf("%d: %v", first, err)
			}
		}
	})
}

func TestClient_aWriteThatWasSentIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{latency: time.Second}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		if err := send(ctx, f.client(t), http.MethodPut); err != nil {
			t.Error(err)
		}
		if _, err := roles(ctx, f.client(t)); err == nil {
			t.Error("a read goes on after its caller")
		}
	})
}

func TestClient_theTokenIsAddedForItsOwnHostOnly(t *testing.T) {
	c := (&fake{}).client(t)
	for base, own := range map[string]bool{"https://api.test/x": true, "http://api.test/x": false, "https://other.test/x": false} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.authenticate(roundTrip(func(r *http.Request) (*http.Response, error) {
			if got := r.Header.Get("Authorization"); (got != "") != own {
				t.Errorf("%s: the token is sent: %v", base, got != "")
			}
			return nil, errDropped
		})).RoundTrip(r)
	}
}

// A write is waited for once it is sent; one that was cancelled before is not sent at all.
func TestClient_whatWasCancelledBeforehandIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		c := f.client(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			if err := send(ctx, c, method); !errors.Is(err, context.Canceled) || IsAmbiguous(err) {
				t.Errorf("%s: %v, ambiguous: %v", method, err, IsAmbiguous(err))
			}
		}
		if n := f.requests(""); n != 0 {
			t.Errorf("%d requests were sent", n)
		}
	})
}

// After the last try it is the server's word that counts, not how long the next pause would be.
func TestClient_theLastAnswerIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{latency: 10 * time.Millisecond}
		f.fault = on("*", 0, fault{status: 503, body: `{"message":"busy"}`})
		c := f.client(t, func(cfg *Config) { cfg.MaxRetries = -1 })
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := roles(ctx, c); !HasStatus(err, 503) || !strings.Contains(err.Error(), "busy") {
			t.Errorf("%v", err)
		}
		cancelled, end := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Millisecond, end) // while a write is on its way
		if err := send(cancelled, f.client(t), http.MethodPut); !HasStatus(err, 503) || !strings.Contains(err.Error(), "busy") {
			t.Errorf("%v", err)
		}
	})
}

// What is tried again, and what may have been done: the whole policy, by method and answer.
func TestRetry_isTheTable(t *testing.T) {
	lost := func(unsent, final bool) error { return &lostError{unsent: unsent, final: final, err: errDropped} }
	for name, c := range map[string]struct {
		status int
		err    error
		again  string // the methods that are tried again, of GET, PUT and POST
		done   string // the methods that may have been done
	}{
		"429":               {429, nil, "GET PUT POST", ""},
		"500":               {500, nil, "GET", "PUT POST"},
		"501":               {501, nil, "", "PUT POST"},
		"502":               {502, nil, "GET PUT", "PUT POST"},
		"503":               {503, nil, "GET PUT", "PUT POST"},
		"504":               {504, nil, "GET PUT", "PUT POST"},
		"404":               {404, nil, "", ""},
		"499":               {499, nil, "", ""},
		"lost":              {0, lost(false, false), "GET PUT", "PUT POST"},
		"never sent":        {0, lost(true, false), "GET PUT POST", ""},
		"lost for good":     {0, lost(false, true), "", "PUT POST"},
		"not sent for good": {0, lost(true, true), "", ""},
		"no try at all":     {0, context.Canceled, "", ""},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost} {
			var resp *http.Response
			if c.err == nil {
				resp = &http.Response{StatusCode: c.status}
			}
			if again := mayRetry(method, resp, c.err, 1); again != strings.Contains(c.again, method) {
				t.Errorf("%s to %s: tried again: %v", name, method, again)
			}
			if done := maybeDone(method, resp, c.err); done != strings.Contains(c.done, method) {
				t.Errorf("%s to %s: may be done: %v", name, method, done)
			}
		}
	}
	if mayRetry(http.MethodGet, &http.Response{StatusCode: 500}, nil, 2) {
		t.Error("a 500 is tried a third time")
	}
}

func TestRetry_pausesDoubleUpToTenSeconds(t *testing.T) {
	for n, want := range []time.Duration{250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000} {
		want *= time.Millisecond
		for range 20 {
			if got := backoff(n + 1); got < want/2 || got > want*3/2 {
				t.Fatalf("the pause after try %d is %s, want about %s", n+1, got, want)
			}
		}
	}
}
