package tray

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Secret is a text that is told once or must not be shown: a token's value, a signing key.
// However it is printed, logged or encoded, it shows as (secret); see Reveal.
type Secret string

const masked = "(secret)"

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (Secret) String() string { return masked }

// Format implements fmt.Formatter, for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// MarshalJSON implements json.Marshaler.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// UnmarshalJSON implements json.Unmarshaler. Its error does not quote.
func (s *Secret) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, (*string)(s)) != nil {
		return errors.New("a secret that is no string")
	}
	return nil
}

// SecretObject is a JSON object of secrets, such as the credentials of an authentication.
// The zero value is no object; NewSecretObject makes one. It prints as Secret does.
type SecretObject struct{ raw json.RawMessage }

// NewSecretObject checks that raw is one JSON object. Its error does not quote.
func NewSecretObject(raw []byte) (SecretObject, error) {
	raw = bytes.TrimSpace(raw)
	if !json.Valid(raw) || raw[0] != '{' {
		return SecretObject{}, errors.New("not a JSON object")
	}
	return SecretObject{bytes.Clone(raw)}, nil
}

// Reveal returns the object itself, nil for the zero value.
func (o SecretObject) Reveal() json.RawMessage { return bytes.Clone(o.raw) }

// IsZero reports whether it is no object at all; an empty object is one.
func (o SecretObject) IsZero() bool { return o.raw == nil }

// String implements fmt.Stringer.
func (SecretObject) String() string { return masked }

// Format implements fmt.Formatter, for every verb.
func (SecretObject) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// MarshalJSON implements json.Marshaler.
func (SecretObject) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// UnmarshalJSON implements json.Unmarshaler. Its error does not quote.
func (o *SecretObject) UnmarshalJSON(raw []byte) (err error) {
	*o, err = NewSecretObject(raw)
	return err
}

// shortestLeaf is how long a value has to be to be looked for in what a server says: a shorter
// one would be found everywhere.
const shortestLeaf = 4

// leaves are the values in the object, for taking them out of what a server says.
func (o SecretObject) leaves() []string {
	in := json.NewDecoder(bytes.NewReader(o.raw))
	in.UseNumber()
	var value any
	if in.Decode(&value) != nil {
		return nil
	}
	return appendLeaves(nil, value)
}

func appendLeaves(all []string, value any) []string {
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			all = appendLeaves(all, inner)
		}
	case []any:
		for _, inner := range v {
			all = appendLeaves(all, inner)
		}
	case string, json.Number:
		if leaf := fmt.Sprint(v); len(leaf) >= shortestLeaf {
			// A server that quotes what it could not read escapes it once more.
			all = append(all, leaf, strconv.Quote(leaf))
		}
	}
	return all
}
