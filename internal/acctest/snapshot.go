package acctest

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/provider"
	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
	"github.com/tray-community/terraform-provider-tray/internal/snapshot"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Snapshot is a snapshot of an organization, and what the command said of it.
type Snapshot struct {
	Path, Stdout, Stderr string
	Code                 int
}

// Snapshot runs the command `snapshot` with flags on this organization, as Env.Token. Flags
// may name another file than the test's own.
func (e *Env) Snapshot(t testing.TB, flags ...string) Snapshot {
	t.Helper()
	s := Snapshot{Path: filepath.Join(t.TempDir(), "org.db")}
	var stdout, stderr strings.Builder
	take := snapshot.Program{
		Connect: func() (tray.Config, error) {
			cfg := tray.Config{BaseURL: e.URL, Token: e.Token, RequestsPerSecond: unlimited}
			if e.URL == "" {
				cfg.BaseURL, cfg.Transport = "https://sandbox.invalid", e.control
			}
			return cfg, nil
		},
		Shown: func() (shown, arguments map[string][]string, err error) {
			return provider.Shown(provider.New("test")())
		},
		Freeze: sandbox.Freeze, Stdout: &stdout, Stderr: &stderr,
	}
	s.Code = take.Run(context.Background(), append([]string{"-o", s.Path}, flags...))
	s.Stdout, s.Stderr = stdout.String(), stderr.String()
	return s
}

// MustSnapshot is Snapshot that fails the test when there is none.
func (e *Env) MustSnapshot(t testing.TB, flags ...string) Snapshot {
	t.Helper()
	s := e.Snapshot(t, flags...)
	if s.Code != 0 {
		t.Fatalf("snapshot: exit status %d\n%s%s", s.Code, s.Stdout, s.Stderr)
	}
	return s
}

// BySnapshot is the way to the organization by a snapshot of it: what plans with it has no
// token. There is nothing to control.
func (e *Env) BySnapshot(t testing.TB, path string) *Env {
	return &Env{t: t, Path: path, frozen: true}
}

// As points the provider block of the layout at another organization, or at a snapshot.
func (c *CLI) As(env *Env) *CLI {
	c.t.Helper()
	other := *c
	other.env = env
	override := env.Provider()
	if env.URL != "" {
		override = env.Provider("  sandbox  = null")
	}
	if env.frozen {
		override = env.Provider("  base_url = null\n  token    = null")
	}
	other.Write("zz_test_override.tf", override)
	return &other
}

func frozenBlock(path string) string {
	return fmt.Sprintf("  sandbox = { path = %q, read_only = true }", path)
}
