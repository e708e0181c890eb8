package tray

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/hashicorp/go-retryablehttp"
)

// call is one request, with all its tries.
type call struct {
	method string
	// path holds the path's elements, unescaped.
	path  []string
	query url.Values
	in    any // sent as JSON; nil sends no body
	// right says which token may do this, for the hint of a 403.
	right string
	size  *int // when set, told how many bytes the answer has
	// secrets are in the body that is sent; a server that repeats it gives none of them away.
	secrets []string
}

// do carries out a call and decodes a 2xx answer into out (nil: not read). Its error
// is always a *Error.
func (c *Client) do(ctx context.Context, k call, out any) error {
	ctx, tries := withAttempts(ctx)
	req, err := c.request(ctx, k)
	if err != nil {
		return c.fail(k, &Error{Message: err.Error(), Err: err})
	}
	resp, err := c.retrying(k.method, tries).Do(req)
	if err != nil {
		if resp != nil { // a refused redirect comes with its answer
			_ = resp.Body.Close()
		}
		return c.fail(k, c.explainLost(k.method, tries, err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return c.fail(k, c.explainLost(k.method, tries, err))
	}
	if resp.StatusCode/100 != 2 {
		body = k.redact(body)
		e := c.explainStatus(k, resp, body)
		if e.isOperators() {
			c.operator.Store(true)
		}
		e.Ambiguous = tries.maybeDone || maybeDone(k.method, resp, nil)
		e.repeated = tries.maybeDone
		return c.fail(k, e)
	}
	if k.size != nil {
		*k.size = len(body)
	}
	if e := c.decodeAnswer(resp, body, out); e != nil {
		e.Ambiguous = k.method != http.MethodGet
		return c.fail(k, e)
	}
	return nil
}

// redact takes the secrets out of an answer, as they are and as JSON writes them.
func (k call) redact(body []byte) []byte {
	for _, secret := range k.secrets {
		if secret == "" {
			continue
		}
		quoted, _ := json.Marshal(secret) // a string: it never fails
		for _, form := range [][]byte{[]byte(secret), quoted[1 : len(quoted)-1]} {
			body = bytes.ReplaceAll(body, form, []byte("(redacted)"))
		}
	}
	return body
}

// fail completes an error: which call it was, and neither a token nor anything that a
// terminal would obey in any of it.
func (c *Client) fail(k call, e *Error) *Error {
	e.Method, e.Path = k.method, "/"+strings.Join(escaped(k.path), "/")
	for _, text := range []*string{&e.Message, &e.Hint, &e.Code, &e.RequestID} {
		*text = printable(c.redact(*text))
	}
	if e.Err == nil {
		return e
	}
	if safe := printable(c.redact(e.Err.Error())); safe != e.Err.Error() {
		e.Err = errors.New(safe)
	}
	return e
}

func (c *Client) request(ctx context.Context, k call) (*retryablehttp.Request, error) {
	for _, element := range k.path {
		// An empty id would address the collection, a dot its parent.
		if element == "" || element == "." || element == ".." {
			return nil, fmt.Errorf("%q cannot be part of the address of an object: an id is missing or wrong", element)
		}
	}
	var body any // nil is none
	if k.in != nil {
		raw, err := json.Marshal(k.in)
		if err != nil {
			return nil, err
		}
		body = raw
	}
	target := c.base.String() + "/" + strings.Join(escaped(k.path), "/")
	if len(k.query) > 0 {
		target += "?" + k.query.Encode()
	}
	return retryablehttp.NewRequestWithContext(ctx, k.method, target, body)
}

func escaped(path []string) []string {
	out := make([]string, len(path))
	for i, element := range path {
		out[i] = url.PathEscape(element)
	}
	return out
}

// decodeAnswer decodes a 2xx body. An empty one decodes to nothing when nothing is
// wanted (204, and proxies that drop an empty object).
func (c *Client) decodeAnswer(resp *http.Response, body []byte, out any) *Error {
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
