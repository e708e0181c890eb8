package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// call is one authenticated request inside its transaction: all that a handler may look at and change.
type call struct {
	tx           *tx
	sandbox      *Sandbox
	route        *route
	params       map[string]string
	query        url.Values
	queryError   error // Of a query that cannot be parsed.
	body         []byte
	caller       caller
	organization organization
	options      Options
	now          time.Time
	workspace    workspace // Set when the path names one.
	frozen       string    // The copy that a stale fault answers from.
	registry     *tx       // In the first organization's file, when tx is not and route.names.
	afterwards   []func(committed bool)
}

// after has f run when the transaction is over.
func (c *call) after(f func(committed bool)) { c.afterwards = append(c.afterwards, f) }

// handler answers a call. What it wrote is committed when it returns no error.
type handler func(*call) (answer, error)

// answer is a status and a body to send as JSON, or no body.
type answer struct {
	status int
	body   any
}

func ok(body any) (answer, error)      { return answer{http.StatusOK, body}, nil }
func created(body any) (answer, error) { return answer{http.StatusCreated, body}, nil }
func noContent() (answer, error)       { return answer{status: http.StatusNoContent}, nil }

// done is the {} that Tray answers to most writes.
func done() (answer, error) { return ok(struct{}{}) }

// encodeBody renders JSON without the HTML escapes of encoding/json.
func encodeBody(body any) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// fields is the JSON object of a request. Names are matched exactly, unlike what decoding into a struct does, so that a client
// that misspells the case of a name is told. Names nobody knows are ignored.
type fields map[string]json.RawMessage

func (c *call) fields() (fields, error) { return decodeFields(c.body) }

func decodeFields(body []byte) (fields, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) {
		return nil, invalidBody("expected a JSON object")
	}
	var f fields
	if err := json.Unmarshal(body, &f); err != nil {
		return nil, invalidBody("not valid JSON")
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

// optional is the value of a field, nil when it is absent or null.
func optional[T any](f fields, name string) (*T, error) {
	var value *T
	if raw, given := f[name]; given {
		if err := json.Unmarshal(raw, &value); err != nil {
			return nil, wrongType(raw, jsonType[T](), name)
		}
	}
	return value, nil
}

// required is the value of a field that must be there and not be null.
func required[T any](f fields, name string) (T, error) {
	value, err := optional[T](f, name)
	if err == nil && value == nil {
		err = missing(name)
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return *value, nil
}

// requiredText also refuses a blank string.
func requiredText(f fields, name string) (string, error) {
	text, err := required[string](f, name)
	if err == nil && strings.TrimSpace(text) == "" {
		err = invalidBody("field %q is empty", name)
	}
	return text, err
}

// requiredName is a name of 1 to 255 characters.
func requiredName(f fields) (string, error) {
	name, err := requiredText(f, "name")
	if err == nil && utf8.RuneCountInString(name) > 255 {
		err = invalidBody("field %q has more than 255 characters", "name")
	}
	return name, err
}

func requiredEmail(f fields) (string, error) { return requiredAddress(f, "email") }

// requiredAddress is an e-mail address, of the 254 characters that one can have.
func requiredAddress(f fields, name string) (string, error) {
	email, err := required[string](f, name)
	if err == nil && (!emailPattern.MatchString(email) || len(email) > 254) {
		err = invalidBody("expected an e-mail address at %q", name)
	}
	return email, err
}

// requiredRole reads a role id: a UUID by its form, and a role of this scope by its value.
func requiredRole(f fields, name string, roles map[string]role) (string, error) {
	id, err := required[string](f, name)
	if err != nil {
		return "", err
	}
	if !isUUID(id) {
		return "", noUUID(name)
	}
	found, known := roleWithID(roles, id)
	if !known {
		return "", badRequest("There is no such role here: %s", id)
	}
	return found, nil
}
