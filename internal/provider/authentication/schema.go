package authentication

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

const resourceText = "An authentication: the credentials with which workflows and connectors reach a third party. It belongs to the user whose token makes it.\n\n" +
	"**Works on a live Tray:** yes. Finding one by its name, and importing it by that, need the management plane.\n\n" +
	"Tray replaces an authentication as a whole: every change sends the credentials and the user data again. So a change needs them in the configuration, and they must be what Tray has, or their version changes in the same plan. " +
	"Otherwise the plan is refused, and says what is missing: nothing is overwritten by a wrong or an empty secret. " +
	"The plan compares them with what Tray has where the token may read that, as that of the user who made it may; else with what was sent last.\n\n" +
	"The plan checks keys and types against the JSON Schemas of the service environment, and never shows a value. It knows the schemas when `service_name` is given, or when the same run has read the environment. " +
	"What is not known before the apply is checked there.\n\n" +
	"Tray itself checks the form alone and takes wrong credentials. With `verify` an operation of a connector is called after each change, and tells whether they work. " +
	"OAuth authentications that begin with somebody's consent are made in Tray's UI, and imported.\n\n" +
	"Tray renews OAuth tokens by itself, and people renew credentials in its UI. Neither shows in a plan, as no refresh reads secrets; " +
	"the next change is then refused until a version says that the secret of the configuration is to be sent.\n\n" +
	"Where authentications can be listed, a plan does not create a second one of the same name and service environment (`TRAY012`). A live Tray has no such list. " +
	"When the answer to a creation is lost there, the error says so: look under Authentications in Tray before you apply again, and import what is there.\n\n" +
	"A destroy does not ask who uses the authentication: workflows that have it stop working at their next run. Its page in Tray's UI lists them.\n\n" +
	"**Requests:** one for each authentication in a refresh; with the management plane one list (100 a page) serves those in the token's own workspace. A change of one reads its secrets once."

func (r *authenticationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"name": base.Required("Name that people choose it by. It is changed in place.", base.Name(0)),
		"service_environment_id": base.Needed("Environment of the service, as `tray_service_environment` and the data source `tray_service_environments` tell it. Another one replaces the authentication.",
			base.Word()),
		"scopes": schema.SetAttribute{
			MarkdownDescription: "OAuth scopes that were granted. Omitted: left as they are in Tray. `[]` takes them away.", ElementType: types.StringType,
			Optional: true, Computed: true, PlanModifiers: []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
		},
		"on_prem_agent_group_id": base.Optional("Group of on-premise agents through which the system is reached. Omitted: none.", base.Word()),
		"service_name": schema.StringAttribute{
			MarkdownDescription: "Unique name of the service, such as `twilio`. The plan then refuses an environment of another service, and checks the secrets. " + unkept,
			Optional:            true, WriteOnly: true, Validators: base.Word(),
		},
		"service_version": schema.Int64Attribute{
			MarkdownDescription: "Version of the service that `service_name` names. Omitted: `1`. " + unkept, Optional: true, WriteOnly: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
		"check_secrets": schema.BoolAttribute{
			MarkdownDescription: "Whether keys and types of the secrets are checked against the service environment's JSON Schemas. Omitted: `true`. " + unkept, Optional: true, WriteOnly: true,
		},
		"verify":   verifyAttribute(),
		"verified": schema.BoolAttribute{MarkdownDescription: "Whether the operation of `verify` went well when it was called last. Null: it was never called.", Computed: true},
		"id":       base.ID("authentication"),
	}}
	attributes := resp.Schema.Attributes
	secretAttributes(credentials, attributes, "Credentials, as a JSON object: `jsonencode({ … })`. Their keys are those of the environment's `credentials_schema`. Omitted: none.")
	secretAttributes(userData, attributes, "What else the service asks for, such as a host, as a JSON object. Its keys are those of the environment's `user_data_schema`. Omitted: none.")
}

const unkept = "No state holds it, and a change of it changes nothing in Tray."

func verifyAttribute() schema.SingleNestedAttribute {
	word := func(text string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: text, Required: true, WriteOnly: true, Validators: base.Word()}
	}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Operation of a connector that is called with the authentication after it was created or changed. Choose one that only reads. " + unkept,
		Optional:            true, WriteOnly: true,
		Attributes: map[string]schema.Attribute{
			"connector": word("Name of the connector, such as `twilio`."),
			"version":   word("Version of the connector, such as `4.0`."),
			"operation": word("Name of the operation, such as `get_account`."),
			"input": schema.StringAttribute{
				MarkdownDescription: "Input of the operation, as a JSON object. Omitted: `{}`.", Optional: true, WriteOnly: true, Validators: []validator.String{object(false)},
			},
			"on_failure": schema.StringAttribute{
				MarkdownDescription: "`fail`: the apply fails, and the next one calls the operation again, or sends what you have mended. `warn`: the apply warns. Omitted: `fail`.",
				Optional:            true, WriteOnly: true, Validators: []validator.String{stringvalidator.OneOf(onFailureFail, onFailureWarn)},
			},
		},
	}
}

// secretAttributes adds a secret that is a JSON object.
func secretAttributes(s base.Secret, to map[string]schema.Attribute, description string) {
	s.Attributes(to, description)
	name := argument(s)
	text, _ := to[name].(schema.StringAttribute)
	text.Validators = append(text.Validators, object(true))
	to[name] = text
}

// object checks that a text is a JSON object. What is wrong is said without it. An empty
// one is left to another check where there is one.
func object(emptyIsRefused bool) validator.String {
	return base.Check("must be a JSON object", func(text string) (string, string) {
		if text == "" && emptyIsRefused {
			return "", ""
		}
		if _, err := tray.NewSecretObject([]byte(text)); err != nil {
			return "Not a JSON object", "Write it as jsonencode({ … }). The value is not shown, as it may be secret."
		}
		return "", ""
	})
}
