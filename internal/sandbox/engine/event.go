package engine

import (
	"database/sql"
	"time"
)

// maxEvents is how many events are kept.
const maxEvents = 10_000

// Event is something that happened, in words for people. Who begins the sentence and What
// goes on with it. About names the thing, so that what was done to it can be found.
type Event struct {
	At    string `json:"at"`
	Plane string `json:"plane"` // where it was done: api, ui, or sandbox for what nobody does in Tray
	Who   string `json:"who"`
	What  string `json:"what"`
	About string `json:"about,omitempty"`
}

// Planes of an event.
const (
	PlaneAPI     = "api"
	PlaneUI      = "ui"
	PlaneSandbox = "sandbox"
)

// Append adds an event, at that time.
func (e Event) Append(t *Tx, at time.Time) error {
	var id int64
	err := t.Row("INSERT INTO events (at, plane, who, what, about) VALUES (?, ?, ?, ?, ?) RETURNING id",
		at.UnixMilli(), e.Plane, e.Who, e.What, e.About).Scan(&id)
	if err == nil && id%1000 == 0 {
		_, err = t.Exec("DELETE FROM events WHERE id <= ?", id-maxEvents)
	}
	return err
}

// Events lists the last events, the newest first.
func Events(t *Tx, most int) ([]Event, error) {
	return Collect(t, func(r *sql.Rows) (e Event, err error) {
		var at int64
		err = r.Scan(&at, &e.Plane, &e.Who, &e.What, &e.About)
		e.At = Timestamp(FromMillis(at))
		return e, err
	}, "SELECT at, plane, who, what, about FROM events ORDER BY id DESC LIMIT ?", most)
}

// OnlyInUI lists what people did something about in the UI and no program ever did, the
// newest first.
func OnlyInUI(t *Tx, most int) ([]string, error) {
	return Collect(t, func(r *sql.Rows) (about string, err error) { return about, r.Scan(&about) },
		`SELECT about FROM events WHERE about <> '' GROUP BY about
		HAVING sum(plane = 'api') = 0 AND sum(plane = 'ui') > 0 ORDER BY max(id) DESC LIMIT ?`, most)
}

// Marks are the numbers of the last event and the last request: while they stay, nothing
// has happened.
func Marks(t *Tx) (event, request int64, err error) {
	err = t.Row("SELECT coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT max(id) FROM requests), 0)").Scan(&event, &request)
	return event, request, err
}
