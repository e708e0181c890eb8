package tray

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestUsers_listSortsByEmail(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(`{"elements":[{"id":"2","email":"b@x","name":"B","accountType":"Regular","role":{"id":"r","name":"Admin"}},{"id":"1","email":"A@x","name":"A","accountType":{"Regular":{}},"role":{"id":"r","name":"Admin"}}],"pageInfo":{"hasNextPage":false}}`))
	}))
	defer s.Close()
	c, err := New(Config{BaseURL: s.URL, Token: "canary-token"})
	if err != nil {
		t.Fatal(err)
	}
	users, err := c.Users.List(context.Background())
	if err != nil || len(users) != 2 || users[0].ID != "1" || users[0].AccountType != AccountRegular {
		t.Fatal(users, err)
	}
}
