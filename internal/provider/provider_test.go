package provider

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

const someToken = "0123456789abcdef0123456789abcdef0123456789"

// object is a tftypes value of an object type with the given attributes, others null.
// Go values: string, float64, int, bool, nil, map[string]any, []string, and unknown.
func object(t *testing.T, typ tftypes.Object, given map[string]any) tftypes.Value {
	t.Helper()
	all := map[string]tftypes.Value{}
	for name, at := range typ.AttributeTypes {
		all[name] = value(t, at, given[name])
	}
	for name := range given {
		if _, ok := typ.AttributeTypes[name]; !ok {
			t.Fatalf("there is no argument %s", name)
		}
	}
	return tftypes.NewValue(typ, all)
}

type unknown struct{}

func value(t *testing.T, typ tftypes.Type, v any) tftypes.Value {
	t.Helper()
	switch v := v.(type) {
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case map[string]any:
		return object(t, typ.(tftypes.Object), v)
	case []string:
		var all []tftypes.Value
		for _, s := range v {
			all = append(all, tftypes.NewValue(tftypes.String, s))
		}
		return tftypes.NewValue(typ, all)
	}
	return tftypes.NewValue(typ, v)
}

func blockType(t *testing.T, p provider.Provider) (provider.SchemaResponse, tftypes.Object) {
	t.Helper()
	var resp provider.SchemaResponse
	p.Schema(context.Background(), provider.SchemaRequest{}, &resp)
	return resp, resp.Schema.Type().TerraformType(context.Background()).(tftypes.Object)
}

// configure validates a block as Terraform does, then configures with it, and returns
// what was said, as "argument: summary: detail".
func configure(t *testing.T, block map[string]any, opts ...Option) []string {
	t.Helper()
	ctx := context.Background()
	_, typ := blockType(t, New("test")())
	dynamic, err := tfprotov6.NewDynamicValue(typ, object(t, typ, block))
	if err != nil {
		t.Fatal(err)
	}
	server := Server(New("test", opts...)())
	validated, err := server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: &dynamic})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return said(validated.Diagnostics)
	}
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.16.0", Config: &dynamic})
	if err != nil {
		t.Fatal(err)
	}
	return said(configured.Diagnostics)
}

func said(diags []*tfprotov6.Diagnostic) (all []string) {
	for _, d := range diags {
		all = append(all, d.Attribute.String()+": "+d.Summary+": "+d.Detail)
	}
	return all
}

// clean keeps the machine's own settings out of a test.
func clean(t *testing.T) {
	t.Helper()
	for _, name := range []string{"TRAY_API_TOKEN", "TRAY_MASTER_TOKEN", "TRAY_REGION", "TRAY_API_URL", "TF_APPEND_USER_AGENT"} {
		t.Setenv(name, "")
	}
}

func TestProvider_refusesBadConfiguration(t *testing.T) {
	noCertificate := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(noCertificate, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	with := func(more map[string]any) map[string]any {
		block := map[string]any{"token": someToken}
		maps.Copy(block, more)
		return block
	}
	for name, c := range map[string]struct {
		block map[string]any
		env   map[string]string
		want  []string // parts of the one error
	}{
		"nothing at all":          {nil, nil, []string{"No token and no sandbox", "sandbox = {}", "TRAY_API_TOKEN", "token = …", "Create API user"}},
		"short token":             {map[string]any{"token": "abc"}, nil, []string{`AttributeName("token")`, "3 characters", "at least 36"}},
		"short after Bearer":      {map[string]any{"token": "Bearer " + someToken[:30]}, nil, []string{"30 characters"}},
		"empty token":             {map[string]any{"token": ""}, nil, []string{`AttributeName("token")`, "0 characters"}},
		"token with a line break": {map[string]any{"token": someToken + "\n" + someToken}, nil, []string{"line break"}},
		"short token in the environment": {nil, map[string]string{"TRAY_API_TOKEN": "abc"},
			[]string{`AttributeName("token")`, "environment variable TRAY_API_TOKEN", "3 characters"}},
		"short master token":        {with(map[string]any{"master_token": "abc"}), nil, []string{`AttributeName("master_token")`}},
		"unknown region":            {with(map[string]any{"region": "mars"}), nil, []string{`AttributeName("region")`, "us, eu and ap"}},
		"region in the environment": {with(nil), map[string]string{"TRAY_REGION": "mars"}, []string{"TRAY_REGION", "mars"}},
		"region and base_url":       {with(map[string]any{"region": "eu", "base_url": "https://tray.example.com"}), nil, []string{"base_url", "region"}},
		"relative base_url":         {with(map[string]any{"base_url": "api.tray.io"}), nil, []string{`AttributeName("base_url")`, "not an absolute URL"}},
		"base_url without a host":   {with(map[string]any{"base_url": "https://"}), nil, []string{"not an absolute URL"}},
		"base_url over http":        {with(map[string]any{"base_url": "http://tray.example.com"}), nil, []string{"in the open"}},
		"base_url with a password":  {with(map[string]any{"base_url": "https://a:b@tray.example.com"}), nil, []string{"do not belong"}},
		"base_url with a path":      {with(map[string]any{"base_url": "https://api.tray.io/v2"}), nil, []string{`"/v2"`, "host alone"}},
		"URL in the environment":    {with(nil), map[string]string{"TRAY_API_URL": "ftp://x"}, []string{`AttributeName("base_url")`, "TRAY_API_URL"}},
		"relative graphql_url":      {with(map[string]any{"graphql_url": "graphql"}), nil, []string{`AttributeName("graphql_url")`}},
		"no requests at all":        {with(map[string]any{"requests_per_second": 0}), nil, []string{`AttributeName("requests_per_second")`}},
		"too many requests":         {with(map[string]any{"requests_per_second": 30.5}), nil, []string{`AttributeName("requests_per_second")`, "30"}},
		"negative retries":          {with(map[string]any{"max_retries": -1}), nil, []string{`AttributeName("max_retries")`}},
		"timeout without a unit":    {with(map[string]any{"request_timeout": "30"}), nil, []string{`AttributeName("request_timeout")`, "45s"}},
		"timeout of nothing":        {with(map[string]any{"request_timeout": "0s"}), nil, []string{`AttributeName("request_timeout")`}},
		"no certificate":            {with(map[string]any{"ca_certificate_pem": "hello"}), nil, []string{`AttributeName("ca_certificate_pem")`, "BEGIN CERTIFICATE"}},
		"no certificate file":       {with(map[string]any{"ca_certificate_file": "/does/not/exist.pem"}), nil, []string{`AttributeName("ca_certificate_file")`, "no such file"}},
		"no certificate in file":    {with(map[string]any{"ca_certificate_file": noCertificate}), nil, []string{`AttributeName("ca_certificate_file")`, "BEGIN CERTIFICATE"}},
		"two certificates":          {with(map[string]any{"ca_certificate_file": "a", "ca_certificate_pem": "b"}), nil, []string{"ca_certificate_file"}},
		"sandbox and token":         {with(map[string]any{"sandbox": map[string]any{}}), nil, []string{`AttributeName("token")`, "not both"}},
		"sandbox and region":        {map[string]any{"sandbox": map[string]any{}, "region": "eu"}, nil, []string{`AttributeName("region")`, "not both"}},
		"sandbox and base_url":      {map[string]any{"sandbox": map[string]any{}, "base_url": "https://tray.example.com"}, nil, []string{`AttributeName("base_url")`, "not both"}},
		"sandbox of another plan":   {map[string]any{"sandbox": map[string]any{"plan": "gold"}}, nil, []string{`AttributeName("plan")`}},
		"sandbox of a bad owner":    {map[string]any{"sandbox": map[string]any{"owner_email": "me"}}, nil, []string{`AttributeName("owner_email")`, "e-mail"}},
		"sandbox not built in":      {map[string]any{"sandbox": map[string]any{}}, nil, []string{`AttributeName("sandbox")`, "holds no sandbox"}},
		"negative max_removals":     {with(map[string]any{"guardrails": map[string]any{"max_removals": -1}}), nil, []string{`AttributeName("max_removals")`}},
		"110 percent":               {with(map[string]any{"guardrails": map[string]any{"max_removal_percent": 110}}), nil, []string{`AttributeName("max_removal_percent")`}},
		"no admins":                 {with(map[string]any{"guardrails": map[string]any{"min_org_admins": 0}}), nil, []string{`AttributeName("min_org_admins")`}},
		"required admin no address": {with(map[string]any{"guardrails": map[string]any{"required_admins": []string{"ana"}}}), nil, []string{`AttributeName("required_admins")`, `"ana"`}},
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			got := configure(t, c.block)
			if len(got) == 0 {
				t.Fatal("nothing was refused")
			}
			for _, part := range c.want {
				if !strings.Contains(strings.Join(got, "\n"), part) {
					t.Errorf("no %q in:\n%s", part, strings.Join(got, "\n"))
				}
			}
			if strings.Contains(strings.Join(got, "\n"), someToken[:30]) {
				t.Error("the token is in the message")
			}
		})
	}
}

// configured runs Configure directly and returns its answer.
func configured(t *testing.T, block map[string]any, deferrable bool, opts ...Option) provider.ConfigureResponse {
	t.Helper()
	p := New("1.2.3", opts...)()
	schema, typ := blockType(t, p)
	var resp provider.ConfigureResponse
	p.Configure(context.Background(), provider.ConfigureRequest{
		TerraformVersion:   "1.16.0",
		Config:             tfsdk.Config{Raw: object(t, typ, block), Schema: schema.Schema},
		ClientCapabilities: provider.ConfigureProviderClientCapabilities{DeferralAllowed: deferrable},
	}, &resp)
	return resp
}

func TestProvider_unknownValuesDeferPolitely(t *testing.T) {
	clean(t)
	for name, c := range map[string]struct {
		block map[string]any
		want  string
	}{
		"token":          {map[string]any{"token": unknown{}}, "token"},
		"base_url":       {map[string]any{"token": someToken, "base_url": unknown{}}, "base_url"},
		"sandbox":        {map[string]any{"sandbox": unknown{}}, "sandbox"},
		"sandbox's path": {map[string]any{"sandbox": map[string]any{"path": unknown{}}}, "sandbox.path"},
		"a guardrail":    {map[string]any{"token": someToken, "guardrails": map[string]any{"required_admins": unknown{}}}, "guardrails.required_admins"},
	} {
		t.Run(name, func(t *testing.T) {
			resp := configured(t, c.block, false)
			if resp.Diagnostics.HasError() {
				t.Fatal(resp.Diagnostics)
			}
			p := resp.ResourceData.(*base.Provider)
			if p.API != nil || len(p.Unknown) != 1 || p.Unknown[0] != c.want || resp.Deferred != nil {
				t.Errorf("API %v, unknown %v, deferred %v", p.API, p.Unknown, resp.Deferred)
			}
			if configured(t, c.block, true).Deferred == nil {
				t.Error("Terraform allowed a deferral and got none")
			}
		})
	}
}

func TestProvider_everyKindGetsTheSameData(t *testing.T) {
	clean(t)
	resp := configured(t, map[string]any{"token": someToken}, false)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	p, ok := resp.ResourceData.(*base.Provider)
	if !ok || p.API == nil || p.Ledger == nil {
		t.Fatalf("no client or ledger in %+v", resp.ResourceData)
	}
	for kind, data := range map[string]any{
		"data source": resp.DataSourceData, "ephemeral": resp.EphemeralResourceData, "action": resp.ActionData, "list": resp.ListResourceData,
	} {
		if data != any(p) {
			t.Errorf("%s got %v", kind, data)
		}
	}
}

func TestProvider_saysWhoItIs(t *testing.T) {
	clean(t)
	t.Setenv("TF_APPEND_USER_AGENT", "pipeline/7")
	var agent, auth string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent, auth = r.UserAgent(), r.Header.Get("Authorization")
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	wrapped := 0
	count := WithTransport(func(next http.RoundTripper) http.RoundTripper {
		wrapped++
		return next
	})
	resp := configured(t, map[string]any{"token": "Bearer " + someToken, "base_url": server.URL + "/"}, false, count)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	if managed, err := resp.ResourceData.(*base.Provider).API.Management.Available(context.Background()); managed || err != nil {
		t.Fatalf("available %v, error %v", managed, err)
	}
	if want := "terraform-provider-tray/1.2.3 Terraform/1.16.0 pipeline/7"; agent != want {
		t.Errorf("user agent %q, want %q", agent, want)
	}
	if auth != "Bearer "+someToken || wrapped != 1 {
		t.Errorf("authorization %q, wrapped %d times", auth, wrapped)
	}
}
