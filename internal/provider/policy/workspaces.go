package policy

import (
	"cmp"
	"fmt"
)

// whereThingsLive is TRAY011.
func whereThingsLive(before Organization, changes []Change, limits Limits) []Violation {
	return append(sharedOnly(before, changes, limits), embeddedOnly(before, changes, limits)...)
}

// embeddedOnly is TRAY011 for end users, solutions and their instances: only an organization
// with Embedded has them.
func embeddedOnly(before Organization, changes []Change, _ Limits) []Violation {
	var all []Violation
	for i, a := range changes {
		if a.Action != UseEmbedded || before.Embedded != "no" {
			continue
		}
		noun := cmp.Or(a.Noun, "end user")
		all = append(all, Violation{
			Code: "TRAY011", Summary: "Embedded is not part of this organization",
			Detail: fmt.Sprintf("The %s %q cannot be in this organization, which has no Embedded: end users, solutions and their instances are there only. "+
				"Remove it here, or use a provider alias whose tokens belong to the organization with Embedded.", noun, a.Who),
			Who: []string{a.Who}, Changes: []int{i},
		})
	}
	return all
}

// sharedOnly is TRAY011 for workspaces: API users, and with them their tokens, are in shared workspaces only.
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
