# From a review in JSON to what tray.rego judges. $labels: names; $approvals: the reviews of
# the pull request, as GitHub lists them; $head: its last commit, for which an approval counts.
{
  review: .,
  labels: $labels,
  approvals: [
    $approvals[0]
    | map(select(.state != "COMMENTED"))
    | group_by(.user.login)[]
    | last
    | select(.state == "APPROVED" and .commit_id == $head)
    | .user.login
  ]
}
