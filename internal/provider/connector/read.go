package connector

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/artifact"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func (r *connectorResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	diags := &resp.Diagnostics
	state, ok := base.Load[model](ctx, req.State, diags)
	if !ok || !r.Reading(ctx, object(state), state.identity(), req, resp) {
		return
	}
	there, err := r.look(ctx, state.ref())
	if base.NotSeen(err) && !tray.IsGone(err) {
		diags.AddError("Could not read the connector", err.Error()+"\n\n"+ownership(state.ref())+
			" If it is gone, take it out of the state without a destroy:\n\n"+base.RemovedBlock(kind.Type, "<name>"))
		return
	}
	if !r.Seen(ctx, kind.Noun, object(state), err, resp) {
		return
	}
	before := lastStarted(ctx, req.Private)
	before.correct(&state)
	if state.deployed(there, before) {
		suspect(state.ref(), there, diags)
		resp.Private.SetKey(ctx, importedKey, nil)
	}
	if err := r.complete(ctx, &state, there); base.Failed(diags, "read the connector", err) {
		return
	}
	r.StoreRead(ctx, kind.Noun, object(state), state, resp)
}

// deployed takes over what the latest deployment is. It reports whether somebody else began
// it: what is deployed is then not known any more.
func (m *model) deployed(there sighting, before started) (byOthers bool) {
	isNew := m.DeploymentID.IsNull()
	known := m.DeploymentID.ValueString() == there.id
	m.DeploymentID, m.Status = types.StringValue(there.id), types.StringValue(string(there.state))
	switch {
	case before.ID == there.id && there.state == tray.Deployed && (!known || m.ContentDigest.IsNull()): // an apply did not see it end
		m.ContentDigest, m.SourceSHA256 = types.StringValue(before.Digest), base.Text(before.SHA256)
		m.service(before.Service, before.Version)
	case there.state != tray.Deployed, !known && !isNew:
		m.ContentDigest = types.StringNull()
	}
	return !isNew && !known && before.ID != there.id
}

// suspect says who deployed what the last apply did not.
func suspect(ref tray.ConnectorRef, there sighting, diags *diag.Diagnostics) {
	diags.AddWarning("Somebody else deployed the connector",
		fmt.Sprintf("The latest deployment of %s, %s, is not the one that was applied here: it was begun by %s, as from a laptop or another pipeline. "+
			"Tray lets nobody read what it holds, so the plan deploys the zip of this configuration again, in place.", ref, there.id, there.by()))
}

// complete fills in what does not come with the deployment.
func (r *connectorResource) complete(ctx context.Context, m *model, there sighting) error {
	m.ID = types.StringValue(key(m.ref()))
	if err := r.tellService(ctx, m, there); err != nil || there.managed == nil {
		return err
	}
	all, err := r.API.CustomConnectors.Shares(ctx, m.ref())
	if err == nil {
		m.shared(all)
	}
	return err
}

// tellService fills in the service, which a live Tray tells among the connectors: that of an
// imported version is read there once.
func (r *connectorResource) tellService(ctx context.Context, m *model, there sighting) error {
	switch {
	case there.managed != nil:
		m.service(there.managed.ServiceName, there.managed.ServiceVersion)
		return nil
	case !m.ServiceName.IsNull():
		return nil
	}
	all, err := r.API.Connectors.List(ctx)
	for _, c := range all {
		if c.ConnectorRef == m.ref() {
			m.service(c.ServiceName, fmt.Sprint(c.ServiceVersion))
		}
	}
	return err
}

const form = "<name>/<version>, or <name>/<version>/<path of the zip that is deployed>"

// ImportState takes "<name>/<version>", with the path of a zip after it whose content counts
// as deployed, or an identity.
func (r *connectorResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	diags := &resp.Diagnostics
	if !r.Ready(diags) {
		return
	}
	ref, zip, ok := named(ctx, req, diags)
	if !ok {
		return
	}
	m := newModel(ref)
	there, err := r.look(ctx, ref)
	if base.NotSeen(err) {
		diags.AddError("Could not find the connector", err.Error()+"\n\n"+ownership(ref))
		return
	}
	if err == nil {
		err = r.tellService(ctx, &m, there)
	}
	if base.Failed(diags, "import the connector", err) || zip != "" && !m.deployedFrom(zip, diags) {
		return
	}
	if !r.ClaimImport(ctx, kind.Noun, object(m), resp) {
		return
	}
	if zip == "" {
		diags.Append(resp.Private.SetKey(ctx, importedKey, []byte("true"))...)
	}
	base.Store(ctx, &resp.State, m, resp.Identity, m.identity(), diags)
}

// deployedFrom has the content of a zip count as deployed, with the service that Tray tells.
func (m *model) deployedFrom(zip string, diags *diag.Diagnostics) bool {
	config := model{Source: types.StringValue(zip)}
	a, err := artifact.Inspect(zip, m.binding())
	if err != nil {
		unreadable(config, err, diags)
		return false
	}
	m.ContentDigest = types.StringValue(a.Digest)
	return fits(*a, *m, config, diags)
}

// named is what an import names.
func named(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (ref tray.ConnectorRef, zip string, ok bool) {
	parts, ok := base.ImportNames(ctx, req, form, diags, "name", "version")
	if !ok {
		return ref, "", false
	}
	version, zip, _ := strings.Cut(parts[1], "/")
	return tray.ConnectorRef{Name: parts[0], Version: version}, zip, true
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &connectorList{connectorResource{base.ResourceOf(kind.Noun)}} }}
}

// connectorList has the type name and the provider of the resource.
type connectorList struct{ connectorResource }

func (l *connectorList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds custom connectors"+base.ForQuery+": all for the Owner and organization Admins, else those that the token's user deployed.",
		"no; its API lists no custom connectors", "one list of custom connectors, and one list of shares for each that is found.", map[string]listschema.Attribute{
			"name_regex": listschema.StringAttribute{MarkdownDescription: "Only connectors whose name matches this regular expression (RE2). Omitted: all.", Optional: true},
		})
}

func (l *connectorList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	_, pattern, ok := base.ListingNamed[base.ByName](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	stream.Results = base.Results(req, "connectors", l.pages(ctx, pattern.MatchString), func(m model) (list.ListResult, bool) {
		return base.Listed(ctx, req, m.ref().String(), m.identity(), m), true
	})
}

// pages yields the versions whose names match, as refreshed imports would have them.
func (l *connectorList) pages(ctx context.Context, matches func(string) bool) iter.Seq2[[]model, error] {
	return func(yield func([]model, error) bool) {
		for page, err := range l.API.CustomConnectors.Pages(ctx) {
			var all []model
			for _, c := range page {
				if err != nil || !matches(c.Name) {
					continue
				}
				m := newModel(c.ConnectorRef)
				there := sighting{id: c.Deployment.ID, state: c.Deployment.State, managed: &c}
				m.deployed(there, started{})
				if err = l.complete(ctx, &m, there); err == nil {
					all = append(all, m)
				}
			}
			if !yield(all, err) || err != nil {
				return
			}
		}
	}
}
