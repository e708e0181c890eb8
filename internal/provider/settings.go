package provider

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// howToGetToken is the way through Tray's UI, in its words.
const howToGetToken = "To get one: in Tray open a shared workspace, then Account settings > Tokens > Create API user, " +
	"give it the organization role Admin, and copy the token, which is shown once."

// settings are the provider block and the environment, put together and checked.
type settings struct {
	client     tray.Config
	sandbox    *SandboxOptions // nil: a live organization
	embedded   base.Embedded
	guardrails base.Guardrails
}

// ConfigValidators implements framework.ProviderWithConfigValidators.
func (p *trayProvider) ConfigValidators(context.Context) []framework.ConfigValidator {
	return []framework.ConfigValidator{base.Elements{}}
}

// ValidateConfig refuses what the block alone shows to be wrong. The environment is
// left to Configure: `terraform validate` must not depend on it.
func (p *trayProvider) ValidateConfig(ctx context.Context, req framework.ValidateConfigRequest, resp *framework.ValidateConfigResponse) {
	m, ok := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok || m.Sandbox.IsNull() || m.Sandbox.IsUnknown() {
		return
	}
	m.validateSnapshot(ctx, &resp.Diagnostics)
	for name, v := range map[string]types.String{"token": m.Token, "region": m.Region, "base_url": m.BaseURL} {
		if !v.IsNull() {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Sandbox or live organization, not both",
				fmt.Sprintf("The block says sandbox, which needs no %s. Remove %s to use the sandbox, or remove sandbox to speak to a live organization.", name, name))
		}
	}
}

// FromEnvironment returns how an empty provider block connects to a live organization.
func FromEnvironment(version string, env func(string) string) (tray.Config, error) {
	if env("TRAY_API_TOKEN") == "" {
		return tray.Config{}, fmt.Errorf("the environment variable TRAY_API_TOKEN must hold a token of the organization. %s", strings.TrimSuffix(howToGetToken, "."))
	}
	var diags diagnostics
	s := resolve(context.Background(), model{}, env, &diags)
	if diags.HasError() {
		return tray.Config{}, errors.New(diags.Errors()[0].Detail())
	}
	s.client.UserAgent = userAgent(version, "", env("TF_APPEND_USER_AGENT"))
	return s.client, nil
}

// unknown names the arguments whose values are not known yet.
func (m model) unknown(ctx context.Context) []string {
	all := []struct {
		name string
		v    attr.Value
	}{
		{"token", m.Token}, {"master_token", m.MasterToken}, {"region", m.Region}, {"base_url", m.BaseURL},
		{"graphql_url", m.GraphQLURL}, {"organization", m.Organization}, {"requests_per_second", m.RequestsPerSecond}, {"max_retries", m.MaxRetries},
		{"request_timeout", m.RequestTimeout}, {"ca_certificate_pem", m.CACertificatePEM},
		{"ca_certificate_file", m.CACertificateFile}, {"sandbox", m.Sandbox}, {"guardrails", m.Guardrails},
	}
	var names []string
	for _, a := range all {
		if a.v.IsUnknown() {
			names = append(names, a.name)
		}
		object, ok := a.v.(types.Object)
		if !ok {
			continue
		}
		for name, v := range object.Attributes() {
			if raw, err := v.ToTerraformValue(ctx); err == nil && !raw.IsFullyKnown() {
				names = append(names, a.name+"."+name)
			}
		}
	}
	return names
}

// resolve puts the block and the environment together. What is in the block goes
// before the environment, and a sandbox in the block before all of it.
func resolve(ctx context.Context, m model, env func(string) string, diags *diagnostics) settings {
	guardrails, err := m.guardrails(ctx, diags).Override(env)
	base.Failed(diags, "read the guardrails", err, path.Root("guardrails"))
	s := settings{guardrails: guardrails}
	s.client.RequestsPerSecond = m.RequestsPerSecond.ValueFloat64()
	if !m.MaxRetries.IsNull() {
		s.client.MaxRetries = int(m.MaxRetries.ValueInt64())
		if s.client.MaxRetries == 0 {
			s.client.MaxRetries = -1 // the client's "none"; its 0 is "default"
		}
	}
	s.client.RequestTimeout = given(path.Root("request_timeout"), "", m.RequestTimeout, "", checkDuration, diags)
	s.client.CACertificatePEM = m.certificates(diags)
	s.embedded.MasterToken = given(path.Root("master_token"), "TRAY_MASTER_TOKEN", m.MasterToken, env("TRAY_MASTER_TOKEN"), checkMasterToken, diags)
	if !m.Sandbox.IsNull() {
		s.sandbox = m.sandbox(ctx, &s.client, diags)
		return s
	}
	m.live(&s, env, diags)
	return s
}

// live fills in which organization, and where.
func (m model) live(s *settings, env func(string) string, diags *diagnostics) {
	if m.Token.IsNull() && env("TRAY_API_TOKEN") == "" {
		diags.AddError("No token and no sandbox",
			"The provider does not know which organization to speak to. There are three ways:\n\n"+
				"  1. provider \"tray\" { sandbox = {} } uses the built-in stand-in for Tray: no account needed.\n"+
				"  2. The environment variable TRAY_API_TOKEN holds the token of a live organization.\n"+
				"  3. provider \"tray\" { token = … } does the same in the configuration.\n\n"+howToGetToken)
		return
	}
	s.client.Token = given(path.Root("token"), "TRAY_API_TOKEN", m.Token, env("TRAY_API_TOKEN"), checkToken, diags)

	envURL := env("TRAY_API_URL")
	if !m.Region.IsNull() {
		envURL = "" // the block names a host, so the environment does not
	}
	region := "us"
	if !m.Region.IsNull() || env("TRAY_REGION") != "" && m.BaseURL.IsNull() && envURL == "" {
		region = given(path.Root("region"), "TRAY_REGION", m.Region, env("TRAY_REGION"), checkRegion, diags)
	}
	s.client.BaseURL, s.embedded.GraphQLURL = regions[region].rest, regions[region].graphQL
	if !m.BaseURL.IsNull() || envURL != "" {
		s.client.BaseURL = given(path.Root("base_url"), "TRAY_API_URL", m.BaseURL, envURL, checkBaseURL, diags)
		s.embedded.GraphQLURL = s.client.BaseURL + "/graphql"
	}
	if !m.GraphQLURL.IsNull() {
		s.embedded.GraphQLURL = given(path.Root("graphql_url"), "", m.GraphQLURL, "", checkGraphQLURL, diags)
	}
}

// given checks the value of the block, or else of the environment; the zero T when
// there is neither. A problem is pinned on the attribute and names the variable.
func given[T any](at path.Path, variable string, block types.String, env string, f func(string) (T, string), diags *diagnostics) (value T) {
	raw, from := block.ValueString(), ""
	if block.IsNull() {
		if env == "" {
			return value
		}
		raw, from = env, "From the environment variable "+variable+": "
	}
	value, problem := f(raw)
	if problem != "" {
		diags.AddAttributeError(at, "Could not configure the provider", from+problem)
	}
	return value
}

// certificates returns the PEM blocks to trust beside the system's, nil for none.
func (m model) certificates(diags *diagnostics) []byte {
	at, pem := path.Root("ca_certificate_pem"), []byte(m.CACertificatePEM.ValueString())
	if !m.CACertificateFile.IsNull() {
		at = path.Root("ca_certificate_file")
		var err error
		if pem, err = os.ReadFile(m.CACertificateFile.ValueString()); err != nil {
			diags.AddAttributeError(at, "Could not read the certificates", err.Error())
			return nil
		}
	} else if m.CACertificatePEM.IsNull() {
		return nil
	}
	if !x509.NewCertPool().AppendCertsFromPEM(pem) {
		diags.AddAttributeError(at, "Could not read the certificates",
			"There is no certificate in PEM form here. It begins with a line -----BEGIN CERTIFICATE-----.")
	}
	return pem
}

func (m model) sandbox(ctx context.Context, client *tray.Config, diags *diagnostics) *SandboxOptions {
	var sm sandboxModel
	diags.Append(m.Sandbox.As(ctx, &sm, basetypes.ObjectAsOptions{})...)
	client.Token = given(path.Root("sandbox").AtName("token"), "", sm.Token, "", checkToken, diags)
	opts := &SandboxOptions{
		Path:         sm.Path.ValueString(),
		Organization: sm.Organization.ValueString(),
		OwnerEmail:   sm.OwnerEmail.ValueString(),
		Plan:         sm.Plan.ValueString(),
		Embedded:     sm.Embedded.ValueBool(),
		Operator:     sm.Operator.ValueBool(),
		AutoAccept:   sm.AutoAccept.ValueBool(),
		ReadOnly:     sm.ReadOnly.ValueBool(),
	}
	if opts.Path == "" {
		opts.Path = defaultSandboxPath
	}
	return opts
}

func (m model) guardrails(ctx context.Context, diags *diagnostics) base.Guardrails {
	g := base.Guardrails{MaxRemovals: noLimit, MaxRemovalPercent: defaultRemovalPercent, MinOrgAdmins: defaultMinOrgAdmins}
	if m.Guardrails.IsNull() {
		return g
	}
	var gm guardrailsModel
	diags.Append(m.Guardrails.As(ctx, &gm, basetypes.ObjectAsOptions{})...)
	for _, f := range []struct {
		from types.Int64
		to   *int64
	}{{gm.MaxRemovals, &g.MaxRemovals}, {gm.MaxRemovalPercent, &g.MaxRemovalPercent}, {gm.MinOrgAdmins, &g.MinOrgAdmins}} {
		if !f.from.IsNull() {
			*f.to = f.from.ValueInt64()
		}
	}
	var admins []string
	diags.Append(gm.RequiredAdmins.ElementsAs(ctx, &admins, false)...)
	for _, a := range admins {
		g.RequiredAdmins = append(g.RequiredAdmins, base.FoldEmail(a))
	}
	g.AllowSelfRemoval = gm.AllowSelfRemoval.ValueBool()
	return g
}
