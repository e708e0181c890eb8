# Where the state is: encrypted, versioned, locked, and readable by the jobs of the pipeline
# alone. Names are yours to change. The credentials come from the runner's identity
# (aws-actions/configure-aws-credentials); nothing secret stands here, or in a plan file.
terraform {
  backend "s3" {
    bucket       = "acme-terraform-state"
    key          = "tray/terraform.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}
