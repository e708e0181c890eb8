package sandbox

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// fault is a misfortune that a test has ordered. The oldest that matches a request applies; a request it skips goes on to the
// next one.
type fault struct {
	Method      string            `json:"method"` // Empty or "*": any.
	Path        string            `json:"path"`   // Glob: * within a segment, ** across segments.
	Status      int               `json:"status"` // Answered without acting, unless AfterCommit.
	Body        string            `json:"body"`
	ContentType string            `json:"content_type"`
	Headers     map[string]string `json:"headers"`
	RetryAfter  int               `json:"retry_after"` // Seconds.
	Delay       string            `json:"delay"`
	Drop        string            `json:"drop"` // "before" or "after" acting.
	Truncate    bool              `json:"truncate"`
	Stale       bool              `json:"stale"` // A GET is answered from the data as it was when the fault was posted.
	AfterCommit bool              `json:"after_commit"`
	Times       int               `json:"times"` // 0: until deleted.
	Skip        int               `json:"skip"`

	ID     int64  `json:"id,omitempty"`
	Frozen string `json:"frozen,omitempty"` // File of the frozen copy, when Stale.
}

func (f fault) matches(method, requestPath string) bool {
	if f.Method != "" && f.Method != "*" && f.Method != method || f.Stale && method != http.MethodGet {
		return false
	}
	return glob(strings.Split(f.Path, "/"), strings.Split(requestPath, "/"))
}

// glob matches segment by segment; ** stands for any number of segments.
func glob(pattern, segments []string) bool {
	if len(pattern) == 0 {
		return len(segments) == 0
	}
	if pattern[0] == "**" {
		return glob(pattern[1:], segments) || len(segments) > 0 && glob(pattern, segments[1:])
	}
	if len(segments) == 0 {
		return false
	}
	same, err := path.Match(pattern[0], segments[0])
	return err == nil && same && glob(pattern[1:], segments[1:])
}

func decodeFault(body []byte) (fault, error) {
	var f fault
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, badRequest("Not a fault: %s", err)
	}
	f.ID, f.Frozen = 0, ""
	if f.Delay == "" {
		f.Delay = "0s"
	}
	delay, err := time.ParseDuration(f.Delay)
	switch {
	case err != nil || delay < 0:
		return f, badRequest("delay must be a duration such as 200ms, got %q", f.Delay)
	case f.Path == "":
		return f, badRequest("path is missing: use ** for every path")
	case f.Drop != "" && f.Drop != "before" && f.Drop != "after":
		return f, badRequest("drop must be before or after, got %q", f.Drop)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return f, badRequest("status must be from 200 to 599, got %d", f.Status)
	case f.Times < 0 || f.Skip < 0 || f.RetryAfter < 0:
		return f, badRequest("times, skip and retry_after cannot be negative")
	}
	for _, segment := range strings.Split(f.Path, "/") {
		if _, err := path.Match(segment, ""); err != nil {
			return f, badRequest("path is not a glob: %s", f.Path)
		}
	}
	return f, nil
}

// takeFault finds the fault that befalls a request and counts it, in one transaction, so that a fault ordered once happens once
// however many processes ask. It returns nil when none does.
func (s *Sandbox) takeFault(ctx context.Context, method, path string) (*fault, error) {
	var taken *fault
	err := s.store.update(ctx, func(t *tx) error {
		all, err := collect(t, scanFault, "SELECT id, skip, times, spec FROM faults ORDER BY id")
		if err != nil {
			return err
		}
		for _, f := range all {
			if !f.matches(method, path) {
				continue
			}
			if f.Skip > 0 {
				if _, err := t.exec("UPDATE faults SET skip = skip - 1 WHERE id = ?", f.ID); err != nil {
					return err
				}
				continue
			}
			taken = &f
			return t.spend(f)
		}
		return nil
	})
	return taken, err
}

func (t *tx) spend(f fault) error {
	if f.Times == 0 {
		return nil
	}
	query := "UPDATE faults SET times = times - 1 WHERE id = ?"
	if f.Times == 1 {
		query = "DELETE FROM faults WHERE id = ?"
	}
	_, err := t.exec(query, f.ID)
	return err
}

func scanFault(r *sql.Rows) (fault, error) {
	var f fault
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

// actFaulty acts under the fault that befalls the request, if one does.
func (s *Sandbox) actFaulty(ctx context.Context, c *call, r *http.Request) (outcome, error) {
	f, err := s.takeFault(ctx, r.Method, r.URL.Path)
	if err != nil {
		return s.problemAnswer(err).outcome(), nil
	}
	if f == nil {
		return s.act(ctx, c, s.store).outcome(), nil
	}
	delay, err := time.ParseDuration(f.Delay)
	if err != nil {
		return outcome{}, err
	}
	if err := wait(ctx, delay); err != nil {
		return outcome{}, err
	}
	if f.Drop == "before" {
		return outcome{dropped: true}, nil
	}
	out := outcome{status: f.Status, header: http.Header{}}
	if f.Status == 0 || f.AfterCommit || f.Drop == "after" || f.Truncate {
		out = s.actOn(ctx, c, f).outcome()
	}
	out.dropped, out.cut = f.Drop == "after", f.Truncate
	f.disguise(&out)
	return out, nil
}

// actOn acts on the frozen copy for a stale fault, else on the data.
func (s *Sandbox) actOn(ctx context.Context, c *call, f *fault) encoded {
	if !f.Stale {
		return s.act(ctx, c, s.store)
	}
	frozen, err := s.frozen(f.Frozen)
	if err != nil {
		return s.problemAnswer(err)
	}
	return s.act(ctx, c, frozen)
}

// disguise puts the fault's own status, body and headers over the answer.
func (f *fault) disguise(out *outcome) {
	if f.Status != 0 {
		out.status = f.Status
		out.header.Set("Content-Type", "application/json")
		out.header.Del(reasonHeader)
		out.body = nil
		if f.Status != http.StatusNoContent && f.Status != http.StatusNotModified {
			out.body = messageBody(http.StatusText(f.Status), "")
		}
	}
	if f.Body != "" {
		out.body = []byte(f.Body)
	}
	if f.ContentType != "" {
		out.header.Set("Content-Type", f.ContentType)
	}
	if f.RetryAfter > 0 {
		out.header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	for name, value := range f.Headers {
		out.header.Set(name, value)
	}
	out.header.Set("X-Sandbox-Fault", strconv.FormatInt(f.ID, 10))
}

// postFault stores a fault. freezeForFault has made the copy of a stale one before the transaction.
func postFault(c *call) (answer, error) {
	f, err := decodeFault(c.body)
	if err != nil {
		return answer{}, err
	}
	f.Frozen = c.frozen
	spec, err := json.Marshal(f)
	if err != nil {
		return answer{}, err
	}
	var id int64
	err = c.tx.row("INSERT INTO faults (method, path, skip, times, spec) VALUES (?, ?, ?, ?, ?) RETURNING id",
		f.Method, f.Path, f.Skip, f.Times, string(spec)).Scan(&id)
	if err != nil {
		return answer{}, err
	}
	return created(map[string]int64{"id": id})
}

// getFaults lists what is left of the faults, the oldest first.
func getFaults(c *call) (answer, error) {
	all, err := collect(c.tx, scanFault, "SELECT id, skip, times, spec FROM faults ORDER BY id")
	if err != nil {
		return answer{}, err
	}
	for i := range all {
		all[i].Frozen = "" // The name of a file of ours.
	}
	return ok(append([]fault{}, all...)) // [] rather than null.
}

func deleteFaults(c *call) (answer, error) {
	if _, err := c.tx.exec("DELETE FROM faults"); err != nil {
		return answer{}, err
	}
	return noContent()
}
