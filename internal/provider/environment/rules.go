package environment

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/adopt"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var kind = adopt.Kind{
	Noun: base.Noun{Type: "tray_service_environment", One: "service environment", At: path.Root("title")},
	Many: "service environments", Named: "environment of that service that the token can see",
	How: "Whoever may make authentications with the service makes it by hand: in a new authentication for the service choose Use own OAuth app, " +
		"enter the client id and the client secret, choose the scopes, and enter the title.",
	Unseen: "If it exists, the token does not see it: use a token that may make authentications with the service.",
}

const (
	secret = base.Secret("client_secret")
	stays  = "the environment and its authentications"
	where  = "the service's authentication dialog > Use own OAuth app"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *environmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, config, ok := base.PlanOf[model](ctx, req, diags)
	if !ok {
		return
	}
	if step == base.Update {
		plan.SecretVersion = secret.PlanUpdate(ctx, config.Secret, config.SecretVersion, state.SecretVersion, req, resp)
	}
	i, managed, ok := kind.Stand(ctx, r.Provider, step, object(state), object(plan), req, resp)
	if !ok {
		return
	}
	switch step {
	case base.Destroy:
		if !managed {
			kind.Stays(diags, state.Title.ValueString(), stays)
		}
	case base.Create:
		if managed {
			r.planMake(ctx, i, plan, config, resp)
		} else {
			r.planAdopt(ctx, plan, req, resp)
		}
	case base.Update:
		base.Remember(r.Provider, kind.Noun, i.Mark, state.ID.ValueString(), state)
		if !managed {
			r.onlyTheUI(plan, state, diags)
		} else if incomplete(config, false, diags); !plan.Title.IsUnknown() && !plan.Title.Equal(state.Title) {
			r.judgeTitle(ctx, plan, state.ID.ValueString(), diags)
		}
	}
}

func (r *environmentResource) planMake(ctx context.Context, i base.Instance, plan, config model, resp *resource.ModifyPlanResponse) {
	found, err := r.named(ctx, plan)
	if err != nil {
		return
	}
	incomplete(config, true, &resp.Diagnostics)
	r.judgeTitle(ctx, plan, r.ReplacedID(ctx, kind.Noun, i, found), &resp.Diagnostics)
	adopt.SetMade(ctx, resp)
}

func (r *environmentResource) planAdopt(ctx context.Context, plan model, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	found, err := r.titled(ctx, plan)
	if base.Failed(&resp.Diagnostics, "find the service environment", err, path.Root("service_name")) {
		return
	}
	plan.Adopted = types.BoolValue(true)
	r.adopt(&plan, found, &resp.Diagnostics)
	adopt.SetPlan(ctx, plan, req, resp)
}

// titled are the environments that have the title of m.
func (r *environmentResource) titled(ctx context.Context, m model) ([]tray.Environment, error) {
	return r.API.Environments.Titled(ctx, m.service(), m.Title.ValueString())
}

// named is titled, with the import ids.
func (r *environmentResource) named(ctx context.Context, m model) ([]base.Found, error) {
	all, err := r.titled(ctx, m)
	return base.Known(all, func(e tray.Environment) base.Found {
		return base.Found{ID: e.ID, Import: fmt.Sprintf("%s/%d/%s", m.service().Name, m.service().Version, e.ID)}
	}), err
}

// judgeTitle says in diags what stands in the way of the title of m; own is the id of the
// environment itself, or of the one that it replaces.
func (r *environmentResource) judgeTitle(ctx context.Context, m model, own string, diags *diag.Diagnostics) {
	if m.Title.ValueString() == tray.TitleDefault {
		diags.AddAttributeError(kind.At, "Every service has this environment already",
			tray.TitleDefault+" comes with the service, and is changed with it: set client_id and client_secret_wo of its tray_custom_service. Choose another title for one of your own.")
		return
	}
	if found, err := r.named(ctx, m); err == nil {
		r.Free(ctx, kind.Noun, object(m), own, found, exists(m), diags)
	}
}

// incomplete says what the OAuth app lacks.
func incomplete(config model, isNew bool, diags *diag.Diagnostics) {
	for name, v := range map[string]types.String{"client_id": config.ClientID, "client_secret_wo": config.Secret} {
		if v.IsNull() && (isNew || name == "client_id") {
			diags.AddAttributeError(path.Root(name), "Missing for an OAuth app", "An environment needs "+name+".")
		}
	}
}

// adopt takes over the one environment of that title on a live Tray.
func (r *environmentResource) adopt(plan *model, found []tray.Environment, diags *diag.Diagnostics) {
	all := make([]adopt.Found, len(found))
	for i, e := range found {
		all[i] = adopt.Found{Name: e.Title, ID: e.ID}
	}
	i := kind.Choose(all, plan.Title.ValueString(), plan.ID, r.Ledger, diags)
	if i < 0 {
		return
	}
	there := *plan
	there.fromAPI(&found[i])
	if r.onlyTheUI(*plan, there, diags) {
		return
	}
	kind.Unchecked(diags, "client_id", "client_secret_wo")
	there.SecretVersion = base.Or(there.SecretVersion, types.StringNull())
	*plan = there
}

// onlyTheUI refuses, on a live Tray, what the plan has otherwise than it is there.
func (r *environmentResource) onlyTheUI(plan, there model, diags *diag.Diagnostics) bool {
	return kind.OnlyTheUI(diags,
		adopt.Detail{Attribute: "title", Name: "title", InTray: there.Title, Here: plan.Title, Do: "rename the environment", Where: where},
		adopt.Detail{Attribute: "scopes", Name: "scopes", InTray: there.Scopes, Here: plan.Scopes, Where: where, Optional: true})
}

const form = "<service>/<version>/<id or title>, or <workspace>/<service's name>/<title>"

// toImport is what an import names; its id may be a title.
func (r *environmentResource) toImport(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (m model, ok bool) {
	if req.ID == "" {
		id, ok := base.Load[identity](ctx, req.Identity, diags)
		return model{ServiceName: id.ServiceName, ServiceVersion: id.ServiceVersion, ID: id.ID}, ok
	}
	parts, ok := base.SplitID(req.ID, 3, form, diags)
	if !ok {
		return m, false
	}
	m.ID = types.StringValue(parts[2])
	if version, err := strconv.ParseInt(parts[1], 10, 32); err == nil {
		m.ServiceName, m.ServiceVersion = types.StringValue(parts[0]), types.Int64Value(version)
		return m, true
	}
	w := base.FindWorkspace(ctx, r.API, parts[0], diags)
	if w == nil {
		return m, false
	}
	all, err := r.API.Services.Named(ctx, w.ID, parts[1])
	if base.Failed(diags, "look the custom service up", err) {
		return m, false
	}
	if len(all) != 1 {
		diags.AddError("Could not find the service environment", fmt.Sprintf("%d custom services of the workspace %s are named %q.", len(all), w.Name, parts[1]))
		return m, false
	}
	m.ServiceName, m.ServiceVersion = types.StringValue(all[0].UniqueName), types.Int64Value(all[0].Version)
	return m, true
}

// find completes what an import names.
func (r *environmentResource) find(ctx context.Context, m *model, diags *diag.Diagnostics) bool {
	all, err := r.API.Environments.List(ctx, m.service())
	if base.Failed(diags, "import the service environment", err) {
		return false
	}
	name := m.ID.ValueString()
	found := slices.DeleteFunc(all, func(e tray.Environment) bool { return e.ID != name && e.Title != name })
	switch managed, err := r.API.Management.Available(ctx); {
	case len(found) != 1:
		diags.AddError("Could not find the service environment", fmt.Sprintf("%d environments of %s have the id or the title %q.", len(found), m.ServiceName, name))
		return false
	case base.Failed(diags, "import the service environment", err):
		return false
	case managed && found[0].Default:
		diags.AddError("Could not import the service environment",
			fmt.Sprintf("%q comes with the service, and is changed with it: import the tray_custom_service instead.", found[0].Title))
		return false
	}
	m.fromAPI(&found[0])
	return true
}

func exists(m model) string {
	return fmt.Sprintf("The service %s has an environment titled %s already.", m.ServiceName.ValueString(), m.Title)
}
