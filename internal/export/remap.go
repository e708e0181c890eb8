package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Mapping says what becomes of versions of connectors or of services: keys and values are as
// in acme-crm/1.0.
type Mapping map[string]string

// ParseRef reads "acme-crm/1.0".
func ParseRef(text string) (Ref, error) {
	name, version, ok := strings.Cut(text, "/")
	if !ok || name == "" || version == "" || strings.ContainsAny(version, "/ ") {
		return Ref{}, refuse("%q is not a name and a version with a slash between them, as in acme-crm/1.0", text)
	}
	return Ref{name, version}, nil
}

// Refs parses a mapping. Versions of services are whole numbers.
func (m Mapping) Refs(services bool) (map[Ref]Ref, error) {
	all := make(map[Ref]Ref, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		from, err := ParseRef(key)
		if err != nil {
			return nil, err
		}
		to, err := ParseRef(m[key])
		if err != nil {
			return nil, err
		}
		if services && !isWhole(from.Version, to.Version) {
			return nil, refuse("%q = %q: the version of a service is a whole number, as in acme/2", key, m[key])
		}
		all[from] = to
	}
	return all, nil
}

func isWhole(versions ...string) bool {
	return !slices.ContainsFunc(versions, func(v string) bool {
		n, err := strconv.ParseInt(v, 10, 64)
		return err != nil || strconv.FormatInt(n, 10) != v
	})
}

// edit replaces a piece of a document.
type edit struct {
	from, to int64
	with     string
}

// Remap returns a document with other connectors and services in the steps of its workflows.
// Everything else stays, byte for byte: the order of keys, how numbers are written, keys that
// nobody knows. A name that the document does not use is an error.
func Remap(raw []byte, connectors, services Mapping) ([]byte, error) {
	connectorTo, err := connectors.Refs(false)
	if err != nil {
		return nil, err
	}
	serviceTo, err := services.Refs(true)
	if err != nil {
		return nil, err
	}
	found, err := places(raw)
	if err != nil {
		return nil, err
	}
	edits, used := found.edits("connector", connectorTo)
	if err := unused("connector", connectorTo, used, found.refs("connector")); err != nil {
		return nil, err
	}
	more, used := found.edits("authentication", serviceTo)
	if err := unused("service", serviceTo, used, found.refs("authentication")); err != nil {
		return nil, err
	}
	return apply(raw, append(edits, more...)), nil
}

// place is where a step names a connector or the service of an authentication.
type place struct {
	kind          string // "connector", "authentication"
	ref           Ref
	name, version edit // without what they are replaced with
	number        bool // the version is written as a number
}

type allPlaces []*place

// places finds every place.
func places(raw []byte) (allPlaces, error) {
	w, found := newWalker(raw), map[string]*place{}
	w.spot = func(path []string, value json.Token, from, to int64) {
		if len(path) != 6 || path[0] != "workflows" || path[2] != "steps" {
			return
		}
		kind, field := path[4], strings.TrimPrefix(path[5], "service_")
		if kind != "connector" && kind != "authentication" || kind == "authentication" && field == path[5] || field != "name" && field != "version" {
			return
		}
		key := strings.Join(path[:5], "\x00")
		if found[key] == nil {
			found[key] = &place{kind: kind}
		}
		p := found[key]
		if field == "name" {
			p.ref.Name, p.name = fmt.Sprint(value), edit{from: from, to: to}
			return
		}
		p.ref.Version, p.version = fmt.Sprint(value), edit{from: from, to: to}
		_, p.number = value.(json.Number)
	}
	if _, err := w.document(); err != nil {
		return nil, err
	}
	return slices.Collect(maps.Values(found)), nil
}

// edits are what makes the places of a kind say what their mapping wants.
func (all allPlaces) edits(kind string, to map[Ref]Ref) (edits []edit, used map[Ref]bool) {
	used = map[Ref]bool{}
	for _, p := range all {
		target, mapped := to[p.ref]
		if p.kind != kind || !mapped {
			continue
		}
		used[p.ref] = true
		if target.Name != p.ref.Name {
			p.name.with = quoted(target.Name)
			edits = append(edits, p.name)
		}
		if target.Version != p.ref.Version {
			p.version.with = target.Version
			if !p.number {
				p.version.with = quoted(target.Version)
			}
			edits = append(edits, p.version)
		}
	}
	return edits, used
}

// refs are what the places of a kind name, each once, sorted.
func (all allPlaces) refs(kind string) []string {
	names := map[string]bool{}
	for _, p := range all {
		if p.kind == kind {
			names[p.ref.String()] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// unused is an error that names what a mapping has and a document has not.
func unused(what string, to map[Ref]Ref, used map[Ref]bool, there []string) error {
	var missing []string
	for ref := range to {
		if !used[ref] {
			missing = append(missing, ref.String())
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	if len(there) == 0 {
		there = []string{"none"}
	}
	return refuse("the export uses no %s %s; it uses %s", what, strings.Join(missing, ", "), strings.Join(there, ", "))
}

func quoted(text string) string {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	_ = out.Encode(text) // a string: it never fails
	return strings.TrimSuffix(b.String(), "\n")
}

// apply carries out edits that do not overlap.
func apply(raw []byte, edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int { return int(a.from - b.from) })
	out, at := make([]byte, 0, len(raw)+64*len(edits)), int64(0)
	for _, e := range edits {
		out = append(append(out, raw[at:e.from]...), e.with...)
		at = e.to
	}
	return append(out, raw[at:]...)
}
