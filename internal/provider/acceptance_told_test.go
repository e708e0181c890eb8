package provider_test

import (
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const forty = `
resource "tray_user" "p" {
  for_each          = toset([for n in range(40) : format("p%02d@example.com", n)])
  email             = each.key
  organization_role = "Viewer"
}
`

// An expired token fails forty people for one reason: it is explained once, and the others
// are one line each beside the place that Terraform shows, in the plan and in the apply.
func TestErrors_oneCauseIsExplainedOnce(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			c := env.Layout(t, cli, "")
			c.Write("main.tf", required+"\n"+env.Config(forty))
			c.Plan("-out=tray.tfplan")
			expired := func() {
				env.Fault(acctest.Fault{Path: "/core/**", Status: 401, ContentType: "application/json", Body: `{"message":"The token has expired"}`})
			}
			expired()
			once(t, c.Run("apply", "-input=false", "-no-color", "tray.tfplan"), 40)
			env.ClearFaults()
			c.Apply()
			expired()
			once(t, c.Run("plan", "-input=false", "-no-color"), 40)
		})
	}
}

// once wants so many errors, of which one says why.
func once(t *testing.T, r acctest.Result, errors int) {
	t.Helper()
	all := r.Stdout + r.Stderr
	if got := strings.Count(all, "Error: "); r.Code != 1 || got != errors {
		t.Errorf("there are %d errors, want %d:\n%s", got, errors, all)
	}
	if got := strings.Count(r.Text(), "make a new one in Tray"); got != 1 {
		t.Errorf("what to do is said %d times, want once", got)
	}
	// Each error has a frame of two lines, its own line, two for where it is, the line
	// of the configuration, and a bar between them.
	const frame, full = 7, 20
	if got := strings.Count(r.Stderr, "\n"); got > errors*frame+full {
		t.Errorf("%d errors take %d lines:\n%s", errors, got, r.Stderr)
	}
}
