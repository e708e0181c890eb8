package review

// connectorShares tells with whom a new connector is shared; of a later one its attributes
// tell.
func connectorShares(c resourceChange) []phrase {
	var all []phrase
	for _, name := range []string{"share_with_emails", "share_with_workspaces"} {
		switch to := c.after().shown(name); {
		case c.Change.step() != stepCreate || to.is == null:
		case to.is == unknown:
			all = append(all, say("%s is known after the apply", name))
		default:
			all = append(all, say("%s to ", name).and("", shown(to)))
		}
	}
	return all
}
