package sandbox

import "database/sql"

// maxLog is how many requests the log keeps.
const maxLog = 100_000

// logged is one request to Tray in the log; status 0 is a dropped connection.
type logged struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Query     string `json:"query"`
	Status    int    `json:"status"`
	TokenUser string `json:"token_user"`
}

func scanLogged(r *sql.Rows) (logged, error) {
	var l logged
	return l, r.Scan(&l.Method, &l.Path, &l.Query, &l.Status, &l.TokenUser)
}

func getRequests(c *call) (answer, error) {
	all, err := collect(c.tx, scanLogged, "SELECT method, path, query, status, token_user FROM requests ORDER BY id")
	if err != nil {
		return answer{}, err
	}
	return ok(append([]logged{}, all...)) // [] rather than null.
}

func deleteRequests(c *call) (answer, error) {
	if _, err := c.tx.exec("DELETE FROM requests"); err != nil {
		return answer{}, err
	}
	return noContent()
}
