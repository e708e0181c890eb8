package rest

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestClient_sendsItsHeaders(t *testing.T) {
	var got []http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header)
		_, _ = io.WriteString(w, `{}`)
	}))
	defer s.Close()
	c := onNetwork(t, s.URL+"/", func(cfg *Config) { cfg.UserAgent = "unit-test/1" })
	_, err := roles(t.Context(), c)
	err2 := send(t.Context(), c, http.MethodPut)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	for i, want := range []map[string]string{
		{"User-Agent": "unit-test/1", "Accept": "application/json", "Authorization": "Bearer " + canary, "Content-Type": ""},
		{"Content-Type": "application/json", "Accept": "application/json"},
	} {
		for name, value := range want {
			if got[i].Get(name) != value {
				t.Errorf("request %d: %s is %q, want %q", i, name, got[i].Get(name), value)
			}
		}
	}
}

func TestClient_tokenFollowsNoRedirectToAnotherHost(t *testing.T) {
	var leaked []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		leaked = append(leaked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
	}))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/evil?t="+canary, status)
		}))
		c := onNetwork(t, s.URL)
		_, err := roles(t.Context(), c)
		err2 := send(t.Context(), c, http.MethodPut)
		for _, err := range []error{err, err2} {
			if err == nil || !strings.Contains(err.Error(), other.URL) || strings.Contains(fmt.Sprintf("%v %+v", err, errors.Unwrap(err)), canary) {
				t.Errorf("%d: %v", status, err)
			}
			if IsAmbiguous(err) {
				t.Errorf("%d: a redirected call is not ambiguous: %v", status, err)
			}
		}
		s.Close()
	}
	if len(leaked) != 0 {
		t.Errorf("the other host was asked: %v", leaked)
	}
}

func TestClient_followsReadsOnItsOwnHostOnly(t *testing.T) {
	posts := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/moved" && r.Header.Get("Authorization") == "Bearer "+canary:
			_, _ = io.WriteString(w, `{"elements":[{"id":"r1","name":"Admin"}]}`)
		case r.URL.Path == "/moved":
			posts++
		default:
			http.Redirect(w, r, "/moved", http.StatusTemporaryRedirect)
		}
	}))
	defer s.Close()
	c := onNetwork(t, s.URL)
	if all, err := roles(t.Context(), c); err != nil || len(all) != 1 {
		t.Errorf("a read: %v %v", all, err)
	}
	err := send(t.Context(), c, http.MethodPost)
	if err == nil || !strings.Contains(err.Error(), "only reads are followed") || posts != 0 {
		t.Errorf("a write: %v", err)
	}
}

func TestClient_refusesADowngradeToHTTP(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.Host+"/", http.StatusFound)
	}))
	defer s.Close()
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	c := onNetwork(t, s.URL, func(cfg *Config) { cfg.CACertificatePEM = cert })
	_, err := roles(t.Context(), c)
	if err == nil || !strings.Contains(err.Error(), "unencrypted") {
		t.Errorf("%v", err)
	}
}

func TestClient_unknownCertificateIsExplainedAndNotRetried(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{}`)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	tries := 0
	c := onNetwork(t, s.URL, func(cfg *Config) {
		cfg.MaxRetries = 5
		cfg.Log = func(context.Context, string, map[string]any) { tries++ }
	})
	_, err := roles(t.Context(), c)
	if err == nil || !strings.Contains(err.Error(), "ca_certificate_file") || tries != 1 {
		t.Errorf("%d tries: %v", tries, err)
	}
}

// A POST that finds nobody listening was never sent: it is repeated, and when it fails
// for good it is not ambiguous.
func TestClient_postIsRepeatedWhenNothingWasSent(t *testing.T) {
	tries := 0
	c := onNetwork(t, "http://127.0.0.1:1", func(cfg *Config) {
		cfg.MaxRetries = 1
		cfg.Log = func(_ context.Context, _ string, fields map[string]any) { tries++ }
	})
	err := send(t.Context(), c, http.MethodPost)
	if err == nil || IsAmbiguous(err) || tries != 2 || !strings.Contains(err.Error(), "Check base_url, the network") {
		t.Errorf("%d tries, ambiguous %v: %v", tries, IsAmbiguous(err), err)
	}
}

func TestClient_postThatWasSentIsNotRepeated(t *testing.T) {
	var posts atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		posts.Add(1)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}))
	defer s.Close()
	c := onNetwork(t, s.URL, func(cfg *Config) { cfg.MaxRetries = 3 })
	err := send(t.Context(), c, http.MethodPost)
	if posts.Load() != 1 || !IsAmbiguous(err) {
		t.Errorf("%d posts, %v", posts.Load(), err)
	}
}

func TestClient_truncatedBodyOnTheWireIsRepeated(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked == 1 {
			w.Header().Set("Content-Length", "500")
		}
		_, _ = io.WriteString(w, `{"elements":[{"id":"r1","name":"Admin"}]}`)
	}))
	defer s.Close()
	c := onNetwork(t, s.URL, func(cfg *Config) { cfg.MaxRetries = 1 })
	if all, err := roles(t.Context(), c); err != nil || len(all) != 1 || asked != 2 {
		t.Errorf("%v %v in %d requests", all, err, asked)
	}
}

func TestClient_hostNamesThatDoNotResolveAreExplained(t *testing.T) {
	refuse := roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.tray.invalid", IsNotFound: true}}
	})
	c := onNetwork(t, "https://api.tray.invalid", func(cfg *Config) { cfg.Transport, cfg.MaxRetries = refuse, 5 })
	_, err := roles(t.Context(), c)
	if err == nil || !strings.Contains(err.Error(), "does not resolve: check base_url or region") {
		t.Errorf("%v", err)
	}
}

func TestClient_answersAreCapped(t *testing.T) {
	endless := roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r, Body: io.NopCloser(zeros{})}, nil
	})
	c := onNetwork(t, "https://api.test", func(cfg *Config) { cfg.Transport = endless })
	_, err := roles(t.Context(), c)
	if err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("%v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestClient_escapesPathElements(t *testing.T) {
	var paths []string
	f := &fake{}
	f.hook = func(r *http.Request) { paths = append(paths, r.URL.EscapedPath()) }
	c := f.client(t)
	get := func(id string) error {
		return c.Do(t.Context(), Call{Method: http.MethodGet, Path: []string{"core", "v1", "users", id}}, nil)
	}
	err := get("a/../b?c#d e%")
	if err != nil || len(paths) != 1 || paths[0] != "/core/v1/users/a%2F..%2Fb%3Fc%23d%20e%25" {
		t.Errorf("%v %v", paths, err)
	}
	for _, id := range []string{"", ".", ".."} {
		if err := get(id); err == nil || len(paths) != 1 {
			t.Errorf("id %q: %v %v", id, err, paths)
		}
	}
}

func TestClient_logsEveryTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.latency = 20 * time.Millisecond
		f.fault = on("*", 1, fault{status: 503, body: `{"message":"busy"}`})
		var tries []string
		c := f.client(t, func(cfg *Config) {
			cfg.Log = func(_ context.Context, event string, fields map[string]any) {
				tries = append(tries, fmt.Sprint(event, " ", fields["method"], " ", fields["path"], " ", fields["try"], " ",
					fields["status"], " ", fields["duration_ms"]))
			}
		})
		if _, err := roles(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		want := "request GET /core/v1/roles 1 503 20|request GET /core/v1/roles 2 200 20"
		if got := strings.Join(tries, "|"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestClient_refusesABadConfiguration(t *testing.T) {
	good := Config{BaseURL: "https://api.test", Token: canary}
	for name, change := range map[string]func(*Config){
		"no base URL":  func(c *Config) { c.BaseURL = "" },
		"no scheme":    func(c *Config) { c.BaseURL = "api.tray.io" },
		"a path":       func(c *Config) { c.BaseURL = "https://api.tray.io/core/v1" },
		"a user":       func(c *Config) { c.BaseURL = "https://a:b@api.tray.io" },
		"ftp":          func(c *Config) { c.BaseURL = "ftp://api.tray.io" },
		"no token":     func(c *Config) { c.Token = "" },
		"white space":  func(c *Config) { c.Token = canary + "\n" },
		"no PEM":       func(c *Config) { c.CACertificatePEM = []byte("nonsense") },
		"a minus rate": func(c *Config) { c.RequestsPerSecond = -1 },
	} {
		cfg := good
		change(&cfg)
		if _, err := New(cfg); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
}
