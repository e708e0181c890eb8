package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// What people want to know of the sandbox, and do in it.

// people prints everybody with what they are in.
func (s *session) people([]string) error {
	var all stateBody
	if err := s.ask(http.MethodGet, "/_sandbox/state", "", &all); err != nil {
		return err
	}
	shared, in := map[string]bool{}, map[string][]string{}
	for _, w := range all.Workspaces {
		shared[w.Name] = shared[w.Name] || w.Type == typeShared || w.Type == typeEmbedded
	}
	for _, m := range all.Members {
		if shared[m.Workspace] {
			in[m.Email] = append(in[m.Email], m.Workspace+" ("+m.Role+")")
		}
	}
	t := tabwriter.NewWriter(s.stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "PERSON\tNAME\tROLE\tWORKSPACES")
	for _, u := range all.Users {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", u.Email, u.Name, u.Role.Name, strings.Join(in[u.Email], ", "))
	}
	for _, i := range all.Invites {
		switch i.Status {
		case invitePending:
			fmt.Fprintf(t, "%s\tinvited until %s\t%s\t\n", i.Email, day(i.Expires), i.Role.Name)
		case inviteExpired:
			fmt.Fprintf(t, "%s\tinvitation ran out on %s\t%s\t\n", i.Email, day(i.Expires), i.Role.Name)
		}
	}
	return t.Flush()
}

// day is the date of a timestamp.
func day(timestamp string) string {
	at, err := time.Parse(time.RFC3339Nano, timestamp)
	if err != nil {
		return timestamp
	}
	return at.Format("2 January 2006")
}

// accept is somebody accepting an invitation.
func (s *session) accept(args []string) error {
	email, err := s.invited(args[0])
	if err != nil {
		return err
	}
	var u userBody
	if err := s.ask(http.MethodPost, "/_sandbox/invites/"+url.PathEscape(email)+"/accept", "", &u); err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "%s (%s) has accepted, and is in the organization as %s.\n", u.Email, u.Name, u.Role.Name)
	return nil
}

// invited finds the pending invitation that is meant by an address, its beginning, or an
// id.
func (s *session) invited(who string) (string, error) {
	var all stateBody
	if err := s.ask(http.MethodGet, "/_sandbox/state", "", &all); err != nil {
		return "", err
	}
	var pending, meant []string
	for _, i := range all.Invites {
		if i.Status != invitePending {
			continue
		}
		if strings.EqualFold(i.Email, who) || strings.EqualFold(i.ID, who) {
			return i.Email, nil
		}
		pending = append(pending, i.Email)
		if strings.HasPrefix(emailKey(i.Email), emailKey(who)) {
			meant = append(meant, i.Email)
		}
	}
	switch len(meant) {
	case 1:
		return meant[0], nil
	case 0:
		return "", fmt.Errorf("nobody whose address begins with %q has an invitation to accept in %s; pending are: %s", who, s.path, some(pending))
	}
	return "", fmt.Errorf("%q may be %s: say more of the address", who, strings.Join(meant, " or "))
}

// later lets time pass and says what ran out.
func (s *session) later(args []string) error {
	by, err := days(args[0])
	if err != nil {
		return err
	}
	before, err := s.expired()
	if err != nil {
		return err
	}
	var clock clockBody
	if err := s.ask(http.MethodPost, "/_sandbox/clock", fmt.Sprintf(`{"advance":%q}`, by), &clock); err != nil {
		return err
	}
	after, err := s.expired()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "In the sandbox it is %s now.\n", day(clock.Now))
	for _, email := range after {
		if !slices.Contains(before, email) {
			fmt.Fprintf(s.stdout, "The invitation of %s has run out.\n", email)
		}
	}
	return nil
}

// expired are the addresses whose invitation has run out.
func (s *session) expired() (out []string, err error) {
	var all stateBody
	if err := s.ask(http.MethodGet, "/_sandbox/state", "", &all); err != nil {
		return nil, err
	}
	for _, i := range all.Invites {
		if i.Status == inviteExpired {
			out = append(out, i.Email)
		}
	}
	return out, nil
}

// days reads a duration as people say it.
func days(text string) (time.Duration, error) {
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if n, err := strconv.ParseFloat(strings.TrimSuffix(text, unit), 64); err == nil && strings.HasSuffix(text, unit) && n >= 0 && n < 1e5 {
			return time.Duration(n * float64(length)), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d, nil
	}
	return 0, fmt.Errorf("%q is no time that can pass: say 36h, 8d or 2w", text)
}

func (s *session) reset([]string) error {
	if err := s.ask(http.MethodPost, "/_sandbox/reset", "", nil); err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "The organization in %s is as new. What Terraform's state holds of it is gone: the next plan makes it again.\n", s.path)
	return nil
}

// faults lists what is ordered, orders one more, or calls all off.
func (s *session) faults(args []string) error {
	switch {
	case len(args) == 0:
		return s.listFaults()
	case args[0] == "off":
		if err := s.ask(http.MethodDelete, "/_sandbox/faults", "", nil); err != nil {
			return err
		}
		fmt.Fprintln(s.stdout, "Nothing goes wrong any more.")
		return nil
	}
	if err := s.ask(http.MethodPost, "/_sandbox/faults", args[0], nil); err != nil {
		return err
	}
	return s.listFaults()
}

func (s *session) listFaults() error {
	var all []engine.Fault
	if err := s.ask(http.MethodGet, "/_sandbox/faults", "", &all); err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(s.stdout, `Nothing is ordered to go wrong. To order a misfortune: faults '{"path": "/core/v1/**", "status": 503, "times": 1}'`)
	}
	for _, f := range all {
		fmt.Fprintln(s.stdout, f)
	}
	return nil
}
