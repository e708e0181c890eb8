package environment

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_service_environment in configuration, plan and state. The secret is in the
// configuration alone.
type model struct {
	ServiceName        types.String         `tfsdk:"service_name"`
	ServiceVersion     types.Int64          `tfsdk:"service_version"`
	Title              types.String         `tfsdk:"title"`
	ClientID           types.String         `tfsdk:"client_id"`
	Secret             types.String         `tfsdk:"client_secret_wo"`
	SecretVersion      types.String         `tfsdk:"client_secret_wo_version"`
	Scopes             types.Map            `tfsdk:"scopes"`
	ID                 types.String         `tfsdk:"id"`
	AuthenticationType types.String         `tfsdk:"authentication_type"`
	CredentialsSchema  jsontypes.Normalized `tfsdk:"credentials_schema"`
	UserDataSchema     jsontypes.Normalized `tfsdk:"user_data_schema"`
	Adopted            types.Bool           `tfsdk:"adopted"`
}

// identity is what names an environment for its whole life.
type identity struct {
	ServiceName    types.String `tfsdk:"service_name"`
	ServiceVersion types.Int64  `tfsdk:"service_version"`
	ID             types.String `tfsdk:"id"`
}

func (m model) identity() identity { return identity{m.ServiceName, m.ServiceVersion, m.ID} }

func (m model) service() tray.ServiceRef {
	return tray.ServiceRef{Name: m.ServiceName.ValueString(), Version: m.ServiceVersion.ValueInt64()}
}

// object is what the resource stands for: an environment by its id, and before that by its
// title in its service.
func object(m model) policy.Object {
	o := policy.Object{Type: kind.Type, ID: m.ID.ValueString(), Label: m.Title.ValueString()}
	if service := m.service(); service.Name != "" && service.Version != 0 && o.Label != "" {
		o.Name = fmt.Sprintf("%s/%d/%s", service.Name, service.Version, o.Label)
	}
	return o
}

// change is what differs between the state and the plan; of a new environment, all that the
// plan says.
func (m model) change(state model) tray.EnvironmentSpec {
	spec := tray.EnvironmentSpec{Title: base.Changed(m.Title, state.Title), ClientID: base.Changed(m.ClientID, state.ClientID)}
	if !m.Scopes.IsUnknown() && !m.Scopes.Equal(state.Scopes) {
		scopes := tray.Scopes(base.Strings(m.Scopes))
		spec.Scopes = &scopes
	}
	return spec
}

// known fills in what the plan left open: Terraform wants the rest as planned.
func (m model) known(e *tray.Environment) model {
	got := m
	got.fromAPI(e)
	got.Title, got.ClientID, got.Scopes = m.Title, m.ClientID, base.Or(m.Scopes, got.Scopes)
	return got
}

// fromAPI takes over what Tray says. A client id that it does not tell stays as it is, as
// do the secret, which it never shows, and what is the provider's own.
func (m *model) fromAPI(e *tray.Environment) {
	m.ID, m.Title, m.AuthenticationType = types.StringValue(e.ID), types.StringValue(e.Title), types.StringValue(e.AuthenticationType)
	if e.ClientID != "" {
		m.ClientID = types.StringValue(e.ClientID)
	}
	m.Scopes = base.StringMap(e.Scopes)
	m.CredentialsSchema, m.UserDataSchema = base.Document(m.CredentialsSchema, e.CredentialsSchema), base.Document(m.UserDataSchema, e.UserDataSchema)
}
