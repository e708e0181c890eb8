package snapshot

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/pseudonym"
)

// veiled makes of a state what can be handed out beside a snapshot: everybody whom the
// configuration does not name goes by the snapshot's pseudonym, what a schema or the state
// marks as sensitive is taken out, and so are resources of other providers and what a plan
// reads anew. Whom the configuration names stays, as Terraform finds objects by their
// addresses.
type veiled struct {
	key    pseudonym.Key // nil keeps names and addresses
	known  map[string]bool
	hidden int
	// lost are people whom the state manages and no file of the configuration names.
	lost map[string]bool
	// shown are the attributes of this provider's types that may be handed out, given those
	// that a configuration gives, dropped the types of which nothing is handed out, and
	// secrets the texts that were emptied.
	shown, given map[string][]string
	dropped      map[string]bool
	secrets      []string
}

// stateVersion is the format of state files, since Terraform 0.12 and in OpenTofu.
const stateVersion = "4"

func newVeiled(key pseudonym.Key, shown, given map[string][]string) *veiled {
	return &veiled{key: key, known: map[string]bool{}, lost: map[string]bool{}, shown: shown, given: given, dropped: map[string]bool{}}
}

// knows keeps the addresses that a configuration names.
func (v *veiled) knows(configuration string) {
	for _, address := range pseudonym.Find(configuration) {
		v.known[strings.ToLower(address)] = true
	}
}

// state returns the state to hand out.
func (v *veiled) state(raw []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // serials and limits stay as they are written
	var state map[string]any
	if err := d.Decode(&state); err != nil {
		return nil, errors.New("it is no JSON; `terraform state pull` prints a state")
	}
	if fmt.Sprint(state["version"]) != stateVersion {
		return nil, fmt.Errorf("it is no state of version %s; `terraform state pull` prints one", stateVersion)
	}
	resources, _ := state["resources"].([]any)
	state["resources"] = v.resources(resources)
	outputs, _ := state["outputs"].(map[string]any)
	v.outputs(outputs)
	delete(state, "check_results") // messages, which a plan makes anew
	if len(v.lost) > 0 {
		return nil, fmt.Errorf("it manages people whom no file of the configuration names, and a plan by their pseudonyms would take them for others: %s. "+
			"List their addresses in a file, one a line, and give it with -known", strings.Join(slices.Sorted(maps.Keys(v.lost)), ", "))
	}
	out, err := json.MarshalIndent(state, "", "  ")
	return append(out, '\n'), err
}

// outputs drops those that are sensitive.
func (v *veiled) outputs(all map[string]any) {
	for name, output := range all {
		o, _ := output.(map[string]any)
		if o == nil || o["sensitive"] == true {
			delete(all, name)
			continue
		}
		o["value"] = v.value(o["value"])
		o["type"] = v.value(o["type"]) // of an object, whose names are in it
	}
}

// resources drops what data sources read, as each plan reads it anew, and what is of a type
// that nobody here knows. All secrets are known before the first value is looked at.
func (v *veiled) resources(all []any) []any {
	kept := []any{}
	for _, one := range all {
		if r, _ := one.(map[string]any); r["mode"] != "data" && v.conceal(r) {
			kept = append(kept, r)
		}
	}
	for _, one := range kept {
		r, _ := one.(map[string]any)
		v.managed(r["module"]) // with its key
		if r["module"] != nil {
			r["module"] = v.value(r["module"])
		}
		for i := range instances(r) {
			v.instance(i, v.given[fmt.Sprint(r["type"])])
		}
	}
	return kept
}

func (v *veiled) instance(i map[string]any, given []string) {
	attributes, _ := i["attributes"].(map[string]any)
	v.managed(i["index_key"])
	for _, name := range []string{"email", "emails", "members"} {
		if slices.Contains(given, name) { // an API user's address is Tray's choice
			v.managed(attributes[name])
		}
	}
	i["index_key"] = v.value(i["index_key"])
	if i["index_key"] == nil {
		delete(i, "index_key")
	}
	if name, is := attributes["name"].(string); is && attributes["email"] != nil && !slices.Contains(given, "email") {
		defer func() { attributes["name"] = v.value(name) }() // no person's, but what the configuration calls an account
	}
	if attributes != nil {
		i["attributes"] = v.value(attributes)
	}
	for _, beside := range []string{"identity", "sensitive_attributes"} { // which has the keys of maps
		if value, has := i[beside]; has {
			i[beside] = v.value(value)
		}
	}
	if private, is := i["private"].(string); is {
		i["private"] = v.private(private)
		if i["private"] == "" {
			delete(i, "private")
		}
	}
}

// managed notes who is named where the configuration alone decides who stands there.
func (v *veiled) managed(places ...any) {
	if v.key == nil {
		return
	}
	raw, _ := json.Marshal(places) //nolint:errchkjson // it was JSON before
	for _, address := range pseudonym.Find(unescaped(raw)) {
		if !v.known[strings.ToLower(address)] {
			v.lost[address] = true
		}
	}
}

// unescaped undoes what encoding/json does to <, > and & for the sake of HTML.
func unescaped(raw []byte) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(raw))
}

// takeOut returns a value without what is at a path. Where the path leads to nothing, such
// as to an element of a set or into a value that is stored with its type, the nearest thing
// above it goes as a whole.
func takeOut(value any, steps []any) any {
	if len(steps) == 0 {
		return nil
	}
	s, _ := steps[0].(map[string]any)
	key := s["value"]
	if inner, is := key.(map[string]any); is {
		key = inner["value"]
	}
	switch at := value.(type) {
	case map[string]any:
		name := fmt.Sprint(key)
		if inner, has := at[name]; has {
			at[name] = takeOut(inner, steps[1:])
			return at
		}
	case []any:
		if number, err := json.Number(fmt.Sprint(key)).Int64(); err == nil && number >= 0 && number < int64(len(at)) {
			at[number] = takeOut(at[number], steps[1:])
			return at
		}
	}
	return nil
}

// value replaces addresses in all texts, keys included, and the names beside them.
func (v *veiled) value(value any) any {
	switch x := value.(type) {
	case string:
		if v.tells(x) {
			return nil
		}
		return v.text(x)
	case []any:
		for i := range x {
			x[i] = v.value(x[i])
		}
	case map[string]any:
		v.person(x)
		for _, key := range slices.Collect(maps.Keys(x)) {
			inner := v.value(x[key])
			delete(x, key)
			if !v.tells(key) {
				x[v.text(key)] = inner
			}
		}
	}
	return value
}

// person replaces the name of somebody whose address is not known, and of a workspace that
// is somebody's own.
func (v *veiled) person(object map[string]any) {
	name, _ := object["name"].(string)
	email, _ := object["email"].(string)
	if v.key == nil || name == "" {
		return
	}
	if object["type"] == "Personal" || email != "" && !v.known[strings.ToLower(email)] {
		object["name"] = v.key.Name(name)
	}
}

func (v *veiled) text(of string) string {
	if v.key == nil {
		return of
	}
	return v.key.TextBut(of, func(address string) bool {
		known := v.known[strings.ToLower(address)]
		if !known {
			v.hidden++
		}
		return known
	})
}

// digests begin the names under which the provider keeps digests of secrets, by which whoever
// has the state could try guesses.
const digests = "digest_of_"

// private replaces addresses in what a provider keeps for itself, an object of texts. What
// holds a secret is left out, and so is all of it when it has another form.
func (v *veiled) private(of string) string {
	raw, err := base64.StdEncoding.DecodeString(of)
	var values map[string][]byte
	if err != nil || json.Unmarshal(raw, &values) != nil {
		return ""
	}
	for name, value := range values {
		if text := string(value); v.tells(text) || strings.HasPrefix(name, digests) {
			delete(values, name)
		} else {
			values[name] = []byte(v.text(text))
		}
	}
	raw, _ = json.Marshal(values) //nolint:errchkjson // it was JSON before
	return base64.StdEncoding.EncodeToString(raw)
}
