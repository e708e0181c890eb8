// Package connector implements tray_connector: a version of a custom connector, deployed
// from the zip that Tray's CDK builds. Tray's own API deploys, tells the status and shares
// with people; listing, deleting and unsharing need the management plane.
package connector

import (
	"context"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ base.Whole = (*connectorResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &connectorResource{base.ResourceOf(kind.Noun)} }}
}

type connectorResource struct{ base.NounResource }

const resourceText = "A version of a custom connector, deployed from the zip that Tray's CDK builds.\n\n" +
	"**Works on a live Tray:** deploys and shares with people. Deleting, unsharing, and sharing with workspaces need the management plane.\n\n" +
	"A digest of the zip's content decides about a deployment, not its bytes: a zip that is built anew from the same sources changes nothing. " +
	"The plan reads the zip, and refuses one that is damaged, unsafe, or of another connector. The apply sends exactly what the plan has read, with the service of `service_name` in it, and waits until Tray has deployed it.\n\n" +
	"The user whose token deploys a version first owns it, and nobody else can deploy or share it. Deploy with the token of an API user that stays.\n\n" +
	"A deployment that fails leaves the resource as it was, and the next apply deploys again in place. After Ctrl-C the next apply waits for the deployment that is under way, also for a new connector, which then is in the state with its `status` so far. " +
	"An apply that was killed leaves no state of a new connector. Where the management plane tells whose it is and from which zip, the next apply takes it over; a live Tray tells neither, and the plan asks for an import (`TRAY012`).\n\n" +
	"What was deployed before an import nobody can read. With the management plane the first plan compares the zip by its SHA-256: the same zip is no change, and another one is deployed once. " +
	"On a live Tray the zip of the configuration counts as deployed, and a warning says so, unless the import names the zip's path.\n\n" +
	"When another deployment than the one of the last apply is the latest, the plan deploys again and says who is suspected.\n\n" +
	"**Requests:** with the management plane one list of custom connectors, and one list of shares for each; else one request for each connector in a refresh. " +
	"While an apply waits, at most one request a second for each deployment."

func (r *connectorResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"name":    base.Needed("Name in `connector.json`, which begins with the organization's namespace.", part()),
		"version": base.Needed("Version in `connector.json`, such as `1.0`.", part()),
		"source": schema.StringAttribute{
			MarkdownDescription: "Path of the zip that the CDK builds, such as `.tray/connector.zip`. Needed when the connector is created. " +
				"Omitted later: what is deployed stays. It is write-only, as a path says nothing about content.",
			Optional: true, WriteOnly: true, Validators: base.Word(),
		},
		"source_sha256": schema.StringAttribute{
			MarkdownDescription: "SHA-256 of the zip, in hexadecimal, as a build tells it. A zip with another one is refused. " +
				"While it is the same, the zip need not be there; the apply of a change needs it.",
			Optional: true, Validators: []validator.String{stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9a-f]{64}$`), "must be 64 lower-case hexadecimal digits")},
		},
		"share_with_emails": schema.SetAttribute{
			MarkdownDescription: "E-mail addresses of people who may use it, exactly as Tray spells them. On a live Tray sharing only ever adds: an address that is taken out keeps the connector, and the plan says so. Omitted: as it is in Tray.",
			ElementType:         types.StringType, Optional: true, Computed: true,
		},
		"share_with_workspaces": schema.SetAttribute{
			MarkdownDescription: "Ids of workspaces whose people may use it. Needs the management plane. Omitted: as it is in Tray.",
			ElementType:         types.StringType, Optional: true, Computed: true,
		},
		"timeouts":       timeouts(),
		"id":             base.Told("Name and version, as in `acme-crm/1.0`."),
		"content_digest": base.Told("Digest of the content that is deployed: of the paths and bytes of the zip's files, whatever their order and time stamps. Null where nobody knows what was deployed."),
		"status":         base.Told("Status of the latest deployment: `Deploying`, `Building`, `Deployed` or `Failed`."),
		"deployment_id":  base.Told("Identifier of the latest deployment, given by Tray."),
		"service_name": schema.StringAttribute{
			MarkdownDescription: "Unique name of the service that it authenticates with, such as `tray_custom_service.crm.unique_name`. It is written into the `connector.json` that is sent; the zip stays as it is. " +
				"Omitted: the one in `connector.json`.",
			Optional: true, Computed: true, Validators: base.Word(),
		},
		"service_version": schema.Int64Attribute{
			MarkdownDescription: "Version of that service, a whole number. Omitted: the one in `connector.json`.", Optional: true, Computed: true,
			Validators: []validator.Int64{int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRoot("service_name"))},
		},
	}}
}

// part are the validators of what names a connector, which is a part of its import id.
func part() []validator.String {
	return append(base.Word(), base.Check("must not have a slash in it", func(s string) (string, string) {
		if regexp.MustCompile(`[/~]`).MatchString(s) {
			return "Not a part of a connector's address", "Names and versions have neither / nor ~ in them: give what connector.json says."
		}
		return "", ""
	}))
}

// timeouts is write-only, so that another patience is no change.
func timeouts() schema.SingleNestedAttribute {
	wait := func(what string) schema.StringAttribute {
		return schema.StringAttribute{
			MarkdownDescription: "How long to wait for " + what + ", such as `45m`. Default `30m`.", Optional: true, WriteOnly: true,
			Validators: []validator.String{base.Check("must be a duration", func(s string) (string, string) {
				if d, err := time.ParseDuration(s); err != nil || d <= 0 {
					return "Not a duration", "Write a duration above zero with its unit, such as 90s, 45m or 1h30m."
				}
				return "", ""
			})},
		}
	}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "How long an apply waits. Whatever it is, the deployment goes on in Tray.", Optional: true, WriteOnly: true,
		Attributes: map[string]schema.Attribute{"create": wait("the first deployment"), "update": wait("a later one")},
	}
}

// Create leaves nothing in the state when it fails: what is there and tainted would be
// destroyed and made anew, with the workflows that use it in between. The next plan finds
// the version by its name.
func (r *connectorResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	diags := &resp.Diagnostics
	plan, config, ok := base.Making[model](ctx, r.Provider, req, resp)
	if !ok {
		return
	}
	there, ok := r.vacant(ctx, plan, diags)
	if !ok {
		return
	}
	a, zip, ok := load(plan, config, diags)
	if !ok {
		return
	}
	plan.ID = types.StringValue(key(plan.ref()))
	within, cancel := context.WithTimeout(ctx, config.timeout("create"))
	defer cancel()
	err := r.deploy(within, &plan, config, a, zip, there.resumed(a), resp.Private)
	if !interrupted(ctx, &plan, err, resp.Private, diags) && (explained(err, plan.ref(), diags) || !r.share(ctx, &plan, newModel(plan.ref()), diags)) {
		return
	}
	config.choose(ctx, resp.Private)
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

// Update keeps what is done when a later step fails: the state then has that much.
func (r *connectorResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	diags := &resp.Diagnostics
	plan, state, config, ok := base.Changing[model](ctx, r.Provider, req, diags)
	if !ok {
		return
	}
	lastStarted(ctx, resp.Private).correct(&state)
	if plan.deploys() && !r.redeploy(ctx, &plan, state, config, resp) || !r.share(ctx, &plan, state, diags) {
		return
	}
	lastStarted(ctx, resp.Private).isShared(ctx, resp.Private)
	config.choose(ctx, resp.Private)
	r.StoreChanged(ctx, object(plan), plan, plan.identity(), req, resp)
}

func (r *connectorResource) redeploy(ctx context.Context, plan *model, state, config model, resp *resource.UpdateResponse) bool {
	diags := &resp.Diagnostics
	a, zip, ok := load(*plan, config, diags)
	if !ok {
		return false
	}
	within, cancel := context.WithTimeout(ctx, config.timeout("update"))
	defer cancel()
	resumed := r.underWay(within, plan.ref(), a, resp.Private)
	if explained(r.deploy(within, plan, config, a, zip, resumed, resp.Private), plan.ref(), diags) {
		return false
	}
	done := *plan
	done.Emails, done.Workspaces = state.Emails, state.Workspaces
	diags.Append(resp.State.Set(ctx, done)...)
	return true
}

func (r *connectorResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	diags := &resp.Diagnostics
	state, ok := base.Load[model](ctx, req.State, diags)
	if !ok || !kind.Deleting(ctx, r.Provider, req, object(state), stays, diags) {
		return
	}
	err := r.API.CustomConnectors.Delete(ctx, state.ref())
	if tray.IsConflict(err) {
		diags.AddError("Could not delete the connector", err.Error()+"\n\nApply again once the deployment has ended.")
		return
	}
	base.Failed(diags, "delete the connector", err)
}
