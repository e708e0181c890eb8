package base

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// ActionsNeed is on every action's page, before what does the same without actions.
const ActionsNeed = "**Needs Terraform 1.14.1 or later.** Terraform 1.14.0 has actions too, but runs those of `after_create` and `after_update` before the change is done. " +
	"Older versions, and OpenTofu, have no actions: they refuse the configuration that has an `action` block. "

// WhenActionsFail is on every action's page.
const WhenActionsFail = "**When it fails** before a change (`before_create`, `before_update`, `before_destroy`), the change is not made, and the next apply begins there. " +
	"After a change, that is done and stands in the state: the next apply has nothing to do and does not run the action again. Invoke it by hand then, with `terraform apply -invoke=action.<type>.<name>`. " +
	"The events `before_destroy` and `after_destroy` need Terraform 1.16, as does `on_failure` in a trigger.\n\n"

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
