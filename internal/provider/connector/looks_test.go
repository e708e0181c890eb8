package connector_test

import (
	"net/http"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// Before it deploys, a create asks whether somebody else has deployed since the plan, and whether
// an apply that was cut off has: one look answers both, that of the apply's own plan. A live Tray
// tells neither. What is left there is that look, and the one that tells a deployment of ours from
// one before.
func TestConnector_createLooksOnceAtWhatIsThere(t *testing.T) {
	t.Parallel()
	for plane, c := range map[string]struct {
		opts []acctest.Option
		look string
		want int
	}{
		"management plane":   {nil, "/management/v1/connectors/acme-crm/versions/1.0", 1},
		"platform API alone": {[]acctest.Option{acctest.NoManagement()}, "/cdk/v1/deployments/connectors/acme-crm/versions/1.0/latest", 2},
	} {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, acctest.Terraform, c.opts...)
			b.Write("main.tf", crm())
			b.Init()
			b.Run("plan", "-input=false", "-out=saved")
			b.Env.ClearRequests()
			b.Run("apply", "-input=false", "saved")
			if got := b.Env.Requests().Count(http.MethodGet, c.look); got != c.want {
				t.Errorf("it looks %d times, want %d:\n%s", got, c.want, b.Env.Requests())
			}
		})
	}
}
