package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// The pauses between tries that were lost, doubling, with jitter. Pauses after a 429
// are the limiter's.
const (
	firstBackoff   = 250 * time.Millisecond
	longestBackoff = 10 * time.Second
)

// retry tries again what may be tried again; see mayRetry.
//
// A loop of our own, not go-retryablehttp: whether a POST may be repeated depends on
// whether it was sent, the waiting after a 429 is shared by all callers, and both are
// shorter to say than to configure.
func (c *Client) retry(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		trip := tripOf(r.Context())
		for lost := 0; ; {
			trip.tries++
			try, err := again(r)
			if err != nil {
				return nil, err
			}
			resp, err := next.RoundTrip(try)
			if trip.tries > c.retries || r.Context().Err() != nil || !mayRetry(r.Method, resp, err, trip.tries) {
				return resp, err
			}
			if maybeDone(r.Method, resp, err) {
				trip.maybeDone = true
			}
			if resp != nil && resp.StatusCode == http.StatusTooManyRequests {
				continue // the limiter holds everybody back
			}
			lost++
			pause := backoff(lost)
			if resp != nil {
				pause = max(pause, retryAfter(resp.Header))
			}
			if err := tooLongFor(r.Context(), pause, resp); err != nil {
				return nil, err
			}
			if err := sleep(r.Context(), pause, nil); err != nil {
				return nil, err
			}
		}
	})
}

// mayRetry is the whole policy:
//
//	429                              every method: the server did nothing
//	nothing was sent                 every method
//	502, 503, 504, lost answer       GET, PUT, PATCH, DELETE, all idempotent here
//	500                              GET, once: a bug seldom heals, a hiccup does
//
// Everything else is final, and a POST that may have been carried out is settled by
// its noun, which looks the object up first.
func mayRetry(method string, resp *http.Response, err error, tries int) bool {
	idempotent := method != http.MethodPost
	if err != nil {
		var lost *lostError
		return errors.As(err, &lost) && !lost.final && (lost.unsent || idempotent)
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return idempotent
	case http.StatusInternalServerError:
		return method == http.MethodGet && tries == 1
	}
	return false
}

// maybeDone reports whether a write may have been carried out although it failed.
func maybeDone(method string, resp *http.Response, err error) bool {
	if method == http.MethodGet {
		return false
	}
	if err != nil {
		var lost *lostError
		return errors.As(err, &lost) && !lost.unsent
	}
	return resp.StatusCode >= 500
}

// backoff is the pause after the n-th lost try, from 1.
func backoff(n int) time.Duration {
	return jitter(min(firstBackoff<<min(n-1, 10), longestBackoff))
}

// tooLongFor is tooLong for a pause that is not the rate limit's.
func tooLongFor(ctx context.Context, pause time.Duration, resp *http.Response) error {
	err := tooLong(ctx, pause)
	if err == nil {
		return nil
	}
	e := &Error{RetryAfter: pause, Hint: "Try again later, or raise the operation's timeout."}
	e.Message = fmt.Sprintf("Tray cannot be reached, and the next try, in %s, would come after this operation's deadline",
		pause.Round(time.Second/10))
	if resp != nil {
		e.Status = resp.StatusCode
		e.Message = fmt.Sprintf("Tray is unavailable, and the next try, in %s, would come after this operation's deadline",
			pause.Round(time.Second/10))
	}
	return e
}

// again is r with a body that can be read once more.
func again(r *http.Request) (*http.Request, error) {
	try := r.Clone(r.Context())
	if r.GetBody == nil {
		return try, nil
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	try.Body = body
	return try, nil
}
