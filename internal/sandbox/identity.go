package sandbox

import (
	"fmt"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Kinds of objects that get an id; each has its own counter, so that the second user is
// the same user after every reset.
const (
	kindUser      = "user"
	kindWorkspace = "workspace"
	kindMember    = "member"
	kindInvite    = "invite"
	kindProject   = "project"
	kindService   = "service"

	kindEnvironment = "service-environment"

	kindAgentGroup     = "agent-group"
	kindAgent          = "agent"
	kindAuthentication = "authentication"
	kindConnector      = "connector"
	kindDeployment     = "deployment"
	kindShare          = "connector-share"
	kindSubscription   = "subscription"
	kindAPIToken       = "api-token"

	kindWorkflow    = "workflow"
	kindVersion     = "project-version"
	kindSolution    = "solution"
	kindRelease     = "solution-release"
	kindEndUser     = "end-user"
	kindEndUserAuth = "end-user-authentication"
	kindInstance    = "solution-instance"

	kindOrganization = "further-organization"
)

// derivedID is the UUID of the n-th object of a kind in its organization, laid out as
// version 5. The organization's own id makes it another one than in any other
// organization, of this file or of another.
func (t *tx) derivedID(kind string, n int64) string {
	return engine.NamedID(fmt.Sprintf("%s%s/%d", t.s.organization, kind, n))
}

// next counts one more object of a kind and returns its number, which is also its place
// in lists.
func (t *tx) next(kind string) (int64, error) {
	var n int64
	err := t.Row("INSERT INTO counters (kind, n) VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n", kind).Scan(&n)
	return n, err
}
