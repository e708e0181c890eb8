package enforce

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// Claim notes what a resource stands for and says in diags when another resource of
// this run stands for the same (TRAY008), or changes the organization role of somebody
// so that theirs here cannot hold (TRAY002). It makes no request while all is well.
func Claim(ctx context.Context, p *base.Provider, at path.Path, claims []policy.Change, diags *diag.Diagnostics) {
	changes, start := p.Ledger.Session.Claim(claims...)
	before := policy.Organization{Workspaces: map[string]policy.Workspace{}}
	for _, c := range claims {
		before.Workspaces[c.Workspace] = policy.Workspace{}
	}
	c := Case{At: at, Rules: []policy.Rule{policy.TRAY008OneManager, policy.TRAY002AdminIsAdmin}}
	c.report(ctx, p, before, changes, start, diags)
}
