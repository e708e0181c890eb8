package embedded

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Ready reports whether the organization has Embedded and the provider can speak to it
// (TRAY011); else diags say why not. Noun and who are what is to be there, such as the "end
// user" acme-dev. It serves plans and applies alike, and asks at most one question a run.
func Ready(ctx context.Context, p *base.Provider, noun, who string, at path.Path, diags *diag.Diagnostics) bool {
	return Exists(ctx, p, noun, who, at, diags) && !failed(diags, at, p.API.EmbeddedReady(ctx))
}

// Lists reports whether a list block may ask the Embedded API: without this question, the
// master token of another organization would show what that one has. Else the stream says why
// not. What is as in Ready.
func Lists(ctx context.Context, p *base.Provider, what string, stream *list.ListResultsStream) bool {
	var diags diag.Diagnostics
	if !Ready(ctx, p, "list of "+what, "in the query", path.Empty(), &diags) {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return false
	}
	return true
}

// Exists is Ready for what the REST API does in an organization with Embedded, without a master
// token: it asks TRAY011 alone, and is quiet where nobody tells.
func Exists(ctx context.Context, p *base.Provider, noun, who string, at path.Path, diags *diag.Diagnostics) bool {
	known := policy.Organization{Embedded: has(ctx, p)}
	uses := policy.Change{Action: policy.UseEmbedded, Noun: noun, Who: who}
	return !enforce.Violates(p, enforce.Case{Changes: []policy.Change{uses}, Rules: []*policy.Rule{policy.TRAY011SharedOnly}, At: at}, known, diags)
}

// has says whether the organization has Embedded, which the management plane tells.
func has(ctx context.Context, p *base.Provider) string {
	managed, err := p.API.Management.Available(ctx)
	if err != nil || !managed {
		return ""
	}
	org, err := p.API.Management.Organization(ctx)
	switch {
	case err != nil:
		return ""
	case org.Embedded:
		return "yes"
	}
	return "no"
}

// failed says why the Embedded API cannot be spoken to.
func failed(diags *diag.Diagnostics, at path.Path, err error) bool {
	switch {
	case errors.Is(err, tray.ErrNoMasterToken):
		diags.AddAttributeError(at, "No master token for Embedded", err.Error())
	case errors.Is(err, tray.ErrOtherMasterToken):
		diags.AddAttributeError(at, "The master token belongs to another organization", err.Error())
	default:
		return base.Failed(diags, "reach the Embedded API", err)
	}
	return true
}
