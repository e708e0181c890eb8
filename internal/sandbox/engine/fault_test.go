package engine

import "testing"

func TestFault_pathsAreGlobs(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/core/v1/workspaces/*", "/core/v1/workspaces/a", true},
		{"/core/v1/workspaces/*", "/core/v1/workspaces/a/users", false},
		{"/core/v1/workspaces/**", "/core/v1/workspaces/a/users", true},
		{"/core/v1/workspaces/**", "/core/v1/workspaces", true},
		{"**", "/anything/at/all", true},
		{"/**/users", "/core/v1/workspaces/a/users", true},
		{"/**/users", "/core/v1/workspaces/a/users/b", false},
		{"/core/v1/*/a*/users", "/core/v1/workspaces/abc/users", true},
	} {
		if got := (Fault{Path: c.pattern}).matches("GET", c.path); got != c.want {
			t.Errorf("%s on %s: %v", c.pattern, c.path, got)
		}
	}
}
