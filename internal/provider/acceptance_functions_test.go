package provider_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// emptyArguments are those that may be empty, and why.
var emptyArguments = map[string]string{
	"access_diff.old": "a report in which nobody has access",
	"access_diff.new": "as old",
}

// What a function is given is used, or refused as that argument. Terraform itself refuses
// null, and waits for what is not known yet, as long as the parameter says so.
func TestSchema_everyArgumentOfAFunctionIsChecked(t *testing.T) {
	p := configured(t, acctest.Start(t))
	ctx := context.Background()
	all, err := p.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range all.Functions {
		for i, parameter := range f.Parameters {
			if name+"."+parameter.Name == "remap_export.mappings" { // an object: TestRemapExport_isAFunction
				continue
			}
			if parameter.AllowNullValue || parameter.AllowUnknownValues || !parameter.Type.Is(tftypes.String) {
				t.Errorf("%s(%s): null, unknown and other types are new here: try them", name, parameter.Name)
			}
			for _, v := range []string{"", " x", "x ", "x"} {
				args := make([]*tfprotov6.DynamicValue, len(f.Parameters))
				for k := range f.Parameters {
					given := map[string]string{"role": "Owner", "permission": "projects:manage"}[f.Parameters[k].Name]
					if k == i {
						given = v
					}
					typ, value := f.Parameters[k].Type, tftypes.NewValue(tftypes.String, given)
					if typ.Is(tftypes.DynamicPseudoType) {
						value = tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{})
					}
					dynamic, err := tfprotov6.NewDynamicValue(typ, value)
					if err != nil {
						t.Fatal(err)
					}
					args[k] = &dynamic
				}
				resp, err := p.CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: name, Arguments: args})
				if err != nil {
					t.Fatal(err)
				}
				if _, free := emptyArguments[name+"."+parameter.Name]; free && v == "" {
					if resp.Error != nil {
						t.Errorf("%s: an empty %s is refused: %v", name, parameter.Name, resp.Error)
					}
					continue
				}
				if resp.Error == nil || resp.Error.FunctionArgument == nil || *resp.Error.FunctionArgument != int64(i) {
					t.Errorf("%s: %s = %q is not refused as that argument: %v", name, parameter.Name, v, resp.Error)
					continue
				}
				forPeople(t, name, []string{resp.Error.Text})
			}
		}
	}
}
