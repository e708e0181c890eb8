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
	Noun: base.Noun{Type: "tray_connector", One: "connector", At: path.Root("name")},
	Many: "connectors",
}

const stays = "its deployments, and whom it is shared with,"

// ModifyPlan implements resource.ResourceWithModifyPlan. What the zip says is judged without
// Tray; the rest is quiet when an input is unknown or a read fails, as the apply says it then.
func (r *connectorResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, ok := base.PlanStep[model](ctx, req, diags)
	if !ok {
		return
	}
	if step != base.Destroy {
		config, loaded := base.Load[model](ctx, req.Config, diags)
		if !loaded {
			return
		}
		plan.open(step, config, state)
		if !planContent(step, &plan, config, state, contentUnknown(ctx, req.Private, state), diags) {
			return
		}
		diags.Append(resp.Plan.Set(ctx, plan)...)
	}
	o := object(plan)
	if step == base.Create {
		o.ID = "" // it is the name: what has it now is not this object yet
	}
	i, ok := r.Stand(ctx, kind.Noun, step, object(state), o, req, resp)
	if !ok || diags.HasError() {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	switch step {
	case base.Destroy:
		if !managed {
			kind.Stays(diags, state.ref().String(), stays)
		}
		return
	case base.Create:
		r.judgeNew(ctx, i, o, plan, diags)
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

// open sets what a plan has of the state, and what it leaves open.
func (m *model) open(step base.Step, config, state model) {
	none := types.SetUnknown(types.StringType)
	if step == base.Update {
		m.keep(state)
	} else {
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

// contentUnknown reports whether the state is of an import that said nothing about what is
// deployed: Tray lets nobody read it.
func contentUnknown(ctx context.Context, private base.PrivateState, state model) bool {
	value, _ := private.GetKey(ctx, importedKey)
	return string(value) == "true" && state.ContentDigest.IsNull()
}

// planContent plans a deployment where one is needed. It reports false when diags say why
// there can be none.
func planContent(step base.Step, plan *model, config, state model, imported bool, diags *diag.Diagnostics) bool {
	settled := step == base.Update && state.Status.ValueString() == string(tray.Deployed)
	sameBuild := !config.SourceSHA256.IsNull() && config.SourceSHA256.Equal(state.SourceSHA256)
	switch {
	case config.Source.IsNull() && step == base.Create, config.Source.IsNull() && !config.SourceSHA256.IsNull() && !sameBuild:
		noZip(diags)
		return false
	case config.Source.IsNull() && (config.SourceSHA256.IsNull() || settled && !state.ContentDigest.IsNull()), settled && sameBuild && !state.ContentDigest.IsNull():
		return true
	case config.Source.IsNull():
		noZip(diags)
		return false
	}
	a, ok := inspect(*plan, config, diags)
	if !ok {
		return false
	}
	switch {
	case step == base.Create, !settled, a == nil:
		plan.deployAnew(a)
	case imported && (state.ServiceName.IsNull() || state.ServiceName.ValueString() == a.Service.Name) && config.SourceSHA256.IsNull():
		diags.AddAttributeWarning(path.Root("source"), "What the connector was deployed from is not known",
			fmt.Sprintf("%s was imported, and Tray lets nobody read what is deployed: %s counts as deployed, and a change of it is not noticed. "+
				"Import it as %s/<path of the zip that is deployed> to have the content compared, or give source_sha256, which deploys once.",
				plan.ref(), config.Source.ValueString(), key(plan.ref())))
	case a.Digest != state.ContentDigest.ValueString():
		plan.deployAnew(a)
	}
	return true
}

// inspect reads the zip for a plan; nil is one that is not known yet, or that the build which
// source_sha256 names has not made yet.
func inspect(plan, config model, diags *diag.Diagnostics) (*artifact.Artifact, bool) {
	if config.Source.IsUnknown() {
		return nil, true
	}
	a, err := artifact.Inspect(config.Source.ValueString())
	switch {
	case errors.Is(err, fs.ErrNotExist) && !config.SourceSHA256.IsNull():
		return nil, true
	case err != nil:
		unreadable(config, err, diags)
		return nil, false
	}
	return a, fits(*a, plan, config, diags)
}

// sighting is what Tray tells of the latest deployment of a version.
type sighting struct {
	id      string
	state   tray.DeploymentState
	managed *tray.CustomConnector // nil without the management plane
	foreign bool                  // another user owns it
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
	s.foreign = err == nil && self != nil && self.ID != c.OwnerID
	return s, err
}

// judgeNew says in diags what stands in the way of a new version. What is under way or has
// failed does not: it may be what an apply began that was interrupted, and nothing is
// deployed that could be lost.
func (r *connectorResource) judgeNew(ctx context.Context, i base.Instance, o policy.Object, plan model, diags *diag.Diagnostics) {
	there, err := r.look(ctx, plan.ref())
	if err != nil || there.foreign || there.state != tray.Deployed {
		return
	}
	was, _ := base.Replaced[model](ctx, r.Provider, kind.Noun, i, key(plan.ref()))
	r.Free(ctx, kind.Noun, o, was.ID.ValueString(), []base.Found{{ID: key(plan.ref())}}, exists(plan, there), diags)
}

// takenMeanwhile refuses to deploy over what somebody else deployed after the plan.
func (r *connectorResource) takenMeanwhile(ctx context.Context, plan model, diags *diag.Diagnostics) bool {
	there, err := r.look(ctx, plan.ref())
	if err != nil || there.managed == nil || there.state != tray.Deployed || there.foreign {
		return false // what cannot be deployed over, the deployment says
	}
	if self, err := r.API.Management.Self(ctx); err != nil || self == nil || there.managed.Deployment.DeployedByID == self.ID {
		return false
	}
	base.Taken(diags, kind.Noun, exists(plan, there), []base.Found{{ID: key(plan.ref())}})
	return true
}

func exists(m model, there sighting) string {
	return fmt.Sprintf("The connector %s is deployed already, by %s.", m.ref(), there.by())
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
