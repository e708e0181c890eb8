package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

type diagnostics = diag.Diagnostics

// sandboxURL is where the client believes the sandbox to be. The name can never be
// resolved: were the sandbox's transport ever left out, nothing would leave the machine.
const sandboxURL = "https://sandbox.invalid"

// unlimited is what a sandbox in this process takes: nobody else has to share it. The
// provider's requests_per_second still slows it down, for whoever wants to see that.
const unlimited = 1e6

// sandboxTransport points cfg at the sandbox that opts describe.
func (p *trayProvider) sandboxTransport(opts SandboxOptions, cfg *tray.Config, diags *diagnostics) bool {
	at := path.Root("sandbox")
	if p.openSandbox == nil {
		diags.AddAttributeError(at, "Could not open the sandbox", "This build of the provider holds no sandbox. Use a released build, or give a token.")
		return false
	}
	transport, token, err := p.openSandbox(opts)
	if err != nil && opts.ReadOnly {
		diags.AddAttributeError(at.AtName("path"), "Could not open the snapshot", upperFirst(strings.TrimSuffix(err.Error(), "."))+".")
		return false
	}
	if err != nil {
		diags.AddAttributeError(at, "Could not open the sandbox",
			fmt.Sprintf("%s. The sandbox keeps its data in %q; sandbox = { path = … } names another file.", strings.TrimSuffix(err.Error(), "."), opts.Path))
		return false
	}
	if opts.ReadOnly && !p.planBy(transport, opts.Path, diags) {
		return false
	}
	cfg.Transport, cfg.Token, cfg.BaseURL, cfg.Operator = transport, token, sandboxURL, opts.Operator
	cfg.MasterToken, cfg.GraphQLURL = "", sandboxURL+"/graphql"
	if !opts.Operator {
		cfg.MasterToken = token // an Owner's is one, where there is Embedded
	}
	cfg.AcceptAtOnce = opts.AutoAccept
	cfg.RequestsPerSecond = cmp.Or(cfg.RequestsPerSecond, unlimited)
	return true
}

// userAgent names this provider, what runs it, and what the user wants to add.
func userAgent(version, terraformVersion, appended string) string {
	agent := "terraform-provider-tray/" + version
	if terraformVersion != "" {
		agent += " Terraform/" + terraformVersion
	}
	if appended = strings.TrimSpace(appended); appended != "" {
		agent += " " + appended
	}
	return agent
}

// logger writes the client's events to Terraform's log. The masks are put on each call
// because the context, which carries them, is the caller's own and new every time.
func logger(secrets ...string) func(context.Context, string, map[string]any) {
	var mask []string
	for _, s := range secrets {
		if s != "" {
			mask = append(mask, s)
		}
	}
	return func(ctx context.Context, event string, fields map[string]any) {
		ctx = tflog.MaskAllFieldValuesStrings(ctx, mask...)
		ctx = tflog.MaskMessageStrings(ctx, mask...)
		tflog.Debug(ctx, event, fields)
	}
}
