package sandbox

import (
	"math"
	"net/http"
	"sync"

	"golang.org/x/time/rate"
)

// errRateLimit carries no Retry-After, because Tray documents none.
var errRateLimit = fail(http.StatusTooManyRequests, "Rate limit exceeded")

// limits holds a token bucket per API token. It counts real time and this process only: it stands for a gateway, not for data.
type limits struct {
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func (l *limits) allow(token string, o Options) bool {
	if o.Rate <= 0 {
		return true
	}
	burst := o.Burst
	if burst == 0 {
		burst = int(math.Ceil(o.Rate * 5 / 3))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[token]
	if b == nil || b.Limit() != rate.Limit(o.Rate) || b.Burst() != burst {
		b = rate.NewLimiter(rate.Limit(o.Rate), burst)
		if l.buckets == nil {
			l.buckets = map[string]*rate.Limiter{}
		}
		l.buckets[token] = b
	}
	return b.Allow()
}
