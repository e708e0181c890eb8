package tray

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
)

// answers is a transport that gives one answer to every request for a path.
type answers map[string]string

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	body, there := a[r.URL.Path]
	status := http.StatusOK
	if !there {
		status, body = http.StatusNotFound, `{"message":"not found"}`
	}
	return &http.Response{StatusCode: status, Request: r, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func TestContents_areWhatADeletionWouldTake(t *testing.T) {
	const ws = `{"id":"ws","name":"Sales","type":"Shared",`
	for body, want := range map[string]map[string]int64{
		ws + `"projectCount":2}`: {"projects": 2},
		ws + `"projectCount":0}`: {},
		ws + `"projectCount":2,"contents":{"projects":2,"services":0}}`: {"projects": 2},
		ws + `"projectCount":0,"contents":{"projects":0,"flows":3}}`:    {"flows": 3},
		ws + `"description":"neither is told"}`:                         nil,
	} {
		c, err := New(Config{BaseURL: "https://tray.example", Token: canary, Transport: answers{
			"/management/v1": `{"organizationId":"o","user":{"id":"u","email":"o@acme.example"}}`, "/management/v1/workspaces/ws": body,
		}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Workspaces.Contents(t.Context(), "ws")
		if (err == nil) != (want != nil) || !maps.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", body, got, err, want)
		}
	}
}

// What does not change is not sent.
func TestWorkspaceChange_sendsWhatItNames(t *testing.T) {
	name, none, text, zero, limit := "Treasury", "", "for treasurers", int64(0), int64(7)
	for want, c := range map[string]WorkspaceChange{
		`{}`:                                       {},
		`{"name":"Treasury"}`:                      {Name: &name},
		`{"description":null}`:                     {Description: &none},
		`{"description":"for treasurers"}`:         {Description: &text},
		`{"monthlyTaskLimit":null}`:                {MonthlyTaskLimit: &zero},
		`{"monthlyTaskLimit":7,"name":"Treasury"}`: {Name: &name, MonthlyTaskLimit: &limit},
	} {
		if got, err := json.Marshal(c.body()); err != nil || string(got) != want {
			t.Errorf("sends %s, %v, want %s", got, err, want)
		}
		if now := (Workspace{Name: "Treasury", Description: &text, MonthlyTaskLimit: &limit}); c.made(now) != (c.Description != &none && c.MonthlyTaskLimit != &zero) {
			t.Errorf("%s: made is %v", want, c.made(now))
		}
	}
}
