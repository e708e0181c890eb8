// Package acctest gives a test a Tray of its own, the provider configured for it, and a
// real command line. Only tests import it.
//
// Start serves a fresh sandbox, over HTTP or in the provider's own process, and puts
// the contract check on every exchange. Test runs steps of terraform-plugin-testing
// against it; Env.CLI drives terraform or tofu on a whole layout.
package acctest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/tray-community/terraform-provider-tray/internal/contract"
	"github.com/tray-community/terraform-provider-tray/internal/provider"
	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
)

// OwnerEmail is the address of the Owner of every sandbox that Start makes.
const OwnerEmail = "owner@example.com"

const unlimited = 1e6 // requests a second

// Env is one test's private organization and the way to it.
type Env struct {
	// URL is the sandbox's address, "" when it runs in the provider's process.
	URL string
	// Token is what the provider block uses; Owner is the Owner's token, Operator that of
	// whoever opens further organizations.
	Token, Owner, Operator string
	// Path is the sandbox's file.
	Path string

	t        testing.TB
	control  http.RoundTripper
	hooks    *hooks // nil in process
	setup    setup
	operates bool
	frozen   bool // Path is a snapshot
	embedded bool // the organization has Embedded
}

// Option changes what Start makes.
type Option func(*setup)

type setup struct {
	inProcess bool
	operates  bool
	role      string
	open      sandbox.OpenOptions
	wire      map[string]any // /_sandbox/options
}

// InProcess runs the sandbox inside the provider, as `sandbox = {}` does.
func InProcess() Option { return func(s *setup) { s.inProcess = true } }

// Sparse makes lists carry only id and name.
func Sparse() Option { return Wire("list_elements", "sparse") }

// TypesAsObjects draws types as {"Shared":{}} instead of "Shared".
func TypesAsObjects() Option { return Wire("type_shape", "object") }

// NoManagement leaves the platform API alone, as a live Tray is.
func NoManagement() Option { return Wire("management", false) }

// Wire sets one of /_sandbox/options from the start.
func Wire(option string, value any) Option {
	return func(s *setup) { s.wire[option] = value }
}

// Plan sets the organization's plan: "pro", "team" or "enterprise".
func Plan(plan string) Option { return func(s *setup) { s.open.Plan = plan } }

// Organization sets the organization's name and its Owner's address.
func Organization(name, ownerEmail string) Option {
	return func(s *setup) { s.open.Organization, s.open.OwnerEmail = name, ownerEmail }
}

// Embedded makes it an Embedded organization.
func Embedded() Option { return func(s *setup) { s.open.Embedded = true } }

// Token makes the provider call as a new API user with that organization role instead
// of as the Owner. It needs HTTP: the sandbox in the provider's process is the Owner's.
func Token(organizationRole string) Option {
	return func(s *setup) { s.role = organizationRole }
}

// Operator makes the provider act as an operator, who opens further organizations.
func Operator() Option { return func(s *setup) { s.operates = true } }

// Start makes a fresh sandbox that lives until the test ends.
func Start(t testing.TB, opts ...Option) *Env {
	t.Helper()
	prepare()
	s := setup{wire: map[string]any{}, open: sandbox.OpenOptions{
		Path: filepath.Join(t.TempDir(), "sandbox.db"), OwnerEmail: OwnerEmail,
	}}
	for _, opt := range opts {
		opt(&s)
	}
	wire, err := json.Marshal(s.wire)
	if err != nil {
		t.Fatal(err)
	}
	env := s.serve(t, sandbox.WithOptions(wire))
	if s.operates {
		env.Token = env.Operator
	}
	if s.role != "" {
		env.Token = env.roleToken(s)
	}
	return env
}

// serve opens the organization's file for the test.
func (s setup) serve(t testing.TB, settings ...sandbox.Setting) *Env {
	t.Helper()
	box, err := sandbox.New(s.open, settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	env := &Env{
		t: t, Path: s.open.Path, Owner: box.OwnerToken(), Token: box.OwnerToken(), Operator: box.OperatorToken(),
		control: box.Transport(), setup: s, operates: s.operates, embedded: s.open.Embedded,
	}
	if !s.inProcess {
		env.hooks = &hooks{next: contract.Check(t, box)}
		server := httptest.NewServer(env.hooks)
		t.Cleanup(server.Close) // before the sandbox: last in, first out
		env.URL = server.URL
	}
	return env
}

func (e *Env) roleToken(s setup) string {
	e.t.Helper()
	if s.inProcess {
		e.t.Fatal("acctest: Token needs HTTP; the sandbox in the provider's process always uses the Owner's token")
	}
	return e.NewToken(map[string]any{"api_user": map[string]any{"name": "Terraform", "role": s.role}})
}

// Provider is the provider block for this organization. Extra lines go inside it.
func (e *Env) Provider(extra ...string) string {
	lines := []string{fmt.Sprintf("  base_url = %q\n  token    = %q", e.URL, e.Token)}
	if e.URL == "" {
		lines = []string{fmt.Sprintf("  sandbox = { path = %q }", e.Path)}
		if e.frozen {
			lines = []string{frozenBlock(e.Path)}
		}
		if e.operates {
			lines = []string{fmt.Sprintf("  sandbox = { path = %q, operator = true }", e.Path)}
		}
	}
	if e.URL != "" && e.embedded {
		lines = append(lines, fmt.Sprintf("  master_token = %q", e.Token)) // an Owner's or Admin's is one
	}
	return "provider \"tray\" {\n" + strings.Join(append(lines, extra...), "\n") + "\n}\n"
}

// ProviderOf is a provider block, with an alias, for the further organization of that
// name: as its Owner, whose address this is.
func (e *Env) ProviderOf(alias, organization, ownerEmail string) string {
	e.t.Helper()
	if e.URL == "" {
		return fmt.Sprintf("provider \"tray\" {\n  alias   = %q\n  sandbox = { path = %q, organization = %q }\n}\n", alias, e.Path, organization)
	}
	return fmt.Sprintf("provider \"tray\" {\n  alias    = %q\n  base_url = %q\n  token    = %q\n}\n", alias, e.URL, e.OwnerOf(organization, ownerEmail))
}

// Config is hcl with the provider block for this organization before it.
func (e *Env) Config(hcl string) string { return e.Provider() + "\n" + hcl }

// Factories serves the provider in this process. Each command gets a provider of its
// own, as it would by starting the binary.
func (e *Env) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){"tray": e.serve}
}

func (e *Env) serve() (tfprotov6.ProviderServer, error) {
	// Half of what an acceptance test took was keeping to a limit that its Tray does not have.
	opts := []provider.Option{provider.WithSandbox(sandbox.Open), provider.WithRequestsPerSecond(unlimited)}
	if e.URL == "" { // over HTTP the server checks
		opts = append(opts, provider.WithTransport(func(rt http.RoundTripper) http.RoundTripper {
			return contract.RoundTripper(e.t, rt)
		}))
	}
	server := provider.Server(provider.New("test", opts...)())
	if whole, ok := server.(wholeServer); ok {
		return toldOnce{whole}, nil
	}
	return server, nil
}

// Test runs the steps with a real command line (see Main) against env's provider.
// Tests call t.Parallel first, or Alone.
func Test(t *testing.T, env *Env, steps ...resource.TestStep) {
	t.Helper()
	requireCLI(t)
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: env.Factories(), Steps: steps})
}

// Alone begins a test that changes what the tests of its process have in common: no other test
// of its package runs meanwhile. Every other test that runs a command line begins with
// t.Parallel.
func Alone(t testing.TB) { t.Helper() }
