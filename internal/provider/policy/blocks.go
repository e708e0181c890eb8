package policy

import "fmt"

// MovedBlock is a moved block to paste; the addresses are left to the user, as a provider is
// never told them.
func MovedBlock(resourceType string) string {
	return fmt.Sprintf("moved {\n  from = %[1]s.<old>\n  to   = %[1]s.<new>\n}", resourceType)
}

// RemovedBlock is a removed block to paste in place of a resource of that type: it leaves
// the state, and nothing happens in Tray. Name stands for the resource's, as in "<old>".
func RemovedBlock(resourceType, name string) string {
	return fmt.Sprintf("removed {\n  from = %s.%s\n\n  lifecycle {\n    destroy = false\n  }\n}", resourceType, name)
}
