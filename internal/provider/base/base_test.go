package base

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// A resource whose provider could not be configured must not end as if all were well.
func TestProvider_notConfiguredIsAnError(t *testing.T) {
	var r Resource
	for name, ready := range map[string]func(*diag.Diagnostics) bool{
		"read": func(d *diag.Diagnostics) bool {
			resp := resource.ReadResponse{}
			defer func() { d.Append(resp.Diagnostics...) }()
			return r.BeginRead(context.Background(), resource.ReadRequest{}, &resp)
		},
		"write": func(d *diag.Diagnostics) bool { return r.BeginWrite(context.Background(), nil, d) }, "import": r.Ready} {
		var diags diag.Diagnostics
		if ready(&diags) || diags.ErrorsCount() != 1 {
			t.Errorf("%s: %v", name, diags)
		}
	}
	if r.Ready(nil) {
		t.Error("a plan-time check is ready without a provider")
	}
}

// A limit that the block refuses is refused in the environment too.
func TestGuardrails_theEnvironmentIsHeldToTheBlocksBounds(t *testing.T) {
	for variable, values := range map[string]map[string]bool{
		"TRAY_GUARDRAILS_MAX_REMOVALS":        {"0": true, "7": true, "-1": false, "many": false},
		"TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT": {"0": true, "100": true, "101": false, "-1": false, "50%": false},
		"TRAY_GUARDRAILS_MIN_ORG_ADMINS":      {"1": true, "0": false},
		"TRAY_GUARDRAILS_ALLOW_SELF_REMOVAL":  {"true": true, "yes": false},
	} {
		for value, accepted := range values {
			_, err := Guardrails{}.Override(func(name string) string {
				if name == variable {
					return value
				}
				return ""
			})
			if accepted != (err == nil) || err != nil && !strings.Contains(err.Error(), variable) {
				t.Errorf("%s=%s: %v", variable, value, err)
			}
		}
	}
}

// What is deposed has its destroy planned once more in the apply, which must not begin a new
// run: what was planned and done would be forgotten in the middle of it.
func TestProvider_aDestroyPlannedInAnApplyDoesNotEndIt(t *testing.T) {
	p := &Provider{API: new(tray.Client), Ledger: new(Ledger)}
	if !p.BeginDestroyPlan() {
		t.Error("the plan of a destroy is not judged")
	}
	p.Ledger.Session.Writing()
	if p.BeginDestroyPlan() || !p.Ledger.Session.InApply() {
		t.Error("a destroy that is planned in the apply turns it back to planning")
	}
}
