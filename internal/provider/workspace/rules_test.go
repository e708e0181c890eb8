package workspace

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func ptr[T any](v T) *T { return &v }

func TestWorkspace_nullEmptyAndZeroAreOneState(t *testing.T) {
	for name, w := range map[string]tray.Workspace{
		"absent": {}, "empty": {Description: ptr(""), MonthlyTaskLimit: ptr(int64(0))},
	} {
		var m model
		m.fromAPI(&w)
		if m.Description != types.StringValue("") || m.MonthlyTaskLimit != types.Int64Value(0) {
			t.Errorf("%s: description %s, task limit %s", name, m.Description, m.MonthlyTaskLimit)
		}
		if spec := m.spec(); spec.Description != nil || spec.MonthlyTaskLimit != nil {
			t.Errorf("%s: %+v is sent, want both cleared", name, spec)
		}
	}
	set := tray.Workspace{Name: "x", Description: ptr("text"), MonthlyTaskLimit: ptr(int64(5))}
	var m model
	m.fromAPI(&set)
	if spec := m.spec(); spec.Name != "x" || *spec.Description != "text" || *spec.MonthlyTaskLimit != 5 {
		t.Errorf("what is set comes back as %+v", spec)
	}
}

func TestWorkspace_changedIgnoresWhatIsNotKnown(t *testing.T) {
	there := model{Name: types.StringValue("a"), Description: types.StringValue(""), MonthlyTaskLimit: types.Int64Value(0)}
	unknown := model{Name: types.StringUnknown(), Description: types.StringUnknown(), MonthlyTaskLimit: types.Int64Unknown()}
	if got := changed(there, unknown); len(got) != 0 {
		t.Errorf("unknown arguments are changes: %+v", got)
	}
	if got := changed(there, there); len(got) != 0 {
		t.Errorf("equal arguments are changes: %+v", got)
	}
	other := model{Name: types.StringValue("b"), Description: types.StringValue("x"), MonthlyTaskLimit: types.Int64Value(1)}
	var attributes []string
	for _, d := range changed(there, other) {
		attributes = append(attributes, d.Attribute)
	}
	if got := strings.Join(attributes, " "); got != "name description monthly_task_limit" {
		t.Errorf("changed are %q", got)
	}
}

func TestWorkspace_adoptsExactlyOne(t *testing.T) {
	one, two := tray.Workspace{ID: "1", Name: "a", Type: tray.WorkspaceShared}, tray.Workspace{ID: "2", Name: "a", Type: tray.WorkspaceShared}
	plan := model{Name: types.StringValue("a"), ID: types.StringUnknown(), Description: types.StringUnknown(), MonthlyTaskLimit: types.Int64Unknown()}
	for name, c := range map[string]struct {
		found []tray.Workspace
		id    types.String
		want  string // in the error, "" for none
	}{
		"one":                          {[]tray.Workspace{one}, types.StringUnknown(), ""},
		"the one of the plan":          {[]tray.Workspace{one}, types.StringValue("1"), ""},
		"another than the plan's":      {[]tray.Workspace{two}, types.StringValue("1"), "another workspace has it: 2"},
		"none":                         {nil, types.StringUnknown(), "choose the colour"},
		"several":                      {[]tray.Workspace{one, two}, types.StringUnknown(), "ids 1, 2"},
		"none, although the plan knew": {nil, types.StringValue("1"), "choose the colour"},
	} {
		var diags diag.Diagnostics
		wanted := plan
		wanted.ID = c.id
		got := adoptable(wanted, c.found, &base.Ledger{}, &diags)
		if (got != nil) != (c.want == "") || diags.HasError() != (c.want != "") {
			t.Errorf("%s: %v with %v", name, got, diags)
		}
		if c.want != "" && !strings.Contains(diags[0].Detail(), c.want) {
			t.Errorf("%s: %q does not say %q", name, diags[0].Detail(), c.want)
		}
	}
}

func TestWorkspace_namesThatSeveralHaveAreNotMapped(t *testing.T) {
	got := idsByName([]tray.Workspace{
		{ID: "1", Name: "twice", Type: tray.WorkspaceShared}, {ID: "2", Name: "once", Type: tray.WorkspaceShared},
		{ID: "3", Name: "twice", Type: tray.WorkspaceShared}, {ID: "4", Name: "twice", Type: tray.WorkspaceShared},
		{ID: "5", Name: "once", Type: tray.WorkspacePersonal},
	})
	if len(got) != 1 || got["once"] != "2" {
		t.Errorf("the map is %v, want once = 2 alone", got)
	}
}

func TestWorkspace_whatItHoldsIsCountedByKind(t *testing.T) {
	for want, held := range map[string]map[string]int64{
		"1 project":             {"projects": 1},
		"2 projects, 1 service": {"services": 1, "projects": 2},
		"3 things to come":      {"things to come": 3},
	} {
		if got := counted(held); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
