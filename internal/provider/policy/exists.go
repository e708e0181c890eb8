package policy

import (
	"fmt"
	"slices"
	"strings"
)

// exists is TRAY012: what exists is imported, not created, and no creation changes what
// somebody else has made. What this run takes away first is no obstacle.
func exists(before Organization, changes []Change, _ Limits) []Violation {
	var all []Violation
	for i, a := range changes {
		if detail := before.obstacle(changes, a); detail != "" {
			v := Violation{Code: "TRAY012", Summary: existsAlready, Detail: detail, Workspace: a.Workspace, Changes: []int{i}}
			if a.Who != "" {
				v.Who = []string{a.Who}
			}
			all = append(all, v)
		}
	}
	return append(all, adoptedByTables(before, changes)...)
}

const existsAlready = "It exists already"

// obstacle says what is there in the place of what a creates, and how to go on; "" when
// nothing is.
func (o Organization) obstacle(changes []Change, a Change) string {
	_, isUser := o.Users[a.Who]
	switch a.Action {
	case AdoptMember:
		if a.ResourceType != OneMember || !o.hasOtherRole(changes, a) {
			return ""
		}
		what := fmt.Sprintf("%s is %s in the workspace %s already.", a.Who, o.Workspaces[a.Workspace].Members[a.Who], o.title(a.Workspace))
		return importOf(hinted(what, a), string(OneMember), a.Workspace+"/"+a.Who)
	case Invite, CreateUser:
		switch {
		case isUser && !takenAway(changes, a):
			return importOfUnique(a.Who+" is a user of the organization already.", "tray_user", a.Who)
		case o.Invited[a.Who]:
			return importOfUnique(a.Who+" is invited already.", "tray_user", a.Who)
		}
	case CreateObject:
		return o.objectInPlace(a)
	}
	return ""
}

// hinted is what is there, and what may be meant.
func hinted(what string, a Change) string {
	if a.Hint == "" {
		return what
	}
	return what + " " + a.Hint
}

func (o Organization) objectInPlace(a Change) string {
	var ids []string
	for _, there := range o.Objects {
		if there.Type == a.Object.Type && there.Name == a.Object.Name {
			ids = append(ids, there.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	what := a.Found
	if what == "" {
		what = fmt.Sprintf("A %s named %q exists already.", noun(a.Object.Type), a.Object.Name)
	}
	if a.Shared {
		return importOf(what, a.Object.Type, ids...)
	}
	return importOfUnique(what, a.Object.Type, ids...)
}

// noun is what people call what resources of that type stand for.
func noun(resourceType string) string {
	return strings.ReplaceAll(strings.TrimPrefix(resourceType, "tray_"), "_", " ")
}

// hasOtherRole reports whether somebody is in a workspace with another role than the change
// is to give, and stays.
func (o Organization) hasOtherRole(changes []Change, a Change) bool {
	role, there := o.Workspaces[a.Workspace].Members[a.Who]
	return there && !sameRole(role, a.Role) && !takenAway(changes, a)
}

// adoptedByTables is TRAY012 for resources that stand for many: one violation for all whom
// such a resource would change or remove as it is created.
func adoptedByTables(before Organization, changes []Change) []Violation {
	type place struct {
		workspace    string
		resourceType ResourceType
	}
	var places []place
	found := map[place][]int{}
	for i, a := range changes {
		if a.Action != AdoptMember || a.ResourceType == OneMember || !before.hasOtherRole(changes, a) {
			continue
		}
		at := place{a.Workspace, a.ResourceType}
		if found[at] == nil {
			places = append(places, at)
		}
		found[at] = append(found[at], i)
	}
	var all []Violation
	for _, at := range places {
		lines, id := "", at.workspace
		for _, i := range found[at] {
			lines += "\n" + adoption(before, changes[i])
		}
		for _, a := range changes {
			if a.Action == Manage && a.Workspace == at.workspace && a.ResourceType == OneRole && at.resourceType == OneRole && a.Who == "" {
				id += "/" + a.Role
			}
		}
		what := fmt.Sprintf("The workspace %s has members whom this resource does not name, or names with another role:%s\n\n"+
			"To let the creation go on without an import, set overwrite_existing = true: it changes roles, and the plan after it shows whom it does not name as removed.",
			before.title(at.workspace), lines)
		all = append(all, Violation{
			Code: "TRAY012", Summary: existsAlready, Detail: importOf(hinted(what, changes[found[at][0]]), string(at.resourceType), id),
			Who: people(changes, found[at]), Workspace: at.workspace, Changes: found[at],
		})
	}
	return all
}

// adoption is a line about somebody whom a creation finds there.
func adoption(before Organization, a Change) string {
	role := before.Workspaces[a.Workspace].Members[a.Who]
	if a.Role == "" {
		return fmt.Sprintf("  - %s (%s)", a.Who, role)
	}
	return fmt.Sprintf("  - %s: %s, not %s", a.Who, role, a.Role)
}

// takenAway reports whether the run removes what a would create.
func takenAway(changes []Change, a Change) bool {
	return slices.ContainsFunc(changes, func(other Change) bool {
		return other.Who == a.Who && (other.Action == DeleteUser || other.Action == RemoveMember && other.Workspace == a.Workspace && a.Action == AdoptMember)
	})
}

// importOf goes on from a sentence about what is there. An import is the second advice: of
// what another address of the configuration has, it would be the loss.
func importOf(what, resourceType string, ids ...string) string {
	blocks := make([]string, len(ids))
	for i, id := range ids {
		blocks[i] = ImportBlock(resourceType, id)
	}
	return what + " If this configuration, or its state, has it under another address, say that it has moved, with the addresses' names in place of <old> and <new>:\n\n" +
		MovedBlock(resourceType) + "\n\n" +
		"If nobody manages it with Terraform, import it, with the resource's own name in place of <name> " +
		"(several instances of one resource share one import block with for_each):\n\n" +
		strings.Join(blocks, "\n\n")
}

// importOfUnique is importOf for objects of which two with one natural key cannot be there
// at once, so that none is created before the old one is destroyed.
func importOfUnique(what, resourceType string, ids ...string) string {
	return importOf(what, resourceType, ids...) + "\n\n" +
		"If the plan was to replace it: this comes of create_before_destroy, which makes the new one while the old one is there. Take it out of the resource, " +
		"and out of what refers to the resource, as Terraform spreads it from there. Where the plan then shows a deposed object, " +
		"`terraform state rm` the resource and import it."
}
