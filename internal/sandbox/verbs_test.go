package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// played is a file in which something has happened.
func played(t *testing.T) (*world, string) {
	t.Helper()
	w := newWorld(t, onFile(t))
	w.now = time.Now() // the command's clock, too
	w.invite("ana@example.com", viewer)
	w.invite("anton@example.com", contributor)
	w.addMember(w.addWorkspace("Finance"), w.addUser("priya@example.com", viewer), contributor)
	return w, w.sandbox.store.Path()
}

func TestVerbs_refuseAFolderWithoutASandboxRatherThanMakeOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	for _, args := range [][]string{{"people"}, {"accept", "ana"}, {"later", "8d"}, {"faults"}, {"reset"}, {"projects"}, {"project", "W", "P"}, {"workflow", "P", "T"}, {"call", "GET", "/core/v1/users"}} {
		status, out, errs := run(append(args, "-path", path)...)
		if status != 1 || out != "" || !strings.Contains(errs, "there is no sandbox in "+path) || !strings.Contains(errs, "-path") {
			t.Errorf("%s: %d, %q, %q", args, status, out, errs)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestVerbs_peopleShowsWhoIsWhere(t *testing.T) {
	_, path := played(t)
	status, out, errs := run("people", "-path", path)
	if status != 0 {
		t.Fatal(errs)
	}
	for _, want := range []string{"PERSON", "owner@example.com   Olivia Owner", "Finance (Admin)", "priya@example.com   priya", "Finance (Contributor)",
		"ana@example.com", "invited until", "Viewer"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.Contains(out, "Olivia Owner (Admin)") {
		t.Errorf("Personal workspaces are shown:\n%s", out)
	}
}

func TestVerbs_acceptTakesTheBeginningOfAnAddress(t *testing.T) {
	w, path := played(t)
	for who, want := range map[string]string{"an": `"an" may be ana@example.com or anton@example.com`, "zoe": "pending are: ana@example.com, anton@example.com"} {
		if status, _, errs := run("accept", who, "-path", path); status != 1 || !strings.Contains(errs, want) {
			t.Errorf("%s: %d, %q", who, status, errs)
		}
	}
	status, out, errs := run("accept", "-path", path, "ANA@")
	if status != 0 || out != "ana@example.com (Ana) has accepted, and is in the organization as Viewer.\n" {
		t.Errorf("%d, %q, %q", status, out, errs)
	}
	if got := len(w.state().Users); got != 3 {
		t.Errorf("there are %d users", got)
	}
}

func TestVerbs_laterSaysWhatRanOut(t *testing.T) {
	_, path := played(t)
	if status, out, errs := run("later", "36h", "-path", path); status != 0 || strings.Contains(out, "run out") || !strings.Contains(out, "In the sandbox it is") {
		t.Errorf("%d, %q, %q", status, out, errs)
	}
	status, out, _ := run("later", "1w", "-path", path)
	if want := "The invitation of ana@example.com has run out.\nThe invitation of anton@example.com has run out.\n"; status != 0 || !strings.HasSuffix(out, want) {
		t.Errorf("%d, %q", status, out)
	}
	for _, bad := range []string{"soon", "d", "1e9w", "", "NaNd"} {
		if status, _, errs := run("later", bad, "-path", path); status != 1 || !strings.Contains(errs, "say 36h, 8d or 2w") {
			t.Errorf("%q: %d %q", bad, status, errs)
		}
	}
}

func TestVerbs_faultsAreListedOrderedAndCalledOff(t *testing.T) {
	w, path := played(t)
	if _, out, _ := run("faults", "-path", path); !strings.Contains(out, "Nothing is ordered") {
		t.Error(out)
	}
	status, out, errs := run("faults", `{"path":"/core/v1/**","method":"POST","status":503,"after_commit":true,"times":2,"skip":1}`, "-path", path)
	if want := "POST /core/v1/** acts and answers 503, 2 more times, after 1 that pass\n"; status != 0 || out != want {
		t.Errorf("%d, %q, %q", status, out, errs)
	}
	w.must(201, "POST", "/_sandbox/faults", object{"path": "**", "drop": "before", "delay": "2s"})
	w.must(201, "POST", "/_sandbox/faults", object{"path": "**", "stale": true})
	_, out, _ = run("faults", "-path", path)
	if !strings.Contains(out, "any request waits 2s, breaks off before acting, until called off\n") || !strings.Contains(out, "answers from old data") {
		t.Error(out)
	}
	if got := w.must(200, "GET", "/_sandbox/faults", nil).body; strings.Contains(got, ".frozen-") {
		t.Errorf("a file of the sandbox's is named: %s", got)
	}
	if status, _, errs := run("faults", `{"path":"["}`, "-path", path); status != 1 || !strings.Contains(errs, "not a glob") || !strings.Contains(errs, path) {
		t.Errorf("%d, %q", status, errs)
	}
	if _, out, _ = run("faults", "off", "-path", path); out != "Nothing goes wrong any more.\n" || w.must(200, "GET", "/_sandbox/faults", nil).body != "[]" {
		t.Error(out)
	}
}

func TestVerbs_resetMakesItNew(t *testing.T) {
	w, path := played(t)
	if status, out, _ := run("reset", "-path", path); status != 0 || !strings.Contains(out, path+" is as new") || len(w.state().Users) != 1 {
		t.Errorf("%d, %q", status, out)
	}
}

func TestVerbs_actOnTheOrganizationThatIsNamed(t *testing.T) {
	w, path := played(t)
	w.openOrganization("Acme", nil)
	status, out, _ := run("people", "-organization", "Acme", "-path", path)
	if status != 0 || !strings.Contains(out, "platform@acme.example") || strings.Contains(out, "priya") {
		t.Errorf("%d\n%s", status, out)
	}
}

func TestVerbs_wrongArgumentsShowTheVerbs(t *testing.T) {
	_, path := played(t)
	for _, args := range [][]string{{"accept"}, {"people", "x"}, {"later"}, {"faults", "a", "b"}, {"call", "GET"}, {"call", "GET", "users"}} {
		status, _, errs := run(append(args, "-path", path)...)
		if status != 2 || !strings.Contains(errs, "accept WHO") {
			t.Errorf("%s: %d, %q", args, status, errs)
		}
	}
}

func TestCommand_callNamesFileAndRemedy(t *testing.T) {
	w, path := played(t)
	for target, want := range map[string]string{"/core/v1/nothing": "it has no such call", "/core/v1/users/none": "the answer says why"} {
		status, out, errs := run("call", "-path", path, "GET", target)
		if status != 1 || !strings.HasPrefix(out, "404 ") || !strings.Contains(errs, path) || !strings.Contains(errs, want) {
			t.Errorf("%s: %d, %q, %q", target, status, out, errs)
		}
	}
	w.sql("DROP TABLE invites")
	if status, out, _ := run("call", "-path", path, "GET", "/management/v1/invites"); status != 1 || !strings.Contains(out, path) || !strings.Contains(out, "start anew") {
		t.Errorf("%d, %q", status, out)
	}
}

func TestVerbs_projectsAndTheirWorkflows(t *testing.T) {
	_, path := played(t)
	for _, c := range []struct {
		args      []string
		status    int
		out, errs string
	}{
		{[]string{"project", "Finance", "Dunning"}, 0, "The project Dunning is in Finance, with the id ", ""},
		{[]string{"project", "Nowhere", "Dunning"}, 1, "", "There is no such workspace"},
		{[]string{"workflow", "Dunning", "Remind", `{"enabled":true,"steps":[{"connector":"webhook","operation":"webhook"}]}`}, 0, "The workflow Remind is made in the project Dunning.\n", ""},
		{[]string{"workflow", "Dunning", "Remind", `{"enabled":false}`}, 0, "The workflow Remind is changed in the project Dunning.\n", ""},
		{[]string{"workflow", "Dunning", "Remind", `{"steps":[{"connector":"none"}]}`}, 1, "", "There is no connector none"},
		{[]string{"workflow", "Dunning", "Remind", "later"}, 1, "", "say the steps as JSON"},
		{[]string{"workflow", "Nothing", "Remind"}, 1, "", "There is no such project"},
		{[]string{"projects"}, 0, "Dunning   Finance", ""},
		{[]string{"projects"}, 0, "Remind (off)", ""},
		{[]string{"workflow", "Dunning", "Remind", "off"}, 0, "The workflow Remind is gone from the project Dunning.\n", ""},
		{[]string{"workflow", "Dunning", "Remind", "off"}, 1, "", "There is no such workflow"},
	} {
		status, out, errs := run(append(c.args, "-path", path)...)
		if status != c.status || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) {
			t.Errorf("%v: %d, %q, %q", c.args, status, out, errs)
		}
	}
}
