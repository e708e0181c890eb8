package rest

import (
	"fmt"
	"net/http"
)

// proxyError is the refusal of a proxy to open a connection to Tray.
type proxyError struct {
	host   string // without a user and a password
	status int
}

func (e *proxyError) Error() string {
	if e.host == "" { // with a transport of the caller's own
		return "a proxy on the way wants a user and a password"
	}
	if e.status == http.StatusProxyAuthRequired {
		return fmt.Sprintf("the proxy %s wants a user and a password", e.host)
	}
	return fmt.Sprintf("the proxy %s refused the connection: %d %s", e.host, e.status, http.StatusText(e.status))
}

const hintProxyUser = "Put them into HTTPS_PROXY: http://user:password@host:port."

func (e *proxyError) hint(host string) string {
	if e.status == http.StatusProxyAuthRequired {
		return hintProxyUser
	}
	return fmt.Sprintf("Have %s allowed on that proxy, which HTTPS_PROXY names, or go past it with NO_PROXY=%[1]s.", host)
}

// proxy names the proxy through which requests go, "" for none.
func (c *Client) proxy() string {
	t, network := c.network.(*http.Transport)
	if !network || t.Proxy == nil {
		return ""
	}
	via, err := t.Proxy(&http.Request{URL: c.base})
	if err != nil || via == nil {
		return ""
	}
	return via.Host
}
