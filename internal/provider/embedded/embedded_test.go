package embedded_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

func newDesk(t *testing.T, cli string, opts ...acctest.Option) acctest.Desk {
	t.Helper()
	return acctest.Start(t, append(opts, acctest.Embedded())...).Desk(t, cli, "")
}

func globex(lines ...string) string { return named("globex", "Globex", "globex", lines...) }

func named(label, name, external string, lines ...string) string {
	all := append([]string{fmt.Sprintf("name = %q", name), fmt.Sprintf("external_user_id = %q", external)}, lines...)
	return "resource \"tray_embedded_user\" \"" + label + "\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

// asks sends a document as somebody else would, with the Owner's token.
func asks(d acctest.Desk, document string) {
	d.T.Helper()
	status, answer := d.Env.Call(http.MethodPost, "/graphql", map[string]any{"query": document})
	if status != http.StatusOK || strings.Contains(string(answer), `"errors"`) {
		d.T.Fatalf("%s: %d %s", document, status, answer)
	}
}

func TestEmbeddedUser_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d acctest.Desk) {
		d.Applies(globex())
		first := acctest.One(d.T, d.Env.State().EndUsers)
		if first.IsTest || first.Name != "Globex" || first.ExternalID != "globex" {
			d.T.Errorf("made: %+v", first)
		}
		d.Applies(globex("is_test_user = true"))
		if r := d.Applies(globex("is_test_user = false")); !strings.Contains(r.Text(), "The end user globex is billed from then on") {
			d.T.Errorf("the bill is not said: %s", r.Text())
		}
		d.Applies(globex()) // omitted, it stays
		d.Applies(named("globex", "Globex Corp", "customer-1", "is_test_user = null"))
		now := acctest.One(d.T, d.Env.State().EndUsers)
		if now.ID != first.ID || now.Name != "Globex Corp" || now.ExternalID != "customer-1" {
			d.T.Errorf("changed: %+v, was %+v", now, first)
		}
		asks(d, fmt.Sprintf(`mutation { updateExternalUser(input: {userId: %q, name: "Elsewhere"}) { user { id } } }`, now.ID))
		d.Applies(named("globex", "Globex Corp", "customer-1"))
		asks(d, fmt.Sprintf(`mutation { removeExternalUser(input: {userId: %q}) { clientMutationId } }`, now.ID))
		if r, _ := d.Plan(); !strings.Contains(r.Text(), "The end user is gone from Tray") {
			d.T.Errorf("what is gone is not said: %s", r.Text())
		}
		d.Applies(globex())
		if r := d.Destroy(); !strings.Contains(r.Text(), "What the end user globex has goes with it") {
			d.T.Errorf("what goes along is not said: %s", r.Text())
		}
		if left := d.Env.State().EndUsers; len(left) != 0 {
			d.T.Errorf("left: %+v", left)
		}
	})
}

func TestEmbeddedUser_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Refuses(globex()+named("two", "Two", "globex"), "TRAY008")
	asks(d, `mutation { createExternalUser(input: {name: "There", externalUserId: "globex"}) { userId } }`)
	d.Refuses(globex(), "TRAY012", "import {")
	d.Write("provider.tf", fmt.Sprintf("provider \"tray\" {\n  base_url = %q\n  token = %q\n}\n", d.Env.URL, d.Env.Token))
	d.Refuses(globex(), "No master token for Embedded", "TRAY_MASTER_TOKEN")
	other := acctest.Start(t).Desk(t, acctest.Terraform, "")
	other.Refuses(globex(), "TRAY011", "has no Embedded")
}

func TestEmbeddedUser_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(globex("is_test_user = true"))
	id := acctest.One(t, d.Env.State().EndUsers).ID
	for _, way := range []string{`id = "globex"`, fmt.Sprintf("id = %q", id), fmt.Sprintf("identity = {\n    id = %q\n  }", id)} {
		d.Run("state", "rm", "tray_embedded_user.globex")
		d.Write("import.tf", "import {\n  to = tray_embedded_user.globex\n  "+way+"\n}\n")
		if r := d.Apply(); !strings.Contains(r.Text(), "1 imported, 0 added, 0 changed, 0 destroyed") {
			t.Errorf("%s: %s", way, r.Text())
		}
		d.NoChanges()
	}
	d.Write("import.tf", "")
	d.Run("state", "rm", "tray_embedded_user.globex")
	d.Fails([]string{"import", "-input=false", "tray_embedded_user.globex", "nobody"}, globex(), "Could not find the end user")
}

// A creation whose answer is lost is found by the external id, and nothing is made twice.
func TestEmbeddedUser_lostAnswerIsSettledByTheExternalID(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Write("main.tf", globex())
	d.Plan("-out=plan.bin")
	d.Env.ClearRequests()
	// Three looks for the external id go before: in the apply's plan, and before anything is sent.
	d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/graphql", Drop: "after", Skip: 3, Times: 1})
	d.Apply("plan.bin")
	d.Env.ClearFaults()
	writes := d.Env.Requests().Writes()
	if len(writes) != 1 || writes[0].Query != "createExternalUser" || writes[0].Status != 0 {
		t.Errorf("this proves nothing: the writes are\n%s", writes)
	}
	d.NoChanges()
	acctest.One(t, d.Env.State().EndUsers)
}

func TestEmbeddedUser_rateLimitIsWaitedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/graphql", Status: 200, ContentType: "application/json", Times: 1,
		Body: `{"data":null,"errors":[{"message":"Rate limit exceeded","extensions":{"name":"PreconditionError","code":"access_not_allowed"}}]}`})
	d.Applies(globex())
}

const mirror = `data "tray_workspaces" "o" { type = "Organization" }
resource "tray_custom_service" "mirror" {
  workspace_id             = one(data.tray_workspaces.o.workspaces).id
  name                     = "Mirror"
  authentication_type      = "oauth2client_credentials"
  token_url                = "https://mirror.example.com/token"
  client_id                = "tray"
  client_secret_wo         = ephemeral.tray_embedded_user_token.run.value
  client_secret_wo_version = "1"
}
ephemeral "tray_embedded_user_token" "run" { user_id = tray_embedded_user.globex.id }
`

// Each plan and each apply opens a token of its own, which ends no other.
func TestEphemeralEmbeddedUserToken_eachRunOpensOneOfItsOwn(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d acctest.Desk) {
		d.Applies(globex())
		d.Write("main.tf", globex()+mirror)
		d.Plan("-out=plan.bin")
		before := acctest.One(d.T, d.Env.State().EndUsers).Tokens
		d.Apply("plan.bin")
		if after := acctest.One(d.T, d.Env.State().EndUsers).Tokens; before != 1 || after != 2 {
			d.T.Errorf("%d tokens after the plan and %d after the apply, want 1 and 2", before, after)
		}
		if services := d.Env.State().Services; len(services) != 1 || services[0].SecretDigest == "" {
			d.T.Errorf("the token was not used: %+v", services)
		}
	})
}

func TestEphemeralEmbeddedUserToken_ofNobodySaysWhy(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Refuses(strings.Replace(mirror, "tray_embedded_user.globex.id", `"nobody"`, 1), "Could not find the end user")
}
