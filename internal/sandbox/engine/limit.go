package engine

import (
	"math"
	"net/http"
	"sync"

	"golang.org/x/time/rate"
)

// ErrRateLimit carries no Retry-After, because Tray documents none.
var ErrRateLimit = Fail(http.StatusTooManyRequests, "Rate limit exceeded")

// Limits holds a token bucket per API token. It counts real time and this process only:
// it stands for a gateway, not for data.
type Limits struct {
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

// Allow tells whether a token may make one more request now, at so many a second. A burst
// of 0 is five thirds of the rate, as Tray documents 50 over 30; a rate of 0 is no limit.
func (l *Limits) Allow(token string, perSecond float64, burst int) bool {
	if perSecond <= 0 {
		return true
	}
	if burst == 0 {
		burst = int(math.Ceil(perSecond * 5 / 3))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[token]
	if b == nil || b.Limit() != rate.Limit(perSecond) || b.Burst() != burst {
		b = rate.NewLimiter(rate.Limit(perSecond), burst)
		if l.buckets == nil {
			l.buckets = map[string]*rate.Limiter{}
		}
		l.buckets[token] = b
	}
	return b.Allow()
}
