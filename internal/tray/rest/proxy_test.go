package rest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// through is a client of a base URL behind a proxy at that address.
func through(t *testing.T, base, proxy string) *Client {
	t.Helper()
	network, err := networkTransport(nil)
	if err != nil {
		t.Fatal(err)
	}
	via, err := url.Parse("http://ana:secret@" + proxy)
	if err != nil {
		t.Fatal(err)
	}
	network.(*http.Transport).Proxy = http.ProxyURL(via)
	return onNetwork(t, base, func(cfg *Config) { cfg.Transport, cfg.MaxRetries = network, 1 })
}

// A proxy's refusal read "Tray could not be reached: Forbidden", or as Tray's own.
func TestProxy_refusalNamesTheProxy(t *testing.T) {
	for what, test := range map[string]struct {
		base   string
		status int
		says   []string
	}{
		"of a tunnel":                  {"https://api.test", 403, []string{"refused the connection: 403 Forbidden", "NO_PROXY=api.test"}},
		"of a tunnel, for a password":  {"https://api.test", 407, []string{"wants a user and a password", "user:password@host:port"}},
		"of a tunnel, for now":         {"https://api.test", 503, []string{"refused the connection: 503 Service Unavailable"}},
		"in the clear":                 {"http://api.test", 403, []string{"Tray, or the proxy", "answered forbidden to GET with an HTML page"}},
		"in the clear, for a password": {"http://api.test", 407, []string{"wants a user and a password", "user:password@host:port"}},
		"as a sign-in page":            {"http://api.test", 200, []string{"an HTML page, not JSON", "and the proxy"}},
	} {
		t.Run(what, func(t *testing.T) {
			asked := 0
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked++
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte("<html>"))
			}))
			defer proxy.Close()
			at := proxy.Listener.Addr().String()
			_, err := roles(t.Context(), through(t, test.base, at))
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range append(test.says, at) {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if want := map[bool]int{true: 2, false: 1}[test.status == 503]; asked != want {
				t.Errorf("asked %d times, want %d", asked, want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%q holds the proxy's password", err)
			}
			if strings.HasPrefix(test.base, "https") && IsAmbiguous(send(t.Context(), through(t, test.base, at), http.MethodDelete)) {
				t.Error("what never left is called ambiguous")
			}
		})
	}
}

func TestProxy_thatDoesNotAnswerIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	_ = l.Close()
	_, err = roles(t.Context(), through(t, "https://api.test", at))
	if err == nil || !strings.Contains(err.Error(), "The proxy "+at+", which HTTPS_PROXY names, does not answer") {
		t.Errorf("%v", err)
	}
}
