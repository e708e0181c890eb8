package tray

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"sync"
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
	lists map[string]*collection[Member] // by workspace id
}

func newMembers(c *Client) *Members {
	return &Members{c: c, lists: map[string]*collection[Member]{}}
}

// of returns what is remembered of a workspace's members.
func (m *Members) of(workspaceID string) *collection[Member] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if all := m.lists[workspaceID]; all != nil {
		return all
	}
	list := listCall[wireMember, Member]{
		call:    call{method: http.MethodGet, path: membersPath(workspaceID), right: rightSeeWorkspace},
		first:   smallPage,
		convert: func(w wireMember) (element[Member], error) { return w.element(workspaceID) },
	}
	all := newCollection(m.c, source[Member]{
		what: "member", path: "/core/v1/workspaces/" + workspaceID + "/users",
		page:  func(ctx context.Context, cursor string) (page[Member], error) { return list.fetch(ctx, m.c, cursor) },
		one:   func(ctx context.Context, userID string) (Member, error) { return m.fetch(ctx, workspaceID, userID) },
		id:    func(member Member) string { return member.UserID },
		shows: func(read, want Member) bool { return read.Role.ID == want.Role.ID },
	})
	m.lists[workspaceID] = all
	return all
}

func membersPath(workspaceID string, more ...string) []string {
	return append([]string{"core", "v1", "workspaces", workspaceID, "users"}, more...)
}

// loaded are the workspaces whose members somebody has asked for.
func (m *Members) loaded() []*collection[Member] {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]*collection[Member], 0, len(m.lists))
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
	members, err := m.of(workspaceID).list(ctx)
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
		for members, err := range m.of(workspaceID).each(ctx) {
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
	if err := m.workspaceKnownGone(workspaceID); err != nil {
		return nil, err
	}
	member, err := m.of(workspaceID).get(ctx, key{id: userID})
	if err != nil {
		return nil, m.prove(ctx, workspaceID, err)
	}
	return &member, m.fill(ctx, &member)
}

// prove turns a 404 of a membership into proof: of the membership, when the workspace
// can still be seen, or of the workspace.
func (m *Members) prove(ctx context.Context, workspaceID string, err error) error {
	if !hasStatus(err, http.StatusNotFound) || IsGone(err) {
		return err
	}
	switch _, wsErr := m.c.Workspaces.Get(ctx, workspaceID); {
	case wsErr == nil:
		return asGone(err, "the workspace is there and does not have this member")
	case IsGone(wsErr):
		return asGone(err, "the workspace does not exist any more")
	case hasStatus(wsErr, http.StatusNotFound):
		return wsErr // its hint says that the token may have lost access
	}
	return err
}

// proveWorkspace turns a 404 of a workspace's member list into proof, when the
// workspace is proven gone.
func (m *Members) proveWorkspace(ctx context.Context, workspaceID string, err error) error {
	if !hasStatus(err, http.StatusNotFound) || IsGone(err) {
		return err
	}
	if _, wsErr := m.c.Workspaces.Get(ctx, workspaceID); IsGone(wsErr) {
		return asGone(err, "the workspace does not exist any more")
	}
	return err
}

// workspaceKnownGone answers for a workspace that is already proven gone, so that its
// members cost no request each.
func (m *Members) workspaceKnownGone(workspaceID string) error {
	if !m.c.Workspaces.knownGone(workspaceID) {
		return nil
	}
	return gone("the member", "the workspace does not exist any more")
}

// Add puts a user of the organization into a workspace and returns the membership as
// read back. It does not disturb a membership that is already there: that is an Error
// (the server's own, or ours after looking).
func (m *Members) Add(ctx context.Context, workspaceID, userID string, role Role) (*Member, error) {
	all := m.of(workspaceID)
	unlock, err := all.lock(ctx, userID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := m.refuseExisting(ctx, all, workspaceID, userID); err != nil {
		return nil, err
	}
	made, err := settle(ctx, m.c,
		func() (*Member, error) { return m.post(ctx, workspaceID, userID, role) },
		func() (*Member, error) { return m.search(ctx, all, userID) })
	if err != nil {
		if isAmbiguous(err) || hasStatus(err, http.StatusConflict) || hasStatus(err, http.StatusNotFound) {
			all.forget(userID)
		}
		return nil, err
	}
	made.Role = role
	w := all.wrote(userID, *made)
	member, err := all.confirm(ctx, w, false)
	if err != nil {
		return nil, roleKept(err, member.Role, role)
	}
	return m.complete(ctx, all, w, member)
}

// refuseExisting looks before adding: what Tray answers to adding a member again is
// not documented, and it may be to change the role.
func (m *Members) refuseExisting(ctx context.Context, all *collection[Member], workspaceID, userID string) error {
	member, err := all.get(ctx, key{id: userID})
	switch {
	case err == nil:
		return &Error{
			Method: http.MethodPost, Path: all.path, Status: http.StatusConflict,
			Message: "the user is already a member of this workspace, with the role " + member.Role.Name,
			Hint:    "Import the membership " + workspaceID + "/" + userID + " instead of creating it",
		}
	case hasStatus(err, http.StatusNotFound), IsForbidden(err):
		return nil // the server decides
	}
	return err
}

func (m *Members) post(ctx context.Context, workspaceID, userID string, role Role) (*Member, error) {
	err := m.c.do(ctx, call{
		method: http.MethodPost, path: membersPath(workspaceID), right: rightRunWorkspace,
		in: map[string]string{"userId": userID, "roleId": role.ID},
	}, nil)
	if err != nil {
		return nil, err
	}
	return &Member{WorkspaceID: workspaceID, UserID: userID, Role: role}, nil
}

// search reads a membership for settling a write; nil is absence.
func (m *Members) search(ctx context.Context, all *collection[Member], userID string) (*Member, error) {
	member, err := all.reread(ctx, userID)
	if hasStatus(err, http.StatusNotFound) {
		return nil, nil
	}
	return &member, err
}

// complete gives an added member what the writing itself does not know: the account
// type and the address, from the users if the token may read them, else by reading
// the membership back.
func (m *Members) complete(ctx context.Context, all *collection[Member], w *written[Member], member Member) (*Member, error) {
	if member.AccountType == "" || member.Email == "" {
		if user, err := m.c.Users.Get(ctx, member.UserID); err == nil {
			member.Email, member.AccountType = user.Email, user.AccountType
		}
	}
	if member.AccountType == "" {
		if read, err := all.verify(ctx, w, false); err == nil {
			member = read
		}
	}
	all.amend(w, member)
	return &member, nil
}

// SetRole changes a member's role and returns the membership as read back.
func (m *Members) SetRole(ctx context.Context, workspaceID, userID string, role Role) (*Member, error) {
	all := m.of(workspaceID)
	unlock, err := all.lock(ctx, userID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	before, known := all.known(userID)
	err = m.c.do(ctx, call{
		method: http.MethodPut, path: membersPath(workspaceID, userID), right: rightRunWorkspace,
		in: map[string]string{"roleId": role.ID},
	}, nil)
	if err != nil {
		now, err := settleRole(ctx, all, userID, err, func(now Member) bool { return now.Role.ID == role.ID })
		if err != nil {
			return nil, m.prove(ctx, workspaceID, err)
		}
		before, known = now, present
	}
	after := before
	after.WorkspaceID, after.UserID, after.Role = workspaceID, userID, role
	w := all.wrote(userID, after)
	member, err := all.confirm(ctx, w, known != present)
	if err != nil {
		return nil, roleKept(err, member.Role, role)
	}
	return &member, m.fill(ctx, &member)
}

// Remove takes a user out of a workspace. One who is already out is success.
func (m *Members) Remove(ctx context.Context, workspaceID, userID string) error {
	all := m.of(workspaceID)
	unlock, err := all.lock(ctx, userID)
	if err != nil {
		return err
	}
	defer unlock()
	err = m.c.do(ctx, call{method: http.MethodDelete, path: membersPath(workspaceID, userID), right: rightRunWorkspace}, nil)
	err = settleRemoval(ctx, all, userID, err, func() error { _, err := m.Get(ctx, workspaceID, userID); return err })
	if err != nil {
		return err
	}
	_, err = all.confirm(ctx, all.removed(userID), false)
	return err
}

// fetch reads one membership past everything remembered.
func (m *Members) fetch(ctx context.Context, workspaceID, userID string) (Member, error) {
	k := call{method: http.MethodGet, path: membersPath(workspaceID, userID), right: rightSeeWorkspace}
	var wire wireMember
	if err := m.c.do(ctx, k, &wire); err != nil {
		return Member{}, err
	}
	e, err := wire.element(workspaceID)
	if err == nil && e.value.UserID != userID {
		err = errors.New("the answer is about another user")
	}
	if err != nil {
		return Member{}, m.c.fail(k, &Error{Status: http.StatusOK, Message: err.Error()})
	}
	return e.value, nil
}

// fill gives a member its address if Tray left it out and the token may read users.
func (m *Members) fill(ctx context.Context, member *Member) error {
	if member.Email != "" {
		return nil
	}
	user, err := m.c.Users.Get(ctx, member.UserID)
	switch {
	case err == nil:
		member.Email = user.Email
	case !IsForbidden(err) && !hasStatus(err, http.StatusNotFound):
		return err
	}
	return nil
}

// fillAll is fill for many. Only what is missing is looked up, and nothing once the
// token has been refused.
func (m *Members) fillAll(ctx context.Context, members []Member) error {
	for i := range members {
		if members[i].Email != "" {
			continue
		}
		user, err := m.c.Users.Get(ctx, members[i].UserID)
		switch {
		case err == nil:
			members[i].Email = user.Email
		case IsForbidden(err):
			return nil
		case !hasStatus(err, http.StatusNotFound):
			return err
		}
	}
	return nil
}

// userDeleted: a deleted user is out of every workspace.
func (m *Members) userDeleted(userID string) {
	for _, all := range m.loaded() {
		all.dropped(userID)
	}
}

// roleChanged: an organization role may raise a user's workspace roles.
func (m *Members) roleChanged(userID string) {
	for _, all := range m.loaded() {
		if _, known := all.known(userID); known != unknown && known != absent {
			all.forget(userID)
		}
	}
}

// workspaceDeleted: its members go with it.
func (m *Members) workspaceDeleted(workspaceID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.lists, workspaceID)
}
