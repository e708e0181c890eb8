package snapshot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// refusal is a read that Tray refused: 403, or 404 for what there is not or is hidden.
type refusal struct {
	Path    string `json:"path"`
	Status  int    `json:"status"`
	Message string `json:"message"`
}

// traffic is what the snapshot asks of Tray: reads and nothing else, counted, and with the
// refusals written down.
type traffic struct {
	next http.RoundTripper

	mu      sync.Mutex
	asked   int
	refused map[string]refusal
}

// mostMessage is how much of a refusal is read.
const mostMessage = 64 << 10

// RoundTrip implements http.RoundTripper.
func (t *traffic) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		return nil, fmt.Errorf("a snapshot only reads: %s %s was not sent", r.Method, r.URL.Path)
	}
	t.mu.Lock()
	t.asked++
	t.mu.Unlock()
	resp, err := t.next.RoundTrip(r)
	if err != nil || resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusNotFound {
		return resp, err
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, mostMessage))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(text))
	resp.ContentLength = int64(len(text))
	var said struct {
		Message string `json:"message"`
	}
	_ = json.Unmarshal(text, &said) // a refusal without words is one all the same
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused[r.URL.EscapedPath()] = refusal{r.URL.EscapedPath(), resp.StatusCode, said.Message}
	return resp, nil
}

// refusals are sorted by path; one stands for all below its path.
func (t *traffic) refusals() []refusal {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := []refusal{}
	for path, r := range t.refused {
		covered := false
		for other := range t.refused {
			covered = covered || strings.HasPrefix(path, other+"/")
		}
		if !covered {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b refusal) int { return strings.Compare(a.Path, b.Path) })
	return all
}
