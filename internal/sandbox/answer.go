package sandbox

import "net/http"

// reasonHeader holds what the sandbox knows beyond the sentence that Tray documents for an error. Tray sends no such header, so
// nothing may depend on it: it is for people.
const reasonHeader = "X-Sandbox-Reason"

// encoded is an answer ready to be sent.
type encoded struct {
	status int
	body   []byte
	reason string // For reasonHeader, or empty.
}

func (e encoded) outcome() outcome {
	h := http.Header{}
	if e.body != nil {
		h.Set("Content-Type", "application/json")
	}
	if e.reason != "" {
		h.Set(reasonHeader, headerText(e.reason))
	}
	return outcome{status: e.status, header: h, body: e.body}
}

// problemAnswer renders an error. One that no handler meant is the sandbox's own, whose file is then the place to look at.
func (s *Sandbox) problemAnswer(err error) encoded {
	p := s.asProblem(err)
	return encoded{p.status, messageBody(p.message, p.code), p.reason}
}

// messageBody is the body of an error; code may be empty.
func messageBody(message, code string) []byte {
	body, err := encodeBody(struct {
		Message string `json:"message"`
		Code    string `json:"code,omitempty"`
	}{message, code})
	if err != nil {
		panic(err) // Plain fields always encode.
	}
	return body
}

// headerText makes a sentence fit for a header, whose values are printable ASCII: the rest is percent-encoded, as in addresses.
func headerText(sentence string) string {
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
