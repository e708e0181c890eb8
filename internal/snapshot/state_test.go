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

// state is one as both command lines write it, with a stranger wherever a state has people.
func state(more ...string) []byte {
	private, _ := json.Marshal(map[string][]byte{"roster": []byte(`["ana@example.com","stranger@example.com"]`)}) //nolint:errchkjson // strings
	return []byte(`{"version": 4, "serial": 12345678901234567890, "lineage": "l",
"outputs": {"all": {"value": {"Stranger@example.com": "Viewer"}, "type": ["object", {"Stranger@example.com": "string"}]}, "key": {"value": "hunter2", "type": "string", "sensitive": true}},
"check_results": [{"object_kind": "check", "failure_messages": ["stranger@example.com"]}],
"resources": [
 {"mode": "data", "type": "tray_users", "name": "all", "instances": [{"attributes": {"users": [{"email": "stranger@example.com", "name": "Stella Stranger"}]}}]},
 {"mode": "managed", "type": "tray_user", "name": "p", "instances": [{"index_key": "ana@example.com", "attributes": {"email": "Ana@Example.com", "name": "Ana Silva", "id": "u1"}}]},
 {"mode": "managed", "type": "tray_workspace_members", "name": "m", "instances": [{"attributes": {"members": {"ana@example.com": "Admin"}, "ignored": ["stranger@example.com"],
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

// An address that is put together in an expression stands in no file, and Terraform would
// take its pseudonym for somebody else: nothing is handed out then.
func TestState_ofPeopleWhomNoFileNamesIsRefused(t *testing.T) {
	for place, instance := range map[string]string{
		"a key":            `{"index_key": "sales/dan@example.com", "attributes": {}}`,
		"an address":       `{"attributes": {"email": "dan@example.com"}}`,
		"a table":          `{"attributes": {"members": {"dan@example.com": "Viewer"}}}`,
		"a list of a role": `{"attributes": {"emails": ["dan@example.com"]}}`,
	} {
		more := `, {"mode": "managed", "type": "tray_x", "name": "x", "instances": [` + instance + `]}`
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
	if _, _, err := a.veil(pseudonym.NewKey()); err == nil || !strings.Contains(err.Error(), "ana@example.com") {
		t.Errorf("Ana is nowhere but in states, and it says %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte("ana@example.com"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, said, err := a.veil(pseudonym.NewKey())
	if err != nil || strings.Contains(string(out), "stranger@") || !strings.Contains(said, "pseudonyms in ") {
		t.Errorf("%v, %q", err, said)
	}
}
