package engine

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// ReasonHeader holds what the sandbox knows beyond the sentence that Tray documents for
// an error. Tray sends no such header, so nothing may depend on it: it is for people.
const ReasonHeader = "X-Sandbox-Reason"

// FaultHeader holds the number of the fault that an answer met. Tray sends none.
const FaultHeader = "X-Sandbox-Fault"

// Outcome is what becomes of a request, in either mode.
type Outcome struct {
	Status  int
	Header  http.Header
	Body    []byte
	Dropped bool // the connection ends without an answer
	Cut     bool // half of the body arrives under the length of the whole
}

// Encoded is an answer ready to be sent.
type Encoded struct {
	Status int
	Body   []byte
	Reason string // for ReasonHeader, or empty
}

// Outcome is the answer with its headers.
func (e Encoded) Outcome() Outcome {
	h := http.Header{}
	if e.Body != nil {
		h.Set("Content-Type", "application/json")
	}
	if e.Reason != "" {
		h.Set(ReasonHeader, HeaderText(e.Reason))
	}
	return Outcome{Status: e.Status, Header: h, Body: e.Body}
}

// Refusal renders an error. One that no handler meant is the sandbox's own, whose file is
// then the place to look at.
func (s *Store) Refusal(err error) Encoded {
	p := s.AsProblem(err)
	return Encoded{p.Status, messageBody(p.Message, p.Code), p.Reason}
}

// messageBody is the body of an error; code may be empty.
func messageBody(message, code string) []byte {
	body, err := EncodeBody(struct {
		Message string `json:"message"`
		Code    string `json:"code,omitempty"`
	}{message, code})
	if err != nil {
		panic(err) // plain fields always encode
	}
	return body
}

// HeaderText makes a sentence fit for a header, whose values are printable ASCII: the
// rest is percent-encoded, as in addresses.
func HeaderText(sentence string) string {
	const hex = "0123456789ABCDEF"
	var b []byte
	for _, c := range []byte(sentence) {
		if c >= ' ' && c <= '~' && c != '%' {
			b = append(b, c)
			continue
		}
		b = append(b, '%', hex[c>>4], hex[c&0xf])
	}
	return string(b)
}

// EncodeBody renders JSON without the HTML escapes of encoding/json.
func EncodeBody(body any) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	if raw, encoded := body.(json.RawMessage); encoded { // a large one is not copied
		return raw, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
