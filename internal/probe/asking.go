package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// asking is one question on its way. Its methods do nothing more once the way is blocked, so that a probe reads as the
// conversation it is; what it asks afterwards is answered with zero values, and not sent.
type asking struct {
	*run
	*course
	token string
}

// course is what has come out so far, whichever token asks.
type course struct {
	ctx     context.Context
	quota   int // Requests that the table grants yet.
	facts   []string
	differs bool
	stop    *stop
}

// stop is why a question is not asked, or not to its end.
type stop struct {
	why     string
	failed  bool // No answer, or none that says anything about the question.
	refused bool // Something that had to be made beforehand was refused.
}

// by asks with another token.
func (a *asking) by(token string) *asking { return &asking{a.run, a.course, token} }

func (a *asking) halt(s stop) {
	if a.stop == nil {
		a.stop = &s
	}
}

// skip ends a question that cannot be asked of this organization.
func (a *asking) skip(format string, args ...any) { a.halt(stop{why: fmt.Sprintf(format, args...)}) }

func (a *asking) fail(format string, args ...any) {
	a.halt(stop{why: fmt.Sprintf(format, args...), failed: true})
}

// send sends one request, unless the question has come to its end.
func (a *asking) send(method, path string, query url.Values, body any) reply {
	return a.sendOdd(method, path, query, body, odd{})
}

// sendOdd is send for what no client would send.
func (a *asking) sendOdd(method, path string, query url.Values, body any, o odd) reply {
	if a.stop != nil {
		return reply{method: method, path: path}
	}
	if strings.HasSuffix(path, "/") || strings.Contains(path, "//") {
		a.fail("an id is missing in %s %s", method, path) // Without it the call would mean the whole collection.
		return reply{method: method, path: path}
	}
	if a.quota--; a.quota < 0 {
		a.fail("the question took more requests than announced, which is a mistake in this program")
		return reply{method: method, path: path}
	}
	got, err := a.wire.send(a.ctx, request{a.token, method, path, query, body, o})
	switch {
	case a.ctx.Err() != nil:
		a.fail("interrupted")
	case err != nil:
		a.fail("%s", err)
	case noAnswer(got.status):
		a.fail("%s", got)
	}
	return got
}

// noAnswer tells the statuses that say something about the moment, or the token, and nothing about the question. A plain 500
// does: it may be what the service makes of such a request every time.
func noAnswer(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// get takes the query as names and values in turn.
func (a *asking) get(path string, query ...string) reply {
	values := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	return a.send(http.MethodGet, path, values, nil)
}

func (a *asking) post(path string, body any) reply { return a.send(http.MethodPost, path, nil, body) }
func (a *asking) put(path string, body any) reply  { return a.send(http.MethodPut, path, nil, body) }
func (a *asking) delete(path string) reply         { return a.send(http.MethodDelete, path, nil, nil) }

// need ends the question when a step on the way to it was refused.
func (a *asking) need(r reply) reply {
	if a.stop == nil && !r.ok() {
		a.halt(stop{why: "could not be prepared: " + r.String(), refused: true})
	}
	return r
}

// page decodes a page that is needed.
func (a *asking) page(r reply) page {
	var p page
	if a.need(r); a.stop != nil {
		return p
	}
	if err := json.Unmarshal(r.body, &p); err != nil {
		a.fail("%s with something that is no page", r)
	}
	return p
}

// Pages that are read of one list at most: more is not worth the requests.
const maxPages = 10

// list reads a whole list.
func (a *asking) list(path string, size int, query ...string) []object {
	var all []object
	query = append(query, "first", strconv.Itoa(size))
	p := a.page(a.get(path, query...))
	for n := 1; ; n++ {
		all = append(all, p.Elements...)
		if a.stop != nil || !p.PageInfo.HasNextPage {
			return all
		}
		if n == maxPages {
			a.skip("%s has more than %d elements", path, maxPages*size)
			return nil
		}
		p = a.page(a.get(path, append(query, "cursor", p.PageInfo.EndCursor)...))
	}
}

// expect notes the status of an answer, and whether it is the one the sandbox gives.
func (a *asking) expect(what string, r reply, status int) { a.same(what, r.status, status) }

// same notes what was found, and whether it is what the sandbox would have shown.
func (a *asking) same(what string, found, assumed any) {
	if a.stop != nil {
		return
	}
	f, want := inWords(found), inWords(assumed)
	if f == want {
		a.note("%s: %s", what, f)
		return
	}
	a.differs = true
	a.note("%s: %s instead of %s", what, f, want)
}

// note adds a fact that decides nothing.
func (a *asking) note(format string, args ...any) {
	if a.stop == nil {
		a.facts = append(a.facts, fmt.Sprintf(format, args...))
	}
}

func inWords(v any) string {
	switch v {
	case true:
		return "yes"
	case false:
		return "no"
	case "":
		return "nothing"
	}
	return fmt.Sprint(v)
}
