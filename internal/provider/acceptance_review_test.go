package provider_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	framework "github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/provider"
	"github.com/tray-community/terraform-provider-tray/internal/review"
)

// A review that meets a type without words can only name the address, so each type of
// the table of contents has its entry, and each entry its type.
func TestReview_knowsEveryType(t *testing.T) {
	t.Parallel()
	p := provider.New("test")()
	var types []string
	for _, newResource := range p.Resources(t.Context()) {
		var resp framework.MetadataResponse
		newResource().Metadata(t.Context(), framework.MetadataRequest{ProviderTypeName: "tray"}, &resp)
		types = append(types, resp.TypeName)
	}
	slices.Sort(types)
	if words := review.Types(); !slices.Equal(words, types) {
		t.Errorf("internal/review/nouns.go has words for\n%q\nand the provider has\n%q", words, types)
	}
}

// Its words name attributes, and an attribute that was renamed would be told no more.
func TestReview_namesAttributesThatExist(t *testing.T) {
	t.Parallel()
	p := provider.New("test")()
	for _, newResource := range p.Resources(t.Context()) {
		r := newResource()
		var meta framework.MetadataResponse
		r.Metadata(t.Context(), framework.MetadataRequest{ProviderTypeName: "tray"}, &meta)
		var schema framework.SchemaResponse
		r.Schema(t.Context(), framework.SchemaRequest{}, &schema)
		for _, name := range review.Attributes(meta.TypeName) {
			if _, ok := schema.Schema.Attributes[name]; !ok {
				t.Errorf("internal/review/nouns.go speaks of %s.%s, which there is not", meta.TypeName, name)
			}
		}
	}
}

// reviewed runs the binary's own command on a plan.
func reviewed(t *testing.T, plan string, args ...string) (stdout string, code int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, acctest.Binary(t), append(append([]string{"review"}, args...), "-")...)
	cmd.Stdin = strings.NewReader(plan)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// The plan of forty changes and four drifts that the golden files of the review hold,
// made anew: both command lines still write what the review reads.
func TestReview_ofBothCommandLines(t *testing.T) {
	t.Parallel()
	const plans = "../review/testdata"
	want, err := os.ReadFile(filepath.Join(plans, "forty.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			cli := env.Layout(t, name, filepath.Join(plans, "forty")).Process()
			after, err := os.ReadFile(filepath.Join(cli.Dir, "after.tf"))
			if err != nil {
				t.Fatal(err)
			}
			connector, err := os.ReadFile("../../examples/resources/tray_connector/acme-crm.zip")
			if err != nil {
				t.Fatal(err)
			}
			cli.Write("acme-crm.zip", string(connector))
			cli.Write("after.tf", "")
			cli.Init()
			cli.Apply()
			meanwhile(t, env)
			cli.Write("before.tf", "")
			cli.Write("after.tf", string(after))
			cli.Plan("-out=plan.bin")
			plan := cli.Run("show", "-json", "plan.bin").Stdout
			if *update {
				keepPlan(t, filepath.Join(plans, "forty."+name+".json"), plan, env.URL)
			}
			got, code := reviewed(t, plan, "-exit-code")
			if got != string(want) {
				t.Errorf("the review is not testdata/forty.md:\n%s", got)
			}
			if code != 3 {
				t.Errorf("the exit status is %d, want 3: people lose access", code)
			}
		})
	}
}

// keepPlan writes a plan for the golden tests of internal/review, without the port of this run.
func keepPlan(t *testing.T, path, plan, url string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(plan, url, "http://127.0.0.1")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// meanwhile is what somebody does in the UI between the apply and the next plan.
func meanwhile(t *testing.T, env *acctest.Env) {
	t.Helper()
	env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "warehouse"})
	env.Control(http.MethodPost, "ui/users", map[string]any{"email": "zoe@example.com", "name": "Zoe", "role": "Viewer"})
	env.Control(http.MethodDelete, "ui/workspaces/ops/members/ana@example.com", nil)
	env.Control(http.MethodPut, "ui/workspaces/sales-prod/members/zoe@example.com", map[string]any{"role": "Admin"})
	env.Control(http.MethodPut, "ui/workspaces/archive/members/gus@example.com", map[string]any{"role": "Viewer"})
	env.Control(http.MethodPost, "invites/mia@example.com/accept", map[string]any{"name": "Mia"})
	var environments struct {
		Elements []struct {
			ID string `json:"id"`
		} `json:"elements"`
	}
	_, raw := env.Call(http.MethodGet, "/core/v1/services/postgres/versions/1/environments", nil)
	if err := json.Unmarshal(raw, &environments); err != nil || len(environments.Elements) == 0 {
		t.Fatalf("no environment of postgres: %s", raw)
	}
	env.Control(http.MethodPost, "ui/authentications", map[string]any{
		"owner": "ben@example.com", "workspace": "sales-prod", "name": "Warehouse (prod)", "serviceEnvironmentId": environments.Elements[0].ID,
		"credentials": map[string]string{"user": "tray", "password": "made-up"}, "userData": map[string]string{"host": "db.example.com", "database": "warehouse"},
	})
}
