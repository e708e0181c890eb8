package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

const description = `A person, or an API user, in the organization: one resource from the invitation to the removal.

**Works on a live Tray:** yes, but there an invitation can only be sent. It cannot be seen, changed or cancelled:
` + "`status`" + ` turns to ` + "`expired`" + ` by its date, a changed role is set once the person has joined, and a destroy forgets the invitation.

Somebody new is invited by e-mail, or, in organizations that sign in through SSO, created at once. When the person accepts, ` + "`status`" + ` goes
from ` + "`invited`" + ` to ` + "`active`" + ` and nothing needs to be applied. An invitation that ran out is ` + "`expired`" + `, and the next apply invites again. Tray sends at
most 100 invitations a day per organization (TRAY007).

Who is there already, or is invited, must be imported (TRAY012). The Owner can be imported, but the role Owner can be neither given nor taken (TRAY001).

**Requests:** all users are read through one list of 1,000 a page for the whole run, all invitations through another (sandbox only).
A new or changed role costs one read of the role list per run. Inviting, creating, changing a role and deleting are one request each, and one that reads it back.`

func (r *userResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"email": schema.StringAttribute{
				MarkdownDescription: "E-mail address, unique in the organization. Letter case does not count. Another address is another person: it replaces the resource.",
				Required:            true,
				CustomType:          base.EmailType{},
			},
			"organization_role": schema.StringAttribute{
				MarkdownDescription: "Name of the organization role: `Admin`, `Contributor` or `Viewer`; letter case does not count. Changed in place. " +
					"Somebody who is only invited gets a new invitation, with the other role. On a live Tray that is not possible: there the first apply after the person has joined sets the role.",
				Required:   true,
				CustomType: base.RoleType{},
				Validators: base.OrganizationRole(),
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Full name that a user is created with. Needed with `onboarding = \"create\"`. An invited person chooses it, so leave it out then. " +
					"Once somebody is a user, the name is theirs to change, in Tray's UI: the state shows it, and another one here changes nothing. Null until the person has joined.",
				Optional: true, Computed: true,
				Validators: base.Name(0),
			},
			"onboarding": schema.StringAttribute{
				MarkdownDescription: "How somebody new comes in: `invite` (the default) sends an e-mail; `create` makes the user at once, with a `name`, for organizations that sign in through SSO. " +
					"Once the person is there it means nothing any more; an import of somebody who has joined takes `create`.",
				Optional: true, Computed: true,
				Default:    stringdefault.StaticString(onboardingInvite),
				Validators: []validator.String{stringvalidator.OneOf(onboardingInvite, onboardingCreate)},
			},
			"on_destroy": schema.StringAttribute{
				MarkdownDescription: "What a destroy does to somebody who has joined: `delete` (the default) deletes the user, `demote` makes the user an organization Viewer, `keep` changes nothing in Tray. " +
					"Of a deleted user, Tray moves what is in the personal workspace to a new shared one. Terraform destroys with the value in the state: apply a new value first, then remove the resource.",
				Optional: true, Computed: true,
				Default:    stringdefault.StaticString(destroyDelete),
				Validators: []validator.String{stringvalidator.OneOf(destroyDelete, destroyDemote, destroyKeep)},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "Tray's id of the user; null until the invitation is accepted.",
				Computed:            true,
			},
			"status": schema.StringAttribute{
				MarkdownDescription: "`invited`, `active` or `expired`.",
				Computed:            true,
			},
			"invite_id": schema.StringAttribute{
				MarkdownDescription: "Tray's id of the invitation; null for who has joined.",
				Computed:            true,
			},
			"invite_expires_at": schema.StringAttribute{
				MarkdownDescription: "When the invitation runs out, as in RFC 3339 and in UTC; null for who has joined.",
				Computed:            true,
			},
			"account_type": schema.StringAttribute{
				MarkdownDescription: "Kind of account: `Regular`, `API`, `External`, `Integration`, `Partner` or `System`; null until the invitation is accepted.",
				Computed:            true,
			},
		},
	}
}

// ImportState takes an e-mail address, a user id, or the identity. It looks at once: an
// address that nobody has should say so here, not as a resource that is gone.
func (r *userResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	parts, ok := base.ImportNames(ctx, req, "<e-mail address> or <user id>", &resp.Diagnostics, "email")
	if !ok {
		return
	}
	given := parts[0]
	now, err := r.find(ctx, importKey(given))
	if base.Failed(&resp.Diagnostics, "look for "+given, err) {
		return
	}
	var got model
	switch {
	case now.user != nil:
		got = model{Email: base.EmailValue(now.user.Email), ID: types.StringValue(now.user.ID)}
	case now.invite != nil:
		got = model{Email: base.EmailValue(now.invite.Email)}
	default:
		resp.Diagnostics.AddError("Could not import the user", nobody(given, now.managed))
		return
	}
	if r.ClaimImport(ctx, noun, object(got), resp) {
		base.StoreNames(ctx, resp, got.identify(), map[string]attr.Value{"email": got.Email, "id": got.ID})
	}
}
