package actions_test

import (
	"archive/zip"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/provider"
	"github.com/tray-community/terraform-provider-tray/internal/review"
)

// An operation that fails for a moment is called again, where that is allowed; one that Tray
// refuses is not.
func TestCall_isRepeatedOnlyWhereThatIsAllowed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Write("main.tf", block(call, status, `input = jsonencode({ url = "https://x.example" })`))
	lost := acctest.Fault{Method: http.MethodPost, Path: calls, Drop: "after", Times: 1}
	s.Env.Fault(lost)
	r := s.invoke(call)
	s.Says(r, "Could not call the operation", "may have been carried out")
	if n := s.sent(http.MethodPost, calls); r.Code != 1 || n > 1 {
		t.Errorf("it ends with %d after %d calls", r.Code, n)
	}
	s.Write("main.tf", block(call, status, `input = jsonencode({ url = "https://x.example" })`, `retry_for = "1m"`))
	s.Env.Fault(lost)
	s.does(call, "try 1.", "try 2.", "did as expected")
	s.Env.ClearRequests()
	s.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: calls, Status: http.StatusForbidden})
	if r := s.invoke(call); r.Code != 1 || s.sent(http.MethodPost, calls) != 1 {
		t.Errorf("what is refused was called %d times: %s", s.sent(http.MethodPost, calls), r.Text())
	}
}

const trigger = `
resource "terraform_data" "deployment" {
  input = 1
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.tray_call_operation.x]
    }
  }
}
`

// The input of an operation may be ephemeral: then no plan, state or message has it.
func TestCall_ephemeralInputIsNowhere(t *testing.T) {
	t.Parallel()
	const canary = "canary-9f2c71"
	s := newStage(t)
	s.Write("main.tf", "variable \"canary\" {\n  type      = string\n  ephemeral = true\n}\n"+trigger+
		block(call, status, `input = jsonencode({ url = "https://x.example/${var.canary}" })`, `expect_output = { status_code = 500 }`, "show_output = true"))
	value := "-var=canary=" + canary
	plan, _ := s.Plan("-out=saved", value)
	shown := s.Run("show", "-json", "saved")
	applied := s.Run("apply", "-input=false", value, "saved")
	s.Says(applied, "something else than expected")
	if s.sent(http.MethodPost, calls) != 1 {
		t.Fatalf("it was called %d times: %s", s.sent(http.MethodPost, calls), applied.Text())
	}
	for name, text := range map[string]string{"plan": plan.Text(), "show -json": shown.Text(), "apply": applied.Text(), "files": everything(t, s.Dir)} {
		if strings.Contains(text, canary) {
			t.Errorf("the %s holds the input", name)
		}
	}
	lost := s.Run("apply", "-input=false", "-auto-approve", value, "-invoke=action.tray_call_operation.x")
	s.Says(lost, "The input is lost", "Nothing was called")
	if s.sent(http.MethodPost, calls) != 1 {
		t.Error("it was called without its input")
	}
}

// everything is the content of all files below a folder, those inside of plans included.
func everything(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".tf") {
			return err
		}
		raw, err := os.ReadFile(path)
		all.Write(raw)
		plan, zipErr := zip.OpenReader(path)
		if zipErr != nil {
			return err
		}
		defer plan.Close()
		for _, file := range plan.File {
			in, err := file.Open()
			if err != nil {
				return err
			}
			if _, err := io.Copy(&all, in); err != nil { //nolint:gosec // our own plan
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// Ctrl-C ends an action at once, also between two tries. It is no success: a stream that the
// plugin library closes in silence is one to Terraform.
func TestCall_isInterrupted(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Process()
	s.Write("versions.tf", "terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n")
	s.Init()
	s.Write("main.tf", block(call, status, `input = jsonencode({ url = "https://x.example" })`, `expect_output = { status_code = 500 }`, `retry_for = "30m"`))
	running := s.Begin(t.Context(), "apply", "-input=false", "-auto-approve", "-invoke=action.tray_call_operation.x")
	for began := time.Now(); s.sent(http.MethodPost, calls) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 2*time.Minute {
			t.Fatal("it was never called")
		}
	}
	pressed := time.Now()
	running.Interrupt()
	r := running.Wait()
	if took := time.Since(pressed); r.Code == 0 || took > 20*time.Second {
		t.Errorf("it ends with %d after %s: %s", r.Code, took, r.Text())
	}
	s.Says(r, "Interrupted. Begin it again")
}

// An action obeys what the provider block says: the organization, and that a snapshot is for
// plans only.
func TestActions_obeyTheProviderBlock(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Write("main.tf", person+block(resend, "email = tray_user.ann.email"))
	s.Apply()
	taken := s.Env.MustSnapshot(t)
	s.Write("provider.tf", s.Env.Provider("  organization = \"Globex\""))
	r := s.invoke(resend)
	s.Says(r, "The token belongs to another organization")
	if r.Code != 1 || s.sent(http.MethodPost, invites) != 1 {
		t.Errorf("it ends with %d: %s", r.Code, r.Text())
	}
	s.Write("provider.tf", s.Env.Provider())
	by := s.Desk
	by.CLI = s.As(s.Env.BySnapshot(t, taken.Path)).Process()
	by.Write("versions.tf", "terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n")
	by.Init()
	if r, _ := by.Plan(); strings.Contains(r.Text(), "rror:") {
		t.Errorf("a plan by a snapshot says %s", r.Text())
	}
	r = by.Run("apply", "-input=false", "-auto-approve", "-invoke=action.tray_resend_invite.x")
	by.Says(r, "A snapshot is for plans only")
	if r.Code != 1 {
		t.Errorf("it ends with %d", r.Code)
	}
}

// OpenTofu has no actions: it refuses the block, and says so before anything is done.
func TestActions_onOpenTofuAreRefusedByTheConfigurationsReader(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	d := env.Desk(t, acctest.Tofu, "")
	d.Fails([]string{"plan", "-input=false"}, block(resend, `email = "ann@example.com"`), `Blocks of type "action" are not expected here`)
	if n := len(env.Requests()); n > 0 {
		t.Errorf("%d requests were made", n)
	}
}

// What a plan runs stands in its JSON, and a review tells it.
func TestActions_ofAPlanAreInItsReview(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Write("main.tf", trigger+block(call, status, `input = "{}"`))
	s.Plan("-out=saved")
	shown := s.Run("show", "-json", "saved")
	r, err := review.Read(strings.NewReader(shown.Stdout))
	if err != nil {
		t.Fatal(err)
	}
	want := "In the apply 1 action runs. A plan cannot show what comes of it.\n\n- `action.tray_call_operation.x` calls an operation of a connector, after `terraform_data.deployment` is created"
	if got := r.Markdown(0); !strings.Contains(got, want) {
		t.Errorf("there is no %q in\n%s", want, got)
	}
}

// Each action has words in a review.
func TestActions_haveWordsInAReview(t *testing.T) {
	t.Parallel()
	all := provider.New("test")().(framework.ProviderWithActions).Actions(t.Context())
	if len(all) < 5 {
		t.Fatalf("there are %d actions", len(all))
	}
	for _, one := range all {
		var resp action.MetadataResponse
		one().Metadata(t.Context(), action.MetadataRequest{}, &resp)
		r, err := review.Read(strings.NewReader(`{"format_version": "1.2", "action_invocations": [{"address": "action.` + resp.TypeName + `.x", "type": "` + resp.TypeName + `"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Markdown(0); strings.Contains(got, "Not reviewed") {
			t.Errorf("%s has no words: %s", resp.TypeName, got)
		}
	}
}
