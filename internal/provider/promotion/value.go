package promotion

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
)

// jsonKind is what a JSON value is, for people.
type jsonKind struct{ is, placeholder string }

var kinds = map[byte]jsonKind{
	'"': {"a text", `"<text>"`},
	't': {"true or false", "<true or false>"}, 'f': {"true or false", "<true or false>"},
	'[': {"a list", "jsonencode([<list>])"},
	'{': {"an object", "jsonencode({<object>})"},
	'n': {"null", `"<value>"`},
}

func kindOf(value json.RawMessage) jsonKind {
	value = bytes.TrimSpace(value)
	if len(value) == 0 {
		return kinds['n']
	}
	if k, ok := kinds[value[0]]; ok {
		return k
	}
	return jsonKind{"a number", "<number>"}
}

// typed is a text of the configuration as JSON of the type that was has; problem says why it
// cannot be.
func typed(text string, was json.RawMessage) (value json.RawMessage, problem string) {
	quoted, _ := json.Marshal(text) // a string: it never fails
	want := kindOf(was)
	if want.is == "a text" {
		return quoted, ""
	}
	raw := json.RawMessage(text)
	switch {
	case json.Valid(raw) && (want.is == "null" || kindOf(raw).is == want.is):
		return raw, ""
	case want.is == "null":
		return quoted, ""
	case want.is == "a list" || want.is == "an object":
		return nil, "Write it with jsonencode."
	}
	return nil, "Write " + want.placeholder + "."
}

// fits reports whether a value of the destination has the type that the export wants.
func fits(now, was json.RawMessage) bool {
	return kindOf(was).is == "null" || kindOf(now).is == kindOf(was).is
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// word is a key as HCL has it on the left of an equals sign.
func word(key string) string {
	if identifier.MatchString(key) {
		return key
	}
	return strconv.Quote(key)
}
