package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Two sandboxes stand for two organizations, and a state of one must not seem to be about
// the other.
func TestIdentity_nothingOfTwoFilesHasTheSameIDButRoles(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range []OpenOptions{{}, {}, {Organization: "Acme"}} {
		w := newWorld(t, func(to *OpenOptions) { *to = o; to.Path = filepath.Join(t.TempDir(), "s.db") })
		w.invite("kim@example.com", viewer)
		w.addWorkspace("Finance")
		further, token := w.openOrganization("Other", nil)
		there := into[stateBody](t, w.as(token, "GET", "/_sandbox/state", nil))
		s := w.state()
		ids := []string{s.Organization.ID, s.Invites[0].ID, further, there.Users[0].ID, there.Workspaces[0].ID}
		for _, ws := range s.Workspaces {
			ids = append(ids, ws.ID)
		}
		ids = append(ids, s.Users[0].ID, w.sandbox.OwnerToken(), w.sandbox.OperatorToken(), token, w.token(s.Users[0].ID))
		for _, id := range ids {
			if seen[id] {
				t.Errorf("%s is there twice", id)
			}
			if len(id) == 36 && !engine.IsUUID(id) {
				t.Errorf("%s is no UUID", id)
			}
			seen[id] = true
		}
	}
}

func TestIdentity_aResetAndAnotherProcessKeepIt(t *testing.T) {
	w := newWorld(t, onFile(t))
	before := w.must(200, "GET", "/management/v1/organization", nil).body
	user := w.addUser("priya@example.com", viewer)
	w.must(204, "POST", "/_sandbox/reset", nil)
	again := newWorld(t, func(o *OpenOptions) { o.Path = w.sandbox.store.Path() })
	if got := again.must(200, "GET", "/management/v1/organization", nil).body; got != before {
		t.Errorf("it was %s and is %s", before, got)
	}
	if again.sandbox.OwnerToken() != w.sandbox.OwnerToken() || again.sandbox.OperatorToken() != w.sandbox.OperatorToken() {
		t.Error("the tokens are others")
	}
	if got := again.addUser("priya@example.com", viewer); got != user {
		t.Errorf("the same user is %s and was %s", got, user)
	}
}

// The tokens of a file that an older version made follow from the organization's name.
func TestIdentity_tokensThatCouldBeComputedAreRenewed(t *testing.T) {
	w := newWorld(t, onFile(t))
	old := w.sandbox.OwnerToken()
	operators := w.sandbox.OperatorToken()
	id := into[organizationBody](t, w.must(200, "GET", "/management/v1/organization", nil)).ID
	w.sql(undoServices...)
	w.sql("ALTER TABLE requests DROP COLUMN at", "ALTER TABLE requests DROP COLUMN body", "DROP TABLE events",
		"ALTER TABLE seed DROP COLUMN organization_id", "ALTER TABLE seed ADD COLUMN salt TEXT NOT NULL DEFAULT ''", "PRAGMA user_version = 3")
	now := newWorld(t, func(o *OpenOptions) { o.Path = w.sandbox.store.Path() })
	if now.sandbox.OwnerToken() == old || now.sandbox.OperatorToken() == operators || len(now.sandbox.OperatorToken()) < minTokenLength {
		t.Error("the tokens are the old ones")
	}
	if got := now.as(old, "GET", "/management/v1", nil); got.status != 401 {
		t.Errorf("the old token answers %d", got.status)
	}
	if got := into[organizationBody](t, now.must(200, "GET", "/management/v1/organization", nil)).ID; got != id {
		t.Errorf("the organization was %s and is %s", id, got)
	}
	now.operate(200, "GET", allOrganizations, nil)
}

func TestFile_isPrivateEvenWhereItExists(t *testing.T) {
	for name, content := range map[string]bool{"empty": false, "a sandbox": true} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			if err := os.WriteFile(path, nil, 0o644); err != nil { //nolint:gosec // that is the point
				t.Fatal(err)
			}
			if content {
				s, err := New(OpenOptions{Path: path})
				if err != nil || s.Close() != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(path, 0o644); err != nil { //nolint:gosec // Likewise
					t.Fatal(err)
				}
			}
			w := newWorld(t, func(o *OpenOptions) { o.Path = path })
			w.addWorkspace("Finance")
			for _, file := range []string{path, path + "-wal", path + "-shm"} {
				info, err := os.Stat(file)
				if err != nil {
					t.Fatal(err)
				}
				if info.Mode().Perm() != 0o600 {
					t.Errorf("%s has mode %o", file, info.Mode().Perm())
				}
			}
		})
	}
}

// A file of somebody else's keeps its mode: the sandbox takes no part in it.
func TestFile_ofAnotherKindKeepsItsMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database\n", 100)), 0o644); err != nil { //nolint:gosec // that is the point
		t.Fatal(err)
	}
	_, err := New(OpenOptions{Path: path})
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "use another path") {
		t.Errorf("the error is %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("it has mode %v now, %v", info.Mode(), err)
	}
}

func TestSandbox_aBrokenFileIsItsOwnFault(t *testing.T) {
	w := newWorld(t, onFile(t))
	w.sql("DROP TABLE invites")
	got := w.must(500, "GET", "/management/v1/invites", nil)
	said := into[struct{ Message, Code string }](t, got)
	if said.Code != "sandbox_failed" || !strings.Contains(said.Message, w.sandbox.store.Path()) || !strings.Contains(said.Message, "delete it") {
		t.Error(got.body)
	}
}
