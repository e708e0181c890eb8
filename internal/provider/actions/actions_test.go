package actions_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/act"
	"github.com/tray-community/terraform-provider-tray/internal/provider"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

// stage is a layout whose main.tf has an action with the name x.
type stage struct{ acctest.Desk }

func newStage(t *testing.T, opts ...acctest.Option) stage {
	t.Helper()
	return stage{acctest.Start(t, opts...).Desk(t, acctest.Terraform, "")}
}

// block is an action of that type with the lines in its config.
func block(typ string, lines ...string) string {
	return fmt.Sprintf("action %q \"x\" {\n  config {\n    %s\n  }\n}\n", typ, strings.Join(lines, "\n    "))
}

// invoke invokes the action x of that type.
func (s stage) invoke(typ string) acctest.Result {
	s.T.Helper()
	return s.Run("apply", "-input=false", "-auto-approve", "-invoke=action."+typ+".x")
}

// does invokes the action, which succeeds and says all of that.
func (s stage) does(typ string, want ...string) {
	s.T.Helper()
	r := s.invoke(typ)
	if r.Code != 0 {
		s.T.Errorf("it ends with %d: %s", r.Code, r.Text())
	}
	s.Says(r, want...)
}

// refuses invokes the action of a configuration, which fails, says all of that and writes
// nothing.
func (s stage) refuses(typ, hcl string, want ...string) {
	s.T.Helper()
	s.Write("main.tf", hcl)
	s.Env.ClearRequests()
	r := s.invoke(typ)
	if r.Code != 1 {
		s.T.Errorf("it ends with %d: %s", r.Code, r.Text())
	}
	s.Says(r, want...)
	if writes := s.writes(); len(writes) > 0 {
		s.T.Errorf("it wrote\n%s", writes)
	}
}

// writes are what was written, questions that are asked in a POST left out.
func (s stage) writes() acctest.Requests {
	return slices.DeleteFunc(s.Env.Requests().Writes(), func(r acctest.Request) bool {
		return strings.HasSuffix(r.Path, "/previews") || strings.HasSuffix(r.Path, "/requirements")
	})
}

func (s stage) sent(method, glob string) int { return s.Env.Requests().Count(method, glob) }

// act runs the subcommand, as a pipeline with OpenTofu would.
func (s stage) act(args ...string) (code int, said string) {
	s.T.Helper()
	var out strings.Builder
	p := act.Program{
		Connect: func() (tray.Config, error) { return tray.Config{BaseURL: s.Env.URL, Token: s.Env.Token}, nil },
		Belongs: provider.Belongs, Stdin: strings.NewReader(`{"url": "https://status.acme.example/canary-stdin"}`), Stdout: &out, Stderr: &out,
	}
	code = p.Run(s.T.Context(), args)
	return code, out.String()
}

// acts is act, which ends with that code and says all of that.
func (s stage) acts(code int, args []string, want ...string) {
	s.T.Helper()
	got, said := s.act(args...)
	if got != code {
		s.T.Errorf("%v ends with %d: %s", args, got, said)
	}
	for _, text := range want {
		if !strings.Contains(said, text) {
			s.T.Errorf("%v does not say %q: %s", args, text, said)
		}
	}
}

const (
	resend  = "tray_resend_invite"
	invites = "/core/v1/invites"
	person  = "resource \"tray_user\" \"ann\" {\n  email             = \"ann@example.com\"\n  organization_role = \"Viewer\"\n}\n"
)

func TestResend_invitesAgainWhoHasNotComeYet(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Applies(person + block(resend, "email = tray_user.ann.email"))
	s.does(resend, "ann@example.com was invited", "ago: nothing is sent.")
	if n := s.sent(http.MethodPost, invites); n != 1 {
		t.Errorf("%d invitations went out", n)
	}
	s.Env.Advance(2 * time.Hour)
	s.does(resend, "is taken back", "ann@example.com is invited again, as Viewer")
	s.does(resend, "ago: nothing is sent.") // a second time
	if n := s.sent(http.MethodPost, invites); n != 2 {
		t.Errorf("%d invitations went out", n)
	}
	s.NoChanges() // the tray_user goes on standing for her
	s.Env.Advance(8 * 24 * time.Hour)
	s.acts(0, []string{"resend-invite", "-email", "ann@example.com", "-organization-role", "Contributor"}, "is invited again, as Contributor")
	s.Env.Accept("ann@example.com")
	s.does(resend, "ann@example.com is in the organization already, as Contributor: nothing is sent.")
	s.acts(0, []string{"resend-invite", "-email", "ann@example.com"}, "nothing is sent")
}

func TestResend_isRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	email := `email = "ben@example.com"`
	s.refuses(resend, block(resend, email), "Nobody is invited by this address", "tray_user")
	s.acts(1, []string{"resend-invite", "-email", "ben@example.com"}, "-email: Nobody is invited by this address")
	s.acts(1, []string{"resend-invite", "-email", "ben@example.com", "-organization", "Globex"}, "The token belongs to another organization")
	s.acts(2, []string{"resend-invite"}, "-email must be given")
	s.acts(2, []string{"bake-bread"}, "Usage:")
	s.refuses(resend, block(resend, `email = "ben"`), "email")
	s.refuses(resend, block(resend, email, `organization_role = "Boss"`), "Unknown role")
	s.refuses(resend, block(resend, email, `unless_sent_within = "soon"`), "Not a duration")
	s.Applies(strings.ReplaceAll(person, "ann", "ben"))
	s.Env.Control(http.MethodPost, "ui/invites/ben@example.com/cancel", nil)
	s.refuses(resend, block(resend, email), "The invitation was withdrawn", `organization_role = "Viewer"`)
	s.refuses(resend, block(resend, email, `organization_role = "Owner"`), "TRAY001")
	for n := range 99 {
		if code, raw := s.Env.Call(http.MethodPost, invites, body{"email": fmt.Sprintf("p%d@example.com", n), "organizationRoleId": s.role("Viewer")}); code != http.StatusOK {
			t.Fatalf("%d %s", code, raw)
		}
	}
	s.refuses(resend, block(resend, email, `organization_role = "Viewer"`), "TRAY007", "100 invitations a day")
}

// role is the id of an organization role.
func (s stage) role(name string) string {
	s.T.Helper()
	var all struct {
		Elements []struct{ ID, Name string } `json:"elements"`
	}
	if _, raw := s.Env.Call(http.MethodGet, "/core/v1/roles", nil); json.Unmarshal(raw, &all) != nil {
		s.T.Fatalf("the roles are %s", raw)
	}
	at := slices.IndexFunc(all.Elements, func(r struct{ ID, Name string }) bool { return r.Name == name })
	return all.Elements[at].ID
}

// A live Tray shows no invitations and takes none back.
func TestResend_onALiveTrayWaitsUntilTheInvitationHasRunOut(t *testing.T) {
	t.Parallel()
	s := newStage(t, acctest.NoManagement())
	s.Applies(person)
	s.refuses(resend, block(resend, `email = "ann@example.com"`), "The role is not known")
	s.Write("main.tf", person+block(resend, `email = "ann@example.com"`, `organization_role = "Viewer"`))
	if r := s.invoke(resend); r.Code != 1 {
		t.Errorf("a second invitation beside an open one ends with %d: %s", r.Code, r.Text())
	} else {
		s.Says(r, "Could not invite again", "People > Other")
	}
	s.Env.Advance(8 * 24 * time.Hour)
	s.does(resend, "is invited again, as Viewer")
}

const snapshot = "tray_snapshot_project"

// project makes a project with a workflow.
func (s stage) project(workspace string) (id string) {
	s.T.Helper()
	var made struct {
		ID string `json:"id"`
	}
	if workspace != "Embedded" {
		s.Env.Control(http.MethodPost, "ui/workspaces", body{"name": workspace})
	}
	s.Env.Control(http.MethodPost, "ui/projects", body{"workspace": workspace, "name": "Billing"}, &made)
	s.Env.Control(http.MethodPost, "ui/projects/"+made.ID+"/workflows", body{"title": "Sync", "steps": []body{
		{"connector": "webhook", "operation": "webhook"}, {"connector": "http-client", "operation": "get_request", "properties": body{"url": "https://one"}}}})
	s.Env.Control(http.MethodPatch, "ui/projects/"+made.ID, body{"config": body{"url": "https://dev.example.com"}})
	return made.ID
}

func (s stage) edit(project, url string) {
	s.T.Helper()
	s.Env.Control(http.MethodPatch, "ui/projects/"+project+"/workflows/Sync", body{"steps": []body{{"connector": "http-client", "operation": "get_request", "properties": body{"url": url}}}})
}

func TestSnapshot_isMadeWhenTheProjectHasChanged(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.project("sales")
	made := func() int { return s.sent(http.MethodPost, "/core/v1/projects/*/versions/*") }
	s.Write("main.tf", block(snapshot, fmt.Sprintf("project_id = %q", id), `title = "Nightly"`))
	s.does(snapshot, "Version 1.0 of the project is made.")
	s.does(snapshot, "holds what the project is now: no other is made.")
	s.edit(id, "https://two")
	s.does(snapshot, "Version 1.1 of the project is made.")
	s.Env.Control(http.MethodPatch, "ui/projects/"+id, body{"config": body{"url": "https://other.example.com"}})
	s.acts(0, []string{"snapshot-project", "-project-id", id, "-title", "Nightly"}, "Version 1.2 of the project is made.")
	s.acts(0, []string{"snapshot-project", "-project-id", id, "-title", "Nightly"}, "no other is made")
	if made() != 3 {
		t.Errorf("%d versions were made", made())
	}
	numbered := fmt.Sprintf("project_id = %q\n    version_number = \"2.0\"", id)
	s.Applies("resource \"terraform_data\" \"release\" {\n  input = 1\n  lifecycle {\n    action_trigger {\n      events  = [after_create]\n      actions = [action.tray_snapshot_project.x]\n    }\n  }\n}\n" +
		block(snapshot, numbered, `title = "Two"`, `description = "D"`))
	s.does(snapshot, "Version 2.0 of the project is there")
	if made() != 4 {
		t.Errorf("%d versions were made", made())
	}
	s.refuses(snapshot, block(snapshot, numbered, `title = "Three"`), "A version is never rewritten", `"Two"`)
	s.refuses(snapshot, block(snapshot, fmt.Sprintf("project_id = %q", id), `title = "T"`, `version_number = "latest"`), "Not a version number")
	s.refuses(snapshot, block(snapshot, `project_id = "00000000-0000-4000-8000-000000000000"`, `title = "T"`), "Could not read the versions of the project")
}

const publish = "tray_publish_solution"

func TestPublish_publishesWhatIsNotPublishedYet(t *testing.T) {
	t.Parallel()
	s := newStage(t, acctest.Embedded())
	id := s.project("Embedded")
	slot := body{"type": "config", "external_id": "external_channel", "title": "Channel", "value_type": "string", "default_value": "#a"}
	var made struct {
		ID string `json:"id"`
	}
	s.Env.Control(http.MethodPut, "ui/projects/"+id+"/solution", body{"slots": []body{slot}}, &made)
	released := func() int { return s.sent(http.MethodPost, "/core/v1/solutions/*/releases") }
	lines := fmt.Sprintf("solution_id = %q", made.ID)
	s.Write("main.tf", block(publish, lines))
	s.Env.ClearRequests()
	s.acts(0, []string{"publish-solution", "-solution-id", made.ID}, "Publishing the solution", "The solution is published, as release")
	if n := s.sent(http.MethodPost, "/core/v1/solutions/*/releases/previews"); n != 1 || released() != 1 {
		t.Errorf("%d previews and %d releases: %s", n, released(), s.Env.Requests())
	}
	s.does(publish, "is published as it is since", "nothing is done")
	s.acts(0, []string{"publish-solution", "-solution-id", made.ID}, "nothing is done")
	s.edit(id, "https://two") // no preview tells
	s.does(publish, "The solution is published, as release")
	if released() != 2 {
		t.Errorf("%d releases were made", released())
	}
	delete(slot, "default_value") // must be filled now
	s.Env.Control(http.MethodPut, "ui/projects/"+id+"/solution", body{"slots": []body{slot}})
	s.refuses(publish, block(publish, lines), "Publishing breaks instances of the solution", "allow_breaking_changes = true")
	s.acts(1, []string{"publish-solution", "-solution-id", made.ID}, "-allow-breaking-changes: Publishing breaks")
	s.Write("main.tf", block(publish, lines, "allow_breaking_changes = true"))
	s.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/core/v1/solutions/*/releases", Drop: "after", Times: 1})
	s.does(publish, "The solution is published, as release") // the lost answer is settled
	if released() != 1 {
		t.Errorf("%d releases were made, the one with the lost answer included", released())
	}
	s.refuses(publish, block(publish, `solution_id = "00000000-0000-4000-8000-000000000000"`), "Could not ask what publishing the solution would do")
	s.refuses(publish, block(publish, `solution_id = "Notify"`), "Not the id of a solution")
}

const (
	call   = "tray_call_operation"
	status = "connector = \"http-client\"\n    version = \"5.6\"\n    operation = \"get_request\""
	calls  = "/core/v1/connectors/*/versions/*/call"
)

func TestCall_isASmokeTest(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	input := `input = jsonencode({ url = "https://status.acme.example/canary-input" })`
	s.Write("main.tf", block(call, status, input, `expect_output = { status_code = 200 }`))
	s.does(call, "Calling get_request of the connector http-client 5.6, try 1.", "did as expected")
	s.does(call, "did as expected")
	s.acts(0, []string{"call-operation", "-connector", "http-client", "-version", "5.6", "-operation", "get_request", "-input", "-", "-expect-output", "status_code=200"}, "did as expected")

	s.Write("main.tf", block(call, status, input, `expect_output = { status_code = 500, "body.state" = "up" }`))
	r := s.invoke(call)
	s.Says(r, "The operation did something else than expected", "there is no body.state", "status_code is a number, and has another value", "show_output = true")
	if r.Code != 1 || strings.Contains(r.Text(), "canary-input") || strings.Contains(r.Text(), `"status_code":200`) {
		t.Errorf("it ends with %d: %s", r.Code, r.Text())
	}
	s.acts(1, []string{"call-operation", "-connector", "http-client", "-version", "5.6", "-operation", "get_request", "-input", "-", "-expect-output", "status_code=500", "-show-output"}, `"status_code":200`)

	s.Write("main.tf", block(call, "connector = \"twilio\"", `version = "`+s.version("twilio")+`"`, `operation = "send_sms"`, `input = "{}"`, `show_output = true`))
	r = s.invoke(call)
	s.Says(r, "The operation failed", "This operation needs an authentication for twilio")
	if r.Code != 1 {
		t.Errorf("it ends with %d", r.Code)
	}
	s.Write("main.tf", block(call, "connector = \"twilio\"", `version = "`+s.version("twilio")+`"`, `operation = "send_sms"`, `input = "{}"`, `on_failure = "warn"`))
	s.does(call, "Warning: The operation failed", "is not shown")

	s.refuses(call, block(call, strings.Replace(status, "get_request", "bake", 1), `input = "{}"`), "The connector has no such operation", "get_request")
	s.refuses(call, block(call, status, `input = "[]"`), "Not a JSON object")
	s.refuses(call, block(call, status, `input = "{}"`, `expect_output = { "a..b" = 1 }`), "Not a place in an output")
	s.refuses(call, block(call, status, `input = "{}"`, `retry_for = "9d"`), "Too long")
	s.refuses(call, block(call, strings.Replace(status, "5.6", "0.1", 1), `input = "{}"`), "Could not find the connector")
}

// version is the version of a connector.
func (s stage) version(connector string) string {
	s.T.Helper()
	_, raw := s.Env.Call(http.MethodGet, "/core/v1/connectors", nil)
	_, after, _ := strings.Cut(string(raw), `"name":"`+connector+`","version":"`)
	version, _, _ := strings.Cut(after, `"`)
	return version
}
