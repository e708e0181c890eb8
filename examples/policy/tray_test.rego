package tray_test

import data.tray

# ---- A review, changed by one thing at a time ------------------------------------------

quiet := {"version": 1, "access": [], "changes": [], "conditions": []}

access(fields) := object.union(quiet, {"access": [object.union(
	{
		"kind": "gain", "person": "ana@example.com", "where": "sales", "organization": false, "from": "", "to": "Viewer",
		"gains_admin": false, "loses_admin": false,
	},
	fields,
)]})

judged(review) := {"review": review, "labels": [], "approvals": [], "now": "2026-11-27T12:00:00Z"}

labelled(review) := object.union(judged(review), {"labels": ["docs", "tray-admin"]})

approved(review) := object.union(judged(review), {"approvals": ["ben"]})

# ---- The rules -------------------------------------------------------------------------

test_nothing_is_fine if {
	count(tray.deny) == 0 with input as judged(quiet)
}

test_a_colleague_gains_access if {
	count(tray.deny) == 0 with input as judged(access({}))
}

admin := access({"gains_admin": true, "to": "Admin"})

test_an_admin_takes_a_label if {
	tray.deny == {"ana@example.com becomes Admin in sales: that takes the label tray-admin."} with input as judged(admin)
	tray.deny == {"ana@example.com becomes Admin in sales: that takes the label tray-admin."} with input as approved(admin)
	count(tray.deny) == 0 with input as labelled(admin)
}

test_who_is_raised_to_admin_takes_a_label if {
	count(tray.deny) == 1 with input as judged(access({"kind": "up", "from": "Viewer", "to": "Admin", "gains_admin": true}))
}

removal := access({"kind": "lose", "from": "Contributor", "to": ""})

test_a_removal_takes_an_approval if {
	tray.deny == {"ana@example.com loses Contributor in sales: that takes an approval of the last commit."} with input as judged(removal)
	count(tray.deny) == 1 with input as labelled(removal)
	count(tray.deny) == 0 with input as approved(removal)
}

test_two_approvals_where_two_are_asked_for if {
	count(tray.deny) == 1 with input as approved(removal) with data.settings.approvals as 2
}

deletion(unchanged) := object.union(quiet, {"changes": [{"action": "delete", "text": "workspace old is deleted", "unchanged_in_tray": unchanged}]})

test_a_deletion_takes_an_approval if {
	tray.deny == {"workspace old is deleted: that takes an approval of the last commit."} with input as judged(deletion(false))
	count(tray.deny) == 0 with input as judged(deletion(true))
	count(tray.deny) == 0 with input as approved(deletion(false))
}

test_what_a_plan_does_not_tell_takes_an_approval if {
	every condition in ["incomplete", "unreviewed", "unsure"] {
		count(tray.deny) == 1 with input as judged(object.union(quiet, {"conditions": [condition]}))
		count(tray.deny) == 0 with input as approved(object.union(quiet, {"conditions": [condition]}))
	}
}

# ---- Guests ----------------------------------------------------------------------------

guest(fields) := access(object.union({"person": "chris@partner.example"}, fields))

test_a_guest_without_an_end if {
	denied := {"chris@partner.example is a guest, and the access to sales has no end: write expires_at."}
	tray.deny == denied with input as judged(guest({}))
	tray.deny == denied with input as judged(guest({"ends_at": ""}))
	tray.deny == denied with input as judged(guest({"ends_at": "some day"}))
	tray.deny == denied with input as approved(guest({"kind": "pending"}))
}

test_a_guest_of_ninety_days if {
	count(tray.deny) == 0 with input as judged(guest({"ends_at": "2027-02-24"}))
	count(tray.deny) == 0 with input as judged(guest({"ends_at": "2027-02-25T12:00:00Z"}))
	tray.deny == {"chris@partner.example is a guest, and the access to sales ends on 2027-02-25: 90 days are the most."} with input as judged(guest({"ends_at": "2027-02-25"}))
	count(tray.deny) == 1 with input as judged(guest({"ends_at": "2027-02-25T12:00:01Z"}))
}

test_a_domain_that_ends_like_ours_is_another if {
	count(tray.deny) == 1 with input as judged(access({"person": "ana@not-example.com"}))
	count(tray.deny) == 0 with input as judged(access({"person": "Ana@EXAMPLE.com"}))
}

test_whoever_has_no_address_counts_as_a_guest if {
	count(tray.deny) == 1 with input as judged(access({"person": "user 4f3a"}))
}

test_the_organization_is_no_access_with_an_end if {
	count(tray.deny) == 0 with input as judged(guest({"organization": true}))
}

test_today_is_today_without_now if {
	count(tray.deny) == 0 with input as object.remove(judged(guest({"ends_at": substring(time.format(time.now_ns() + 86400000000000), 0, 10)})), ["now"])
	count(tray.deny) == 1 with input as object.remove(judged(guest({"ends_at": "2999-01-01"})), ["now"])
}

# ---- What it cannot read ---------------------------------------------------------------

test_another_version_is_refused if {
	count(tray.deny) == 1 with input as judged(object.union(quiet, {"version": 2}))
	count(tray.deny) == 1 with input as approved({})
	count(tray.deny) == 1 with input as {}
}
