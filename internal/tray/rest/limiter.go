package rest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Tray documents 30 requests a second for every endpoint together (docs: rate limits),
// answers 429 beyond it, and documents no Retry-After.
const (
	firstPause   = time.Second
	longestPause = 30 * time.Second
	// patience bounds a pause for a caller whose context has no deadline.
	patience = 5 * time.Minute
)

// limiter holds every request of a client to one rate, first come, first served: no
// second, wherever it begins, sees more requests than requests_per_second says. A 429
// stops all of them: the limit belongs to the token, so whoever goes on only prolongs
// it. Another process may use the same token, hence the rate is halved by a 429 and
// recovers by one request a second for each second without.
type limiter struct {
	bucket *rate.Limiter // spaces requests, and holds the rate of now
	max    rate.Limit
	window window

	mu      sync.Mutex
	busy    bool            // somebody is at the head of the line
	line    []chan struct{} // the others, in order; closed when it is their turn
	until   time.Time       // nobody sends before
	changed chan struct{}   // closed, and replaced, when until moves
	cut     time.Time       // when the rate was last halved
	strikes int             // pauses since the last request that was served
}

func newLimiter(perSecond float64) *limiter {
	return &limiter{
		bucket:  rate.NewLimiter(rate.Limit(perSecond), burst(rate.Limit(perSecond))),
		max:     rate.Limit(perSecond),
		changed: make(chan struct{}),
	}
}

// burst is how many requests go out at once after a quiet second: a handful of pages
// then takes one round trip. It is well below a second's worth, because a process that
// ended just before may have used up what the server counts in this second.
func burst(perSecond rate.Limit) int { return max(1, int(perSecond*2/5)) }

// wait returns when the caller may send one request, or with why it may not. It never
// waits beyond ctx's deadline: if that is certain beforehand, it fails at once.
func (l *limiter) wait(ctx context.Context) error {
	if err := l.standInLine(ctx); err != nil {
		return err
	}
	defer l.next()
	for {
		until, changed := l.pause()
		if pause := time.Until(until); pause > 0 {
			if err := tooLong(ctx, pause); err != nil {
				return err
			}
			if err := sleep(ctx, pause, changed); err != nil {
				return err
			}
			continue
		}
		if delay := l.window.full(l.bucket); delay > 0 {
			if err := waitFor(ctx, delay, changed); err != nil {
				return err
			}
			continue
		}
		slot := l.bucket.Reserve()
		if err := waitFor(ctx, slot.Delay(), changed); err != nil {
			slot.Cancel()
			return err
		}
		if again, _ := l.pause(); !time.Now().Before(again) {
			l.window.sent()
			return nil
		}
		slot.Cancel() // paused in the meantime
	}
}

// waitFor sleeps, unless that is certain to outlast ctx.
func waitFor(ctx context.Context, delay time.Duration, changed <-chan struct{}) error {
	if delay <= 0 {
		return nil
	}
	if err := tooLong(ctx, delay); err != nil {
		return err
	}
	return sleep(ctx, delay, changed)
}

// standInLine returns when nobody is ahead.
func (l *limiter) standInLine(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	if !l.busy {
		l.busy = true
		l.mu.Unlock()
		return nil
	}
	ticket := make(chan struct{})
	l.line = append(l.line, ticket)
	l.mu.Unlock()
	err := l.watch(ctx, ticket)
	if err == nil {
		return nil
	}
	l.mu.Lock()
	if i := slices.Index(l.line, ticket); i >= 0 {
		l.line = slices.Delete(l.line, i, i+1)
		l.mu.Unlock()
		return err
	}
	l.mu.Unlock()
	l.next() // our turn came as we left
	return err
}

// watch waits for done, but not beyond ctx, and not at all once a pause is known to
// outlast ctx's deadline.
func (l *limiter) watch(ctx context.Context, done <-chan struct{}) error {
	for {
		until, changed := l.pause()
		if err := tooLong(ctx, time.Until(until)); err != nil {
			return err
		}
		select {
		case <-done:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// next lets the first in line proceed.
func (l *limiter) next() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.line) == 0 {
		l.busy = false
		return
	}
	close(l.line[0])
	l.line = slices.Delete(l.line, 0, 1)
}

func (l *limiter) pause() (until time.Time, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until, l.changed
}

// refused takes note of a 429 to a request sent at that time, and returns the pause.
// asked is the server's Retry-After, negative when there was none. Requests that were
// under way when the rate was halved say nothing new about the rate.
func (l *limiter) refused(sent time.Time, asked time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := sent.After(l.cut)
	if !fresh && asked < 0 {
		return time.Until(l.until)
	}
	if fresh {
		l.cut = time.Now()
		l.strikes++
		l.bucket.SetLimit(max(l.bucket.Limit()/2, min(1, l.max)))
	}
	pause := jitter(min(firstPause<<min(l.strikes-1, 10), longestPause))
	if asked >= 0 {
		pause = asked + time.Duration(rand.Int64N(int64(100*time.Millisecond)))
	}
	if until := time.Now().Add(pause); until.After(l.until) {
		l.until = until
		close(l.changed)
		l.changed = make(chan struct{})
	}
	return pause
}

// served takes note of an answer other than 429.
func (l *limiter) served(sent time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !sent.After(l.cut) {
		return
	}
	l.strikes = 0
	if now := l.bucket.Limit(); now < l.max {
		l.bucket.SetLimit(min(l.max, now+1/now))
	}
}

// tooLong is the error of a pause that would outlast the operation.
func tooLong(ctx context.Context, pause time.Duration) error {
	left := patience
	if deadline, ok := ctx.Deadline(); ok {
		left = time.Until(deadline)
	}
	if pause <= left {
		return nil
	}
	return &Error{
		Status: http.StatusTooManyRequests, RetryAfter: pause,
		Message: fmt.Sprintf("Tray's rate limit asks for a pause of %s, and this operation has %s left",
			pause.Round(time.Second/10), max(0, left).Round(time.Second/10)),
		Hint: "Lower requests_per_second or -parallelism, use a token of its own for Terraform, " +
			"or raise the operation's timeout.",
	}
}

// jitter spreads d over [d/2, d*3/2).
func jitter(d time.Duration) time.Duration {
	return d/2 + time.Duration(rand.Int64N(int64(d)+1))
}

// century bounds what a server may ask for, so that adding to it never overflows.
const century = 100 * 365 * 24 * time.Hour

// retryAfter reads the header in both its forms, seconds (also with a fraction) and an
// HTTP date, which counts from the server's own Date; negative means absent or unreadable.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, century.Seconds()) * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return -1
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(0, at.Sub(now)), century)
}
