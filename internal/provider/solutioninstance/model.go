package solutioninstance

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var noun = base.Noun{Type: "tray_solution_instance", One: "solution instance", At: path.Root("name"),
	Identity: map[string]string{"user_id": "End user that the instance belongs to.", "id": "Identifier of the instance, given by Tray."}}

// model is tray_solution_instance in configuration, plan and state.
type model struct {
	UserID      types.String `tfsdk:"user_id"`
	SolutionID  types.String `tfsdk:"solution_id"`
	Name        types.String `tfsdk:"name"`
	Enabled     types.Bool   `tfsdk:"enabled"`
	Auths       types.Map    `tfsdk:"auth_values"`
	Config      types.Map    `tfsdk:"config_values"`
	Upgrade     types.Bool   `tfsdk:"upgrade"`
	Newer       types.Bool   `tfsdk:"has_newer_release"`
	TriggerURLs types.Map    `tfsdk:"trigger_urls"`
	Created     types.String `tfsdk:"created"`
	ID          types.String `tfsdk:"id"`
}

// identity is what names an instance for its whole life.
type identity struct {
	UserID types.String `tfsdk:"user_id"`
	ID     types.String `tfsdk:"id"`
}

func (m model) identity() identity { return identity{m.UserID, m.ID} }

// object is what the resource stands for. Its name is unique for the end user and the solution
// as far as Terraform goes; "" while a part of it is not known.
func (m model) object(id string) policy.Object {
	o := policy.Object{Type: noun.Type, ID: id, Label: m.Name.ValueString()}
	if m.UserID.ValueString() != "" && m.SolutionID.ValueString() != "" && m.Name.ValueString() != "" {
		o.Name = m.UserID.ValueString() + "/" + m.SolutionID.ValueString() + "/" + m.Name.ValueString()
	}
	return o
}

func (m model) exists() string {
	return fmt.Sprintf("The end user has an instance %q of that solution already.", m.Name.ValueString())
}

// change is what the plan wants otherwise than the state has it: of a state without an id, all.
func (m model) change(state model) tray.InstanceSpec {
	spec := tray.InstanceSpec{Name: base.Changed(m.Name, state.Name), Auths: map[string]string{}, Config: map[string]json.RawMessage{}}
	if !m.Enabled.Equal(state.Enabled) {
		spec.Enabled = m.Enabled.ValueBoolPointer()
	}
	was := base.Strings(state.Auths)
	for slot, id := range base.Strings(m.Auths) {
		if was[slot] != id {
			spec.Auths[slot] = id
		}
	}
	had := base.Strings(state.Config)
	for slot, value := range base.Strings(m.Config) {
		if !tray.SameJSON(json.RawMessage(had[slot]), json.RawMessage(value)) {
			spec.Config[slot] = json.RawMessage(value)
		}
	}
	return spec
}

// configured is a plan in which what nobody has configured is nothing, and not unknown.
func (m model) configured(config model) model {
	if config.Auths.IsNull() && m.Auths.IsUnknown() {
		m.Auths = config.Auths
	}
	if config.Config.IsNull() && m.Config.IsUnknown() {
		m.Config = config.Config
	}
	return m
}

// upgrades reports whether the plan takes the instance to the newer release that there is.
func (m model) upgrades(state model) bool { return state.Newer.ValueBool() && m.Upgrade.ValueBool() }

// calls are what makes an instance as the state has it one as the plan does. What is disabled
// is disabled before its values change, and what is enabled has its values then.
func (m model) calls(state model) []apiCall {
	spec, all := m.change(state), []apiCall(nil)
	enabled := spec.Enabled
	if enabled != nil && !*enabled {
		all, enabled = append(all, apiCall{"disable", updating, tray.InstanceSpec{Enabled: enabled}}), nil
	}
	spec.Enabled = nil
	if m.upgrades(state) {
		all, spec = append(all, apiCall{"upgrade", upgrading, spec}), tray.InstanceSpec{}
	}
	if !spec.IsEmpty() {
		all = append(all, apiCall{"change", updating, spec})
	}
	if enabled != nil {
		all = append(all, apiCall{"enable", updating, tray.InstanceSpec{Enabled: enabled}})
	}
	return all
}

// after is the state once a call is done.
func (m model) after(spec tray.InstanceSpec, got *tray.SolutionInstance) model {
	given := func(now types.Map, more map[string]string) types.Map {
		all := base.Strings(now)
		for slot, value := range more {
			all[slot] = value
		}
		return base.StringMap(all)
	}
	m.Auths, m.Config = given(m.Auths, spec.Auths), given(m.Config, texts(spec.Config))
	m.fromAPI(got)
	return m
}

// known fills in what the plan left open: Terraform wants the rest as planned. Enabled is as
// Tray has it, as a creation is not done before that is so.
func (m model) known(got *tray.SolutionInstance) model {
	all := m
	if m.Auths.IsUnknown() {
		all.Auths = types.MapNull(types.StringType)
	}
	if m.Config.IsUnknown() {
		all.Config = types.MapNull(types.StringType)
	}
	all.fromAPI(got)
	return all
}

// settled is the plan with what the calls have brought where it left something open.
func (m model) settled(state model) model {
	m.ID, m.Created = state.ID, state.Created
	m.Newer, m.TriggerURLs = base.Or(m.Newer, state.Newer), base.Or(m.TriggerURLs, state.TriggerURLs)
	m.Auths, m.Config = base.Or(m.Auths, state.Auths), base.Or(m.Config, state.Config)
	return m
}

// fromAPI takes over what Tray says: of values, those of the slots that the model names, or all
// where it names none.
func (m *model) fromAPI(i *tray.SolutionInstance) {
	m.ID, m.Name, m.SolutionID, m.Enabled = types.StringValue(i.ID), types.StringValue(i.Name), types.StringValue(i.SolutionID), types.BoolValue(i.Enabled)
	m.Created, m.Newer = types.StringValue(i.Created.UTC().Format(time.RFC3339)), types.BoolValue(i.Newer)
	if m.Upgrade.IsNull() {
		m.Upgrade = types.BoolValue(true)
	}
	m.Auths = named(m.Auths, i.Auths, func(a, b string) bool { return a == b })
	m.Config = named(m.Config, texts(i.Config), func(a, b string) bool { return tray.SameJSON(json.RawMessage(a), json.RawMessage(b)) })
	urls := map[string]string{}
	for _, w := range i.Workflows {
		if w.TriggerURL != "" {
			urls[w.SourceName] = w.TriggerURL
		}
	}
	m.TriggerURLs = base.StringMap(urls)
}

// named are the values that Tray has in the slots that were named, as they were written where
// they are the same.
func named(was types.Map, now map[string]string, same func(a, b string) bool) types.Map {
	if was.IsNull() || was.IsUnknown() {
		return base.StringMap(now)
	}
	all := map[string]attr.Value{}
	for slot, value := range base.Strings(was) {
		switch got, there := now[slot]; {
		case !there: // it is given again
		case same(value, got):
			all[slot] = types.StringValue(value)
		default:
			all[slot] = types.StringValue(got)
		}
	}
	return types.MapValueMust(types.StringType, all)
}

func texts(all map[string]json.RawMessage) map[string]string {
	values := make(map[string]string, len(all))
	for slot, raw := range all {
		values[slot] = string(raw)
	}
	return values
}
