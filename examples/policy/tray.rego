# Who may do what to people in Tray without asking. The input is
#
#   {"review": …, "labels": ["…"], "approvals": ["…"]}
#
# where review is what `terraform-provider-tray review -format json` prints (guide "The review
# in JSON"), labels are those of the pull request, and approvals are who approved its last
# commit. settings.json has the numbers.
package tray

settings := data.settings

# Everything else stands on what the fields mean in version 1.
deny contains "This policy reads version 1 of the review, and got none or another." if {
	not input.review.version == 1
}

deny contains message if {
	some change in input.review.access
	change.gains_admin
	not settings.admin_label in input.labels
	message := sprintf("%s becomes Admin in %s: that takes the label %s.", [change.person, change.where, settings.admin_label])
}

deny contains message if {
	not approved
	some change in input.review.access
	change.kind == "lose"
	message := sprintf("%s loses %s in %s: that takes an approval of the last commit.", [change.person, change.from, change.where])
}

deny contains message if {
	not approved
	some change in input.review.changes
	change.action in {"delete", "replace"}
	not change.unchanged_in_tray
	message := sprintf("%s: that takes an approval of the last commit.", [change.text])
}

# What a plan does not tell, no policy can judge: a person has to.
deny contains message if {
	not approved
	some condition in {"incomplete", "unreviewed", "unsure"}
	condition in input.review.conditions
	message := sprintf("The plan does not tell everything (%s): that takes an approval of the last commit.", [condition])
}

deny contains message if {
	some change in guests
	not ends(change)
	message := sprintf("%s is a guest, and the access to %s has no end: write expires_at.", [change.person, change.where])
}

deny contains message if {
	some change in guests
	ends(change) > now + days(settings.guest_days)
	message := sprintf("%s is a guest, and the access to %s ends on %s: %d days are the most.", [change.person, change.where, change.ends_at, settings.guest_days])
}

approved if count(input.approvals) >= settings.approvals

# Guests get access by this plan, now or by accepting an invitation, and are of no domain of ours. Whoever has no address
# in the plan cannot be told from one.
guests contains change if {
	some change in input.review.access
	change.kind in {"gain", "pending"}
	not change.organization
	not own(change.person)
}

own(person) if {
	some domain in settings.own_domains
	endswith(lower(person), concat("", ["@", lower(domain)]))
}

# The first moment without access, in nanoseconds; undefined without an end, or with one that cannot be read.
ends(change) := time.parse_rfc3339_ns(change.ends_at) if contains(change.ends_at, "T")

ends(change) := time.parse_ns("2006-01-02", change.ends_at) + days(1) if not contains(change.ends_at, "T")

days(n) := (((n * 24) * 3600) * 1000) * 1000000

now := time.parse_rfc3339_ns(input.now)

now := time.now_ns() if not input.now
