package promotion

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// What an import says of a solution, a release says of it too.

// ChangesType is the type of what is created, updated and removed.
var ChangesType attr.Type = changesType

// ChangesOf is what is created, updated and removed.
func ChangesOf(c tray.Changes) types.Object { return changes(c) }

// NamesOf is a list of texts.
func NamesOf(all []string) types.List { return names(all) }
