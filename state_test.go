package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/provider"
)

// filled is a state's object of attributes, each text of which says where it stands, and
// which of them a schema calls sensitive.
type filled struct{ open, secret []string }

func (f *filled) attributes(at string, all []*tfprotov6.SchemaAttribute, secret bool) map[string]any {
	object := map[string]any{}
	for _, a := range all {
		path, secret := at+"/"+a.Name, secret || a.Sensitive || a.WriteOnly
		if a.NestedType == nil {
			object[a.Name] = f.value(path, a.Type, secret)
			continue
		}
		one := f.attributes(path, a.NestedType.Attributes, secret)
		switch a.NestedType.Nesting {
		case tfprotov6.SchemaObjectNestingModeSingle:
			object[a.Name] = one
		case tfprotov6.SchemaObjectNestingModeMap:
			object[a.Name] = map[string]any{"key": one}
		default:
			object[a.Name] = []any{one}
		}
	}
	return object
}

func (f *filled) value(at string, typ tftypes.Type, secret bool) any {
	text := "<" + at + ">"
	if secret {
		f.secret = append(f.secret, text)
	} else if !typ.Is(tftypes.Bool) && !typ.Is(tftypes.Number) {
		f.open = append(f.open, text)
	}
	switch typ := typ.(type) {
	case tftypes.Map:
		return map[string]any{"key": text}
	case tftypes.List, tftypes.Set, tftypes.Tuple:
		return []any{text}
	case tftypes.Object:
		return map[string]any{"inner": text, "type": fmt.Sprint(typ)}
	}
	if !secret && (typ.Is(tftypes.Bool) || typ.Is(tftypes.Number)) {
		return 1
	}
	return text
}

// A resource of each type there is, whole and deposed, of a state that lists no attribute as
// sensitive: a type joins by its schema alone.
func TestSnapshot_emptiesWhateverASchemaCallsSensitive(t *testing.T) {
	all, err := provider.Server(provider.New("test")()).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var f filled
	resources := []any{}
	for name, schema := range all.ResourceSchemas {
		if len(schema.Block.BlockTypes) > 0 {
			t.Errorf("%s has blocks, which this test does not fill", name)
		}
		resources = append(resources, map[string]any{"mode": "managed", "type": name, "name": "x", "provider": `provider["registry.opentofu.org/tray-community/tray"]`, "instances": []any{
			map[string]any{"attributes": f.attributes(name, schema.Block.Attributes, false)},
			map[string]any{"attributes": f.attributes(name+"/deposed", schema.Block.Attributes, false), "deposed": "00000001"},
		}})
	}
	raw, err := json.Marshal(map[string]any{"version": 4, "resources": resources})
	if err != nil {
		t.Fatal(err)
	}
	text := handedOut(t, raw)
	for _, secret := range f.secret {
		if strings.Contains(text, secret) {
			t.Errorf("the state holds %s", secret)
		}
	}
	for _, open := range f.open {
		if !strings.Contains(text, open) {
			t.Errorf("the state does not hold %s", open)
		}
	}
	if told := strings.Join(f.secret, " "); !strings.Contains(told, "tray_api_token/value") || !strings.Contains(told, "tray_trigger_subscription/signing_key") || !strings.Contains(told, "tray_on_prem_agent/registration_token") {
		t.Errorf("this proves nothing of %s", told)
	}
}

// handedOut is what the command makes of a state.
func handedOut(t *testing.T, raw []byte) string {
	t.Helper()
	env := acctest.Start(t)
	t.Setenv("TRAY_API_URL", env.URL)
	t.Setenv("TRAY_API_TOKEN", env.Token)
	at := func(name string) string { return filepath.Join(t.TempDir(), name) }
	pulled, out := at("pulled.tfstate"), at("org.tfstate")
	if err := os.WriteFile(pulled, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	if code := run([]string{"snapshot", "-names", "-o", at("org.db"), "-state", pulled, "-state-out", out, "-known", filepath.Dir(out)}, &stdout, &stderr); code != 0 {
		t.Fatalf("exit status %d: %s", code, stderr.String())
	}
	state, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(state))
}
