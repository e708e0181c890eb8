package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// shape is what the sandbox understands of JSON Schema: enough to tell a value of another
// form, as Tray does, and to make one up.
type shape struct {
	Type       any               `json:"type"` // a name, or a list of them
	Properties map[string]*shape `json:"properties"`
	Required   []string          `json:"required"`
	Items      *shape            `json:"items"`
	Enum       []any             `json:"enum"`
	Default    any               `json:"default"`
}

func shapeOf(schema json.RawMessage) *shape {
	s := &shape{}
	_ = json.Unmarshal(schema, s) // what cannot be read asks for nothing
	return s
}

// mismatch says where a value has not the shape, and never what the value is.
func (s *shape) mismatch(at string, value any) string {
	if s == nil {
		return ""
	}
	if kind := kindOf(value); !s.takes(kind, value) {
		return fmt.Sprintf("expected %v at '%s', got %s", s.Type, at, kind)
	}
	if len(s.Enum) > 0 && !slices.ContainsFunc(s.Enum, func(one any) bool { return one == value }) {
		return fmt.Sprintf("expected one of the listed values at '%s'", at)
	}
	switch v := value.(type) {
	case map[string]any:
		for _, name := range s.Required {
			if _, given := v[name]; !given {
				return fmt.Sprintf("missing '%s' at '%s'", name, at)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if wrong := s.Properties[name].mismatch(at+"."+name, v[name]); wrong != "" {
				return wrong
			}
		}
	case []any:
		for i, one := range v {
			if wrong := s.Items.mismatch(fmt.Sprintf("%s[%d]", at, i), one); wrong != "" {
				return wrong
			}
		}
	}
	return ""
}

func (s *shape) takes(kind string, value any) bool {
	number, isNumber := value.(float64)
	for _, name := range s.types() {
		if name == kind || name == "integer" && isNumber && number == float64(int64(number)) {
			return true
		}
	}
	return len(s.types()) == 0
}

func (s *shape) types() (all []string) {
	switch t := s.Type.(type) {
	case string:
		return []string{t}
	case []any:
		for _, one := range t {
			if name, is := one.(string); is {
				all = append(all, name)
			}
		}
	}
	return all
}

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64, json.Number:
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

// sample makes a value of the shape up, always the same.
func (s *shape) sample(name string) any {
	if s == nil {
		return map[string]any{}
	}
	if s.Default != nil {
		return s.Default
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	kind := "object"
	if all := s.types(); len(all) > 0 {
		kind = all[0]
	}
	switch kind {
	case "string":
		return "sample " + name
	case "integer", "number":
		return 1
	case "boolean":
		return true
	case "null":
		return nil
	case "array":
		return []any{s.Items.sample(name)}
	}
	all := map[string]any{}
	for name, property := range s.Properties {
		all[name] = property.sample(name)
	}
	return all
}
