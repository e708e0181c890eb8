// Package policy holds the organization's rules, TRAY001 to TRAY012 of the guide "Rules",
// and the session: what one run of Terraform plans and writes. Nothing here knows Terraform
// or makes a request. Package enforce gathers what a rule needs to know and says in
// Terraform's words what it objects to.
//
// # A rule
//
// A rule is a pure function: how the organization is (Organization), what a run wants to do
// (Change), the guardrails (Limits), and out comes what is wrong (Violation). What has not
// been read is absent, and a rule judges what it sees. All is the table, one Rule per code;
// verdict and words are the rule's alone. The cases of internal/contract/rules are put to
// these functions and to the sandbox, which share no code.
//
// # The life of a plan
//
// Terraform refreshes and plans one instance after the other, in an order that nobody knows,
// and never says which there are. So the session collects:
//
//  1. Reading: a refresh begins. Its instance says what it has in its state: Stand with
//     InState, or ListsInState for many memberships.
//  2. The plan of an instance says what it stands for: Stand for an object, Claim for
//     memberships. Each returns what others have claimed, and TRAY008 compares: whoever
//     comes second reports, so that the verdict is the same in every order.
//  3. Plan notes what the instance changes, and returns it with all changes so far that bear
//     on it. The rules judge them together.
//  4. A change that is missing may be planned yet. A violation that such a change could undo
//     is Provisional: a warning, unless the resource stands for all that is concerned.
//
// # The life of an apply
//
// An apply is another process, which plans each changed instance once more before it writes.
// All of that was judged before.
//
//  1. Writing: the first write begins, and what was planned is planned no more. Before it,
//     nothing tells such a plan from that of a plan command; see Applying and SilentApply.
//  2. Means says what an instance is going to do with a membership, HoldObject that it has
//     made an object its own, HandOver that the first half of a replacement leaves it to the
//     second: what is destroyed then takes nothing away. Whoever takes somebody out listens
//     for the former before, while any call goes on that could say so; see AwaitMeant.
//  3. Guard writes what takes rights away. It asks TRAY003 again, with the organization as
//     it is, and waits for the write of another resource that makes it harmless.
//  4. Wrote tells those who wait.
//
// `terraform test` keeps one process for all its runs: Reading after Writing begins anew.
//
// # Words
//
//	Change     one thing that a resource plans, writes, or says of itself
//	Session    what one run has planned and written so far
//	Claim      what one instance plans for one object, under its mark
//	Mark       what tells an instance from another; random, in its private state
//	Stance     what a claim does with its object: keeps, creates, imports, destroys it
//	Object     one thing in Tray, by id and by what names it
//	Giving     what becomes of a name that another object is to have
//	Known      what a resource knows itself, without another request
//	Provisional, Elsewhere   what a change planned later, or only another resource, can undo
//	Fingerprint   what a resource says, word for word; see Session.MergesEqual
//
// # How a rule joins
//
// A code has its place in the table when the first resource asks it.
//
//  1. The function, beside those of its subject, and a line each in the two lists of rule.go.
//     A fact that it needs is a field of Organization; something new that can be done is an
//     Action.
//  2. Cases for both verdicts in internal/contract/rules/TRAY011.json, and for a new action a
//     line in the sandbox's rules_test.go that does the same.
//  3. The resource asks: enforce.Violates where it knows all that matters, enforce.Check where
//     the plans of other resources count.
//  4. A life in refusals (acceptance_refusals_test.go), whose message is then a file in
//     testdata/messages. TestRules_areWhatResourcesAsk breaks each rule of the table, and
//     fails for one that no life meets.
//  5. A section with an anchor in the guide "Rules".
package policy
