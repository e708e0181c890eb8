package rest

import (
	"net/http"
	"time"
)

// Now is the time at Tray: the local clock, corrected by the Date header of the newest
// answer. Before the first answer it is the local clock. Invitations run out by it, and
// a laptop that is an hour off must not invite anybody twice. Precision: one second.
func (c *Client) Now() time.Time { return time.Now().Add(time.Duration(c.skew.Load())) }

// Heard reports whether an answer has told the server's time.
func (c *Client) Heard() bool { return c.heard.Load() }

// followClock reads the server's clock off every answer.
func (c *Client) followClock(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil {
			return resp, err
		}
		if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
			c.skew.Store(int64(time.Until(at)))
			c.heard.Store(true)
		}
		return resp, nil
	})
}
