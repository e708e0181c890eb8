package sandbox

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// serve takes a request through the stages, in this order: whose is it, by its token; who
// is it (401); rate limit (429); the body, so that nobody without a token makes the
// sandbox read anything; latency; faults; the act; the log. The control plane is never
// limited, delayed, faulted or logged. It fails only when ctx ends before the act.
func (s *Sandbox) serve(ctx context.Context, r *http.Request) (engine.Outcome, error) {
	s.inflight.Add(1)
	defer s.inflight.Done()
	if f := s.store.frozen; f != nil {
		if err := f.refuses(r.Method, r.URL.EscapedPath()); err != nil {
			return s.store.Refusal(err).Outcome(), nil
		}
	}
	token := bearer(r.Header)
	home, leave, err := s.route(ctx, token)
	if err != nil {
		return s.store.Refusal(err).Outcome(), nil
	}
	defer leave()
	route, params := find(r.Method, r.URL.EscapedPath())
	if f := s.store.frozen; f != nil && route != nil && route.unheld != "" {
		return s.store.Refusal(errUnheld(route.unheld)).Outcome(), nil
	}
	c := &call{sandbox: home, route: route, params: params, caller: caller{token: token}, agent: r.UserAgent(), path: r.URL.EscapedPath()}
	c.query, c.queryError = url.ParseQuery(r.URL.RawQuery)
	return home.answer(ctx, c, r)
}

// answer answers a request in the organization that it belongs to.
func (s *Sandbox) answer(ctx context.Context, c *call, r *http.Request) (engine.Outcome, error) {
	if strings.HasPrefix(r.URL.Path, controlPrefix) {
		return s.serveControl(ctx, c, r), nil
	}
	out, err := s.serveTray(ctx, c, r)
	if err != nil {
		return engine.Outcome{}, err
	}
	if r.URL.Path == graphPath && s.store.frozen == nil {
		out = atGateway(out)
	}
	if c.route != nil && c.route.closes && out.Header != nil {
		out.Header.Set("Connection", "close")
	}
	return out, s.log(ctx, c, r, &out)
}

// serveControl answers a request about the sandbox.
func (s *Sandbox) serveControl(ctx context.Context, c *call, r *http.Request) engine.Outcome {
	_, err := s.admit(ctx, c)
	if err == nil {
		err = c.readBody(r)
	}
	if err != nil {
		return s.store.Refusal(err).Outcome()
	}
	return s.act(ctx, c, s.store).Outcome()
}

// serveTray answers a request to Tray, as opposed to one about the sandbox.
func (s *Sandbox) serveTray(ctx context.Context, c *call, r *http.Request) (engine.Outcome, error) {
	met, err := s.admit(ctx, c)
	if err == nil && (c.route == nil || !c.route.free) && !s.limits.Allow(c.caller.token, c.options.Rate, c.options.Burst) {
		err = engine.ErrRateLimit
	}
	if err == nil {
		err = c.readBody(r)
	}
	if err != nil {
		return s.store.Refusal(err).Outcome(), nil
	}
	if err := engine.Wait(ctx, c.options.latency()); err != nil {
		return engine.Outcome{}, err
	}
	if !met.faults {
		return s.act(ctx, c, s.store).Outcome(), nil
	}
	return s.actFaulty(ctx, c, r)
}

// admission is what is known of a request before it acts.
type admission struct{ faults bool }

// admit reads who calls and what the options are, in a transaction of its own: the act
// may have to wait for latency or a fault's delay, and no transaction stays open
// meanwhile.
func (s *Sandbox) admit(ctx context.Context, c *call) (admission, error) {
	var met admission
	err := s.store.view(ctx, func(t *tx) error {
		if err := c.identify(t); err != nil {
			return err
		}
		var err error
		met.faults, err = engine.AnyFaults(t.Tx)
		return err
	})
	return met, err
}

// identify fills in the organization, the options, the time and the caller.
func (c *call) identify(t *tx) (err error) {
	if c.organization, c.options, c.now, err = t.settings(c.sandbox.clock()); err != nil {
		return err
	}
	token := c.caller.token
	if c.caller, err = t.authenticate(token, c.now); err != errUnauthorized || token == "" { //nolint:errorlint // a sentinel of ours, never wrapped
		return err
	}
	operator, lookErr := t.isOperator(token)
	if lookErr != nil {
		return lookErr
	}
	if operator {
		c.caller, err = caller{token: token, operator: true}, nil
	}
	return err
}

// act runs the handler and renders its answer. What may give an organization another name
// runs under the lock of the first organization's file, whatever process it is in: names
// are unique across files.
func (s *Sandbox) act(ctx context.Context, c *call, on *store) (e engine.Encoded) {
	if c.route == nil || !c.route.names || s.first == nil {
		return s.actNow(ctx, c, on)
	}
	err := s.first.store.update(ctx, func(t *tx) error {
		c.registry = t
		e = s.actNow(ctx, c, on)
		return nil
	})
	if err != nil {
		return s.store.Refusal(err)
	}
	return e
}

// actNow runs the handler in one transaction on the given data.
func (s *Sandbox) actNow(ctx context.Context, c *call, on *store) engine.Encoded {
	if c.route != nil && c.route.outside != nil {
		if err := c.route.outside(ctx, c); err != nil {
			return s.store.Refusal(err)
		}
	}
	transact := on.view
	if c.route != nil && c.route.writes() {
		transact = on.update
	}
	var a answer
	err := transact(ctx, func(t *tx) error {
		c.tx = t
		if on == s.store { // a frozen copy may not know the caller yet; admit has found it in the data of now
			if err := c.identify(t); err != nil {
				return err
			}
		}
		if err := c.admitted(); err != nil {
			return err
		}
		var err error
		if a, err = c.route.handle(c); err != nil {
			return err
		}
		return c.tell()
	})
	for _, f := range c.afterwards {
		f(err == nil)
	}
	if err != nil {
		return s.store.Refusal(c.unlessUnseen(err))
	}
	body, err := engine.EncodeBody(a.body)
	if err != nil {
		return s.store.Refusal(err)
	}
	return engine.Encoded{Status: a.status, Body: body}
}

// admitted finds the workspace of the path and checks the caller's right, in that order:
// what is hidden is a 404 whatever the caller wanted to do with it.
func (c *call) admitted() error {
	if c.route == nil || strings.HasPrefix(c.route.Pattern, managementPrefix) && !c.options.Management {
		return engine.NotFound("The requested resource could not be found")
	}
	if c.caller.operator && !c.route.operator {
		return errOperator
	}
	if c.caller.endUser != "" {
		if c.route.Pattern != graphPath {
			return errUnauthorized
		}
		return nil
	}
	if err := c.wellFormed(); err != nil {
		return err
	}
	if c.route.control && !c.caller.operator {
		return c.require(RightControl)
	}
	return c.admittedTo()
}

// admittedTo finds what the path names, and checks the right in the workspace that it is in.
func (c *call) admittedTo() error {
	if id, given := c.params["workspaceId"]; given {
		var err error
		if c.workspace, err = c.tx.findWorkspace(id); err != nil {
			return err
		}
	}
	if c.caller.operator {
		return nil
	}
	if err := c.find(); err != nil {
		return err
	}
	return c.require(c.route.right)
}

// find looks for what the path names by the places of the nouns.
func (c *call) find() error {
	for name, value := range c.params {
		if found, known := places[name]; known {
			if err := found(c, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// wellFormed checks what the address says before anybody acts on a part of it: a filter
// that cannot be read must not turn into the whole list.
func (c *call) wellFormed() error {
	for _, name := range slices.Sorted(maps.Keys(c.params)) {
		if value := c.params[name]; strings.HasSuffix(name, "Id") && !c.route.control && !engine.IsID(value) {
			return engine.BadRequest("Invalid value for: path parameter %s (expected letters, digits and hyphens)", name)
		}
	}
	if c.queryError != nil {
		return engine.BadRequest("Invalid value for: query (%s)", c.queryError)
	}
	for _, name := range slices.Sorted(maps.Keys(c.query)) {
		if len(c.query[name]) > 1 && name != c.route.repeats {
			return engine.InvalidQuery(name, "given %d times", len(c.query[name]))
		}
	}
	return nil
}

// log appends the request to the log that every process on the file shares, and numbers
// the answer after it.
func (s *Sandbox) log(ctx context.Context, c *call, r *http.Request, out *engine.Outcome) error {
	l := engine.Logged{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Status: out.Status, TokenUser: c.caller.name()}
	if out.Dropped {
		l.Status = 0
	}
	if l.Path == graphPath { // all of it has one address: what was asked tells one from another
		l.Query = strings.Join(c.asked, "&")
	}
	return s.store.update(ctx, func(t *tx) error {
		id, err := l.Append(t.Tx, c.now, c.body)
		if err != nil || out.Header == nil {
			return err
		}
		out.Header.Set("Date", c.now.UTC().Format(http.TimeFormat)) // the injected clock's, so that clients can follow it
		out.Header.Set("X-Request-Id", "req_"+strconv.FormatInt(id, 10))
		return nil
	})
}

// Largest bodies. Most routes take a few fields; some take a text that people write
// elsewhere.
const (
	smallBody = 64 << 10
	textBody  = 1 << 20
	faultBody = 8 << 20
)

// readBody reads the body of a request once its caller is known.
func (c *call) readBody(r *http.Request) (err error) {
	most := int64(smallBody)
	if c.route != nil && c.route.body != 0 {
		most = c.route.body
	}
	c.body, err = engine.ReadBody(r, most)
	return err
}
