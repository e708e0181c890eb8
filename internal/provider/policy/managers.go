package policy

import "fmt"

// TRAY008OneManager: a membership has one manager. Two resources that stand for one
// membership undo each other at every apply; one that is destroyed while another takes
// over undoes it once. Such a removal carries the ResourceType of what is destroyed.
func TRAY008OneManager(before Organization, changes []Change, _ Limits) []Violation {
	var all []Violation
	for i, a := range changes {
		if a.ResourceType == "" {
			continue
		}
		for k, b := range changes[:i] {
			if b.ResourceType == "" || b.Workspace != a.Workspace {
				continue
			}
			if detail := conflict(a, b, before.title(a.Workspace)); detail != "" {
				all = append(all, Violation{
					Code: "TRAY008", Summary: "A membership has one manager", Detail: detail,
					Who: people(changes, []int{k, i}), Workspace: a.Workspace, Changes: []int{k, i},
				})
				break
			}
		}
	}
	return all
}

// conflict says why two resources cannot both do what they do; "" when they can.
func conflict(a, b Change, workspace string) string {
	if a.Mark != "" && a.Mark == b.Mark || a.ResourceType == b.ResourceType && a.Fingerprint != "" && a.Fingerprint == b.Fingerprint {
		return ""
	}
	if b.Action == RemoveMember {
		a, b = b, a
	}
	switch {
	case a.Action == Manage && b.Action == Manage:
		return quarrel(a, b, workspace)
	case a.Action == RemoveMember && b.Action == Manage && a.Who == b.Who:
		return fmt.Sprintf("This plan destroys a %s, which takes %s out of the workspace %s, while a %s stands for the same membership: whichever comes last wins. "+
			"If the resource has a new address, write a moved block. If another one takes over, take the old one out with a removed block and destroy = false.",
			a.ResourceType, a.Who, workspace, b.ResourceType)
	}
	return ""
}

// quarrel says why two claims on one workspace cannot stand together; "" when they can.
// A resource for many claims them once, with no person, and each person it names.
func quarrel(a, b Change, workspace string) string {
	if order(a.ResourceType) < order(b.ResourceType) {
		a, b = b, a // the wider claim first
	}
	switch {
	case a.ResourceType == AllMembers && b.ResourceType == AllMembers && a.Who == "" && b.Who == "":
		return fmt.Sprintf("Two tray_workspace_members stand for the workspace %s, and each removes whom only the other names. Put everybody into one.", workspace)
	case a.ResourceType == AllMembers && b.ResourceType != AllMembers && a.Who == "":
		return fmt.Sprintf("A tray_workspace_members stands for everybody in the workspace %s, and a %s for some of them. "+
			"Name them all in the tray_workspace_members, or replace it by tray_workspace_member resources.", workspace, b.ResourceType)
	case a.ResourceType == OneRole && b.ResourceType == OneRole && a.Who == "" && b.Who == "" && sameRole(a.Role, b.Role):
		return fmt.Sprintf("Two tray_workspace_role_members stand for the role %s in the workspace %s, and each removes whom only the other names. "+
			"Put everybody into one.", a.Role, workspace)
	case a.ResourceType == OneRole && b.ResourceType == OneMember && a.Who == "" && sameRole(a.Role, b.Role):
		return fmt.Sprintf("A tray_workspace_role_members stands for everybody with the role %s in the workspace %s, and a tray_workspace_member gives it to %s. "+
			"Name %s in the tray_workspace_role_members, or replace that by tray_workspace_member resources.", a.Role, workspace, b.Who, b.Who)
	case a.Who != "" && a.Who == b.Who && a.ResourceType != AllMembers:
		return fmt.Sprintf("Two resources (%s and %s) stand for the membership of %s in the workspace %s. Keep one.", a.ResourceType, b.ResourceType, a.Who, workspace)
	}
	return ""
}

func order(f ResourceType) int {
	switch f {
	case AllMembers:
		return 2
	case OneRole:
		return 1
	}
	return 0
}

func sameRole(a, b string) bool { return height(a) == height(b) }
