package base

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
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
