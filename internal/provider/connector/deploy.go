package connector

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/tray-community/terraform-provider-tray/internal/artifact"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// started is a deployment that this resource has begun: should the apply end before it does,
// the next refresh knows what became of it. It is in the instance's private data.
type started struct {
	ID      string `json:"id"`
	Digest  string `json:"digest"`
	SHA256  string `json:"sha256,omitempty"` // source_sha256, where it was given
	Service string `json:"service"`
	Version string `json:"version"`
	// Unshared says that a create was interrupted before it shared the version, whatever the
	// state has of that.
	Unshared bool `json:"unshared,omitempty"`
}

const (
	startedKey  = "started"
	importedKey = "imported" // nobody knows the content; see contentUnknown
)

func (s started) save(ctx context.Context, private base.PrivateState) {
	base.Note(ctx, private, startedKey, s)
	private.SetKey(ctx, importedKey, nil)
}

func lastStarted(ctx context.Context, private base.PrivateState) started {
	return base.Noted[started](ctx, private, startedKey)
}

// correct takes out of the state what an interrupted create has not come to.
func (s started) correct(m *model) {
	if s.Unshared {
		m.Emails, m.Workspaces = base.StringSet(nil), base.StringSet(nil)
	}
}

// isShared notes that the state and Tray agree about that.
func (s started) isShared(ctx context.Context, private base.PrivateState) {
	if s.Unshared {
		s.Unshared = false
		s.save(ctx, private)
	}
}

// deploy sends the zip that the plan has read, unless that deployment is resumed, and waits until
// it is deployed. Plan then has what became of it, also when the wait ends early; private keeps
// what is under way.
func (r *connectorResource) deploy(ctx context.Context, plan *model, config model, a *artifact.Artifact, zip []byte, resumed string, private base.PrivateState) error {
	ref, before := plan.ref(), lastStarted(ctx, private)
	progress := func(d tray.Deployment) {
		tflog.Info(ctx, fmt.Sprintf("The deployment %s of the connector %s is %s", d.ID, ref, d.State))
		if !d.Repeat {
			plan.DeploymentID, plan.Status = types.StringValue(d.ID), types.StringValue(string(d.State))
			plan.holds(*a)
			started{d.ID, a.Digest, config.SourceSHA256.ValueString(), a.Service.Name, a.Service.Version, before.Unshared}.save(ctx, private)
		}
	}
	var err error
	if resumed != "" {
		_, err = r.API.Deployments.Wait(ctx, ref, resumed, progress)
	} else {
		_, err = r.API.Deployments.DeployAndWait(ctx, ref, zip, progress)
	}
	return err
}

// underWay is the deployment that an earlier apply has begun with the same content, and did
// not see end: in the private data or, where that apply came to no state, by name and version.
func (r *connectorResource) underWay(ctx context.Context, ref tray.ConnectorRef, a *artifact.Artifact, private base.PrivateState) (id string) {
	if before := lastStarted(ctx, private); before.ID != "" && before.Digest == a.Digest {
		latest, err := r.API.Deployments.Latest(ctx, ref)
		if err == nil && latest.ID == before.ID && latest.State != tray.Failed {
			return before.ID
		}
	}
	there, _ := r.look(ctx, ref) // of what cannot be read nothing is resumed
	return there.resumed(a)
}

// interrupted reports whether Ctrl-C has ended the wait of a create for a deployment that is
// known. It is then in the state as far as it has come, and not tainted, as a warning leaves
// it: the next apply goes on from there. Terraform itself ends with an error.
func interrupted(ctx context.Context, plan *model, err error, private base.PrivateState, diags *diag.Diagnostics) bool {
	if err == nil || ctx.Err() == nil || plan.DeploymentID.IsUnknown() {
		return false
	}
	begun := lastStarted(ctx, private)
	begun.Unshared = true
	begun.save(ctx, private)
	for _, s := range []*types.Set{&plan.Emails, &plan.Workspaces} {
		if s.IsUnknown() {
			*s = base.StringSet(nil) // nobody has it yet
		}
	}
	diags.AddWarning("The connector is still being deployed",
		fmt.Sprintf("The apply was interrupted while the deployment %s of %s was %s. It goes on in Tray, and the next apply waits for its end and shares the connector.",
			plan.DeploymentID.ValueString(), plan.ref(), plan.Status.ValueString()))
	return true
}

// explained reports whether a deployment failed, and says why: what Tray answers for a connector of
// somebody else reads as if there were none.
func explained(err error, ref tray.ConnectorRef, diags *diag.Diagnostics) bool {
	if base.NotSeen(err) {
		diags.AddError("Could not deploy the connector", err.Error()+"\n\n"+ownership(ref))
		return true
	}
	return base.Failed(diags, "deploy the connector", err)
}

func ownership(ref tray.ConnectorRef) string {
	return fmt.Sprintf("If the connector %s is there, another user owns it: the one whose token deployed it first, and only that user's tokens see, deploy and share it. "+
		"Use a token of that user, or deploy under another name.", ref)
}

// load reads the zip for an apply, and refuses another one than the plan has seen before
// anything is sent.
func load(plan, config model, diags *diag.Diagnostics) (*artifact.Artifact, []byte, bool) {
	if config.Source.IsNull() {
		noZip(diags)
		return nil, nil, false
	}
	a, zip, err := artifact.Load(config.Source.ValueString(), config.binding())
	if err != nil {
		unreadable(config, err, diags)
		return nil, nil, false
	}
	if !fits(*a, plan, config, diags) {
		return nil, nil, false
	}
	if !plan.ContentDigest.IsUnknown() && plan.ContentDigest.ValueString() != a.Digest {
		diags.AddAttributeError(path.Root("source"), "The artifact changed since the plan",
			fmt.Sprintf("%s holds something else than when the plan was made (%s, now %s). Nothing was sent. Plan again, and look at what is to be deployed.",
				config.Source.ValueString(), plan.ContentDigest.ValueString(), a.Digest))
		return nil, nil, false
	}
	return a, zip, true
}

// fits checks that a zip is the one that the arguments name.
func fits(a artifact.Artifact, plan, config model, diags *diag.Diagnostics) bool {
	at := path.Root("source")
	switch {
	case !plan.Name.IsUnknown() && plan.Name.ValueString() != a.Name, !plan.Version.IsUnknown() && plan.Version.ValueString() != a.Version:
		diags.AddAttributeError(at, "The zip is of another connector",
			fmt.Sprintf("%s holds %s %s by its connector.json, and the arguments say %s %s. Give the zip of that connector, or write name = %q and version = %q.",
				config.Source.ValueString(), a.Name, a.Version, plan.Name.ValueString(), plan.Version.ValueString(), a.Name, a.Version))
		return false
	case !config.SourceSHA256.IsNull() && !config.SourceSHA256.IsUnknown() && config.SourceSHA256.ValueString() != a.SHA256:
		diags.AddAttributeError(at, "The zip is not the one that source_sha256 names",
			fmt.Sprintf("%s has the SHA-256 %s, and source_sha256 is %s. Give the zip of that build, or its SHA-256.", config.Source.ValueString(), a.SHA256, config.SourceSHA256.ValueString()))
		return false
	}
	return true
}

func noZip(diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("source"), "There is no zip to deploy", "A connector is deployed from the zip that the CDK builds: give its path as source.")
}

func unreadable(config model, err error, diags *diag.Diagnostics) {
	detail := config.Source.ValueString() + ": " + err.Error()
	if here, wd := os.Getwd(); wd == nil && !os.IsPathSeparator(config.Source.ValueString()[0]) {
		detail += " The path is relative to " + here + "."
	}
	diags.AddAttributeError(path.Root("source"), "Could not read the connector's zip", detail)
}

// share brings about whom the plan shares the version with, and fills in what it left open.
func (r *connectorResource) share(ctx context.Context, plan *model, state model, diags *diag.Diagnostics) bool {
	const doing = "share the connector"
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, doing, err) {
		return false
	}
	if !managed {
		return r.shareOnly(ctx, plan, state, diags)
	}
	now := state
	all, err := r.API.CustomConnectors.Shares(ctx, plan.ref())
	if base.Failed(diags, doing, err) {
		return false
	}
	now.shared(all)
	for _, s := range []struct {
		want *types.Set
		have types.Set
	}{{&plan.Emails, now.Emails}, {&plan.Workspaces, now.Workspaces}} {
		if s.want.IsUnknown() || s.want.IsNull() {
			*s.want = s.have
		}
	}
	err = r.API.CustomConnectors.ShareWithEmails(ctx, plan.ref(), less(plan.Emails, now.Emails))
	for _, id := range less(plan.Workspaces, now.Workspaces) {
		if err == nil {
			err = r.API.CustomConnectors.ShareWithWorkspace(ctx, plan.ref(), id)
		}
	}
	for _, share := range taken(*plan, now) {
		if err == nil {
			err = r.API.CustomConnectors.Unshare(ctx, plan.ref(), share)
		}
	}
	return !base.Failed(diags, doing, err)
}

// taken are the shares that the plan ends.
func taken(plan, now model) (all []tray.ConnectorShare) {
	for _, email := range less(now.Emails, plan.Emails) {
		all = append(all, tray.ConnectorShare{Email: email})
	}
	for _, id := range less(now.Workspaces, plan.Workspaces) {
		all = append(all, tray.ConnectorShare{WorkspaceID: id})
	}
	return all
}

// shareOnly is share on a live Tray, which only adds people, and tells nobody whom there are.
func (r *connectorResource) shareOnly(ctx context.Context, plan *model, state model, diags *diag.Diagnostics) bool {
	if plan.Emails.IsUnknown() {
		plan.Emails = state.Emails
	}
	if plan.Workspaces.IsUnknown() {
		plan.Workspaces = state.Workspaces
	}
	if onlyManaged(*plan, diags) {
		return false
	}
	err := r.API.CustomConnectors.ShareWithEmails(ctx, plan.ref(), less(plan.Emails, state.Emails))
	if base.NotSeen(err) {
		diags.AddError("Could not share the connector", err.Error()+"\n\n"+ownership(plan.ref()))
		return false
	}
	return !base.Failed(diags, "share the connector", err)
}
