package engine

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Fields is the JSON object of a request. Names are matched exactly, unlike what decoding
// into a struct does, so that a client that misspells the case of a name is told. Names
// nobody knows are ignored.
type Fields map[string]json.RawMessage

// DecodeFields reads a body that must be a JSON object.
func DecodeFields(body []byte) (Fields, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) {
		return nil, InvalidBody("expected a JSON object")
	}
	var f Fields
	if err := json.Unmarshal(body, &f); err != nil {
		return nil, InvalidBody("not valid JSON")
	}
	return f, nil
}

// jsonType is what the type of a field is called on the wire.
func jsonType[T any]() string {
	switch reflect.TypeFor[T]().Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int64, reflect.Float64:
		return "number"
	default:
		return "object"
	}
}

// Optional is the value of a field, nil when it is absent or null.
func Optional[T any](f Fields, name string) (*T, error) {
	var value *T
	if raw, given := f[name]; given {
		if err := json.Unmarshal(raw, &value); err != nil {
			return nil, wrongType(raw, jsonType[T](), name)
		}
	}
	return value, nil
}

// Required is the value of a field that must be there and not be null.
func Required[T any](f Fields, name string) (T, error) {
	value, err := Optional[T](f, name)
	if err == nil && value == nil {
		err = Missing(name)
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return *value, nil
}

// RequiredText also refuses a blank string.
func RequiredText(f Fields, name string) (string, error) {
	text, err := Required[string](f, name)
	if err == nil && strings.TrimSpace(text) == "" {
		err = InvalidBody("field %q is empty", name)
	}
	return text, err
}

// RequiredName is a name of 1 to 255 characters.
func RequiredName(f Fields) (string, error) {
	name, err := RequiredText(f, "name")
	if err == nil && utf8.RuneCountInString(name) > 255 {
		err = InvalidBody("field %q has more than 255 characters", "name")
	}
	return name, err
}
