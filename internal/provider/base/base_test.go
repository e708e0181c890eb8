package base

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// A resource whose provider could not be configured must not end as if all were well.
func TestProvider_notConfiguredIsAnError(t *testing.T) {
	var r Resource
	for name, ready := range map[string]func(*diag.Diagnostics) bool{"read": r.ReadyToRead, "write": r.ReadyToWrite, "import": r.Ready} {
		var diags diag.Diagnostics
		if ready(&diags) || diags.ErrorsCount() != 1 {
			t.Errorf("%s: %v", name, diags)
		}
	}
	if r.Ready(nil) {
		t.Error("a plan-time check is ready without a provider")
	}
}
