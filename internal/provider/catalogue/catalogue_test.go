package catalogue_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// outputs are values that a configuration shows, each as JSON.
func outputs(t *testing.T, d acctest.Desk, values map[string]string) map[string]string {
	t.Helper()
	var hcl strings.Builder
	for name, value := range values {
		fmt.Fprintf(&hcl, "output %q {\n  value = %s\n}\n", name, value)
	}
	hcl.WriteString(`data "tray_connectors" "all" {}
data "tray_connectors" "slack" {
  name = "slack"
}
data "tray_connectors" "latest" {
  name_regex = "^s"
  latest     = true
}
data "tray_connectors" "of" {
  service_name = "http"
}
data "tray_triggers" "all" {}
data "tray_connector_operations" "one" {
  name      = "slack"
  version   = "11.0"
  operation = "send_message"
}
data "tray_connector_operations" "lists" {
  name       = "slack"
  version    = "11.0"
  name_regex = "^list"
}
data "tray_trigger_operations" "all" {
  name    = "scheduled"
  version = "3.5"
}
`)
	d.Applies(hcl.String())
	var shown map[string]struct{ Value json.RawMessage }
	if err := json.Unmarshal([]byte(d.Run("output", "-json").Stdout), &shown); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for name, o := range shown {
		all[name] = string(o.Value)
	}
	return all
}

func TestCatalogue_showsConnectorsTriggersAndWhatTheyDo(t *testing.T) {
	t.Parallel()
	for plane, opts := range map[string][]acctest.Option{"management plane": nil, "platform API alone": {acctest.NoManagement()}} {
		t.Run(plane, func(t *testing.T) {
			begin := func(t *testing.T, cli string, opts ...acctest.Option) acctest.Desk {
				return acctest.Start(t, opts...).Desk(t, cli, "")
			}
			acctest.OnBoth(t, begin, func(d acctest.Desk) {
				values := map[string]string{
					"slack":    "[for c in data.tray_connectors.slack.connectors : c.version]",
					"latest":   "[for c in data.tray_connectors.latest.connectors : \"${c.name} ${c.version}\"]",
					"of":       "[for c in data.tray_connectors.of.connectors : c.name]",
					"triggers": "[for c in data.tray_triggers.all.triggers : c.name]",
					"all":      "length(data.tray_connectors.all.connectors)",
					"service":  "[for c in data.tray_connectors.slack.connectors : c.service_name]",
					"required": "jsondecode(data.tray_connector_operations.one.operations[0].input_schema).required",
					"lists":    "[for o in data.tray_connector_operations.lists.operations : o.name]",
					"interval": "jsondecode(data.tray_trigger_operations.all.operations[0].input_schema).required",
				}
				got := outputs(d.T.(*testing.T), d, values)
				for name, want := range map[string]string{
					"slack": `["10.1","11.0"]`, "latest": `["salesforce 8.5","sendgrid 3.1","shopify 5.2","slack 11.0"]`, "of": `["http-client"]`,
					"triggers": `["salesforce-trigger","scheduled","shopify-trigger","slack-trigger","twilio-trigger","webhook"]`, "all": "10", "service": `["slack","slack"]`,
					"required": `["channel","text"]`, "lists": `["list_channels"]`, "interval": `["interval"]`,
				} {
					if now := strings.ReplaceAll(strings.ReplaceAll(got[name], "\n", ""), " ", ""); now != strings.ReplaceAll(want, " ", "") {
						d.T.Errorf("%s is %s, want %s", name, now, want)
					}
				}
				d.Env.ClearRequests()
				d.NoChanges()
				if n := len(d.Env.Requests().Matching("GET", "/core/v1/connectors")); n != 1 {
					d.T.Errorf("four lists of connectors take %d requests", n)
				}
			}, opts...)
		})
	}
}

func TestCatalogue_ofWhatIsNotThereSaysSo(t *testing.T) {
	t.Parallel()
	d := acctest.Start(t).Desk(t, acctest.Terraform, "")
	d.Refuses("data \"tray_connector_operations\" \"x\" {\n  name = \"slack\"\n  version = \"99.0\"\n}\n", "Could not read the operations of the connector slack 99.0")
	d.Refuses("data \"tray_connectors\" \"x\" {\n  name_regex = \"(\"\n}\n", "Not a regular expression")
}
