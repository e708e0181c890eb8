package sandbox

import (
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// uiCreateWorkspace may make two of one name, as Tray nowhere says that names are unique,
// and other types than shared ones.
func uiCreateWorkspace(c *call) (answer, error) {
	in, _, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	if _, err := engine.Required[string](in, "name"); err != nil {
		return answer{}, err
	}
	w, err := c.withDetails(workspace{Type: typeShared}, in)
	if err != nil {
		return answer{}, err
	}
	kind, err := engine.Optional[string](in, "type")
	if err != nil {
		return answer{}, err
	}
	if kind != nil {
		w.Type = *kind
	}
	if !slices.Contains(workspaceTypes, w.Type) {
		return answer{}, engine.BadRequest("There is no workspace type %q", w.Type)
	}
	return c.newWorkspace(w)
}

func uiChangeWorkspace(c *call) (answer, error) {
	in, _, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	w, err := c.withDetails(c.workspace, in)
	if err != nil {
		return answer{}, err
	}
	return c.saveWorkspace(w)
}

func uiDeleteWorkspace(c *call) (answer, error) {
	if _, _, err := c.ui(); err != nil {
		return answer{}, err
	}
	if err := c.removeWorkspace(c.workspace, false); err != nil {
		return answer{}, err
	}
	return noContent()
}
