package probe

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
)

const usage = `Usage: TRAY_API_TOKEN=… terraform-provider-tray probe [flags]

Asks an organization the numbered questions of the sandbox guide, and compares the answers with what the sandbox assumes.
It has never been run against the live service. Without -write it sends GET requests only.

Environment:
  TRAY_API_TOKEN              token of an organization Admin or Owner
  TRAY_API_URL                where to ask, unless -url says it: https://api.tray.io, https://api.eu1.tray.io, https://api.ap1.tray.io
  TRAY_PROBE_VIEWER_TOKEN     optional: token of an API user that is a Viewer, in the organization and in one of several workspaces
  TRAY_PROBE_WORKSPACE_TOKEN  optional: token that a workspace Admin made for a workspace

Exit status: 0 all that was asked agrees, 3 something differs, 1 something failed or could not be taken away again, 2 usage.

Flags:
`

// minToken is how long the vendor's own client wants a token to be.
const minToken = 36

// settings are the flags and the environment.
type settings struct {
	base      *url.URL
	token     string
	tokens    map[string]string // Further ones, by environment variable.
	only      []int             // nil: all.
	write     bool
	dryRun    bool
	throwaway string // Id of the workspace.
	pattern   string // Of addresses, with one %s.
	format    string
}

func parse(args []string, env func(string) string, questions []Question, stderr io.Writer) (settings, error) {
	s := settings{tokens: map[string]string{}}
	f := flag.NewFlagSet("probe", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() { fmt.Fprint(stderr, usage); f.PrintDefaults() }
	address := f.String("url", "", "where to ask (default TRAY_API_URL)") // No default here: usage would print it, whatever is in it.
	only := f.String("only", "", "numbers of the questions to ask, such as 1,4-9")
	f.BoolVar(&s.write, "write", false, "also ask what takes throwaway people, memberships and invitations")
	f.BoolVar(&s.dryRun, "dry-run", false, "say what would be asked and made, and send nothing")
	f.StringVar(&s.throwaway, "workspace", "", "with -write: `id` of a shared workspace that nobody needs")
	f.StringVar(&s.pattern, "email", "", "with -write: addresses of throwaway people, such as probe+%s@example.com; mail to them must reach you")
	f.StringVar(&s.format, "format", "text", "text, markdown or json")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	if f.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if !slices.Contains([]string{"text", "markdown", "json"}, s.format) {
		return s, errors.New("-format must be text, markdown or json")
	}
	return s, cmp.Or(s.readURL(cmp.Or(*address, env("TRAY_API_URL"))), s.readTokens(env), s.readOnly(*only, questions), s.checkWrite())
}

func (s *settings) readURL(address string) error {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(address), "/"))
	switch {
	case address == "":
		return errors.New("TRAY_API_URL or -url must say where to ask, for example https://api.tray.io")
	case err != nil || u.Hostname() == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "":
		return errors.New("the address must be a scheme and a host alone, for example https://api.tray.io")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return errors.New("the address must begin with https://, unless it is on this machine: the token would travel unencrypted")
	}
	s.base = u
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s *settings) readTokens(env func(string) string) error {
	for _, name := range []string{"TRAY_API_TOKEN", viewerToken, workspaceToken} {
		token := strings.TrimSpace(env(name))
		if kind, rest, spaced := strings.Cut(token, " "); spaced && strings.EqualFold(kind, "Bearer") {
			token = strings.TrimSpace(rest)
		}
		switch {
		case token == "" && name == "TRAY_API_TOKEN":
			return errors.New("TRAY_API_TOKEN must hold the token of an organization Admin or Owner")
		case token != "" && (len(token) < minToken || strings.ContainsAny(token, " \t\r\n")):
			return fmt.Errorf("%s holds no token: one has at least %d characters and no spaces", name, minToken)
		}
		s.tokens[name] = token
	}
	s.token = s.tokens["TRAY_API_TOKEN"]
	return nil
}

// readOnly refuses what would quietly not be asked.
func (s *settings) readOnly(list string, questions []Question) error {
	if list == "" {
		return nil
	}
	numbers, err := parseNumbers(list)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	for _, n := range numbers {
		if !slices.ContainsFunc(questions, func(q Question) bool { return q.Number == n }) {
			return fmt.Errorf("-only: there is no question %d", n)
		}
	}
	s.only = numbers
	for _, e := range table {
		if slices.Contains(numbers, e.number) && e.how != byHand && !s.asks(e) {
			return fmt.Errorf("-only: question %d is not asked like this: %s", e.number, s.whyNot(e))
		}
	}
	return nil
}

func (s *settings) checkWrite() error {
	if !s.write {
		if s.throwaway != "" || s.pattern != "" {
			return errors.New("-workspace and -email are for -write")
		}
		return nil
	}
	if !isID(s.throwaway) {
		return errors.New("-write needs -workspace: the id of a shared workspace that nobody needs, as in the address of its page")
	}
	before, after, found := strings.Cut(s.pattern, "%s")
	local, host, at := strings.Cut(before+"x"+after, "@")
	if !found || strings.ContainsAny(before+after, "% \t\r\n") || !at || local == "" || !strings.Contains(host, ".") ||
		strings.Contains(host, "@") || !strings.Contains(after, "@") {
		return errors.New("-write needs -email: an address with one %s before the @, such as probe+%s@example.com")
	}
	return nil
}

// isID tells the shape that the reference gives ids.
func isID(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}
