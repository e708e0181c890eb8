package user_test

import (
	"cmp"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const (
	ana     = "ana@example.com"
	address = "tray_user.ana"
)

// person is tray_user.ana with more arguments, "a = 1; b = 2".
func person(more string) string {
	return "resource \"tray_user\" \"ana\" {\n  email = \"" + ana + "\"\n  " + strings.ReplaceAll(more, "; ", "\n  ") + "\n}\n"
}

const viewer = `organization_role = "Viewer"`

// desk is a real command line on a sandbox of its own.
type desk struct {
	*acctest.CLI
	env *acctest.Env
	t   *testing.T
}

func open(t *testing.T, opts ...acctest.Option) desk {
	t.Helper()
	t.Parallel()
	env := acctest.Start(t, opts...)
	cli := env.Layout(t, cmp.Or(os.Getenv("TRAY_TEST_CLI"), acctest.Terraform), "")
	cli.Write("provider.tf", env.Provider())
	cli.Write("main.tf", "")
	cli.Init()
	return desk{cli, env, t}
}

// apply writes the configuration and applies it; the plan after it must be empty.
func (d desk) apply(hcl string) acctest.Result {
	d.t.Helper()
	d.Write("main.tf", hcl)
	r := d.Apply()
	d.NoChanges()
	return r
}

// refuses plans the configuration and wants an error with each of the parts, before
// anything is written to Tray.
func (d desk) refuses(hcl string, parts ...string) {
	d.t.Helper()
	d.Write("main.tf", hcl)
	d.env.ClearRequests()
	r := d.Run("plan", "-input=false")
	if r.Code != 1 {
		d.t.Fatalf("the plan ended with %d, want an error:\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
	contains(d.t, r, parts...)
	d.wrote()
}

func contains(t *testing.T, r acctest.Result, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(r.Text(), part) {
			t.Errorf("no %q in:\n%s%s", part, r.Stdout, r.Stderr)
		}
	}
}

// wrote compares the writes since the log was cleared, as "METHOD /path" with a * for
// an id, with those wanted; then it clears the log.
func (d desk) wrote(want ...string) {
	d.t.Helper()
	writes := d.env.Requests().Writes()
	ok := len(writes) == len(want)
	for i, w := range want {
		method, glob, _ := strings.Cut(w, " ")
		ok = ok && writes[i:i+1].Count(method, glob) == 1
	}
	if !ok {
		d.t.Errorf("the writes are\n%swant\n%s", writes, strings.Join(want, "\n"))
	}
	d.env.ClearRequests()
}

// state wants these values in the state of tray_user.ana; nil is null.
func (d desk) state(want map[string]any) {
	d.t.Helper()
	got, ok := d.Resources()[address]
	if !ok {
		d.t.Fatalf("%s is not in the state", address)
	}
	for name, v := range want {
		if v == set && got[name] != nil && got[name] != "" {
			continue
		}
		if got[name] != v {
			d.t.Errorf("%s is %#v, want %#v", name, got[name], v)
		}
	}
}

// set stands for any value but null and "".
const set = "(set)"

func (d desk) inState() bool {
	d.t.Helper()
	_, ok := d.Resources()[address]
	return ok
}

func (d desk) role() string { d.t.Helper(); return d.env.State().Roles()[ana] }

func (d desk) pending() int { d.t.Helper(); return len(d.env.State().Pending()) }

// joins makes Ana a user without Terraform.
func (d desk) joins() {
	d.t.Helper()
	d.env.Control(http.MethodPost, "ui/users", map[string]any{"email": ana, "name": "Ana", "role": "Viewer"})
}

func (d desk) leaves() {
	d.t.Helper()
	d.env.Control(http.MethodDelete, "ui/users/"+ana, nil)
}
