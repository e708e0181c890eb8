package tray

import (
	"context"
	"net/http"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
)

// Add puts a user of the organization into a workspace and returns the membership as
// read back. It does not disturb a membership that is already there: that is an Error
// (the server's own, or ours after looking).
func (m *Members) Add(ctx context.Context, workspaceID, userID string, role Role) (*Member, error) {
	all := m.of(workspaceID)
	return coalesce.InTurn(ctx, all, userID, func(after context.Context) (*Member, error) {
		if err := m.refuseExisting(ctx, all, workspaceID, userID); err != nil {
			return nil, err
		}
		made, err := coalesce.AtMostOnce(ctx, m.c.reads,
			func() (*Member, error) { return m.post(ctx, workspaceID, userID, role) },
			func() (*Member, error) { return m.search(after, all, userID) })
		if err != nil {
			all.ForgetAfter(userID, err)
			return nil, err
		}
		made.Role = role
		w := all.Wrote(userID, *made)
		member, err := all.Confirm(ctx, after, w, false)
		if err != nil {
			return nil, roleKept(err, member.Role, role)
		}
		return m.fillAdded(after, all, w, member)
	})
}

// refuseExisting looks before adding: what Tray answers to adding a member again is
// not documented, and it may be to change the role.
func (m *Members) refuseExisting(ctx context.Context, all records[Member], workspaceID, userID string) error {
	member, err := all.Find(ctx, key{ID: userID})
	switch {
	case err == nil:
		return &Error{
			Method: http.MethodPost, Path: all.Kind().Path, Status: http.StatusConflict,
			Message: "The user is already a member of this workspace, with the role " + member.Role.Name,
			Hint:    "Import the membership " + workspaceID + "/" + userID + " instead of creating it",
		}
	case hasStatus(err, http.StatusNotFound), IsForbidden(err):
		return nil // the server decides
	}
	return err
}

func (m *Members) post(ctx context.Context, workspaceID, userID string, role Role) (*Member, error) {
	err := m.c.rest.Do(ctx, call{
		Method: http.MethodPost, Path: membersPath(workspaceID), Right: rightRunWorkspace,
		In: map[string]string{"userId": userID, "roleId": role.ID},
	}, nil)
	if err != nil {
		return nil, err
	}
	return &Member{WorkspaceID: workspaceID, UserID: userID, Role: role}, nil
}

// search reads a membership for settling a write; nil is absence.
func (m *Members) search(ctx context.Context, all records[Member], userID string) (*Member, error) {
	member, err := all.Reread(ctx, userID)
	if hasStatus(err, http.StatusNotFound) {
		return nil, nil
	}
	return &member, err
}

// fillAdded gives an added member what the writing itself does not know: the account
// type and the address, from the users if the token may read them, else by reading
// the membership back.
func (m *Members) fillAdded(ctx context.Context, all records[Member], w *written[Member], member Member) (*Member, error) {
	if member.AccountType == "" || member.Email == "" {
		if user, err := m.c.Users.lookup(ctx, member.UserID); err == nil {
			member.Email, member.AccountType = user.Email, user.AccountType
		}
	}
	if member.AccountType == "" {
		if read, err := all.ReadBack(ctx, w, false); err == nil {
			member = read
		}
	}
	all.Amend(w, member)
	return &member, nil
}

// SetRole changes a member's role and returns the membership as read back.
func (m *Members) SetRole(ctx context.Context, workspaceID, userID string, role Role) (*Member, error) {
	all := m.of(workspaceID)
	return coalesce.InTurn(ctx, all, userID, func(after context.Context) (*Member, error) {
		before, known := all.Peek(userID)
		err := m.c.rest.Do(ctx, call{
			Method: http.MethodPut, Path: membersPath(workspaceID, userID), Right: rightRunWorkspace,
			In: map[string]string{"roleId": role.ID},
		}, nil)
		if err != nil {
			now, err := all.SettleChange(after, userID, err, func(now Member) bool { return now.Role.ID == role.ID })
			if err != nil {
				return nil, m.proveChange(after, workspaceID, userID, err)
			}
			before, known = now, true
		}
		want := before
		want.WorkspaceID, want.UserID, want.Role = workspaceID, userID, role
		w := all.Wrote(userID, want)
		member, err := all.Confirm(ctx, after, w, !known)
		if err != nil {
			return nil, roleKept(err, member.Role, role)
		}
		if err := m.fill(after, &member); err != nil { // the role is set: that must not seem to have failed
			m.c.rest.Log(ctx, "address not read", map[string]any{"user": userID, "error": err.Error()})
		}
		return &member, nil
	})
}

// proveChange is prove for a change, which may find something else missing than the member, such
// as the role: only the member, read anew, tells.
func (m *Members) proveChange(ctx context.Context, workspaceID, userID string, err error) error {
	if !hasStatus(err, http.StatusNotFound) || IsGone(err) {
		return err
	}
	if _, lookErr := m.Get(ctx, workspaceID, userID); IsGone(lookErr) || hasStatus(lookErr, http.StatusNotFound) {
		return m.prove(ctx, workspaceID, err)
	}
	return err
}

// Remove takes a user out of a workspace. One who is already out is success.
func (m *Members) Remove(ctx context.Context, workspaceID, userID string) error {
	return removeOnce(ctx, m.c, m.of(workspaceID), userID, removal{
		call: call{Method: http.MethodDelete, Path: membersPath(workspaceID, userID), Right: rightRunWorkspace},
		look: func(after context.Context) error { _, err := m.Get(after, workspaceID, userID); return err },
	})
}
