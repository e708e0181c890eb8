// Package provider is the Tray provider: its configuration and its table of contents.
// What each type does is in the folder of its noun.
package provider

import (
	"cmp"
	"context"
	"net/http"
	"os"
	"slices"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/access"
	"github.com/tray-community/terraform-provider-tray/internal/provider/actions"
	"github.com/tray-community/terraform-provider-tray/internal/provider/apitoken"
	"github.com/tray-community/terraform-provider-tray/internal/provider/apiuser"
	"github.com/tray-community/terraform-provider-tray/internal/provider/authentication"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/catalogue"
	"github.com/tray-community/terraform-provider-tray/internal/provider/connector"
	"github.com/tray-community/terraform-provider-tray/internal/provider/embedded"
	"github.com/tray-community/terraform-provider-tray/internal/provider/environment"
	"github.com/tray-community/terraform-provider-tray/internal/provider/membership"
	"github.com/tray-community/terraform-provider-tray/internal/provider/membershipset"
	"github.com/tray-community/terraform-provider-tray/internal/provider/onprem"
	"github.com/tray-community/terraform-provider-tray/internal/provider/organization"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
	"github.com/tray-community/terraform-provider-tray/internal/provider/projectversion"
	"github.com/tray-community/terraform-provider-tray/internal/provider/promotion"
	"github.com/tray-community/terraform-provider-tray/internal/provider/role"
	"github.com/tray-community/terraform-provider-tray/internal/provider/service"
	"github.com/tray-community/terraform-provider-tray/internal/provider/solution"
	"github.com/tray-community/terraform-provider-tray/internal/provider/solutioninstance"
	"github.com/tray-community/terraform-provider-tray/internal/provider/subscription"
	"github.com/tray-community/terraform-provider-tray/internal/provider/user"
	"github.com/tray-community/terraform-provider-tray/internal/provider/workspace"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ framework.Provider                       = (*trayProvider)(nil)
	_ framework.ProviderWithActions            = (*trayProvider)(nil)
	_ framework.ProviderWithValidateConfig     = (*trayProvider)(nil)
	_ framework.ProviderWithConfigValidators   = (*trayProvider)(nil)
	_ framework.ProviderWithEphemeralResources = (*trayProvider)(nil)
	_ framework.ProviderWithFunctions          = (*trayProvider)(nil)
	_ framework.ProviderWithListResources      = (*trayProvider)(nil)
)

// SandboxOptions says which sandbox to open. It is an alias of an unnamed struct so
// that the function of another package fits WithSandbox without either importing
// the other.
type SandboxOptions = struct {
	Path, Organization, OwnerEmail, Plan string
	Embedded, Operator, AutoAccept       bool
	ReadOnly                             bool
}

// Option changes what New makes.
type Option func(*trayProvider)

// WithSandbox gives the provider the stand-in that `sandbox = {}` selects: open
// returns what carries requests to it, and its owner's token, or the operator's.
func WithSandbox(open func(SandboxOptions) (http.RoundTripper, string, error)) Option {
	return func(p *trayProvider) { p.openSandbox = open }
}

// WithTransport wraps what carries the requests, below everything the client adds to
// them. For tests, which look at each exchange.
func WithTransport(wrap func(http.RoundTripper) http.RoundTripper) Option {
	return func(p *trayProvider) { p.wrap = wrap }
}

// WithRequestsPerSecond is how fast the provider goes where requests_per_second is not given:
// for tests, whose Tray is their own. Without it that is the client's default.
func WithRequestsPerSecond(most float64) Option {
	return func(p *trayProvider) { p.pace = most }
}

type trayProvider struct {
	version     string
	pace        float64
	openSandbox func(SandboxOptions) (http.RoundTripper, string, error)
	wrap        func(http.RoundTripper) http.RoundTripper
	api         atomic.Pointer[tray.Client]    // Of the last Configure; nil while that is not possible.
	run         atomic.Pointer[policy.Session] // The same.
	snapshot    atomic.Pointer[snapshot]       // What the last Configure plans by; nil for an organization that can be changed.
}

// New returns a function that makes the provider, as the plugin server wants it.
func New(version string, opts ...Option) func() framework.Provider {
	return func() framework.Provider {
		p := &trayProvider{version: version}
		for _, opt := range opts {
			opt(p)
		}
		return p
	}
}

func (p *trayProvider) Metadata(_ context.Context, _ framework.MetadataRequest, resp *framework.MetadataResponse) {
	resp.TypeName, resp.Version = "tray", p.version
}

// Configure makes the client that everything shares. While a value is unknown it makes
// none: resources that need the API then say which value is missing.
func (p *trayProvider) Configure(ctx context.Context, req framework.ConfigureRequest, resp *framework.ConfigureResponse) {
	m, ok := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	shared := &base.Provider{Ledger: &base.Ledger{}, Unknown: m.unknown(ctx)}
	if len(shared.Unknown) == 0 {
		s := resolve(ctx, m, os.Getenv, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		shared.Guardrails, shared.Embedded = s.guardrails, s.embedded
		by, known := startedBy()
		snapshot := s.sandbox != nil && s.sandbox.ReadOnly
		if snapshot && !readsOnly(by.subcommand, &resp.Diagnostics) {
			return
		}
		shared.Ledger.Session.MergesEqual = by.subcommand == "test" || !known && s.sandbox != nil && !snapshot
		shared.Ledger.Session.MayApply, shared.Ledger.Session.Parallelism = by.subcommand == "apply", by.parallelism
		shared.Unrefreshed, shared.SavedPlan = by.unrefreshed, by.plan
		shared.API = p.client(s, req.TerraformVersion, &resp.Diagnostics)
		p.api.Store(shared.API)
		p.run.Store(&shared.Ledger.Session)
		if shared.API == nil || !pinned(ctx, shared.API, m.Organization.ValueString(), &resp.Diagnostics) {
			return
		}
		if by := p.snapshot.Load(); by != nil {
			by.hide(shared.Guardrails.RequiredAdmins)
		}
	} else if req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &framework.Deferred{Reason: framework.DeferredReasonProviderConfigUnknown}
	}
	resp.ResourceData, resp.DataSourceData = shared, shared
	resp.EphemeralResourceData, resp.ActionData, resp.ListResourceData = shared, shared, shared
}

// client connects to what s names; nil means that diags says why not.
func (p *trayProvider) client(s settings, terraformVersion string, diags *diagnostics) *tray.Client {
	cfg := s.client
	cfg.MasterToken, cfg.GraphQLURL = s.embedded.MasterToken, s.embedded.GraphQLURL
	cfg.RequestsPerSecond = cmp.Or(cfg.RequestsPerSecond, p.pace)
	p.snapshot.Store(nil)
	if s.sandbox != nil && !p.sandboxTransport(*s.sandbox, &cfg, diags) {
		return nil
	}
	if p.wrap != nil {
		if cfg.Transport == nil {
			cfg.Transport = http.DefaultTransport
		}
		cfg.Transport = p.wrap(cfg.Transport)
	}
	cfg.UserAgent = userAgent(p.version, terraformVersion, os.Getenv("TF_APPEND_USER_AGENT"))
	cfg.Log = logger(cfg.Token, s.embedded.MasterToken)
	cfg.NoCoalescing = os.Getenv("TRAY_NO_COALESCING") != "" // for make bench: the baseline
	client, err := tray.New(cfg)
	if base.Failed(diags, "set up the connection to Tray", err) {
		return nil
	}
	return client
}

func (p *trayProvider) Resources(context.Context) []func() resource.Resource {
	return slices.Concat(
		apitoken.Resources(),
		apiuser.Resources(),
		authentication.Resources(),
		embedded.Resources(),
		membership.Resources(),
		membershipset.Resources(),
		onprem.Resources(),
		organization.Resources(),
		environment.Resources(),
		connector.Resources(),
		project.Resources(),
		projectversion.Resources(),
		promotion.Resources(),
		solution.Resources(),
		solutioninstance.Resources(),
		service.Resources(),
		subscription.Resources(),
		user.Resources(),
		workspace.Resources(),
	)
}

func (p *trayProvider) DataSources(context.Context) []func() datasource.DataSource {
	return slices.Concat(
		access.DataSources(),
		catalogue.DataSources(),
		membership.DataSources(),
		onprem.DataSources(),
		organization.DataSources(),
		role.DataSources(),
		environment.DataSources(),
		projectversion.DataSources(),
		promotion.DataSources(),
		solution.DataSources(),
		service.DataSources(),
		user.DataSources(),
		workspace.DataSources(),
	)
}

func (p *trayProvider) ListResources(context.Context) []func() list.ListResource {
	return slices.Concat(
		apitoken.ListResources(),
		apiuser.ListResources(),
		authentication.ListResources(),
		embedded.ListResources(),
		membership.ListResources(),
		membershipset.ListResources(),
		environment.ListResources(),
		connector.ListResources(),
		onprem.ListResources(),
		project.ListResources(),
		projectversion.ListResources(),
		solutioninstance.ListResources(),
		service.ListResources(),
		subscription.ListResources(),
		user.ListResources(),
		workspace.ListResources(),
	)
}

func (p *trayProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return slices.Concat(
		apitoken.EphemeralResources(),
		authentication.EphemeralResources(),
		embedded.EphemeralResources(),
	)
}

func (p *trayProvider) Actions(context.Context) []func() action.Action {
	return slices.Concat(actions.Actions(), promotion.Actions())
}

func (p *trayProvider) Functions(context.Context) []func() function.Function {
	return slices.Concat(access.Functions(), promotion.Functions())
}
