package sandbox

import (
	"database/sql"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// stateBody is what GET /_sandbox/state answers: the whole organization, sorted, for
// assertions. Each noun adds its own part.
type stateBody struct {
	Organization organizationBody `json:"organization"`
	Workspaces   []workspaceBody  `json:"workspaces"`
	Users        []userBody       `json:"users"`
	Members      []stateMember    `json:"members"`
	Invites      []inviteBody     `json:"invites"`
	Projects     []stateProject   `json:"projects"`
	Services     []stateService   `json:"services"`
}

func getState(c *call) (answer, error) {
	all := map[string]any{}
	for _, n := range nouns {
		if n.state == nil {
			continue
		}
		part, err := n.state(c)
		if err != nil {
			return answer{}, err
		}
		all[n.name] = part
	}
	return ok(all)
}

// listed is a part of the state: [] rather than null.
func listed[T any](c *call, scan func(*sql.Rows) (T, error), query string, args ...any) (any, error) {
	all, err := engine.Collect(c.tx, scan, query, args...)
	return append([]T{}, all...), err
}
