package enforce

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// Embedded asks TRAY011 about what only organizations with Embedded have: the "solution" s1. It
// is quiet where nobody tells whether the organization has Embedded. It reports whether there
// is no objection. What is on the GraphQL API asks whether that can be spoken to as well.
func Embedded(ctx context.Context, p *base.Provider, noun, who string, at path.Path, diags *diag.Diagnostics) bool {
	known := policy.Organization{}
	if managed, err := p.API.Management.Available(ctx); err == nil && managed {
		if org, err := p.API.Management.Organization(ctx); err == nil && !org.Embedded {
			known.Embedded = "no"
		}
	}
	uses := policy.Change{Action: policy.UseEmbedded, Noun: noun, Who: who}
	return !Violates(p, Case{Changes: []policy.Change{uses}, Rules: []*policy.Rule{policy.TRAY011SharedOnly}, At: at}, known, diags)
}
