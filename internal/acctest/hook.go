package acctest

import (
	"net/http"
	"regexp"
	"sync"
)

// hooks are what happens in the middle of a command, between two of its requests.
type hooks struct {
	next http.Handler

	mu  sync.Mutex
	all []*hook
}

type hook struct {
	method string
	path   *regexp.Regexp
	left   int // matching requests until it strikes
	does   func()
}

// Before has does run once, before the nth request from now on that matches is answered; the
// glob is as in Fault. It needs the sandbox over HTTP.
func (e *Env) Before(method, glob string, nth int, does func()) {
	e.t.Helper()
	if e.hooks == nil {
		e.t.Fatal("acctest: Before needs HTTP")
	}
	e.hooks.mu.Lock()
	defer e.hooks.mu.Unlock()
	e.hooks.all = append(e.hooks.all, &hook{method, globPattern(glob), nth, does})
}

// ServeHTTP implements http.Handler.
func (h *hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, does := range h.due(r) {
		does()
	}
	h.next.ServeHTTP(w, r)
}

func (h *hooks) due(r *http.Request) (all []func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.all {
		if one.method != r.Method || !one.path.MatchString(r.URL.Path) {
			continue
		}
		if one.left--; one.left == 0 {
			all = append(all, one.does)
		}
	}
	return all
}
