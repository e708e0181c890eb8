package base

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Action gives its embedder the configured provider.
type Action struct{ *Provider }

var _ action.ConfigValidator = Elements{}

// Configure implements action.ActionWithConfigure.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.Provider = FromData(req.ProviderData, &resp.Diagnostics)
}

// ConfigValidators implements action.ActionWithConfigValidators.
func (*Action) ConfigValidators(context.Context) []action.ConfigValidator {
	return []action.ConfigValidator{Elements{}}
}

// ValidateAction implements action.ConfigValidator.
func (Elements) ValidateAction(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	checkElements(ctx, req.Config, &resp.Diagnostics)
}

// Planning reports whether the plan of an action may ask Tray. A plan that is being applied
// was judged before.
func (a *Action) Planning() bool {
	return a.Ready(nil) && !a.Ledger.Session.InApply()
}

// Begin is Ready for an action's Invoke.
func (a *Action) Begin(diags *diag.Diagnostics) bool {
	if !a.Ready(diags) {
		return false
	}
	a.Ledger.Session.Writing()
	return true
}

// Telling returns what passes sentences on as progress. It may be called from several
// goroutines; a test may leave out who is told.
func Telling(resp *action.InvokeResponse) func(string) {
	var one sync.Mutex
	return func(text string) {
		one.Lock()
		defer one.Unlock()
		if resp.SendProgress != nil {
			resp.SendProgress(action.InvokeProgressEvent{Message: text})
		}
	}
}
