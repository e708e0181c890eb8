package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// Limits and defaults of the provider block.
const (
	maxRequestsPerSecond  = 30 // documented for all of Tray's REST endpoints
	maxRetries            = 20
	defaultSandboxPath    = ".tray-sandbox.db"
	defaultRemovalPercent = 25
	defaultMinOrgAdmins   = 1
	noLimit               = -1
)

type model struct {
	Token             types.String  `tfsdk:"token"`
	MasterToken       types.String  `tfsdk:"master_token"`
	Region            types.String  `tfsdk:"region"`
	BaseURL           types.String  `tfsdk:"base_url"`
	GraphQLURL        types.String  `tfsdk:"graphql_url"`
	Organization      types.String  `tfsdk:"organization"`
	RequestsPerSecond types.Float64 `tfsdk:"requests_per_second"`
	MaxRetries        types.Int64   `tfsdk:"max_retries"`
	RequestTimeout    types.String  `tfsdk:"request_timeout"`
	CACertificatePEM  types.String  `tfsdk:"ca_certificate_pem"`
	CACertificateFile types.String  `tfsdk:"ca_certificate_file"`
	Sandbox           types.Object  `tfsdk:"sandbox"`
	Guardrails        types.Object  `tfsdk:"guardrails"`
}

type sandboxModel struct {
	Path         types.String `tfsdk:"path"`
	Organization types.String `tfsdk:"organization"`
	OwnerEmail   base.Email   `tfsdk:"owner_email"`
	Plan         types.String `tfsdk:"plan"`
	Embedded     types.Bool   `tfsdk:"embedded"`
	Operator     types.Bool   `tfsdk:"operator"`
	AutoAccept   types.Bool   `tfsdk:"auto_accept"`
	ReadOnly     types.Bool   `tfsdk:"read_only"`
	Token        types.String `tfsdk:"token"`
}

type guardrailsModel struct {
	MaxRemovals       types.Int64 `tfsdk:"max_removals"`
	MaxRemovalPercent types.Int64 `tfsdk:"max_removal_percent"`
	MinOrgAdmins      types.Int64 `tfsdk:"min_org_admins"`
	RequiredAdmins    types.Set   `tfsdk:"required_admins"`
	AllowSelfRemoval  types.Bool  `tfsdk:"allow_self_removal"`
}

func (p *trayProvider) Schema(_ context.Context, _ framework.SchemaRequest, resp *framework.SchemaResponse) {
	attributes := map[string]schema.Attribute{"sandbox": sandboxAttribute(), "guardrails": guardrailsAttribute()}
	maps.Copy(attributes, accountAttributes())
	maps.Copy(attributes, connectionAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages one Tray.ai organization in one region. Several organizations or regions: one `alias` each.",
		Attributes:          attributes,
	}
}

// accountAttributes say whose organization this is, and where.
func accountAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"token": schema.StringAttribute{
			MarkdownDescription: "Token of an API user with the organization role Admin. In Tray: Account settings > Tokens > Create API user. " +
				"At least 36 characters; a pasted `Bearer ` in front is dropped. Better left out here and given as `TRAY_API_TOKEN`.",
			Optional: true, Sensitive: true,
			Validators: []validator.String{check("Not a token of Tray", checkToken)},
		},
		"master_token": schema.StringAttribute{
			MarkdownDescription: "Master token of an organization with Embedded, of the same organization as `token`. Also `TRAY_MASTER_TOKEN`. What has Embedded in its name needs it, and solutions. In Tray: Settings > Tokens. Not with `sandbox`, whose Owner's token serves.",
			Optional:            true, Sensitive: true,
			Validators: []validator.String{check("Not a token of Tray", checkMasterToken)},
		},
		"region": schema.StringAttribute{
			MarkdownDescription: "Where the organization lives: `us` (the default), `eu` or `ap`. Also `TRAY_REGION`. Tokens belong to one region. Not together with `base_url`.",
			Optional:            true,
			Validators:          []validator.String{check("Unknown region", checkRegion), stringvalidator.ConflictsWith(path.MatchRoot("base_url"))},
		},
		"base_url": schema.StringAttribute{
			MarkdownDescription: "Address of the REST API instead of `region`'s, such as `http://127.0.0.1:8787` for a sandbox served over HTTP. Also `TRAY_API_URL`, " +
				"which goes before `TRAY_REGION`. Must be `https`; `http` is for this machine (`localhost`, `127.0.0.1`) only. " +
				"A slash or `/core/v1` at the end is dropped; other paths are refused.",
			Optional:   true,
			Validators: []validator.String{check("Not an address of Tray's API", checkBaseURL)},
		},
		"graphql_url": schema.StringAttribute{
			MarkdownDescription: "Address of the Embedded GraphQL API instead of `region`'s. It follows the rules of `base_url`, but keeps its path, such as `https://tray.io/graphql`. " +
				"Beside `base_url` the default is that address with `/graphql`.",
			Optional:   true,
			Validators: []validator.String{check("Not an address of Tray's GraphQL API", checkGraphQLURL)},
		},
		"organization": schema.StringAttribute{
			MarkdownDescription: "The organization that the token must belong to, by its name, its `id`, or the id of its Organization workspace. " +
				"With a token of another organization nothing is read, planned or changed. " +
				"Without it, resources in the state are compared all the same, but what is new to the state is created wherever the token belongs.",
			Optional:   true,
			Validators: base.Word(),
		},
	}
}

// connectionAttributes say how to talk to it.
func connectionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"requests_per_second": schema.Float64Attribute{
			MarkdownDescription: "How many requests a second this provider makes at most: above 0, up to the 30 that Tray documents. Default 25, which leaves some for others with the same token; no limit with `sandbox`.",
			Optional:            true,
			Validators:          []validator.Float64{aboveZero{}, float64validator.AtMost(maxRequestsPerSecond)},
		},
		"max_retries": schema.Int64Attribute{
			MarkdownDescription: "How often a request that failed for a passing reason (rate limit, 502, 503, 504, lost connection) is tried again: 0 to 20, default 5. " +
				"A request that might make a second object is never repeated blindly.",
			Optional:   true,
			Validators: []validator.Int64{int64validator.Between(0, maxRetries)},
		},
		"request_timeout": schema.StringAttribute{
			MarkdownDescription: "How long one try may take, as a Go duration such as `45s` or `2m`. Default `30s`.",
			Optional:            true,
			Validators:          []validator.String{check("Not a duration", checkDuration)},
		},
		"ca_certificate_pem": schema.StringAttribute{
			MarkdownDescription: "Certificates in PEM form to trust beside the system's, for a proxy that opens TLS. `HTTPS_PROXY` and `NO_PROXY` are honoured. Not together with `ca_certificate_file`.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("ca_certificate_file"))},
		},
		"ca_certificate_file": schema.StringAttribute{
			MarkdownDescription: "Path of a PEM file with certificates to trust in addition to the system's. Not together with `ca_certificate_pem`.",
			Optional:            true,
		},
	}
}

func sandboxAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Use the built-in stand-in for Tray instead of a live organization: no account, no token, no port. `sandbox = {}` will do. " +
			"It runs in the provider's own process and keeps its data in a file; with `read_only` it plans by a snapshot of a live organization. Not together with `token`, `region` or `base_url`; it goes before all environment variables. " +
			"`owner_email`, `plan` and `embedded` apply only when the file is first created.",
		Optional: true,
		Attributes: map[string]schema.Attribute{
			"path": schema.StringAttribute{
				MarkdownDescription: "File for the data, made when it is missing. Default `.tray-sandbox.db` in the working directory. `:memory:` keeps nothing.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"organization": schema.StringAttribute{
				MarkdownDescription: "Name of the organization. Default `Sandbox`. A file can hold several, made with `operator`: the name, or the id, then says which.",
				Optional:            true,
				Validators:          base.Word(),
			},
			"owner_email": schema.StringAttribute{
				MarkdownDescription: "E-mail address of the organization's Owner, whom the provider acts as. Default `owner@example.com`.",
				Optional:            true,
				CustomType:          base.EmailType{},
			},
			"plan": schema.StringAttribute{
				MarkdownDescription: "Tray plan, which limits how many shared workspaces there can be: `pro` (3), `team` (20) or `enterprise` (no limit, the default).",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf("pro", "team", "enterprise")},
			},
			"embedded": schema.BoolAttribute{
				MarkdownDescription: "Whether this is an Embedded organization, which has an Embedded workspace. Default `false`.",
				Optional:            true,
			},
			"operator": schema.BoolAttribute{
				MarkdownDescription: "Whether to act as an operator, who creates, changes and deletes further organizations in the same file with `tray_organization` and belongs to none, " +
					"instead of as the Owner. Default `false`. A live Tray has no operators.",
				Optional: true,
			},
			"auto_accept": schema.BoolAttribute{
				MarkdownDescription: "Whether people accept their invitations at once, for `terraform test`, where nobody else does: the apply that invites them " +
					"finds them in the organization. Default `false`. Once it is on, it stays on in that file.",
				Optional: true,
			},
			"token": schema.StringAttribute{
				MarkdownDescription: "Token of one of its users to act as, such as the `value` of a `tray_api_token`: what a pipeline of one workspace may do is tried out so. Default: the Owner's.",
				Optional:            true, Sensitive: true,
				Validators: []validator.String{check("Not a token of Tray", checkToken)},
			},
			"read_only": readOnlyAttribute(),
		},
	}
}

func readOnlyAttribute() schema.Attribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Whether `path` is a snapshot of an organization, taken with `terraform-provider-tray snapshot -o FILE`, to plan by without a token. " +
			"It has to be there and is never changed; plans judge by the time when it was taken, and an apply is refused. Takes `path` and nothing else beside it. " +
			"Default `false`. See the guide [Plans for forks](https://registry.terraform.io/providers/tray-community/tray/latest/docs/guides/forks).",
		Optional: true,
	}
}

func guardrailsAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Limits for plans that take access away (rules `TRAY003`, `TRAY004` and `TRAY005`): one that passes a limit is refused, and says who is concerned. For one plan, and the apply of it, an environment variable goes before the block: " +
			"`TRAY_GUARDRAILS_MAX_REMOVALS`, `TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT`, `TRAY_GUARDRAILS_MIN_ORG_ADMINS`, `TRAY_GUARDRAILS_ALLOW_SELF_REMOVAL`.",
		Optional: true,
		Attributes: map[string]schema.Attribute{
			"max_removals": schema.Int64Attribute{
				MarkdownDescription: "How many people and memberships may lose access in one plan. Default: no limit.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"max_removal_percent": schema.Int64Attribute{
				MarkdownDescription: "Share of one workspace's members, or of the organization's users, that may lose access in one plan: 0 to 100, counted from four removals on. Default 25; 100 is no limit.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(0, 100)},
			},
			"min_org_admins": schema.Int64Attribute{
				MarkdownDescription: "How many people the organization keeps as Owner or Admin. Default 1, which is the Owner. From 2 on, a plan that takes the role from somebody reads the organization's users.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"required_admins": schema.SetAttribute{
				MarkdownDescription: "E-mail addresses of people who stay Owner or Admin.",
				Optional:            true,
				ElementType:         base.EmailType{},
			},
			"allow_self_removal": schema.BoolAttribute{
				MarkdownDescription: "Whether a plan may take rights from the token's own user. Default `false`. A live Tray does not tell whose token it is, so the rule is not checked there.",
				Optional:            true,
			},
		},
	}
}
