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
// configuration does not name goes by the snapshot's pseudonym, what is marked as sensitive
// is taken out, and so is what a plan reads anew. Whom the configuration names stays, as
// Terraform finds objects by their addresses.
type veiled struct {
	key    pseudonym.Key // nil keeps names and addresses
	known  map[string]bool
	hidden int
	// lost are people whom the state manages and no file of the configuration names.
	lost map[string]bool
}

// stateVersion is the format of state files, since Terraform 0.12 and in OpenTofu.
const stateVersion = "4"

// veilState returns the state to hand out, and how many addresses went.
func veilState(raw []byte, key pseudonym.Key, configuration string) ([]byte, int, error) {
	v := &veiled{key: key, known: map[string]bool{}, lost: map[string]bool{}}
	for _, address := range pseudonym.Find(configuration) {
		v.known[strings.ToLower(address)] = true
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // serials and limits stay as they are written
	var state map[string]any
	if err := d.Decode(&state); err != nil {
		return nil, 0, errors.New("it is no JSON; `terraform state pull` prints a state")
	}
	if fmt.Sprint(state["version"]) != stateVersion {
		return nil, 0, fmt.Errorf("it is no state of version %s; `terraform state pull` prints one", stateVersion)
	}
	resources, _ := state["resources"].([]any)
	state["resources"] = v.resources(resources)
	outputs, _ := state["outputs"].(map[string]any)
	for name, output := range outputs {
		o, _ := output.(map[string]any)
		if o == nil || o["sensitive"] == true {
			delete(outputs, name)
			continue
		}
		o["value"] = v.value(o["value"])
		o["type"] = v.value(o["type"]) // of an object, whose names are in it
	}
	delete(state, "check_results") // messages, which a plan makes anew
	if len(v.lost) > 0 {
		return nil, 0, fmt.Errorf("it manages people whom no file of the configuration names, and a plan by their pseudonyms would take them for others: %s. "+
			"List their addresses in a file, one a line, and give it with -known", strings.Join(slices.Sorted(maps.Keys(v.lost)), ", "))
	}
	out, err := json.MarshalIndent(state, "", "  ")
	return append(out, '\n'), v.hidden, err
}

// resources drops what data sources read: each plan reads it anew.
func (v *veiled) resources(all []any) []any {
	kept := []any{}
	for _, one := range all {
		r, _ := one.(map[string]any)
		if r["mode"] == "data" {
			continue
		}
		instances, _ := r["instances"].([]any)
		for _, instance := range instances {
			if i, is := instance.(map[string]any); is {
				v.instance(i)
			}
		}
		kept = append(kept, r)
	}
	return kept
}

func (v *veiled) instance(i map[string]any) {
	attributes, _ := i["attributes"].(map[string]any)
	paths, _ := i["sensitive_attributes"].([]any)
	for _, path := range paths {
		steps, _ := path.([]any)
		takeOut(attributes, steps)
	}
	v.managed(i["index_key"], attributes["email"], attributes["emails"], attributes["members"])
	i["index_key"] = v.value(i["index_key"])
	if i["index_key"] == nil {
		delete(i, "index_key")
	}
	if attributes != nil {
		i["attributes"] = v.value(attributes)
	}
	if identity, has := i["identity"]; has {
		i["identity"] = v.value(identity)
	}
	if private, is := i["private"].(string); is {
		i["private"] = v.private(private)
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

// takeOut empties the value at a path, or the nearest thing above it that there is.
func takeOut(value any, steps []any) {
	for n, step := range steps {
		s, _ := step.(map[string]any)
		key := s["value"]
		if inner, is := key.(map[string]any); is {
			key = inner["value"]
		}
		last := n == len(steps)-1
		switch at := value.(type) {
		case map[string]any:
			name := fmt.Sprint(key)
			if last {
				at[name] = nil
				return
			}
			value = at[name]
		case []any:
			number, err := json.Number(fmt.Sprint(key)).Int64()
			if err != nil || number < 0 || number >= int64(len(at)) { // an element of a set: which, no path tells
				for i := range at {
					at[i] = nil
				}
				return
			}
			if last {
				at[number] = nil
				return
			}
			value = at[number]
		}
	}
}

// value replaces addresses in all texts, keys included, and the names beside them.
func (v *veiled) value(value any) any {
	switch x := value.(type) {
	case string:
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
			x[v.text(key)] = inner
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

// private replaces addresses in what a provider keeps for itself: JSON, or JSON in the
// values of an object.
func (v *veiled) private(of string) string {
	raw, err := base64.StdEncoding.DecodeString(of)
	if err != nil {
		return v.text(of)
	}
	var values map[string][]byte
	if json.Unmarshal(raw, &values) != nil {
		return base64.StdEncoding.EncodeToString([]byte(v.text(string(raw))))
	}
	for name, value := range values {
		values[name] = []byte(v.text(string(value)))
	}
	raw, _ = json.Marshal(values) //nolint:errchkjson // it was JSON before
	return base64.StdEncoding.EncodeToString(raw)
}
