package probe

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	// spacing keeps to 20 requests a second, of the 30 that Tray documents for everything that uses a token.
	spacing = 50 * time.Millisecond
	// patience is how long an answer may take.
	patience = 30 * time.Second
	// maxBody is more than a page of 1,000 users.
	maxBody = 8 << 20
)

// wire sends requests one at a time, evenly spaced.
type wire struct {
	client *http.Client
	base   *url.URL
	clock  clock
	free   time.Time // When the next request may leave.
	sent   int
}

// clock is real time, unless a test has its own.
type clock struct {
	now  func() time.Time
	wait func(context.Context, time.Duration) error
}

var realClock = clock{time.Now, func(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}}

func newWire(base *url.URL, transport http.RoundTripper, c clock) *wire {
	return &wire{base: base, clock: c, client: &http.Client{
		Transport: transport, Timeout: patience,
		// A redirect is an answer too, and whoever is named there must not get the token.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// request is what is asked of the service.
type request struct {
	token, method, path string
	query               url.Values
	body                any // Encoded as JSON; nil for none.
	odd                 odd
}

// odd is what makes a request unlike those of any client.
type odd struct {
	query  string            // As it stands, in place of the encoded one.
	header map[string]string // Over the usual ones.
	pack   func([]byte) ([]byte, error)
}

// send returns the answer, whatever its status. Its errors never hold the query, which may be somebody's address.
func (w *wire) send(ctx context.Context, q request) (reply, error) {
	got := reply{method: q.method, path: q.path}
	if err := w.turn(ctx); err != nil {
		return got, err
	}
	r, err := w.build(ctx, q)
	if err != nil {
		return got, err
	}
	w.sent++
	res, err := w.client.Do(r)
	if err != nil {
		return got, fmt.Errorf("%s %s got no answer: %w", q.method, q.path, withoutURL(err))
	}
	defer res.Body.Close()
	got.status, got.header = res.StatusCode, res.Header
	if got.body, err = io.ReadAll(io.LimitReader(res.Body, maxBody)); err != nil {
		return got, fmt.Errorf("the answer to %s %s broke off: %w", q.method, q.path, withoutURL(err))
	}
	return got, nil
}

func (w *wire) build(ctx context.Context, q request) (*http.Request, error) {
	var body io.Reader
	if q.body != nil {
		encoded, err := json.Marshal(q.body)
		if err == nil && q.odd.pack != nil {
			encoded, err = q.odd.pack(encoded)
		}
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded)
	}
	where := *w.base
	path, err := url.PathUnescape(q.path)
	if err != nil {
		return nil, err
	}
	where.Path, where.RawPath, where.RawQuery = path, q.path, cmp.Or(q.odd.query, q.query.Encode())
	r, err := http.NewRequestWithContext(ctx, q.method, where.String(), body)
	if err != nil {
		return nil, withoutURL(err)
	}
	r.Header.Set("Authorization", "Bearer "+q.token)
	r.Header.Set("Accept", "application/json")
	if q.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range q.odd.header {
		r.Header.Set(name, value)
	}
	return r, nil
}

// turn waits until the next request may leave.
func (w *wire) turn(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := w.clock.now()
	if pause := w.free.Sub(now); pause > 0 {
		if err := w.clock.wait(ctx, pause); err != nil {
			return err
		}
		now = w.free
	}
	w.free = now.Add(spacing)
	return nil
}

// withoutURL takes the address of the request out of what net/http says.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// reply is an answer as it came.
type reply struct {
	method, path string
	status       int // 0: there was none.
	header       http.Header
	body         []byte
}

func (r reply) ok() bool { return r.status/100 == 2 }

func (r reply) String() string { return fmt.Sprintf("%s %s answered %d", r.method, r.path, r.status) }

// object is a JSON object whose values are left as they came.
type object map[string]json.RawMessage

// object decodes the body; what is no object is an empty one.
func (r reply) object() object {
	var o object
	if json.Unmarshal(r.body, &o) != nil {
		return object{}
	}
	return o
}

// text is a field that is a string, or empty.
func (o object) text(name string) string {
	var s string
	if json.Unmarshal(o[name], &s) != nil {
		return ""
	}
	return s
}

// kind is a type, written as a string or as an object that is named by it.
func (o object) kind(name string) string {
	if s := o.text(name); s != "" {
		return s
	}
	var drawn map[string]json.RawMessage
	if json.Unmarshal(o[name], &drawn) != nil {
		return ""
	}
	for s := range drawn {
		return s
	}
	return ""
}

// role is the name of the role in a user or a member.
func (o object) role() string { return roleName(o.inner("role").text("name")) }

// inner is a field that is an object.
func (o object) inner(name string) object {
	var in object
	if json.Unmarshal(o[name], &in) != nil {
		return object{}
	}
	return in
}

// page is a cut of a list.
type page struct {
	Elements []object `json:"elements"` // Not required by the reference: absent is none.
	PageInfo struct {
		StartCursor string `json:"startCursor"`
		EndCursor   string `json:"endCursor"`
		HasNextPage bool   `json:"hasNextPage"`
	} `json:"pageInfo"`
}

// pageOf decodes a page; what is no page is an empty one.
func pageOf(r reply) page {
	var p page
	if json.Unmarshal(r.body, &p) != nil {
		return page{}
	}
	return p
}
