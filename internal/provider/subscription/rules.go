package subscription

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var noun = base.Noun{Type: "tray_trigger_subscription", One: "subscription", At: path.Root("name"),
	Identity: map[string]string{"id": "Identifier of the subscription, given by Tray."}}

var address = base.Check("must be an address that Tray can call", func(s string) (string, string) {
	if to, err := url.Parse(s); err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" || strings.TrimSpace(s) != s {
		return "Not an address", fmt.Sprintf("Tray cannot send events to %q. Write an address such as \"https://hooks.example.com/orders\".", s)
	}
	return "", ""
})

var anObject = base.Check("must be a JSON object", func(s string) (string, string) {
	var object map[string]json.RawMessage
	if json.Valid([]byte(s)) && (json.Unmarshal([]byte(s), &object) != nil || object == nil) { // else its type says that it is no JSON
		return "Not a JSON object", "The input of an operation is an object. Write one such as jsonencode({ channel = \"C1\" })."
	}
	return "", ""
})

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then.
func (r *subscriptionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, config, ok := base.PlanOf[model](ctx, req, diags)
	if !ok {
		return
	}
	i, ok := r.Stand(ctx, noun, step, object(state), object(plan), req, resp)
	if !ok || diags.HasError() {
		return
	}
	switch step {
	case base.Create:
		r.planCreate(ctx, i, plan, config, diags)
	case base.Update:
		base.Remember(r.Provider, noun, i.Mark, state.ID.ValueString(), state)
		if state.State.ValueString() == string(tray.SubscriptionCreationFailed) {
			diags.AddWarning("The subscription has failed", fmt.Sprintf("Tray could not make %q after all, and sends no events for it. This plan makes it anew, with another signing key.", state.Name.ValueString()))
			diags.Append(resp.Plan.SetAttribute(ctx, path.Root("state"), types.StringUnknown())...)
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root("state"))
		}
	}
}

func (r *subscriptionResource) planCreate(ctx context.Context, i base.Instance, plan, config model, diags *diag.Diagnostics) {
	if !r.offered(ctx, plan, diags) || !r.fits(ctx, plan, config, diags) {
		return
	}
	if found, err := r.alike(ctx, plan); err == nil {
		r.Free(ctx, noun, object(plan), r.ReplacedID(ctx, noun, i, found), found, exists(plan), diags)
	}
}

// offered reports whether Tray has the trigger and its operation; else diags say what it has.
func (r *subscriptionResource) offered(ctx context.Context, m model, diags *diag.Diagnostics) bool {
	triggers, err := r.API.Triggers.List(ctx)
	if err != nil || m.TriggerName.IsUnknown() || m.TriggerVersion.IsUnknown() {
		return true
	}
	var names, versions []string
	for _, t := range triggers {
		names = append(names, t.Name)
		if t.Name == m.TriggerName.ValueString() {
			versions = append(versions, t.Version)
		}
	}
	switch {
	case len(versions) == 0:
		diags.AddAttributeError(path.Root("trigger_name"), "No such trigger", fmt.Sprintf("Tray has no trigger named %s for this token. It has: %s.", m.TriggerName, listed(names)))
	case !slices.Contains(versions, m.TriggerVersion.ValueString()):
		diags.AddAttributeError(path.Root("trigger_version"), "No such version of the trigger", fmt.Sprintf("Tray has no version %s of the trigger %s. It has: %s.", m.TriggerVersion, m.TriggerName.ValueString(), listed(versions)))
	default:
		return r.operated(ctx, m, diags)
	}
	return false
}

func (r *subscriptionResource) operated(ctx context.Context, m model, diags *diag.Diagnostics) bool {
	all, err := r.API.Triggers.Operations(ctx, m.trigger())
	if err != nil || m.Operation.IsUnknown() {
		return true
	}
	var names []string
	for _, o := range all {
		names = append(names, o.Name)
	}
	if slices.Contains(names, m.Operation.ValueString()) {
		return true
	}
	diags.AddAttributeError(path.Root("operation"), "No such operation of the trigger", fmt.Sprintf("The trigger %s has no operation %s. It has: %s.", m.trigger(), m.Operation, listed(names)))
	return false
}

// fits reports whether the input has the form that the operation asks for; else diags say
// where not, by keys and types, and never a value. It is quiet while one of the two is not
// known, and where the operations cannot be read.
func (r *subscriptionResource) fits(ctx context.Context, m, config model, diags *diag.Diagnostics) bool {
	if !config.CheckInput.IsNull() && !config.CheckInput.ValueBool() {
		return true
	}
	if m.Input.IsUnknown() || m.Operation.IsUnknown() || m.TriggerName.IsUnknown() || m.TriggerVersion.IsUnknown() {
		return true
	}
	all, err := r.API.Triggers.Operations(ctx, m.trigger())
	at := slices.IndexFunc(all, func(o tray.Operation) bool { return o.Name == m.Operation.ValueString() })
	if err != nil || at < 0 {
		return true
	}
	wrong := base.SchemaMismatches(all[at].InputSchema, m.Input.ValueString(), "input")
	if len(wrong) > 0 {
		diags.AddAttributeError(path.Root("input"), "Not what the operation asks for",
			fmt.Sprintf("%s. The operation %s of the trigger %s says so in its JSON Schema, which the data source tray_trigger_operations shows. "+
				"Give what it asks for or, where Tray takes it all the same, set check_input = false.", strings.Join(wrong, "; "), m.Operation, m.trigger()))
	}
	return len(wrong) == 0
}

// most is how many names a message lists.
const most = 20

func listed(names []string) string {
	slices.Sort(names)
	names = slices.Compact(names)
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

// alike are the subscriptions that m cannot be told from.
func (r *subscriptionResource) alike(ctx context.Context, m model) ([]base.Found, error) {
	all, err := r.API.Subscriptions.List(ctx)
	key := m.key()
	all = slices.DeleteFunc(all, func(s tray.Subscription) bool {
		var there model
		there.fromAPI(&s)
		return there.key() != key
	})
	return base.Known(all, func(s tray.Subscription) base.Found { return base.Found{ID: s.ID} }), err
}

// named is what an import names.
func (r *subscriptionResource) named(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (m model, ok bool) {
	parts, ok := base.ImportNames(ctx, req, "<id, external id or name>", diags, "id")
	if !ok {
		return m, false
	}
	name := parts[0]
	all, err := r.API.Subscriptions.List(ctx)
	if base.Failed(diags, "import the subscription", err) {
		return m, false
	}
	found := slices.DeleteFunc(all, func(s tray.Subscription) bool { return s.ID != name && s.ExternalID != name && s.Name != name })
	switch len(found) {
	case 0:
		diags.AddError("Could not find the subscription", fmt.Sprintf("No subscription of this token's user has the id, the external id or the name %q.", name))
		return m, false
	case 1:
		m.fromAPI(&found[0])
		return m, true
	}
	ids := make([]string, len(found))
	for i, s := range found {
		ids[i] = s.ID
	}
	diags.AddError("Could not choose the subscription", fmt.Sprintf("%d subscriptions are called %q. Import by an id: %s.", len(found), name, strings.Join(ids, ", ")))
	return m, false
}

func exists(m model) string {
	what := "sends the same events of the same trigger to the same endpoint, under this name"
	if own := m.ExternalID.ValueString(); own != "" {
		what = fmt.Sprintf("has the external id %q", own)
	}
	return fmt.Sprintf("A subscription that %s is there already. Tray tells a signing key once, so that an imported subscription has none: "+
		"where an apply that was cut off has made it, import it, and make it anew with `terraform apply -replace`.", what)
}
