package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"
)

// Fault is a misfortune that a test has ordered. The oldest that matches a request
// applies; a request it skips goes on to the next one.
type Fault struct {
	Method      string            `json:"method"` // empty or "*": any
	Path        string            `json:"path"`   // glob: * within a segment, ** across segments
	Status      int               `json:"status"` // answered without acting, unless AfterCommit
	Body        string            `json:"body"`
	ContentType string            `json:"content_type"`
	Headers     map[string]string `json:"headers"`
	RetryAfter  int               `json:"retry_after"` // seconds
	Delay       string            `json:"delay"`
	Drop        string            `json:"drop"` // "before" or "after" acting
	Truncate    bool              `json:"truncate"`
	Stale       bool              `json:"stale"` // a GET is answered from the data as it was when the fault was posted
	AfterCommit bool              `json:"after_commit"`
	Times       int               `json:"times"` // 0: until deleted
	Skip        int               `json:"skip"`
	For         string            `json:"for,omitempty"` // how long it lasts, as a Go duration of real time; empty: until deleted

	ID       int64  `json:"id,omitempty"`
	Snapshot string `json:"snapshot,omitempty"` // name of the copy that a stale fault answers from
	Until    int64  `json:"until,omitempty"`    // Unix milliseconds, from For
}

func (f Fault) matches(method, requestPath string) bool {
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

// DecodeFault reads and checks what was ordered.
func DecodeFault(body []byte) (Fault, error) {
	var f Fault
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, BadRequest("Not a fault: %s", err)
	}
	f.ID, f.Snapshot, f.Until = 0, "", 0
	if f.Delay == "" {
		f.Delay = "0s"
	}
	if err := f.setEnd(time.Now()); err != nil {
		return f, err
	}
	delay, err := time.ParseDuration(f.Delay)
	switch {
	case err != nil || delay < 0:
		return f, BadRequest("delay must be a duration such as 200ms, got %q", f.Delay)
	case f.Path == "":
		return f, BadRequest("path is missing: use ** for every path")
	case f.Drop != "" && f.Drop != "before" && f.Drop != "after":
		return f, BadRequest("drop must be before or after, got %q", f.Drop)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return f, BadRequest("status must be from 200 to 599, got %d", f.Status)
	case f.Times < 0 || f.Skip < 0 || f.RetryAfter < 0:
		return f, BadRequest("times, skip and retry_after cannot be negative")
	}
	for _, segment := range strings.Split(f.Path, "/") {
		if _, err := path.Match(segment, ""); err != nil {
			return f, BadRequest("path is not a glob: %s", f.Path)
		}
	}
	return f, nil
}

// setEnd reckons when a fault that lasts for a time is over.
func (f *Fault) setEnd(now time.Time) error {
	if f.For == "" {
		return nil
	}
	lasts, err := time.ParseDuration(f.For)
	if err != nil || lasts <= 0 {
		return BadRequest("for must be a positive duration such as 1m, got %q", f.For)
	}
	f.Until = now.Add(lasts).UnixMilli()
	return nil
}

// over tells whether the time of a fault has passed.
func (f Fault) over(now time.Time) bool { return f.Until != 0 && now.UnixMilli() >= f.Until }

// String says in words what goes wrong.
func (f Fault) String() string {
	what := []string{}
	note := func(when bool, format string, args ...any) {
		if when {
			what = append(what, fmt.Sprintf(format, args...))
		}
	}
	note(f.Delay != "" && f.Delay != "0s", "waits %s", f.Delay)
	note(f.Status != 0 && !f.AfterCommit, "answers %d without acting", f.Status)
	note(f.Status != 0 && f.AfterCommit, "acts and answers %d", f.Status)
	note(f.Drop == "before", "breaks off before acting")
	note(f.Drop == "after", "acts and breaks off")
	note(f.Truncate, "sends half an answer")
	note(f.Stale, "answers from old data")
	note(len(what) == 0, "answers otherwise")
	request, times := f.Method+" "+f.Path, "until called off"
	switch every := f.Method == "" || f.Method == "*"; {
	case every && f.Path == "**":
		request = "any request"
	case every:
		request = "any request to " + f.Path
	}
	if f.Times > 0 {
		times = fmt.Sprintf("%d more times", f.Times)
	}
	if f.Until > 0 {
		times += " until " + FromMillis(f.Until).Local().Format(time.TimeOnly)
		times = strings.TrimPrefix(times, "until called off ")
	}
	if f.Skip > 0 {
		times += fmt.Sprintf(", after %d that pass", f.Skip)
	}
	return fmt.Sprintf("%s %s, %s", request, strings.Join(what, ", "), times)
}
