package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// The pauses between tries that were lost, doubling, with jitter. Pauses after a 429
// are the limiter's.
const (
	firstBackoff   = 250 * time.Millisecond
	longestBackoff = 10 * time.Second
)

// attempts is what the links tell each other, and the caller, about one call.
type attempts struct {
	n int // tries so far, the one under way included
	// maybeDone says that an earlier try may have been carried out.
	maybeDone bool
	pause     time.Duration // before the next try
	extra     time.Duration // see Call.Extra
	as        string        // see Call.As
	method    string        // by whose rules it is tried again
}

type attemptsKey struct{}

func withAttempts(ctx context.Context) (context.Context, *attempts) {
	a := &attempts{}
	return context.WithValue(ctx, attemptsKey{}, a), a
}

func attemptsOf(ctx context.Context) *attempts {
	if a, ok := ctx.Value(attemptsKey{}).(*attempts); ok {
		return a
	}
	return &attempts{}
}

// retrying is the library's loop with our policy. It is made anew for each call, around
// the one http.Client, as the policy depends on what the call has come to: whether a
// POST may be repeated on whether it was sent, which no answer tells.
func (c *Client) retrying(method string, a *attempts) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient: c.http, RetryMax: c.retries,
		RequestLogHook: func(retryablehttp.Logger, *http.Request, int) { a.n++ },
		CheckRetry:     c.checkRetry(method, a),
		// checkRetry has said how long, where it could still refuse.
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return a.pause },
		ErrorHandler: retryablehttp.PassthroughErrorHandler, // the last answer, not "giving up"
	}
}

// checkRetry applies mayRetry, and refuses a pause that would outlast the operation.
func (c *Client) checkRetry(method string, a *attempts) retryablehttp.CheckRetry {
	lost := 0
	return func(ctx context.Context, resp *http.Response, err error) (bool, error) {
		if a.n > c.retries || ctx.Err() != nil || !mayRetry(method, resp, err, a.n) {
			return false, err
		}
		if maybeDone(method, resp, err) {
			a.maybeDone = true
		}
		if resp != nil && resp.StatusCode == http.StatusTooManyRequests {
			a.pause = 0 // the limiter holds everybody back
			return true, nil
		}
		lost++
		a.pause = backoff(lost)
		if resp != nil {
			a.pause = max(a.pause, retryAfter(resp.Header))
		}
		err = tooLongFor(ctx, a.pause, resp)
		return err == nil, err
	}
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
