package connector

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/artifact"
	"github.com/tray-community/terraform-provider-tray/internal/provider/adopt"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var kind = adopt.Kind{
	Noun: base.Noun{Type: "tray_connector", One: "connector", At: path.Root("name"),
		Identity: map[string]string{"name": "Name of the connector.", "version": "Version of the connector."}},
	Many: "connectors",
}

const stays = "its deployments, and whom it is shared with,"

// ModifyPlan implements resource.ResourceWithModifyPlan. What the zip says is judged without
// Tray; the rest is quiet when an input is unknown or a read fails, as the apply says it then.
func (r *connectorResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, config, ok := base.PlanOf[model](ctx, req, diags)
	if !ok {
		return
	}
	zip, ok := r.planDeployment(ctx, step, &plan, config, state, req, resp)
	if !ok {
		return
	}
	o := object(plan)
	if step == base.Create {
		o.ID = "" // it is the name: what has it now is not this object yet
	}
	i, managed, ok := kind.Stand(ctx, r.Provider, step, object(state), o, req, resp)
	if !ok {
		return
	}
	switch step {
	case base.Destroy:
		if !managed {
			kind.Stays(diags, state.ref().String(), stays)
		}
		return
	case base.Create:
		r.judgeNew(ctx, i, o, plan, zip, diags)
	case base.Update:
		base.Remember(r.Provider, kind.Noun, i.Mark, state.ID.ValueString(), state)
	}
	if !managed {
		onlyManaged(plan, diags)
		shareStays(plan, state, diags)
		return
	}
	if plan.deploys() {
		r.judgeManaged(ctx, plan, diags)
	}
}

// planDeployment completes the plan with what is to be deployed, and returns the zip as far
// as it is known.
func (r *connectorResource) planDeployment(ctx context.Context, step base.Step, plan *model, config, state model, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (*artifact.Artifact, bool) {
	if step == base.Destroy {
		return nil, true
	}
	plan.open(step, config, state)
	zip, ok := planContent(step, plan, config, state, r.imported(ctx, req.Private, state), base.Noted[chosen](ctx, req.Private, chosenKey), &resp.Diagnostics)
	if ok {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, *plan)...)
	}
	return zip, ok
}

// open sets what a plan has of the state, and what it leaves open.
func (m *model) open(step base.Step, config, state model) {
	none := types.SetUnknown(types.StringType)
	if step == base.Update {
		m.keep(state)
		m.bind(config)
	} else {
		m.Status = types.StringUnknown()
		state.Emails, state.Workspaces = none, none
		if id := key(m.ref()); id != "" {
			m.ID = types.StringValue(id)
		}
	}
	for _, s := range []struct {
		plan          *types.Set
		config, state types.Set
	}{{&m.Emails, config.Emails, state.Emails}, {&m.Workspaces, config.Workspaces, state.Workspaces}} {
		if s.config.IsNull() {
			*s.plan = s.state
		}
	}
}

// content is what is known of what an import found deployed, which Tray lets nobody read.
type content struct {
	unknown bool
	sha256  string // of the zip, "" on a live Tray
}

// imported tells what is known of the content while no zip was named in the import, and
// nothing was deployed since.
func (r *connectorResource) imported(ctx context.Context, private base.PrivateState, state model) content {
	if value, _ := private.GetKey(ctx, importedKey); string(value) != "true" || !state.ContentDigest.IsNull() || !r.Ready(nil) {
		return content{}
	}
	there, err := r.look(ctx, state.ref())
	if err != nil || there.id != state.DeploymentID.ValueString() {
		return content{unknown: true}
	}
	return content{true, there.sha256()}
}

// planContent plans a deployment where one is needed, and returns the zip as far as it is
// known. It reports false when diags say why there can be none. Without a zip there is no
// connector.json to go back to: what is deployed stays.
func planContent(step base.Step, plan *model, config, state model, there content, before chosen, diags *diag.Diagnostics) (*artifact.Artifact, bool) {
	settled := step == base.Update && state.Status.ValueString() == string(tray.Deployed)
	kept := settled && !state.ContentDigest.IsNull() && !config.rebinds(state, before)
	sameBuild := !config.SourceSHA256.IsNull() && config.SourceSHA256.Equal(state.SourceSHA256)
	omitted := step == base.Update && config.SourceSHA256.IsNull() && !config.rebinds(state, chosen{})
	switch {
	case config.Source.IsNull() && omitted, kept && sameBuild:
		return nil, true
	case config.Source.IsNull():
		noZip(diags)
		return nil, false
	}
	a, ok := inspect(*plan, config, diags)
	if !ok {
		return nil, false
	}
	switch {
	case !settled, a == nil, state.ContentDigest.IsNull() && !there.counts(*a, config, state):
		plan.deployAnew(a, config)
	case !state.ContentDigest.IsNull() && a.Digest != state.ContentDigest.ValueString():
		plan.deployAnew(a, config)
	case there.unknown && there.sha256 == "":
		unread(*plan, config, diags)
	}
	return a, true
}

// counts reports whether a zip counts as what an import found: it is that by its SHA-256 or,
// where nobody tells, as long as the service is that.
func (c content) counts(a artifact.Artifact, config, state model) bool {
	if !c.unknown || c.sha256 != "" {
		return c.unknown && c.sha256 == a.Sent
	}
	return config.SourceSHA256.IsNull() && (state.ServiceName.IsNull() || state.ServiceName.ValueString() == a.Service.Name)
}

// unread says what Tray tells nobody.
func unread(plan, config model, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root("source"), "What the connector was deployed from is not known",
		fmt.Sprintf("%s was imported, and this Tray lets nobody read what is deployed: %s counts as deployed, and a change of it is not noticed. "+
			"Import it as %s/<path of the zip that is deployed> to have the content compared, or give source_sha256, which deploys once.",
			plan.ref(), config.Source.ValueString(), key(plan.ref())))
}

// inspect reads the zip for a plan; nil is one that is not known yet, or that the build which
// source_sha256 names has not made yet, or whose service is not known.
func inspect(plan, config model, diags *diag.Diagnostics) (*artifact.Artifact, bool) {
	if config.Source.IsUnknown() {
		return nil, true
	}
	a, err := artifact.Inspect(config.Source.ValueString(), config.binding())
	switch {
	case errors.Is(err, fs.ErrNotExist) && !config.SourceSHA256.IsNull():
		return nil, true
	case err != nil:
		unreadable(config, err, diags)
		return nil, false
	}
	if ok := fits(*a, plan, config, diags); !ok || config.bindingUnknown() {
		return nil, ok
	}
	return a, true
}

// sighting is what Tray tells of the latest deployment of a version.
type sighting struct {
	id      string
	state   tray.DeploymentState
	managed *tray.CustomConnector // nil without the management plane
	self    string                // the token's user, "" where nobody tells
	foreign bool                  // another user owns it
}

// sha256 is of the zip that was deployed last, "" where nobody tells.
func (s sighting) sha256() string {
	if s.managed == nil {
		return ""
	}
	return s.managed.Deployment.SourceSHA256
}

// holds reports whether the token's user has deployed that very zip, or is at it. Only the
// management plane tells.
func (s sighting) holds(a *artifact.Artifact) bool {
	return a != nil && s.byUs() && !s.foreign && s.state != tray.Failed && s.sha256() == a.Sent
}

// resumed is the deployment that is not begun again, as it is of that very zip; "" is none.
func (s sighting) resumed(a *artifact.Artifact) string {
	if s.holds(a) {
		return s.id
	}
	return ""
}

// byUs reports whether a token of the same user began it, as the management plane tells.
func (s sighting) byUs() bool {
	return s.managed != nil && s.self != "" && s.managed.Deployment.DeployedByID == s.self
}

// by says who deployed it last.
func (s sighting) by() string {
	switch {
	case s.managed == nil:
		return "another token of the same user"
	case s.managed.Deployment.DeployedByEmail == "":
		return "a user who is deleted"
	}
	return s.managed.Deployment.DeployedByEmail
}

// look reads the latest deployment of a version.
func (r *connectorResource) look(ctx context.Context, ref tray.ConnectorRef) (sighting, error) {
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return sighting{}, err
	}
	if !managed {
		d, err := r.API.Deployments.Latest(ctx, ref)
		if err != nil {
			return sighting{}, err
		}
		return sighting{id: d.ID, state: d.State}, nil
	}
	c, err := r.API.CustomConnectors.Get(ctx, ref)
	if err != nil {
		return sighting{}, err
	}
	s := sighting{id: c.Deployment.ID, state: c.Deployment.State, managed: c}
	self, err := r.API.Management.Self(ctx)
	if err == nil && self != nil {
		s.self, s.foreign = self.ID, self.ID != c.OwnerID
	}
	return s, err
}

// judgeNew says in diags what stands in the way of a new version. What is under way or has
// failed does not: nothing is deployed that could be lost. Nor does what an apply that was
// cut off has deployed, where that can be told: this very zip, by the token's user.
func (r *connectorResource) judgeNew(ctx context.Context, i base.Instance, o policy.Object, plan model, zip *artifact.Artifact, diags *diag.Diagnostics) {
	there, err := r.look(ctx, plan.ref())
	if err != nil || there.foreign || there.state != tray.Deployed {
		return
	}
	own := policy.Object{Type: kind.Type, ID: key(plan.ref())}
	if !i.Replaces && there.holds(zip) && !r.IsSpokenFor(ctx, own) {
		diags.AddAttributeWarning(path.Root("name"), "The connector is deployed already",
			fmt.Sprintf("This user's token has deployed this very zip as %s, as an apply that was cut off does. The apply takes it over and does not deploy it again.", plan.ref()))
		return
	}
	found := []base.Found{{ID: own.ID}}
	r.Free(ctx, kind.Noun, o, r.ReplacedID(ctx, kind.Noun, i, found), found, exists(plan, there), diags)
}

// vacant looks once more, before a create sends anything, and refuses to deploy over what
// somebody else deployed after the plan. What cannot be deployed over, the deployment says. A
// live Tray tells nobody whose a deployment is, and is not asked.
func (r *connectorResource) vacant(ctx context.Context, plan model, diags *diag.Diagnostics) (there sighting, ok bool) {
	if managed, err := r.API.Management.Available(ctx); err != nil || !managed {
		return there, true
	}
	there, err := r.look(ctx, plan.ref())
	if err != nil || there.state != tray.Deployed || there.foreign || there.self == "" || there.byUs() {
		return there, true
	}
	base.Taken(diags, kind.Noun, exists(plan, there), []base.Found{{ID: key(plan.ref())}})
	return there, false
}

func exists(m model, there sighting) string {
	said := fmt.Sprintf("The connector %s is deployed already, by %s.", m.ref(), there.by())
	if there.managed == nil {
		said += " Tray lets nobody read what it holds. If an apply here that was cut off has deployed it, " +
			"write the path of its zip after another slash in the id below: that content then counts as deployed."
	}
	return said
}

// judgeManaged asks what the management plane knows before anything is sent: whose the
// connector is, and TRAY010.
func (r *connectorResource) judgeManaged(ctx context.Context, plan model, diags *diag.Diagnostics) {
	if namespace, err := r.API.CustomConnectors.Namespace(ctx); err == nil {
		enforce.Violates(r.Provider, enforce.Case{
			Changes: []policy.Change{{Action: policy.DeployConnector, Object: object(plan)}},
			Rules:   []*policy.Rule{policy.TRAY010Namespace}, At: path.Root("name"),
		}, policy.Organization{Namespace: namespace}, diags)
	}
	if there, err := r.look(ctx, plan.ref()); err == nil && there.foreign {
		owner := there.managed.OwnerEmail
		if owner == "" {
			owner = "a user who is deleted"
		}
		diags.AddAttributeError(path.Root("name"), "Another user owns the connector",
			fmt.Sprintf("%s owns the connector %s: that user's token deployed it first, and Tray lets nobody else deploy or share it. "+
				"Use a token of that user, delete the connector first, or deploy under another name.", owner, plan.ref()))
	}
}

// onlyManaged refuses, on a live Tray, what its API cannot do.
func onlyManaged(plan model, diags *diag.Diagnostics) bool {
	if len(plan.Workspaces.Elements()) == 0 {
		return false
	}
	diags.AddAttributeError(path.Root("share_with_workspaces"), "This Tray shares connectors with people only",
		"Its API has no call that shares with a workspace. List the people of the workspace in share_with_emails, as with the data source tray_workspace_members.")
	return true
}

// shareStays says on a live Tray who keeps what the plan takes away.
func shareStays(plan, state model, diags *diag.Diagnostics) {
	gone := less(state.Emails, plan.Emails)
	if plan.Emails.IsUnknown() || len(gone) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("share_with_emails"), "The connector stays shared",
		fmt.Sprintf("This Tray does not let an API take a connector away from people, so these keep %s: %s. They leave the state alone.", plan.ref(), strings.Join(gone, ", ")))
}
