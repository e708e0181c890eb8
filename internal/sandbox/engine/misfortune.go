package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// TakeFault finds the fault that befalls a request and counts it, in one transaction, so
// that a fault ordered once happens once however many processes ask. It returns nil when
// none does.
func (s *Store) TakeFault(ctx context.Context, method, path string) (*Fault, error) {
	var taken *Fault
	err := s.Update(ctx, func(t *Tx) error {
		all, err := Faults(t)
		if err != nil {
			return err
		}
		for _, f := range all {
			if !f.matches(method, path) {
				continue
			}
			if f.Skip > 0 {
				if _, err := t.Exec("UPDATE faults SET skip = skip - 1 WHERE id = ?", f.ID); err != nil {
					return err
				}
				continue
			}
			taken = &f
			return spend(t, f)
		}
		return nil
	})
	return taken, err
}

func spend(t *Tx, f Fault) error {
	if f.Times == 0 {
		return nil
	}
	query := "UPDATE faults SET times = times - 1 WHERE id = ?"
	if f.Times == 1 {
		query = "DELETE FROM faults WHERE id = ?"
	}
	_, err := t.Exec(query, f.ID)
	return err
}

func scanFault(r *sql.Rows) (Fault, error) {
	var f Fault
	var id int64
	var skip, times int
	var spec string
	if err := r.Scan(&id, &skip, &times, &spec); err != nil {
		return f, err
	}
	err := json.Unmarshal([]byte(spec), &f)
	f.ID, f.Skip, f.Times = id, skip, times
	return f, err
}

// Faults lists what is left of the faults, the oldest first.
func Faults(t *Tx) ([]Fault, error) {
	all, err := Collect(t, scanFault, "SELECT id, skip, times, spec FROM faults ORDER BY id")
	now := time.Now()
	return slices.DeleteFunc(all, func(f Fault) bool { return f.over(now) }), err
}

// AddFault stores a fault and returns its id.
func AddFault(t *Tx, f Fault) (id int64, err error) {
	spec, err := json.Marshal(f)
	if err != nil {
		return 0, err
	}
	err = t.Row("INSERT INTO faults (method, path, skip, times, spec) VALUES (?, ?, ?, ?, ?) RETURNING id",
		f.Method, f.Path, f.Skip, f.Times, string(spec)).Scan(&id)
	return id, err
}

// AnyFaults tells whether there is one.
func AnyFaults(t *Tx) (ordered bool, err error) {
	err = t.Row("SELECT EXISTS (SELECT 1 FROM faults)").Scan(&ordered)
	return ordered, err
}

// ClearFaults forgets all of them; see RemoveSnapshots.
func ClearFaults(t *Tx) error {
	_, err := t.Exec("DELETE FROM faults")
	return err
}

// Meet lets a request come to grief: act is what would have been done without.
func (f *Fault) Meet(ctx context.Context, act func() Encoded) (Outcome, error) {
	delay, err := time.ParseDuration(f.Delay)
	if err != nil {
		return Outcome{}, err
	}
	if err := Wait(ctx, delay); err != nil {
		return Outcome{}, err
	}
	if f.Drop == "before" {
		return Outcome{Dropped: true}, nil
	}
	out := Outcome{Status: f.Status, Header: http.Header{}}
	if f.Status == 0 || f.AfterCommit || f.Drop == "after" || f.Truncate {
		out = act().Outcome()
	}
	out.Dropped, out.Cut = f.Drop == "after", f.Truncate
	f.disguise(&out)
	return out, nil
}

// disguise puts the fault's own status, body and headers over the answer.
func (f *Fault) disguise(out *Outcome) {
	if f.Status != 0 {
		out.Status = f.Status
		out.Header.Set("Content-Type", "application/json")
		out.Header.Del(ReasonHeader)
		out.Body = nil
		if f.Status != http.StatusNoContent && f.Status != http.StatusNotModified {
			out.Body = messageBody(http.StatusText(f.Status), "")
		}
	}
	if f.Body != "" {
		out.Body = []byte(f.Body)
	}
	if f.ContentType != "" {
		out.Header.Set("Content-Type", f.ContentType)
	}
	if f.RetryAfter > 0 {
		out.Header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	for name, value := range f.Headers {
		out.Header.Set(name, value)
	}
	out.Header.Set(FaultHeader, strconv.FormatInt(f.ID, 10))
}
