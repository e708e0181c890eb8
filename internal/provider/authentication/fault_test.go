package authentication_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// Whatever becomes of the answer, there is one authentication, and the next apply converges.
func TestAuthentication_anAmbiguousCreateNeverMakesTwo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for name, f := range map[string]acctest.Fault{
		"lost after": {Drop: "after"}, "lost before": {Drop: "before"}, "502 after commit": {Status: 502, AfterCommit: true}, "500": {Status: 500},
		"echo": {Status: 400, Body: `{"message":"canary-one is not good"}`},
	} {
		f.Method, f.Path, f.Times = http.MethodPost, "/core/v1/authentications", 1
		d.Env.Fault(f)
		d.Write("main.tf", db())
		r := d.Run("apply", "-auto-approve", "-input=false")
		if n := len(d.Env.State().Authentications); n > 1 || n == 0 && r.Code == 0 {
			t.Errorf("%s: %d authentications after an apply that ended with %d", name, n, r.Code)
		}
		if strings.Contains(r.Text(), "canary-one is") {
			t.Errorf("%s: the secret is in %s", name, r.Text())
		}
		d.Env.ClearFaults()
		d.Applies(db())
		d.only()
		d.Destroy()
	}
}

// Without a list nobody can look: the error says what to do, and that works.
func TestAuthenticationOnALiveTray_aLostAnswerSaysWhereToLook(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/core/v1/authentications", Drop: "after", Times: 1})
		d.Fails([]string{"apply", "-auto-approve", "-input=false"}, db(), `may have made the authentication "CRM database" all the same: look under Authentications in Tray`)
		d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_authentication.db\n  id = %q\n}\n", d.only().ID))
		d.Applies(db())
		d.only()
	}, acctest.NoManagement())
}

func TestAuthentication_aChangeWhoseAnswerIsLostConverges(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(db())
	for i, f := range []acctest.Fault{{Drop: "after"}, {Drop: "before"}, {Status: 502, AfterCommit: true}, {Status: 500}} {
		f.Method, f.Path, f.Times = http.MethodPut, "/core/v1/authentications/*", 10
		d.Env.Fault(f)
		changed := db(fmt.Sprintf(`name = "Database %d"`, i), fmt.Sprintf(`credentials_wo = jsonencode({ user = "tray", password = "canary-%d" })`, i))
		d.Write("main.tf", changed)
		if r := d.Run("apply", "-auto-approve", "-input=false"); r.Code != 1 || strings.Contains(r.Text(), fmt.Sprintf(`canary-%d"}`, i)) {
			t.Errorf("%+v: it ends with %d: %s", f, r.Code, r.Text())
		}
		d.Env.ClearFaults()
		d.Applies(changed)
		d.has(fmt.Sprintf(`"password":"canary-%d"`, i), fmt.Sprintf(`"name":"Database %d"`, i))
	}
}

// Tray may refuse to delete what a workflow uses: it stays in the state, and goes with the
// next destroy.
func TestAuthentication_thatTrayKeepsStaysInTheState(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(db())
	d.Env.Fault(acctest.Fault{Method: http.MethodDelete, Path: "/core/v1/authentications/*", Status: 409, Body: `{"message":"The workflow Invoices uses it"}`, Times: 1})
	d.Fails([]string{"destroy", "-auto-approve", "-input=false"}, db(), "Could not delete the authentication", "The workflow Invoices uses it")
	d.NoChanges()
	d.Destroy()
	if left := d.Env.State().Authentications; len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
}
