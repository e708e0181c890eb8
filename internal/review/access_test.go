package review

import (
	"slices"
	"strings"
	"testing"
)

// sales is a workspace that stays as it is, so that its id has a name.
func sales() *draft {
	return (&draft{}).does("no-op", "tray_workspace.sales", workspace("w1", "sales"), workspace("w1", "sales"))
}

func TestAccess_tellsWhoGainsAndLoses(t *testing.T) {
	ana, asAdmin := member("w1", "ana@example.com", "Viewer"), member("w1", "ana@example.com", "Admin")
	table := func(members object) object { return object{"workspace_id": "w1", "members": members} }
	role := func(role string, emails ...any) object {
		return object{"workspace_id": "w1", "role": role, "emails": emails}
	}
	const a, b = "tray_workspace_member.a", "tray_workspace_member.b"
	for name, c := range map[string]struct {
		plan *draft
		want []string
	}{
		"created":  {sales().does("create", a, nil, ana), lists("gain ana@example.com @ sales:  > Viewer")},
		"deleted":  {sales().does("delete", a, ana, nil), lists("lose ana@example.com @ sales: Viewer > ")},
		"raised":   {sales().does("update", a, ana, asAdmin), lists("up ana@example.com @ sales: Viewer > Admin")},
		"lowered":  {sales().does("update", a, asAdmin, ana), lists("down ana@example.com @ sales: Admin > Viewer")},
		"as it is": {sales().does("no-op", a, ana, ana), nil},
		"a role spelled otherwise": {
			sales().does("update", a, member("w1", "ana@example.com", "viewer"), member("w1", "Ana@example.com", "View Only")), nil},
		"replaced": {sales().does("delete,create", a, ana, ana), lists("kept ana@example.com @ sales: Viewer > Viewer")},
		"replaced the other way round": {
			sales().does("create,delete", a, ana, asAdmin), lists("up ana@example.com @ sales: Viewer > Admin")},
		"replaced by somebody else": {
			sales().does("delete,create", a, ana, member("w1", "ben@example.com", "Viewer")),
			lists("lose ana@example.com @ sales: Viewer > ", "gain ben@example.com @ sales:  > Viewer")},
		"comes with another resource": {
			sales().does("delete", a, ana, nil).does("create", b, nil, ana), lists("kept ana@example.com @ sales: Viewer > Viewer")},
		"comes with a table": {
			sales().does("delete", a, ana, nil).does("create", "tray_workspace_members.t", nil, table(object{"ANA@example.com": "Contributor"})),
			lists("up ANA@example.com @ sales: Viewer > Contributor")},
		"changes between the lists of two roles": {
			sales().does("update", "tray_workspace_role_members.v", role("Viewer", "ana@example.com", "ben@example.com"), role("Viewer", "ben@example.com")).
				does("update", "tray_workspace_role_members.c", role("Admin"), role("Admin", "ana@example.com")),
			lists("up ana@example.com @ sales: Viewer > Admin")},
		"leaves the table for ignore_emails": {
			sales().does("update", "tray_workspace_members.t", table(object{"ana@example.com": "Viewer"}),
				with(table(object{}), object{"ignore_emails": []any{"Ana@example.com"}})), nil},
		"forgotten": {sales().does("forget", a, ana, nil), nil},
		"an old object goes, the current one stays": {
			sales().does("delete", a, ana, nil, object{"deposed": "abcd1234"}).does("no-op", a, ana, ana),
			lists("kept ana@example.com @ sales: Viewer > Viewer")},
		"an old object of somebody else goes": {
			sales().does("delete", a, ana, nil, object{"deposed": "abcd1234"}).does("no-op", a, member("w1", "ben@example.com", "Viewer"), member("w1", "ben@example.com", "Viewer")),
			lists("lose ana@example.com @ sales: Viewer > ")},
		"imported": {sales().does("no-op", a, ana, ana, object{"importing": object{"id": "x"}}), nil},
		"moved":    {sales().does("no-op", a, ana, ana, object{"previous_address": b}), nil},
		"accepted, and completed": {
			sales().does("update", a, with(ana, object{"status": "pending"}), ana), lists("gain ana@example.com @ sales: Viewer > Viewer")},
		"withdrawn before it was accepted": {
			sales().does("delete", a, with(ana, object{"status": "pending"}), nil), lists("withdrawn ana@example.com @ sales: Viewer > ")},
		"a role while it is pending": {
			sales().does("update", a, with(ana, object{"status": "pending"}), with(asAdmin, object{"status": "pending"})),
			lists("pending ana@example.com @ sales: Viewer > Admin")},
		"the same person under another address": {
			sales().does("update", a, with(ana, object{"user_id": "u1"}), with(asAdmin, object{"user_id": "u1", "email": "ana.silva@example.com"})),
			lists("up ana.silva@example.com @ sales: Viewer > Admin")},
		"by user id, whose address a user tells": {
			sales().does("no-op", "tray_user.u", with(user("ana@example.com", "Viewer", "active"), object{"id": "u1"}), with(user("ana@example.com", "Viewer", "active"), object{"id": "u1"})).
				does("create", a, nil, object{"workspace_id": "w1", "user_id": "u1", "role": "Viewer", "status": "active"}),
			lists("gain ana@example.com @ sales:  > Viewer")},
		"a read of a data source": {sales().does("read", "data.tray_user.u", nil, user("ana@example.com", "Admin", "active")), nil},
	} {
		t.Run(name, func(t *testing.T) {
			mustTell(t, c.plan.review(t).Access, c.want...)
		})
	}
}

func TestAccess_ofTheOrganization(t *testing.T) {
	const u = "tray_user.u"
	active, admin := user("ana@example.com", "Contributor", "active"), user("ana@example.com", "Admin", "active")
	invited := user("ana@example.com", "Viewer", "invited")
	for name, c := range map[string]struct {
		plan *draft
		want []string
	}{
		"invited":   {(&draft{}).does("create", u, nil, invited), lists("pending ana@example.com @ the organization:  > Viewer")},
		"made":      {(&draft{}).does("create", u, nil, active), lists("gain ana@example.com @ the organization:  > Contributor")},
		"deleted":   {(&draft{}).does("delete", u, active, nil), lists("lose ana@example.com @ the organization: Contributor > ")},
		"kept":      {(&draft{}).does("delete", u, with(active, object{"on_destroy": "keep"}), nil), nil},
		"demoted":   {(&draft{}).does("delete", u, with(admin, object{"on_destroy": "demote"}), nil), lists("down ana@example.com @ the organization: Admin > Viewer")},
		"cancelled": {(&draft{}).does("delete", u, with(invited, object{"on_destroy": "keep"}), nil), lists("withdrawn ana@example.com @ the organization: Viewer > ")},
		"raised":    {(&draft{}).does("update", u, active, admin), lists("up ana@example.com @ the organization: Contributor > Admin")},
		"deleted and made anew": {
			(&draft{}).does("delete,create", u, active, active), lists("lose ana@example.com @ the organization: Contributor > ")},
	} {
		t.Run(name, func(t *testing.T) {
			mustTell(t, c.plan.review(t).Access, c.want...)
		})
	}
}

func TestAccess_waitsWhileTheUserIsInvited(t *testing.T) {
	unknown := object{"after_unknown": object{"status": true, "user_id": true, "pending": true}}
	r := sales().does("create", "tray_user.u", nil, user("ana@example.com", "Viewer", "invited")).
		does("create", "tray_workspace_member.a", nil, without(member("w1", "ana@example.com", "Admin"), "status"), unknown).
		does("update", "tray_workspace_members.t", object{"workspace_id": "w2", "members": object{}, "pending": []any{}},
			object{"workspace_id": "w2", "members": object{"Ana@example.com": "Viewer"}}, unknown).review(t)
	mustTell(t, r.Access, "pending ana@example.com @ the organization:  > Viewer",
		"pending ana@example.com @ sales:  > Admin", "pending Ana@example.com @ workspace w2:  > Viewer")
	if !slices.Contains(r.Conditions, "gains-admin") {
		t.Errorf("the conditions are %v: an Admin who still has to accept is one, too", r.Conditions)
	}
}

func TestAccess_inTwoOrganizationsIsTwoThings(t *testing.T) {
	plan := (&draft{}).does("delete", "tray_user.a", user("ana@example.com", "Viewer", "active"), nil).
		does("create", "tray_user.b", nil, user("ana@example.com", "Viewer", "active"))
	plan.rest = object{"configuration": object{
		"provider_config": object{"tray": object{"name": "tray"}, "tray.emea": object{"name": "tray", "alias": "emea"}},
		"root_module":     object{"resources": []object{{"address": "tray_user.b", "provider_config_key": "tray.emea"}}}}}
	mustTell(t, plan.review(t).Access,
		"gain ana@example.com @ the organization of tray.emea:  > Viewer",
		"lose ana@example.com @ the organization of a provider that the plan does not tell: Viewer > ")
}

// twoOrganizations is a plan in which Ana leaves one organization and joins another, where
// she is Admin; both have a workspace of hers.
func twoOrganizations() *draft {
	is := func(id, email, role string) object { return with(user(email, role, "active"), object{"id": id}) }
	seat := func(workspace, id, role string) object {
		return with(member(workspace, "ana@example.com", role), object{"user_id": id})
	}
	plan := (&draft{}).does("no-op", "tray_workspace.a", workspace("w1", "sales"), workspace("w1", "sales")).
		does("no-op", "tray_workspace.b", workspace("w2", "support"), workspace("w2", "support")).
		does("update", "tray_user.a", is("u1", "ana@example.com", "Admin"), is("u1", "ana@example.com", "Viewer")).
		does("update", "tray_user.b", is("u2", "ana@example.com", "Contributor"), is("u2", "ana@example.com", "Admin")).
		does("delete", "tray_workspace_member.a", seat("w1", "u1", "Admin"), nil).
		does("create", "tray_workspace_member.b", nil, member("w2", "ana@example.com", "Admin")).
		does("create", "tray_workspace_member.c", nil, member("w2", "ben@example.com", "Viewer"))
	provider := func(key, alias string) object {
		return object{"name": "tray", "alias": alias, "expressions": object{"guardrails": object{"constant_value": object{"max_removals": 5}}}}
	}
	var resources []object
	for address, key := range map[string]string{"tray_workspace.a": "tray.a", "tray_user.a": "tray.a", "tray_workspace_member.a": "tray.a",
		"tray_workspace.b": "tray.b", "tray_user.b": "tray.b", "tray_workspace_member.b": "tray.b", "tray_workspace_member.c": "tray.b"} {
		resources = append(resources, object{"address": address, "provider_config_key": key})
	}
	plan.rest = object{"configuration": object{
		"provider_config": object{"tray.a": provider("tray.a", "a"), "tray.b": provider("tray.b", "b")},
		"root_module":     object{"resources": resources}}}
	return plan
}

// Somebody with an account in each of two organizations was one person, who "gains some
// access and loses other"; Admin in one was told to "still reach" workspaces of the other.
func TestReview_ofTwoOrganizationsTakesNobodyForOne(t *testing.T) {
	r := twoOrganizations().review(t)
	mustTell(t, r.Access,
		"down ana@example.com @ the organization of tray.a: Admin > Viewer", "lose ana@example.com @ sales: Admin > ",
		"up ana@example.com @ the organization of tray.b: Contributor > Admin", "gain ana@example.com @ support:  > Admin", "gain ben@example.com @ support:  > Viewer")
	mustSay(t, r.Sentence, "In the organization of tray.a, 1 person loses access or rights. 1 stops being Admin of the organization.",
		"In the organization of tray.b, 2 people gain access or rights. 1 becomes Admin of the organization.")
	page := r.Markdown(0)
	mustSay(t, page, "| `ana@example.com` (`tray.a`) |  | **Admin** of `the organization of tray.a`", "| `ana@example.com` (`tray.b`) | **Admin** of `the organization of tray.b`", "| `ben@example.com` (`tray.b`) | Viewer in `support` |",
		"1 person becomes Admin of `the organization of tray.b`, with access to every workspace: `ana@example.com`.",
		"takes access away once (a lower role does not count), of at most `5` that the provider block `tray.a` allows")
	mustNotSay(t, page, "still reaches it", "provider block `tray.b` allows")
	if picture := r.Mermaid(); strings.Count(picture, "ana#64;example.com #40;tray.a#41;") != 1 || strings.Count(picture, "ana#64;example.com #40;tray.b#41;") != 1 {
		t.Errorf("the picture has not one Ana in each organization:\n%s", picture)
	}
}

// Two provider blocks may be of one organization, as with the tokens of two users.
func TestReview_ofTwoBlocksThatSeeOneObjectIsOfOneOrganization(t *testing.T) {
	plan := twoOrganizations().does("no-op", "tray_workspace_member.d", member("w1", "mia@example.com", "Viewer"), member("w1", "mia@example.com", "Viewer"))
	configuration := plan.rest["configuration"].(object)["root_module"].(object)
	configuration["resources"] = append(configuration["resources"].([]object), object{"address": "tray_workspace_member.d", "provider_config_key": "tray.b"})
	r := plan.review(t)
	mustNotSay(t, r.Sentence, "In the organization of")
	mustNotSay(t, r.Markdown(0), "(`tray.")
	for _, a := range r.Access {
		if a.Provider != "tray.a" {
			t.Errorf("%s is in %s", a.Person, a.Provider)
		}
	}
}

func TestAccess_unknownIsToldAsUnknown(t *testing.T) {
	t.Run("who is in the table", func(t *testing.T) {
		r := sales().does("update", "tray_workspace_members.t", object{"workspace_id": "w1", "members": object{"ana@example.com": "Admin"}},
			object{"workspace_id": "w1"}, object{"after_unknown": object{"members": true}}).review(t)
		mustTell(t, r.Access)
		mustSay(t, r.Markdown(0), "1 change of access is decided by the apply", "who is in `sales` is known after the apply; now: `ana@example.com`")
	})
	t.Run("one role of the table", func(t *testing.T) {
		r := sales().does("create", "tray_workspace_members.t", nil, object{"workspace_id": "w1", "members": object{"ana@example.com": "Admin"}},
			object{"after_unknown": object{"members": object{"ben@example.com": true}}}).review(t)
		mustTell(t, r.Access, "gain ana@example.com @ sales:  > Admin", "gain ben@example.com @ sales:  > a role that is known after the apply")
		if !slices.Contains(r.Conditions, "unsure") {
			t.Errorf("the conditions are %v, without unsure", r.Conditions)
		}
	})
	t.Run("one address of the list", func(t *testing.T) {
		r := sales().does("create", "tray_workspace_role_members.v", nil, object{"workspace_id": "w1", "role": "Viewer", "emails": []any{"ana@example.com", nil}},
			object{"after_unknown": object{"emails": []any{false, true}}}).review(t)
		mustTell(t, r.Access, "gain ana@example.com @ sales:  > Viewer", "unsure somebody who is known after the apply @ sales:  > Viewer")
	})
	t.Run("whose membership it is", func(t *testing.T) {
		r := sales().does("delete,create", "tray_workspace_member.a", member("w1", "ana@example.com", "Viewer"), without(member("w1", "", "Viewer"), "email"),
			object{"after_unknown": object{"email": true, "user_id": true}}).review(t)
		mustTell(t, r.Access)
		mustSay(t, r.Markdown(0), "`ana@example.com` in `sales` may lose access to `somebody who is known after the apply` there")
	})
}

func TestAccess_sensitiveIsNotShown(t *testing.T) {
	const canary = "canary-7f3a"
	r := sales().
		does("create", "tray_workspace_member.a", nil, member("w1", canary+"@example.com", canary), object{"after_sensitive": object{"email": true, "role": true}}).
		does("update", "tray_workspace_members.t", object{"workspace_id": "w1", "members": object{canary + "@example.com": "Viewer"}},
			object{"workspace_id": "w1", "members": object{canary + "@example.com": "Admin"}}, object{"before_sensitive": object{"members": true}, "after_sensitive": object{"members": true}}).
		does("update", "tray_workspace_members.u", object{"workspace_id": "w1", "members": object{"ben@example.com": canary}},
			object{"workspace_id": "w1", "members": object{"ben@example.com": canary + "2"}},
			object{"before_sensitive": object{"members": object{"ben@example.com": true}}, "after_sensitive": object{"members": object{"ben@example.com": true}}}).
		does("create", "tray_workspace_role_members.v", nil, object{"workspace_id": "w1", "role": "Viewer", "emails": []any{canary}}, object{"after_sensitive": object{"emails": []any{true}}}).
		does("update", "tray_workspace.secret", workspace("w9", canary), workspace("w9", canary+"2"), object{"before_sensitive": object{"name": true}, "after_sensitive": object{"name": true}}).
		does("create", "tray_workspace_member.b", nil, member("w9", "ben@example.com", "Viewer")).
		does("update", "tray_organization_settings.s", object{"embedded_id": canary}, object{"embedded_id": canary + "2"}, object{"before_sensitive": object{"embedded_id": true}, "after_sensitive": object{"embedded_id": true}}).
		does("create", "other_thing.x", nil, object{"token": canary}).
		drifted("update", "tray_organization_settings.s", object{"embedded_id": "old", "config_wizard_css": canary}, object{"embedded_id": "new", "config_wizard_css": canary + "3"})
	r.rest = object{"variables": object{"token": object{"value": canary}}, "output_changes": object{"o": object{"actions": []any{"create"}, "after": canary}},
		"prior_state": object{"values": object{"root_module": object{"resources": []any{
			object{"address": "tray_workspace.p", "type": "tray_workspace", "values": workspace("w1", canary), "sensitive_values": object{"name": true}},
			object{"address": "data.tray_users.p", "mode": "data", "type": "tray_users", "values": object{"users": []any{object{"id": "u1", "email": canary}}}, "sensitive_values": object{"users": []any{object{"email": true}}}},
		}}}}}
	review := r.review(t)
	policy, err := review.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{review.Markdown(0), review.Text(0), review.Mermaid(), policy} {
		mustNotSay(t, text, canary)
	}
	mustSay(t, review.Markdown(0), "somebody whose address is sensitive", "who is in `sales` is sensitive, and not shown", "`ben@example.com`", "`embedded_id` from a sensitive value to a sensitive value")
}

func TestAccess_meetsDrift(t *testing.T) {
	ana := member("w1", "ana@example.com", "Viewer")
	table := func(members object) object { return object{"workspace_id": "w1", "members": members} }
	r := sales().drifted("delete", "tray_workspace_member.a", ana, nil).does("create", "tray_workspace_member.a", nil, ana).
		drifted("update", "tray_workspace_members.t", table(object{"ben@example.com": "Viewer"}), table(object{"ben@example.com": "Viewer", "zoe@example.com": "Admin"})).
		does("update", "tray_workspace_members.t", table(object{"ben@example.com": "Viewer", "zoe@example.com": "Admin"}), table(object{"ben@example.com": "Viewer"})).
		drifted("update", "tray_user.u", user("mia@example.com", "Viewer", "invited"), user("mia@example.com", "Viewer", "active")).
		drifted("read", "data.tray_workspaces.all", object{"ids": "1"}, object{"ids": "2"}).
		drifted("update", "tray_workspace.sales", with(workspace("w1", "sales"), object{"monthly_task_limit": 1, "type": "Shared"}), with(workspace("w1", "sales"), object{"monthly_task_limit": 2})).
		refers("tray_workspace.sales", "name").review(t)
	mustTell(t, r.Access, "gain ana@example.com @ sales:  > Viewer", "lose zoe@example.com @ sales: Admin > ")
	for _, a := range r.Access {
		if !a.UndoesDrift {
			t.Errorf("%s of %s does not count as undoing drift", a.Kind, a.Person)
		}
	}
	mustTell(t, r.Drift.Access, "lose ana@example.com @ sales: Viewer > ", "gain zoe@example.com @ sales:  > Admin", "gain mia@example.com @ the organization: Viewer > Viewer")
	if len(r.Drift.Changes) > 0 {
		t.Errorf("drift is %v: nobody configures monthly_task_limit, and reads are no drift", r.Drift.Changes)
	}
	mustSay(t, r.Markdown(0), "`ana@example.com` lost Viewer in `sales`; this change sets Viewer again",
		"`mia@example.com` accepted the invitation, and is Viewer of the organization; this change leaves it so",
		"`zoe@example.com` was made **Admin** in `sales`; this change removes them from `sales`", "|  | **Admin** in `sales` (was added outside Terraform) |")
}

func TestAccess_acceptedInvitationsAloneAreNoDrift(t *testing.T) {
	r := (&draft{}).drifted("update", "tray_user.u", user("mia@example.com", "Viewer", "invited"), user("mia@example.com", "Viewer", "active")).review(t)
	if slices.Contains(r.Conditions, "drift") {
		t.Errorf("the conditions are %v: somebody joined, as was planned", r.Conditions)
	}
}

// Who accepts leaves the pending ones of a table, and is a member only after the next apply:
// nobody changed anything by hand.
func TestAccess_acceptedInvitationsOfATableAreNoDrift(t *testing.T) {
	table := func(members object, pending ...any) object {
		return object{"workspace_id": "w1", "members": members, "pending": pending}
	}
	waits, gone := table(object{"ana@example.com": "Viewer"}, "ana@example.com"), table(object{})
	const m, u = "tray_workspace_members.t", "tray_user.ana"
	invited := object{"email": "ana@example.com", "organization_role": "Viewer", "status": "invited"}
	joined := with(invited, object{"status": "active", "id": "u1"})
	for name, c := range map[string]struct {
		plan  *draft
		drift bool
	}{
		"the apply completes it":          {sales().drifted("update", m, waits, gone).does("update", m, gone, table(object{"ana@example.com": "Viewer"})), false},
		"it completes another role":       {sales().drifted("update", m, waits, gone).does("update", m, gone, table(object{"ana@example.com": "Admin"})), false},
		"the change no longer names them": {sales().drifted("update", m, waits, gone).drifted("update", u, invited, joined), false},
		"somebody cancelled it by hand":   {sales().drifted("update", m, waits, gone), true},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.plan.review(t)
			if slices.Contains(r.Conditions, "drift") != c.drift {
				t.Errorf("the conditions are %v:\n%s", r.Conditions, r.Text(0))
			}
			for _, a := range r.Access {
				if a.Kind != Gain || a.UndoesDrift || len(a.Notes) != 1 || a.Notes[0].String() != "has accepted the invitation" {
					t.Errorf("it says %+v", a)
				}
			}
		})
	}
}

// Who is created is in at once; who is invited waits, and may lose what never was.
func TestAccess_saysHowSomebodyComesIn(t *testing.T) {
	made := with(user("ana@example.com", "Viewer", "active"), object{"onboarding": "create"})
	here := with(user("zoe@example.com", "Viewer", "active"), object{"onboarding": "create"})
	waiting := with(member("w1", "ben@example.com", "Viewer"), object{"status": "pending"})
	r := sales().does("create", "tray_user.a", nil, made).does("create", "tray_user.d", nil, user("dan@example.com", "Viewer", "invited")).
		does("update", "tray_user.z", here, with(here, object{"organization_role": "Contributor"})).
		does("delete", "tray_user.b", user("ben@example.com", "Viewer", "invited"), nil).does("delete", "tray_workspace_member.b", waiting, nil).review(t)
	mustSay(t, r.Markdown(0), "| joins the organization as Viewer (at once, without an invitation) |", "| after accepting the invitation: joins the organization as Viewer |",
		"| Contributor of the organization (was Viewer) |", "| the invitation to the organization as Viewer (withdrawn); Viewer in `sales` (planned, never had it) |")
}
