package membership_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// thirty are ten memberships in each of three workspaces.
func thirty(o office) string {
	hcl := "locals {\n  people = {\n"
	for i := range 10 {
		email := fmt.Sprintf("person%d@example.com", i)
		o.Env.Control(http.MethodPost, "ui/users", body{"email": email, "name": "Person", "role": "Viewer"})
		hcl += fmt.Sprintf("    %q = \"Viewer\"\n", email)
	}
	hcl += "  }\n}\n"
	for _, name := range []string{"one", "two", "three"} {
		hcl += fmt.Sprintf(`resource "tray_workspace" "%[1]s" { name = "%[1]s" }
resource "tray_workspace_member" "%[1]s" {
  for_each     = local.people
  workspace_id = tray_workspace.%[1]s.id
  email        = each.key
  role         = each.value
}
`, name)
	}
	return hcl
}

func TestMember_planWithoutChangesReadsListsOnly(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Write("main.tf", thirty(o))
	o.Env.ClearRequests()
	o.Apply()
	if got := o.Env.Requests(); len(got.Writes()) != 33 {
		t.Errorf("3 workspaces and 30 memberships took %d writes:\n%s", len(got.Writes()), got.Writes())
	}
	o.Env.ClearRequests()
	o.NoChanges()
	got := o.Env.Requests()
	// Beside a page of members a workspace: the list of workspaces, and nothing that
	// belongs to a single membership.
	if pages := got.Count(http.MethodGet, "/core/v1/workspaces/*/users"); pages != 3 || len(got) > 6 {
		t.Errorf("want 3 pages of members and at most 3 requests more, got %d and %d:\n%s", pages, len(got)-pages, got)
	}
}

func TestMember_faultThenSuccess(t *testing.T) {
	t.Parallel()
	const members, one = "/core/v1/workspaces/*/users", "/core/v1/workspaces/*/users/*"
	for name, fault := range acctest.Some(t, map[string]acctest.Fault{
		"add lost before":    {Method: "POST", Path: members, Drop: "before"},
		"add lost after":     {Method: "POST", Path: members, Drop: "after"},
		"add truncated":      {Method: "POST", Path: members, Truncate: true},
		"add 500":            {Method: "POST", Path: members, Status: 500},
		"add 403":            {Method: "POST", Path: members, Status: 403},
		"add 409":            {Method: "POST", Path: members, Status: 409},
		"change lost after":  {Method: "PUT", Path: one, Drop: "after"},
		"change 500":         {Method: "PUT", Path: one, Status: 500},
		"removal lost after": {Method: "DELETE", Path: one, Drop: "after"},
		"removal 500":        {Method: "DELETE", Path: one, Status: 500},
		"stale reads":        {Method: "GET", Path: "/core/v1/workspaces/**", Stale: true},
	}, "add lost after", "change 500", "removal 500", "stale reads") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t, acctest.Terraform)
			fault.Times = 1
			o.Env.Fault(fault)
			for _, config := range []string{o.member(inSales, ana, viewer), o.member(inSales, ana, `role = "Admin"`), "locals {}"} {
				o.Write("main.tf", config)
				if first := o.Run("apply", "-auto-approve"); first.Code != 0 {
					o.Env.ClearFaults()
					o.Apply()
				}
				o.NoChanges()
			}
			if o.Env.Requests().Count(fault.Method, fault.Path) == 0 {
				t.Errorf("nothing was sent that could suffer: %s", o.Env.Requests())
			}
			o.wantRole("sales", "ana@example.com", "")
		})
	}
}

func TestMembersData_filtersSortsAndMaps(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]acctest.Option{"full lists": nil, "sparse lists": {acctest.Sparse()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := start(t, opts...)
			o.Env.Control(http.MethodPost, "ui/users", body{"email": "bot@example.com", "name": "Bot", "role": "Viewer", "account_type": "API"})
			for email, role := range map[string]string{"bob@example.com": "Viewer", "ana@example.com": "Contributor", "bot@example.com": "Viewer"} {
				o.Env.Control(http.MethodPut, "ui/workspaces/legal/members/"+email, body{"role": role})
			}
			read := func(arguments string, want ...string) resource.TestStep {
				members, roles := []knownvalue.Check{}, map[string]knownvalue.Check{}
				for _, email := range want {
					members = append(members, knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"user_id": knownvalue.StringExact(o.ID(email)), "email": knownvalue.StringExact(email),
					}))
					roles[email] = knownvalue.StringExact(o.Env.State().Access("")["legal/"+email])
				}
				of := "data.tray_workspace_members.a"
				return resource.TestStep{
					Config: "data \"tray_workspace_members\" \"a\" {\n  workspace_id = \"" + o.ID("legal") + "\"\n" + arguments + "\n}",
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(of, tfjsonpath.New("members"), knownvalue.ListExact(members)),
						statecheck.ExpectKnownValue(of, tfjsonpath.New("roles_by_email"), knownvalue.MapExact(roles)),
					},
				}
			}
			o.test(t,
				read(`account_type = "Regular"`, append([]string{"ana@example.com", "bob@example.com"}, o.seated("legal")...)...),
				read(`role = "view only"`, "bob@example.com", "bot@example.com"),
				read("role = \"Viewer\"\naccount_type = \"API\"", "bot@example.com"),
				read("role = \"Contributor\"\naccount_type = \"API\""),
				resource.TestStep{
					Config:      "data \"tray_workspace_members\" \"a\" {\n  workspace_id = \"" + o.ID("legal") + "\"\n  role = \"Boss\"\n}",
					ExpectError: says("Unknown workspace role"),
				},
				resource.TestStep{
					Config:      "data \"tray_workspace_members\" \"a\" {\n  workspace_id = \"00000000-0000-4000-8000-000000000000\"\n}",
					ExpectError: says("Could not find the workspace"),
				})
		})
	}
}

// seated are those who are in a workspace because they made it: the Owner, perhaps.
func (o office) seated(workspace string) []string {
	if _, there := o.Env.State().Access("")[workspace+"/"+acctest.OwnerEmail]; there {
		return []string{acctest.OwnerEmail}
	}
	return nil
}

// Nobody needs to ask whose token it is, which roles there are, or for the user, to
// change the role of somebody who is no Admin: the members tell.
func TestMember_whatARoleChangeCosts(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Write("main.tf", o.member(inSales, ana, `role = "Contributor"`))
	o.Apply()
	o.Env.Control(http.MethodPost, "ui/users", body{"email": "viv@example.com", "name": "Viv", "role": "Viewer"})
	o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/viv@example.com", body{"role": "Viewer"})
	o.Env.ClearRequests()
	o.Write("main.tf", o.member(inSales, ana, viewer))
	o.Apply()
	const members = "/core/v1/workspaces/*/users"
	log := o.Env.Requests()
	// The plan and the apply are two processes, and each reads the members; the third
	// read is the read-back.
	if reads := log.Count("GET", members) + log.Count("GET", members+"/*"); reads != 3 || log.Count("PUT", members+"/*") != 1 || len(log) != 4 {
		t.Errorf("want 3 reads of members and a write, got:\n%s", log)
	}
}
