package policy

import "fmt"

// sharedOnly is TRAY011: API users, and with them their tokens, are in shared workspaces only.
func sharedOnly(before Organization, changes []Change, _ Limits) []Violation {
	const shared = "Shared"
	var all []Violation
	for i, a := range changes {
		w := before.Workspaces[a.Workspace]
		if a.Action != CreateAPIUser || w.Type == "" || w.Type == shared {
			continue
		}
		all = append(all, Violation{
			Code: "TRAY011", Summary: "API users live in shared workspaces",
			Detail: fmt.Sprintf("The API user %q cannot be in %s, which is a workspace of the type %s: Tray makes API users and their tokens in shared workspaces only. "+
				"Give the workspace_id of a shared workspace. What a token reaches beyond it, organization_role decides.", a.Who, before.title(a.Workspace), w.Type),
			Who: []string{a.Who}, Workspace: a.Workspace, Changes: []int{i},
		})
	}
	return all
}
