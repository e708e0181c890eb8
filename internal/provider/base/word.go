package base

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// wordProblem says why s cannot be an id, an address, a role or another word that Tray
// knows; "" when it can. Such a value is pasted or split out of a list, and with a space
// around it it names nobody, without a sign.
func wordProblem(s string) string {
	switch {
	case strings.TrimSpace(s) == "":
		return fmt.Sprintf("%q is empty. Leave it out, or write the value that is meant.", s)
	case strings.TrimSpace(s) != s:
		return fmt.Sprintf("%q begins or ends with white space. Write %q; Terraform's trimspace() takes the white space off.", s, strings.TrimSpace(s))
	case strings.ContainsFunc(s, unicode.IsControl):
		return fmt.Sprintf("%q holds a line break, a tab or another control character.", s)
	}
	return ""
}

// uuid is the form of most ids that Tray gives.
var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// IsUUID reports whether s has the form of most ids that Tray gives.
func IsUUID(s string) bool { return uuid.MatchString(s) }

// IsWord reports whether s can name something in Tray: it is not empty, and without white
// space around it.
func IsWord(s string) bool { return wordProblem(s) == "" }

type text struct {
	description string
	problem     func(string) (summary, detail string)
}

func (t text) Description(context.Context) string         { return t.description }
func (t text) MarkdownDescription(context.Context) string { return t.description }

func (t text) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if summary, detail := t.problem(req.ConfigValue.ValueString()); detail != "" {
		resp.Diagnostics.AddAttributeError(req.Path, summary, detail)
	}
}

// Check is a validator of strings by a function that returns what is wrong, in a summary
// and a sentence or two; no sentence is none.
func Check(description string, problem func(string) (summary, detail string)) validator.String {
	return text{description, problem}
}

// Word are the validators of an argument that names something in Tray by a word: an id,
// a domain, a type. Elements of collections are checked so without asking; see Elements.
func Word() []validator.String {
	return []validator.String{text{"must be a word", func(s string) (string, string) { return notAWord, wordProblem(s) }}}
}

// Name are the validators of an argument by which something is called in Tray, of most
// characters, or of any number with 0. Tray keeps white space around a name, where nobody sees
// it: one name is then two.
func Name(most int) []validator.String {
	if most == 0 {
		return Word()
	}
	return append(Word(), stringvalidator.UTF8LengthAtMost(most))
}

const notAWord = "White space or nothing"

// The roles that Tray documents. It has no custom ones, and no API makes any.
var (
	organizationRoles = []string{"Owner", "Admin", "Contributor", "Viewer"}
	workspaceRoles    = []string{"Admin", "Contributor", "Viewer"}
)

// OrganizationRole are the validators of an argument that holds an organization role.
// Owner is one of them: the person who has it is imported with it.
func OrganizationRole() []validator.String {
	return []validator.String{text{"must be an organization role", func(s string) (string, string) {
		return "Unknown role", roleProblem(s, "the organization", organizationRoles)
	}}}
}

// WorkspaceRole are the validators of an argument that holds a workspace role.
func WorkspaceRole() []validator.String {
	return []validator.String{text{"must be a workspace role", func(s string) (string, string) {
		return "Unknown workspace role", WorkspaceRoleProblem(s)
	}}}
}

// WorkspaceRoleProblem says why s cannot be a role in any workspace; "" when it can.
func WorkspaceRoleProblem(s string) string { return roleProblem(s, "a workspace", workspaceRoles) }

func roleProblem(s, where string, roles []string) string {
	if slices.Contains(roles, s) { // as most write it
		return ""
	}
	if problem := wordProblem(s); problem != "" {
		return problem
	}
	if slices.ContainsFunc(roles, func(r string) bool { return tray.SameRole(r, s) }) {
		return ""
	}
	return fmt.Sprintf("Tray has no role %q in %s. The roles are %s (letter case does not matter, \"View Only\" is \"Viewer\").", s, where, quoted(roles))
}

func quoted(all []string) string {
	var q []string
	for _, s := range all {
		q = append(q, fmt.Sprintf("%q", s))
	}
	return strings.Join(q, ", ")
}
