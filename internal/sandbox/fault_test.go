package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// inBothModes runs a test in process and over HTTP, with a function that makes a request
// as the Owner.
func inBothModes(t *testing.T, test func(t *testing.T, w *world, send func(method, path, body string) (reply, error))) {
	for _, mode := range []string{"in process", "over HTTP"} {
		t.Run(mode, func(t *testing.T) {
			w := newWorld(t)
			client, base := &http.Client{Transport: w.sandbox.Transport()}, "http://sandbox"
			if mode == "over HTTP" {
				server := httptest.NewServer(w.sandbox)
				t.Cleanup(server.Close)
				server.Config.ErrorLog = nil
				client, base = server.Client(), server.URL
			}
			test(t, w, func(method, path, body string) (reply, error) {
				r, err := http.NewRequest(method, base+path, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Authorization", "Bearer "+w.sandbox.OwnerToken())
				res, err := client.Do(r)
				if err != nil {
					return reply{}, err
				}
				defer res.Body.Close()
				text, err := io.ReadAll(res.Body)
				return reply{res.StatusCode, res.Header, string(text)}, err
			})
		})
	}
}

// names of the shared workspaces tell whether a write was done.
func (w *world) shared() string {
	w.Helper()
	var names []string
	for _, one := range w.state().Workspaces {
		if one.Type == typeShared {
			names = append(names, one.Name)
		}
	}
	return strings.Join(names, ",")
}

func (w *world) lastStatus() int {
	w.Helper()
	log := into[[]engine.Logged](w, w.must(200, "GET", "/_sandbox/requests", nil))
	if len(log) == 0 {
		w.Fatal("the log is empty")
	}
	return log[len(log)-1].Status
}

func TestFault_everyKind(t *testing.T) {
	const broken = -1 // the connection breaks
	for _, c := range []struct {
		name   string
		fault  object
		status int    // seen by the client
		done   bool   // whether the write happened
		logged int    // 0: dropped
		header string // one that the answer carries, Name=value
	}{
		{"status", object{"status": 503}, 503, false, 503, ""},
		{"status after the act", object{"status": 502, "after_commit": true}, 502, true, 502, ""},
		{"own body", object{"status": 500, "body": "<html>", "content_type": "text/html"}, 500, false, 500, "Content-Type=text/html"},
		{"retry after", object{"status": 429, "retry_after": 7}, 429, false, 429, "Retry-After=7"},
		{"headers", object{"headers": object{"X-Odd": "yes"}}, 201, true, 201, "X-Odd=yes"},
		{"delay", object{"delay": "1ms"}, 201, true, 201, ""},
		{"drop before", object{"drop": "before"}, broken, false, 0, ""},
		{"drop after", object{"drop": "after"}, broken, true, 0, ""},
		{"truncate", object{"truncate": true}, broken, true, 201, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBothModes(t, func(t *testing.T, w *world, send func(string, string, string) (reply, error)) {
				c.fault["path"], c.fault["method"], c.fault["times"] = "/management/**", "POST", 1
				w.must(201, "POST", "/_sandbox/faults", c.fault)
				got, err := send("POST", "/management/v1/workspaces", `{"name":"Finance"}`)
				if (err != nil) != (c.status == broken) {
					t.Fatalf("got %+v, %v", got, err)
				}
				if err == nil && (got.status != c.status || got.header.Get("X-Sandbox-Fault") != "1") {
					t.Errorf("got %+v", got)
				}
				if name, value, _ := strings.Cut(c.header, "="); c.header != "" && got.header.Get(name) != value {
					t.Errorf("%s is %q", name, got.header.Get(name))
				}
				if done := w.shared() == "Finance"; done != c.done {
					t.Errorf("done is %v", done)
				}
				if got := w.lastStatus(); got != c.logged {
					t.Errorf("the log says %d", got)
				}
				if got, err := send("POST", "/management/v1/workspaces", `{"name":"Sales"}`); err != nil || got.status != 201 || got.header.Get("X-Sandbox-Fault") != "" {
					t.Errorf("the fault came twice: %+v, %v", got, err)
				}
			})
		})
	}
}

func TestFault_droppedConnectionsLookLikeBrokenOnes(t *testing.T) {
	w := newWorld(t)
	w.must(201, "POST", "/_sandbox/faults", object{"path": "/core/v1/roles", "drop": "before"})
	if _, err := w.sandbox.Transport().RoundTrip(w.request(w.sandbox.OwnerToken(), "GET", "/core/v1/roles", nil)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the error is %v", err)
	}
	w.must(204, "DELETE", "/_sandbox/faults", nil)
	w.must(201, "POST", "/_sandbox/faults", object{"path": "/core/v1/roles", "truncate": true})
	res, err := w.sandbox.Transport().RoundTrip(w.request(w.sandbox.OwnerToken(), "GET", "/core/v1/roles", nil))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || int64(len(text)) != res.ContentLength/2 {
		t.Errorf("%d of %d bytes, then %v", len(text), res.ContentLength, err)
	}
}

func TestFault_skipAndTimesCountMatchingRequestsOnly(t *testing.T) {
	w := newWorld(t)
	w.must(201, "POST", "/_sandbox/faults", object{"path": "/core/v1/roles", "method": "GET", "status": 500, "skip": 1, "times": 2})
	w.must(200, "GET", "/core/v1/users", nil)
	for i, want := range []int{200, 500, 500, 200} {
		if got := w.as(w.sandbox.OwnerToken(), "GET", "/core/v1/roles", nil).status; got != want {
			t.Errorf("request %d answered %d, want %d", i+1, got, want)
		}
	}
}

func TestFault_staleReadsAnswerFromTheMomentOfPosting(t *testing.T) {
	for name, where := range map[string]func(*OpenOptions){"file": onFile(t), "memory": func(*OpenOptions) {}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, where)
			w.addWorkspace("Old")
			w.must(201, "POST", "/_sandbox/faults", object{"path": "/core/**", "stale": true, "times": 2})
			copied := w.snapshot()
			w.must(200, "POST", "/core/v1/invites", object{"email": "a@example.com", "organizationRoleId": organizationRole[viewer].ID})
			w.addWorkspace("New")
			late := w.token(w.addUser("late@example.com", admin)) // known to the data of now only
			list := w.as(late, "GET", "/core/v1/workspaces?type=Shared", nil)
			if list.status != 200 || strings.Contains(list.body, "New") || !strings.Contains(list.body, "Old") {
				t.Errorf("the first read shows %d %s", list.status, list.body)
			}
			w.must(200, "GET", "/core/v1/users", nil)
			if got := w.must(200, "GET", "/core/v1/workspaces?type=Shared", nil).body; !strings.Contains(got, "New") {
				t.Errorf("after its times the read shows %s", got)
			}
			if _, err := os.Stat(copied); err != nil {
				t.Errorf("the copy is gone before the faults are: %v", err)
			}
			w.must(204, "DELETE", "/_sandbox/faults", nil)
			if _, err := os.Stat(copied); !os.IsNotExist(err) {
				t.Errorf("the copy is left: %v", err)
			}
		})
	}
}

func TestFault_malformedOnesAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{`{}`, `{"path":"/a","status":99}`, `{"path":"/a","drop":"never"}`, `{"path":"/a","delay":"soon"}`,
		`{"path":"/[","status":500}`, `{"path":"/a","time":1}`, `{"path":"/a","times":-1}`, `[]`, ``} {
		w.must(400, "POST", "/_sandbox/faults", body)
	}
}

func TestRequest_latencyAndDelayEndWithTheContext(t *testing.T) {
	w := newWorld(t)
	w.set(object{"latency": "1h"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := w.request(w.sandbox.OwnerToken(), "POST", "/management/v1/workspaces", object{"name": "A"}).WithContext(ctx)
	if _, err := w.sandbox.Transport().RoundTrip(r); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	w.set(object{"latency": "0s"})
	w.must(201, "POST", "/_sandbox/faults", object{"path": "**", "delay": "1h"})
	ctx, cancel = context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	r = w.request(w.sandbox.OwnerToken(), "POST", "/management/v1/workspaces", object{"name": "A"}).WithContext(ctx)
	if _, err := w.sandbox.Transport().RoundTrip(r); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v", err)
	}
	if got := w.shared(); got != "" {
		t.Errorf("a cancelled request made %s", got)
	}
}

func TestRequest_latencyIsAdded(t *testing.T) {
	w := newWorld(t)
	w.set(object{"latency": "30ms"})
	began := time.Now()
	w.must(200, "GET", "/core/v1/roles", nil)
	if took := time.Since(began); took < 30*time.Millisecond {
		t.Errorf("it took %s", took)
	}
	began = time.Now()
	w.set(object{"latency": "1h"})
	w.must(200, "GET", "/_sandbox/options", nil) // the control plane is never delayed
	if took := time.Since(began); took > time.Minute {
		t.Errorf("the control plane took %s", took)
	}
}

func TestRequest_rateLimitIsPerTokenAndSparesTheControlPlane(t *testing.T) {
	w := newWorld(t)
	other := w.token(w.addUser("other@example.com", admin))
	w.set(object{"rate": 0.001, "burst": 2})
	for i, want := range []int{200, 200, 429} {
		got := w.as(w.sandbox.OwnerToken(), "GET", "/core/v1/roles", nil)
		if got.status != want || got.header.Get("Retry-After") != "" {
			t.Errorf("request %d answered %d with %v", i+1, got.status, got.header)
		}
	}
	if got := w.as(other, "GET", "/core/v1/roles", nil); got.status != 200 {
		t.Errorf("another token answered %d", got.status)
	}
	if got := w.lastStatus(); got != 200 {
		t.Errorf("the log says %d", got)
	}
	w.set(object{"rate": 0})
	w.must(200, "GET", "/core/v1/roles", nil)
}

func TestFile_isReadableByItsOwnerAlone(t *testing.T) {
	w := newWorld(t, onFile(t))
	w.addWorkspace("A")
	w.must(201, "POST", "/_sandbox/faults", object{"path": "**", "stale": true})
	names, err := filepath.Glob(w.sandbox.store.Path() + "*")
	if err != nil || len(names) < 3 {
		t.Fatalf("files: %v, %v", names, err)
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", name, info.Mode())
		}
	}
}
