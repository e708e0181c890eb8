package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// pinned reports whether the token belongs to the organization that the block names, by
// name or id, or names none. It asks before anything else is read: a plan in a wrong
// organization looks like one that has lost everything.
func pinned(ctx context.Context, api *tray.Client, wanted string, diags *diagnostics) bool {
	if wanted == "" {
		return true
	}
	home, err := api.Home(ctx)
	if err == nil && home != nil && (wanted == home.ID || wanted == home.Name) {
		return true
	}
	at := path.Root("organization")
	var org *tray.Organization
	if err == nil && home != nil { // on the management plane it has an id of its own
		if org, err = api.Management.Organization(ctx); err == nil && (wanted == org.ID || wanted == org.Name) {
			return true
		}
	}
	switch {
	case err != nil:
		diags.AddAttributeError(at, "Could not check the organization", err.Error())
	case home == nil:
		diags.AddAttributeError(at, "Could not check the organization",
			fmt.Sprintf("The block says that the token belongs to the organization %q, and Tray does not tell this token which one it is. "+
				"Use a token of an API user with an organization role, or remove organization.", wanted))
	default:
		id := "id " + org.ID
		if org.ID != home.ID {
			id += ", Organization workspace " + home.ID
		}
		diags.AddAttributeError(at, "The token belongs to another organization",
			fmt.Sprintf("The block says %q, and the token belongs to %q (%s). Nothing was read or changed. "+
				"Use a token of %[1]q (TRAY_API_TOKEN, or token in the block); each organization has a provider alias of its own. "+
				"If this is the one you mean, write organization = %[4]q.", wanted, org.Name, id, org.ID))
	}
	return false
}
