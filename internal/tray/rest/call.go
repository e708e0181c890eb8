package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Call is one request, with all its tries.
type Call struct {
	Method string
	// Path holds the path's elements, unescaped.
	Path  []string
	Query url.Values
	In    any // sent as JSON; nil sends no body
	// Stream, when set, returns what is sent instead of In, from its beginning at each try.
	Stream func() SizedReader
	// Extra is what a try may take beyond RequestTimeout, as a large body does.
	Extra time.Duration
	// Repeatable says of a POST that doing it twice does no more than doing it once.
	Repeatable bool
	// ReadOnly says of a POST that it changes nothing: it is tried again as a GET is, and never
	// ambiguous.
	ReadOnly bool
	// As is the token to send instead of the client's, "" for that. Like Secrets, it is told
	// to nobody.
	As string
	// Right says which token may do this, for the hint of a 403.
	Right string
	// Secrets are in what is sent; a server that repeats them gives none of them away.
	Secrets []string

	size *int // when set, told how many bytes the answer has
}

// Raw is an answer that is kept as it came, undecoded: one that is large.
type Raw []byte

// SizedReader is a body of known length.
type SizedReader interface {
	io.Reader
	Len() int // bytes left
}

// Do carries out a call and decodes a 2xx answer into out (nil: not read; *Raw: as it is). Its error
// is always a *Error.
func (c *Client) Do(ctx context.Context, k Call, out any) error {
	ctx, tries := withAttempts(ctx)
	tries.extra, tries.as, tries.method = k.Extra, k.As, k.policy()
	req, err := c.request(ctx, k)
	if err != nil {
		return c.Fail(k, &Error{Message: err.Error(), Err: err})
	}
	resp, err := c.retrying(tries.method, tries).Do(req)
	if err != nil {
		if resp != nil { // a refused redirect comes with its answer
			_ = resp.Body.Close()
		}
		return c.Fail(k, c.explainLost(k.ambiguity(), tries, err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return c.Fail(k, c.explainLost(k.ambiguity(), tries, err))
	}
	if resp.StatusCode/100 != 2 {
		// Before a long sentence is cut, which would leave the beginning of a secret.
		e := c.explainStatus(k, resp, []byte(k.redact(string(body))))
		if c.refused != nil {
			c.refused(e)
		}
		e.Ambiguous = tries.maybeDone || maybeDone(k.ambiguity(), resp, nil)
		e.Repeated = tries.maybeDone
		return c.Fail(k, e)
	}
	if k.size != nil {
		*k.size = len(body)
	}
	if e := c.decodeResponse(resp, body, out); e != nil {
		e.Ambiguous = k.ambiguity() != http.MethodGet
		return c.Fail(k, e)
	}
	return nil
}

// policy is the method by whose rules the call is tried again, see mayRetry.
func (k Call) policy() string {
	switch {
	case k.ReadOnly:
		return http.MethodGet
	case k.Repeatable:
		return http.MethodPut
	}
	return k.Method
}

// ambiguity is the method by whose rules a failure leaves open what was done, see maybeDone.
func (k Call) ambiguity() string {
	if k.ReadOnly {
		return http.MethodGet
	}
	return k.Method
}

// redact takes the secrets out of what a server said, as they are and as JSON writes them.
func (k Call) redact(said string) string {
	for _, secret := range slices.Concat(k.Secrets, []string{k.As}) {
		if secret == "" {
			continue
		}
		quoted, _ := json.Marshal(secret) // a string: it never fails
		for _, form := range []string{secret, string(quoted[1 : len(quoted)-1])} {
			said = strings.ReplaceAll(said, form, "(redacted)")
		}
	}
	return said
}

// Fail completes an error: which call it was, and neither a token or secret nor anything that a
// terminal would obey in any of it.
func (c *Client) Fail(k Call, e *Error) *Error {
	e.Method, e.Path = k.Method, "/"+strings.Join(escaped(k.Path), "/")
	for _, text := range []*string{&e.Message, &e.Hint, &e.Code, &e.RequestID} {
		*text = Printable(c.redact(k.redact(*text)))
	}
	if e.Err == nil {
		return e
	}
	if safe := Printable(c.redact(k.redact(e.Err.Error()))); safe != e.Err.Error() {
		e.Err = errors.New(safe)
	}
	return e
}

func (c *Client) request(ctx context.Context, k Call) (*retryablehttp.Request, error) {
	for _, element := range k.Path {
		// An empty id would address the collection, a dot its parent.
		if element == "" || element == "." || element == ".." {
			return nil, fmt.Errorf("%q cannot be part of the address of an object: an id is missing or wrong", element)
		}
	}
	var body any // nil is none
	switch {
	case k.Stream != nil:
		body = retryablehttp.ReaderFunc(func() (io.Reader, error) { return k.Stream(), nil })
	case k.In != nil:
		raw, err := json.Marshal(k.In)
		if err != nil {
			return nil, err
		}
		body = raw
	}
	target := c.base.String() + "/" + strings.Join(escaped(k.Path), "/")
	if len(k.Query) > 0 {
		target += "?" + k.Query.Encode()
	}
	return retryablehttp.NewRequestWithContext(ctx, k.Method, target, body)
}

func escaped(path []string) []string {
	out := make([]string, len(path))
	for i, element := range path {
		out[i] = url.PathEscape(element)
	}
	return out
}

// decodeResponse decodes a 2xx body. An empty one decodes to nothing when nothing is
// wanted (204, and proxies that drop an empty object).
func (c *Client) decodeResponse(resp *http.Response, body []byte, out any) *Error {
	body = bytes.TrimSpace(body)
	if len(body) == 0 && out == nil {
		return nil
	}
	e := &Error{Status: resp.StatusCode, RequestID: resp.Header.Get("X-Request-Id")}
	if !looksLikeJSON(body) {
		e.Message = fmt.Sprintf("%s answered with %s, not JSON: probably a proxy or a wrong base_url",
			resp.Request.URL.Host, kindOf(resp, body))
		e.Hint = "Check base_url or region, and what HTTPS_PROXY points to."
		if via := c.proxy(); via != "" {
			e.Hint = "Check base_url or region, and the proxy " + via + ", which HTTPS_PROXY names."
		}
		return e
	}
	if out == nil {
		return nil
	}
	if raw, ok := out.(*Raw); ok {
		*raw = body
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		e.Message, e.Err = "The answer cannot be read: "+err.Error(), err
		return e
	}
	return nil
}

func kindOf(resp *http.Response, body []byte) string {
	switch kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";"); {
	case len(body) == 0:
		return "an empty body"
	case kind == "text/html", bytes.HasPrefix(body, []byte("<")):
		return "an HTML page"
	case kind != "" && kind != "application/json":
		return kind
	default:
		return "plain text"
	}
}
