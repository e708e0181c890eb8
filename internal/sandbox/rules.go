package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// The organization's rules, as pure functions over plain values. A refusal begins with
// the rule's sentence and goes on with what the case was. testdata/rules holds the cases.

const (
	inviteLimit    = 100
	inviteWindow   = 24 * time.Hour
	inviteLifetime = 7 * 24 * time.Hour
)

// ruleOneOwner keeps the Owner's role where it is; from is empty for a new person.
func ruleOneOwner(from, to string) error {
	switch {
	case from == owner && to != owner:
		return engine.BadRequest("An organization has one Owner: the role cannot be taken away")
	case from != owner && to == owner:
		return engine.BadRequest("An organization has one Owner: the role cannot be given")
	}
	return nil
}

// ruleDeletable keeps the Owner, and where the option says so, people whose custom
// services would be lost.
func ruleDeletable(role string, services []string, servicesBlock bool) error {
	if role == owner {
		return engine.BadRequest("An organization has one Owner: the Owner cannot be deleted")
	}
	if servicesBlock && len(services) > 0 {
		return engine.BadRequest("A user who owns custom services cannot be deleted: move these first: %s", strings.Join(services, ", "))
	}
	return nil
}

// ruleAdminsAreAdmin holds for adding and for changing a member.
func ruleAdminsAreAdmin(organizationRole, workspaceRole string) error {
	if outranksMembers(organizationRole) && workspaceRole != admin {
		return engine.BadRequest("An organization Owner or Admin can only be Admin in a shared workspace: %s was asked for an organization %s",
			workspaceRole, organizationRole)
	}
	return nil
}

// ruleOrganizationMember is the refusal of somebody who is not there.
func ruleOrganizationMember(userID string) error {
	return engine.BadRequest("Only members of the organization can be added to a workspace: there is no user %s", userID)
}

// ruleSharedMembers: people are in the Organization workspace by their organization role
// and alone in their Personal one.
func ruleSharedMembers(workspaceType string) error {
	if workspaceType == typeShared || workspaceType == typeEmbedded {
		return nil
	}
	return engine.BadRequest("Members can be managed in shared workspaces only: this is the %s workspace", workspaceType)
}

// ruleLastAdmin is asked when an Admin of a workspace is about to go or to be demoted.
// Who leaves nobody behind may go: the workspace is being taken down.
func ruleLastAdmin(otherAdmins, otherMembers int, leaves bool) error {
	if otherAdmins > 0 || leaves && otherMembers == 0 {
		return nil
	}
	return engine.BadRequest("The last Admin of a workspace cannot be removed or demoted: make somebody else Admin first")
}

// ruleInviteLimit counts the invites of the last 24 hours, whatever became of them.
func ruleInviteLimit(sent int) error {
	if sent < inviteLimit {
		return nil
	}
	return engine.Fail(http.StatusTooManyRequests, "The daily invite limit is reached: an organization can send %d invites in 24 hours", inviteLimit)
}

// rulePlanLimit is asked before one more shared workspace is made.
func rulePlanLimit(plan string, shared int) error {
	if most := workspaceLimit[plan]; most > 0 && shared >= most {
		return engine.Forbidden("The plan allows no more shared workspaces: %s includes %d", plan, most)
	}
	return nil
}

// rulePlanHolds is asked when an organization gets another plan.
func rulePlanHolds(from, to string, shared int) error {
	if most := workspaceLimit[to]; from != to && most > 0 && shared > most {
		return engine.Conflict("The plan %s includes %d shared workspaces and the organization has %d: delete some first", to, most, shared)
	}
	return nil
}

// ruleEmpty keeps a workspace that holds something besides people. Its code tells this
// conflict from others.
func ruleEmpty(name string, held []holding) error {
	var words []string
	for _, h := range held {
		if n := len(h.names); n > 0 {
			what := h.contents.many
			if n == 1 {
				what = h.contents.one
			}
			words = append(words, fmt.Sprintf("%d %s (%s)", n, what, some(h.names)))
		}
	}
	if len(words) == 0 {
		return nil
	}
	refused := engine.Conflict("The workspace %q is not empty: it holds %s", name, strings.Join(words, " and "))
	refused.Code = "workspace_not_empty"
	return refused
}

// ruleOrganizationDeletable keeps an organization that somebody besides its Owner is in,
// or that has shared workspaces.
func ruleOrganizationDeletable(name string, people, shared []string) error {
	if len(people) == 0 && len(shared) == 0 {
		return nil
	}
	return engine.Conflict("The organization %q is in use: besides its Owner it has %d users (%s) and %d shared workspaces (%s)",
		name, len(people), some(people), len(shared), some(shared))
}

// some names the first few.
func some(names []string) string {
	const few = 10
	if len(names) > few {
		return strings.Join(names[:few], ", ") + ", …"
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
