package authentication

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_authentication in configuration, plan and state. The secrets are in the
// configuration alone.
type model struct {
	Name                 types.String `tfsdk:"name"`
	ServiceEnvironmentID types.String `tfsdk:"service_environment_id"`
	Credentials          types.String `tfsdk:"credentials_wo"`
	CredentialsVersion   types.String `tfsdk:"credentials_wo_version"`
	UserData             types.String `tfsdk:"user_data_wo"`
	UserDataVersion      types.String `tfsdk:"user_data_wo_version"`
	Scopes               types.Set    `tfsdk:"scopes"`
	AgentGroupID         types.String `tfsdk:"on_prem_agent_group_id"`
	ID                   types.String `tfsdk:"id"`
}

// identity is what names an authentication for its whole life.
type identity struct {
	ID types.String `tfsdk:"id"`
}

func (m model) identity() identity { return identity{m.ID} }

// object is what the resource stands for: an authentication by its id, and before that by
// its name and its service environment, as nobody means to make two of these in one plan.
func (m model) object() policy.Object {
	o := policy.Object{Type: noun.Type, ID: m.ID.ValueString(), Label: m.Name.ValueString()}
	if environment := m.ServiceEnvironmentID.ValueString(); environment != "" && o.Label != "" {
		o.Name = environment + "/" + o.Label
	}
	return o
}

// sends reports whether an update sends anything, and so everything.
func (m model) sends(state model) bool {
	return !m.Name.Equal(state.Name) || !m.Scopes.Equal(state.Scopes) || !m.AgentGroupID.Equal(state.AgentGroupID) ||
		!m.CredentialsVersion.Equal(state.CredentialsVersion) || !m.UserDataVersion.Equal(state.UserDataVersion)
}

// spec is what is sent of the plan, with the secrets of the configuration.
func (m model) spec(ctx context.Context, config model) (spec tray.AuthenticationSpec, given tray.SecretObject, err error) {
	spec = tray.AuthenticationSpec{Name: m.Name.ValueString(), ServiceEnvironmentID: m.ServiceEnvironmentID.ValueString(), AgentGroupID: m.AgentGroupID.ValueString()}
	if !m.Scopes.IsUnknown() {
		m.Scopes.ElementsAs(ctx, &spec.Scopes, false) // texts, by the schema
	}
	if spec.UserData, err = secretObject(config.UserData); err == nil {
		given, err = secretObject(config.Credentials)
	}
	return spec, given, err
}

func secretObject(text types.String) (tray.SecretObject, error) {
	if text.IsNull() {
		return tray.SecretObject{}, nil
	}
	return tray.NewSecretObject([]byte(text.ValueString()))
}

// fromAPI takes over what Tray says. Its secrets stay: Tray does not show them.
func (m *model) fromAPI(a *tray.Authentication) {
	m.ID, m.Name, m.ServiceEnvironmentID = types.StringValue(a.ID), types.StringValue(a.Name), types.StringValue(a.ServiceEnvironmentID)
	m.Scopes, m.AgentGroupID = base.StringSet(a.Scopes), base.Text(a.AgentGroupID)
}
