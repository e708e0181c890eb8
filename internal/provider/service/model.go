package service

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_custom_service in configuration, plan and state. The secret is in the
// configuration alone.
type model struct {
	WorkspaceID        types.String         `tfsdk:"workspace_id"`
	Name               types.String         `tfsdk:"name"`
	Description        types.String         `tfsdk:"description"`
	AuthenticationType types.String         `tfsdk:"authentication_type"`
	AuthorizationURL   types.String         `tfsdk:"authorization_url"`
	TokenURL           types.String         `tfsdk:"token_url"`
	ClientID           types.String         `tfsdk:"client_id"`
	Secret             types.String         `tfsdk:"client_secret_wo"`
	SecretVersion      types.String         `tfsdk:"client_secret_wo_version"`
	Scopes             types.Map            `tfsdk:"scopes"`
	CredentialsSchema  jsontypes.Normalized `tfsdk:"credentials_schema"`
	UserDataSchema     jsontypes.Normalized `tfsdk:"user_data_schema"`
	UniqueName         types.String         `tfsdk:"unique_name"`
	ID                 types.String         `tfsdk:"id"`
	OwnerID            types.String         `tfsdk:"owner_id"`
	Version            types.Int64          `tfsdk:"version"`
	Adopted            types.Bool           `tfsdk:"adopted"`
}

// identity is what names a service for its whole life.
type identity struct {
	UniqueName types.String `tfsdk:"unique_name"`
}

func (m model) identity() identity { return identity{m.UniqueName} }

// object is what the resource stands for: a service by its unique name, and before that by
// its name in its workspace.
func object(m model) policy.Object {
	return base.ObjectIn(kind.Noun, m.UniqueName, m.Name, m.WorkspaceID)
}

// change is what differs between the state and the plan; of a new service, all that the
// plan says. The rest is not sent: somebody may have changed it in Tray since the plan.
func (m model) change(state model) tray.ServiceSpec {
	spec := tray.ServiceSpec{
		Name: base.Changed(m.Name, state.Name), WorkspaceID: base.Changed(m.WorkspaceID, state.WorkspaceID),
		Description: base.Changed(m.Description, state.Description), AuthorizationURL: base.Changed(m.AuthorizationURL, state.AuthorizationURL),
		TokenURL: base.Changed(m.TokenURL, state.TokenURL), ClientID: base.Changed(m.ClientID, state.ClientID),
	}
	if !m.Scopes.IsUnknown() && !m.Scopes.Equal(state.Scopes) {
		scopes := tray.Scopes(base.Strings(m.Scopes))
		spec.Scopes = &scopes
	}
	if text := base.Changed(m.UserDataSchema.StringValue, state.UserDataSchema.StringValue); text != nil {
		spec.UserDataSchema = json.RawMessage(*text)
	}
	if text := base.Changed(m.CredentialsSchema.StringValue, state.CredentialsSchema.StringValue); text != nil {
		spec.CredentialsSchema = json.RawMessage(*text)
	}
	return spec
}

// known fills in what the plan left open: Terraform wants the rest as planned, and the next
// refresh shows what somebody changed in Tray meanwhile.
func (m model) known(s *tray.Service) model {
	got := m
	got.fromAPI(s)
	got.Name, got.WorkspaceID, got.AuthorizationURL, got.TokenURL, got.ClientID = m.Name, m.WorkspaceID, m.AuthorizationURL, m.TokenURL, m.ClientID
	got.Description, got.Scopes = base.Or(m.Description, got.Description), base.Or(m.Scopes, got.Scopes)
	got.UserDataSchema, got.CredentialsSchema = base.Or(m.UserDataSchema, got.UserDataSchema), base.Or(m.CredentialsSchema, got.CredentialsSchema)
	return got
}

// fromAPI takes over what Tray says. What it never shows, the secret, and what is the
// provider's own stay.
func (m *model) fromAPI(s *tray.Service) {
	m.WorkspaceID, m.Name, m.Description = types.StringValue(s.WorkspaceID), types.StringValue(s.Name), types.StringValue(s.Description)
	m.AuthenticationType = types.StringValue(s.AuthenticationType)
	m.AuthorizationURL, m.TokenURL, m.ClientID = base.Text(s.AuthorizationURL), base.Text(s.TokenURL), base.Text(s.ClientID)
	m.Scopes = base.StringMap(s.Scopes)
	m.UserDataSchema, m.CredentialsSchema = base.Document(m.UserDataSchema, s.UserDataSchema), base.Document(m.CredentialsSchema, s.CredentialsSchema)
	m.UniqueName, m.ID, m.OwnerID, m.Version = types.StringValue(s.UniqueName), types.StringValue(s.ID), types.StringValue(s.OwnerID), types.Int64Value(s.Version)
}
