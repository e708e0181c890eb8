package commandline

// The versions of the command lines are pinned here and nowhere else. To move to another: change Version, run `make cli`,
// which then tells the sums, and compare the replace directives of the module's go.mod with Replace and with recipe.go.

// Terraform is built without its cloud state backends: see recipe.go.
var Terraform = Tool{
	Name: "terraform", Title: "Terraform", Env: "TF_CLI",
	Module:  "github.com/hashicorp/terraform",
	Main:    "github.com/hashicorp/terraform",
	Version: Version{1, 16, 0, ""},
	Oldest:  Version{1, 14, 0, ""}, // the first with `terraform query` and actions
	Sums: Sums{
		Zip:   "h1:FgjcYL8Rt2n+INJ+blTABAf0wFHbmnKRzo+Rx2IKSYI=",
		GoMod: "h1:Q/775VdZ2uxKehyGWqLL5le1JD1SR+TuxW04AGaX0sg=",
	},
}

// OpenTofu runs everything but queries and actions.
var OpenTofu = Tool{
	Name: "tofu", Title: "OpenTofu", Env: "TOFU_CLI",
	Module:  "github.com/opentofu/opentofu",
	Main:    "github.com/opentofu/opentofu/cmd/tofu",
	Version: Version{1, 12, 6, ""},
	Oldest:  Version{1, 12, 0, ""},
	Sums: Sums{
		Zip:   "h1:0VT4P8pMmGcCUnQ9JDrJ+Qg2d35Vzm4FFd/9+H7oF98=",
		GoMod: "h1:smR4N0Md4RqsCUJtJUxQq4DKE3CQP9Z/GU05wE/ooaA=",
	},
	Replace: map[string]string{
		"github.com/hashicorp/hcl/v2 v2.20.1": "github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828",
	},
}
