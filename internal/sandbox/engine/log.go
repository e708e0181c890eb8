package engine

import "database/sql"

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

// Append adds a request to the log that every process on the file shares, and returns its
// number.
func (l Logged) Append(t *Tx) (id int64, err error) {
	err = t.Row("INSERT INTO requests (method, path, query, status, token_user) VALUES (?, ?, ?, ?, ?) RETURNING id",
		l.Method, l.Path, l.Query, l.Status, l.TokenUser).Scan(&id)
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

// ClearLog forgets the requests so far.
func ClearLog(t *Tx) error {
	_, err := t.Exec("DELETE FROM requests")
	return err
}
