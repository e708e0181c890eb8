package membership

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ImportState takes "<workspace id or name>/<user id or e-mail>" or an identity.
func (r *memberResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	diags := &resp.Diagnostics
	if !r.Ready(diags) {
		return
	}
	var want identity
	var ok bool
	if req.ID != "" {
		want, ok = r.parse(ctx, req.ID, diags)
	} else if want, ok = base.Load[identity](ctx, req.Identity, diags); ok {
		ok = r.checkIdentity(ctx, want, diags)
	}
	if !ok {
		return
	}
	config := model{WorkspaceID: want.WorkspaceID, UserID: want.UserID, Email: base.Email{StringValue: want.Email}}
	who, ok := r.importable(ctx, config, diags)
	if !ok {
		return
	}
	byEmail := !want.Email.IsNull()
	got := model{WorkspaceID: want.WorkspaceID, UserID: types.StringValue(who.ID), Email: base.EmailValue(who.Email)}
	diags.Append(setNamed(ctx, resp.Private, byEmail)...)
	diags.Append(resp.State.SetAttribute(ctx, path.Root("workspace_id"), got.WorkspaceID)...)
	diags.Append(resp.State.SetAttribute(ctx, path.Root("user_id"), got.UserID)...)
	if who.Email != "" {
		diags.Append(resp.State.SetAttribute(ctx, path.Root("email"), got.Email)...)
	}
	diags.Append(resp.Identity.Set(ctx, got.identify(byEmail))...)
}

func (r *memberResource) checkIdentity(ctx context.Context, want identity, diags *diag.Diagnostics) bool {
	if want.Email.IsNull() && want.UserID.IsNull() {
		diags.AddError("Could not read the identity", "An identity of a membership needs workspace_id and one of email and user_id.")
		return false
	}
	id := want.WorkspaceID.ValueString()
	w, err := r.API.Workspaces.Get(ctx, id)
	if base.NotSeen(err) {
		diags.AddError("Could not find the workspace", fmt.Sprintf("There is no workspace with the id %q that the token can see.", id))
		return false
	}
	return !base.Failed(diags, "read the workspace", err) && r.takes(w, diags)
}

func (r *memberResource) takes(w *tray.Workspace, diags *diag.Diagnostics) bool {
	why := takesMembers(w)
	if why != "" {
		diags.AddError("Could not import the membership", why)
	}
	return why == ""
}

// importable returns the user of a membership that Tray has. A pending one is in no
// list: it is written down with a create.
func (r *memberResource) importable(ctx context.Context, want model, diags *diag.Diagnostics) (*tray.User, bool) {
	who, err := r.who(ctx, want)
	if !want.UserID.IsNull() && tray.IsForbidden(err) {
		who, err = &tray.User{ID: want.UserID.ValueString()}, nil
	}
	if tray.IsGone(err) {
		diags.AddError("Could not find the person",
			fmt.Sprintf("Nobody in the organization is %s. A membership that waits for an invitation exists in Terraform only: do not import it, let the apply create it.", want.person()))
		return nil, false
	}
	if base.Failed(diags, "look the person up", err) || !samePerson(want, who, diags) {
		return nil, false
	}
	_, err = r.API.Members.Get(ctx, want.WorkspaceID.ValueString(), who.ID)
	if base.NotSeen(err) {
		diags.AddError("Could not find the membership",
			fmt.Sprintf("%s is not a member of the workspace %s. Remove the import, and the apply adds them.", want.person(), want.WorkspaceID.ValueString()))
		return nil, false
	}
	return who, !base.Failed(diags, "read the membership", err)
}
