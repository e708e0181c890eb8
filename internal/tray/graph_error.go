package tray

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// graphAnswer is what the Embedded API answers, errors included, with status 200.
type graphAnswer struct {
	Data   json.RawMessage `json:"data"`
	Errors []graphError    `json:"errors"`
}

type graphError struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"` // of names and numbers
	Extensions struct {
		Name string `json:"name"`
		Code string `json:"code"`
	} `json:"extensions"`
}

// rateLimitMessage is what the Embedded API says instead of 429. Its code is that of any
// other refusal, so that the message alone tells (facts: clients).
const rateLimitMessage = "Rate limit exceeded"

// graphRateLimit recognises the refusal of a call over the rate limit, with which nothing
// was carried out.
func graphRateLimit(body []byte) bool {
	if !bytes.Contains(bytes.ToLower(body[:min(len(body), 4096)]), []byte(strings.ToLower(rateLimitMessage))) {
		return false
	}
	var answer graphAnswer
	if json.Unmarshal(body, &answer) != nil || answer.partial() {
		return false
	}
	for _, e := range answer.Errors {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(e.Message)), strings.ToLower(rateLimitMessage)) {
			return true
		}
	}
	return false
}

// partial reports whether a field at the root has an answer beside the errors.
func (a graphAnswer) partial() bool {
	var roots map[string]json.RawMessage
	if json.Unmarshal(a.Data, &roots) != nil {
		return false
	}
	for _, root := range roots {
		if !bytes.Equal(root, []byte("null")) {
			return true
		}
	}
	return false
}

// explain is the error of an answer with errors. Its status is the one that says of REST what
// the code says here, so that whoever reads errors need not know which API it was.
func (a graphAnswer) explain(g graphCall) *Error {
	first := a.Errors[0]
	e := &Error{Sent: http.StatusOK, Status: first.status(), Code: first.Extensions.Code, Hint: first.hint(g)}
	e.Ambiguous = g.mutates() && (a.partial() || e.Status >= http.StatusInternalServerError)
	var said []string
	for _, one := range a.Errors[:min(len(a.Errors), 3)] {
		said = append(said, one.sentence(g))
	}
	e.Message = strings.Join(said, "; ")
	return e
}

// status is what REST would answer. What has a code was refused before anything was done;
// what has neither code nor a name of a refusal may have gone wrong anywhere.
func (e graphError) status() int {
	code := strings.ToLower(e.Extensions.Code)
	switch {
	case strings.HasSuffix(code, "_does_not_exist"):
		return http.StatusNotFound
	case strings.HasSuffix(code, "_already_exists"):
		return http.StatusConflict
	case code == "access_not_allowed":
		return http.StatusForbidden
	case e.Extensions.Name == "PreconditionError", e.Extensions.Name == "GraphQLError":
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

func (e graphError) hint(g graphCall) string {
	switch {
	case e.status() == http.StatusForbidden && g.Right != "":
		return "The token lacks the right: " + g.Right + "."
	case e.status() == http.StatusForbidden:
		return "The token lacks the right: " + rightEmbedded + "."
	case e.status() == http.StatusInternalServerError:
		return "The fault is on Tray's side: try again, and see its status page if it persists."
	}
	return ""
}

// maxGraphMessage bounds, in bytes, what is quoted of one error.
const maxGraphMessage = 500

// sentence is the message, where in the document it belongs, and no value of a variable.
func (e graphError) sentence(g graphCall) string {
	said := g.redact(e.Message)
	said = strings.TrimSuffix(said[:min(len(said), maxGraphMessage)], ".")
	if said == "" {
		said = "Tray's Embedded API refused without saying why"
	}
	if len(e.Path) == 0 {
		return said
	}
	steps := make([]string, len(e.Path))
	for i, step := range e.Path {
		steps[i] = fmt.Sprint(step)
	}
	return fmt.Sprintf("%s (at %s)", said, strings.Join(steps, "."))
}

// withoutValues is err, of an answer that was no GraphQL, without a value of a variable.
func (g graphCall) withoutValues(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Status == 0 {
		return err
	}
	plain := *e
	plain.Message = g.redact(e.Message)
	return &plain
}

// redact takes the variables' values out of what a server said: it may quote what it could
// not use, and which of the values are secrets only the document knows.
func (g graphCall) redact(said string) string {
	raw, err := json.Marshal(g.Variables)
	if err != nil {
		return "(redacted)"
	}
	for _, value := range (SecretObject{raw}).leaves() {
		said = strings.ReplaceAll(said, value, "(redacted)")
	}
	return said
}
