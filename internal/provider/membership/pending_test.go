package membership_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const dan = `email = "dan@example.com"`

// invite has somebody invite Dan outside Terraform.
func (o office) invite() {
	o.T.Helper()
	var roles struct {
		Elements []acctest.Role `json:"elements"`
	}
	o.Env.Control(http.MethodGet, "/core/v1/roles?first=100", nil, &roles)
	for _, r := range roles.Elements {
		if r.Name == "Viewer" {
			o.Env.Control(http.MethodPost, "/core/v1/invites", body{"email": "dan@example.com", "organizationRoleId": r.ID})
			return
		}
	}
	o.T.Fatal("there is no organization role Viewer")
}

var invitedAs = identity(map[string]knownvalue.Check{
	"workspace_id": knownvalue.NotNull(), "email": knownvalue.StringExact("dan@example.com"), "user_id": knownvalue.Null(),
})

func waits(t *testing.T) []statecheck.StateCheck {
	t.Helper()
	return []statecheck.StateCheck{text("status", "pending"), attribute("user_id", knownvalue.Null()), text("email", "dan@example.com"), invitedAs}
}

func TestMember_pendingIsCompletedOnceThePersonAccepts(t *testing.T) {
	t.Parallel()
	for name, opts := range acctest.Wires(t, map[string][]acctest.Option{
		"management plane": nil, "sparse lists": {acctest.Sparse()}, "live": {acctest.NoManagement(), acctest.Sparse()},
	}, "live") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := start(t, opts...)
			o.invite()
			config := o.member(inSales, dan, viewer)
			o.test(t,
				resource.TestStep{Config: config, ConfigPlanChecks: action(plancheck.ResourceActionCreate), ConfigStateChecks: waits(t), Check: o.has("sales", "dan@example.com", "")},
				resource.TestStep{Config: config, ConfigPlanChecks: action(plancheck.ResourceActionNoop)},
				resource.TestStep{ // the role may change meanwhile
					Config: o.member(inSales, dan, `role = "Contributor"`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
					ConfigStateChecks: waits(t),
				},
				resource.TestStep{
					PreConfig:         func() { o.Env.Accept("dan@example.com") },
					Config:            o.member(inSales, dan, `role = "Contributor"`),
					ConfigPlanChecks:  action(plancheck.ResourceActionUpdate, planned("status", knownvalue.StringExact("active")), planned("user_id", knownvalue.NotNull())),
					ConfigStateChecks: []statecheck.StateCheck{text("status", "active"), attribute("user_id", knownvalue.NotNull()), invitedAs},
					Check:             o.has("sales", "dan@example.com", "Contributor"),
				},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "sales/dan@example.com", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "user_id"})
		})
	}
}

func TestMember_pendingThatIsAcceptedBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	for name, role := range map[string]string{"nothing else changes": "Viewer", "the role changes too": "Contributor"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t, acctest.Terraform)
			o.invite()
			o.Write("main.tf", o.member(inSales, dan, viewer))
			o.Apply()
			o.Write("main.tf", o.member(inSales, dan, "role = \""+role+"\""))
			o.Plan("-out=plan")
			o.Env.Accept("dan@example.com")
			if got := o.Run("apply", "plan"); got.Code != 0 {
				t.Errorf("the saved plan cannot be applied any more:\n%s", got.Text())
			}
			o.Apply()
			o.NoChanges()
			o.wantRole("sales", "dan@example.com", role)
		})
	}
}

func TestMember_pendingWhenSomebodyElseAddsThePerson(t *testing.T) {
	t.Parallel()
	o := start(t)
	o.invite()
	config := o.member(inSales, dan, viewer)
	o.test(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				o.Env.Accept("dan@example.com")
				o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/dan@example.com", body{"role": "Admin"})
			},
			Config: config, ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{text("status", "active"), text("role", "Viewer"), invitedAs},
			Check:             o.has("sales", "dan@example.com", "Viewer"),
		})
}

func TestMember_pendingIsRemovedWithoutARequest(t *testing.T) {
	t.Parallel()
	o := start(t)
	o.invite()
	o.test(t,
		resource.TestStep{Config: o.member(inSales, dan, viewer)},
		resource.TestStep{PreConfig: o.Env.ClearRequests, Config: "locals {}", Check: func(*terraform.State) error {
			if writes := o.Env.Requests().Writes(); len(writes) != 0 {
				t.Errorf("nothing was in Tray, yet something was sent:\n%s", writes)
			}
			return nil
		}})
}

func TestMember_pendingInADeletedWorkspaceLeavesTheState(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.invite()
	o.Write("main.tf", o.member(inSales, dan, viewer))
	o.Apply()
	o.Env.Control(http.MethodDelete, "ui/workspaces/sales", nil)
	if got := o.Run("plan"); !says("The membership is gone from Tray").MatchString(got.Text()) {
		t.Errorf("the plan does not say that the membership is gone:\n%s", got.Text())
	}
}

func TestMember_ofNobodyIsAnErrorWhereInvitationsCanBeSeen(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Write("main.tf", o.member(inSales, dan, viewer))
	if plan, _ := o.Plan(); !says("Nobody has this address yet", "email = tray_user.<name>.email").MatchString(plan.Text()) {
		t.Errorf("the plan does not warn:\n%s", plan.Text())
	}
	if got := o.Run("apply", "-auto-approve"); got.Code == 0 || !says("TRAY009", "nobody has invited it").MatchString(got.Text()) {
		t.Errorf("the apply did not refuse:\n%s", got.Text())
	}
	o.invite()
	o.Apply()
	o.NoChanges()
}

func TestMember_ofNobodyIsPendingWhereInvitationsCannotBeSeen(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform, acctest.NoManagement())
	o.Write("main.tf", o.member(inSales, dan, viewer))
	if got := o.Apply(); !says("The membership waits for an invitation that cannot be seen").MatchString(got.Text()) {
		t.Errorf("the apply does not warn:\n%s", got.Text())
	}
	o.NoChanges()
}

func TestMember_ofAUserInvitedInTheSameRun(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]acctest.Option{"management plane": nil, "no management plane": {acctest.NoManagement()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t, acctest.Terraform, opts...)
			o.Write("main.tf", o.member(inSales, "email = tray_user.dan.email", viewer)+`
resource "tray_user" "dan" {
  email             = "Dan@example.com"
  organization_role = "Viewer"
}`)
			if plan, _ := o.Plan(); says("Nobody has this address yet").MatchString(plan.Text()) {
				t.Errorf("the plan warns of somebody whom it invites:\n%s", plan.Text())
			}
			o.Apply()
			o.NoChanges()
			o.Env.Accept("dan@example.com")
			o.Apply()
			o.NoChanges()
			o.wantRole("sales", "Dan@example.com", "Viewer")
			o.Destroy()
			o.wantRole("sales", "Dan@example.com", "")
		})
	}
}

func TestMember_importOfNobodySaysWhy(t *testing.T) {
	t.Parallel()
	o := start(t)
	o.invite()
	config := o.member(inSales, ana, viewer)
	fails := func(id string, texts ...string) resource.TestStep {
		return resource.TestStep{Config: config, ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: says(texts...)}
	}
	o.test(t,
		fails("sales/dan@example.com", "Could not find the person", "exists in Terraform only"),
		fails("sales/ana@example.com", "Could not find the membership", "is not a member of the workspace"),
		fails("sale/ana@example.com", "Could not find the workspace", `"legal", "sales"`),
		fails("sales", "not of the form <workspace>/<person>"),
		fails(o.Env.State().Organization.Name+"/ana@example.com", "Could not"))
}
