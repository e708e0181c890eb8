package service

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/adopt"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var kind = adopt.Kind{
	Noun: base.Noun{Type: "tray_custom_service", One: "custom service", At: path.Root("name"),
		Identity: map[string]string{"unique_name": "Name of the service that Tray has generated."}},
	Many: "custom services",
}

const (
	secret = base.Secret("client_secret")
	stays  = "the service and its authentications"
	where  = "Services > the service"
)

var kinds = []string{"token", "oauth1", "oauth2", "oauth2password", "oauth2client_credentials"}

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *serviceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, config, ok := base.PlanOf[model](ctx, req, diags)
	if !ok {
		return
	}
	if step == base.Update {
		plan.SecretVersion = secret.PlanUpdate(ctx, config.Secret, config.SecretVersion, state.SecretVersion, req, resp)
	}
	if step != base.Destroy {
		incomplete(asked(plan, config, step), step == base.Create, diags)
	}
	i, managed, ok := kind.Stand(ctx, r.Provider, step, object(state), object(plan), req, resp)
	if !ok {
		return
	}
	switch step {
	case base.Destroy:
		if !managed {
			kind.Stays(diags, state.Name.ValueString(), stays)
		}
	case base.Create:
		if managed {
			r.planMake(ctx, i, plan, config, resp)
			return
		}
		plan.Adopted = types.BoolValue(true)
		r.adopt(ctx, &plan, diags)
		adopt.SetPlan(ctx, plan, req, resp)
	case base.Update:
		base.Remember(r.Provider, kind.Noun, i.Mark, state.UniqueName.ValueString(), state)
		r.planUpdate(ctx, managed, plan, state, resp)
	}
}

// asked is what the plan says with the secret of the configuration. A schema that a new
// service is not given asks for nothing.
func asked(plan, config model, step base.Step) model {
	plan.Secret = config.Secret
	if step == base.Create && config.CredentialsSchema.IsNull() {
		plan.CredentialsSchema = config.CredentialsSchema
	}
	if step == base.Create && config.UserDataSchema.IsNull() {
		plan.UserDataSchema = config.UserDataSchema
	}
	return plan
}

func (r *serviceResource) planMake(ctx context.Context, i base.Instance, plan, config model, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	if !config.UniqueName.IsNull() {
		diags.AddAttributeError(path.Root("unique_name"), "Tray makes the unique name", "This Tray makes the service, and generates its unique name. Leave unique_name out; to take over a service that is there, import it.")
		return
	}
	found, err := r.named(ctx, plan)
	if err == nil && r.Free(ctx, kind.Noun, object(plan), r.ReplacedID(ctx, kind.Noun, i, found), found, exists(plan), diags) {
		adopt.SetMade(ctx, resp)
	}
}

func (r *serviceResource) planUpdate(ctx context.Context, managed bool, plan, state model, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	if !plan.UniqueName.IsUnknown() && !plan.UniqueName.Equal(state.UniqueName) {
		diags.AddAttributeError(path.Root("unique_name"), "The unique name is kept for life",
			fmt.Sprintf("The service is %s for good, here it is %s. Leave unique_name out, or import the service that is meant.", state.UniqueName, plan.UniqueName))
		return
	}
	if !managed {
		if changes := plan.change(state); !changes.IsEmpty() || !plan.SecretVersion.Equal(state.SecretVersion) {
			r.adopt(ctx, &plan, diags)
		}
		return
	}
	if !plan.WorkspaceID.Equal(state.WorkspaceID) && !r.moves(ctx, plan, state) {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("workspace_id"))
		return
	}
	if plan.Name.IsUnknown() || plan.WorkspaceID.IsUnknown() || plan.Name.Equal(state.Name) && plan.WorkspaceID.Equal(state.WorkspaceID) {
		return
	}
	if found, err := r.named(ctx, plan); err == nil {
		r.Free(ctx, kind.Noun, object(plan), state.UniqueName.ValueString(), found, exists(plan), diags)
	}
}

// moves reports whether a service goes from a Personal to the Organization workspace, the
// one move that there is.
func (r *serviceResource) moves(ctx context.Context, plan, state model) bool {
	from, err := r.API.Workspaces.Get(ctx, state.WorkspaceID.ValueString())
	if err != nil || plan.WorkspaceID.IsUnknown() {
		return false
	}
	to, err := r.API.Workspaces.Get(ctx, plan.WorkspaceID.ValueString())
	return err == nil && from.Type == tray.WorkspacePersonal && to.Type == tray.WorkspaceOrganization
}

// adopt takes over, on a live Tray, the service that unique_name names. What the documented
// list of environments tells must be as the plan has it.
func (r *serviceResource) adopt(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	at := path.Root("unique_name")
	if plan.UniqueName.ValueString() == "" {
		diags.AddAttributeError(at, "Create the custom service in Tray's UI first",
			fmt.Sprintf("This Tray does not let an API create custom services, nor list them. Whoever is at least Contributor in the workspace makes %s by hand: Services > New service; "+
				"enter the details, choose the authentication type, fill in what it asks for, and save. Then write the name that Tray has generated, fifteen letters, an underscore and the name, as unique_name here. "+
				"Plan again afterwards: the service is adopted.", plan.Name))
		return
	}
	there := *plan
	err := r.readLive(ctx, &there)
	if base.NotSeen(err) {
		diags.AddAttributeError(at, "Could not find the custom service", fmt.Sprintf("This token may use no service with the unique name %s. %s", plan.UniqueName, err))
		return
	}
	if base.Failed(diags, "adopt the custom service", err) {
		return
	}
	if kind.OnlyTheUI(diags,
		adopt.Detail{Attribute: "authentication_type", Name: "kind of authentication", InTray: there.AuthenticationType, Here: plan.AuthenticationType, Where: where},
		adopt.Detail{Attribute: "credentials_schema", Name: "schema of credentials", InTray: there.CredentialsSchema, Here: plan.CredentialsSchema, Where: where, Optional: true},
		adopt.Detail{Attribute: "user_data_schema", Name: "schema of user data", InTray: there.UserDataSchema, Here: plan.UserDataSchema, Where: where, Optional: true},
		adopt.Detail{Attribute: "scopes", Name: "scopes", InTray: there.Scopes, Here: plan.Scopes, Where: where, Optional: true}) {
		return
	}
	kind.Unchecked(diags, "workspace_id", "name", "description", "authorization_url", "token_url", "client_id", "client_secret_wo")
	there.Description = base.Or(there.Description, types.StringValue(""))
	there.ID, there.OwnerID, there.SecretVersion = types.StringNull(), types.StringNull(), base.Or(plan.SecretVersion, types.StringNull())
	*plan = there
}

// readLive takes over what a live Tray tells of a service: its environments, of which
// Production is the service's own.
func (r *serviceResource) readLive(ctx context.Context, m *model) error {
	if m.Version.IsUnknown() || m.Version.IsNull() {
		m.Version = types.Int64Value(1)
	}
	all, err := r.API.Environments.List(ctx, tray.ServiceRef{Name: m.UniqueName.ValueString(), Version: m.Version.ValueInt64()})
	if err != nil || len(all) == 0 {
		return err
	}
	e := all[max(0, slices.IndexFunc(all, func(e tray.Environment) bool { return e.Default }))]
	m.AuthenticationType, m.Scopes = types.StringValue(e.AuthenticationType), base.StringMap(e.Scopes)
	m.CredentialsSchema, m.UserDataSchema = base.Document(m.CredentialsSchema, e.CredentialsSchema), base.Document(m.UserDataSchema, e.UserDataSchema)
	return nil
}

const form = "the unique name of one, its id, or <workspace>/<name>"

// find looks up what an import names.
func (r *serviceResource) find(ctx context.Context, id string, diags *diag.Diagnostics) (m model, ok bool) {
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, "import the custom service", err) {
		return m, false
	}
	if !managed {
		m.UniqueName = types.StringValue(id)
		return m, !base.Failed(diags, "import the custom service", r.readLive(ctx, &m))
	}
	workspace, name, named := strings.Cut(id, "/")
	if named {
		w := base.FindWorkspace(ctx, r.API, workspace, diags)
		if w == nil {
			return m, false
		}
		workspace = w.ID
	}
	found, err := r.API.Services.Matching(ctx, func(s tray.Service) bool {
		return s.UniqueName == id || s.ID == id || named && s.WorkspaceID == workspace && s.Name == name
	})
	if base.Failed(diags, "import the custom service", err) {
		return m, false
	}
	if len(found) != 1 {
		var names []string
		for _, s := range found {
			names = append(names, s.UniqueName)
		}
		diags.AddError("Could not find the custom service", fmt.Sprintf("%d custom services that this token may manage are called %q (%s). "+
			"Give %s.", len(found), id, orNone(names), form))
		return m, false
	}
	m.fromAPI(&found[0])
	return m, true
}

func exists(m model) string {
	return fmt.Sprintf("A custom service named %q exists already in this workspace.", m.Name.ValueString())
}

// named are the services that have the name of m.
func (r *serviceResource) named(ctx context.Context, m model) ([]base.Found, error) {
	all, err := r.API.Services.Named(ctx, m.WorkspaceID.ValueString(), m.Name.ValueString())
	return base.Known(all, func(s tray.Service) base.Found { return base.Found{ID: s.UniqueName} }), err
}

// needs are the arguments that each kind of authentication takes (facts: UI, section 1).
var needs = map[string][]string{
	"oauth1":                   {"authorization_url", "token_url", "client_id", "client_secret_wo"},
	"oauth2":                   {"authorization_url", "token_url", "client_id", "client_secret_wo"},
	"oauth2password":           {"token_url", "client_id", "client_secret_wo"},
	"oauth2client_credentials": {"token_url", "client_id", "client_secret_wo"},
}

// incomplete says what a kind of authentication needs and lacks, what it has no use for, and
// which placeholders nobody is asked for. The secret of a service that is there need not be
// given again.
func incomplete(m model, isNew bool, diags *diag.Diagnostics) {
	if m.AuthenticationType.IsUnknown() {
		return
	}
	of := m.AuthenticationType.ValueString()
	given := map[string]types.String{"authorization_url": m.AuthorizationURL, "token_url": m.TokenURL, "client_id": m.ClientID, "client_secret_wo": m.Secret}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value, needed := given[name], slices.Contains(needs[of], name)
		switch {
		case needed && value.IsNull() && (isNew || name != "client_secret_wo"):
			diags.AddAttributeError(path.Root(name), "Missing for this kind of authentication", fmt.Sprintf("authentication_type = %q needs %s.", of, name))
		case !value.IsNull() && of == "token":
			diags.AddAttributeError(path.Root(name), "Of no use for this kind of authentication", fmt.Sprintf("A token-based service has no %s: remove the argument, or choose an OAuth kind.", name))
		}
		for _, key := range unknownKeys(value.ValueString(), m) {
			diags.AddAttributeError(path.Root(name), "A placeholder that nobody is asked for", fmt.Sprintf("{{%s}} in %s is a property of neither credentials_schema nor user_data_schema, letter for letter. "+
				"Add the property, or write one of those that there are: %s.", key, name, orNone(keysOf(m))))
		}
	}
	if of == "token" && len(m.Scopes.Elements()) > 0 {
		diags.AddAttributeError(path.Root("scopes"), "Of no use for this kind of authentication", "A token-based service has no scopes: remove the argument, or choose an OAuth kind.")
	}
}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// unknownKeys are the keys of placeholders that are no properties; none while a schema is
// not known.
func unknownKeys(text string, m model) (keys []string) {
	if m.CredentialsSchema.IsUnknown() || m.UserDataSchema.IsUnknown() {
		return nil
	}
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(keysOf(m), found[1]) {
			keys = append(keys, found[1])
		}
	}
	return keys
}

func keysOf(m model) []string {
	keys := base.SchemaKeys(m.CredentialsSchema.ValueString())
	maps.Copy(keys, base.SchemaKeys(m.UserDataSchema.ValueString()))
	return slices.Sorted(maps.Keys(keys))
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
