package act

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// parsed is a JSON document with its numbers as they are written; nil for none.
func parsed(raw []byte) (value any) {
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	if in.Decode(&value) != nil {
		return nil
	}
	return value
}

// steps are the keys and indexes to a place: "items.0.id", or a JSON Pointer (RFC 6901) such
// as "/a.b/0" where a key has a dot in it.
func steps(place string) []string {
	pointer, is := strings.CutPrefix(place, "/")
	if !is {
		return strings.Split(place, ".")
	}
	all := strings.Split(pointer, "/")
	for i, step := range all {
		all[i] = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
	}
	return all
}

// PlaceProblem says why a text names no place in an output; "" when it does.
func PlaceProblem(place string) string {
	for _, step := range steps(place) {
		if step == "" {
			return fmt.Sprintf("%q names no place. Write keys with dots between them, such as \"account.status\" or \"items.0.id\"; where a key has a dot in it, a JSON Pointer such as \"/my.key/0\".", place)
		}
	}
	return ""
}

// lookUp is what a document has at a place.
func lookUp(document any, place string) (value any, there bool) {
	value = document
	for _, step := range steps(place) {
		switch v := value.(type) {
		case map[string]any:
			if value, there = v[step]; !there {
				return nil, false
			}
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n < 0 || n >= len(v) {
				return nil, false
			}
			value = v[n]
		default:
			return nil, false
		}
	}
	return value, true
}

// exact is how many digits of a number can be compared by value.
const exact = 15

// is reports whether a value is what a text says: a text is itself, anything else is JSON.
func is(value any, text string) bool {
	switch v := value.(type) {
	case string:
		return v == text
	case json.Number:
		if len(v) > exact {
			return v.String() == text
		}
	}
	raw, err := json.Marshal(value)
	return err == nil && tray.SameJSON(raw, json.RawMessage(text))
}

func kindOf(value any) string {
	switch value.(type) {
	case string:
		return "a text"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "null"
}
