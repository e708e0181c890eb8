package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// actor is a noun in the table of TestPromise_applyDoesWhatThePlanShows: joining is one line.
type actor struct {
	typ, label string
	// before and after are its arguments, "; " apart, of which a plan makes one the other.
	before, after string
	// has is what an instance with those attributes stands for in Tray, by what names it;
	// nil where Tray's state has no word for it, and the log of requests is judged.
	has func(attributes map[string]any) things
	// writes is where such a noun is written.
	writes string
}

// things are values by what names them, as in "member of lab: ana@example.com" → "Viewer".
type things map[string]string

var actors = []actor{
	{"tray_user", "uma", someone("uma@example.com", "Viewer"), someone("uma@example.com", "Contributor"), hasUser, ""},
	{"tray_user", "ivy", `email = "ivy@example.com"; organization_role = "Viewer"`, `email = "ivy@example.com"; organization_role = "Contributor"`, hasUser, ""},
	{"tray_workspace", "crm", `name = "crm"; description = "first"`, `name = "crm"; description = "second"`, hasWorkspace, ""},
	{"tray_workspace_member", "max", place("ops", "max", "Viewer"), place("ops", "max", "Contributor"), hasMember, ""},
	{"tray_workspace_members", "lab", `workspace_id = data.tray_workspace.all["lab"].id; members = { "tom@example.com" = "Viewer", "sue@example.com" = "Admin" }`,
		`workspace_id = data.tray_workspace.all["lab"].id; members = { "tom@example.com" = "Admin", "new@example.com" = "Viewer" }`, hasMembers, ""},
	{"tray_workspace_role_members", "hr", `workspace_id = data.tray_workspace.all["hr"].id; role = "Viewer"; emails = ["rob@example.com", "ron@example.com"]`,
		`workspace_id = data.tray_workspace.all["hr"].id; role = "Viewer"; emails = ["ron@example.com", "new@example.com"]`, hasRole, ""},
	{"tray_custom_service", "crm", service("first"), service("second"), hasService, ""},
	{"tray_service_environment", "box", box("one"), box("two"), hasEnvironment, ""},
	{"tray_connector", "crm", shared("ana"), shared("ben"), nil, "/connectors/acme-crm/versions/1.0/shares"},
	{"tray_authentication", "sms", sms("first"), sms("second"), hasAuthentication, ""},
	{"tray_api_user", "bot", robot("Contributor"), robot("Admin"), hasAPIUser, ""},
	{"tray_api_token", "key", key("30d"), key("60d"), nil, "/management/v1/workspaces/*/api-users/*/tokens**"},
	{"tray_trigger_subscription", "hook", hook("one"), hook("two"), nil, "/core/v1/subscriptions**"},
	{"tray_on_prem_agent_group", "moves", site("one"), site("two"), hasAgentGroup, ""},
	{"tray_on_prem_agent_group", "site", site("site"), site("site"), hasAgentGroup, ""},
	{"tray_on_prem_agent", "machine", machine("true"), machine("false"), hasAgent, ""},
	{"tray_embedded_user", "globex", customer("Globex"), customer("Globex Corp"), nil, "/graphql"},
	{"tray_project", "billing", project("billing") + full, project("invoicing") + full, nil, "/management/v1/**projects**"},
	{"tray_project_version", "first", `project_id = tray_project.billing.id; version_number = "1.0"; title = "First"`, `project_id = tray_project.billing.id; version_number = "1.1"; title = "Second"`, nil, "/core/v1/projects/*/versions/*"},
	{"tray_project_import", "billing", imported("10"), imported("20"), nil, "/core/v1/projects/*/imports"},
	{"tray_project", "notify", inEmbedded, inEmbedded, nil, "/management/v1/**projects**"},
	{"tray_project_import", "notify", aSolution, aSolution, nil, "/core/v1/projects/*/imports"},
	{"tray_solution_release", "notify", released("first"), released("second"), hasRelease, ""},
	{"tray_solution_instance", "globex", forGlobex("one"), forGlobex("two"), hasInstance, ""},
	{"tray_organization", "acme", `name = "Acme"`, `name = "Acme Ltd"`, hasOrganization, ""},
	{"tray_organization_settings", "all", `allow_workspace_admin_tokens = true`, `allow_workspace_admin_tokens = false`, nil, "/management/v1/organization/settings"},
}

// theirs is everybody's name, and so that of their own workspace, which is shared once they
// are deleted; it is Ivy's own choice of it.
const theirs = "Ivy"

// cast are those who are there without Terraform, places the workspaces.
var (
	cast   = []string{"max", "tom", "sue", "rob", "ron", "new", "else"}
	places = []string{"ops", "lab", "hr"}
)

func someone(email, role string) string {
	return `email = "` + email + `"; name = "` + theirs + `"; organization_role = "` + role + `"; onboarding = "create"`
}

func place(workspace, name, role string) string {
	return `workspace_id = data.tray_workspace.all["` + workspace + `"].id; email = "` + name + `@example.com"; role = "` + role + `"`
}

func service(description string) string {
	return `workspace_id = data.tray_workspace.all["ops"].id; name = "crm"; description = "` + description + `"; authentication_type = "oauth2client_credentials"; ` +
		`token_url = "https://x"; client_id = "c"; client_secret_wo = "canary"`
}

func box(clientID string) string {
	return `service_name = tray_custom_service.crm.unique_name; title = "box"; client_id = "` + clientID + `"; client_secret_wo = "canary"`
}

func shared(with string) string {
	return `name = "acme-crm"; version = "1.0"; source = "` + exampleZip + `"; share_with_emails = ["` + with + `@example.com"]`
}

func robot(role string) string {
	return `workspace_id = data.tray_workspace.all["ops"].id; name = "bot"; workspace_role = "` + role + `"; organization_role = "Viewer"`
}

func sms(name string) string {
	return `name = "` + name + `"; service_environment_id = one(data.tray_service_environments.twilio.environments).id; ` +
		`credentials_wo = jsonencode({ account_sid = "AC1", auth_token = "canary" })`
}

func hasAuthentication(a map[string]any) things {
	return things{"authentication " + text(a["id"]): text(a["name"])}
}

// key is rotated when it is to live for another time.
func key(life string) string {
	return `workspace_id = data.tray_workspace.all["ops"].id; api_user_id = tray_api_user.bot.id; name = "key"; valid_for = "` + life + `"`
}

func hook(where string) string {
	return `name = "hook"; trigger_name = "webhook"; trigger_version = "3.1"; operation = "webhook"; endpoint = "https://hooks.example.com/` + where + `"`
}

// hasAPIUser is by the name: the address is Tray's.
func hasAPIUser(a map[string]any) things {
	return things{"API user " + text(a["name"]): text(a["organization_role"]) + ", " + text(a["workspace_role"])}
}

func site(name string) string {
	return `workspace_id = data.tray_workspace.all["ops"].id; name = "` + name + `"`
}

func customer(name string) string {
	return `name = "` + name + `"; external_user_id = "globex"`
}

func project(name string) string {
	return `workspace_id = data.tray_workspace.all["ops"].id; name = "` + name + `"`
}

// full is of a project that something is imported into.
const full = "; force_destroy = true"

func imported(size string) string {
	return `project_id = tray_project.billing.id; export = "` + exampleExport + `"; config = { api_url = "https://x", batch_size = ` + size + ` }`
}

var (
	inEmbedded = `workspace_id = one(data.tray_workspaces.embedded.workspaces).id; name = "notify"` + full
	aSolution  = `project_id = tray_project.notify.id; export = "` + exampleSolution + `"; config = { channel = "x" }`
)

func released(content string) string {
	return `solution_id = tray_project_import.notify.solution_id; content = "` + content + `"`
}

func forGlobex(channel string) string {
	return `user_id = tray_embedded_user.globex.id; solution_id = tray_solution_release.notify.solution_id; name = "theirs"; config_values = { channel = jsonencode("` + channel + `") }`
}

// hasRelease is that all of the solution is published. Where that changes, somebody has edited
// the solution since the plan, which has not shown what instances would get.
func hasRelease(a map[string]any) things { return aRelease(text(a["solution_id"]), "Live") }

func aRelease(solution, state string) things { return things{"release of " + solution: state} }

// hasInstance is in parts, as others may have changed one of them.
func hasInstance(a map[string]any) things {
	id := text(a["id"])
	return things{"instance " + id: text(a["name"]), "enabling of " + id: fmt.Sprint(a["enabled"]), "values of " + id: fmt.Sprintf("%s", a["config_values"])}
}

func machine(enabled string) string {
	return site("machine") + `; group_id = tray_on_prem_agent_group.site.id; enabled = ` + enabled
}

func hasAgentGroup(a map[string]any) things {
	return things{"group of agents " + text(a["name"]): "is there"} // a new one has no id yet, and a rename makes it anew
}

func hasAgent(a map[string]any) things {
	return things{"agent " + text(a["id"]): fmt.Sprint(a["name"], ", ", a["enabled"])}
}

func hasService(a map[string]any) things {
	return things{"service " + text(a["id"]): text(a["name"]) + ", " + text(a["description"])}
}

func hasEnvironment(a map[string]any) things {
	return things{"environment " + text(a["id"]): text(a["title"]) + ", " + text(a["client_id"])}
}

func hasUser(a map[string]any) things {
	return things{"user " + text(a["email"]): text(a["organization_role"])}
}

func hasWorkspace(a map[string]any) things {
	description := text(a["description"])
	return aWorkspace(text(a["id"]), text(a["name"]), &description)
}

// aWorkspace is named by its id: somebody may have taken the name for another. One that is
// to be made has no id yet.
func aWorkspace(id, name string, description *string) things {
	all := things{"workspace " + id: name, "description of " + id: ""}
	if description != nil {
		all["description of "+id] = *description
	}
	return all
}

func hasOrganization(a map[string]any) things {
	return things{"organization": text(a["name"])}
}

func hasMember(a map[string]any) things {
	return things{inWorkspace(a) + text(a["email"]): text(a["role"])}
}

func hasMembers(a map[string]any) things {
	all := things{}
	members, _ := a["members"].(map[string]any)
	for email, role := range members {
		all[inWorkspace(a)+email] = text(role)
	}
	return all
}

func hasRole(a map[string]any) things {
	all := things{}
	emails, _ := a["emails"].([]any)
	for _, email := range emails {
		all[inWorkspace(a)+text(email)] = text(a["role"])
	}
	return all
}

func text(v any) string { s, _ := v.(string); return s }

// inWorkspace begins the name of a membership: by id, as another workspace may have taken
// the name since.
func inWorkspace(a map[string]any) string {
	return "member of " + text(a["workspace_id"]) + ": "
}

// moves are what others do between a plan and its apply. What cannot be done, as nobody is
// there yet, is left.
var moves = map[string]func(w ui){
	"nothing":                   func(ui) {},
	"a stranger joins":          func(w ui) { w.inPlaces(http.MethodPut, "else", "Viewer") },
	"everybody leaves":          func(w ui) { w.everybody(http.MethodDelete, "") },
	"everybody joins as Viewer": func(w ui) { w.everybody(http.MethodPut, "Viewer") },
	"everybody joins as Admin":  func(w ui) { w.everybody(http.MethodPut, "Admin") },
	"all become Admin":          func(w ui) { w.users(http.MethodPut, map[string]any{"role": "Admin"}) },
	"all become Viewer":         func(w ui) { w.users(http.MethodPut, map[string]any{"role": "Viewer"}) },
	"all are deleted":           func(w ui) { w.users(http.MethodDelete, nil) },
	"all are made anew": func(w ui) {
		w.users(http.MethodDelete, nil)
		w.users(http.MethodPost, map[string]any{"role": "Viewer"})
	},
	"all are invited or created": func(w ui) { w.users(http.MethodPost, map[string]any{"role": "Contributor"}) },
	"invitations are accepted":   func(w ui) { w.AcceptAll() },
	"invitations are cancelled":  func(w ui) { w.do(http.MethodPost, "ui/invites/ivy@example.com/cancel", nil) },
	"workspaces are renamed":     func(w ui) { w.workspaces(http.MethodPatch, map[string]any{"name": "x"}) },
	"workspaces are filled":      func(w ui) { w.workspaces(http.MethodPost, nil) },
	"workspaces are deleted":     func(w ui) { w.workspaces(http.MethodDelete, nil) },
	"instances are changed": func(w ui) {
		w.instances(`mutation { updateSolutionInstance(input: {solutionInstanceId: %q, enabled: false, configValues: [{externalId: "channel", value: "\"mine\""}]}) { clientMutationId } }`)
	},
	"instances are removed": func(w ui) {
		w.instances(`mutation { removeSolutionInstance(input: {solutionInstanceId: %q}) { clientMutationId } }`)
	},
	"solutions are edited": func(w ui) {
		for _, p := range w.State().Projects {
			w.do(http.MethodPut, "ui/projects/"+p.ID+"/solution", map[string]any{"slots": []map[string]any{slot("channel"), slot("more")}})
		}
	},
}

// ui is somebody at work in Tray's own pages.
type ui struct {
	*acctest.Env
	t *testing.T
}

func (w ui) do(method, path string, body any) { w.Call(method, "/_sandbox/"+path, body) }

func (w ui) inPlaces(method, name, role string) {
	for _, place := range append(places, "crm") {
		w.do(method, "ui/workspaces/"+place+"/members/"+name+"@example.com", map[string]any{"role": role})
	}
}

func (w ui) everybody(method, role string) {
	for _, name := range cast {
		w.inPlaces(method, name, role)
	}
}

func (w ui) users(method string, body map[string]any) {
	for _, name := range append(cast, "uma", "ivy") {
		path := "ui/users/" + name + "@example.com?force=true"
		if method == http.MethodPost {
			path, body = "ui/users", maps.Clone(body)
			body["email"], body["name"] = name+"@example.com", theirs
		}
		w.do(method, path, body)
	}
}

func (w ui) workspaces(method string, body map[string]any) {
	for _, name := range append(places, "crm") {
		if method == http.MethodPost {
			w.do(method, "ui/projects", map[string]any{"workspace": name, "name": "P"})
			continue
		}
		if body != nil {
			body = map[string]any{"name": name + "-renamed"}
		}
		w.do(method, "ui/workspaces/"+name+"?force=true", body)
	}
}

// instances has each end user send a mutation about theirs.
func (w ui) instances(mutation string) {
	for _, i := range w.State().Instances {
		asEndUser(w.t, w.Env, i.Owner, fmt.Sprintf(mutation, i.ID))
	}
}

// Whatever happens between a plan and its apply: each thing that the apply changes in Tray is
// one that the plan has shown, from what it was to what it becomes. Whoever was not in the
// plan stays. The next applies converge, after imports where a message says so.
//
// By day every move meets the change, and a third of them a creation and a destroy.
func TestPromise_applyDoesWhatThePlanShows(t *testing.T) {
	t.Parallel()
	before, after := acting(func(a actor) string { return a.before }), acting(func(a actor) string { return a.after })
	for kind, plan := range map[string]change{
		"create": {after: before}, "change": {before: before, after: after}, "destroy": {before: before, after: there},
	} {
		env := acctest.Start(t, acctest.Organization("Acme", acctest.OwnerEmail), acctest.Embedded())
		people(env)
		begun := env.Desk(t, acctest.Terraform, "")
		if plan.before != "" {
			begun.Write("main.tf", plan.before)
			begun.Apply()
		}
		turn := 0
		for _, move := range slices.Sorted(maps.Keys(moves)) {
			happens := moves[move]
			if turn++; kind != "change" && turn%acctest.ByDay(3, 1) != 0 {
				continue
			}
			t.Run(kind+"/"+move, func(t *testing.T) {
				t.Parallel()
				dir := begun.Copy(t)
				dir.Write("provider.tf", dir.Env.Provider("  guardrails = { max_removal_percent = 100 }"))
				dir.Write("main.tf", plan.after)
				dir.Plan("-out=plan.bin")
				shown := shownBy(dir.CLI, dir.Env.State())
				happens(ui{dir.Env, t})
				dir.Env.ClearRequests()
				was := thingsIn(dir.Env.State())
				dir.Run("apply", "-input=false", "plan.bin")
				shown.judge(t, was.becomes(thingsIn(dir.Env.State())), dir.Env.Requests())
				restore(ui{dir.Env, t})
				converges(t, dir.CLI)
			})
		}
	}
}

// there is the configuration without any noun: the workspaces, which others have made.
const there = "data \"tray_workspace\" \"all\" {\n  for_each = toset([\"ops\", \"lab\", \"hr\"])\n  name     = each.key\n}\ndata \"tray_service_environments\" \"twilio\" { service_name = \"twilio\" }\ndata \"tray_workspaces\" \"embedded\" { type = \"Embedded\" }\n"

// acting is a configuration of all nouns.
func acting(arguments func(actor) string) string {
	var b strings.Builder
	b.WriteString(there)
	for _, a := range actors {
		fmt.Fprintf(&b, "resource %q %q {\n  %s\n}\n", a.typ, a.label, strings.ReplaceAll(arguments(a), "; ", "\n  "))
	}
	return b.String()
}

// people makes the cast and the places.
func people(env *acctest.Env) {
	for _, name := range cast {
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": name + "@example.com", "name": theirs, "role": "Viewer"})
	}
	for _, name := range places {
		env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": name})
	}
}

// restore makes anew, under the same addresses and names, what the configuration takes for
// granted and has been taken away: without it no configuration could converge.
func restore(w ui) {
	roles := w.State().Roles()
	for _, full := range w.State().Workspaces {
		if full.ProjectCount > 0 && full.Type == "Shared" { // the message says what is in it; people throw it away
			w.do(http.MethodDelete, "ui/workspaces/"+full.ID+"?force=true", nil)
		}
	}
	names := w.State().Shared()
	for _, name := range cast {
		if _, there := roles[name+"@example.com"]; !there {
			w.do(http.MethodPost, "ui/users", map[string]any{"email": name + "@example.com", "name": theirs, "role": "Viewer"})
		}
		w.do(http.MethodPut, "ui/users/"+name+"@example.com", map[string]any{"role": "Viewer"}) // Admins are Admin in workspaces
	}
	for _, name := range places {
		switch {
		case slices.Contains(names, name+"-renamed"):
			w.do(http.MethodPatch, "ui/workspaces/"+name+"-renamed", map[string]any{"name": name})
		case !slices.Contains(names, name):
			w.do(http.MethodPost, "ui/workspaces", map[string]any{"name": name})
		}
	}
}
