package rest

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// roundTrip is one link of the chain, as a function.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// chain is the order in which a request meets the links; the first is outermost.
//
// The retries stand above all of it (see retrying), so that every try counts against the
// rate. Logging stands below the limiter, so that its durations are the server's. The
// token is added below logging, which therefore never sees it.
func (c *Client) chain(cfg Config) http.RoundTripper {
	next := cfg.Transport
	next = c.authenticate(next)
	next = c.followClock(next)
	next = c.readResponse(next, cfg.RequestTimeout)
	next = c.logTries(next)
	next = c.limit(next)
	next = addHeaders(next, cfg.UserAgent)
	return next
}

func addHeaders(next http.RoundTripper, agent string) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", agent)
		r.Header.Set("Accept", "application/json")
		if r.Body != nil && r.Body != http.NoBody {
			r.Header.Set("Content-Type", "application/json")
		}
		return next.RoundTrip(r)
	})
}

// limit lets a try pass when its turn has come, and tells the limiter of the answer.
func (c *Client) limit(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if err := c.limiter.wait(r.Context()); err != nil {
			return nil, err
		}
		sent := time.Now()
		resp, err := next.RoundTrip(r)
		switch {
		case err != nil:
		case resp.StatusCode == http.StatusTooManyRequests:
			pause := c.limiter.refused(sent, retryAfter(resp.Header))
			c.Log(r.Context(), "rate limited", map[string]any{"pause_ms": pause.Milliseconds()})
		default:
			c.limiter.served(sent)
		}
		return resp, err
	})
}

// logTries reports each try: never a header, never a body, never the query or the part of a
// path that holds an e-mail address.
func (c *Client) logTries(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		started := time.Now()
		resp, err := next.RoundTrip(r)
		fields := map[string]any{
			"method": r.Method, "path": emailInPath.ReplaceAllString(r.URL.EscapedPath(), "(e-mail)"), "try": attemptsOf(r.Context()).n,
			"duration_ms": time.Since(started).Milliseconds(),
		}
		if resp != nil {
			fields["status"] = resp.StatusCode
			if id := resp.Header.Get("X-Request-Id"); id != "" {
				fields["request_id"] = id
			}
		}
		if err != nil {
			fields["error"] = err.Error()
		}
		c.Log(r.Context(), "request", fields)
		return resp, err
	})
}

var emailInPath = regexp.MustCompile(`[^/]+(@|%40)[^/]*`)

// authenticate adds the token, for our own scheme and host and for no other.
func (c *Client) authenticate(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Del("Authorization")
		if r.URL.Scheme == c.base.Scheme && r.URL.Host == c.base.Host {
			r.Header.Set("Authorization", "Bearer "+cmp.Or(attemptsOf(r.Context()).as, c.token))
		}
		return next.RoundTrip(r)
	})
}

// redirectError is a redirect that the client refuses to follow.
type redirectError struct{ to, why string }

func (e *redirectError) Error() string {
	return fmt.Sprintf("redirected to %s, which is not followed: %s", e.to, e.why)
}

// checkRedirect follows a GET within our own scheme and host. Another host would be
// handed the token, http would send it in the clear, and a write that is redirected
// may be repeated or turned into a GET.
func (c *Client) checkRedirect(to *http.Request, via []*http.Request) error {
	where := to.URL.Scheme + "://" + to.URL.Host
	switch {
	case to.URL.Scheme == "http" && c.base.Scheme == "https":
		return &redirectError{where, "it would send the token unencrypted"}
	case to.URL.Scheme != c.base.Scheme || to.URL.Host != c.base.Host:
		return &redirectError{where, "the token is for " + c.base.Host + " only"}
	case via[0].Method != http.MethodGet:
		return &redirectError{where + to.URL.EscapedPath(), "only reads are followed"}
	case len(via) >= 5:
		return &redirectError{where + to.URL.EscapedPath(), "five redirects in a row"}
	}
	return nil
}

// networkTransport is http.DefaultTransport with more certificates to trust. It
// keeps as many idle connections as Terraform has operations in flight.
func networkTransport(pem []byte) (http.RoundTripper, error) {
	std, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("http.DefaultTransport was replaced: set Config.Transport")
	}
	t := std.Clone()
	t.MaxIdleConnsPerHost = 32
	t.OnProxyConnectResponse = func(_ context.Context, via *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		return &proxyError{via.Host, resp.StatusCode}
	}
	if len(pem) == 0 {
		return t, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("the CA certificate holds no PEM certificate that can be read")
	}
	t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return t, nil
}
