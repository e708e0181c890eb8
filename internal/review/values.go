package review

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// values are the attributes of an object on one side of a change, together with the two
// masks that say which of them are unknown and which are sensitive.
type values struct {
	attrs              map[string]any
	unknown, sensitive any
}

func valuesOf(object, unknown, sensitive any) values {
	attrs, _ := object.(map[string]any)
	return values{attrs, unknown, sensitive}
}

// there reports whether there is an object on this side.
func (v values) there() bool { return v.attrs != nil }

// knowledge is what a plan tells of a value. Null, unknown and sensitive are three
// things; a sensitive value is never looked at.
type knowledge int

const (
	null knowledge = iota
	known
	unknown
	secret
)

// marked reports whether a mask covers the whole value at key, or all there is.
func marked(mask any, key string) bool {
	switch m := mask.(type) {
	case bool:
		return m
	case map[string]any:
		is, _ := m[key].(bool)
		return is
	case []any:
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(m) {
			return false
		}
		is, _ := m[i].(bool)
		return is
	}
	return false
}

// below is the part of a mask that belongs to the value at key.
func below(mask any, key string) any {
	switch m := mask.(type) {
	case bool:
		return m
	case map[string]any:
		return m[key]
	case []any:
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(m) {
			return m[i]
		}
	}
	return nil
}

// anyMark reports whether a mask covers something.
func anyMark(mask any) bool {
	switch m := mask.(type) {
	case bool:
		return m
	case map[string]any:
		for _, part := range m {
			if anyMark(part) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(m, anyMark)
	}
	return false
}

// text is a string with what is known of it.
type text struct {
	s  string
	is knowledge
}

// str reads a string, number or bool; anything else counts as null.
func (v values) str(name string) text {
	return scalar(v.attrs[name], marked(v.unknown, name), marked(v.sensitive, name))
}

// shown is str, and reads the elements of a list or a set too.
func (v values) shown(name string) text {
	if _, is := v.attrs[name].([]any); !is {
		return v.str(name)
	}
	all, k := v.elements(name)
	if k != known {
		return text{is: k}
	}
	var parts []string
	for _, e := range all {
		switch e.value.is {
		case known:
			parts = append(parts, e.value.s)
		case secret, unknown:
			return text{is: e.value.is}
		}
	}
	if len(parts) == 0 {
		return text{}
	}
	return text{strings.Join(parts, ", "), known}
}

func scalar(value any, isUnknown, isSecret bool) text {
	switch {
	case isSecret:
		return text{is: secret}
	case isUnknown:
		return text{is: unknown}
	}
	switch x := value.(type) {
	case string:
		return text{x, known}
	case json.Number:
		return text{x.String(), known}
	case float64:
		return text{strconv.FormatFloat(x, 'f', -1, 64), known}
	case bool:
		return text{strconv.FormatBool(x), known}
	}
	return text{}
}

// element is one entry of a map (key and value) or of a list or set (value only).
type element struct {
	key   string
	value text
}

// elements reads a map, list or set. What a plan does not know yet is left out of maps
// and null in lists; both are told apart from nothing by the mask.
func (v values) elements(name string) ([]element, knowledge) {
	if marked(v.sensitive, name) {
		return nil, secret
	}
	if marked(v.unknown, name) {
		return nil, unknown
	}
	hidden, later := below(v.sensitive, name), below(v.unknown, name)
	switch x := v.attrs[name].(type) {
	case map[string]any:
		return mapElements(x, hidden, later), known
	case []any:
		all := make([]element, 0, len(x))
		for i, value := range x {
			key := strconv.Itoa(i)
			all = append(all, element{value: scalar(value, value == nil || marked(later, key), marked(hidden, key))})
		}
		return all, known
	}
	if m, ok := later.(map[string]any); ok && len(m) > 0 {
		return mapElements(nil, hidden, later), known
	}
	return nil, null
}

func mapElements(m map[string]any, hidden, later any) []element {
	keys := maps.Clone(m)
	if keys == nil {
		keys = map[string]any{}
	}
	if l, ok := later.(map[string]any); ok {
		for key := range l {
			if _, is := keys[key]; !is && marked(later, key) {
				keys[key] = nil
			}
		}
	}
	all := make([]element, 0, len(keys))
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		all = append(all, element{key, scalar(keys[key], marked(later, key), marked(hidden, key))})
	}
	return all
}

// changed lists the attributes that differ between two sides, sorted. It looks at
// sensitive ones to compare them, and returns names only.
func changed(before, after values) []string {
	names := map[string]bool{}
	for name := range before.attrs {
		names[name] = true
	}
	for name := range after.attrs {
		names[name] = true
	}
	if later, ok := after.unknown.(map[string]any); ok {
		for name := range later {
			names[name] = true
		}
	}
	var differ []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if anyMark(below(after.unknown, name)) || !reflect.DeepEqual(before.attrs[name], after.attrs[name]) {
			differ = append(differ, name)
		}
	}
	return differ
}
