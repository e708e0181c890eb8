package membership

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// reading is one way to read an import id.
type reading struct{ workspace, person string }

// readings are the ways to read <workspace>/<person>. Names of workspaces may hold
// slashes, and so may addresses before the @: the shortest person comes first.
func readings(id string) []reading {
	var all []reading
	for cut := len(id) - 1; cut > 0; cut-- {
		if id[cut] == '/' && cut < len(id)-1 {
			all = append(all, reading{id[:cut], id[cut+1:]})
		}
	}
	return all
}

// want is whom a reading names in a workspace: an address, or a user id.
func (r reading) want(workspaceID string) identity {
	i := identity{WorkspaceID: types.StringValue(workspaceID), Email: types.StringNull(), UserID: types.StringNull()}
	if strings.Contains(r.person, "@") {
		i.Email = types.StringValue(r.person)
	} else {
		i.UserID = types.StringValue(r.person)
	}
	return i
}

// parse reads an import id as the workspace and the person that there are. Where that is
// in doubt it is what follows the last slash, and the error is about that.
func (r *memberResource) parse(ctx context.Context, id string, diags *diag.Diagnostics) (identity, bool) {
	all := readings(id)
	if len(all) == 0 {
		diags.AddError("Could not read the import id",
			fmt.Sprintf("%q is not of the form <workspace>/<person>: the workspace's id or name, a slash, the person's user id or e-mail address, such as sales-prod/ana@example.com.", id))
		return identity{}, false
	}
	chosen := all[0]
	if len(all) > 1 {
		var ok bool
		if chosen, ok = r.choose(ctx, id, all, diags); !ok {
			return identity{}, false
		}
	}
	w := base.FindWorkspace(ctx, r.API, chosen.workspace, diags)
	if w == nil || !r.takes(w, diags) {
		return identity{}, false
	}
	return chosen.want(w.ID), true
}

// How much of a reading there is.
const (
	nothingThere = iota
	workspaceThere
	personThere
	membershipThere
)

// choose returns the reading of which there is most; of equals, the first. Two memberships
// that both exist are an error.
func (r *memberResource) choose(ctx context.Context, id string, all []reading, diags *diag.Diagnostics) (reading, bool) {
	best, most := all[0], nothingThere
	for _, one := range all {
		switch much := r.there(ctx, one); {
		case much == membershipThere && most == membershipThere:
			diags.AddError("Could not read the import id",
				fmt.Sprintf("%q can be read as %s in the workspace %s, and as %s in the workspace %s. Give the workspace's id instead of its name.",
					id, best.person, best.workspace, one.person, one.workspace))
			return reading{}, false
		case much > most:
			best, most = one, much
		}
	}
	return best, true
}

func (r *memberResource) there(ctx context.Context, one reading) int {
	var quiet diag.Diagnostics
	w := base.FindWorkspace(ctx, r.API, one.workspace, &quiet)
	if w == nil {
		return nothingThere
	}
	want := one.want(w.ID)
	who, err := r.who(ctx, model{UserID: want.UserID, Email: base.Email{StringValue: want.Email}})
	if err != nil {
		return workspaceThere
	}
	if _, err = r.API.Members.Get(ctx, w.ID, who.ID); err != nil {
		return personThere
	}
	return membershipThere
}
