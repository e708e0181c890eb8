package sandbox

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

func embedded(o *OpenOptions) { o.Embedded = true }

func (w *world) settings() organizationSettings {
	w.Helper()
	return into[organizationSettings](w, w.must(200, "GET", "/management/v1/organization/settings", nil))
}

func TestOrganization_isRenamedWithItsWorkspace(t *testing.T) {
	w := newWorld(t)
	before := into[organizationBody](t, w.must(200, "GET", "/management/v1/organization", nil))
	w.must(200, "PATCH", "/management/v1/organization", object{"name": "Acme"})
	after := into[organizationBody](t, w.must(200, "GET", "/management/v1/organization", nil))
	before.Name = "Acme"
	if after != before {
		t.Errorf("more than the name has changed: %+v", after)
	}
	name := func() string {
		t.Helper()
		return into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Organization", nil)).Elements[0].Name
	}
	if name() != "Acme" {
		t.Errorf("its workspace is named %q", name())
	}
	w.must(200, "PATCH", "/_sandbox/ui/workspaces/Acme", object{"name": "Everybody"})
	w.must(200, "PATCH", "/management/v1/organization", object{"name": "Acme Corp"})
	if name() != "Everybody" {
		t.Errorf("a workspace with a name of its own was renamed to %q", name())
	}
	for _, bad := range []any{object{"name": " "}, object{"name": nil}, object{"name": strings.Repeat("x", 256)}} {
		w.must(400, "PATCH", "/management/v1/organization", bad)
	}
	w.must(204, "POST", "/_sandbox/reset", nil)
	if got := into[organizationBody](t, w.must(200, "GET", "/management/v1/organization", nil)); got.Name == "Acme Corp" || got.ID != before.ID {
		t.Errorf("a reset left %+v", got)
	}
}

func TestOrganizationSettings_areChangedOneByOne(t *testing.T) {
	w := newWorld(t, embedded)
	if got := w.settings(); got != (organizationSettings{}) {
		t.Errorf("a new organization has %+v", got)
	}
	w.must(200, "PATCH", "/management/v1/organization/settings", object{"alertingWorkflowId": "w-1", "embeddedId": "acme",
		"configWizardCss": "a {}", "allowWorkspaceAdminTokens": true})
	w.must(200, "PATCH", "/management/v1/organization/settings", object{"embeddedId": "acme-2"})
	w.must(200, "PATCH", "/management/v1/organization/settings", object{"configWizardCss": nil})
	got := w.settings()
	if deref(got.AlertingWorkflowID) != "w-1" || deref(got.EmbeddedID) != "acme-2" || got.ConfigWizardCSS != nil || !got.AllowWorkspaceAdminTokens {
		t.Errorf("the settings are %+v", got)
	}
	if o := into[Options](t, w.must(200, "GET", "/_sandbox/options", nil)); !o.WorkspaceAdminTokens {
		t.Error("the option workspace_admin_tokens is another switch than the setting")
	}
	for name, bad := range map[string]object{
		"blank":            {"embeddedId": " "},
		"too long":         {"embeddedId": strings.Repeat("x", 256)},
		"no id":            {"alertingWorkflowId": "my workflow"},
		"a switch of null": {"allowWorkspaceAdminTokens": nil},
		"not a text":       {"configWizardCss": 5},
	} {
		if r := w.as(w.sandbox.OwnerToken(), "PATCH", "/management/v1/organization/settings", bad); r.status != 400 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	if after := w.settings(); deref(after.EmbeddedID) != "acme-2" || deref(after.AlertingWorkflowID) != "w-1" {
		t.Errorf("what was refused changed the settings: %+v", after)
	}
}

func TestOrganizationSettings_ofEmbeddedOrganizationsOnly(t *testing.T) {
	w := newWorld(t)
	for _, field := range []string{"embeddedId", "configWizardCss"} {
		r := w.must(400, "PATCH", "/management/v1/organization/settings", object{field: "x", "alertingWorkflowId": "w-1"})
		if !strings.Contains(r.body, field) || !strings.Contains(r.body, "Embedded organizations") {
			t.Errorf("the refusal of %s says %s", field, r.body)
		}
	}
	if got := w.settings(); got.AlertingWorkflowID != nil {
		t.Error("half of a refused change was made")
	}
}

// A file of the first version lacks what the settings are kept in.
func TestFile_ofTheFirstVersionIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	options := OpenOptions{Path: path, Organization: "Acme", Embedded: true}
	s, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, undo := range append(undoServices[:len(undoServices):len(undoServices)],
		"ALTER TABLE organization DROP COLUMN alerting_workflow", "ALTER TABLE organization DROP COLUMN embedded_id",
		"ALTER TABLE organization DROP COLUMN wizard_css", "ALTER TABLE seed DROP COLUMN operator", "ALTER TABLE seed DROP COLUMN organization_id",
		"DROP TABLE organizations", "ALTER TABLE requests DROP COLUMN at", "ALTER TABLE requests DROP COLUMN body", "DROP TABLE events",
		"PRAGMA user_version = 1") {
		if _, err := db.Exec(undo); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(o *OpenOptions) { *o = options })
	w.must(200, "PATCH", "/management/v1/organization/settings", object{"embeddedId": "acme"})
	if got := w.settings(); deref(got.EmbeddedID) != "acme" {
		t.Errorf("the settings are %+v", got)
	}
	if _, token := w.openOrganization("Further", nil); w.as(token, "GET", "/management/v1", nil).status != 200 {
		t.Error("it holds no further organization")
	}
}

// deref makes an empty text of none.
func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
