package organization_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const (
	settingsAddress = "tray_organization_settings.a"
	settingsPath    = "/management/v1/organization/settings"
)

// inTray checks what the settings are in Tray; nil is null.
func inTray(t testing.TB, env *acctest.Env, want body) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got body
		env.Control(http.MethodGet, settingsPath, nil, &got)
		for name, value := range want {
			if got[name] != value {
				t.Errorf("in Tray %s is %v, want %v", name, got[name], value)
			}
		}
		return nil
	}
}

func settings(arguments string) string {
	return "resource \"tray_organization_settings\" \"a\" {\n" + arguments + "\n}\n"
}

func TestOrganizationSettings_lifecycle(t *testing.T) {
	t.Parallel()
	for name, opts := range acctest.Wires(t, layouts) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acme(t, append(opts, acctest.Embedded())...)
			id := knownvalue.StringExact(env.State().Organization.ID)
			full := `  alerting_workflow_id         = "w-1"
  allow_workspace_admin_tokens = true
  embedded_id                  = "acme"
  config_wizard_css            = "a { color: red }"`
			nothing := knownvalue.StringExact("")
			steps := []resource.TestStep{
				{
					Config: env.Config(settings("")), ConfigPlanChecks: does(settingsAddress, plancheck.ResourceActionCreate),
					ConfigStateChecks: has(settingsAddress, map[string]knownvalue.Check{
						"id": id, "alerting_workflow_id": nothing, "embedded_id": nothing, "config_wizard_css": nothing, "allow_workspace_admin_tokens": knownvalue.Bool(false),
					}),
				},
				{
					Config: env.Config(settings(full)), ConfigPlanChecks: does(settingsAddress, plancheck.ResourceActionUpdate),
					Check: inTray(t, env, body{"alertingWorkflowId": "w-1", "allowWorkspaceAdminTokens": true, "embeddedId": "acme", "configWizardCss": "a { color: red }"}),
				},
			}
			steps = append(steps, imports(env, settings(full), settingsAddress, "settings")...)
			for argument, want := range map[string]body{ // each by itself; the omitted ones stay
				`alerting_workflow_id = "w-2"`:         {"alertingWorkflowId": "w-2"},
				`allow_workspace_admin_tokens = false`: {"allowWorkspaceAdminTokens": false},
				`embedded_id = "acme-2"`:               {"embeddedId": "acme-2"},
				`config_wizard_css = "b {}"`:           {"configWizardCss": "b {}"},
			} {
				steps = append(steps, resource.TestStep{
					Config: env.Config(settings(argument)), ConfigPlanChecks: does(settingsAddress, plancheck.ResourceActionUpdate), Check: inTray(t, env, want),
				})
			}
			steps = append(steps,
				resource.TestStep{
					Config: env.Config(settings("")), ConfigPlanChecks: does(settingsAddress, plancheck.ResourceActionNoop),
					Check: inTray(t, env, body{"alertingWorkflowId": "w-2", "allowWorkspaceAdminTokens": false, "embeddedId": "acme-2", "configWizardCss": "b {}"}),
				},
				resource.TestStep{ // cleared
					Config: env.Config(settings("alerting_workflow_id = \"\"\nembedded_id = \"\"\nconfig_wizard_css = \"\"")),
					Check:  inTray(t, env, body{"alertingWorkflowId": nil, "embeddedId": nil, "configWizardCss": nil}),
				},
				resource.TestStep{Config: env.Config(settings(full)), Taint: []string{settingsAddress}},
				resource.TestStep{Config: env.Config("locals {}"), Check: inTray(t, env, body{"embeddedId": "acme"})}) // destroyed: they stay
			acctest.Test(t, env, steps...)
		})
	}
}

func TestOrganizationSettings_adoptingWarnsOfWhatItReplaces(t *testing.T) {
	t.Parallel()
	env := acme(t, acctest.Embedded())
	env.Control(http.MethodPatch, settingsPath, body{"alertingWorkflowId": "w-old", "embeddedId": "old", "allowWorkspaceAdminTokens": true})
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", settings("alerting_workflow_id = \"w-new\"\nembedded_id = \"new\""))
	got := dir.Run("plan")
	for _, text := range []string{
		"The alerting workflow is set already", `In Tray it is "w-old"`, "The Embedded ID is set already", `In Tray it is "old"`, "Addresses of the Config Wizard change",
	} {
		if got.Code != 0 || !says(text).MatchString(got.Text()) {
			t.Errorf("the plan ended with %d and does not say %q:\n%s", got.Code, text, got.Text())
		}
	}
	dir.Apply()
	dir.NoChanges()
	_ = inTray(t, env, body{"alertingWorkflowId": "w-new", "embeddedId": "new", "allowWorkspaceAdminTokens": true})(nil)
	if destroy := dir.Destroy(); !says("The organization's settings stay as they are").MatchString(destroy.Text()) {
		t.Errorf("the destroy does not warn:\n%s", destroy.Text())
	}
}

func TestOrganizationSettings_adoptingWhatIsThereWritesNothing(t *testing.T) {
	t.Parallel()
	env := acme(t)
	env.Control(http.MethodPatch, settingsPath, body{"alertingWorkflowId": "w-1"})
	env.ClearRequests()
	acctest.Test(t, env, resource.TestStep{Config: env.Config(settings("alerting_workflow_id = \"w-1\"\nembedded_id = \"\""))})
	if log := env.Requests(); len(log.Writes()) != 0 || log.Count("GET", "/management/v1/organization") != 0 {
		t.Errorf("adopting asked for more than the settings:\n%s", log)
	}
}

func TestOrganizationSettings_ofEmbeddedOrganizationsAreRefusedInThePlanOfOthers(t *testing.T) {
	t.Parallel()
	env := acme(t)
	id := says("Could not set the Embedded ID", "Only Embedded organizations have one", `"Acme"`)
	css := says("Could not set the CSS of the Config Wizard", "Only Embedded organizations have one")
	both := env.Config(settings("embedded_id = \"acme\"\nconfig_wizard_css = \"a {}\""))
	acctest.Test(t, env,
		resource.TestStep{Config: both, PlanOnly: true, ExpectError: id},
		resource.TestStep{Config: both, PlanOnly: true, ExpectError: css},
		resource.TestStep{Config: env.Config(settings(""))},
		resource.TestStep{Config: both, PlanOnly: true, ExpectError: id},
		resource.TestStep{ // known at apply only
			Config: env.Config("resource \"terraform_data\" \"in\" { input = \"acme\" }\n" + settings("embedded_id = terraform_data.in.output")), ExpectError: id,
		})
	if writes := env.Requests().Writes(); len(writes) != 0 {
		t.Errorf("something was written:\n%s", writes)
	}
}

func TestOrganizationSettings_changedElsewhereIsDrift(t *testing.T) {
	t.Parallel()
	env := acme(t)
	hcl := env.Config(settings(`alerting_workflow_id = "w-1"`))
	acctest.Test(t, env,
		resource.TestStep{Config: hcl},
		resource.TestStep{ // what is not written is not drift
			PreConfig: func() { env.Control(http.MethodPatch, settingsPath, body{"allowWorkspaceAdminTokens": true}) },
			Config:    hcl, ConfigPlanChecks: does(settingsAddress, plancheck.ResourceActionNoop),
			ConfigStateChecks: has(settingsAddress, map[string]knownvalue.Check{"allow_workspace_admin_tokens": knownvalue.Bool(true)}),
		},
		resource.TestStep{
			PreConfig: func() { env.Control(http.MethodPatch, settingsPath, body{"alertingWorkflowId": nil}) },
			Config:    hcl, ConfigPlanChecks: does(settingsAddress, plancheck.ResourceActionUpdate),
			Check: inTray(t, env, body{"alertingWorkflowId": "w-1", "allowWorkspaceAdminTokens": true}),
		})
}

func TestOrganizationSettings_unknownInputs(t *testing.T) {
	t.Parallel()
	env := acme(t, acctest.Embedded())
	given := func(id string) string {
		return env.Config(`resource "terraform_data" "in" {
  input = { workflow = "w-` + id + `", allow = true, id = "` + id + `", css = "` + id + ` {}" }
}
` + settings(`  alerting_workflow_id         = terraform_data.in.output.workflow
  allow_workspace_admin_tokens = terraform_data.in.output.allow
  embedded_id                  = terraform_data.in.output.id
  config_wizard_css            = terraform_data.in.output.css`))
	}
	acctest.Test(t, env,
		resource.TestStep{Config: given("a"), Check: inTray(t, env, body{"alertingWorkflowId": "w-a", "allowWorkspaceAdminTokens": true, "embeddedId": "a", "configWizardCss": "a {}"})},
		resource.TestStep{Config: given("b"), Check: inTray(t, env, body{"alertingWorkflowId": "w-b", "embeddedId": "b"})})
}

func TestOrganizationSettings_badValuesAreRefusedByValidate(t *testing.T) {
	t.Parallel()
	env := acme(t, acctest.Embedded())
	acctest.Test(t, env,
		resource.TestStep{Config: env.Config(settings(`alerting_workflow_id = "my workflow"`)), PlanOnly: true, ExpectError: says("must be the id of a workflow")},
		resource.TestStep{Config: env.Config(settings(`embedded_id = " "`)), PlanOnly: true, ExpectError: says("must not be blank")},
		resource.TestStep{Config: env.Config(settings(`config_wizard_css = "\n"`)), PlanOnly: true, ExpectError: says("must not be blank")})
}

func TestOrganizationSettings_takeAnAdmin(t *testing.T) {
	t.Parallel()
	admin, viewer := acme(t, acctest.Token("Admin")), acme(t, acctest.Token("Viewer"))
	acctest.Test(t, admin, resource.TestStep{Config: admin.Config(settings(`allow_workspace_admin_tokens = true`))})
	acctest.Test(t, viewer, resource.TestStep{
		Config: viewer.Config(settings(`allow_workspace_admin_tokens = true`)), PlanOnly: true,
		ExpectError: says("Could not manage the organization's settings", "organization role Viewer"),
	})
}

func TestOrganizationSettings_importOfAnotherOneIsRefused(t *testing.T) {
	t.Parallel()
	env := acme(t)
	acctest.Test(t, env, resource.TestStep{
		Config: env.Config(settings("")), ResourceName: settingsAddress, ImportState: true, ImportStateId: "other",
		ExpectError: says("Could not import the organization's settings", `not to "other"`),
	})
}

func TestOrganizationSettings_faultThenSuccess(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]acctest.Fault{
		"lost before":         {Method: "PATCH", Drop: "before"},
		"lost after":          {Method: "PATCH", Drop: "after"},
		"truncated":           {Method: "PATCH", Truncate: true},
		"500 although done":   {Method: "PATCH", Status: 500, AfterCommit: true},
		"403":                 {Method: "PATCH", Status: 403},
		"not read while read": {Method: "GET", Status: 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acme(t)
			fault.Times, fault.Path = 1, settingsPath
			env.Fault(fault)
			dir := env.Desk(t, acctest.Terraform, "")
			dir.Write("main.tf", settings(`alerting_workflow_id = "w-1"`))
			if first := dir.Run("apply", "-auto-approve"); first.Code != 0 {
				env.ClearFaults()
				dir.Apply()
			}
			dir.NoChanges()
			_ = inTray(t, env, body{"alertingWorkflowId": "w-1"})(nil)
		})
	}
}

func TestOrganizationSettings_refusedByTheServer(t *testing.T) {
	t.Parallel()
	env := acme(t)
	env.Fault(acctest.Fault{Method: "PATCH", Path: settingsPath, Status: 400, Body: `{"message":"There is no such workflow"}`, ContentType: "application/json"})
	acctest.Test(t, env, resource.TestStep{
		Config:      env.Config(settings(`alerting_workflow_id = "w-1"`)),
		ExpectError: says("Could not change the organization's settings", "There is no such workflow", "HTTP 400"),
	})
}

func TestOrganizationSettingsOnALiveTray_sayWhatToClick(t *testing.T) {
	t.Parallel()
	env := acme(t, acctest.NoManagement())
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", settings(`  alerting_workflow_id         = "w-1"
  allow_workspace_admin_tokens = true
  embedded_id                  = ""
  config_wizard_css            = "a {}"`))
	got := dir.Run("plan")
	if got.Code != 1 {
		t.Fatalf("the plan ended with %d:\n%s", got.Code, got.Text())
	}
	for _, text := range []string{
		`open Settings > General > Alerting and set it to "w-1"`, "open Settings > Tokens and set it to on",
		"open Settings > Embedded settings and set it to nothing", `open Settings > Customization and set it to "a {}"`,
	} {
		if !says(text).MatchString(got.Text()) {
			t.Errorf("the plan does not say %q:\n%s", text, got.Text())
		}
	}
	dir.Write("main.tf", settings(""))
	if got := dir.Run("plan"); got.Code != 1 || !says("Could not read the organization's settings", "Remove this resource", "Settings > Customization").MatchString(got.Text()) {
		t.Errorf("the plan without arguments ended with %d:\n%s", got.Code, got.Text())
	}
	if log := env.Requests(); len(log) != log.Count("GET", "/management/v1") {
		t.Errorf("more than the probe was asked:\n%s", log)
	}
}

// A state from where the plane is served meets a Tray that lacks it.
func TestOrganizationSettingsOnALiveTray_stateFromElsewhereIsAnError(t *testing.T) {
	t.Parallel()
	env := acme(t)
	hcl := env.Config(settings(""))
	acctest.Test(t, env,
		resource.TestStep{Config: hcl},
		resource.TestStep{
			PreConfig: func() { env.SetOptions(body{"management": false}) },
			Config:    hcl, ExpectError: says("Could not read the organization's settings", "terraform state rm"),
		},
		resource.TestStep{PreConfig: func() { env.SetOptions(body{"management": true}) }, Config: hcl, ConfigPlanChecks: does(settingsAddress, plancheck.ResourceActionNoop)})
}
