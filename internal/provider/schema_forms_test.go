package provider_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// form is what somebody writes in one block: how it is validated and used.
type form struct {
	name   string
	schema *tfprotov6.Schema
	// validate is what `terraform validate` does; use goes on with what that accepted.
	validate func(*tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error)
	use      func(*tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error)
	// waits says that Terraform uses it only once everything in it is known.
	waits bool
}

func (f form) spots() []spot {
	var all []spot
	for _, a := range f.schema.Block.Attributes {
		if a.Optional || a.Required {
			all = append(all, spot{a.Name, a.Name, false, false, a.ValueType(), func(v tftypes.Value) tftypes.Value { return v }}.spots()...)
		}
	}
	return all
}

// config is a block with v in one attribute. Required words are filled in, as Terraform
// itself sees to it that they are there.
func (f form) config(t *testing.T, root string, v tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	typ := f.schema.ValueType().(tftypes.Object)
	all := map[string]tftypes.Value{}
	for _, a := range f.schema.Block.Attributes {
		all[a.Name] = tftypes.NewValue(a.ValueType(), nil)
		if a.Required && a.ValueType().Is(tftypes.String) {
			all[a.Name] = tftypes.NewValue(tftypes.String, "x")
		}
	}
	if root != "" {
		all[root] = v
	}
	dynamic, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, all))
	if err != nil {
		t.Fatal(err)
	}
	return &dynamic
}

// forms are all blocks that the provider takes.
func forms(t *testing.T, p tfprotov6.ProviderServer) []form {
	t.Helper()
	ctx := context.Background()
	all, err := p.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	nothing := func(*tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) { return nil, nil }
	list := []form{{"provider", all.Provider, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
		resp, err := p.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: v})
		return resp.Diagnostics, err
	}, nothing, true}}
	for name, s := range all.ResourceSchemas {
		null, err := tfprotov6.NewDynamicValue(s.ValueType(), tftypes.NewValue(s.ValueType(), nil))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, form{"resource " + name, s, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := p.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: v,
				ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true}})
			return resp.Diagnostics, err
		}, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := p.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: v, ProposedNewState: v, PriorState: &null})
			return resp.Diagnostics, err
		}, false})
	}
	for name, s := range all.DataSourceSchemas {
		list = append(list, form{"data " + name, s, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := p.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: v})
			return resp.Diagnostics, err
		}, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := p.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: v})
			return resp.Diagnostics, err
		}, true})
	}
	for name, s := range all.EphemeralResourceSchemas {
		list = append(list, form{"ephemeral " + name, s, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := p.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: v})
			return resp.Diagnostics, err
		}, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := p.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: v})
			return resp.Diagnostics, err
		}, true})
	}
	actions := p.(tfprotov6.ActionServer)
	for name, s := range all.ActionSchemas {
		list = append(list, form{"action " + name, s.Schema, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := actions.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: v})
			return resp.Diagnostics, err
		}, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := actions.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: name, Config: v})
			return resp.Diagnostics, err
		}, false})
	}
	lists := p.(tfprotov6.ListResourceServer)
	for name, s := range all.ListResourceSchemas {
		list = append(list, form{"list " + name, s, func(v *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
			resp, err := lists.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: v})
			return resp.Diagnostics, err
		}, nothing, true})
	}
	return list
}
