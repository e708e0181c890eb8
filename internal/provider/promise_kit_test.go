package provider_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// kept is one resource in a state, as Terraform stores it.
type kept struct {
	typ, name           string
	attributes, private []byte
}

// keptIn reads the state file in dir.
func keptIn(t testing.TB, dir string) []kept {
	t.Helper()
	var state struct {
		Resources []struct {
			Mode, Type, Name string
			Instances        []struct {
				Attributes json.RawMessage
				Private    []byte
			}
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
	if err == nil {
		err = json.Unmarshal(raw, &state)
	}
	if err != nil {
		t.Fatal(err)
	}
	var all []kept
	for _, r := range state.Resources {
		for _, i := range r.Instances {
			if r.Mode == "managed" {
				all = append(all, kept{r.Type, r.Name, i.Attributes, i.Private})
			}
		}
	}
	slices.SortFunc(all, func(a, b kept) int { return strings.Compare(a.name, b.name) })
	return all
}

// wire is the provider as Terraform speaks to it, configured for one token.
type wire struct {
	t       *testing.T
	server  tfprotov6.ProviderServer
	schemas map[string]*tfprotov6.Schema
}

// serve starts a provider for the organization of env with that token. Arguments are
// more of the provider block.
func (w world) serve(t *testing.T, token string) wire {
	return serveFor(t, w.Env, map[string]string{"base_url": w.Env.URL, "token": token, "master_token": token})
}

func serveFor(t *testing.T, env *acctest.Env, arguments map[string]string) wire {
	t.Helper()
	s, err := env.Factories()["tray"]()
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	object, ok := all.Provider.ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the provider block is no object")
	}
	values := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		values[name] = tftypes.NewValue(typ, nil)
		if v, given := arguments[name]; given {
			values[name] = tftypes.NewValue(typ, v)
		}
	}
	config, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatal(err, said(resp.Diagnostics))
	}
	return wire{t, s, all.ResourceSchemas}
}

// outcome is what a call did to a resource in the state.
type outcome struct {
	dropped, same bool
	said          string
	errors        []*tfprotov6.Diagnostic
	private       []byte
}

func (o outcome) failed() bool { return len(o.errors) > 0 }

// state is k as the protocol carries it.
func (w wire) state(k kept) *tfprotov6.DynamicValue {
	w.t.Helper()
	up, err := w.server.UpgradeResourceState(w.t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: k.typ, Version: w.schemas[k.typ].Version, RawState: &tfprotov6.RawState{JSON: k.attributes}})
	if err != nil || len(up.Diagnostics) > 0 {
		w.t.Fatal(err, said(up.Diagnostics))
	}
	return up.UpgradedState
}

// read is the refresh of one resource.
func (w wire) read(k kept) outcome {
	w.t.Helper()
	before := w.state(k)
	resp, err := w.server.ReadResource(w.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: k.typ, CurrentState: before, Private: k.private})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.outcome(k, before, resp.NewState, resp.Private, resp.Diagnostics)
}

// destroy is the deletion of one resource that a saved plan holds.
func (w wire) destroy(k kept) outcome {
	w.t.Helper()
	before, typ := w.state(k), w.schemas[k.typ].ValueType()
	none, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, nil))
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := w.server.ApplyResourceChange(context.WithoutCancel(w.t.Context()), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: k.typ, PriorState: before, PlannedState: &none, Config: &none, PlannedPrivate: k.private})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.outcome(k, before, resp.NewState, resp.Private, resp.Diagnostics)
}

// replan is the plan of a destroy without a refresh.
func (w wire) replan(k kept) outcome {
	w.t.Helper()
	before, typ := w.state(k), w.schemas[k.typ].ValueType()
	none, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, nil))
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := w.server.PlanResourceChange(w.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: k.typ, PriorState: before, ProposedNewState: &none, Config: &none, PriorPrivate: k.private})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.outcome(k, before, resp.PlannedState, resp.PlannedPrivate, resp.Diagnostics)
}

func (w wire) outcome(k kept, before, after *tfprotov6.DynamicValue, private []byte, diags []*tfprotov6.Diagnostic) outcome {
	w.t.Helper()
	typ := w.schemas[k.typ].ValueType()
	was, err := before.Unmarshal(typ)
	if err != nil {
		w.t.Fatal(err)
	}
	is, err := after.Unmarshal(typ)
	if err != nil {
		w.t.Fatal(err)
	}
	o := outcome{dropped: is.IsNull(), same: was.Equal(is), said: said(diags), private: private}
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			o.errors = append(o.errors, d)
		}
	}
	return o
}

func said(diags []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diags {
		lines = append(lines, d.Summary+": "+d.Detail)
	}
	return strings.Join(lines, "\n")
}

// resourceTypes are those that the provider has.
func resourceTypes(t *testing.T) []string {
	t.Helper()
	s, err := acctest.Start(t).Factories()["tray"]()
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for typ := range all.ResourceSchemas {
		types = append(types, typ)
	}
	return types
}
