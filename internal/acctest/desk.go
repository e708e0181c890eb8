package acctest

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Desk is a layout on an organization of its own, with what the tests of every noun do there.
// A package embeds it beside what its own tests need.
type Desk struct {
	*CLI
	Env *Env
	T   testing.TB

	more string
}

// Desk is a layout on the organization, with the provider's block and more in a file beside
// main.tf.
func (e *Env) Desk(t testing.TB, cli, more string) Desk {
	t.Helper()
	d := Desk{e.Layout(t, cli, ""), e, t, more}
	d.Guard("")
	return d
}

// NewDesk is a desk on an organization with nobody but its Owner.
func NewDesk(t *testing.T, cli string, opts ...Option) Desk {
	t.Helper()
	return Start(t, opts...).Desk(t, cli, "")
}

// Guard writes the provider's block anew: with these guardrails, "" for none, and the token that
// Env has now.
func (d Desk) Guard(guardrails string) {
	d.T.Helper()
	if guardrails != "" {
		guardrails = "  guardrails = { " + guardrails + " }"
	}
	d.Write("provider.tf", d.Env.Provider(guardrails)+d.more)
}

// Copy is a desk of the test's own on a copy of the organization, with the same files. What
// takes long to bring about is brought about once, and each story begins with a copy.
func (d Desk) Copy(t testing.TB) Desk {
	t.Helper()
	env := d.Env.Copy(t)
	d.CLI, d.Env, d.T = d.CLI.Copy(t, env), env, t
	d.Guard("")
	return d
}

// OnBoth runs a test on either command line, at once, each with what begin makes.
func OnBoth[D any](t *testing.T, begin func(t *testing.T, cli string, opts ...Option) D, does func(D), opts ...Option) {
	t.Helper()
	for _, cli := range []string{Terraform, Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			does(begin(t, cli, opts...))
		})
	}
}

// Applies applies a configuration, after which the plan is empty.
func (d Desk) Applies(hcl string, args ...string) Result {
	d.T.Helper()
	d.Write("main.tf", hcl)
	r := d.Apply(args...)
	d.NoChanges()
	return r
}

// Rests wants applies that find nothing to do and write nothing, now and after each of these times.
func (d Desk) Rests(later ...time.Duration) {
	d.T.Helper()
	for _, by := range append([]time.Duration{0}, later...) {
		d.Env.Advance(by)
		d.Env.ClearRequests()
		d.Says(d.Apply(), "No changes. ")
		if writes := d.Env.Requests().Writes(); len(writes) > 0 {
			d.T.Errorf("an apply that changes nothing wrote\n%s", writes)
		}
	}
}

// Refuses plans a configuration, which fails, says all of that and writes nothing to Tray.
func (d Desk) Refuses(hcl string, want ...string) {
	d.T.Helper()
	d.Env.ClearRequests()
	d.Fails([]string{"plan", "-input=false"}, hcl, want...)
	if writes := d.Env.Requests().Writes(); len(writes) > 0 {
		d.T.Errorf("the plan wrote\n%s", writes)
	}
}

// Fails runs a command on a configuration, which fails and says all of that.
func (d Desk) Fails(command []string, hcl string, want ...string) Result {
	d.T.Helper()
	d.Write("main.tf", hcl)
	r := d.Run(command...)
	if r.Code != 1 {
		d.T.Errorf("%s ends with %d: %s", command[0], r.Code, r.Text())
	}
	d.Says(r, want...)
	return r
}

// Says wants each of the texts in what a command said.
func (d Desk) Says(r Result, want ...string) {
	d.T.Helper()
	for _, text := range want {
		if !strings.Contains(r.Text(), text) {
			d.T.Errorf("%q is not in: %s", text, r.Text())
		}
	}
}

// Says matches diagnostics that hold these texts in this order, however a terminal would
// wrap them.
func Says(texts ...string) *regexp.Regexp {
	parts := make([]string, len(texts))
	for i, text := range texts {
		words := strings.Fields(text)
		for k, word := range words {
			words[k] = regexp.QuoteMeta(word)
		}
		parts[i] = strings.Join(words, `[\s│]+`)
	}
	return regexp.MustCompile("(?s)" + strings.Join(parts, ".*"))
}

// ID is the id of a user, by e-mail address, or of a shared workspace, by name.
func (d Desk) ID(name string) string {
	d.T.Helper()
	state := d.Env.State()
	for _, u := range state.Users {
		if u.Email == name {
			return u.ID
		}
	}
	for _, w := range state.Workspaces {
		if w.Name == name && w.Type == "Shared" {
			return w.ID
		}
	}
	d.T.Fatalf("nothing is called %q", name)
	return ""
}

var inBraces = regexp.MustCompile(`\{[a-z0-9.]+(@[a-z.]+)?\}`)

// Fill puts ids for {name} of a workspace and {address} of a user.
func (d Desk) Fill(hcl string) string {
	d.T.Helper()
	return inBraces.ReplaceAllStringFunc(hcl, func(name string) string { return d.ID(strings.Trim(name, "{}")) })
}

// One is the only one of all, without which a test cannot go on.
func One[T any](t testing.TB, all []T) T {
	t.Helper()
	if len(all) != 1 {
		t.Fatalf("there are %d, want one: %+v", len(all), all)
	}
	return all[0]
}

// Digest is how the sandbox keeps a secret: SHA-256, in hexadecimal.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
