package provider

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// minTokenLength is what Tray's own client demands of a token.
const minTokenLength = 36

// regions are Tray's hosts: REST, then Embedded GraphQL, which lives without "api.".
var regions = map[string]struct{ rest, graphQL string }{
	"us": {"https://api.tray.io", "https://tray.io/graphql"},
	"eu": {"https://api.eu1.tray.io", "https://eu1.tray.io/graphql"},
	"ap": {"https://api.ap1.tray.io", "https://ap1.tray.io/graphql"},
}

// The checks below return the value as it is used, or a problem: a sentence or two
// that a user can act on. They serve the block, at validate time, and the environment.

func checkToken(s string) (token, problem string) { return checkTokenFrom(s, howToGetToken) }

// checkMasterToken is checkToken for one that Embedded is spoken to with.
func checkMasterToken(s string) (token, problem string) {
	return checkTokenFrom(s, "In Tray an Owner or Admin of an organization with Embedded finds it under Settings > Tokens.")
}

func checkTokenFrom(s, whence string) (token, problem string) {
	token = strings.TrimSpace(s)
	if len(token) >= 7 && strings.EqualFold(token[:7], "bearer ") {
		token = strings.TrimSpace(token[7:])
	}
	if len(token) < minTokenLength {
		return "", fmt.Sprintf("This token has %d characters; Tray's have at least %d. Was it cut off when it was copied? %s", len(token), minTokenLength, whence)
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", "This token holds a space, a line break or a character outside ASCII, which no token does. Copy it again, alone."
	}
	return token, ""
}

func checkRegion(s string) (region, problem string) {
	if _, ok := regions[s]; !ok {
		return "", fmt.Sprintf("There is no region %q. The regions are us, eu and ap; base_url takes any other address.", s)
	}
	return s, ""
}

// checkBaseURL returns scheme and host alone: the client adds the documented paths.
func checkBaseURL(s string) (address, problem string) {
	u, problem := checkURL(s)
	if problem != "" {
		return "", problem
	}
	rest := strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/core/v1")
	if rest != "" {
		return "", fmt.Sprintf("The path %q does not belong here: write the host alone, such as https://api.tray.io.", u.Path)
	}
	return u.Scheme + "://" + u.Host, ""
}

func checkGraphQLURL(s string) (address, problem string) {
	u, problem := checkURL(s)
	if problem != "" {
		return "", problem
	}
	return strings.TrimRight(u.String(), "/"), ""
}

func checkURL(s string) (u *url.URL, problem string) {
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http"):
		return nil, "This is not an absolute URL. Write one such as https://api.tray.io."
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, "User name, password, query and fragment do not belong in this URL; the token goes into token or TRAY_API_TOKEN."
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, "Over http the token would travel in the open. Write https; http is accepted for this machine (localhost, 127.0.0.1) only."
	}
	return u, ""
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func checkDuration(s string) (d time.Duration, problem string) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Sprintf("%q is not a time above zero. Write a number with its unit, such as 45s or 2m.", s)
	}
	return d, ""
}

// stringCheck is a validator that runs one of the checks above.
type stringCheck struct {
	summary string
	problem func(string) string
}

func check[T any](summary string, f func(string) (T, string)) stringCheck {
	return stringCheck{summary, func(s string) string { _, problem := f(s); return problem }}
}

func (c stringCheck) Description(context.Context) string         { return c.summary }
func (c stringCheck) MarkdownDescription(context.Context) string { return c.summary }

func (c stringCheck) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := c.problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, c.summary, problem)
	}
}

// aboveZero refuses 0 and less: "at least" cannot say that of a fraction.
type aboveZero struct{}

func (aboveZero) Description(context.Context) string         { return "must be above 0" }
func (aboveZero) MarkdownDescription(context.Context) string { return "must be above 0" }

func (aboveZero) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	if v := req.ConfigValue; !v.IsNull() && !v.IsUnknown() && v.ValueFloat64() <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Too few requests per second", "Write a number above 0. 0.5 is one request in two seconds.")
	}
}
