package engine

import (
	"maps"
	"testing"
)

func TestRouter_findsByMethodAndSegments(t *testing.T) {
	var r Router[string]
	r.Add("GET", "/users", "list")
	r.Add("GET", "/users/{id}", "one")
	r.Add("DELETE", "/users/{id}", "remove")
	for _, c := range []struct {
		method, path, want, id string
	}{
		{"GET", "/users", "list", ""},
		{"GET", "/users/u1", "one", "u1"},
		{"GET", "/users/a%2Fb", "one", "a/b"},
		{"DELETE", "/users/u1", "remove", "u1"},
		{"GET", "/users/", "", ""},
		{"GET", "/users/%zz", "", ""},
		{"PUT", "/users/u1", "", ""},
		{"GET", "//users", "", ""},
		{"GET", "/users/u1/", "", ""},
	} {
		params := map[string]string{}
		if c.id != "" {
			params["id"] = c.id
		}
		if what, got := r.Find(c.method, c.path); what != c.want || !maps.Equal(got, params) {
			t.Errorf("%s %s is %q with %v", c.method, c.path, what, got)
		}
	}
}
