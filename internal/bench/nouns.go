package main

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// estate is an organization that Terraform itself fills with objects of one noun. What is
// measured is a plan in which nothing changes, or with deploys the apply that fills it.
type estate struct {
	name    string
	hcl     string
	export  int            // bytes of the exported project beside it, 0 for none
	zips    map[string]int // connectors to pack: names, and how many bytes each is padded with
	deploys time.Duration  // how long a deployment takes in Tray; the apply is measured then
	args    []string       // of the apply
	holds   func(r result) error
}

const salesOnly = "resource \"tray_workspace\" \"sales\" {\n  name = \"sales\"\n}\n"

// oauth are the arguments of an OAuth app.
const oauth = "  client_id        = \"app\"\n  client_secret_wo = \"not-a-secret\"\n"

func services(count int) string {
	return salesOnly + fmt.Sprintf("resource \"tray_custom_service\" \"s\" {\n  count               = %d\n  workspace_id        = tray_workspace.sales.id\n"+
		"  name                = \"service ${count.index}\"\n  authentication_type = \"oauth2client_credentials\"\n  token_url           = \"https://crm.example/token\"\n%s}\n", count, oauth)
}

func connectors(count int) string {
	return fmt.Sprintf("resource \"tray_connector\" \"c\" {\n  count   = %d\n  name    = \"acme-${count.index}\"\n  version = \"1.0\"\n  source  = \"${path.module}/acme-${count.index}.zip\"\n}\n", count)
}

// authentications are of a service that every sandbox has. The plan reads their list, and for
// the checks of what it would send nothing.
func authentications(count int) string {
	return fmt.Sprintf("data \"tray_service_environments\" \"twilio\" {\n  service_name = \"twilio\"\n}\n"+
		"resource \"tray_authentication\" \"a\" {\n  count                  = %d\n  name                   = \"account ${count.index}\"\n"+
		"  service_environment_id = one(data.tray_service_environments.twilio.environments).id\n"+
		"  credentials_wo         = jsonencode({ account_sid = \"AC1\", auth_token = \"not-a-secret\" })\n}\n", count)
}

const importing = salesOnly + "resource \"tray_project\" \"billing\" {\n  workspace_id = tray_workspace.sales.id\n  name         = \"Billing\"\n}\n" +
	"resource \"tray_project_import\" \"billing\" {\n  project_id = tray_project.billing.id\n  export     = \"${path.module}/" + exportFile + "\"\n}\n"

func estates() []estate {
	const deploying = 10 * time.Second
	small := map[string]int{}
	for i := range 50 {
		small[fmt.Sprintf("acme-%d", i)] = 1 << 10
	}
	return []estate{
		{name: "300 tray_custom_service", hcl: services(300), holds: requests(3)},
		{name: "200 tray_service_environment of 10 services", hcl: services(10) + "resource \"tray_service_environment\" \"e\" {\n  count        = 200\n" +
			"  service_name = tray_custom_service.s[count.index % 10].unique_name\n  title        = \"app ${count.index}\"\n" + oauth + "}\n", holds: requests(1 + 10)},
		{name: "200 tray_on_prem_agent in 2 groups", hcl: salesOnly + "resource \"tray_on_prem_agent_group\" \"g\" {\n  count        = 2\n  workspace_id = tray_workspace.sales.id\n  name         = \"site ${count.index}\"\n}\n" +
			"resource \"tray_on_prem_agent\" \"a\" {\n  count        = 200\n  workspace_id = tray_workspace.sales.id\n  group_id     = tray_on_prem_agent_group.g[count.index % 2].id\n  name         = \"agent ${count.index}\"\n}\n", holds: requests(1 + 2)},
		{name: "200 tray_api_user in one workspace", hcl: salesOnly + "resource \"tray_api_user\" \"u\" {\n  count          = 200\n  workspace_id   = tray_workspace.sales.id\n" +
			"  name           = \"robot ${count.index}\"\n  workspace_role = \"Viewer\"\n}\n", holds: requests(2)},
		{name: "200 tray_authentication of one service", hcl: authentications(200), holds: requests(2 + 1)},
		{name: "50 tray_connector", hcl: connectors(50), zips: small, holds: requests(1 + 50)},
		{name: "50 tray_connector at once, 10 s each in Tray", hcl: connectors(50), zips: small, deploys: deploying, args: []string{"-parallelism=50"}, holds: paced(50)},
		{name: "one tray_project_import of 20 MB", hcl: importing, export: 20_000_000, deploys: time.Second, holds: within(300)},
		{name: "one tray_connector of 20 MB", hcl: connectors(1), zips: map[string]int{"acme-0": 20_000_000}, deploys: time.Second, holds: within(120)},
	}
}

// requests wants a plan to cost so many, beside three that depend on nothing that is counted
// here: the probe of the management plane, the workspaces, and whose token it is.
func requests(pages int) func(result) error {
	return func(r result) error {
		total := 0
		for _, n := range r.requests {
			total += n
		}
		if total > pages+3 {
			return fmt.Errorf("%d requests, want at most %d: %v", total, pages+3, r.requests)
		}
		return nil
	}
}

// paced wants at most one poll a second of each deployment.
func paced(deployments int) func(result) error {
	return func(r result) error {
		if most := deployments * int(r.wall/time.Second+1); r.requests[polls] > most || r.tooMany > 0 {
			return fmt.Errorf("%d polls and %d answers 429, want at most %d and none", r.requests[polls], r.tooMany, most)
		}
		return nil
	}
}

// within wants the provider to take no more memory.
func within(megabytes int64) func(result) error {
	return func(r result) error {
		if r.memory>>20 > megabytes {
			return fmt.Errorf("%d MB at its peak, want at most %d", r.memory>>20, megabytes)
		}
		return nil
	}
}

// estate fills one organization and measures it.
func (b *bench) estate(e estate, pick *regexp.Regexp) error {
	if !pick.MatchString(e.name) {
		return nil
	}
	b.layouts++
	dir := filepath.Join(b.dir, fmt.Sprintf("layout-%d", b.layouts))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	s, err := b.startSandbox(dir)
	if err != nil {
		return err
	}
	defer s.stop()
	t := terraform{b: b, dir: filepath.Join(dir, "tray"), env: s.env(layout{})}
	if err := write(t.dir, "terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n\nprovider \"tray\" {}\n\n"+e.hcl); err != nil {
		return err
	}
	for name, padding := range e.zips {
		if err := pack(t.dir, name, padding); err != nil {
			return err
		}
	}
	if e.export > 0 {
		if err := os.WriteFile(filepath.Join(t.dir, exportFile), exported(e.export), 0o600); err != nil {
			return err
		}
	}
	r, err := b.fill(e, t, s)
	if err != nil {
		return err
	}
	r.print()
	return e.holds(r)
}

// fill makes the objects, and measures that or the best of some plans after it.
func (b *bench) fill(e estate, t terraform, s *sandbox) (best result, err error) {
	apply := append([]string{"apply", "-auto-approve"}, e.args...)
	if e.deploys > 0 {
		if err := s.call(http.MethodPatch, "/_sandbox/options", map[string]any{"deployment_duration": e.deploys.String()}, nil); err != nil {
			return best, err
		}
		if err := s.slow(b.latency, b.rate); err != nil {
			return best, err
		}
		return t.measure(s, "apply of "+e.name, apply...)
	}
	if err := s.call(http.MethodPatch, "/_sandbox/options", map[string]any{"latency": "0s", "rate": 0}, nil); err != nil {
		return best, err
	}
	if err := t.command(apply...); err != nil {
		return best, err
	}
	if err := s.slow(b.latency, b.rate); err != nil {
		return best, err
	}
	for n := range b.repeat {
		r, err := t.plan(s, e.name)
		if err != nil {
			return best, err
		}
		if n == 0 || r.wall < best.wall {
			best = r
		}
	}
	return best, t.watch(s, &best)
}

// pack writes the zip of a connector, padded with bytes that cannot be packed.
func pack(dir, name string, padding int) error {
	noise := make([]byte, padding)
	_, _ = rand.Read(noise) // it never fails
	f, err := os.Create(filepath.Join(dir, name+".zip"))
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for file, content := range map[string]string{
		"connector.json":            fmt.Sprintf(`{"name":%q,"version":"1.0","title":"Acme","service":{"name":"slack","version":"2"}}`, name),
		"package.json":              `{"name":"acme"}`,
		"src/get_it/operation.json": `{"name":"get_it","title":"Get it","description":"Gets it"}`,
		"src/get_it/handler.ts":     "export {}", "src/get_it/input.json": `{"type":"object"}`, "src/get_it/output.json": `{"type":"object"}`,
		"assets/noise.bin": string(noise),
	} {
		w, err := z.Create(name + "/" + file)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}

const exportFile = "billing.json"

// exported is the export of a project with one workflow of so many bytes.
func exported(size int) []byte {
	const id = "5b0a6a0e-0000-4000-8000-000000000001"
	var b bytes.Buffer
	b.WriteString(`{"tray_export_version":4,"export_type":"project","projects":[{"id":"` + id + `","name":"Billing","version":"1.0","config":{},"workflows":["` + id + `"]}],` +
		`"workflows":[{"id":"` + id + `","title":"Large","enabled":true,"steps_structure":[],"steps":{"first":{}`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `,"s%d":{"connector":{"name":"http-client","version":"5.6"},"properties":{"body":{"type":"string","value":"%032d"}}}`, i, i)
	}
	b.WriteString("}}]}")
	return b.Bytes()
}
