package policy

import "fmt"

// oneObject is TRAY008 for what one instance plans for an object, beside what others plan
// for the same.
func oneObject(before Organization, a Change) (summary, detail string) {
	worst := NoClash
	for _, other := range before.Claims {
		worst = max(worst, a.Claim.clash(other))
	}
	resourceType, name := a.Claim.Object.Type, a.Claim.Object.Title()
	switch worst {
	case TwoManagers:
		return "One object has one manager", fmt.Sprintf("Two %s blocks (or instances of one) of this configuration stand for the %s %s: each apply would undo or repeat what the other does. "+
			"Keep one. If the other is in the state already, take it out without a destroy:\n\n%s", resourceType, a.Noun, name, RemovedBlock(resourceType, "<old>"))
	case AddressChanged:
		return destroysKept, fmt.Sprintf("This plan destroys the %s %s at one address, and another address creates, imports or keeps the same: applied, it would be lost. "+
			"If the resource only has a new address, say so, with its names in place of <old> and <new>:\n\n%s\n\n"+
			"An import does not help here. Instances that move because a list grew or shrank are named for good by for_each over a map or set, in place of count. "+
			"If another resource takes over, take the old one out of the state without a destroy instead:\n\n%s\n\n"+
			"If the plan shows a deposed object, an interrupted replacement left it: `terraform state rm` the resource, then import it.",
			a.Noun, name, MovedBlock(resourceType), RemovedBlock(resourceType, "<old>"))
	}
	return "", ""
}

const destroysKept = "The plan destroys what another address keeps"

// oneName is TRAY008 for a name that two objects have after the plan, or would have on the
// way there.
func oneName(a Change) (summary, detail string) {
	resourceType, name := a.Claim.Object.Type, a.Claim.Object.Title()
	switch a.Giving {
	case Stays:
		return "Two objects cannot have one name", fmt.Sprintf("Two resources of this configuration call two %ss %q, and names are unique in Tray. Give one of them another name.", a.Noun, name)
	case GoesAway:
		return destroysKept, fmt.Sprintf("This plan destroys the %[1]s %[2]q at one address, and at another it gives another %[1]s that name. "+
			"If the resources only have new addresses, as when a list grew or shrank, say so, with their names in place of <old> and <new>:\n\n%[3]s\n\n"+
			"for_each over a map or set, in place of count, names instances for good. "+
			"If the %[1]s is meant to go and its name to be used again, apply the destroy first, and the new name after it.",
			a.Noun, name, MovedBlock(resourceType))
	case Circle:
		return "Names cannot be swapped in one plan", fmt.Sprintf("In this plan each %[1]s takes the name of the other, or of the next one in a circle that ends here: none can be the first. "+
			"If only the addresses have changed, write moved blocks:\n\n%[3]s\n\n"+
			"If the names are meant to change, take two steps: give this one a name that is free, say %[2]q, and apply; then the name that you want.",
			a.Noun, name+"-new", MovedBlock(resourceType))
	case Shifting:
		return "Names shift from one " + a.Noun + " to the next", shifting(a.Noun, resourceType, a.Shift)
	}
	return "", ""
}

// shifting says what accepting a shift of names would do: most objects would be renamed.
func shifting(noun, resourceType string, s Shift) string {
	return fmt.Sprintf("In this plan a new %[1]s gets the name %[2]q, the %[1]s that has it gets %[3]q, and the one that has that gets yet another. "+
		"So it is when a list grew at its front or in its middle and count gives its elements to the instances: what is in each %[1]s, and who is in it, does not move with the name. "+
		"Name the instances for good by for_each over a map or set, in place of count, and say once where each one was, with its index in place of <index> and its key in place of <key>:\n\n%[4]s\n\n"+
		"If the names are meant to pass on like this, take two steps: apply the new names of those that are there, and then add the new %[1]s.",
		noun, s.Created, s.Second, fmt.Sprintf("moved {\n  from = %[1]s.<name>[<index>]\n  to   = %[1]s.<name>[\"<key>\"]\n}", resourceType))
}
