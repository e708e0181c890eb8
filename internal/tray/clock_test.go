package tray

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// What must not be judged by the machine's clock asks Tray once, and only where nothing has
// been answered yet.
func TestClient_clockIsNeverTheMachines(t *testing.T) {
	ahead, asked := 49*time.Hour, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	c, err := New(Config{BaseURL: server.URL, Token: "0123456789abcdef0123456789abcdef0123"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		now, err := c.Clock(t.Context())
		if err != nil || (time.Until(now)-ahead).Abs() > time.Minute || asked != 1 {
			t.Errorf("the clock shows %s after %d requests, %v", now, asked, err)
		}
	}
	server.Close()
	if c, err = New(Config{BaseURL: server.URL, Token: "0123456789abcdef0123456789abcdef0123", MaxRetries: -1, RequestTimeout: time.Second}); err != nil {
		t.Fatal(err)
	}
	if now, err := c.Clock(t.Context()); err == nil {
		t.Errorf("nobody answers, and the clock shows %s", now)
	}
}
