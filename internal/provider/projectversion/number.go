package projectversion

import "github.com/hashicorp/terraform-plugin-framework/schema/validator"

// Number are the validators of an argument that holds the number of a version.
func Number() []validator.String { return number() }
