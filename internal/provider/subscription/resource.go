// Package subscription implements tray_trigger_subscription: an endpoint that Tray tells of a
// trigger's events. Tray documents its API, in which nothing of a subscription can be changed.
package subscription

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var _ base.Whole = (*subscriptionResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &subscriptionResource{base.ResourceOf(noun)} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &subscriptionList{subscriptionResource{base.ResourceOf(noun)}} }}
}

type subscriptionResource struct{ base.NounResource }

const resourceText = "A subscription to a trigger: Tray sends the trigger's events to an endpoint of yours.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"Nothing of a subscription can be changed, so another value of any argument makes another subscription, with another signing key. " +
	"For a while between the two no events arrive; with `create_before_destroy` and another `external_id` they overlap instead.\n\n" +
	"**The state holds the signing key.** Tray tells `signing_key` once, when the subscription is made; it is in the state, marked as sensitive. " +
	"Your endpoint checks deliveries with it. An imported subscription has none: `terraform apply -replace` makes one with a key that is known.\n\n" +
	"A subscription belongs to the user whose token made it, and nobody else sees it, whatever their role: keep to tokens of one user. " +
	"The plan checks the input against the operation's JSON Schema; what is not known before the apply is checked there, before anything is sent. " +
	"One that Tray takes and then cannot make is an error with Tray's reason, and is removed. One that fails later shows in the next plan, which makes it anew.\n\n" +
	"**Requests:** one list of subscriptions serves all of them in a run; a plan that makes one reads the list of triggers and the operations of that trigger too, and its apply the operations."

func (r *subscriptionResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	may := func(text string) schema.StringAttribute {
		a := base.Optional(text, base.Word())
		a.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
		return a
	}
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"name":            base.Needed("Name of the subscription.", base.Name(0)),
		"trigger_name":    base.Needed("Name of the trigger, such as `shopify-trigger`; the data source `tray_triggers` lists them.", base.Word()),
		"trigger_version": base.Needed("Version of the trigger, such as `\"2.4\"`.", base.Word()),
		"operation":       base.Needed("Operation of the trigger, which says what it tells of; the data source `tray_trigger_operations` lists them.", base.Word()),
		"endpoint":        base.Needed("Address that events are sent to, which begins with `https://` or `http://`.", []validator.String{address}),
		"input": schema.StringAttribute{
			MarkdownDescription: "Input of the operation, as a JSON object, such as `jsonencode({ channel = \"C1\" })`; the operation's `input_schema` describes it. Another layout of it is no change. Default `{}`.",
			CustomType:          jsontypes.NormalizedType{}, Optional: true, Computed: true, Default: stringdefault.StaticString("{}"), Validators: []validator.String{anObject},
			PlanModifiers: []planmodifier.String{base.SameJSON(), stringplanmodifier.RequiresReplace()},
		},
		"check_input": schema.BoolAttribute{
			MarkdownDescription: "Whether keys and types of the input are checked against the operation's `input_schema` before anything is sent. Omitted: `true`. No state holds it, and a change of it changes nothing in Tray.",
			Optional:            true, WriteOnly: true,
		},
		"authentication_id": may("Authentication with which Tray listens to the service, of the same user as the token. Omitted: none, for triggers that need none."),
		"external_id":       may("A key of your own, unique among your subscriptions as far as Terraform goes. It tells apart two subscriptions that are otherwise alike."),
		"id":                base.ID("subscription"),
		"state":             base.Given("Where it is: `active`, `creating` while Tray is at it, or `creation_failed`."),
		"signing_key": schema.StringAttribute{
			MarkdownDescription: "Key with which deliveries are signed. Null for an imported subscription.", Computed: true, Sensitive: true,
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
	}}
}

func (r *subscriptionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config, ok := base.Making[model](ctx, r.Provider, req, resp)
	if !ok || !r.fits(ctx, plan, config, &resp.Diagnostics) {
		return
	}
	found, err := r.alike(ctx, plan)
	if !base.Vacant(noun, found, err, exists(plan), &resp.Diagnostics) {
		return
	}
	got, err := r.API.Subscriptions.Create(ctx, plan.spec())
	if base.Failed(&resp.Diagnostics, "create the subscription", err) {
		return
	}
	plan.fromAPI(got)
	plan.SigningKey = base.Text(got.SigningKey.Reveal())
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

func (r *subscriptionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), state.identity(), req, resp) {
		return
	}
	got, err := r.API.Subscriptions.Get(ctx, state.ID.ValueString())
	if !r.Seen(ctx, noun, object(state), err, resp) {
		return
	}
	state.fromAPI(got)
	r.StoreRead(ctx, noun, object(state), state, resp)
}

// Update stores what is no change to Tray: nothing of a subscription can be changed.
func (r *subscriptionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics); ok {
		base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
	}
}

func (r *subscriptionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Deleting(ctx, object(state), req, &resp.Diagnostics) {
		return
	}
	base.Failed(&resp.Diagnostics, "delete the subscription", r.API.Subscriptions.Delete(ctx, state.ID.ValueString()))
}

// ImportState takes an id, an external id or a name, or an identity.
func (r *subscriptionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	m, ok := r.named(ctx, req, &resp.Diagnostics)
	if ok && r.ClaimImport(ctx, noun, object(m), resp) {
		base.Store(ctx, &resp.State, m, resp.Identity, m.identity(), &resp.Diagnostics)
	}
}
