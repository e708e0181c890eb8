package engine

import (
	"database/sql"
	"regexp"
	"time"
)

// maxLog is how many requests the log keeps.
const maxLog = 100_000

// Logged is one request in the log; status 0 is a dropped connection.
type Logged struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Query     string `json:"query"`
	Status    int    `json:"status"`
	TokenUser string `json:"token_user"`
}

// Replayable is a request in the log with what it takes to make it again.
type Replayable struct {
	Logged
	At   string `json:"at"`
	Body string `json:"body,omitempty"` // absent when there was none, or when it was not kept
}

// maxLoggedBody is the largest body that the log keeps.
const maxLoggedBody = 4 << 10

// secretive finds the names of fields that may hold a secret. A body with one is not
// kept at all: what else it says could give the secret away.
var secretive = regexp.MustCompile(`(?i)"[^"]*(secret|password|passphrase|token|credential|api_?key|private_?key|auth)[^"]*"\s*:`)

func loggable(body []byte) string {
	if len(body) > maxLoggedBody || secretive.Match(body) {
		return ""
	}
	return string(body)
}

// Append adds a request to the log that every process on the file shares, and returns its
// number.
func (l Logged) Append(t *Tx, at time.Time, body []byte) (id int64, err error) {
	err = t.Row("INSERT INTO requests (method, path, query, status, token_user, at, body) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
		l.Method, l.Path, l.Query, l.Status, l.TokenUser, at.UnixMilli(), loggable(body)).Scan(&id)
	if err == nil && id%1000 == 0 {
		_, err = t.Exec("DELETE FROM requests WHERE id <= ?", id-maxLog)
	}
	return id, err
}

// Log lists the requests so far.
func Log(t *Tx) ([]Logged, error) {
	return Collect(t, func(r *sql.Rows) (l Logged, err error) {
		return l, r.Scan(&l.Method, &l.Path, &l.Query, &l.Status, &l.TokenUser)
	}, "SELECT method, path, query, status, token_user FROM requests ORDER BY id")
}

// LastRequests lists the last requests, the newest first.
func LastRequests(t *Tx, most int) ([]Replayable, error) {
	return Collect(t, func(r *sql.Rows) (l Replayable, err error) {
		var at int64
		err = r.Scan(&l.Method, &l.Path, &l.Query, &l.Status, &l.TokenUser, &at, &l.Body)
		l.At = Timestamp(FromMillis(at))
		return l, err
	}, "SELECT method, path, query, status, token_user, at, body FROM requests ORDER BY id DESC LIMIT ?", most)
}

// ClearLog forgets the requests so far.
func ClearLog(t *Tx) error {
	_, err := t.Exec("DELETE FROM requests")
	return err
}
