package connector_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// erp is a custom service, and a connector that is bound to it.
func erp(lines ...string) string {
	return `data "tray_workspaces" "organization" { type = "Organization" }
resource "tray_custom_service" "erp" {
  workspace_id        = one(data.tray_workspaces.organization.workspaces).id
  name                = "erp"
  authentication_type = "token"
}
` + crm(append([]string{"service_name = tray_custom_service.erp.unique_name", "service_version = tray_custom_service.erp.version"}, lines...)...)
}

func (b bench) boundTo() string {
	b.T.Helper()
	r := b.Resources()["tray_connector.crm"]
	return fmt.Sprint(r["service_name"], " ", r["service_version"])
}

// The zip names another service, as the one that is made in the same apply has no name yet.
func TestConnector_isBoundToTheServiceOfTheSameApply(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b bench) {
		raw, err := os.ReadFile(filepath.Join(b.Dir, "acme-crm.zip"))
		if err != nil {
			b.T.Fatal(err)
		}
		b.Applies(erp())
		service := fmt.Sprint(b.Resources()["tray_custom_service.erp"]["unique_name"], " 1")
		if b.boundTo() != service || b.only().Status != "Deployed" || b.deployed() != 1 {
			b.T.Errorf("it is bound to %q, want %q: %+v", b.boundTo(), service, b.only())
		}
		if now, err := os.ReadFile(filepath.Join(b.Dir, "acme-crm.zip")); err != nil || string(now) != string(raw) {
			b.T.Error("the zip itself was changed")
		}
		first := b.Resources()["tray_connector.crm"]["content_digest"]
		b.pack("acme-crm.zip", "acme-crm", "one", firstBuild.Add(3600e9))
		b.NoChanges() // built anew from the same sources

		b.Run("state", "rm", "tray_connector.crm")
		b.Run("import", "-input=false", "tray_connector.crm", "acme-crm/1.0/"+filepath.Join(b.Dir, "acme-crm.zip"))
		b.NoChanges()
		if now := b.Resources()["tray_connector.crm"]["content_digest"]; now != first {
			b.T.Errorf("the digest was %v and is %v after an import", first, now)
		}

		b.Applies(erp("service_name = \"twilio\"", "service_version = 1"))
		if b.boundTo() != "twilio 1" || b.deployed() != 2 {
			b.T.Errorf("another service is deployed %d times: %q", b.deployed(), b.boundTo())
		}
		b.Applies(erp("service_name = null", "service_version = null")) // as connector.json has it
		if b.boundTo() != "slack 2" || b.deployed() != 3 {
			b.T.Errorf("no service is deployed %d times: %q", b.deployed(), b.boundTo())
		}
	})
}

func TestConnector_serviceThatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	b := newBench(t, acctest.Terraform)
	b.Refuses(erp(`source = "none.zip"`), "Could not read the connector's zip") // whatever the service will be
	b.Refuses(crm("service_version = 1"), "service_name")
	b.Refuses(erp(`name = "acme-erp"`), "The zip is of another connector")
	b.Write("main.tf", erp())
	b.Plan("-out=saved")
	b.put("acme-crm.zip", []byte("no zip"))
	b.Fails([]string{"apply", "-input=false", "saved"}, erp(), "Could not read the connector's zip")
	if b.deployed() > 0 {
		t.Error("what is no zip was sent")
	}
	sha := b.build("one")
	given := fmt.Sprintf("source_sha256 = %q", sha)
	b.Applies(erp(given))
	if err := os.Remove(filepath.Join(b.Dir, "acme-crm.zip")); err != nil {
		t.Fatal(err)
	}
	b.NoChanges()
	b.Refuses(crm(given, `service_name = "twilio"`, "service_version = 1", "source = null"), "There is no zip to deploy")
}

// What is bound and was cut off is known again too.
func TestConnector_boundAndCutOffIsDeployedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, acctest.Terraform)
	b.Applies(erp())
	b.Run("state", "rm", "tray_connector.crm")
	if r, _ := b.planOf(erp()); !strings.Contains(r, "The connector is deployed already") {
		t.Errorf("it is not known again: %s", r)
	}
	b.Applies(erp())
	b.Env.Control(http.MethodPost, "ui/connectors/acme-crm/versions/1.0/deployments", body{})
	b.Applies(erp())
	if b.deployed() != 2 {
		t.Errorf("deployed %d times", b.deployed())
	}
}

// While source_sha256 is the same nobody reads the zip, and what the state has of the service
// may be connector.json's: removing service_name deployed nothing.
func TestConnector_ofTheSameSHA256LeavesTheServiceThatIsTakenOut(t *testing.T) {
	t.Parallel()
	b := newBench(t, acctest.Terraform)
	zip := filepath.Join(b.Dir, "acme-crm.zip")
	given := fmt.Sprintf("source_sha256 = %q", b.build("one"))
	bound := func(want string, deployed int) {
		t.Helper()
		if b.boundTo() != want || b.deployed() != deployed {
			t.Errorf("it is bound to %q, want %q, and deployed %d times, want %d", b.boundTo(), want, b.deployed(), deployed)
		}
	}
	b.Applies(crm(given, `service_name = "twilio"`, "service_version = 1"))
	bound("twilio 1", 1)
	if said, changes := b.planOf(crm(given, `service_name = "twilio"`)); !changes || !strings.Contains(said, "service_version") {
		t.Errorf("the version is connector.json's, and the plan says %s", said)
	}
	b.Write("main.tf", crm(given, `service_name = "twilio"`, "service_version = 1"))

	if err := os.Rename(zip, zip+".later"); err != nil {
		t.Fatal(err)
	}
	b.NoChanges()
	b.Fails(apply, crm(given), "Could not read the connector's zip") // planned, and it takes the zip
	if err := os.Rename(zip+".later", zip); err != nil {
		t.Fatal(err)
	}
	b.Applies(crm(given))
	bound("slack 2", 2)
	b.Applies(crm(given, `service_name = "slack"`, "service_version = 2"))
	b.Applies(crm(given, `service_name = "slack"`, "service_version = 2", `share_with_emails = ["ben@example.com"]`))
	b.Applies(crm(given))
	bound("slack 2", 2) // connector.json names the same
	b.Applies(crm(`service_name = "twilio"`, "service_version = 1"))
	b.Applies(crm("source = null"))
	bound("twilio 1", 3) // what is deployed stays
}
