package tray

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"slices"
	"sync"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
)

// Member is one user's membership of one workspace.
type Member struct {
	WorkspaceID string
	UserID      string
	// Email may be "": Tray documents it as optional here. The client fills it from
	// the organization's user list when the token may read that.
	Email       string
	AccountType AccountType
	Role        Role // workspace role
}

// Members are the memberships of workspaces; reads are served by one shared list a workspace.
type Members struct {
	c *Client

	mu    sync.Mutex
	lists map[string]records[Member] // by workspace id
}

func newMembers(c *Client) *Members {
	return &Members{c: c, lists: map[string]records[Member]{}}
}

// of returns what is remembered of a workspace's members.
func (m *Members) of(workspaceID string) records[Member] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if all := m.lists[workspaceID]; all != nil {
		return all
	}
	list := listCall[wireMember, Member]{
		Call:    call{Method: http.MethodGet, Path: membersPath(workspaceID), Right: rightSeeWorkspace},
		First:   smallPage,
		Convert: func(w wireMember) (element[Member], error) { return w.element(workspaceID) },
	}
	all := coalesce.New(m.c.reads, source[Member]{
		What: "member", Path: "/core/v1/workspaces/" + workspaceID + "/users",
		Page: list.Pages(m.c.rest),
		One: func(ctx context.Context, userID string) (Member, error) {
			return m.fetch(ctx, workspaceID, userID)
		},
		ID:    func(member Member) string { return member.UserID },
		Shows: func(read, want Member) bool { return read.Role.ID == want.Role.ID },
	})
	m.lists[workspaceID] = all
	return all
}

func membersPath(workspaceID string, more ...string) []string {
	return append([]string{"core", "v1", "workspaces", workspaceID, "users"}, more...)
}

// loaded are the workspaces whose members somebody has asked for.
func (m *Members) loaded() []records[Member] {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]records[Member], 0, len(m.lists))
	for _, list := range m.lists {
		all = append(all, list)
	}
	return all
}

// List returns every member of a workspace, complete objects, sorted by e-mail, then id.
func (m *Members) List(ctx context.Context, workspaceID string) ([]Member, error) {
	if err := m.workspaceKnownGone(workspaceID); err != nil {
		return nil, err
	}
	members, err := m.of(workspaceID).List(ctx)
	if err != nil {
		return nil, m.proveWorkspace(ctx, workspaceID, err)
	}
	if err := m.fillAll(ctx, members); err != nil {
		return nil, err
	}
	slices.SortFunc(members, func(a, b Member) int {
		return cmp.Or(cmp.Compare(foldEmail(a.Email), foldEmail(b.Email)), cmp.Compare(a.UserID, b.UserID))
	})
	return members, nil
}

// Pages returns the members in the server's order, a slice at a time, and reads no
// more pages than are consumed. An error ends it.
func (m *Members) Pages(ctx context.Context, workspaceID string) iter.Seq2[[]Member, error] {
	return func(yield func([]Member, error) bool) {
		for members, err := range m.of(workspaceID).Each(ctx) {
			if err == nil {
				err = m.fillAll(ctx, members)
			}
			if err != nil {
				yield(nil, m.proveWorkspace(ctx, workspaceID, err))
				return
			}
			if !yield(members, nil) {
				return
			}
		}
	}
}

// Get returns one membership. IsGone(err) means proven absent, which needs a
// workspace that the token can still see.
func (m *Members) Get(ctx context.Context, workspaceID, userID string) (*Member, error) {
	return m.read(ctx, workspaceID, userID, true)
}

// Find is Get for a membership that need not be there: its absence from a complete list
// is enough, and costs no read of its own. Nothing is to be dropped on that.
func (m *Members) Find(ctx context.Context, workspaceID, userID string) (*Member, error) {
	return m.read(ctx, workspaceID, userID, false)
}

func (m *Members) read(ctx context.Context, workspaceID, userID string, proof bool) (*Member, error) {
	if err := m.workspaceKnownGone(workspaceID); err != nil {
		return nil, err
	}
	member, err := m.of(workspaceID).Read(ctx, key{ID: userID}, proof)
	if err != nil {
		return nil, m.prove(ctx, workspaceID, err)
	}
	return &member, m.fill(ctx, &member)
}

// roleSeen returns the role of that name that a member was last read with, asking nobody.
func (m *Members) roleSeen(workspaceID, name string) (Role, bool) {
	member, seen := m.of(workspaceID).Seen(func(member Member) bool {
		return member.Role.ID != "" && SameRole(member.Role.Name, name)
	})
	return member.Role, seen
}

// prove turns a 404 of a membership into proof: of the membership, when the workspace
// can still be seen, or of the workspace.
func (m *Members) prove(ctx context.Context, workspaceID string, err error) error {
	if !hasStatus(err, http.StatusNotFound) || IsGone(err) {
		return err
	}
	switch _, wsErr := m.c.Workspaces.Get(ctx, workspaceID); {
	case wsErr == nil:
		return asGone(err, "The workspace is there and does not have this member")
	case IsGone(wsErr):
		return asGone(err, "The workspace does not exist any more")
	case hasStatus(wsErr, http.StatusNotFound):
		return undecided(err, "membership")
	}
	return err
}

// proveWorkspace turns a 404 of a workspace's member list into proof, when the
// workspace is proven gone.
func (m *Members) proveWorkspace(ctx context.Context, workspaceID string, err error) error {
	if !hasStatus(err, http.StatusNotFound) || IsGone(err) {
		return err
	}
	switch _, wsErr := m.c.Workspaces.Get(ctx, workspaceID); {
	case IsGone(wsErr):
		return asGone(err, "The workspace does not exist any more")
	case hasStatus(wsErr, http.StatusNotFound):
		return undecided(err, "workspace")
	}
	return err
}

// workspaceKnownGone answers for a workspace that is already proven gone, so that its
// members cost no request each.
func (m *Members) workspaceKnownGone(workspaceID string) error {
	if !m.c.Workspaces.knownGone(workspaceID) {
		return nil
	}
	return gone("member", "the workspace does not exist any more")
}

func (m *Members) fetch(ctx context.Context, workspaceID, userID string) (Member, error) {
	k := call{Path: membersPath(workspaceID, userID), Right: rightSeeWorkspace}
	return fetch(ctx, m.c, m.of(workspaceID), k, userID, func(w wireMember) (element[Member], error) { return w.element(workspaceID) })
}

// fill gives a member its address if Tray left it out and the token may read users.
func (m *Members) fill(ctx context.Context, member *Member) error {
	if member.Email != "" {
		return nil
	}
	user, err := m.c.Users.lookup(ctx, member.UserID)
	member.Email = user.Email
	return err
}

// fillAll is fill for many. Nothing is looked up when nothing is missing.
func (m *Members) fillAll(ctx context.Context, members []Member) error {
	for i := range members {
		if err := m.fill(ctx, &members[i]); err != nil {
			return err
		}
	}
	return nil
}

// userDeleted: a deleted user is out of every workspace.
func (m *Members) userDeleted(userID string) {
	for _, all := range m.loaded() {
		all.Dropped(userID)
	}
}

// touched voids what is known of a user's memberships after a write to the user: an
// organization role may raise workspace roles.
func (m *Members) touched(userID string) {
	for _, all := range m.loaded() {
		all.Touched(userID)
	}
}

// workspaceDeleted: its members go with it.
func (m *Members) workspaceDeleted(workspaceID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.lists, workspaceID)
}
