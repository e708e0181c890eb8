package promotion

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// digest is 64 hexadecimal figures.
func digestOf(figure string) string { return strings.Repeat(figure, 64) }

// inPlan is an import as a plan holds it, between other things.
func inPlan(t *testing.T, exported, preview any) string {
	t.Helper()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"export_digest": tftypes.String, "id": tftypes.String, "preview_digest": tftypes.String}}
	d, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, map[string]tftypes.Value{
		"export_digest": tftypes.NewValue(tftypes.String, exported), "id": tftypes.NewValue(tftypes.String, "x"), "preview_digest": tftypes.NewValue(tftypes.String, preview)}))
	if err != nil {
		t.Fatal(err)
	}
	return "\x0a\x12before" + string(d.MsgPack) + "after\n"
}

func TestPlanned_saysWhatASavedPlanHasOtherwise(t *testing.T) {
	t.Parallel()
	a, b, c := digestOf("a"), digestOf("b"), digestOf("c")
	for name, plan := range map[string]struct {
		raw  string
		want string // "" for nothing
	}{
		"the same":                      {inPlan(t, a, b), ""},
		"the same, after another state": {inPlan(t, c, c) + inPlan(t, a, b), ""},
		"the same, after an import":     {inPlan(t, nil, nil) + inPlan(t, a, b), ""},
		"another export":                {inPlan(t, c, b), "The export is not the one that was planned"},
		"another preview":               {inPlan(t, a, c), "The destination has changed since the plan"},
		"nothing known":                 {inPlan(t, tftypes.UnknownValue, tftypes.UnknownValue), ""},
		"the new one is not known":      {inPlan(t, a, c) + inPlan(t, tftypes.UnknownValue, tftypes.UnknownValue), ""},
		"no import":                     {"nothing of the kind", ""},
		"a path, too":                   {"\x0a\x0eexport_digest\x12" + inPlan(t, a, c), "The destination has changed since the plan"},
		"another form of the names":     {"export_digest", ""},
	} {
		var diags diag.Diagnostics
		p, e := plannedIn([]byte(plan.raw)), &export.Export{Digest: a, Project: "Billing"}
		shows := p.sameExport(e, &diags) && p.sameDestination(e, &tray.Impact{Digest: b}, &diags)
		switch {
		case plan.want == "" && (!shows || diags.HasError()), plan.want != "" && (shows || len(diags) != 1 || diags[0].Summary() != plan.want):
			t.Errorf("%s: %v, %v", name, shows, diags)
		}
	}
}
