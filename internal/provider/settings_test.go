package provider

import (
	"context"
	"maps"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// resolved is what a block and an environment come to.
func resolved(t *testing.T, block map[string]any, env map[string]string) settings {
	t.Helper()
	ctx := context.Background()
	p := New("test")()
	schema, typ := blockType(t, p)
	var resp provider.ConfigureResponse
	m, ok := base.Load[model](ctx, tfsdk.Config{Raw: object(t, typ, block), Schema: schema.Schema}, &resp.Diagnostics)
	if !ok {
		t.Fatal(resp.Diagnostics)
	}
	s := resolve(ctx, m, func(name string) string { return env[name] }, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return s
}

func TestProvider_findsItsHost(t *testing.T) {
	for name, c := range map[string]struct {
		block         map[string]any
		env           map[string]string
		rest, graphQL string
	}{
		"default":                 {nil, nil, "https://api.tray.io", "https://tray.io/graphql"},
		"region":                  {map[string]any{"region": "eu"}, nil, "https://api.eu1.tray.io", "https://eu1.tray.io/graphql"},
		"region of the machine":   {nil, map[string]string{"TRAY_REGION": "ap"}, "https://api.ap1.tray.io", "https://ap1.tray.io/graphql"},
		"block before machine":    {map[string]any{"region": "us"}, map[string]string{"TRAY_REGION": "ap", "TRAY_API_URL": "https://x.example"}, "https://api.tray.io", "https://tray.io/graphql"},
		"URL before region":       {nil, map[string]string{"TRAY_REGION": "ap", "TRAY_API_URL": "https://x.example"}, "https://x.example", "https://x.example/graphql"},
		"URL beside a bad region": {map[string]any{"base_url": "https://x.example"}, map[string]string{"TRAY_REGION": "mars"}, "https://x.example", "https://x.example/graphql"},
		"slash at the end":        {map[string]any{"base_url": "https://x.example/"}, nil, "https://x.example", "https://x.example/graphql"},
		"pasted with its path":    {map[string]any{"base_url": "https://x.example/core/v1/"}, nil, "https://x.example", "https://x.example/graphql"},
		"this machine":            {map[string]any{"base_url": "http://127.0.0.1:8787"}, nil, "http://127.0.0.1:8787", "http://127.0.0.1:8787/graphql"},
		"this machine by name":    {map[string]any{"base_url": "http://localhost:1"}, nil, "http://localhost:1", "http://localhost:1/graphql"},
		"this machine over IPv6":  {map[string]any{"base_url": "http://[::1]:1"}, nil, "http://[::1]:1", "http://[::1]:1/graphql"},
		"GraphQL somewhere else":  {map[string]any{"graphql_url": "https://g.example/graphql/"}, nil, "https://api.tray.io", "https://g.example/graphql"},
	} {
		t.Run(name, func(t *testing.T) {
			block := map[string]any{"token": someToken}
			maps.Copy(block, c.block)
			s := resolved(t, block, c.env)
			if s.client.BaseURL != c.rest || s.embedded.GraphQLURL != c.graphQL {
				t.Errorf("got %s and %s, want %s and %s", s.client.BaseURL, s.embedded.GraphQLURL, c.rest, c.graphQL)
			}
		})
	}
}

func TestProvider_trimsPastedTokens(t *testing.T) {
	for _, pasted := range []string{someToken, "Bearer " + someToken, "bearer  " + someToken, " " + someToken + "\n"} {
		if s := resolved(t, map[string]any{"token": pasted}, nil); s.client.Token != someToken {
			t.Errorf("%q became %q", pasted, s.client.Token)
		}
		if s := resolved(t, nil, map[string]string{"TRAY_API_TOKEN": pasted}); s.client.Token != someToken {
			t.Errorf("%q in the environment became %q", pasted, s.client.Token)
		}
	}
}

func TestProvider_sandboxGoesBeforeTheEnvironment(t *testing.T) {
	env := map[string]string{"TRAY_API_TOKEN": someToken, "TRAY_API_URL": "https://x.example"}
	s := resolved(t, map[string]any{"sandbox": map[string]any{}}, env)
	if s.sandbox == nil || s.client.Token != "" || s.client.BaseURL != "" {
		t.Fatalf("the environment got through: %+v", s.client)
	}
	if want := (SandboxOptions{Path: ".tray-sandbox.db"}); *s.sandbox != want {
		t.Errorf("got %+v, want %+v", *s.sandbox, want)
	}
	if s := resolved(t, map[string]any{"sandbox": map[string]any{"token": someToken}}, nil); s.client.Token != someToken {
		t.Errorf("the token of one of its users became %q", s.client.Token)
	}
	s = resolved(t, map[string]any{"sandbox": map[string]any{
		"path": "x.db", "organization": "Acme", "owner_email": "o@example.com", "plan": "team", "embedded": true, "operator": true, "auto_accept": true, "read_only": true,
	}}, env)
	if want := (SandboxOptions{"x.db", "Acme", "o@example.com", "team", true, true, true, true}); *s.sandbox != want {
		t.Errorf("got %+v, want %+v", *s.sandbox, want)
	}
}

// Tray's limit protects a service that others use; a file of one's own needs none.
func TestProvider_sandboxInProcessHasNoRateLimitUnlessAsked(t *testing.T) {
	p := &trayProvider{openSandbox: func(SandboxOptions) (http.RoundTripper, string, error) { return http.DefaultTransport, someToken, nil }}
	for asked, want := range map[float64]float64{0: unlimited, 5: 5} {
		cfg := tray.Config{RequestsPerSecond: asked}
		var diags diagnostics
		if !p.sandboxTransport(SandboxOptions{}, &cfg, &diags) || cfg.RequestsPerSecond != want {
			t.Errorf("%g became %g, %v", asked, cfg.RequestsPerSecond, diags)
		}
	}
}

func TestProvider_readsGuardrails(t *testing.T) {
	s := resolved(t, map[string]any{"token": someToken}, nil)
	if g := s.guardrails; g.MaxRemovals != -1 || g.MaxRemovalPercent != 25 || g.MinOrgAdmins != 1 || g.AllowSelfRemoval || len(g.RequiredAdmins) != 0 {
		t.Errorf("defaults: %+v", g)
	}
	s = resolved(t, map[string]any{"token": someToken, "guardrails": map[string]any{
		"max_removals": 0, "max_removal_percent": 100, "min_org_admins": 3, "allow_self_removal": true, "required_admins": []string{"Ana@Example.com"},
	}}, nil)
	if g := s.guardrails; g.MaxRemovals != 0 || g.MaxRemovalPercent != 100 || g.MinOrgAdmins != 3 || !g.AllowSelfRemoval || len(g.RequiredAdmins) != 1 || g.RequiredAdmins[0] != "ana@example.com" {
		t.Errorf("given: %+v", g)
	}
}

func TestProvider_zeroRetriesMeansNone(t *testing.T) {
	if s := resolved(t, map[string]any{"token": someToken, "max_retries": 0}, nil); s.client.MaxRetries >= 0 {
		t.Errorf("max_retries = 0 became %d, which the client reads as its default", s.client.MaxRetries)
	}
	if s := resolved(t, map[string]any{"token": someToken}, nil); s.client.MaxRetries != 0 {
		t.Errorf("no max_retries became %d", s.client.MaxRetries)
	}
}
