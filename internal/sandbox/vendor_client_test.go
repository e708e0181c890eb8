package sandbox_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/contract"
	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
)

// vendorClient finds node and the vendor's published client, which is not ours to bring
// along:
//
//	npm install --prefix ~/.cache/terraform-provider-tray/npm @trayio/tray-client@2.19.0 @trayio/axios@2.19.0
func vendorClient(t *testing.T) (node, modules string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed, so the vendor's client cannot be run")
	}
	modules = os.Getenv("TRAY_CLIENT_NODE_MODULES")
	if modules == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Skip(err)
		}
		modules = filepath.Join(cache, "terraform-provider-tray", "npm", "node_modules")
	}
	raw, err := os.ReadFile(filepath.Join(modules, "@trayio", "tray-client", "package.json"))
	if err != nil {
		t.Skipf("the vendor's client is not in %s: see vendorClient for how to install it", modules)
	}
	if !strings.Contains(string(raw), `"version": "2.19.0"`) {
		t.Fatalf("%s holds another version of the vendor's client than 2.19.0", modules)
	}
	return node, modules
}

// The vendor's own client is the only judge of the sandbox that we did not write.
func TestVendorClient_deploysAndShares(t *testing.T) {
	node, modules := vendorClient(t)
	s, err := sandbox.New(sandbox.OpenOptions{Path: filepath.Join(t.TempDir(), "s.db")}, sandbox.WithOptions([]byte(`{"deployment_duration":"1s"}`)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	x := &exchange{TB: t, rt: s.Transport(), token: s.OwnerToken()}
	workspace := x.must(201, "POST", "/management/v1/workspaces", `{"name":"Finance"}`, "id")
	server := httptest.NewServer(contract.Check(t, s))
	defer server.Close()

	got := x.runClient(node, "NODE_PATH="+modules, "SANDBOX_URL="+server.URL, "SANDBOX_TOKEN="+s.OwnerToken(), "WORKSPACE="+workspace)
	id := x.must(200, "GET", "/cdk/v1/deployments/connectors/acme-crm/versions/1.0/latest", "", "id")
	deployment := func(status, more string) string {
		return `{"value":{"id":"` + id + `","deploymentStatus":"` + status + `","connectorName":"acme-crm","connectorVersion":"1.0"` + more + `}}`
	}
	want := []string{
		deployment("Deploying", ""), deployment("Deploying", `,"repeatDeployment":true`), deployment("Deploying", ""), deployment("Deployed", ""), deployment("Deployed", ""),
		`{"value":{"message":"2 permissions added"}}`,
		`{"value":{"success":{"message":"1 permissions added"},"warnings":{"emptyWorkspaces":[]}}}`,
		`{"error":"Error (404): {\"message\":\"The connector (Left(acme-none~1.0)) was not found or you don't have permission to access it\"}"}`,
	}
	for i, line := range want {
		if i >= len(got) || got[i] != line {
			t.Errorf("call %d came to\n%s\nwant\n%s", i, strings.Join(got[min(i, len(got)):min(i+1, len(got))], ""), line)
		}
	}
	x.must(200, "GET", "/core/v1/connectors/acme-crm/versions/1.0/operations", "", "")
}

// runClient returns the lines that the client prints.
func (x *exchange) runClient(node string, env ...string) []string {
	x.Helper()
	var source struct{ ConnectorSourceCode string }
	if err := json.Unmarshal([]byte(x.source("acme-crm")), &source); err != nil {
		x.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(x.Context(), time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, node, "testdata/vendor-client.js")
	run.Env = append(append(os.Environ(), "SOURCE="+source.ConnectorSourceCode), env...)
	out, err := run.CombinedOutput()
	if err != nil {
		x.Fatalf("%v: %s", err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
