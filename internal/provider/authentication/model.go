package authentication

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_authentication in configuration, plan and state. The secrets are in the
// configuration alone, and so is what only says how they are checked: an imported
// authentication is then what its configuration says.
type model struct {
	Name                 types.String `tfsdk:"name"`
	ServiceEnvironmentID types.String `tfsdk:"service_environment_id"`
	Credentials          types.String `tfsdk:"credentials_wo"`
	CredentialsVersion   types.String `tfsdk:"credentials_wo_version"`
	UserData             types.String `tfsdk:"user_data_wo"`
	UserDataVersion      types.String `tfsdk:"user_data_wo_version"`
	Scopes               types.Set    `tfsdk:"scopes"`
	AgentGroupID         types.String `tfsdk:"on_prem_agent_group_id"`
	ServiceName          types.String `tfsdk:"service_name"`
	ServiceVersion       types.Int64  `tfsdk:"service_version"`
	CheckSecrets         types.Bool   `tfsdk:"check_secrets"`
	Verify               types.Object `tfsdk:"verify"`
	Verified             types.Bool   `tfsdk:"verified"`
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
	return base.ObjectIn(noun, m.ID, m.Name, m.ServiceEnvironmentID)
}

// secretly is a secret in each of its parts.
type secretly struct {
	base.Secret
	given, version, was types.String
}

// secrets are both, as configured and as planned; was is the version in the state.
func (m model) secrets(config, state model) []secretly {
	return []secretly{
		{credentials, config.Credentials, m.CredentialsVersion, state.CredentialsVersion},
		{userData, config.UserData, m.UserDataVersion, state.UserDataVersion},
	}
}

// sends reports whether an update sends anything, and so everything.
func (m model) sends(state model) bool {
	return !m.Name.Equal(state.Name) || !m.Scopes.Equal(state.Scopes) || !m.AgentGroupID.Equal(state.AgentGroupID) ||
		!m.CredentialsVersion.Equal(state.CredentialsVersion) || !m.UserDataVersion.Equal(state.UserDataVersion)
}

// spec is what is sent of the plan, with the secrets of the configuration. None is sent as an
// empty object where Tray wants one.
func (m model) spec(ctx context.Context, config model) (spec tray.AuthenticationSpec, given tray.SecretObject, err error) {
	spec = tray.AuthenticationSpec{Name: m.Name.ValueString(), ServiceEnvironmentID: m.ServiceEnvironmentID.ValueString(), AgentGroupID: m.AgentGroupID.ValueString()}
	if !m.Scopes.IsUnknown() {
		m.Scopes.ElementsAs(ctx, &spec.Scopes, false) // texts, by the schema
	}
	if !config.UserData.IsNull() {
		if spec.UserData, err = tray.NewSecretObject([]byte(config.UserData.ValueString())); err != nil {
			return spec, given, err
		}
	}
	given, err = tray.NewSecretObject([]byte(orNone(config.Credentials)))
	return spec, given, err
}

const none = "{}"

// orNone is a secret, or what stands for none.
func orNone(secret types.String) string {
	if secret.IsNull() {
		return none
	}
	return secret.ValueString()
}

// canonical lays the secrets out in one way: another layout is no other secret.
func (m *model) canonical() {
	for _, text := range []*types.String{&m.Credentials, &m.UserData} {
		in := json.NewDecoder(bytes.NewReader([]byte(text.ValueString())))
		in.UseNumber()
		var value any
		if text.IsNull() || text.IsUnknown() || in.Decode(&value) != nil {
			continue
		}
		if laid, err := json.Marshal(value); err == nil {
			*text = types.StringValue(string(laid))
		}
	}
}

// sent notes which secrets Tray has now.
func (m *model) sent(ctx context.Context, config model, private base.PrivateState) {
	m.CredentialsVersion = noted(ctx, credentials, config.Credentials, m.CredentialsVersion, private)
	m.UserDataVersion = noted(ctx, userData, config.UserData, m.UserDataVersion, private)
}

func noted(ctx context.Context, s base.Secret, given, version types.String, private base.PrivateState) types.String {
	if given.IsNull() {
		s.Keep(ctx, none, private)
	}
	return s.Sent(ctx, given.ValueStringPointer(), version, private)
}

// fromAPI takes over what Tray says. Its secrets stay: Tray does not show them.
func (m *model) fromAPI(a *tray.Authentication) {
	m.ID, m.Name, m.ServiceEnvironmentID = types.StringValue(a.ID), types.StringValue(a.Name), types.StringValue(a.ServiceEnvironmentID)
	m.Scopes, m.AgentGroupID = base.StringSet(a.Scopes), base.Text(a.AgentGroupID)
}
