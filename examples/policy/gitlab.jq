# From a review in JSON to what tray.rego judges. $labels: as CI_MERGE_REQUEST_LABELS has them;
# $approvals: the approvals of the merge request, as GitLab tells them.
{
  review: .,
  labels: ($labels | split(",")),
  approvals: [$approvals[0].approved_by[].user.username]
}
