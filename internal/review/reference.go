package review

import (
	"encoding/json"
	"slices"
	"strings"
)

// references follows what a configuration refers to, so that a workspace which does not
// exist yet can be called by its planned name. JSON plans hold references without the
// rest of the expression, and no locals: where more than one workspace remains, none is
// named.
type references struct {
	resources map[string]configResource // by address with modules, without keys
	calls     map[string]moduleCall     // by "module.a.module.b"
	providers map[string]bool           // keys of the provider blocks of Tray
}

// maxDepth bounds a chain of references; variables through modules make it long.
const maxDepth = 64

func newReferences(c configuration) *references {
	r := &references{resources: map[string]configResource{}, calls: map[string]moduleCall{}, providers: map[string]bool{}}
	r.addModule("", c.Root)
	for key, p := range c.Providers {
		if p.isTray() {
			r.providers[key] = true
		}
	}
	return r
}

func (r *references) addModule(path string, m configModule) {
	for _, res := range m.Resources {
		r.resources[under(path, res.Address)] = res
	}
	for name, call := range m.Calls {
		inner := under(path, "module."+name)
		r.calls[inner] = call
		r.addModule(inner, call.Module)
	}
}

func under(path, address string) string {
	if path == "" {
		return address
	}
	return path + "." + address
}

// withoutKeys takes the instance keys out of an address: a["x"].b[0] is a.b.
func withoutKeys(address string) string {
	var out strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		switch b := address[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '[':
			depth++
		case b == ']':
			depth--
		case depth == 0:
			out.WriteByte(b)
		}
	}
	return out.String()
}

// organization tells organizations apart: by the key of the provider block, when there
// are several. A resource that has left the configuration has no key any more.
func (r *references) organization(address string) string {
	if len(r.providers) < 2 {
		return ""
	}
	if res, ok := r.resources[withoutKeys(address)]; ok && res.Provider != "" {
		return res.Provider
	}
	return untold
}

// trail is a search under way.
type trail struct {
	r     *references
	d     *directory
	found map[string]bool
	// other says that the value may come from elsewhere.
	other   bool
	visited map[string]bool
	from    string // the module instance that the search began in
}

// scope is where an expression stands: in an instance of a module, in a block that may
// be repeated.
type scope struct {
	module  string   // without keys
	key     string   // of the instance of the block, as `["x"]` or `[0]`; "" for none
	forEach []string // what the block is repeated over
}

// workspaces lists the addresses of workspaces that workspace_id of a resource can be,
// and whether that is certain. Only those are meant that have no id yet.
func (r *references) workspaces(d *directory, c resourceChange) (found []string, sure bool) {
	res, ok := r.resources[withoutKeys(c.Address)]
	if !ok {
		return nil, false
	}
	t := &trail{r: r, d: d, found: map[string]bool{}, visited: map[string]bool{}, from: c.ModuleAddress}
	t.follow(decodeReferences(res.Expressions["workspace_id"]),
		scope{withoutKeys(c.ModuleAddress), instanceKey(c.Address), longest(res.ForEach.References)}, 0)
	found = sortedKeys(t.found)
	if len(found) < 2 {
		return found, !t.other
	}
	return narrow(found, c), false
}

// narrow goes by the key of the instance: rooms["sales"] is likely meant by
// seats["sales/ana@example.com"]. That is a guess, and is told as one.
func narrow(found []string, c resourceChange) []string {
	key := lastKey(c.Address)
	parts := append(strings.FieldsFunc(key, func(r rune) bool { return strings.ContainsRune("/:|,; ", r) }), key)
	var likely []string
	for _, address := range found {
		if k := lastKey(address); k != "" && slices.Contains(parts, k) {
			likely = append(likely, address)
		}
	}
	if len(likely) == 1 {
		return likely
	}
	return found
}

// instanceKey is the key at the end of an address with its brackets.
func instanceKey(address string) string {
	all := segments(address)
	last := all[len(all)-1]
	if at := strings.IndexByte(last, '['); at >= 0 {
		return last[at:]
	}
	return ""
}

// lastKey is the string key at the end of an address, "" when there is none.
func lastKey(address string) string {
	var key string
	if k := instanceKey(address); len(k) > 2 && json.Unmarshal([]byte(k[1:len(k)-1]), &key) == nil {
		return key
	}
	return ""
}

func decodeReferences(raw json.RawMessage) []string {
	var e expression
	if json.Unmarshal(raw, &e) != nil {
		return nil
	}
	return longest(e.References)
}

// longest leaves the beginnings out that both command lines list behind a reference:
// behind a.b["k"].c also a.b["k"] and a.b.
func longest(refs []string) []string {
	var kept []string
	for i, ref := range refs {
		if i > 0 && (strings.HasPrefix(refs[i-1], ref+".") || strings.HasPrefix(refs[i-1], ref+"[")) {
			continue
		}
		kept = append(kept, ref)
	}
	return kept
}

// follow goes through the references of an expression.
func (t *trail) follow(refs []string, s scope, depth int) {
	visit := s.module + "\x00" + strings.Join(refs, "\x00")
	if depth > maxDepth || t.visited[visit] {
		return
	}
	t.visited[visit] = true
	key := ""
	if chosenByKey(refs) {
		key = s.key
	}
	for _, ref := range refs {
		head, rest, _ := strings.Cut(ref, ".")
		switch head {
		case "tray_workspace":
			t.workspace(ref, s.module, key)
		case "var":
			t.variable(firstName(rest), s.module, depth)
		case "each":
			if firstName(rest) == "value" {
				t.follow(s.forEach, scope{module: s.module}, depth+1)
			}
		case "module":
			t.output(rest, s.module, depth)
		case "count", "path", "terraform", "self":
		default: // locals, data sources, other resources
			t.other = true
		}
	}
}

// chosenByKey reports whether nothing but the instance's own key chooses among the
// instances of the one resource that is referred to.
func chosenByKey(refs []string) bool {
	chooses := slices.Contains(refs, "each.key") || slices.Contains(refs, "count.index")
	return chooses && len(refs) == 2
}

// firstName is what stands before the first dot or bracket.
func firstName(s string) string {
	if at := strings.IndexAny(s, ".["); at >= 0 {
		return s[:at]
	}
	return s
}

// workspace notes the instances that a reference can mean: the one whose key it has, the
// one with the same key as the block, or all of the resource. What has an id already is
// not what is unknown, and what stands in another instance of a module around both is
// another's.
func (t *trail) workspace(ref, module, key string) {
	parts := strings.Split(withoutKeys(ref), ".")
	if len(parts) < 2 {
		return
	}
	for _, c := range t.d.instances[under(module, parts[0]+"."+parts[1])] {
		own := strings.TrimPrefix(strings.TrimPrefix(c.Address, c.ModuleAddress), ".")
		if c.after().str("id").is == known || !sameModules(c.ModuleAddress, t.from) {
			continue
		}
		if strings.Contains(ref, "[") {
			if !strings.HasPrefix(ref, own) {
				continue
			}
		} else if key != "" && instanceKey(c.Address) != key {
			continue
		}
		t.found[c.Address] = true
	}
}

// sameModules reports whether two addresses have the same keys in the modules that they
// have in common.
func sameModules(a, b string) bool {
	x, y := segments(a), segments(b)
	for i := range min(len(x), len(y)) {
		if withoutKeys(x[i]) != withoutKeys(y[i]) {
			return true
		}
		if x[i] != y[i] {
			return false
		}
	}
	return true
}

// segments are the parts of an address between its dots, those inside keys aside.
func segments(address string) []string {
	var all []string
	from, quoted := 0, false
	for i := 0; i < len(address); i++ {
		switch b := address[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case b == '.' && !quoted:
			all, from = append(all, address[from:i]), i+1
		}
	}
	return append(all, address[from:])
}

// variable goes on in the call of the module.
func (t *trail) variable(name, module string, depth int) {
	call, ok := t.r.calls[module]
	if !ok {
		return // a variable of the root module holds no unknown value
	}
	outer := scope{forEach: longest(call.ForEach.References)}
	if at := strings.LastIndex(module, ".module."); at >= 0 {
		outer.module = module[:at]
	}
	// The key is known of modules around the resource that the search began with.
	if names, own := segments(module), segments(t.from); len(own) >= len(names) {
		if within := strings.Join(own[:len(names)], "."); withoutKeys(within) == module {
			outer.key = instanceKey(within)
		}
	}
	t.follow(decodeReferences(call.Expressions[name]), outer, depth+1)
}

// output goes on in the module that is called.
func (t *trail) output(rest, module string, depth int) {
	plain := strings.Split(withoutKeys(rest), ".")
	inner := under(module, "module."+plain[0])
	call, ok := t.r.calls[inner]
	if !ok {
		t.other = true
		return
	}
	if len(plain) < 2 {
		return // the beginning of a longer reference, or all outputs
	}
	t.follow(longest(call.Module.Outputs[plain[1]].Expression.References), scope{module: inner}, depth+1)
}

// configures reports whether the configuration gives one of the attributes of a
// resource, or is not known for it.
func (r *references) configures(address string, attributes []string) bool {
	res, ok := r.resources[withoutKeys(address)]
	if !ok {
		return true
	}
	return slices.ContainsFunc(attributes, func(name string) bool {
		_, is := res.Expressions[name]
		return is
	})
}
