package page

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// request is one of the log.
type request struct {
	Method, Path, Query string
	Status              int
	TokenUser           string `json:"token_user"`
	At                  time.Time
	Body                string
}

// Target is the path as it goes over the wire, with the query.
func (r request) Target() string {
	target := (&url.URL{Path: r.Path}).EscapedPath()
	if r.Query != "" {
		target += "?" + r.Query
	}
	return target
}

// Outcome says how it ended.
func (r request) Outcome() string {
	if r.Status == 0 {
		return "lost"
	}
	return http.StatusText(r.Status)
}

// Class is what a request looks like.
func (r request) Class() string {
	switch {
	case r.Status == 0 || r.Status >= http.StatusInternalServerError:
		return "broken"
	case r.Status >= http.StatusBadRequest:
		return "refusal"
	case r.Method == http.MethodGet:
		return "read"
	}
	return "write"
}

// Curl is the request as a command line. The token is taken from the shell and is not in
// it; a body that the log has not kept is to be put into a file.
func (r request) Curl() string {
	parts := []string{"curl"}
	if r.Method != http.MethodGet {
		parts = append(parts, "-X "+r.Method)
	}
	parts = append(parts, `-H "Authorization: Bearer $TRAY_API_TOKEN"`)
	switch {
	case r.Body != "":
		parts = append(parts, "-H 'Content-Type: application/json'", "-d "+quoted(r.Body))
	case r.Method != http.MethodGet && r.Method != http.MethodDelete:
		parts = append(parts, "-H 'Content-Type: application/json'", "-d @body.json")
	}
	return strings.Join(append(parts, `"$TRAY_API_URL"`+quoted(r.Target())), " ")
}

// quoted is a text as one word of a POSIX shell, whatever is in it.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
