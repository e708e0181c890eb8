package solutioninstance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/embedded"
	"github.com/tray-community/terraform-provider-tray/internal/provider/solution"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *instanceResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	for _, slot := range slices.Sorted(maps.Keys(base.Strings(m.Config))) {
		value := base.Strings(m.Config)[slot]
		if base.IsWord(slot) && base.IsWord(value) && !json.Valid([]byte(value)) {
			resp.Diagnostics.AddAttributeError(path.Root("config_values").AtMapKey(slot), "Not JSON",
				fmt.Sprintf("The value of %s is no JSON. Write it with jsonencode, also where it is a text.", slot))
		}
	}
}

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is unknown
// or a read fails: the apply says it then, in the same words.
func (r *instanceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, config, ok := base.PlanOf[model](ctx, req, diags)
	if !ok {
		return
	}
	if step != base.Destroy && r.Ready(nil) && !embedded.Ready(ctx, r.Provider, noun.One, plan.Name.ValueString(), path.Root("user_id"), diags) {
		return
	}
	i, ok := r.Stand(ctx, noun, step, state.object(state.ID.ValueString()), plan.object(""), req, resp)
	if !ok || step == base.Destroy || diags.HasError() {
		return
	}
	if step == base.Update {
		base.Remember(r.Provider, noun, i.Mark, state.ID.ValueString(), state)
		plan.rest(state)
	}
	own := state.ID.ValueString()
	found, err := r.named(ctx, plan)
	if err == nil && step == base.Create {
		own = r.ReplacedID(ctx, noun, i, found)
	}
	if err == nil && (step == base.Create || !plan.Name.Equal(state.Name)) && !r.Free(ctx, noun, plan.object(own), own, found, plan.exists(), diags) {
		return
	}
	if r.filled(ctx, plan.configured(config), state, diags) {
		r.notTheOrganizations(ctx, plan, state, diags)
	}
	diags.Append(resp.Plan.Set(ctx, plan)...)
}

// rest plans what is not configured: what is named is left as it is where Tray has it so, and
// an upgrade shows as has_newer_release.
func (m *model) rest(state model) {
	m.ID, m.Created, m.Newer, m.TriggerURLs = state.ID, state.Created, state.Newer, state.TriggerURLs
	changes := m.change(state)
	if len(changes.Auths) == 0 && !hasUnknown(m.Auths) {
		m.Auths = state.Auths
	}
	if len(changes.Config) == 0 && !hasUnknown(m.Config) {
		m.Config = state.Config
	}
	if m.upgrades(state) {
		m.Newer, m.TriggerURLs = types.BoolValue(false), types.MapUnknown(types.StringType)
	}
}

func hasUnknown(m types.Map) bool {
	if m.IsUnknown() {
		return true
	}
	for _, v := range m.Elements() {
		if v.IsUnknown() {
			return true
		}
	}
	return false
}

// named are the instances that have the name of m, with their import ids.
func (r *instanceResource) named(ctx context.Context, m model) ([]base.Found, error) {
	if m.object("").Name == "" {
		return nil, nil
	}
	all, err := r.API.SolutionInstances.Named(ctx, m.UserID.ValueString(), m.SolutionID.ValueString(), m.Name.ValueString())
	return base.Known(all, func(i tray.SolutionInstance) base.Found {
		return base.Found{ID: i.ID, Import: m.UserID.ValueString() + "/" + i.ID}
	}), err
}

// filled holds what changes against the slots of the solution: all that is missing, and all
// that is too many, is one error each. It is quiet about an instance that stays on an older
// release, whose slots nobody tells, and while the run publishes the solution.
func (r *instanceResource) filled(ctx context.Context, plan, state model, diags *diag.Diagnostics) bool {
	id := plan.SolutionID
	stays := state.Newer.ValueBool() && !plan.upgrades(state) || !state.ID.IsNull() && len(plan.calls(state)) == 0
	if stays || id.IsUnknown() || plan.UserID.IsUnknown() || r.Ledger.Has(solution.Publishing, id.ValueString()) {
		return true
	}
	s, err := r.API.Solutions.Find(ctx, id.ValueString())
	if err != nil {
		return true
	}
	if s == nil {
		diags.AddAttributeError(path.Root("solution_id"), "No such published solution",
			fmt.Sprintf("Tray lists no published solution with the id %s. Publish it, as with tray_solution_release, or give the id of another; the data source tray_solutions lists them.", id.ValueString()))
		return false
	}
	now := &tray.SolutionInstance{}
	if !state.ID.IsNull() {
		if now, err = r.API.SolutionInstances.Get(ctx, state.UserID.ValueString(), state.ID.ValueString()); err != nil {
			return true
		}
	}
	return noOther(s, plan, diags) && nothingMissing(s, plan, now, diags)
}

// noOther refuses values for slots that the solution has not.
func noOther(s *tray.Solution, plan model, diags *diag.Diagnostics) bool {
	for _, kind := range []struct {
		attribute string
		given     types.Map
		there     map[string]string
	}{{"auth_values", plan.Auths, authSlots(s)}, {"config_values", plan.Config, configSlots(s)}} {
		var unknown, lines []string
		for slot := range kind.given.Elements() {
			if _, is := kind.there[slot]; !is {
				unknown = append(unknown, slot)
			}
		}
		if len(unknown) == 0 {
			continue
		}
		for _, slot := range slices.Sorted(maps.Keys(kind.there)) {
			lines = append(lines, fmt.Sprintf("%s (%s)", slot, kind.there[slot]))
		}
		slices.Sort(unknown)
		diags.AddAttributeError(path.Root(kind.attribute), "The solution has no such slot",
			fmt.Sprintf("%s: the solution %q has no slot of that external id. Those that it has are: %s.", strings.Join(unknown, ", "), s.Title, orNone(lines)))
	}
	return !diags.HasError()
}

func orNone(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

func authSlots(s *tray.Solution) map[string]string {
	all := map[string]string{}
	for _, slot := range s.AuthSlots {
		all[slot.ExternalID] = slot.Title
	}
	return all
}

func configSlots(s *tray.Solution) map[string]string {
	all := map[string]string{}
	for _, slot := range s.ConfigSlots {
		all[slot.ExternalID] = slot.Title
	}
	return all
}

// nothingMissing wants a value in each slot that has none by default, of an instance that is to
// run. What Tray has in a slot counts.
func nothingMissing(s *tray.Solution, plan model, now *tray.SolutionInstance, diags *diag.Diagnostics) bool {
	if !plan.Enabled.ValueBool() {
		return true
	}
	lines := map[string][]string{}
	for _, slot := range s.AuthSlots {
		if _, given := plan.Auths.Elements()[slot.ExternalID]; !given && now.Auths[slot.ExternalID] == "" && !plan.Auths.IsUnknown() {
			lines["auth_values"] = append(lines["auth_values"], fmt.Sprintf("    %s = \"<authentication id>\" # %s", key(slot.ExternalID), slot.Title))
		}
	}
	for _, slot := range s.ConfigSlots {
		_, given := plan.Config.Elements()[slot.ExternalID]
		if string(slot.Default) == "null" && !given && isEmpty(now.Config[slot.ExternalID]) && !plan.Config.IsUnknown() {
			lines["config_values"] = append(lines["config_values"], fmt.Sprintf("    %s = jsonencode(<value>) # %s", key(slot.ExternalID), slot.Title))
		}
	}
	if len(lines) == 0 {
		return true
	}
	var missing strings.Builder
	for _, name := range []string{"auth_values", "config_values"} {
		if len(lines[name]) > 0 {
			fmt.Fprintf(&missing, "\n  %s = {\n%s\n  }", name, strings.Join(lines[name], "\n"))
		}
	}
	diags.AddAttributeError(path.Root("enabled"), "Slots of the solution are not filled",
		fmt.Sprintf("The solution %q asks for values that the instance %q has not. Write them, in the maps that are there already:\n%s\n\nOr set enabled = false, until there are values.", s.Title, plan.Name.ValueString(), missing.String()))
	return false
}

func isEmpty(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// key is a slot as HCL has it on the left of an equals sign.
func key(slot string) string {
	if identifier.MatchString(slot) {
		return slot
	}
	return strconv.Quote(slot)
}

// notTheOrganizations refuses authentications that are the organization's own, as those of
// tray_authentication are. It is all that a plan can tell without a token of the end user.
func (r *instanceResource) notTheOrganizations(ctx context.Context, plan, state model, diags *diag.Diagnostics) {
	given := plan.change(state).Auths
	if len(given) == 0 || plan.UserID.IsUnknown() {
		return
	}
	all, err := r.API.SolutionInstances.OrganizationAuthentications(ctx)
	if err != nil {
		return
	}
	for _, slot := range slices.Sorted(maps.Keys(given)) {
		i := slices.IndexFunc(all, func(a tray.EndUserAuthentication) bool { return a.ID == given[slot] })
		if i >= 0 {
			diags.AddAttributeError(path.Root("auth_values").AtMapKey(slot), "Not the end user's authentication",
				fmt.Sprintf("%s (%s, %s) belongs to the organization, and an instance works with those of its end user alone. %s", given[slot], all[i].Name, all[i].ServiceName, makeTheirs))
		}
	}
}

const makeTheirs = "End users make theirs in the authentication dialog."

// theirs refuses authentications that are not the end user's, before anything is changed. It
// asks with a token of the end user, so that the plan, which makes none, does not.
func (r *instanceResource) theirs(ctx context.Context, plan, state model, diags *diag.Diagnostics) bool {
	given := plan.change(state).Auths
	if len(given) == 0 {
		return true
	}
	all, err := r.API.SolutionInstances.Authentications(ctx, plan.UserID.ValueString())
	if base.Failed(diags, "read the end user's authentications", err) {
		return false
	}
	var own, wrong []string
	for _, a := range all {
		own = append(own, fmt.Sprintf("%s (%s, %s %s)", a.ID, a.Name, a.ServiceName, a.Environment))
	}
	for _, slot := range slices.Sorted(maps.Keys(given)) {
		if !slices.ContainsFunc(all, func(a tray.EndUserAuthentication) bool { return a.ID == given[slot] }) {
			wrong = append(wrong, fmt.Sprintf("%s in the slot %s", given[slot], slot))
		}
	}
	if len(wrong) == 0 {
		return true
	}
	diags.AddAttributeError(path.Root("auth_values"), "Not the end user's authentication",
		fmt.Sprintf("%s: that is no authentication of the end user %s, and nothing was changed. Theirs are: %s. %s",
			strings.Join(wrong, ", "), plan.UserID.ValueString(), orNone(own), makeTheirs))
	return false
}
