package sandbox

import "github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"

// Who may do what. Every operation of both planes is decided here and nowhere else, for
// every kind of token; the dispatcher asks before a handler runs. Each cell says how far
// Tray's documents back it.

// Mark says what a cell stands on.
type Mark string

// The marks: current documents, older documents, our guess.
const (
	Documented Mark = "documented"
	Older      Mark = "documented in older pages"
	Assumed    Mark = "assumed"
)

// Access is what a cell decides.
type Access int

// Allow goes through; Refuse is a 403; Hide is a 404, as if the object did not exist.
const (
	Allow Access = iota
	Refuse
	Hide
)

// Cell is one decision and its backing.
type Cell struct {
	Access Access
	Mark   Mark
}

// Standing is what the caller is to the thing it asks about.
type Standing string

// Standings. An organization Owner or Admin keeps that standing in every workspace,
// member or not. In the Organization workspace everyone has the standing of their
// organization role; in their own Personal workspace a person is its Admin.
const (
	StandingOwner       Standing = "organization Owner"
	StandingAdmin       Standing = "organization Admin"
	StandingContributor Standing = "organization Contributor"
	StandingViewer      Standing = "organization Viewer"
	StandingScoped      Standing = "workspace-scoped token"

	StandingWorkspaceAdmin       Standing = "workspace Admin"
	StandingWorkspaceContributor Standing = "workspace Contributor"
	StandingWorkspaceViewer      Standing = "workspace Viewer"
	StandingOutsider             Standing = "not a member"
)

// Right names a row. A noun declares its rights and their cells.
type Right string

// rights are rows of the table, over an organization or over a workspace. Sources: the
// "required right per operation" of the API reference, the role descriptions of the
// organization set-up page, and the settings matrix for what the API does not cover. That
// a token of a Contributor or Viewer sees only its own workspaces follows the set-up
// page; the API reference can be read as "every organization token sees all" (assumption
// 1).
type rights map[Right][]Cell

var (
	yesD = Cell{Allow, Documented}
	yesO = Cell{Allow, Older}
	yesA = Cell{Allow, Assumed}
	noD  = Cell{Refuse, Documented}
	noO  = Cell{Refuse, Older}
	noA  = Cell{Refuse, Assumed}
	hidD = Cell{Hide, Documented}
	hidA = Cell{Hide, Assumed}
)

// OrganizationStandings and WorkspaceStandings are the columns of the two halves of the
// table.
var (
	organizationStandings = []Standing{StandingOwner, StandingAdmin, StandingContributor, StandingViewer, StandingScoped}
	workspaceStandings    = []Standing{StandingOwner, StandingAdmin, StandingWorkspaceAdmin, StandingWorkspaceContributor,
		StandingWorkspaceViewer, StandingOutsider}
)

// Decision is one cell of the table with its coordinates.
type Decision struct {
	Right    Right
	Standing Standing
	Cell
}

// Decisions lists the whole table, for documentation and tests.
func Decisions() []Decision {
	var all []Decision
	for _, half := range []struct {
		rights    map[Right][]Cell
		standings []Standing
	}{{overOrganization, organizationStandings}, {overWorkspace, workspaceStandings}} {
		for right, cells := range half.rights {
			for i, cell := range cells {
				all = append(all, Decision{right, half.standings[i], cell})
			}
		}
	}
	return all
}

// decide looks a cell up. What the table does not hold is refused.
func decide(right Right, standing Standing) Cell {
	for _, d := range [...]struct {
		cells     []Cell
		standings []Standing
	}{{overOrganization[right], organizationStandings}, {overWorkspace[right], workspaceStandings}} {
		for i, cell := range d.cells {
			if d.standings[i] == standing {
				return cell
			}
		}
	}
	return Cell{Refuse, Assumed}
}

// standing tells what the caller is to the organization.
func (w caller) standing() Standing {
	if w.scope != "" {
		return StandingScoped
	}
	return map[string]Standing{owner: StandingOwner, admin: StandingAdmin, contributor: StandingContributor, viewer: StandingViewer}[w.role]
}

// standingIn tells what the caller is to a workspace; membership is the caller's role
// there, or empty.
func (w caller) standingIn(ws workspace, membership string) Standing {
	if w.scope != "" && w.scope != ws.ID {
		return StandingOutsider
	}
	if w.seesAll() {
		return w.standing()
	}
	if ws.Type == typeOrganization {
		membership = w.role
	}
	switch membership {
	case admin:
		return StandingWorkspaceAdmin
	case contributor:
		return StandingWorkspaceContributor
	case viewer:
		return StandingWorkspaceViewer
	}
	return StandingOutsider
}

// require answers 403 or 404 unless the caller has the right over the organization, or
// over the workspace of the path.
func (c *call) require(right Right) error {
	if c.caller.operator {
		return errOperator
	}
	if c.caller.frozen { // what was refused when the snapshot was taken is known by its path
		return nil
	}
	standing := c.caller.standing()
	if _, local := overWorkspace[right]; local {
		membership, err := c.tx.membership(c.workspace.ID, c.caller.id)
		if err != nil {
			return err
		}
		standing = c.caller.standingIn(c.workspace, membership)
	}
	access := decide(right, standing).Access
	if c.lifted(right, standing) {
		access = Allow
	}
	switch access {
	case Allow:
		return nil
	case Hide:
		if c.hidden != nil {
			return c.hidden
		}
		return errNoWorkspace
	}
	reason := "This token may not " + string(right)
	if c.route != nil && c.route.Provenance == OurOwn {
		return engine.Forbidden("%s", reason)
	}
	return engine.MissingRight(reason)
}

// lifted tells whether an option allows what the table does not, or it is about what is
// the caller's own.
func (c *call) lifted(right Right, standing Standing) bool {
	switch right {
	case RightCreateWorkspace:
		return standing == StandingContributor && c.options.ContributorsCreateWorkspaces
	case RightManageTokens:
		return standing == StandingWorkspaceAdmin && c.options.WorkspaceAdminTokens
	case RightReadCredentials, RightManageConnectors:
		return c.mine
	}
	return false
}
