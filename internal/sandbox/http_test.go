package sandbox

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// A page can give its own name the address 127.0.0.1, and would then read everything that
// needs no more than a token in a link.
func TestHTTP_pagesOfOthersAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		host, origin string
		public       bool
		status       int
	}{
		{"127.0.0.1:8787", "", false, 200},
		{"localhost:8787", "", false, 200},
		{"[::1]:8787", "", false, 200},
		{"127.9.9.9", "", false, 200},
		{"evil.example", "", false, 403},
		{"evil.example:8787", "http://evil.example:8787", false, 403},
		{"localhost.evil.example", "", false, 403},
		{"192.0.2.1:8787", "", false, 403},
		{"", "", false, 403},
		{"127.0.0.1:8787", "http://127.0.0.1:8787", false, 200},
		{"127.0.0.1:8787", "http://evil.example", false, 403},
		{"127.0.0.1:8787", "http://127.0.0.1:9999", false, 403},
		{"127.0.0.1:8787", "null", false, 403},
		{"tray.test:8787", "", true, 200},
		{"tray.test:8787", "http://tray.test:8787", true, 200},
		{"tray.test:8787", "http://evil.example", true, 403},
	} {
		r := w.request(w.sandbox.OwnerToken(), "GET", "/core/v1/roles", nil)
		r.Host = c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		got := httptest.NewRecorder()
		engine.Server{Serve: w.sandbox.serve, Public: c.public}.ServeHTTP(got, r)
		if got.Code != c.status {
			t.Errorf("%+v answered %d %s", c, got.Code, got.Body)
		}
	}
}

// speak sends raw bytes to a server and returns the first line of what comes back.
func speak(t *testing.T, server *httptest.Server, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func TestHTTP_aBodyThatDoesNotArriveIsGivenUp(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(engine.Server{Serve: w.sandbox.serve, BodyPatience: 50 * time.Millisecond})
	defer server.Close()
	head := "POST /core/v1/users HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\nAuthorization: Bearer %s\r\n\r\n{"
	if got := speak(t, server, fmt.Sprintf(head, w.sandbox.OwnerToken())); got != "HTTP/1.1 408 Request Timeout" {
		t.Error(got)
	}
	if got := speak(t, server, fmt.Sprintf(head, "not-a-token")); got != "HTTP/1.1 401 Unauthorized" {
		t.Error(got)
	}
}

// Reading has a limit of time, acting has none: latency and delays are what tests order.
func TestHTTP_aSlowAnswerIsNotGivenUp(t *testing.T) {
	w := newWorld(t)
	w.must(201, "POST", "/_sandbox/faults", object{"path": "/core/v1/users", "delay": "300ms", "times": 1})
	server := httptest.NewServer(engine.Server{Serve: w.sandbox.serve, BodyPatience: 50 * time.Millisecond})
	defer server.Close()
	r, err := http.NewRequest("POST", server.URL+"/core/v1/users", strings.NewReader(newUserBody("u", 1)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.sandbox.OwnerToken())
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("it answered %d", res.StatusCode)
	}
}
