package rest

import (
	"time"

	"golang.org/x/time/rate"
)

// window is when the newest requests were sent. A token bucket alone lets a second see
// its burst on top of its rate; so the bucket spaces requests, and this counts them. It
// belongs to whoever is at the head of the limiter's line.
type window struct {
	times  []time.Time // oldest first
	filled bool        // since the last request was sent
}

// slack is what a second is lengthened by, as requests do not all travel equally fast.
const slack = 5 * time.Millisecond

// full returns how long no further request may be sent at the bucket's rate. After such
// a wait the bucket's burst is spent as well: a second burst, just a second after the
// first, would reach a server that saw the first one late as too many in one second.
func (w *window) full(bucket *rate.Limiter) time.Duration {
	now := time.Now()
	size := max(1, int(bucket.Limit()))
	second := max(time.Second, time.Duration(float64(time.Second)/float64(bucket.Limit()))) + slack
	for len(w.times) > 0 && now.Sub(w.times[0]) >= second {
		w.times = w.times[1:]
	}
	if len(w.times) >= size {
		w.filled = true
		return second - now.Sub(w.times[len(w.times)-size])
	}
	if spare := int(bucket.Tokens()) - 1; w.filled && spare > 0 {
		bucket.AllowN(now, spare)
	}
	w.filled = false
	return 0
}

func (w *window) sent() { w.times = append(w.times, time.Now()) }
