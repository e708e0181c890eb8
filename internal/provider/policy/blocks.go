package policy

import "fmt"

// The blocks that messages hold to be pasted. Addresses are left to the user: a provider is
// never told them.

// ImportBlock is an import block for a resource of that type.
func ImportBlock(resourceType, id string) string {
	return fmt.Sprintf("import {\n  to = %s.<name>\n  id = %q\n}", resourceType, id)
}

// RemovedBlock stands in place of a resource of that type: it leaves the state, and nothing
// happens in Tray. Name stands for the resource's, as in "<old>".
func RemovedBlock(resourceType, name string) string {
	return fmt.Sprintf("removed {\n  from = %s.%s\n\n  lifecycle {\n    destroy = false\n  }\n}", resourceType, name)
}

// MovedBlock says that a resource of that type has a new address.
func MovedBlock(resourceType string) string {
	return fmt.Sprintf("moved {\n  from = %[1]s.<old>\n  to   = %[1]s.<new>\n}", resourceType)
}

// invitation is a tray_user. The role is the least one: more is for people to say.
func invitation(email string) string {
	return fmt.Sprintf("resource \"tray_user\" \"<name>\" {\n  email             = %q\n  organization_role = \"Viewer\"\n}", email)
}
