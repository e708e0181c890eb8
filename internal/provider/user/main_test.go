package user_test

import (
	"net/http"
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

// desk is a real command line on a sandbox of its own, with Ana's resource.
type desk struct{ acctest.Desk }

func open(t *testing.T, opts ...acctest.Option) desk {
	t.Helper()
	return desk{acctest.NewDesk(t, acctest.Chosen(), opts...)}
}

func contains(t *testing.T, r acctest.Result, parts ...string) {
	t.Helper()
	acctest.Desk{T: t}.Says(r, parts...)
}

// wrote compares the writes since the log was cleared, as "METHOD /path" with a * for
// an id, with those wanted; then it clears the log.
func (d desk) wrote(want ...string) {
	d.T.Helper()
	writes := d.Env.Requests().Writes()
	ok := len(writes) == len(want)
	for i, w := range want {
		method, glob, _ := strings.Cut(w, " ")
		ok = ok && writes[i:i+1].Count(method, glob) == 1
	}
	if !ok {
		d.T.Errorf("the writes are\n%swant\n%s", writes, strings.Join(want, "\n"))
	}
	d.Env.ClearRequests()
}

// state wants these values in the state of tray_user.ana; nil is null.
func (d desk) state(want map[string]any) {
	d.T.Helper()
	got, ok := d.Resources()[address]
	if !ok {
		d.T.Fatalf("%s is not in the state", address)
	}
	for name, v := range want {
		if v == set && got[name] != nil && got[name] != "" {
			continue
		}
		if got[name] != v {
			d.T.Errorf("%s is %#v, want %#v", name, got[name], v)
		}
	}
}

// set stands for any value but null and "".
const set = "(set)"

func (d desk) inState() bool {
	d.T.Helper()
	_, ok := d.Resources()[address]
	return ok
}

func (d desk) role() string { d.T.Helper(); return d.Env.State().Roles()[ana] }

func (d desk) pending() int { d.T.Helper(); return len(d.Env.State().Pending()) }

// joins makes Ana a user without Terraform.
func (d desk) joins() {
	d.T.Helper()
	d.Env.Control(http.MethodPost, "ui/users", map[string]any{"email": ana, "name": "Ana", "role": "Viewer"})
}

func (d desk) leaves() {
	d.T.Helper()
	d.Env.Control(http.MethodDelete, "ui/users/"+ana, nil)
}
