// Package enforce puts the rules of package policy to plans and applies: it gathers what a
// rule needs to know, brings in what other resources of the same run plan, and says in
// Terraform's words what is broken.
//
// # Which function
//
//	Violates rules that can judge by what the resource itself has read. In plans and applies
//	Check    rules for which the plans of other resources count. In plans
//	Claim    what a resource for memberships stands for (TRAY008). In plans
//	Note     a change that takes nothing away, for others' rules. In plans
//	Settle   the end of every plan of a user, when the last chance may have passed
//	Guard    a write that takes rights away, after TRAY003 was asked again. In applies
//	Wrote    any other write, for those who wait in Guard. In applies
//
// Objects that have an id and a name, such as users and workspaces, claim themselves with
// base.Provider's Claim, TakesName and KeepsName (TRAY008) and look with base.ExistsOnce for
// what they would create (TRAY012), as every noun does that without further facts.
//
// # The life of a plan
//
// Check notes the changes in the session, reads what the rules want (readState: members of
// the workspaces that change, users when a rule counts them; the lists that the run reads
// anyway), asks the rules of the Case about all changes so far, and reports what the new ones
// are to blame for. What a later change may undo is a warning, unless Case.Complete. When
// such a read fails it stays quiet: the apply says what is wrong.
//
// # The life of an apply
//
// Whatever gives is written, then noted with Wrote. Whatever takes goes through Guard, which
// reads once more and may wait up to 20 seconds for another write of this apply. AfterDemotion
// waits in the same way for a user to be Admin of the organization no more.
//
// # Words
//
//	Case      what one resource plans, the rules to ask, and the attributes to blame
//	known     what a resource has read itself
//	settled   nobody can become Admin of the organization any more in this plan
//	Person    how rules name somebody: the folded address, or the id without one
package enforce
