package policy

import (
	"fmt"
	"strings"
)

// namespace is TRAY010: the name of a connector begins with the organization's namespace,
// once it has chosen one.
func namespace(before Organization, changes []Change, _ Limits) []Violation {
	var all []Violation
	for i, a := range changes {
		name, _, _ := strings.Cut(a.Object.Name, "/")
		if a.Action != DeployConnector || before.Namespace == "" || name == "" || strings.HasPrefix(name, before.Namespace) {
			continue
		}
		all = append(all, Violation{
			Code: "TRAY010", Summary: "A connector's name begins with the namespace", Changes: []int{i},
			Detail: fmt.Sprintf("The namespace of the organization's connectors is %[1]q, and Tray deploys none whose name begins otherwise: %[2]q does not. "+
				"Name it %[3]q here and in its connector.json, and build it again.", before.Namespace, name, before.Namespace+"-"+name),
		})
	}
	return all
}
