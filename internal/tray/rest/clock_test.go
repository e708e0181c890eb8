package rest

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestClient_nowFollowsTheServersDate(t *testing.T) {
	ahead := 49 * time.Hour
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"elements":[],"pageInfo":{"hasNextPage":false}}`))
	}))
	t.Cleanup(server.Close)
	c, err := New(Config{BaseURL: server.URL, Token: "0123456789abcdef0123456789abcdef0123"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Heard() {
		t.Error("an answer has told the time before there was one")
	}
	if off := time.Until(c.Now()).Abs(); off > time.Minute {
		t.Errorf("before any answer, Now is %s off the local clock", off)
	}
	if _, err := roles(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if !c.Heard() {
		t.Error("the answer has told the time, and is not heard")
	}
	if off := (time.Until(c.Now()) - ahead).Abs(); off > time.Minute {
		t.Errorf("Now is %s off the server's clock", off)
	}
}
