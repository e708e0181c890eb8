package rest

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// inTurn gives each request the next of these faults, and none after the last.
func inTurn(faults ...fault) func(*http.Request) *fault {
	return func(*http.Request) *fault {
		if len(faults) == 0 {
			return nil
		}
		f := faults[0]
		faults = faults[1:]
		return &f
	}
}

// What a write has come to is open when any of its tries may have been carried out.
func TestLost_anyTryMayHaveBeenCarriedOut(t *testing.T) {
	busy := fault{status: 503, body: `{"message":"busy"}`}
	for name, c := range map[string]struct {
		method string
		faults []fault
		status int
		open   bool
	}{
		"one try, a server's failure":     {http.MethodPost, []fault{{status: 500, body: `{"message":"oops"}`}}, 500, true},
		"one try, refused":                {http.MethodPost, []fault{{status: 400, body: `{"message":"no"}`}}, 400, false},
		"refused in words that break off": {http.MethodPut, []fault{{status: 400, body: `{"mess`}}, 400, false},
		"the second finds nothing":        {http.MethodPut, []fault{busy, {status: 404, body: `{"message":"gone"}`}}, 404, true},
		"the third would come too late":   {http.MethodPut, []fault{busy, {status: 429, body: `{}`, header: http.Header{"Retry-After": {"86400"}}}}, 429, true},
		"told to wait too long, not done": {http.MethodPut, []fault{{status: 429, body: `{}`, header: http.Header{"Retry-After": {"86400"}}}}, 429, false},
		"a read is never open":            {http.MethodGet, []fault{busy, {status: 404, body: `{"message":"gone"}`}}, 404, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{fault: inTurn(c.faults...)}
			err := send(t.Context(), f.client(t), c.method)
			if !HasStatus(err, c.status) || IsAmbiguous(err) != c.open {
				t.Errorf("%s: %v, ambiguous: %v", name, err, IsAmbiguous(err))
			}
		})
	}
}

// An answer that cannot be read leaves a write open, and a read not.
func TestLost_anUnreadableAnswerLeavesAWriteOpen(t *testing.T) {
	for method, open := range map[string]bool{http.MethodGet: false, http.MethodPost: true} {
		f := &fake{fault: inTurn(fault{status: 200, body: "<html>", kind: "text/html"})}
		var out map[string]any
		err := f.client(t).Do(t.Context(), Call{Method: method, Path: []string{"x"}}, &out)
		if err == nil || IsAmbiguous(err) != open {
			t.Errorf("%s: %v, ambiguous: %v", method, err, IsAmbiguous(err))
		}
	}
}

// What never reached Tray was not done, whichever way it is known.
func TestLost_whatNeverLeftIsNotOpen(t *testing.T) {
	for name, err := range map[string]error{
		"no such host":   &net.DNSError{Err: "no such host", Name: "api.tray.invalid", IsNotFound: true},
		"nobody listens": &net.OpError{Op: "dial", Err: errDropped},
	} {
		refuses := roundTrip(func(*http.Request) (*http.Response, error) { return nil, err })
		c := (&fake{}).client(t, func(cfg *Config) { cfg.Transport, cfg.MaxRetries = refuses, -1 })
		if err := send(t.Context(), c, http.MethodPost); err == nil || IsAmbiguous(err) {
			t.Errorf("%s: %v, ambiguous: %v", name, err, IsAmbiguous(err))
		}
	}
}

func TestLost_theServersPauseIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{fault: on("*", 0, fault{status: 503, body: `{"message":"busy"}`, header: http.Header{"Retry-After": {"7"}}})}
		err := send(t.Context(), f.client(t, func(cfg *Config) { cfg.MaxRetries = -1 }), http.MethodPut)
		if e, is := err.(*Error); !is || e.RetryAfter != 7*time.Second { //nolint:errorlint // Do's error is always a *Error
			t.Errorf("%v", err)
		}
	})
}

// A POST that may be repeated is, and a call that may take longer does.
func TestCall_saysWhatItAllows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for repeatable, want := range map[bool]int{true: 2, false: 1} {
			f := &fake{fault: inTurn(fault{status: 503, body: `{"message":"busy"}`})}
			err := f.client(t).Do(t.Context(), Call{Method: http.MethodPost, Path: []string{"x"}, Repeatable: repeatable}, nil)
			if n := f.requests(""); n != want || (err == nil) != repeatable {
				t.Errorf("repeatable %v: %d requests, %v", repeatable, n, err)
			}
		}
		for extra, said := range map[time.Duration]string{0: "no answer within 1s", 5 * time.Second: ""} {
			f := &fake{latency: 3 * time.Second}
			c := f.client(t, func(cfg *Config) { cfg.RequestTimeout, cfg.MaxRetries = time.Second, -1 })
			err := c.Do(t.Context(), Call{Method: http.MethodGet, Path: []string{"x"}, Extra: extra}, nil)
			if said == "" && err != nil || said != "" && (err == nil || !strings.Contains(err.Error(), said)) {
				t.Errorf("with %s more: %v", extra, err)
			}
		}
	})
}

func TestClient_retriesAWriteAsOftenAsItsTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := (&fake{}).client(t, func(cfg *Config) { cfg.MaxRetries = 2 })
		if !c.Retry(t.Context(), 1) || !c.Retry(t.Context(), 2) || c.Retry(t.Context(), 3) {
			t.Error("two retries are not two")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if began := time.Now(); c.Retry(ctx, 1) || time.Since(began) > 0 {
			t.Errorf("a pause that outlasts the operation is begun: %s", time.Since(began))
		}
	})
}

// What completes a write goes on after Ctrl-C, for one request_timeout.
func TestClient_afterwardsEndsOneTimeoutAfterItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := (&fake{}).client(t, func(cfg *Config) { cfg.RequestTimeout = 10 * time.Second })
		ctx, interrupt := context.WithCancel(t.Context())
		after, end := c.Afterwards(ctx)
		defer end()
		time.Sleep(time.Hour)
		began := time.Now()
		interrupt()
		time.Sleep(9 * time.Second)
		if after.Err() != nil {
			t.Error("it ends with its caller")
		}
		if <-after.Done(); time.Since(began) != 10*time.Second {
			t.Errorf("it ends after %s", time.Since(began))
		}
	})
}
