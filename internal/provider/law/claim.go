package law

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/rule"
)

// Claim notes what a resource stands for and says in diags when another resource of
// this run stands for the same (TRAY008), or changes the organization role of somebody
// so that theirs here cannot hold (TRAY002). It makes no request while all is well.
func Claim(ctx context.Context, p *base.Provider, at path.Path, claims []rule.Change, diags *diag.Diagnostics) {
	acts, start := p.Plan.Run.Claim(claims...)
	before := rule.Organization{Workspaces: map[string]rule.Workspace{}}
	for _, c := range claims {
		before.Workspaces[c.Workspace] = rule.Workspace{}
	}
	c := Case{At: at, Rules: []rule.Rule{rule.TRAY008OneManager, rule.TRAY002AdminIsAdmin}}
	c.report(ctx, p, before, acts, start, diags)
}
