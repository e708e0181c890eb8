package solution

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// inPlan is a release as a plan holds it, between other things.
func inPlan(t *testing.T, id string, impact types.Object) string {
	t.Helper()
	shown, err := impact.ToTerraformValue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]tftypes.Value{"content": tftypes.NewValue(tftypes.String, "1"), "id": tftypes.NewValue(tftypes.String, id), "impact": shown,
		"release_id": tftypes.NewValue(tftypes.String, tftypes.UnknownValue), "solution_id": tftypes.NewValue(tftypes.String, id)}
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}
	for name, value := range all {
		typ.AttributeTypes[name] = value.Type()
	}
	d, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, all))
	if err != nil {
		t.Fatal(err)
	}
	return "\x0a\x12before" + string(d.MsgPack) + "after\n"
}

func TestRelease_knowsWhatASavedPlanShows(t *testing.T) {
	t.Parallel()
	const id, another = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
	now := impactOf(&tray.SolutionRelease{Impact: tray.SolutionImpact{Messages: []string{"Channel is new"}}})
	other := impactOf(&tray.SolutionRelease{})
	open, none := types.ObjectUnknown(impactTypes), types.ObjectNull(impactTypes)
	for name, plan := range map[string]struct {
		raw  string
		want bool
	}{
		"no plan":                         {"", true},
		"another form of the names":       {"id impact", true},
		"the same":                        {inPlan(t, id, now), true},
		"the same, after another state":   {inPlan(t, id, other) + inPlan(t, id, now), true},
		"the same, after an imported one": {inPlan(t, id, none) + inPlan(t, id, now), true},
		"an imported one alone":           {inPlan(t, id, none), true},
		"not known yet":                   {inPlan(t, id, other) + inPlan(t, id, open), true},
		"another impact":                  {inPlan(t, id, other), false},
		"another solution's":              {inPlan(t, another, now) + inPlan(t, id, other), false},
		"another solution's alone":        {inPlan(t, another, other), true},
	} {
		m := release{ID: types.StringValue(id), Impact: now}
		if got := m.isShown(t.Context(), []byte(plan.raw)); got != plan.want {
			t.Errorf("%s: it is shown: %v", name, got)
		}
	}
}
