package sandbox

import (
	"errors"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// uiPutMember adds a member or changes the role of one.
func uiPutMember(c *call) (answer, error) {
	in, u, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	role, err := namedRole(in, workspaceRole)
	if err != nil {
		return answer{}, err
	}
	if role == "" {
		return answer{}, engine.Missing("role")
	}
	m, err := c.findMember(u.ID)
	if absent := (*engine.Problem)(nil); errors.As(err, &absent) {
		err = c.addMember(u.ID, role)
	} else if err == nil {
		err = c.changeMember(m, role)
	}
	if err != nil {
		return answer{}, err
	}
	if m, err = c.findMember(u.ID); err != nil {
		return answer{}, err
	}
	return ok(c.memberBody(m))
}

func uiRemoveMember(c *call) (answer, error) {
	_, u, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	m, err := c.findMember(u.ID)
	if err != nil {
		return answer{}, err
	}
	if err := c.removeMember(m); err != nil {
		return answer{}, err
	}
	return noContent()
}
