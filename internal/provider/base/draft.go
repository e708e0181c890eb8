package base

// DraftOf is the ledger's key for what an import that this run plans does to the draft of a
// solution, a *tray.SolutionImpact: until it is done, Tray knows nothing of what a release
// publishes then.
func DraftOf(solutionID string) string { return "draft of the solution " + solutionID }
