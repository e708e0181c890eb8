package review

import (
	"slices"
	"strings"
	"testing"
)

func TestObjects_areToldByName(t *testing.T) {
	adopted := with(workspace("w1", "sales"), object{"adopted": true})
	const w = "tray_workspace.sales"
	for name, c := range map[string]struct {
		plan *draft
		says string
	}{
		"created":        {(&draft{}).does("create", w, nil, workspace("", "sales")), "- workspace `sales` is created (`tray_workspace.sales`)"},
		"adopted":        {(&draft{}).does("create", w, nil, adopted), "- workspace `sales` is in Tray already, and is adopted into Terraform"},
		"renamed":        {(&draft{}).does("update", w, workspace("w1", "sales"), workspace("w1", "sale")), "- workspace `sale` changes: `name` from `sales` to `sale`"},
		"deleted":        {(&draft{}).does("delete", w, workspace("w1", "sales"), nil), "- workspace `sales` is deleted, with everything in it"},
		"deleted live":   {(&draft{}).does("delete", w, adopted, nil), "- workspace `sales` is no longer managed, and stays in Tray as it is"},
		"forgotten":      {(&draft{}).does("forget", w, workspace("w1", "sales"), nil), "- workspace `sales` is no longer managed; in Tray nothing changes"},
		"moved":          {(&draft{}).does("no-op", w, adopted, adopted, object{"previous_address": "tray_workspace.old"}), "- workspace `sales` moves from the address `tray_workspace.old` to `tray_workspace.sales`"},
		"imported":       {(&draft{}).does("no-op", w, adopted, adopted, object{"importing": object{"id": "w1"}}), "- workspace `sales` is adopted into Terraform as it is"},
		"settings set":   {(&draft{}).does("create", "tray_organization_settings.s", nil, object{"embedded_id": "acme", "config_wizard_css": "a{}"}), "- settings block of the organization comes under management, and sets: `config_wizard_css`, `embedded_id` to `acme`"},
		"a later type":   {(&draft{}).does("update", "tray_future.c", object{"name": "a"}, object{"name": "b"}), "- `tray_future.c` changes: `name`"},
		"another's":      {(&draft{}).does("create", "random_pet.p", nil, object{"id": "x"}), "- `random_pet.p` is created"},
		"an unknown act": {(&draft{}).does("explode", w, adopted, adopted), "- workspace `sales` is changed in a way that this review does not know"},
		"what is computed": {(&draft{}).does("update", "tray_workspace_member.a", member("w1", "ana@example.com", "Viewer"), member("w1", "Ana@example.com", "Viewer")),
			"- membership of `Ana@example.com` in `workspace w1` changes: `email`"},
		"an invitation anew": {(&draft{}).does("update", "tray_user.u", user("ana@example.com", "Viewer", "expired"), user("ana@example.com", "Viewer", "invited")),
			"- user `ana@example.com` changes: `status` from `expired` to `invited`"},
		"a user who is kept": {(&draft{}).does("delete", "tray_user.u", with(user("ana@example.com", "Viewer", "active"), object{"on_destroy": "keep"}), nil),
			"- user `ana@example.com` is no longer managed, and stays in Tray as it is"},
		"settings that are left": {(&draft{}).does("delete", "tray_organization_settings.s", object{"embedded_id": "acme"}, nil),
			"- settings block of the organization is no longer managed, and stays in Tray as it is"},
		"a deleted workspace in the drift": {(&draft{}).drifted("delete", w, workspace("w1", "sales"), nil), "- workspace `sales` was deleted, with everything in it"},
		"a membership that is left": {sales().does("forget", "tray_workspace_member.a", member("w1", "ana@example.com", "Admin"), nil),
			"- membership of `ana@example.com` in `sales` is no longer managed; in Tray nothing changes; `ana@example.com` stays **Admin** there"},
		"a connector and its readers": {(&draft{}).does("create", "tray_connector.c", nil, object{"name": "crm", "share_with_emails": []any{"ana@example.com", "ben@example.com"}}),
			"- connector `crm` is deployed: `share_with_emails` to `ana@example.com, ben@example.com`"},
		"a connector's readers change": {(&draft{}).does("update", "tray_connector.c", object{"name": "crm", "share_with_emails": []any{"ana@example.com"}}, object{"name": "crm", "share_with_emails": []any{}}),
			"- connector `crm` changes: `share_with_emails` from `ana@example.com` to nothing"},
		"an instance": {(&draft{}).does("create", "tray_solution_instance.i", nil, instance(false)), "- solution instance `Notify` is created"},
		"an instance's upgrade": {(&draft{}).does("update", "tray_solution_instance.i", instance(true), instance(false)),
			"- solution instance `Notify` changes: `has_newer_release` from `true` to `false`"},
		"an instance goes": {(&draft{}).does("delete", "tray_solution_instance.i", instance(false), nil),
			"- solution instance `Notify` is removed, and what it does for the end user stops"},
		"an instance anew": {(&draft{}).does("delete,create", "tray_solution_instance.i", instance(false), with(instance(false), object{"user_id": "u2"})),
			"- solution instance `Notify` is removed and made anew: its addresses change"},
		"a release": {(&draft{}).does("create", "tray_solution_release.r", nil, object{"solution_id": "s1", "content": "1.0"}),
			"- solution release `tray_solution_release.r` is published"},
		"a release goes": {(&draft{}).does("delete", "tray_solution_release.r", object{"solution_id": "s1", "content": "1.0"}, nil),
			"- solution release `tray_solution_release.r` is no longer managed, and stays in Tray as it is"},
		"an action": {&draft{rest: object{"action_invocations": []any{object{"address": "action.tray_x.y"}}}}, "- the action `action.tray_x.y` runs"},
		"an action of ours": {&draft{rest: object{"action_invocations": []any{object{"address": "action.tray_publish_solution.live", "type": "tray_publish_solution",
			"lifecycle_action_trigger": object{"triggering_resource_address": "tray_project_import.live", "action_trigger_event": "AfterUpdate"}}}}},
			"In the apply 1 action runs. A plan cannot show what comes of it.\n\n- `action.tray_publish_solution.live` publishes a solution to its end users, after `tray_project_import.live` changes"},
		"an action by hand": {&draft{rest: object{"action_invocations": []any{object{"address": "action.tray_resend_invite.ann", "type": "tray_resend_invite", "invoke_action_trigger": object{}}}}},
			"- `action.tray_resend_invite.ann` sends somebody another invitation"},
		"put off": {&draft{rest: object{"deferred_changes": []any{object{"reason": "resource_config_unknown", "resource_change": object{"address": w}}}}},
			"- `tray_workspace.sales` is put off to a later plan (`resource config unknown`)."},
		"failed":     {&draft{rest: object{"errored": true}}, "- Planning failed."},
		"incomplete": {&draft{rest: object{"complete": false}}, "- After this plan is applied there will be more to do"},
	} {
		t.Run(name, func(t *testing.T) {
			mustSay(t, c.plan.review(t).Markdown(0), c.says)
		})
	}
}

// instance is a tray_solution_instance, on the last release or not.
func instance(newer bool) object {
	return object{"id": "i1", "user_id": "u1", "solution_id": "s1", "name": "Notify", "enabled": true, "has_newer_release": newer}
}

func TestObjects_firstSentence(t *testing.T) {
	const a, b = "tray_workspace_member.a", "tray_workspace_member.b"
	ana, ben := member("w1", "ana@example.com", "Admin"), member("w1", "ben@example.com", "Viewer")
	for want, plan := range map[string]*draft{
		"Nothing changes.": sales(),
		"2 people: 1 gains access or rights, 1 loses. 1 becomes Admin somewhere.":               sales().does("create", a, nil, ana).does("delete", b, ben, nil),
		"2 people lose access or rights. 1 stops being Admin somewhere.":                        sales().does("delete", a, ana, nil).does("delete", b, ben, nil),
		"1 person gains some access and loses other. 1 becomes Admin somewhere.":                sales().does("create", a, nil, ana).does("delete", b, with(ben, object{"email": "ana@example.com", "workspace_id": "w2"}), nil),
		"1 person gets another role.":                                                           sales().does("update", a, with(ben, object{"role": "Builder"}), with(ben, object{"role": "Auditor"})),
		"1 person loses only a pending invitation or membership.":                               sales().does("delete", b, with(ben, object{"status": "pending"}), nil),
		"2 people: 1 loses, 1 gains by accepting an invitation. 1 stops being Admin somewhere.": sales().does("delete", a, ana, nil).does("create", b, nil, with(ben, object{"status": "pending"})),
		"1 person gains access or rights. 1 becomes Admin of the organization.":                 (&draft{}).does("update", "tray_user.a", user("ana@example.com", "Viewer", "active"), user("ana@example.com", "Admin", "active")),
		"2 people gain access or rights. 2 become Admin (1 of the organization).": sales().does("create", a, nil, ana).
			does("update", "tray_user.z", user("zoe@example.com", "Viewer", "active"), user("zoe@example.com", "Admin", "active")),
		"1 person loses access or rights. 1 stops being Admin of the organization.": (&draft{}).does("update", "tray_user.a", user("ana@example.com", "Admin", "active"), user("ana@example.com", "Viewer", "active")),
		"Nobody gains or loses access. 1 connector is deployed, 2 are deleted.": (&draft{}).does("create", "tray_connector.a", nil, object{"name": "a"}).
			does("delete", "tray_connector.b", object{"name": "b"}, nil).does("delete", "tray_connector.c", object{"name": "c"}, nil),
		"Nobody gains or loses access. 2 solution releases are published.": (&draft{}).does("create", "tray_solution_release.a", nil, object{"solution_id": "a"}).
			does("update", "tray_solution_release.b", object{"solution_id": "b", "content": "1"}, object{"solution_id": "b", "content": "2"}),
		"Nobody gains or loses access. 1 workspace is created.": (&draft{}).does("create", "tray_workspace.w", nil, workspace("", "w")),
		"Nobody gains or loses access.":                         sales().does("create", "random_pet.p", nil, object{}),
	} {
		if got := plan.review(t).Sentence; got != want {
			t.Errorf("the sentence is %q, want %q", got, want)
		}
	}
}

func TestGuardrails_areToldWhenTheyAreTouched(t *testing.T) {
	protected, open := workspace("w1", "sales"), with(workspace("w1", "sales"), object{"deletion_protection": false})
	ana, asViewer := member("w1", "ana@example.com", "Admin"), member("w1", "ana@example.com", "Viewer")
	ben := member("w1", "ben@example.com", "Admin")
	table := func(overwrite bool) object {
		return object{"workspace_id": "w1", "members": object{}, "overwrite_existing": overwrite, "ignore_org_admins": true}
	}
	limited := sales().does("delete", "tray_workspace_member.a", ana, nil)
	limited.rest = object{"configuration": object{"provider_config": object{"tray": object{"name": "tray", "expressions": object{"guardrails": object{
		"constant_value": object{"max_removals": 3, "max_removal_percent": 100, "allow_self_removal": true}}}}}}}
	for name, c := range map[string]struct {
		plan *draft
		says []string // none: no guardrail is touched
	}{
		"protection goes":    {(&draft{}).does("update", "tray_workspace.s", protected, open), []string{"`sales` loses its protection"}},
		"protection was off": {(&draft{}).does("update", "tray_workspace.s", open, with(open, object{"name": "x"})), nil},
		"protection comes":   {(&draft{}).does("update", "tray_workspace.s", open, protected), nil},
		"overwriting":        {sales().does("create", "tray_workspace_members.t", nil, table(true)), []string{"takes over a workspace that has people in it", "Members whom it does not name stay for now; the next plan removes them."}},
		"overwriting later":  {sales().does("update", "tray_workspace_members.t", table(false), table(true)), nil},
		"the last Admin": {sales().does("update", "tray_workspace_member.a", ana, asViewer),
			[]string{"Nobody whom this configuration manages stays Admin of `sales`"}},
		"not the last Admin": {sales().does("update", "tray_workspace_member.a", ana, asViewer).does("no-op", "tray_workspace_member.b", ben, ben), nil},
		"limits":             {limited, []string{"This plan takes access away once (a lower role does not count), of at most `3` that the provider block `tray` allows (max_removals): `ana@example.com` from `sales`.", "a plan cannot show whether this change wrote it", "remove everybody at once", "rights from the token's own user"}},
		"a later destroy deletes": {(&draft{}).does("update", "tray_user.u", with(user("ana@example.com", "Viewer", "active"), object{"on_destroy": "keep"}), user("ana@example.com", "Viewer", "active")),
			[]string{"A later destroy of the user `ana@example.com` deletes the person"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.plan.review(t)
			mustSay(t, r.Markdown(0), c.says...)
			if touched := slices.Contains(r.Conditions, "guardrails"); touched != (len(c.says) > 0) {
				t.Errorf("the condition guardrails holds: %v, of %v", touched, r.Guardrails)
			}
		})
	}
}

func TestChecks_thatFailAreWarnings(t *testing.T) {
	check := func(status, message string) object {
		return object{"address": object{"to_display": "check.admins"}, "status": status, "instances": []any{object{"status": status, "problems": []any{object{"message": message}}}}}
	}
	for status, want := range map[string]string{
		"fail": "- `check.admins` fails: `Too few: @ana ¦.`", "error": "- `check.admins` cannot be evaluated.", "unknown": "- 1 check is decided by the apply.", "pass": "",
	} {
		plan := sales()
		plan.rest = object{"checks": []any{check(status, "Too few:\n@ana ¦.")}}
		r := plan.review(t)
		mustSay(t, r.Markdown(0), want)
		if told := strings.Contains(r.Markdown(0), "A check block that fails is a warning: it does not stop the apply."); told != (want != "") {
			t.Errorf("%s: it says that a check stops nothing: %v", status, told)
		}
		if holds := slices.Contains(r.Conditions, "checks"); holds != (status == "fail" || status == "error") {
			t.Errorf("%s: the condition checks holds: %v", status, holds)
		}
	}
}

// Who becomes Admin of the organization stands with the guardrails, and is none for a rule.
func TestGuardrails_nameNewAdminsOfTheOrganization(t *testing.T) {
	r := (&draft{}).does("update", "tray_user.a", user("ana@example.com", "Viewer", "active"), user("ana@example.com", "Admin", "active")).
		does("create", "tray_user.b", nil, user("ben@example.com", "Admin", "invited")).
		does("create", "tray_user.c", nil, user("cleo@example.com", "Viewer", "active")).review(t)
	mustSay(t, r.Markdown(0), "#### Guardrails (1)",
		"- 2 people become Admin of the organization, with access to every workspace: `ana@example.com`, `ben@example.com` (after accepting the invitation).")
	if slices.Contains(r.Conditions, "guardrails") || len(r.Guardrails) > 0 {
		t.Errorf("the conditions are %v, the guardrails %v", r.Conditions, r.Guardrails)
	}
}
