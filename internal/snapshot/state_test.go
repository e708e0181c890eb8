package snapshot

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/pseudonym"
)

// veilState is the state to hand out, and how many addresses went.
func veilState(raw []byte, key pseudonym.Key, configuration string) ([]byte, int, error) {
	v := newVeiled(key, schemas, schemas)
	v.knows(configuration)
	out, err := v.state(raw)
	return out, v.hidden, err
}

// schemas are of some types, as the provider tells of its own.
var schemas = map[string][]string{
	"tray_user":              {"id", "email", "name"},
	"tray_workspace_members": {"id", "members", "ignored", "others"},
	"tray_x":                 {"id", "email", "emails", "members", "one.shown", "list.*.shown", "keyed.*.shown", "deep.*.in.*.shown"},
}

const ourPlace = `"provider": "provider[\"registry.terraform.io/tray-community/tray\"]"`

// state is one as both command lines write it, with a stranger wherever a state has people.
func state(more ...string) []byte {
	private, _ := json.Marshal(map[string][]byte{"roster": []byte(`["ana@example.com","stranger@example.com"]`)}) //nolint:errchkjson // strings
	return []byte(`{"version": 4, "serial": 12345678901234567890, "lineage": "l",
"outputs": {"all": {"value": {"Stranger@example.com": "Viewer"}, "type": ["object", {"Stranger@example.com": "string"}]}, "key": {"value": "hunter2", "type": "string", "sensitive": true}},
"check_results": [{"object_kind": "check", "failure_messages": ["stranger@example.com"]}],
"resources": [
 {"mode": "data", "type": "tray_users", "name": "all", "instances": [{"attributes": {"users": [{"email": "stranger@example.com", "name": "Stella Stranger"}]}}]},
 {"mode": "managed", "type": "tray_user", "name": "p", ` + ourPlace + `, "instances": [{"index_key": "ana@example.com", "attributes": {"email": "Ana@Example.com", "name": "Ana Silva", "id": "u1"}}]},
 {"mode": "managed", "type": "tray_workspace_members", "name": "m", ` + ourPlace + `, "instances": [{"attributes": {"members": {"ana@example.com": "Admin"}, "ignored": ["stranger@example.com"],
   "others": [{"email": "stranger@example.com", "name": "Stella Stranger"}], "id": "w/stranger@example.com"}, "private": "` + base64.StdEncoding.EncodeToString(private) + `"}]},
 {"mode": "managed", "type": "random_password", "name": "r", "instances": [{"attributes": {"result": "hunter2", "list": ["hunter2", "b"], "map": {"k": {"x": "hunter2"}}},
   "sensitive_attributes": [[{"type": "get_attr", "value": "result"}], [{"type": "get_attr", "value": "list"}, {"type": "index", "value": {"value": 0, "type": "number"}}],
     [{"type": "get_attr", "value": "map"}, {"type": "index", "value": {"value": "k", "type": "string"}}, {"type": "get_attr", "value": "x"}]]}]}
` + strings.Join(more, "") + `]}`)
}

// decoded is a state with what is in private.
func decoded(t *testing.T, raw []byte) string {
	t.Helper()
	text := string(raw)
	_, private, _ := strings.Cut(text, `"private": "`)
	private, _, _ = strings.Cut(private, `"`)
	inner, err := base64.StdEncoding.DecodeString(private)
	if err != nil {
		t.Fatal(err)
	}
	var values map[string][]byte
	if err := json.Unmarshal(inner, &values); err != nil {
		t.Fatal(err)
	}
	return text + string(values["roster"])
}

func TestState_handsOutNobodyWhomTheConfigurationDoesNotName(t *testing.T) {
	key := pseudonym.NewKey()
	out, hidden, err := veilState(state(), key, "people = [\"ANA@example.com\"]")
	if err != nil {
		t.Fatal(err)
	}
	text := decoded(t, out)
	for _, secret := range []string{"stranger@", "Stranger", "Stella", "hunter2", "tray_users", "failure_messages"} {
		if strings.Contains(text, secret) {
			t.Errorf("it holds %q:\n%s", secret, text)
		}
	}
	for _, kept := range []string{`"index_key": "ana@example.com"`, `"Ana@Example.com"`, "Ana Silva", "12345678901234567890", `["ana@example.com","` + key.Address("stranger@example.com") + `"]`,
		`"` + key.Address("Stranger@example.com") + `": "Viewer"`, key.Name("Stella Stranger")} {
		if !strings.Contains(text, kept) {
			t.Errorf("it does not hold %q:\n%s", kept, text)
		}
	}
	if hidden < 5 {
		t.Errorf("it counts %d", hidden)
	}
	if plain, _, err := veilState(state(), nil, ""); err != nil || !strings.Contains(string(plain), "Stella Stranger") || strings.Contains(string(plain), "hunter2") {
		t.Errorf("with names it is %s, %v", plain, err)
	}
}

// secretly is a resource with a secret wherever one may stand, and the state lists none.
const secretly = `, {"mode": "managed", "type": "tray_x", "name": "s", "module": "module.m[\"k\"]", "provider": "module.m.provider[\"registry.example.com/acme/tray\"].eu", "instances": [
 {"schema_version": 0, "attributes": {"id": "kept-id", "secret": "canary-secret", "one": {"shown": "kept-one", "secret": "canary-one"}, "list": [{"shown": "kept-list", "secret": ["canary-list"]}],
   "keyed": {"k": {"shown": "kept-keyed", "secret": {"x": "canary-keyed"}}}, "deep": [{"in": [{"shown": "kept-deep", "secret": "canary-deep"}], "secret": 12345}], "members": {"x": "with canary-one inside"},
   "of_an_older_version": "canary-old"}},
 {"deposed": "00000001", "attributes": {"id": "kept-deposed", "secret": "canary-deposed", "one": "canary-of-another-form"}, "attributes_flat": {"secret": "canary-flat"}, "private": "%s"}]},
 {"mode": "managed", "type": "tray_x", "name": "theirs", "provider": "provider[\"registry.example.com/acme/other\"]", "instances": [{"attributes": {"id": "canary-theirs"}}]},
 {"mode": "managed", "type": "tray_x", "name": "all", ` + ourPlace + `, "instances": [{"attributes": {"id": "canary-of-everything"}, "sensitive_attributes": [[]]}]},
 {"mode": "managed", "type": "tray_of_tomorrow", "name": "n", ` + ourPlace + `, "instances": [{"attributes": {"id": "canary-tomorrow"}}]},
 {"mode": "managed", "type": "random_password", "name": "p", "provider": "provider[\"registry.terraform.io/hashicorp/random\"]", "instances": [{"attributes": {"result": "canary-password"}}]},
 {"mode": "managed", "type": "terraform_data", "name": "kept", "provider": "provider[\"terraform.io/builtin/terraform\"]", "instances": [{"attributes": {"input": {"value": "kept-input", "type": "string"}}}]},
 {"mode": "managed", "type": "terraform_data", "name": "given", "provider": "provider[\"terraform.io/builtin/terraform\"]", "instances": [
   {"attributes": {"input": {"value": {"a": "canary-input"}, "type": ["object", {"a": "string"}]}, "output": {"value": {"a": "canary-input"}, "type": ["object", {"a": "string"}]}},
    "sensitive_attributes": [[{"type": "get_attr", "value": "input"}, {"type": "get_attr", "value": "a"}]]}]}`

// The state of an older command line lists no attribute that a schema says is sensitive.
func TestState_handsOutNothingThatNoSchemaLetsOut(t *testing.T) {
	private, _ := json.Marshal(map[string][]byte{"kept": []byte(`"kept-private"`), "not": []byte(`"canary-secret"`), "digest_of_x": []byte(`"canary-digest"`)}) //nolint:errchkjson // strings
	raw := state(strings.Replace(secretly, "%s", base64.StdEncoding.EncodeToString(private), 1))
	raw = []byte(strings.Replace(string(raw), `"outputs": {`, `"outputs": {"bare": {"value": {"canary-deep": ["Bearer canary-secret"]}, "type": "dynamic"}, `, 1))
	v := newVeiled(pseudonym.NewKey(), schemas, schemas)
	v.knows("ana@example.com")
	out, err := v.state(raw)
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	for _, part := range strings.Split(text, `"private": "`)[1:] {
		inner, _, _ := strings.Cut(part, `"`)
		kept, err := base64.StdEncoding.DecodeString(inner)
		if err != nil {
			t.Fatal(err)
		}
		var values map[string][]byte
		if err := json.Unmarshal(kept, &values); err != nil {
			t.Fatal(err)
		}
		for _, value := range values {
			text += string(value)
		}
	}
	for _, secret := range []string{"canary", "12345,", "12345\n", "attributes_flat", "random_password", "tray_of_tomorrow", "theirs"} {
		if strings.Contains(text, secret) {
			t.Errorf("it holds %q:\n%s", secret, text)
		}
	}
	for _, kept := range []string{"kept-id", "kept-one", "kept-list", "kept-keyed", "kept-deep", "kept-deposed", "kept-private", "kept-input"} {
		if !strings.Contains(text, kept) {
			t.Errorf("it does not hold %q:\n%s", kept, text)
		}
	}
	if said := v.left(); !strings.Contains(said, "resources of random_password, tray_of_tomorrow, tray_x.") || !strings.Contains(said, "another root module") {
		t.Errorf("of what is not in it the command says %q", said)
	}
}

// An address that is put together in an expression stands in no file, and Terraform would
// take its pseudonym for somebody else: nothing is handed out then.
func TestState_ofPeopleWhomNoFileNamesIsRefused(t *testing.T) {
	for place, instance := range map[string]string{
		"a key":            `{"index_key": "sales/dan@example.com", "attributes": {}}`,
		"an address":       `{"attributes": {"email": "dan@example.com"}}`,
		"a table":          `{"attributes": {"members": {"dan@example.com": "Viewer"}}}`,
		"a list of a role": `{"attributes": {"emails": ["dan@example.com"]}}`,
	} {
		more := `, {"mode": "managed", "type": "tray_x", "name": "x", ` + ourPlace + `, "instances": [` + instance + `]}`
		if _, _, err := veilState(state(more), pseudonym.NewKey(), "ana@example.com"); err == nil || !strings.Contains(err.Error(), "dan@example.com") || !strings.Contains(err.Error(), "-known") {
			t.Errorf("%s: %v", place, err)
		}
		if _, _, err := veilState(state(more), pseudonym.NewKey(), "ana@example.com, dan@example.com"); err != nil {
			t.Errorf("%s, known: %v", place, err)
		}
	}
	for name, raw := range map[string]string{"nothing": "", "a list": "[]", "an old one": `{"version": 3}`, "a plan": `{"format_version": "1.2"}`} {
		if _, _, err := veilState([]byte(raw), nil, ""); err == nil {
			t.Errorf("%s is taken for a state", name)
		}
	}
}

// Addresses stand in what people write: no state, plan or hidden folder says who is known.
func TestState_knowsTheFilesOfTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	for path, says := range map[string]string{
		"main.tf": "a@example.com", "data/people.yaml": "b@example.com", ".terraform/x.tf": "no@example.com", "old.tfstate": "no@example.com",
		"terraform.tfstate.backup": "no@example.com", "org.db": "no@example.com", "plan.json": `{"format_version": "1.2", "x": "no@example.com"}`,
		"plan": "PK\x00no@example.com", "pulled.json": "no@example.com", "out.json": "no@example.com",
	} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(says), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := arguments{path: filepath.Join(dir, "org.db"), state: filepath.Join(dir, "pulled.json"), stateOut: filepath.Join(dir, "out.json"), known: []string{dir}}
	if err := os.WriteFile(a.state, state(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.veil(newVeiled(pseudonym.NewKey(), schemas, schemas)); err == nil || !strings.Contains(err.Error(), "ana@example.com") {
		t.Errorf("Ana is nowhere but in states, and it says %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte("ana@example.com"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, said, err := a.veil(newVeiled(pseudonym.NewKey(), schemas, schemas))
	if err != nil || strings.Contains(string(out), "stranger@") || !strings.Contains(said, "pseudonyms in ") {
		t.Errorf("%v, %q", err, said)
	}
}
