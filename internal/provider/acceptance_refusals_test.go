package provider_test

import (
	"net/http"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// refusal is a life that ends in a message with a rule's code, and how it goes on when
// people do what that says.
type refusal struct {
	// code, or the summary of an error without one, and name say which message of
	// testdata/messages it is.
	code, name string
	// there is what is in Tray before.
	there func(env *acctest.Env)
	// guardrails are a line of the provider block.
	guardrails string
	// first is applied, then happens what meanwhile does; wanted, applied with args, is refused.
	first     string
	meanwhile func(env *acctest.Env)
	wanted    string
	args      []string
	// byTray says that Tray alone knows, and refuses what it is sent.
	byTray bool
	// late says that the plan passes, as another resource may make it harmless, or the apply may.
	late bool
	// then is the configuration after what the message says in words, such as "Keep one".
	then string
	// how is what the message leaves to its reader; Only inWords where then is all.
	how acctest.Reading
	// byHand does what the message says where no machine can: wait, or go to Tray's UI.
	byHand func(c *acctest.CLI, env *acctest.Env)
	// loses is who loses what, because that is what was wanted.
	loses []string
	// process starts the provider's own binary, which sees what is set in the environment.
	process bool
	// either says that the message is about whichever of two resources is planned last;
	// varies, that its words depend on the order, all errors are followed, and it has no file.
	either, varies bool
}

// inWords is no beginning of any remedy.
const inWords = "in words"

func called(name string) acctest.Reading {
	return acctest.Reading{Names: map[string]string{"<name>": name}}
}

// choosing is the reading of a message with alternatives by somebody whose resource was
// called old and is called new.
func choosing(only, old, now string) acctest.Reading {
	return acctest.Reading{Only: only, Names: map[string]string{"<old>": old, "<new>": now}}
}

// refusals has a life for every message of every rule. A new one joins by one line.
var refusals = []refusal{
	{code: "TRAY001", name: "given", wanted: ana(`  organization_role = "Owner"`)},
	{code: "TRAY001", name: "taken", first: theOwner("Owner"), wanted: theOwner("Viewer")},
	{code: "TRAY001", name: "destroyed", first: theOwner("Owner"), how: called("owner")},
	{code: "TRAY002", name: "membership", there: chief, wanted: salesMember("ana@example.com", "Viewer")},
	{code: "TRAY003", name: "workspace", there: team, first: table(`"ana@example.com" = "Admin", "ben@example.com" = "Viewer"`), wanted: table(`"ben@example.com" = "Viewer"`),
		then: table(`"ben@example.com" = "Admin"`), how: acctest.Reading{Only: inWords}, loses: []string{"sales/ana@example.com"}},
	{code: "TRAY003", name: "organization", process: true, guardrails: "  guardrails = { min_org_admins = 2 }", first: person("ana", "Admin", ""), wanted: person("ana", "Viewer", "")},
	{code: "TRAY003", name: "required", guardrails: `  guardrails = { required_admins = ["ana@example.com"] }`, first: person("ana", "Admin", ""), wanted: person("ana", "Viewer", ""),
		then: person("ana", "Admin", ""), how: acctest.Reading{Only: inWords}},
	{
		code: "TRAY004", name: "membership", there: chief, process: true, loses: []string{"sales/" + acctest.OwnerEmail},
		first:  sales + salesMembers(`"ana@example.com" = "Admin", "`+acctest.OwnerEmail+`" = "Admin"`),
		wanted: sales + salesMembers(`"ana@example.com" = "Admin"`),
	},
	{code: "TRAY005", name: "table", there: team, process: true, guardrails: "  guardrails = { max_removals = 1 }", first: table(`for e in local.all : e => "Viewer"`), wanted: table(`for e in slice(local.all, 0, 4) : e => "Viewer"`), loses: lastFour},
	{code: "TRAY005", name: "one by one", there: team, process: true, guardrails: "  guardrails = { max_removals = 1 }", first: single("local.all"), wanted: single("slice(local.all, 0, 4)"), loses: lastFour, varies: true},
	{code: "TRAY006", name: "destroyed", first: person("ana", "Viewer", ""), meanwhile: ownsService, how: called("ana")},
	{code: "TRAY007", name: "invitations", wanted: invited("101"), byHand: tomorrow},
	{code: "TRAY008", name: "two managers", wanted: person("a", "Viewer", "") + person("b", "Viewer", ""), then: person("b", "Viewer", ""), how: acctest.Reading{Only: inWords}, either: true},
	{code: "TRAY008", name: "imported beside", first: person("a", "Viewer", ""), wanted: person("a", "Viewer", "") + person("b", "Viewer", "") + importOf("b"),
		then: person("b", "Viewer", "") + importOf("b"), how: choosing("removed", "a", "b"), either: true},
	{code: "TRAY008", name: "destroyed", first: person("a", "Viewer", ""), wanted: person("b", "Viewer", ""), how: choosing("moved", "a", "b"), either: true},
	{code: "TRAY008", name: "destroyed and imported", first: person("a", "Viewer", ""), wanted: person("b", "Viewer", "") + importOf("b"), how: choosing("removed", "a", "b"), either: true},
	{code: "TRAY008", name: "membership", there: team, wanted: table(`"ana@example.com" = "Admin"`) + strings.TrimPrefix(inThere("ben@example.com", "Viewer"), salesThere),
		then: table(`"ana@example.com" = "Admin", "ben@example.com" = "Viewer"`), how: acctest.Reading{Only: inWords}, either: true},
	{code: "TRAY009", name: "membership", late: true, there: workspace, wanted: inThere("ana@example.com", "Viewer")},
	{code: "TRAY010", name: "connector", there: globex, wanted: connector("acme-crm", exampleZip), then: connector("globex-acme-crm", aZip("testdata/globex-acme-crm.zip")), how: acctest.Reading{Only: inWords}},
	{code: "TRAY011", name: "organization", wanted: "data \"tray_workspaces\" \"o\" {\n  type = \"Organization\"\n}\n" + robotIn("one(data.tray_workspaces.o.workspaces)"), then: sales + robotIn("tray_workspace.sales"), how: acctest.Reading{Only: inWords}},
	{code: "TRAY011", name: "end user", guardrails: "  master_token = \"the-master-token-of-somebody-elses-organization\"", wanted: "resource \"tray_embedded_user\" \"u\" {\n  name             = \"Globex\"\n  external_user_id = \"globex\"\n}\n", then: sales, how: acctest.Reading{Only: inWords}},
	{code: "TRAY012", name: "user", there: team, wanted: person("ana", "Viewer", ""), how: choosing("import", "", "")},
	{code: "TRAY012", name: "user", first: person("ana", "Viewer", ""), wanted: person("b", "Viewer", ""), args: []string{"-target=tray_user.b"}, how: choosing("moved", "ana", "b"), varies: true},
	{code: "TRAY012", name: "user replaced", late: true, first: person("ana", "Viewer", newFirst), wanted: person("ana", "Viewer", newFirst), args: []string{"-replace=tray_user.ana"},
		then: person("ana", "Viewer", ""), how: choosing("import|terraform state rm", "", "")},
	{code: "TRAY012", name: "workspace", there: team, wanted: sales, how: choosing("import", "", "")},
	{code: "TRAY012", name: "membership", there: busy, wanted: inThere("ben@example.com", "Admin"), how: choosing("import", "", "")},
	{code: "TRAY012", name: "table", there: busy, wanted: careful(table(`"ben@example.com" = "Admin"`)), how: choosing("import", "", "")},
	{code: "TRAY012", name: "table", there: busy, wanted: careful(table(`"ben@example.com" = "Admin"`)), how: choosing("overwrite_existing", "", "")},
	{code: "TRAY012", name: "role", there: busy, wanted: careful(roleTable(`"ana@example.com"`)), how: choosing("import", "", ""), loses: []string{"sales/ben@example.com"}},
	{code: "Nobody is named", name: "invited", wanted: ana(`  organization_role = "Viewer"`) + strings.Replace(salesMember("", "Viewer"), `email        = ""`, "user_id = tray_user.ana.id", 1)},
	{code: "Could not set the name", name: "invited", wanted: ana("  organization_role = \"Viewer\"\n  onboarding = \"invite\"\n  name = \"Ana\"")},
	{code: "Could not set the name", name: "created", wanted: ana("  organization_role = \"Viewer\"\n  onboarding = \"create\"")},
}

const (
	sales      = "resource \"tray_workspace\" \"sales\" {\n  name = \"sales\"\n}\n"
	salesThere = "data \"tray_workspace\" \"sales\" {\n  name = \"sales\"\n}\n"
	newFirst   = "\n  lifecycle {\n    create_before_destroy = true\n  }"
	everybody  = "locals {\n  all = concat([\"ana@example.com\", \"ben@example.com\"], [for n in range(6) : \"p${n}@example.com\"])\n}\n"
)

var lastFour = []string{"sales/p2@example.com", "sales/p3@example.com", "sales/p4@example.com", "sales/p5@example.com"}

func salesMember(email, role string) string {
	return sales + "resource \"tray_workspace_member\" \"ana\" {\n  workspace_id = tray_workspace.sales.id\n  email        = \"" + email + "\"\n  role         = \"" + role + "\"\n}\n"
}

// inThere is salesMember of a workspace that Terraform has not made.
func inThere(email, role string) string {
	return strings.NewReplacer(sales, salesThere, "= tray_workspace", "= data.tray_workspace").Replace(salesMember(email, role))
}

func salesMembers(members string) string {
	return "resource \"tray_workspace_members\" \"sales\" {\n  workspace_id       = tray_workspace.sales.id\n  members            = { " + members + " }\n  overwrite_existing = true\n}\n"
}

// table stands for the members of a workspace that Terraform has not made, so that whose
// token it is has no place in it.
func table(members string) string {
	return everybody + salesThere + strings.Replace(salesMembers(members), "= tray_workspace", "= data.tray_workspace", 1)
}

func roleTable(emails string) string {
	return salesThere + "resource \"tray_workspace_role_members\" \"sales\" {\n  workspace_id       = data.tray_workspace.sales.id\n  role               = \"Viewer\"\n  emails             = [" + emails + "]\n  overwrite_existing = true\n}\n"
}

func careful(hcl string) string { return strings.ReplaceAll(hcl, "  overwrite_existing = true\n", "") }

func globex(env *acctest.Env) {
	env.Control(http.MethodPut, "ui/organization/connector-namespace", map[string]any{"namespace": "globex"})
}

func connector(name, zip string) string {
	return "resource \"tray_connector\" \"crm\" {\n  name    = \"" + name + "\"\n  version = \"1.0\"\n  source  = \"" + zip + "\"\n}\n"
}

// single has one tray_workspace_member for each address.
func single(emails string) string {
	return everybody + salesThere + "resource \"tray_workspace_member\" \"p\" {\n  for_each     = toset(" + emails + ")\n  workspace_id = data.tray_workspace.sales.id\n  email        = each.key\n  role         = \"Viewer\"\n}\n"
}

// person is Ana, whatever the label.
func person(label, role, meta string) string {
	return "resource \"tray_user\" \"" + label + "\" {\n  email             = \"ana@example.com\"\n  name              = \"Ana\"\n  organization_role = \"" + role + "\"\n  onboarding        = \"create\"" + meta + "\n}\n"
}

func robotIn(workspace string) string {
	return "resource \"tray_api_user\" \"bot\" {\n  workspace_id   = " + workspace + ".id\n  name           = \"deployer\"\n  workspace_role = \"Contributor\"\n}\n"
}

func importOf(label string) string {
	return "import {\n  to = tray_user." + label + "\n  id = \"ana@example.com\"\n}\n"
}

func theOwner(role string) string {
	return "import {\n  to = tray_user.owner\n  id = \"" + acctest.OwnerEmail + "\"\n}\nresource \"tray_user\" \"owner\" {\n  email             = \"" + acctest.OwnerEmail + "\"\n  organization_role = \"" + role + "\"\n}\n"
}

func invited(people string) string {
	return "resource \"tray_user\" \"p\" {\n  for_each          = toset([for n in range(" + people + ") : format(\"p%03d@example.com\", n)])\n  email             = each.key\n  organization_role = \"Viewer\"\n}\n"
}

func chief(env *acctest.Env) {
	env.Control(http.MethodPost, "ui/users", map[string]any{"email": "ana@example.com", "name": "Ana", "role": "Admin"})
}

// team is a workspace in which nobody is yet, and eight people.
func team(env *acctest.Env) {
	for _, name := range []string{"ana", "ben", "p0", "p1", "p2", "p3", "p4", "p5"} {
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": name + "@example.com", "name": strings.ToUpper(name[:1]) + name[1:], "role": "Viewer"})
	}
	workspace(env)
}

// workspace has nobody in it, not even who made it.
func workspace(env *acctest.Env) {
	env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "sales"})
	if _, there := env.State().Access("")["sales/"+acctest.OwnerEmail]; there {
		env.Control(http.MethodDelete, "ui/workspaces/sales/members/"+acctest.OwnerEmail, nil)
	}
}

// busy is team with Ben in the workspace.
func busy(env *acctest.Env) {
	team(env)
	env.Control(http.MethodPut, "ui/workspaces/sales/members/ben@example.com", map[string]any{"role": "Viewer"})
}

func ownsService(env *acctest.Env) {
	env.SetOptions(map[string]any{"services_block_deletion": true})
	env.Control(http.MethodPost, "ui/services", map[string]any{"owner": "ana@example.com", "name": "Billing"})
}

func tomorrow(c *acctest.CLI, env *acctest.Env) {
	c.Write("main.tf", invited("100"))
	c.Apply()
	env.Advance(25 * time.Hour)
	c.Write("main.tf", invited("101"))
}
