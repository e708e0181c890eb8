package law

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/rule"
)

// privateState is what the framework lends of a resource's private data.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// plannedKey holds the run that last planned the resource.
const plannedKey = "planned_in"

// Again reports whether this run has planned the same resource before. Terraform plans
// a resource that is to be replaced twice, the second time without its state but with
// the private data of the first plan. Otherwise it leaves a mark for that second time.
func Again(ctx context.Context, p *base.Provider, before, planned privateState) bool {
	run, err := json.Marshal(p.Plan.Run.ID())
	if err != nil {
		return false
	}
	mark, _ := before.GetKey(ctx, plannedKey)
	if bytes.Equal(mark, run) {
		return true
	}
	planned.SetKey(ctx, plannedKey, run)
	return false
}

// Claim notes what a resource stands for and says in diags when another resource of
// this run stands for the same (TRAY008), or changes the organization role of somebody
// so that theirs here cannot hold (TRAY002). It makes no request while all is well.
func Claim(ctx context.Context, p *base.Provider, at path.Path, claims []rule.Act, diags *diag.Diagnostics) {
	acts, start := p.Plan.Run.Claim(claims...)
	before := rule.Organization{Workspaces: map[string]rule.Workspace{}}
	for _, c := range claims {
		before.Workspaces[c.Workspace] = rule.Workspace{}
	}
	c := Case{At: at, Rules: []rule.Rule{rule.TRAY008OneManager, rule.TRAY002AdminIsAdmin}}
	c.report(ctx, p, before, acts, start, diags)
}
