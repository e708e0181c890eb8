package promotion_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// wire is a provider of its own, as each walk of a command has one, in which a resource is
// planned and created without a command line.
type wire struct {
	t      *rapid.T
	server tfprotov6.ProviderServer
	typ    tftypes.Object
	schema *tfprotov6.Schema
}

const kind = "tray_project_import"

func serve(t *rapid.T, env *acctest.Env) wire {
	server, err := env.Factories()["tray"]()
	if err != nil {
		t.Fatal(err)
	}
	all, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	w := wire{t, server, all.ResourceSchemas[kind].ValueType().(tftypes.Object), all.ResourceSchemas[kind]}
	config := w.dynamic(all.Provider.ValueType().(tftypes.Object), map[string]any{"base_url": env.URL, "token": env.Token})
	resp, err := server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatal(err, resp)
	}
	return w
}

// dynamic is an object with those attributes, which are texts, numbers, or maps of texts.
func (w wire) dynamic(typ tftypes.Object, attributes map[string]any) *tfprotov6.DynamicValue {
	values := map[string]tftypes.Value{}
	for name, t := range typ.AttributeTypes {
		switch v := attributes[name].(type) {
		case map[string]string:
			texts := map[string]tftypes.Value{}
			for key, text := range v {
				texts[key] = tftypes.NewValue(tftypes.String, text)
			}
			values[name] = tftypes.NewValue(t, texts)
		case tftypes.Value:
			values[name] = v
		default:
			values[name] = tftypes.NewValue(t, v)
		}
	}
	return w.encoded(typ, tftypes.NewValue(typ, values))
}

func (w wire) encoded(typ tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	d, err := tfprotov6.NewDynamicValue(typ, v)
	if err != nil {
		w.t.Fatal(err)
	}
	return &d
}

// proposed is the configuration, of which what only the provider knows is unknown.
func (w wire) proposed(config map[string]any) *tfprotov6.DynamicValue {
	all := map[string]any{}
	for name, v := range config {
		all[name] = v
	}
	for _, a := range w.schema.Block.Attributes {
		if a.Computed && all[a.Name] == nil {
			all[a.Name] = tftypes.NewValue(a.ValueType(), tftypes.UnknownValue)
		}
	}
	return w.dynamic(w.typ, all)
}

// plan plans to create the resource. Said are the errors.
func (w wire) plan(config map[string]any) (planned *tfprotov6.DynamicValue, private []byte, said string) {
	resp, err := w.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: kind, PriorState: w.encoded(w.typ, tftypes.NewValue(w.typ, nil)), Config: w.dynamic(w.typ, config), ProposedNewState: w.proposed(config)})
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.PlannedState, resp.PlannedPrivate, errorsIn(resp.Diagnostics)
}

// create applies what was planned.
func (w wire) create(config map[string]any, planned *tfprotov6.DynamicValue, private []byte) (state *tfprotov6.DynamicValue, said string) {
	resp, err := w.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: kind, PriorState: w.encoded(w.typ, tftypes.NewValue(w.typ, nil)), Config: w.dynamic(w.typ, config), PlannedState: planned, PlannedPrivate: private})
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.NewState, errorsIn(resp.Diagnostics)
}

func errorsIn(diags []*tfprotov6.Diagnostic) string {
	var all []string
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			all = append(all, d.Summary+": "+d.Detail)
		}
	}
	return strings.Join(all, "\n")
}

// shown is what a state or a plan says that an import does: the names, by "workflows.created"
// and the like.
func (w wire) shown(state *tfprotov6.DynamicValue) map[string][]string {
	v, err := state.Unmarshal(w.typ)
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[string][]string{}
	for _, of := range []string{"workflows", "config"} {
		for _, what := range []string{"created", "updated", "removed"} {
			at := tftypes.NewAttributePath().WithAttributeName("impact").WithAttributeName(of).WithAttributeName(what)
			found, _, err := tftypes.WalkAttributePath(v, at)
			list, ok := found.(tftypes.Value)
			var elements []tftypes.Value
			if err != nil || !ok || list.As(&elements) != nil {
				w.t.Fatal(fmt.Sprintf("%s: %v in %s", at, err, v))
			}
			all[of+"."+what] = []string{}
			for _, e := range elements {
				var text string
				if err := e.As(&text); err != nil {
					w.t.Fatal(err)
				}
				all[of+"."+what] = append(all[of+"."+what], text)
			}
		}
	}
	return all
}
