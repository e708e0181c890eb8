package review

import (
	"maps"
	"slices"
)

// noun holds the words for one type of resource. A type joins by one entry in nouns;
// what an entry leaves out is told by address and by the names of attributes.
type noun struct {
	// one and many are how the first sentence of a review counts them; "" leaves it to the
	// sections to tell them.
	one, many string
	// name is what a reader calls an object, as it is (v) before or after its change.
	name func(d *directory, c resourceChange, v values) phrase
	// holds says who has which access by an object, before and after its change.
	holds func(d *directory, c resourceChange, drift bool) holding
	// access lists the attributes that holds tells about; quiet, those that nobody
	// configures; shown, those whose values are worth a line. Of all others a change
	// shows the name alone.
	access, quiet, shown []string
	// verbs replaces the words for what happens: "is created" and so on.
	verbs map[step]string
	// stays reports that a destroy leaves the object in Tray, and adopted that a create
	// takes over what is there; tellsCreate lists attributes also when it is created.
	stays, adopted func(v values) bool
	tellsCreate    bool
	// guards are values that take a brake away.
	guards []guard
	// effects tells what a change does beyond its object, and losses what it takes away there;
	// nil where the attributes tell all.
	effects func(c resourceChange) []phrase
	losses  func(d *directory, c resourceChange) []phrase
	// binds tells what a change ties to what; promotes gives it a section of its own, and a
	// part of the first sentence.
	binds    func(d *directory, c resourceChange) []phrase
	promotes bool
}

// guard is a value of an attribute that makes a plan, or a later one, less careful.
type guard struct {
	attribute, value string
	text             string // %s is the object's name
	createOnly       bool   // it matters to a creation alone
	updateOnly       bool   // it is the default, and worth a line when it comes back
}

// Types lists the types of resources that have words of their own, sorted.
func Types() []string { return slices.Sorted(maps.Keys(nouns)) }

const roleChange = "organization_role"

// runsAtApply is said of the import of a project: a plan has imported nothing yet.
const runsAtApply = "will run at the apply"

var nouns = map[string]noun{
	"tray_user": {
		name: func(d *directory, c resourceChange, v values) phrase {
			return say("user %s", d.person(v, c.Address).label)
		},
		holds:  userHolds,
		access: []string{"email", roleChange, "status"},
		quiet:  []string{"id", "invite_id", "invite_expires_at", "account_type"},
		shown:  []string{"name", "status", "on_destroy", "onboarding"},
		stays: func(v values) bool {
			how := v.str("on_destroy").s
			return v.str("status").s == "active" && (how == "keep" || how == "demote")
		},
		guards: []guard{
			{attribute: "on_destroy", value: "delete", updateOnly: true, text: "A later destroy of the %s deletes the person (on_destroy)."},
		},
	},
	"tray_workspace_member": {
		name: func(d *directory, c resourceChange, v values) phrase {
			return say("membership of %s in %s", d.person(v, c.Address).label, d.workspace(v, c).label)
		},
		holds:  memberHolds,
		access: []string{"email", "user_id", "role", "workspace_id", "status"},
		quiet:  []string{"expires_at"},
	},
	"tray_workspace_members": {
		name:   memberListName,
		holds:  membersHolds,
		access: []string{"members", "pending", "workspace_id"},
		quiet:  []string{"ignored", "ended", "expires_at"},
		shown:  []string{"ignore_org_admins", "overwrite_existing"},
		guards: memberListGuards("Members"),
	},
	"tray_workspace_role_members": {
		name:   memberListName,
		holds:  roleMembersHolds,
		access: []string{"emails", "role", "pending", "workspace_id"},
		quiet:  []string{"ignored", "ended", "expires_at"},
		shown:  []string{"ignore_org_admins", "overwrite_existing"},
		guards: memberListGuards("Others with that role"),
	},
	"tray_workspace": {
		one: "workspace", many: "workspaces",
		name:  named("workspace"),
		quiet: []string{"id", "type", "adopted"},
		shown: []string{"name", "description", "monthly_task_limit", "deletion_protection", "force_destroy"},
		verbs: map[step]string{
			stepDelete:  "is deleted, with everything in it: projects, and the access of everybody",
			stepReplace: "is deleted, with everything in it, and made anew, empty",
		},
		stays: isAdopted, adopted: isAdopted,
		guards: []guard{
			{attribute: "deletion_protection", value: "false", updateOnly: true, text: "The %s loses its protection: a later plan can delete it (deletion_protection = false)."},
			{attribute: "force_destroy", value: "true", text: "A later deletion of the %s takes along what it holds (force_destroy = true)."},
		},
	},
	"tray_custom_service": {
		one: "custom service", many: "custom services",
		name:  named("custom service"),
		quiet: []string{"id", "owner_id", "version", "unique_name", "adopted"},
		shown: []string{"name", "description", "workspace_id", "authentication_type", "authorization_url", "token_url", "client_id"},
		verbs: map[step]string{
			stepDelete:  "is deleted, and its authentications work no more",
			stepReplace: "is deleted and made anew: its authentications work no more, and connectors are bound to its old unique name",
		},
		stays: isAdopted, adopted: isAdopted,
	},
	"tray_project": {
		one: "project", many: "projects",
		name:  named("project"),
		quiet: []string{"id", "adopted"},
		shown: []string{"name", "description", "workspace_id", "force_destroy"},
		verbs: map[step]string{
			stepDelete:  "is deleted, with its workflows, its versions and its solution",
			stepReplace: "is deleted, with its workflows, its versions and its solution, and made anew, empty",
		},
		stays: isAdopted, adopted: isAdopted,
		guards: []guard{
			{attribute: "force_destroy", value: "true", text: "A later deletion of the %s takes its workflows along (force_destroy = true)."},
		},
	},
	"tray_project_import": {
		promotes: true, binds: importBinds,
		name:    importName,
		quiet:   []string{"id", "export_digest", "preview_digest", "backup_sha256", "newest_version", "impact", "exported", "authentications", "config", "solution_id"},
		shown:   []string{"project_id", "record_version", "recorded_version"},
		verbs:   map[step]string{stepCreate: runsAtApply, stepUpdate: runsAtApply, stepReplace: "is forgotten, and another " + runsAtApply},
		stays:   always,
		effects: importEffects, losses: importLosses,
	},
	"tray_project_version": {
		one: "project version", many: "project versions",
		name:  calledBy("version_number", "project version"),
		quiet: []string{"id", "created", "creator_id", "expired"},
		shown: []string{"version_number", "title", "description", "project_id"},
		stays: always,
	},
	"tray_solution_instance": {
		one: "solution instance", many: "solution instances",
		name:  named("solution instance"),
		quiet: []string{"id", "created", "trigger_urls"},
		shown: []string{"name", "enabled", "user_id", "solution_id", "auth_values", "config_values", "upgrade", "has_newer_release"},
		verbs: map[step]string{
			stepDelete:  "is removed, and what it does for the end user stops",
			stepReplace: "is removed and made anew: its addresses change",
		},
	},
	"tray_solution_release": {
		one: "solution release", many: "solution releases",
		name:    func(_ *directory, c resourceChange, _ values) phrase { return say("solution release %s", c.Address) },
		quiet:   []string{"id", "release_id", "impact"},
		shown:   []string{"solution_id", "content"},
		verbs:   map[step]string{stepCreate: "is published", stepUpdate: "is published", stepReplace: "is forgotten, and another solution is published"},
		stays:   always,
		effects: releaseEffects, losses: releaseLosses,
	},
	"tray_service_environment": {
		one: "service environment", many: "service environments",
		name:  titled("service environment"),
		quiet: []string{"id", "adopted", "authentication_type", "credentials_schema", "user_data_schema"},
		shown: []string{"title", "service_name", "client_id"},
		verbs: map[step]string{
			stepDelete:  "is deleted, and the authentications made with it work no more",
			stepReplace: "is deleted and made anew: the authentications made with it work no more",
		},
		stays: isAdopted, adopted: isAdopted,
	},
	"tray_connector": {
		one: "connector", many: "connectors",
		name:    named("connector"),
		quiet:   []string{"id", "status", "deployment_id", "source_sha256"},
		shown:   []string{"name", "version", "content_digest", "service_name", "share_with_emails", "share_with_workspaces"},
		effects: connectorShares,
		verbs: map[step]string{
			stepCreate:  "is deployed",
			stepDelete:  "is deleted, and workflows that use it stop working",
			stepReplace: "is deleted and deployed anew, under the new name or version where that changes: workflows that use it stop working",
		},
	},
	"tray_authentication": {
		one: "authentication", many: "authentications",
		name:  named("authentication"),
		quiet: []string{"id", "verified"},
		shown: []string{"name", "service_environment_id", "on_prem_agent_group_id", "credentials_wo_version", "user_data_wo_version"},
		verbs: map[step]string{
			stepDelete:  "is deleted, and workflows that use it stop working",
			stepReplace: "is deleted and made anew: workflows that use it stop working until they name the new one",
		},
	},
	"tray_embedded_user": {
		one: "end user", many: "end users",
		name:  calledBy("external_user_id", "end user"),
		quiet: []string{"id"},
		shown: []string{"name", "external_user_id", "is_test_user"},
		verbs: map[step]string{
			stepDelete:  "is removed, with its solution instances and its authentications",
			stepReplace: "is removed, with its solution instances and its authentications, and made anew",
		},
		tellsCreate: true,
	},
	"tray_api_user": {
		one: "API user", many: "API users",
		name:  named("API user"),
		quiet: []string{"id", "email"},
		shown: []string{"name", "workspace_id", "workspace_role", roleChange},
		verbs: map[step]string{
			stepDelete:  "is deleted: its tokens are revoked, and whatever uses them stops",
			stepReplace: "is deleted and made anew: its tokens are revoked, and whatever uses them stops",
		},
		tellsCreate: true,
	},
	"tray_api_token": {
		one: "API token", many: "API tokens",
		name:  named("API token"),
		quiet: []string{"id", "token_name"},
		shown: []string{"name", "workspace_id", "api_user_id", "valid_for", "rotate_before", "overlap", "expires_at", "previous_until"},
		verbs: map[step]string{
			stepDelete:  "is revoked at once, and whatever uses it stops",
			stepReplace: "is revoked at once and made anew: whatever uses it stops until it has the new one",
		},
		tellsCreate: true,
	},
	"tray_trigger_subscription": {
		one: "trigger subscription", many: "trigger subscriptions",
		name:  named("trigger subscription"),
		quiet: []string{"id", "signing_key"},
		shown: []string{"name", "trigger_name", "trigger_version", "operation", "endpoint", "authentication_id", "external_id", "state"},
		verbs: map[step]string{
			stepDelete:  "is deleted, and its endpoint is told of nothing any more",
			stepReplace: "is deleted and made anew, with another signing key: what happens in between is not told",
		},
		tellsCreate: true,
	},
	"tray_on_prem_agent_group": {
		one: "group of on-premise agents", many: "groups of on-premise agents",
		name:  named("group of on-premise agents"),
		quiet: []string{"id", "workspace_id"},
		shown: []string{"name"},
		verbs: map[step]string{stepReplace: "is deleted and made anew: its agents register once more, and authentications name the old one"},
	},
	"tray_on_prem_agent": {
		one: "on-premise agent", many: "on-premise agents",
		name:  named("on-premise agent"),
		quiet: []string{"id", "workspace_id", "group_id", "registration_token"},
		shown: []string{"name", "enabled"},
		verbs: map[step]string{stepReplace: "is deleted and made anew, and has to register once more"},
		guards: []guard{
			{attribute: "enabled", value: "false", text: "Tray sends no work to the %s (enabled = false)."},
		},
	},
	"tray_organization": {
		one: "organization", many: "organizations",
		name:  named("organization"),
		quiet: []string{"id", "adopted", "organization_workspace_id", "embedded_workspace_id"},
		shown: []string{"name", "owner_email", "plan", "sso", "embedded", "deletion_protection"},
		verbs: map[step]string{stepDelete: "is deleted, with everything in it"},
		stays: isAdopted, adopted: isAdopted,
		guards: []guard{
			{attribute: "deletion_protection", value: "false", updateOnly: true, text: "The %s is not protected: it can be deleted (deletion_protection = false)."},
		},
	},
	"tray_organization_settings": {
		name: func(d *directory, c resourceChange, _ values) phrase {
			return say("settings block of ").and("", d.theOrganization(c.Address).phrase())
		},
		quiet: []string{"id"},
		shown: []string{"alerting_workflow_id", "allow_workspace_admin_tokens", "embedded_id"},
		verbs: map[step]string{stepCreate: "comes under management, and sets"},
		stays: always, tellsCreate: true,
		guards: []guard{
			{attribute: "allow_workspace_admin_tokens", value: "true",
				text: "From this change on, the %s lets Admins of a workspace make API users and tokens for it (allow_workspace_admin_tokens)."},
		},
	},
}

func always(values) bool { return true }

func isAdopted(v values) bool { return v.str("adopted").s == "true" }

// named is the name of what has an attribute of that name; titled, of what has a title.
func named(kind string) func(*directory, resourceChange, values) phrase {
	return calledBy("name", kind)
}

func titled(kind string) func(*directory, resourceChange, values) phrase {
	return calledBy("title", kind)
}

func calledBy(attribute, kind string) func(*directory, resourceChange, values) phrase {
	return func(_ *directory, c resourceChange, v values) phrase {
		if name := v.str(attribute); name.is == known && name.s != "" {
			return say(kind+" %s", name.s)
		}
		return say(kind+" %s", c.Address)
	}
}

func memberListName(d *directory, c resourceChange, v values) phrase {
	if role := v.str("role"); role.is == known {
		return say("list of those with the role %s in %s", role.s, d.workspace(v, c).label)
	}
	return say("list of members of %s", d.workspace(v, c).label)
}

// nameOf is what a reader calls the object of a change.
func nameOf(d *directory, c resourceChange) phrase {
	v := c.after()
	if !v.there() {
		v = c.before()
	}
	if n, ok := nouns[c.Type]; ok {
		return n.name(d, c, v)
	}
	return say("%s", c.Address)
}

// Attributes lists the attributes of a type that its words speak of, sorted.
func Attributes(typ string) []string {
	n := nouns[typ]
	names := slices.Concat(n.access, n.quiet, n.shown)
	for _, g := range n.guards {
		names = append(names, g.attribute)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
