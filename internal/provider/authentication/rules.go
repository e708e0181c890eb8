package authentication

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var noun = base.Noun{Type: "tray_authentication", One: "authentication", At: path.Root("name"),
	Identity: map[string]string{"id": "Identifier of the authentication, given by Tray."}}

const (
	credentials = base.Secret("credentials")
	userData    = base.Secret("user_data")
)

func anID() validator.String {
	return base.Check("must be the id of an authentication", func(text string) (string, string) {
		if !base.IsUUID(text) {
			return "Not the id of an authentication", fmt.Sprintf("%q is no UUID, as Tray's ids of authentications are. Give the id of a tray_authentication, or the one on its page in Tray.", text)
		}
		return "", ""
	})
}

func argument(s base.Secret) string { return string(s) + "_wo" }

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *authenticationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, config, ok := base.PlanOf[model](ctx, req, diags)
	if !ok {
		return
	}
	config.canonical()
	if step == base.Update {
		plan.open(ctx, config, state, req.Private, resp)
	}
	i, ok := r.Stand(ctx, noun, step, state.object(), plan.object(), req, resp)
	if !r.Ready(nil) || diags.HasError() {
		return
	}
	switch step {
	case base.Create:
		if ok {
			r.judgeNew(ctx, i, plan, diags)
		}
		r.judge(ctx, plan, config, diags)
	case base.Update:
		base.Remember(r.Provider, noun, i.Mark, state.ID.ValueString(), state)
		replaced := !plan.ServiceEnvironmentID.Equal(state.ServiceEnvironmentID)
		if ok && !replaced && plan.sends(state) {
			r.atHand(ctx, plan, state, config, req.Private, diags)
			r.judge(ctx, plan, config, diags)
		}
	}
}

// open leaves open in the plan of an update what the apply decides.
func (m *model) open(ctx context.Context, config, state model, private base.PrivateState, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	m.CredentialsVersion = credentials.Plan(ctx, config.Credentials, config.CredentialsVersion, state.CredentialsVersion, private, diags)
	m.UserDataVersion = userData.Plan(ctx, config.UserData, config.UserDataVersion, state.UserDataVersion, private, diags)
	m.Verified = state.Verified
	if m.sends(state) || again(config, state) {
		m.Verified = types.BoolUnknown()
	}
	for name, value := range map[string]any{"credentials_wo_version": m.CredentialsVersion, "user_data_wo_version": m.UserDataVersion, "verified": m.Verified} {
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// judgeNew says in diags what has the name already, where a list tells: an apply that was
// interrupted may have made it.
func (r *authenticationResource) judgeNew(ctx context.Context, i base.Instance, plan model, diags *diag.Diagnostics) {
	if found, err := r.named(ctx, plan); err == nil {
		r.Free(ctx, noun, plan.object(), r.ReplacedID(ctx, noun, i, found), found, exists(plan), diags)
	}
}

// judge checks what is about to be sent, and that it can be verified.
func (r *authenticationResource) judge(ctx context.Context, plan, config model, diags *diag.Diagnostics) {
	r.checkSecrets(ctx, plan, config, diags)
	r.checkVerify(ctx, config, diags)
}

// checkSecrets says in diags where the secrets have not the form that the service
// environment asks for: by keys and types, and never a value.
func (r *authenticationResource) checkSecrets(ctx context.Context, plan, config model, diags *diag.Diagnostics) {
	if !config.CheckSecrets.IsNull() && !config.CheckSecrets.ValueBool() {
		return
	}
	if plan.ServiceEnvironmentID.IsUnknown() || config.Credentials.IsUnknown() || config.UserData.IsUnknown() {
		diags.AddWarning("The secrets are checked in the apply",
			fmt.Sprintf("The secrets of the authentication %s, or its service environment, are not known before the apply. Their keys and types are checked there, before anything is sent.", plan.Name))
	}
	e := r.environment(ctx, plan, config, diags)
	if e == nil {
		return
	}
	for _, s := range []struct {
		base.Secret
		given  types.String
		schema []byte
	}{{credentials, config.Credentials, e.CredentialsSchema}, {userData, config.UserData, e.UserDataSchema}} {
		if s.given.IsUnknown() {
			continue
		}
		if wrong := base.SchemaMismatches(s.schema, orNone(s.given), argument(s.Secret)); len(wrong) > 0 {
			diags.AddAttributeError(path.Root(argument(s.Secret)), "Not what the service asks for",
				fmt.Sprintf("%s. The service environment %q (%s) says so in its JSON Schema, which tray_service_environment and tray_service_environments show. "+
					"Give what it asks for or, where the service takes it all the same, set check_secrets = false.", strings.Join(wrong, "; "), e.Title, e.ID))
		}
	}
}

// environment is the service environment of a plan: of the service that the configuration
// names, else one that this run has read. It is nil where nobody tells; diags say so when it
// is none of that service.
func (r *authenticationResource) environment(ctx context.Context, plan, config model, diags *diag.Diagnostics) *tray.Environment {
	id := plan.ServiceEnvironmentID
	if id.IsUnknown() || config.ServiceName.IsUnknown() || config.ServiceVersion.IsUnknown() {
		return nil
	}
	if config.ServiceName.IsNull() {
		return r.API.Environments.Seen(id.ValueString())
	}
	service := tray.ServiceRef{Name: config.ServiceName.ValueString(), Version: max(1, config.ServiceVersion.ValueInt64())}
	all, err := r.API.Environments.List(ctx, service)
	if base.NotSeen(err) {
		base.Failed(diags, "find the service", err, path.Root("service_name"))
	}
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range all {
		if e.ID == id.ValueString() {
			return &e
		}
		names = append(names, fmt.Sprintf("%q (%s)", e.Title, e.ID))
	}
	diags.AddAttributeError(path.Root("service_environment_id"), "The environment is of another service",
		fmt.Sprintf("%s is no environment of version %d of the service %s, whose environments are: %s. Give the id of one of these, or another service_name.",
			id.ValueString(), service.Version, service.Name, strings.Join(names, ", ")))
	return nil
}

func exists(m model) string {
	return fmt.Sprintf("There is an authentication named %s of that service environment already.", m.Name)
}
