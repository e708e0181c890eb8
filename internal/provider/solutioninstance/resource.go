// Package solutioninstance implements tray_solution_instance: what an end user of an
// organization with Embedded makes of a published solution. Tray has instances in GraphQL; it
// is read with the master token and written with a token of the end user, made for the write
// alone (docs: Embedded).
package solutioninstance

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ base.Whole                          = (*instanceResource)(nil)
	_ resource.ResourceWithValidateConfig = (*instanceResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &instanceResource{base.ResourceOf(noun)} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &instanceList{instanceResource{base.ResourceOf(noun)}} }}
}

type instanceResource struct{ base.NounResource }

const resourceText = "An instance of a solution: what an end user of an organization with Embedded has made of a published solution, with values in its slots.\n\n" +
	"**Works on a live Tray:** yes, in an organization with Embedded and with a `master_token` (`TRAY011`)\n\n" +
	"The plan reads the solution's slots. All that are not filled are one error, with the lines to add; so are values for slots that the solution has not. " +
	"Authentications are the end user's own. The plan refuses one of the organization. One of another end user is refused in the apply alone, before it changes anything: " +
	"Tray shows an end user's authentications to that end user's token and to no other, and a plan makes no token for it. " +
	"Whether an authentication is of the slot's service nobody tells beforehand: Tray's GraphQL schema gives a slot an external id and a title, and the form of slots in its export documents is not published.\n\n" +
	"An instance is made disabled, with its values, and enabled in a second call two seconds later, as Tray advises. When that call fails, the instance is in the state, marked as tainted: " +
	"`terraform untaint` keeps it, and the next apply enables it.\n\n" +
	"A new release with breaking changes leaves instances on the old one. `has_newer_release` then turns to `true`, and the plan shows an upgrade in place, with the values that the new release asks for. With `upgrade = false` it stays.\n\n" +
	"Slots that are not named keep the value that they have in Tray, or the solution's default; Tray empties no slot for authentications. " +
	"Values of `config_values` are in the state: give secrets to end users' authentications instead.\n\n" +
	"Writing takes a token of the end user. The provider makes one with the master token for each write, uses it for that alone and keeps it nowhere; it expires after two days.\n\n" +
	"**Requests:** one list of instances for each end user (100 a page), and one list of solutions, serve a whole run. A plan that gives authentications lists those of the organization once. A creation takes six, three of them for its values; a change takes two."

func (r *instanceResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	urls := base.LeftMap("Addresses of the instance's webhooks, by the title of the workflow. Whoever knows one can start the workflow.")
	urls.Optional, urls.Sensitive = false, true
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"user_id":     base.Needed("End user that the instance belongs to: the id that Tray gives, such as `tray_embedded_user.acme.id`. Another one is another instance.", base.Word()),
		"solution_id": base.Needed("Published solution that it is of. Another one is another instance.", base.Word()),
		"name":        base.Required("Name of the instance, unique for an end user and a solution as far as Terraform goes.", base.Name(0)),
		"enabled":     schema.BoolAttribute{MarkdownDescription: "Whether its workflows run. Default `true`.", Optional: true, Computed: true, Default: booldefault.StaticBool(true)},
		"auth_values": base.LeftMap("Authentications of the end user, by the external id of the slot."),
		"config_values": base.LeftMap("Values of the configuration, by the external id of the slot, each as JSON: `jsonencode(\"#sales\")`, `jsonencode(7)`. " +
			"They are held against Tray's as JSON, whatever their layout."),
		"upgrade": schema.BoolAttribute{
			MarkdownDescription: "Whether a plan takes the instance to a newer release where Tray has not done so by itself. Default `true`.", Optional: true, Computed: true, Default: booldefault.StaticBool(true),
		},
		"has_newer_release": schema.BoolAttribute{MarkdownDescription: "Whether the solution has a newer release than the one that the instance is on.", Computed: true},
		"trigger_urls":      urls,
		"created":           base.Given("When it was made, in UTC."),
		"id":                base.ID("instance"),
	}}
}

// settling is how long Tray advises to wait between making an instance and enabling it (docs:
// Embedded).
const settling = 2 * time.Second

// Create makes the instance with its values, and then enables it. It is in the state before
// the second call, whose failure must not lose it.
func (r *instanceResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	diags := &resp.Diagnostics
	plan, config, ok := base.Making[model](ctx, r.Provider, req, resp)
	if !ok || !base.Vacated(ctx, noun, r.named, plan, plan.exists(), diags) || !r.filled(ctx, plan.configured(config), model{}, diags) || !r.theirs(ctx, plan, model{}, diags) {
		return
	}
	spec := plan.change(model{})
	spec.Enabled = nil
	got, err := r.API.SolutionInstances.Create(ctx, plan.UserID.ValueString(), plan.SolutionID.ValueString(), spec)
	if base.Failed(diags, "create the solution instance", err) {
		return
	}
	made := time.Now()
	state := plan.known(got)
	r.StoreMade(ctx, state.object(got.ID), state, state.identity(), resp)
	if plan.Enabled.ValueBool() == got.Enabled {
		return
	}
	if !pause(ctx, time.Until(made.Add(settling)), diags) {
		return
	}
	got, err = r.API.SolutionInstances.Update(ctx, plan.UserID.ValueString(), got.ID, tray.InstanceSpec{Enabled: plan.Enabled.ValueBoolPointer()})
	if base.Failed(diags, "enable the solution instance", err) {
		return
	}
	state = plan.known(got)
	base.Store(ctx, &resp.State, state, resp.Identity, state.identity(), diags)
}

func pause(ctx context.Context, d time.Duration, diags *diag.Diagnostics) bool {
	select {
	case <-ctx.Done():
		return !base.Failed(diags, "enable the solution instance", ctx.Err())
	case <-time.After(d):
		return true
	}
}

func (r *instanceResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	id := state.ID.ValueString()
	if !ok || !r.Reading(ctx, state.object(id), state.identity(), req, resp) {
		return
	}
	got, err := r.API.SolutionInstances.Get(ctx, state.UserID.ValueString(), id)
	if !r.Seen(ctx, noun, state.object(id), err, resp) {
		return
	}
	state.fromAPI(got)
	r.StoreRead(ctx, noun, state.object(id), state, resp)
}

// Update upgrades first, where that is planned, as a new release may have slots that the old
// one has not; then it changes what is left, and enables last.
func (r *instanceResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	diags := &resp.Diagnostics
	plan, state, _, ok := base.Changing[model](ctx, r.Provider, req, diags)
	if !ok || !r.filled(ctx, plan, state, diags) || !r.theirs(ctx, plan, state, diags) {
		return
	}
	for _, call := range plan.calls(state) {
		got, err := call.do(r.API.SolutionInstances)(ctx, state.UserID.ValueString(), state.ID.ValueString(), call.spec)
		if base.Failed(diags, call.what+" the solution instance", err) {
			return
		}
		// Each call that is done is in the state, whatever becomes of the next.
		state = state.after(call.spec, got)
		base.Store(ctx, &resp.State, state, resp.Identity, state.identity(), diags)
	}
	plan = plan.settled(state)
	r.StoreChanged(ctx, plan.object(plan.ID.ValueString()), plan, plan.identity(), req, resp)
}

func (r *instanceResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	id := state.ID.ValueString()
	if !ok || !r.Deleting(ctx, state.object(id), req, &resp.Diagnostics) {
		return
	}
	base.Failed(&resp.Diagnostics, "remove the solution instance", r.API.SolutionInstances.Remove(ctx, state.UserID.ValueString(), id))
}

// upgrading and updating are the calls that change an instance.
type change = func(ctx context.Context, userID, id string, spec tray.InstanceSpec) (*tray.SolutionInstance, error)

type apiCall struct {
	what string
	do   func(*tray.SolutionInstances) change
	spec tray.InstanceSpec
}

func upgrading(s *tray.SolutionInstances) change { return s.Upgrade }

func updating(s *tray.SolutionInstances) change { return s.Update }
