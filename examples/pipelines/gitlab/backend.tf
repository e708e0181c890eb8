# Where the state is: with GitLab, which keeps it encrypted, versioned and locked. The
# address and the credentials come from TF_HTTP_… in .gitlab-ci.yml.
terraform {
  backend "http" {}
}
