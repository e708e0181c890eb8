package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// A snapshot is a file that holds an organization as somebody read it: its own ids, and
// what one token saw of it at one time. The sandbox answers from it as that organization
// would have answered that token then, and changes nothing in it.

// frozen is what a snapshot holds beside the tables.
type frozen struct {
	TakenAt  time.Time `json:"taken_at"`      // by Tray's clock; time stands still in a snapshot
	Key      string    `json:"key,omitempty"` // how addresses were replaced; for whoever took it
	Unseen   []string  `json:"unseen"`        // what the token could not read, in words for people
	Refused  []refusal `json:"refused"`
	Self     *selfBody `json:"self"`       // whom the token acts as, where that was told
	Managed  bool      `json:"management"` // whether there was a management plane
	Contents contents  `json:"contents"`   // by workspace

	EnvironmentServices map[string]nameAndVersion `json:"environment_services,omitempty"` // of authentications

	Organization      organizationBody `json:"organization"`
	OrganizationRoles []role           `json:"organization_roles"`
	WorkspaceRoles    []role           `json:"workspace_roles"`
}

// contents is how many things a workspace holds, by its id and their kind.
type contents map[string]map[string]int

// refusal is a read that the organization refused. What is below its path and in the file
// was seen on its own; of all else below it nobody knows whether it is there.
type refusal struct {
	Path    string `json:"path"`
	Status  int    `json:"status"`
	Message string `json:"message"`
}

func (r refusal) problem() error { return engine.Fail(r.Status, "%s", r.Message) }

// selfBody is a caller on the management plane.
type selfBody struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Role  role   `json:"role"`
}

// frozenToken opens every snapshot. It is no secret: there is nothing that it could change.
const frozenToken = "snapshot-of-an-organization-which-needs-no-token" //nolint:gosec // see above

const snapshotTable = "CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), about TEXT NOT NULL) STRICT"

// Freeze makes the file of a snapshot from a JSON document: the fields of frozen, and
// under "nouns" what each noun takes in.
func Freeze(document []byte) ([]byte, error) {
	var d struct {
		frozen
		Nouns map[string]json.RawMessage `json:"nouns"`
	}
	if err := decodeStrictly(document, &d); err != nil {
		return nil, err
	}
	s, err := openStore(engine.MemoryPath)
	if err != nil {
		return nil, err
	}
	defer s.Close() //nolint:errcheck // in memory
	ctx := context.Background()
	if err := s.migrate(ctx, func(t *tx) error { return t.freeze(d.frozen, d.Nouns) }); err != nil {
		return nil, fmt.Errorf("the organization does not fit into a snapshot: %w", err)
	}
	return s.Image(ctx)
}

func decodeStrictly(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// freeze fills a new file.
func (t *tx) freeze(f frozen, parts map[string]json.RawMessage) error {
	options := DefaultOptions()
	options.Management, options.SSO = f.Managed, f.Organization.SSO
	o := f.Organization
	for _, row := range []struct {
		statement string
		args      []any
	}{
		{`INSERT INTO seed (one, organization_id, organization, owner_email, plan, embedded, token, options) VALUES (1, ?, ?, ?, ?, ?, ?, ?)`,
			[]any{o.ID, o.Name, o.OwnerEmail, o.Plan, o.Embedded, frozenToken, options.encode()}},
		{`INSERT INTO organization (one, id, name, plan, embedded, options, advance) VALUES (1, ?, ?, ?, ?, ?, 0)`,
			[]any{o.ID, o.Name, o.Plan, o.Embedded, options.encode()}},
		{`INSERT INTO organizations (id) VALUES (?)`, []any{o.ID}},
		{snapshotTable, nil},
		{`DROP INDEX one_owner`, nil}, // a rule of the sandbox; whatever was seen is so
	} {
		if _, err := t.Exec(row.statement, row.args...); err != nil {
			return err
		}
	}
	about, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if _, err := t.Exec("INSERT INTO snapshot (one, about) VALUES (1, ?)", string(about)); err != nil {
		return err
	}
	return t.takeIn(parts)
}

// takeIn has each noun take in its part, in the order of the nouns, as they lean on each
// other.
func (t *tx) takeIn(parts map[string]json.RawMessage) error {
	left := maps.Clone(parts)
	for _, n := range frozenNouns() {
		list, given := left[n.restore.name]
		if !given {
			return fmt.Errorf("nothing is said of the %s", n.restore.name)
		}
		delete(left, n.restore.name)
		if err := n.restore.take(t, list); err != nil {
			return fmt.Errorf("%s: %w", n.restore.name, err)
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("no noun takes in %s", strings.Join(slices.Sorted(maps.Keys(left)), ", "))
	}
	return nil
}

// frozenNouns are the nouns of which a snapshot holds something, people before what refers
// to them.
func frozenNouns() []*noun {
	all := []*noun{&userNoun}
	for _, n := range nouns {
		if n.restore != nil && n != &userNoun {
			all = append(all, n)
		}
	}
	return all
}

// part is a list in a snapshot, and what takes it in.
type part struct {
	name string
	take func(*tx, json.RawMessage) error
}

// restoring makes a part of what takes in one element, the seq-th of the list.
func restoring[T any](name string, one func(t *tx, seq int, element T) error) *part {
	return &part{name, func(t *tx, list json.RawMessage) error {
		var all []T
		if err := decodeStrictly(list, &all); err != nil {
			return err
		}
		for i, element := range all {
			if err := one(t, i+1, element); err != nil {
				return err
			}
		}
		return nil
	}}
}

// openFrozen opens a snapshot, of which nothing on the disk is touched.
func openFrozen(path string) (*Sandbox, error) {
	opened, err := engine.OpenImage(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("there is no file %s: terraform-provider-tray snapshot -o FILE makes one", path)
	case errors.Is(err, engine.ErrNoImage):
		return nil, errNoSnapshot(path)
	case err != nil:
		return nil, err
	}
	s := &Sandbox{store: &store{Store: opened}, token: frozenToken}
	if err := s.thaw(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("the snapshot %s cannot be read: %w", path, err), s.Close())
	}
	if s.store.frozen == nil {
		return nil, errors.Join(errNoSnapshot(path), s.Close())
	}
	s.clock = func() time.Time { return s.store.frozen.TakenAt }
	return s, nil
}

func errNoSnapshot(path string) error {
	return fmt.Errorf("%s is no snapshot, which terraform-provider-tray snapshot -o FILE makes of an organization; "+
		"without read_only the path is that of a sandbox", path)
}

// thaw reads what the snapshot says of itself, once its tables are those of this version.
func (s *Sandbox) thaw(ctx context.Context) error {
	empty := func(*tx) error { return errors.New("there is nothing in it") }
	if err := s.store.migrate(ctx, empty); err != nil {
		return err
	}
	return s.store.view(ctx, func(t *tx) error {
		about, err := t.aboutSnapshot()
		if err != nil || about == "" {
			return err
		}
		s.store.frozen = &frozen{}
		s.store.organization = s.store.frozen.Organization.ID
		return json.Unmarshal([]byte(about), s.store.frozen)
	})
}

// aboutSnapshot is what a snapshot says of itself, empty in a sandbox.
func (t *tx) aboutSnapshot() (about string, err error) {
	var is bool
	if err := t.Row("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'snapshot')").Scan(&is); err != nil || !is {
		return "", err
	}
	err = t.Row("SELECT about FROM snapshot").Scan(&about)
	return about, err
}

// refuseSnapshot keeps a snapshot from being used as a sandbox, which would change it: to
// open it so already does. What else the path is, is for others to say.
func refuseSnapshot(path string) error {
	opened, err := engine.OpenImage(path)
	if err != nil {
		return nil
	}
	s := &store{Store: opened}
	defer s.Close() //nolint:errcheck // a copy
	return s.view(context.Background(), func(t *tx) error {
		about, err := t.aboutSnapshot()
		if err == nil && about != "" {
			err = fmt.Errorf("the file %s is a snapshot of an organization, in which nothing can be changed: "+
				"plan with sandbox = { path = …, read_only = true }, or use another path", path)
		}
		return err
	})
}

// asking are the calls that are a POST and change nothing.
var asking = regexp.MustCompile(`/imports/(requirements|previews)$|/releases/previews$`)

// refuses is why a request to a snapshot is refused whoever asks, nil when it is not.
func (f *frozen) refuses(method, path string) error {
	if path == graphPath { // whose gateway says a message alone
		return engine.Forbidden("%s", unheldWords("end users, nor anything else that Embedded has"))
	}
	if asking.MatchString(path) {
		return errUnheld("what an import or a release would do")
	}
	if method != http.MethodGet {
		return &engine.Problem{Status: http.StatusMethodNotAllowed, Code: "read_only",
			Message: "This is a snapshot of an organization, in which nothing can be changed"}
	}
	for _, r := range f.Refused {
		if path == r.Path {
			return r.problem()
		}
	}
	return nil
}

// errUnheld is no proof that there is nothing.
func errUnheld(what string) error {
	return &engine.Problem{Status: http.StatusForbidden, Code: "not_in_snapshot",
		Message: unheldWords(what)}
}

func unheldWords(what string) string {
	return "This is a snapshot of an organization, and no snapshot holds " + what + ": plan with a token to see that"
}

// unknown is the answer to a request for what the file does not hold: where the list of it
// was refused, that is no proof that it is not there.
func (f *frozen) unknown(path string, found error) error {
	for _, r := range f.Refused {
		if strings.HasPrefix(path, r.Path+"/") {
			return r.problem()
		}
	}
	return found
}

// unlessUnseen is the refusal of a call, but for what a snapshot does not know of.
func (c *call) unlessUnseen(err error) error {
	var p *engine.Problem
	if f := c.sandbox.store.frozen; f != nil && errors.As(err, &p) && p.Status == http.StatusNotFound {
		return f.unknown(c.path, err)
	}
	return err
}

// caller is whom the snapshot was taken as. What that token could not see is not in the
// file, so it may see all that is.
func (f *frozen) caller() caller {
	who := caller{token: frozenToken, frozen: true}
	if f.Self != nil {
		who.id, who.email, who.role = f.Self.ID, f.Self.Email, f.Self.Role.Name
	}
	return who
}

// frozenUser is somebody in a snapshot. Of who was seen in a workspace only, not all is known.
type frozenUser struct {
	ID, Email, Name, AccountType, Role string
}

// restoreUser takes somebody in, or the role of somebody who is there without one. Who has no address to show is found
// by their id alone.
func (t *tx) restoreUser(u frozenUser) error {
	_, err := t.Exec(`INSERT INTO users (seq, id, email, email_key, name, account_type, role)
		SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ?, ? FROM users WHERE true
		ON CONFLICT (id) DO UPDATE SET role = coalesce(nullif(role, ''), excluded.role)`,
		u.ID, u.Email, emailKey(cmp.Or(u.Email, u.ID)), u.Name, u.AccountType, u.Role)
	return err
}

// FrozenInfo is what a plan has to know of the snapshot that it is made by. It is an
// alias of an unnamed struct for the reason that OpenOptions is one.
type FrozenInfo = struct {
	TakenAt time.Time
	Key     string
	Unseen  []string
}

// Snapshot tells about the snapshot that the requests are answered from; ok is false for a
// sandbox.
func (h *handle) Snapshot() (info FrozenInfo, ok bool) {
	f := h.frozen
	if f == nil {
		return info, false
	}
	return FrozenInfo{TakenAt: f.TakenAt, Key: f.Key, Unseen: f.Unseen}, true
}
