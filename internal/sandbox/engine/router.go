package engine

import (
	"net/url"
	"strings"
)

// Router finds what answers a request. By hand, as net/http's would answer 405 and clean
// paths, which Tray does not.
type Router[T any] struct{ routes []pattern[T] }

type pattern[T any] struct {
	method   string
	segments []string
	what     T
}

// Add binds a method and a path, in which {name} stands for a segment.
func (r *Router[T]) Add(method, path string, what T) {
	r.routes = append(r.routes, pattern[T]{method, strings.Split(path, "/"), what})
}

// Find returns what answers a request, with the named segments of its path, or the zero
// T. A known path with another method is as unknown as any other path.
func (r *Router[T]) Find(method, path string) (what T, params map[string]string) {
	segments := strings.Split(path, "/")
	for _, one := range r.routes {
		if one.method == method && len(one.segments) == len(segments) {
			if params, same := match(one.segments, segments); same {
				return one.what, params
			}
		}
	}
	return what, nil
}

func match(pattern, segments []string) (map[string]string, bool) {
	var params map[string]string
	for i, want := range pattern {
		if !strings.HasPrefix(want, "{") {
			if want != segments[i] {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil || value == "" {
			return nil, false
		}
		if params == nil {
			params = map[string]string{}
		}
		params[strings.Trim(want, "{}")] = value
	}
	return params, true
}
