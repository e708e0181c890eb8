package sandbox

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// commandVariable makes the test binary behave as the sandbox command, so that tests can
// have a second process.
const commandVariable = "TRAY_SANDBOX_TEST_COMMAND"

func TestMain(m *testing.M) {
	if line := os.Getenv(commandVariable); line != "" {
		os.Exit(Command(context.Background(), strings.Split(line, "\n"), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// process is a sandbox command that runs beside the test.
type process struct {
	*exec.Cmd
	url, token, operator string
	stderr               strings.Builder
}

func startProcess(t *testing.T, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(self)}
	p.Env = append(os.Environ(), commandVariable+"="+strings.Join(args, "\n"))
	p.Stderr = &p.stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	lines := bufio.NewScanner(out)
	for _, line := range []struct {
		into *string
		name string
	}{{&p.url, "TRAY_API_URL"}, {&p.token, "TRAY_API_TOKEN"}, {&p.operator, "TRAY_OPERATOR_TOKEN"}} {
		if !lines.Scan() {
			t.Fatalf("the command ended: %v %s", p.Wait(), p.stderr.String())
		}
		value, found := strings.CutPrefix(lines.Text(), "export "+line.name+"=")
		if !found {
			t.Fatalf("the command printed %q", lines.Text())
		}
		*line.into = value
	}
	return p
}

func (p *process) send(method, path, body string) (int, error) {
	r, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// end sends a signal and wants a clean exit.
func (p *process) end(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := p.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("after %s: %v %s", signal, err, p.stderr.String())
	}
}

// newUserBody is what creating the n-th user of a writer sends.
func newUserBody(writer string, n int) string {
	return fmt.Sprintf(`{"name":"N","email":"%s%d@example.com","organizationRoleId":"%s"}`, writer, n, organizationRole[viewer].ID)
}

func TestProcesses_twoWriteOneFileAtTheSameTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with space & ? # %41.db")
	w := newWorld(t, func(o *OpenOptions) { o.Path = path })
	p := startProcess(t, "-listen", "127.0.0.1:0", "-path", path)
	if p.token != w.sandbox.OwnerToken() {
		t.Fatal("the two processes have different tokens")
	}
	const each = 40
	failures := make(chan string, 2*each)
	var writers sync.WaitGroup
	writers.Go(func() {
		for n := range each {
			if status, err := p.send("POST", "/core/v1/users", newUserBody("theirs", n)); err != nil || status != 200 {
				failures <- fmt.Sprintf("the process answered %d, %v", status, err)
			}
		}
	})
	writers.Go(func() {
		for n := range each {
			if got := w.as(w.sandbox.OwnerToken(), "POST", "/core/v1/users", newUserBody("ours", n)); got.status != 200 {
				failures <- fmt.Sprintf("in process: %d %s", got.status, got.body)
			}
		}
	})
	writers.Wait()
	close(failures)
	for failure := range failures {
		t.Error(failure)
	}
	if got := len(into[struct{ Elements []any }](t, w.must(200, "GET", "/core/v1/users?first=1000", nil)).Elements); got != 2*each+1 {
		t.Errorf("there are %d users", got)
	}
	if got := len(into[[]engine.Logged](t, w.must(200, "GET", "/_sandbox/requests", nil))); got != 2*each+1 {
		t.Errorf("the log they share holds %d requests", got)
	}
	p.end(t, syscall.SIGTERM)
}

func TestProcesses_handlesOfOneProcessShareAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	const handles, each = 4, 10
	failures := make(chan string, handles*each)
	var all sync.WaitGroup
	for h := range handles { // opening the new file is part of the race
		all.Go(func() {
			rt, token, err := Open(OpenOptions{Path: path})
			if err != nil {
				failures <- err.Error()
				return
			}
			for n := range each {
				for _, c := range [][3]string{{"POST", "/core/v1/users", newUserBody(fmt.Sprintf("h%d-", h), n)}, {"GET", "/core/v1/users?first=100", ""}} {
					r, err := http.NewRequest(c[0], "https://api.tray.io"+c[1], strings.NewReader(c[2]))
					if err != nil {
						failures <- err.Error()
						continue
					}
					r.Header.Set("Authorization", "Bearer "+token)
					res, err := rt.RoundTrip(r)
					if err != nil || res.StatusCode != 200 {
						failures <- fmt.Sprintf("%s: %+v, %v", c[0], res, err)
					}
				}
			}
		})
	}
	all.Wait()
	close(failures)
	for failure := range failures {
		t.Error(failure)
	}
	w := newWorld(t, func(o *OpenOptions) { o.Path = path })
	ids := map[string]bool{}
	for _, e := range into[anyPage](t, w.must(200, "GET", "/core/v1/users?first=1000", nil)).Elements {
		ids[e.ID] = true
	}
	if len(ids) != handles*each+1 {
		t.Errorf("there are %d different users", len(ids))
	}
}

func TestProcesses_aFaultOrderedOnceHappensOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	a := newWorld(t, func(o *OpenOptions) { o.Path = path })
	b := newWorld(t, func(o *OpenOptions) { o.Path = path })
	a.must(201, "POST", "/_sandbox/faults", object{"path": "**", "status": 503, "times": 1})
	if got := b.as(b.sandbox.OwnerToken(), "GET", "/core/v1/roles", nil).status; got != 503 {
		t.Errorf("the other handle answered %d", got)
	}
	a.must(200, "GET", "/core/v1/roles", nil)
}

func TestFile_survivesARestartAndKnowsItsOrganization(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	p := startProcess(t, "-listen", "127.0.0.1:0", "-path", path, "-organization", "Acme", "-owner", "boss@acme.example", "-plan", "team",
		"-embedded", "-token", strings.Repeat("t", 36), "-list-elements", "sparse", "-type-shape", "object", "-management=false", "-rate", "9", "-latency", "1ms")
	if p.token != strings.Repeat("t", 36) {
		t.Errorf("the token is %s", p.token)
	}
	if status, err := p.send("POST", "/core/v1/users", newUserBody("u", 1)); err != nil || status != 200 {
		t.Fatalf("got %d, %v", status, err)
	}
	p.end(t, os.Interrupt)
	w := newWorld(t, func(o *OpenOptions) { o.Path = path })
	s := w.state()
	if o := s.Organization; o.Name != "Acme" || o.Plan != "team" || !o.Embedded || o.OwnerEmail != "boss@acme.example" || len(s.Users) != 2 {
		t.Errorf("state is %+v", s)
	}
	got := into[Options](t, w.must(200, "GET", "/_sandbox/options", nil))
	if got.ListElements != "sparse" || got.TypeShape != "object" || got.Management || got.Rate != 9 || got.Latency != "1ms" {
		t.Errorf("options are %+v", got)
	}
	for _, o := range []OpenOptions{{Organization: "Other"}, {OwnerEmail: "x@example.com"}, {Plan: "pro"}} {
		o.Path = path
		if _, _, err := Open(o); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if rt, token, err := Open(OpenOptions{Path: path, Organization: "Acme", Plan: "Team", Embedded: true}); err != nil || rt == nil || token != p.token {
		t.Errorf("what agrees is refused: %v", err)
	}
}

func TestFile_ofANewerVersionIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(fmt.Sprintf("PRAGMA user_version = %d", files.Version+1)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err = Open(OpenOptions{Path: path})
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("schema version %d and this version of the provider knows %d", files.Version+1, files.Version)) || !strings.Contains(err.Error(), path) {
		t.Errorf("the error is %v", err)
	}
}

func TestFile_thatIsNoDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(OpenOptions{Path: path}); err == nil {
		t.Error("it was opened")
	}
	if text, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(text), "not a database") {
		t.Errorf("it was changed: %v", err)
	}
	if _, _, err := Open(OpenOptions{Path: filepath.Join(t.TempDir(), "no", "such", "folder", "s.db")}); err == nil {
		t.Error("a file in a missing folder was opened")
	}
}

func TestFile_memoryIsPrivate(t *testing.T) {
	a := newWorld(t, func(o *OpenOptions) { o.Path = engine.MemoryPath })
	b := newWorld(t, func(o *OpenOptions) { o.Path = engine.MemoryPath })
	a.addWorkspace("Finance")
	if got := b.shared(); got != "" {
		t.Errorf("the other one sees %s", got)
	}
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() { a.as(a.sandbox.OwnerToken(), "POST", "/core/v1/users", newUserBody("u", n)) })
	}
	all.Wait()
	if got := len(a.state().Users); got != 9 {
		t.Errorf("there are %d users", got)
	}
}
