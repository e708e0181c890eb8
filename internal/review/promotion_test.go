package review

import (
	"strings"
	"testing"
)

func TestImports_areToldByTheirImpact(t *testing.T) {
	changes := func(created, updated, removed []any) object {
		return object{"created": created, "updated": updated, "removed": removed}
	}
	none := changes([]any{}, []any{}, []any{})
	before := object{"project_id": "p1", "id": "p1", "export_digest": "a", "exported": object{"project": "Billing", "version": "1.0"}, "impact": object{"workflows": none, "config": none, "solution": nil}}
	after := with(before, object{"export_digest": "b", "exported": object{"project": "Billing", "version": "1.1"},
		"impact": object{"workflows": changes([]any{"New"}, []any{}, []any{"Dunning", "Remind"}), "config": changes([]any{}, []any{"url"}, []any{}), "solution": object{"change": "Updated", "breaking_changes": true}}})
	r := (&draft{}).does("update", "tray_project_import.prod", before, after).review(t)
	mustSay(t, r.Markdown(0), "2 workflows are removed by the import of `Billing 1.1`", "`Dunning`, `Remind`", "1 workflow created: `New`", "1 configuration key updated: `url`", "its solution is updated", "breaking_changes",
		"no backup is written first", "1 promotion creates 1 workflow, removes 2.")
	same := (&draft{}).does("update", "tray_project_import.prod", before, with(before, object{"exported": object{"project": "Billing", "version": "1.0.1"}})).review(t)
	if len(same.Guardrails) > 0 || strings.Contains(same.Markdown(0), "created") {
		t.Errorf("an import that does nothing reads as %s", same.Markdown(0))
	}
}
