package probe

// table has a row for every assumption of the sandbox: a probe, or why there is none. Rows are asked from top to bottom, whatever
// their numbers: what takes a user away comes last. To add one, write
//
//	reads(60, 2, aFunction)            // it sends two GET requests at most
//	writes(60, 9, aFunction).making(first).inviting(waiting)
//	human(60, "why the program cannot ask it")
var table = []entry{
	reads(3, 2, pageSize),
	reads(4, 5, organizationWorkspace),
	reads(21, 4, emailFilter),
	reads(25, 20+2+maxPages, apiUser),
	reads(26, 4, elementsOfLists),
	reads(27, 3, spellingOfTypes),
	reads(28, 4, wrongPaging),
	reads(29, 3, backwardPages),
	reads(31, 1, wrongID),
	reads(35, 2, otherMethod),
	reads(38, 2*20+3, embeddedWorkspace),
	reads(62, 2, repeatedParameter),
	reads(63, 1, brokenQuery),
	reads(1, 2*maxPages+1, visibleWorkspaces).with(viewerToken),
	reads(32, 2*maxPages+4, readingOneMember).with(viewerToken),
	reads(34, 2*maxPages+3, hiddenOrForbidden).with(viewerToken),
	reads(39, 2*maxPages+4, workspaceScope).with(workspaceToken),

	writes(19, 1, userWithoutSSO).making(first),
	writes(2, 2*maxPages+4, orderOfLists).making(first, second),
	writes(18, 3, sameAddress).making(first),
	writes(9, 5, foreignRole).making(first),
	writes(47, 2+8, readAfterWrite).making(first),
	writes(6, 6, memberTwice).making(first),
	writes(7, 6, roleOfNoMember).making(first, second),
	writes(8, 1, strangerAsMember).noting("an attempt to add nobody's id to the workspace, which Tray should refuse"),
	writes(30, 6, unknownFields).making(first),
	writes(60, 4, caseOfIDs).making(first),
	writes(61, 3, contentType).making(first),
	writes(64, 1, longName).noting("a user whose name has 256 characters, which Tray should refuse"),
	writes(65, 3, compression).making(first),
	writes(66, 1, largeBody).noting("an invitation with an address of 70,000 characters, which Tray should refuse"),
	writes(67, 1, missingField).noting("an invitation without an address, which Tray should refuse"),
	writes(11, 9, rolesAfterPromotion).making(first).noting(promotes),
	writes(12, 8, refusedByRule).making(first).noting(promotes),
	writes(5, 2*maxPages+8, fixedMembers).making(first, second),
	writes(14, 2, inviteOfUser).making(first),
	writes(15, 2, inviteTwice).inviting(waiting),
	writes(16, 1, lifetimeOfInvite).inviting(waiting),
	writes(17, 1, inviteAsAdmin).inviting(mighty).noting("the invitation of " + mighty + " is one as organization Admin: do not accept it"),
	writes(36, 1, inviteAsOwner).trying(heir),
	writes(33, 2, viewerInvites).with(viewerToken).trying(guest),
	writes(20, 4+partMost, inviteOfNewUser).making(third).inviting(third),
	writes(22, 1+partMost, workspaceOfDeleted).making(third),
	writes(46, 6+partMost, leavingOneself).making(second, third).noting(leaves),
	writes(10, 16+partMost, lastAdminStays).making(first, second, third).noting(leaves),
	writes(37, 14+partMost, deletingLastAdmin).making(first, second, third).noting(leaves),

	human(13, "it would use up a day's invitations"),
	human(23, "API users are made in the UI only, and it deletes none that it did not make"),
	human(24, "custom services are made in the UI only"),
	human(68, "custom services and their environments are made in the UI only"),
	human(69, "custom services and their environments are made in the UI only"),
	human(70, "custom services and their environments are made in the UI only"),
	human(71, "custom services and their environments are made in the UI only"),
	human(72, "custom services and their environments are made in the UI only"),
	human(73, "custom services and their environments are made in the UI only"),
	human(75, "custom services and their environments are made in the UI only"),
	human(76, "custom services and their environments are made in the UI only"),
	human(74, "no call lists custom services, and the program is told no unique name"),
	human(40, "it would be a load test of a service that others use"),
	human(41, "workspaces are made in the UI only"),
	human(42, "workspaces and projects are deleted in the UI only"),
	human(43, "workspaces are changed in the UI only"),
	human(44, "it takes an organization on a small plan"),
	human(45, "invitations are cancelled in the UI only"),
	human(48, "organizations are renamed in the UI only"),
	human(49, "settings are changed in the UI only"),
	human(50, "settings are changed in the UI only"),
	human(51, "settings are changed in the UI only"),
	human(52, "settings are changed in the UI only"),
	human(53, "organizations are opened by Tray only"),
	human(54, "organizations are opened by Tray only"),
	human(55, "organizations are opened by Tray only"),
	human(56, "organizations are opened by Tray only"),
	human(57, "plans are changed by contract only"),
	human(58, "organizations are closed by Tray only"),
	human(59, "no token of Tray's opens organizations"),
}

// promotes is what a question about roles does for a moment.
const promotes = "the organization role Admin for " + first + ", for as long as the question takes"

// leaves is what questions about Admins do in the workspace that Tray makes of a deleted user, which nobody else is in.
const leaves = "the token's own user leaves the workspace that Tray makes of the deleted user " + third

// partMost is what part takes when nothing was asked before: a user made and deleted, and two lists.
const partMost = 2 + 2*maxPages + 1
