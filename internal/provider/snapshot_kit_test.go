package provider_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// planner is one provider process that makes a plan, as Terraform speaks to it.
type planner struct {
	t      testing.TB
	server tfprotov6.ProviderServer
	all    *tfprotov6.GetProviderSchemaResponse
}

func newPlanner(t testing.TB, env *acctest.Env, block map[string]any) planner {
	t.Helper()
	s, err := env.Factories()["tray"]()
	if err != nil {
		t.Fatal(err)
	}
	p := planner{t: t, server: s}
	if p.all, err = s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	resp, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: p.dynamic(p.all.Provider.ValueType(), block)})
	if err != nil || failedWith(resp.Diagnostics) != nil {
		t.Fatal(err, said(resp.Diagnostics))
	}
	return p
}

// instance is one resource instance: its private data and its state, nil for one that is to
// be made, and its arguments, nil for one that is to be destroyed.
type instance struct {
	typ       string
	state     *tfprotov6.DynamicValue
	private   []byte
	arguments map[string]any
}

// planned is what a plan says of an instance, in words that can be compared.
type planned struct {
	Refreshed, Planned string
	Replace            []string
	Said               []string
}

// plan refreshes all instances and then plans them, one after the other: where two of them
// may be planned in either order, Terraform leaves to luck who warns.
func (p planner) plan(all []instance) []planned {
	out := make([]planned, len(all))
	refreshed := slices.Clone(all)
	for i, one := range all {
		if one.state == nil {
			continue
		}
		resp, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: one.typ, CurrentState: one.state, Private: one.private})
		if err != nil {
			p.t.Fatal(err)
		}
		refreshed[i].state, refreshed[i].private = resp.NewState, resp.Private
		out[i].Refreshed = p.text(p.all.ResourceSchemas[one.typ].ValueType(), resp.NewState)
		out[i].Said = append(out[i].Said, sayings(resp.Diagnostics)...)
	}
	for i, one := range refreshed {
		p.change(one, one.state, one.private, &out[i])
	}
	return out
}

func (p planner) change(one instance, state *tfprotov6.DynamicValue, private []byte, out *planned) {
	schema := p.all.ResourceSchemas[one.typ]
	typ := schema.ValueType()
	if state == nil {
		state = p.dynamic(typ, nil)
	}
	config := p.dynamic(typ, one.arguments)
	resp, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: one.typ, PriorState: state, PriorPrivate: private,
		Config: config, ProposedNewState: p.proposed(schema, state, config)})
	if err != nil {
		p.t.Error(err)
		return
	}
	out.Planned = p.text(typ, resp.PlannedState)
	for _, at := range resp.RequiresReplace {
		out.Replace = append(out.Replace, at.String())
	}
	out.Said = append(out.Said, sayings(resp.Diagnostics)...)
	slices.Sort(out.Said)
}

// proposed is what Terraform proposes: the configuration, with what only the provider knows
// as it was.
func (p planner) proposed(schema *tfprotov6.Schema, prior, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	was, is := p.attributes(schema.ValueType(), prior), p.attributes(schema.ValueType(), config)
	if is == nil {
		return config
	}
	for _, a := range schema.Block.Attributes {
		switch {
		case !a.Computed || !is[a.Name].IsNull():
		case was == nil:
			is[a.Name] = tftypes.NewValue(a.Type, tftypes.UnknownValue)
		default:
			is[a.Name] = was[a.Name]
		}
	}
	out, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), is))
	if err != nil {
		p.t.Error(err)
	}
	return &out
}

func (p planner) attributes(typ tftypes.Type, of *tfprotov6.DynamicValue) (all map[string]tftypes.Value) {
	v, err := of.Unmarshal(typ)
	if err == nil && !v.IsNull() {
		err = v.As(&all)
	}
	if err != nil {
		p.t.Error(err)
	}
	return all
}

// imported brings what is there into a state.
func (p planner) imported(typ, id string, arguments map[string]any) instance {
	p.t.Helper()
	resp, err := p.server.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typ, ID: id})
	if err != nil || failedWith(resp.Diagnostics) != nil {
		p.t.Fatalf("import of %s %s: %v %s", typ, id, err, said(resp.Diagnostics))
	}
	one := resp.ImportedResources[0]
	read, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: typ, CurrentState: one.State, Private: one.Private})
	if err != nil || failedWith(read.Diagnostics) != nil {
		p.t.Fatalf("read of %s %s: %v %s", typ, id, err, said(read.Diagnostics))
	}
	return instance{typ, read.NewState, read.Private, arguments}
}

// data reads a data source.
func (p planner) data(typ string, arguments map[string]any) planned {
	schema := p.all.DataSourceSchemas[typ].ValueType()
	if arguments == nil {
		arguments = map[string]any{}
	}
	resp, err := p.server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typ, Config: p.dynamic(schema, arguments)})
	if err != nil {
		p.t.Fatal(err)
	}
	return planned{Refreshed: p.text(schema, resp.State), Said: sayings(resp.Diagnostics)}
}

// sayings are the errors and warnings, each by its summary: which of two objects is told the
// whole of one cause is a matter of who came first.
func sayings(diags []*tfprotov6.Diagnostic) (all []string) {
	for _, d := range diags {
		summary, _, _ := strings.Cut(d.Summary, ", for the same reason")
		all = append(all, d.Severity.String()+" "+summary)
	}
	return all
}

func failedWith(diags []*tfprotov6.Diagnostic) *tfprotov6.Diagnostic {
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return d
		}
	}
	return nil
}

func (p planner) text(typ tftypes.Type, of *tfprotov6.DynamicValue) string {
	if of == nil {
		return "nothing"
	}
	v, err := of.Unmarshal(typ)
	if err != nil {
		p.t.Error(err)
		return err.Error()
	}
	raw, err := json.Marshal(plain(v))
	if err != nil {
		p.t.Error(err)
	}
	return string(raw)
}

// plain is a value as JSON has it.
func plain(v tftypes.Value) any {
	switch {
	case !v.IsKnown():
		return "(known after apply)"
	case v.IsNull():
		return nil
	}
	var (
		text   string
		number big.Float
		truth  bool
		list   []tftypes.Value
		keyed  map[string]tftypes.Value
	)
	switch {
	case v.As(&text) == nil:
		return text
	case v.As(&number) == nil:
		return number.String()
	case v.As(&truth) == nil:
		return truth
	case v.As(&list) == nil:
		all := []any{}
		for _, one := range list {
			all = append(all, plain(one))
		}
		return all
	case v.As(&keyed) == nil:
		all := map[string]any{}
		for key, one := range keyed {
			all[key] = plain(one)
		}
		return all
	}
	return fmt.Sprint(v)
}

// dynamic makes a value of what JSON could hold; nil is null.
func (p planner) dynamic(typ tftypes.Type, of any) *tfprotov6.DynamicValue {
	p.t.Helper()
	if m, isMap := of.(map[string]any); isMap && m == nil {
		of = nil
	}
	out, err := tfprotov6.NewDynamicValue(typ, made(typ, of))
	if err != nil {
		p.t.Fatal(err)
	}
	return &out
}

func made(typ tftypes.Type, of any) tftypes.Value {
	if of == nil {
		return tftypes.NewValue(typ, nil)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		all := map[string]tftypes.Value{}
		for name, t := range typ.AttributeTypes {
			all[name] = made(t, of.(map[string]any)[name])
		}
		return tftypes.NewValue(typ, all)
	case tftypes.Map:
		all := map[string]tftypes.Value{}
		for name, one := range of.(map[string]any) {
			all[name] = made(typ.ElementType, one)
		}
		return tftypes.NewValue(typ, all)
	case tftypes.Set:
		return tftypes.NewValue(typ, madeAll(typ.ElementType, of))
	case tftypes.List:
		return tftypes.NewValue(typ, madeAll(typ.ElementType, of))
	}
	return tftypes.NewValue(typ, of)
}

func madeAll(typ tftypes.Type, of any) []tftypes.Value {
	all := []tftypes.Value{}
	for _, one := range of.([]string) {
		all = append(all, made(typ, one))
	}
	return all
}
