package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// maxSentence bounds, in bytes, what is quoted from a server.
const maxSentence = 1000

// explainStatus is the error of an answer that is not 2xx.
func (c *Client) explainStatus(k Call, resp *http.Response, body []byte) *Error {
	e := &Error{Status: resp.StatusCode, RequestID: resp.Header.Get("X-Request-Id")}
	if after := retryAfter(resp.Header); after > 0 {
		e.RetryAfter = after
	}
	var said struct {
		Message string `json:"message"`
		Code    any    `json:"code"` // null or a string; a number does no harm
	}
	if json.Unmarshal(body, &said) == nil && said.Message != "" {
		e.Message = k.redact(said.Message)
		e.Message = e.Message[:min(len(e.Message), maxSentence)]
		if said.Code != nil {
			e.Code = fmt.Sprint(said.Code)
		}
	} else {
		who := "Tray"
		if via := c.proxy(); via != "" {
			who = "Tray, or the proxy " + via + " on the way to it,"
		}
		e.Message = fmt.Sprintf("%s answered %s to %s with %s", who, strings.ToLower(http.StatusText(resp.StatusCode)),
			k.Method, kindOf(resp, body))
	}
	if resp.StatusCode == http.StatusProxyAuthRequired {
		e.Message = "Tray could not be reached: " + (&proxyError{c.proxy(), resp.StatusCode}).Error()
	}
	e.Hint = statusHint(k, resp.StatusCode)
	if e.IsOperators() || e.Code == codeSandbox {
		e.Hint = "" // the message says it all
	}
	return e
}

// codeSandbox is the code of a failure of the sandbox's own, such as a broken file:
// Tray has no part in it.
const codeSandbox = "sandbox_failed"

// codeOperator is the code of a 403 for an operator, who belongs to no organization.
const codeOperator = "operator"

// IsOperators reports whether the answer has told that the token is an operator's.
func (e *Error) IsOperators() bool {
	return e.Status == http.StatusForbidden && e.Code == codeOperator
}

func statusHint(k Call, status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "The token is wrong, expired, revoked, or of another region: make a new one in Tray " +
			"under Settings > Tokens, and check region or base_url."
	case status == http.StatusForbidden:
		return "The token lacks the right: " + k.Right + "."
	case status == http.StatusNotFound:
		return "Either it does not exist, or this token may not see it: Tray answers both alike."
	case status == http.StatusTooManyRequests:
		return "Tray allows a token 30 requests a second: lower requests_per_second or -parallelism, " +
			"or use a token of its own for Terraform."
	case status == http.StatusProxyAuthRequired:
		return hintProxyUser
	case status >= 500:
		return "The fault is on Tray's side: try again, and see its status page if it persists."
	case status/100 == 3:
		return "Check base_url or region: an API does not redirect."
	}
	return ""
}

// explainLost is the error of a call without an answer.
func (c *Client) explainLost(method string, tries *attempts, err error) *Error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // it would repeat the method and the address
	}
	ambiguous := tries.maybeDone || maybeDone(method, nil, err)
	var known *Error
	if errors.As(err, &known) {
		e := *known
		e.Ambiguous = ambiguous
		return &e
	}
	e := &Error{Ambiguous: ambiguous, Err: err}
	var redirect *redirectError
	switch {
	case errors.Is(err, context.Canceled):
		e.Message = "The call was cancelled"
	case errors.Is(err, context.DeadlineExceeded):
		e.Message, e.Hint = "There was no answer before this operation's deadline", "Raise the operation's timeout."
	case errors.As(err, &redirect):
		e.Message = "Tray's address " + redirect.Error()
		e.Hint = "Check base_url or region: an API does not redirect."
	default:
		e.Message = "Tray could not be reached: " + err.Error()
		e.Hint = c.networkHint(err)
	}
	return e
}

func (c *Client) networkHint(err error) string {
	var (
		proxy *proxyError
		name  *net.DNSError
		op    *net.OpError
	)
	switch {
	case errors.As(err, &proxy):
		return proxy.hint(c.base.Host)
	case isCertificate(err):
		return "If a proxy of your company re-signs traffic, give its certificate as ca_certificate_file or ca_certificate_pem."
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return fmt.Sprintf("The proxy %s, which HTTPS_PROXY names, does not answer.", c.proxy())
	case errors.As(err, &name):
		return "The host name does not resolve: check base_url or region, and the network's DNS."
	case errors.As(err, &op) && op.Op == "dial":
		return "Check base_url, the network, and whether a proxy is needed (HTTPS_PROXY)."
	}
	return ""
}
