package connector

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/artifact"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_connector in configuration, plan and state. Where the zip is, and how long
// to wait for Tray, are in the configuration alone.
type model struct {
	Name           types.String `tfsdk:"name"`
	Version        types.String `tfsdk:"version"`
	Source         types.String `tfsdk:"source"`
	SourceSHA256   types.String `tfsdk:"source_sha256"`
	Emails         types.Set    `tfsdk:"share_with_emails"`
	Workspaces     types.Set    `tfsdk:"share_with_workspaces"`
	Timeouts       types.Object `tfsdk:"timeouts"`
	ID             types.String `tfsdk:"id"`
	ContentDigest  types.String `tfsdk:"content_digest"`
	Status         types.String `tfsdk:"status"`
	DeploymentID   types.String `tfsdk:"deployment_id"`
	ServiceName    types.String `tfsdk:"service_name"`
	ServiceVersion types.Int64  `tfsdk:"service_version"`
}

// identity is what names a version of a connector for its whole life.
type identity struct {
	Name    types.String `tfsdk:"name"`
	Version types.String `tfsdk:"version"`
}

func (m model) identity() identity { return identity{m.Name, m.Version} }

func (m model) ref() tray.ConnectorRef {
	return tray.ConnectorRef{Name: m.Name.ValueString(), Version: m.Version.ValueString()}
}

// key is the id of a version, which Tray gives none: "" while a part of it is not known.
func key(ref tray.ConnectorRef) string {
	if ref.Name == "" || ref.Version == "" {
		return ""
	}
	return ref.Name + "/" + ref.Version
}

// object is what the resource stands for.
func object(m model) policy.Object {
	return policy.Object{Type: kind.Type, ID: m.ID.ValueString(), Name: key(m.ref()), Label: m.ref().String()}
}

// newModel is what an import knows of a version.
func newModel(ref tray.ConnectorRef) model {
	return model{
		Name: types.StringValue(ref.Name), Version: types.StringValue(ref.Version), ID: types.StringValue(key(ref)),
		Emails: types.SetNull(types.StringType), Workspaces: types.SetNull(types.StringType), Timeouts: types.ObjectNull(timeoutTypes),
	}
}

// keep takes over what the state has of what Tray gives.
func (m *model) keep(state model) {
	m.ID, m.ContentDigest, m.Status, m.DeploymentID = state.ID, state.ContentDigest, state.Status, state.DeploymentID
	m.ServiceName, m.ServiceVersion = state.ServiceName, state.ServiceVersion
}

// deploys reports whether the plan has a deployment in it, whose id only Tray knows.
func (m model) deploys() bool { return m.DeploymentID.IsUnknown() }

// deployAnew plans a deployment of a zip; nil is one that is not at hand yet, or whose
// service is not known yet.
func (m *model) deployAnew(a *artifact.Artifact, config model) {
	m.DeploymentID = types.StringUnknown()
	if !m.Status.IsUnknown() { // of a create it is, as one that is interrupted says how far it came
		m.Status = types.StringValue(string(tray.Deployed))
	}
	if a == nil {
		m.ContentDigest, m.ServiceName, m.ServiceVersion = types.StringUnknown(), types.StringUnknown(), types.Int64Unknown()
	} else {
		m.holds(*a)
	}
	m.bind(config)
}

// holds sets what is known of a zip that is deployed.
func (m *model) holds(a artifact.Artifact) {
	m.ContentDigest = types.StringValue(a.Digest)
	m.service(a.Service.Name, a.Service.Version)
}

// bind takes over the service that the configuration names.
func (m *model) bind(config model) {
	if !config.ServiceName.IsNull() {
		m.ServiceName = config.ServiceName
	}
	if !config.ServiceVersion.IsNull() {
		m.ServiceVersion = config.ServiceVersion
	}
}

// binding is the service that the configuration names; the zero value is what connector.json
// says.
func (m model) binding() artifact.Service {
	s := artifact.Service{Name: m.ServiceName.ValueString()}
	if v := m.ServiceVersion.ValueInt64(); v > 0 {
		s.Version = strconv.FormatInt(v, 10)
	}
	return s
}

// rebinds reports whether the configuration names another service than the state has, or
// leaves to connector.json what it named before.
func (m model) rebinds(state model, before chosen) bool {
	another := func(now, was attr.Value, named bool) bool {
		return now.IsNull() && named || !now.IsNull() && !now.Equal(was)
	}
	return another(m.ServiceName, state.ServiceName, before.Name) || another(m.ServiceVersion, state.ServiceVersion, before.Version)
}

// chosen is what of the service the configuration named in the last apply. The state does not
// tell: it has the service of connector.json too. It is in the instance's private data.
type chosen struct {
	Name    bool `json:"name"`
	Version bool `json:"version"`
}

const chosenKey = "chosen"

// choose notes in private what of the service a configuration names.
func (m model) choose(ctx context.Context, private base.PrivateState) {
	base.Note(ctx, private, chosenKey, chosen{!m.ServiceName.IsNull(), !m.ServiceVersion.IsNull()})
}

// bindingUnknown reports whether it is not known yet which service that is.
func (m model) bindingUnknown() bool {
	return m.ServiceName.IsUnknown() || m.ServiceVersion.IsUnknown()
}

// service sets what the connector authenticates with, null where nobody tells.
func (m *model) service(name, version string) {
	m.ServiceName, m.ServiceVersion = types.StringNull(), types.Int64Null()
	if n, err := strconv.ParseInt(version, 10, 64); err == nil && name != "" {
		m.ServiceName, m.ServiceVersion = types.StringValue(name), types.Int64Value(n)
	}
}

// shared sets whom the version is shared with.
func (m *model) shared(all []tray.ConnectorShare) {
	emails, workspaces := []string{}, []string{}
	for _, s := range all {
		if s.Email != "" {
			emails = append(emails, s.Email)
		} else {
			workspaces = append(workspaces, s.WorkspaceID)
		}
	}
	m.Emails, m.Workspaces = base.StringSet(emails), base.StringSet(workspaces)
}

// less are the known texts in a that are not in b, sorted.
func less(a, b types.Set) []string {
	var all []string
	for _, v := range a.Elements() {
		if s, ok := v.(types.String); ok && !s.IsUnknown() && !slices.ContainsFunc(b.Elements(), s.Equal) {
			all = append(all, s.ValueString())
		}
	}
	slices.Sort(all)
	return all
}

var timeoutTypes = map[string]attr.Type{"create": types.StringType, "update": types.StringType}

// usually is how long an apply waits for a deployment, which takes minutes.
const usually = 30 * time.Minute

// timeout is how long an apply may take, which was checked when the configuration was.
func (m model) timeout(which string) time.Duration {
	if text, ok := m.Timeouts.Attributes()[which].(types.String); ok {
		if d, err := time.ParseDuration(text.ValueString()); err == nil {
			return d
		}
	}
	return usually
}
