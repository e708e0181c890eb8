package authentication

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var noun = base.Noun{Type: "tray_authentication", One: "authentication", At: path.Root("name")}

const (
	credentials = base.Secret("credentials")
	userData    = base.Secret("user_data")
)

// secretAttributes adds a secret that is a JSON object. What is wrong is said without it.
func secretAttributes(s base.Secret, to map[string]schema.Attribute, description string) {
	s.Attributes(to, description)
	name := string(s) + "_wo"
	argument, _ := to[name].(schema.StringAttribute)
	argument.Validators = append(argument.Validators, base.Check("must be a JSON object", func(text string) (string, string) {
		if _, err := tray.NewSecretObject([]byte(text)); text != "" && err != nil {
			return "Not a JSON object", "Write it as jsonencode({ … }), with the properties that the service asks for. The value is not shown, as it is secret."
		}
		return "", ""
	}))
	to[name] = argument
}

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown: the apply says it then, in the same words.
func (r *authenticationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, ok := base.PlanStep[model](ctx, req, diags)
	if !ok {
		return
	}
	var config model
	if step == base.Update {
		if config, ok = base.Load[model](ctx, req.Config, diags); !ok {
			return
		}
		plan.CredentialsVersion = credentials.Plan(ctx, config.Credentials, config.CredentialsVersion, state.CredentialsVersion, req.Private, diags)
		plan.UserDataVersion = userData.Plan(ctx, config.UserData, config.UserDataVersion, state.UserDataVersion, req.Private, diags)
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root("credentials_wo_version"), plan.CredentialsVersion)...)
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root("user_data_wo_version"), plan.UserDataVersion)...)
	}
	_, ok = r.Stand(ctx, noun, step, state.object(), plan.object(), req, resp)
	replaced := !plan.ServiceEnvironmentID.Equal(state.ServiceEnvironmentID)
	if ok && !diags.HasError() && step == base.Update && !replaced && plan.sends(state) {
		r.atHand(ctx, plan, state, config, req.Private, diags)
	}
}

// atHand says in diags which secret, sent along with a change of something else, would
// overwrite what Tray has with nothing or with what was not sent before.
func (r *authenticationResource) atHand(ctx context.Context, plan, state, config model, private base.PrivateState, diags *diag.Diagnostics) {
	held := r.full(ctx, state.ID.ValueString())
	for _, s := range []struct {
		base.Secret
		given, version, was types.String
		has                 func(*tray.FullAuthentication) tray.SecretObject
	}{
		{credentials, config.Credentials, plan.CredentialsVersion, state.CredentialsVersion, func(f *tray.FullAuthentication) tray.SecretObject { return f.Credentials }},
		{userData, config.UserData, plan.UserDataVersion, state.UserDataVersion, func(f *tray.FullAuthentication) tray.SecretObject { return f.UserData }},
	} {
		argument := string(s.Secret) + "_wo"
		switch differs, known := s.Differs(ctx, s.given, private); {
		case s.given.IsUnknown():
		case s.given.IsNull():
			if full, err := held(); s.Secret == userData && err == nil && tray.SameJSON(s.has(full).Reveal(), []byte("{}")) {
				continue
			}
			diags.AddAttributeError(path.Root(argument), "A change needs the secrets", fmt.Sprintf(
				"Tray replaces an authentication as a whole, so that a change without %[1]s would take away what it has. Give %[1]s together with the change, as it was sent last or with another %[1]s_version.", argument))
		case !s.version.Equal(s.was), known && !differs:
		default:
			if full, err := held(); !known && err == nil && tray.SameJSON(s.has(full).Reveal(), []byte(s.given.ValueString())) {
				continue
			}
			diags.AddAttributeError(path.Root(argument), "The secret may not be what Tray has", fmt.Sprintf(
				"Tray replaces an authentication as a whole, so that this change sends %[1]s as well, and that is not known to be what was sent last. "+
					"If it is meant to be sent, give %[1]s_version another value; else give the secret as it was.", argument))
		}
	}
}

// full reads an authentication with its secrets when that is asked for first.
func (r *authenticationResource) full(ctx context.Context, id string) func() (*tray.FullAuthentication, error) {
	var full *tray.FullAuthentication
	var err error
	asked := false
	return func() (*tray.FullAuthentication, error) {
		if !asked {
			full, err = r.API.Authentications.Full(ctx, id, false)
			asked = true
		}
		return full, err
	}
}
