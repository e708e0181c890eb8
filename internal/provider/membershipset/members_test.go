package membershipset_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const address = "tray_workspace_members.sales"

func TestMembers_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(all("ana = Admin, ben = Viewer"))
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Viewer"})
		ignored, _ := o.Resources()[address]["ignored"].(map[string]any)
		if why := ignored[acctest.OwnerEmail]; why != "organization Owner, there by right" {
			o.T.Errorf("ignored is %v", ignored)
		}

		o.Env.ClearRequests()
		o.apply(all("ANA = admin, ben = view only")) // the same, spelled otherwise
		if writes := o.Env.Requests().Writes(); len(writes) > 0 {
			o.T.Errorf("another spelling wrote\n%s", writes)
		}
		o.apply(all("ana = Admin, ben = Contributor, cleo = Viewer"))
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Contributor", "cleo@example.com": "Viewer"})
		o.apply(all("cleo = Admin"))
		o.holds("sales", map[string]string{"cleo@example.com": "Admin"})
		o.apply(all(""))
		o.holds("sales", nil)
		o.apply(all("ana = Viewer"))
		o.apply("")
		o.holds("sales", nil)
	})
}

func TestMembers_sparseListsAndTypesAsObjects(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(all("ana = Admin, ben = Viewer"))
		o.apply(all("ana = Viewer, cleo = Admin"))
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "cleo@example.com": "Admin"})
	}, acctest.Sparse(), acctest.TypesAsObjects())
}

// The workspace is made in the same apply, so that its id is unknown in the plan.
func TestMembers_ofANewWorkspace(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(`resource "tray_workspace" "new" { name = "new" }
resource "tray_workspace_members" "new" {
  workspace_id = tray_workspace.new.id
  members      = { "ana@example.com" = "Admin" }
}`)
		o.holds("new", map[string]string{"ana@example.com": "Admin"})
		o.Destroy()
	})
}

func TestMembers_swapInOneApply(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(all("ana = Admin, ben = Viewer"))
		o.apply(all("ana = Viewer, ben = Admin"))
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "ben@example.com": "Admin"})
	})
}

// Additions come before removals: auth0's provider loses the one when the other works.
func TestMembers_addAndRemoveInOneApply(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(all("ana = Admin, ben = Viewer"))
		o.Env.ClearRequests()
		o.apply(all("ana = Admin, cleo = Viewer"))
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "cleo@example.com": "Viewer"})
		writes := o.Env.Requests().Writes()
		if len(writes) != 2 || writes[0].Method != http.MethodPost || writes[1].Method != http.MethodDelete {
			o.T.Errorf("the writes are\n%s", writes)
		}
	})
}

func TestMembers_theLastAdminIsReplaced(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(all("ana = Admin, ben = Viewer"))
		o.withoutOwner("sales")
		o.apply(all("ben = Admin"))
		o.holds("sales", map[string]string{"ben@example.com": "Admin"})
		o.apply(all("cleo = Admin, ben = Viewer"))
		o.holds("sales", map[string]string{"ben@example.com": "Viewer", "cleo@example.com": "Admin"})
	})
}

func TestMembers_theLastAdminStays(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(all("ana = Admin, ben = Viewer"))
		o.withoutOwner("sales")
		o.refuses(all("ana = Viewer, ben = Viewer"), "TRAY003", "sales", "ana@example.com", "Make somebody else Admin", "with "+address)
		o.refuses(all("ben = Viewer"), "TRAY003")
		o.apply(all("")) // a workspace that is emptied is being taken down
		o.holds("sales", nil)
	})
}

func TestMembers_othersAreImportedFirst(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.puts("sales", "ana@example.com", "Viewer")
		o.puts("sales", "ben@example.com", "Viewer")
		o.refuses(all("ana = Viewer, cleo = Viewer"), "TRAY012", "ben@example.com (Viewer)", "to = tray_workspace_members.<name>", o.ID("sales"), "overwrite_existing")
		o.refuses(all("ana = Contributor, ben = Viewer"), "TRAY012", "ana@example.com: Viewer, not Contributor")
		o.apply(all("ana = Viewer, ben = Viewer, cleo = Viewer")) // nobody loses anything
		o.apply("")
		o.puts("sales", "ana@example.com", "Viewer")
		o.puts("sales", "ben@example.com", "Viewer")
		o.Write("main.tf", o.Fill(all("ana = Contributor, cleo = Viewer", "overwrite_existing = true")))
		r, _ := o.Plan()
		o.Says(r, "Members stay whom this resource does not name", "ben@example.com (Viewer)")
		o.Says(o.Apply(), "Members stay whom this resource does not name", "ben@example.com (Viewer)")
		o.holds("sales", map[string]string{"ana@example.com": "Contributor", "ben@example.com": "Viewer", "cleo@example.com": "Viewer"})
		if r, changes := o.Plan(); !changes || !strings.Contains(r.Text(), `- "ben@example.com" = "Viewer"`) {
			o.T.Errorf("the plan after the creation does not show that ben goes:\n%s", r.Stdout)
		}
		o.Apply()
		o.NoChanges()
		o.holds("sales", map[string]string{"ana@example.com": "Contributor", "cleo@example.com": "Viewer"})
	})
}

func TestMembers_importedInThreeWays(t *testing.T) {
	t.Parallel()
	blocks := map[string]string{
		"by id":       "id = \"{sales}\"",
		"by name":     "id = \"sales\"",
		"by identity": "identity = { workspace_id = \"{sales}\" }",
	}
	for name, how := range blocks {
		t.Run(name, func(t *testing.T) {
			acctest.OnBoth(t, open, func(o office) {
				o.puts("sales", "ana@example.com", "Admin")
				o.puts("sales", "ben@example.com", "Viewer")
				o.Write("main.tf", o.Fill(all("ana = Admin, ben = Viewer")+"import {\n  to = "+address+"\n  "+how+"\n}\n"))
				r := o.Apply()
				o.Says(r, "1 imported, 0 added, 0 changed, 0 destroyed")
				o.NoChanges()
			})
		})
	}
}

func TestMembers_generatedConfigurationPlansEmpty(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.puts("sales", "ana@example.com", "Admin")
		o.Write("main.tf", o.Fill("import {\n  to = "+address+"\n  id = \"sales\"\n}\n"))
		if r := o.Run("plan", "-input=false", "-generate-config-out=generated.tf"); r.Code != 0 {
			o.T.Fatal(r.Text())
		}
		r := o.Apply()
		o.Says(r, "1 imported, 0 added, 0 changed, 0 destroyed")
		o.NoChanges()
	})
}

func TestMembers_machinesAndOrganizationAdminsAreLeftAlone(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.Env.NewToken(map[string]any{"api_user": map[string]any{"name": "bot", "role": "Viewer", "workspace": "sales", "workspace_role": "Contributor"}})
		o.puts("sales", "chief@example.com", "Admin")
		o.apply(all("ana = Viewer"))
		ignored, _ := o.Resources()[address]["ignored"].(map[string]any)
		if len(ignored) != 3 || ignored["chief@example.com"] != "organization Admin, there by right" {
			o.T.Errorf("ignored is %v", ignored)
		}
		o.puts("sales", "ben@example.com", "Viewer")
		o.apply(all("ana = Viewer", `ignore_emails = ["BEN@example.com"]`))
		o.apply(all("ana = Viewer, chief = Admin", `ignore_emails = ["ben@example.com"]`)) // named: managed
		o.apply(all("ana = Viewer", `ignore_emails = ["ben@example.com"]`))                // no longer: removed
		o.Write("main.tf", o.Fill(all("ana = Viewer")))
		r, changes := o.Plan()
		o.Says(r, "Members are removed whom the state does not have", "ben@example.com (Viewer)")
		if !changes {
			o.T.Error("ben is no longer left alone, and nothing happens")
		}
		o.apply(all("ana = Viewer"))
		for _, m := range o.Env.State().Members {
			if m.Workspace == "sales" && (m.Email == "ben@example.com" || m.Email == "chief@example.com") {
				o.T.Errorf("%s is still there", m.Email)
			}
		}
	})
}

func TestMembers_waitForInvitations(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]acctest.Option{"management plane": nil, "live": {acctest.NoManagement()}} {
		t.Run(name, func(t *testing.T) {
			acctest.OnBoth(t, open, func(o office) {
				hcl := "resource \"tray_user\" \"eve\" {\n  email = \"eve@example.com\"\n  organization_role = \"Viewer\"\n}\n" +
					"resource \"tray_workspace_members\" \"sales\" {\n  workspace_id = \"{sales}\"\n  members = {\n    \"ana@example.com\" = \"Admin\"\n    (tray_user.eve.email) = \"Viewer\"\n  }\n}\n"
				o.apply(hcl)
				o.holds("sales", map[string]string{"ana@example.com": "Admin"})
				if pending, _ := o.Resources()[address]["pending"].([]any); len(pending) != 1 || pending[0] != "eve@example.com" {
					o.T.Errorf("pending is %v", pending)
				}
				o.Env.Accept("eve@example.com")
				o.apply(hcl)
				o.holds("sales", map[string]string{"ana@example.com": "Admin", "eve@example.com": "Viewer"})
				if pending, _ := o.Resources()[address]["pending"].([]any); len(pending) != 0 {
					o.T.Errorf("pending is %v", pending)
				}
			}, opts...)
		})
	}
}

func TestMembers_strangersAreRefused(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.fails(all("ana = Admin, nobody = Viewer"), "TRAY009", "nobody@example.com", "tray_user")
		o.holds("sales", nil) // before anything is written
	})
}

func TestMembers_changedElsewhere(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		hcl := all("ana = Admin, ben = Viewer")
		o.apply(hcl)
		for _, change := range [][2]string{{"ben@example.com", ""}, {"ana@example.com", "Contributor"}, {"dan@example.com", "Viewer"}} {
			o.puts("sales", change[0], change[1])
			if _, changes := o.Plan(); !changes {
				o.T.Errorf("%s is %q now, and the plan is empty", change[0], change[1])
			}
			o.apply(hcl)
			o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Viewer"})
		}
		o.Env.Control(http.MethodDelete, "ui/workspaces/sales?force=true", nil)
		r, changes := o.Plan("-refresh-only")
		o.Says(r, "The workspace is gone from Tray")
		if !changes {
			o.T.Error("the resource stays in the state")
		}
	})
}

func TestMembers_partOfAnApplyFails(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		refused := func(email string) {
			o.Env.Fault(acctest.Fault{Method: http.MethodPut, Path: "/core/v1/workspaces/*/users/" + o.ID(email), Status: 403, Body: `{"message":"no"}`, Times: 1})
		}
		// A creation that fails leaves no state: tainted, it would first remove everybody.
		o.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/core/v1/workspaces/*/users", Status: 400, Body: `{"message":"no"}`, Times: 1})
		o.fails(all("ana = Admin, ben = Viewer"), "Could not add the member")
		if _, there := o.Resources()[address]; there {
			o.T.Error("the failed creation is in the state")
		}
		o.apply(all("ana = Admin, ben = Viewer"))

		// One role change fails: the other holds, nobody is removed, the state is true.
		o.apply(all("ana = Admin, ben = Viewer, cleo = Viewer, dan = Viewer"))
		refused("ben@example.com")
		o.fails(all("ana = Admin, ben = Contributor, cleo = Contributor"), "Could not change the role of ben@example.com", "HTTP 403")
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Viewer", "cleo@example.com": "Contributor", "dan@example.com": "Viewer"})
		members, _ := o.Resources()[address]["members"].(map[string]any)
		if len(members) != 4 || members["ben@example.com"] != "Viewer" || members["cleo@example.com"] != "Contributor" {
			o.T.Errorf("the state says %v", members)
		}
		o.apply(all("ana = Admin, ben = Contributor, cleo = Contributor"))
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Contributor", "cleo@example.com": "Contributor"})

		// A destroy that fails half-way keeps those who are left.
		o.Env.Fault(acctest.Fault{Method: http.MethodDelete, Path: "/core/v1/workspaces/*/users/" + o.ID("cleo@example.com"), Status: 403, Body: `{"message":"no"}`, Times: 1})
		o.fails("", "Could not remove the member cleo@example.com")
		o.apply("")
		o.holds("sales", nil)
	})
}

func TestMembers_replacedOnDemand(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		hcl := all("ana = Admin, ben = Viewer")
		o.apply(hcl)
		o.Apply("-replace=" + address)
		o.NoChanges()
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Viewer"})
		o.apply(strings.Replace(hcl, "{sales}", "{ops}", 1)) // another workspace replaces
		o.holds("sales", nil)
		o.holds("ops", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Viewer"})
	})
}

func TestMembers_refusedBeforeAnythingIsRead(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.refuses(all("ana = Admin, ANA = Viewer"), "One person is named twice", "ana@example.com")
		o.refuses(all("ana@ = Admin"), "Not an e-mail address")
		o.refuses(all("ana = Admin", `ignore_emails = ["ANA@example.com"]`), "Named and ignored")
		o.refuses(all("ana = King"), "Unknown workspace role", "King", "Contributor")
		o.refuses(strings.Replace(all("ana = Admin"), "{sales}", "no-such-workspace", 1), "Could not find the workspace")
	})
}
