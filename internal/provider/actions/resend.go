package actions

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/tray-community/terraform-provider-tray/internal/act"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

type resendAction struct{ base.Action }

type resendModel struct {
	Email  base.Email         `tfsdk:"email"`
	Role   base.Role          `tfsdk:"organization_role"`
	Within base.DurationValue `tfsdk:"unless_sent_within"`
}

const longestWithin = 7 * 24 * time.Hour // as long as an invitation lives

func (m resendModel) invitation() act.Invitation {
	i := act.Invitation{Email: m.Email.ValueString(), Role: m.Role.ValueString(), Within: act.DefaultWithin}
	if !m.Within.IsNull() {
		i.Within = m.Within.Get()
	}
	return i
}

func (*resendAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "tray_resend_invite"
}

func (*resendAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Invites somebody again who was invited to the organization and has not come yet.\n\n" +
			"**Works on a live Tray:** yes, once the invitation has run out. Tray refuses a second invitation beside an open one, and its API cannot take one back.\n\n" + terraformOnly +
			"There, use the command `terraform-provider-tray act resend-invite`.\n\n" +
			"It looks first. To somebody who is in the organization nothing is sent, which is a message and no error; nor to somebody who was invited a moment ago. Somebody whom nobody has invited is refused: that is a `tray_user`. " +
			"An open invitation is taken back, and another one sent, which counts among the 100 of a day (TRAY007). A `tray_user` that stands for the person goes on standing for them: its next plan is empty.\n\n" +
			"**Requests:** a list of users, one of invitations and one of roles; two to take the old invitation back and to send the new one.",
		Attributes: map[string]schema.Attribute{
			"email": schema.StringAttribute{MarkdownDescription: "Address that was invited.", CustomType: base.EmailType{}, Required: true},
			"organization_role": schema.StringAttribute{
				MarkdownDescription: "Organization role to invite to. Omitted: that of the last invitation. On a live Tray, whose API shows no invitations, it must be given.",
				CustomType:          base.RoleType{}, Optional: true, Validators: base.OrganizationRole(),
			},
			"unless_sent_within": schema.StringAttribute{
				MarkdownDescription: "How young an open invitation is that stays as it is, such as `\"2d\"`, so that an invocation that is repeated sends nothing. At most `7d`. Omitted: `1h`. A live Tray does not tell when an invitation was sent.",
				CustomType:          base.DurationType{}, Optional: true, Validators: base.Durations(0, longestWithin),
			},
		},
	}
}

// Invoke implements action.Action.
func (a *resendAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	if config, acts, ok := begin[resendModel](ctx, &a.Action, req, resp); ok {
		report(acts.ResendInvite(ctx, config.invitation()), &resp.Diagnostics)
	}
}
