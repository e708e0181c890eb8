package promotion

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/export"
)

// newRemapFunction returns provider::tray::remap_export.
func newRemapFunction() function.Function { return remapFunction{} }

type remapFunction struct{}

func (remapFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "remap_export"
}

func (remapFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Rewrites connectors and services in an exported project.",
		MarkdownDescription: "Returns an exported project with other connectors and services in the steps of its workflows: what people edit by hand in the JSON otherwise. It makes no request. " +
			"The module needs the provider in its `required_providers`. Everything else stays, byte for byte. A name that the export does not use is an error that lists those that it uses.\n\n" +
			"`tray_project_import` maps connectors and services by itself: this is for exports that go another way.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "export", MarkdownDescription: "The exported project, as with `file(\"billing.json\")`."},
			function.DynamicParameter{
				Name: "mappings",
				MarkdownDescription: "An object with `connectors`, `services` or both, as in `{ connectors = { \"acme-crm/1.0\" = \"globex-crm/1.0\" }, services = { \"acme/1\" = \"globex/2\" } }`. " +
					"All are replaced at once, so that two may change places.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (remapFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var (
		document string
		mappings types.Dynamic
	)
	if resp.Error = req.Arguments.Get(ctx, &document, &mappings); resp.Error != nil {
		return
	}
	parts, problem := parse(mappings.UnderlyingValue())
	if problem != "" {
		resp.Error = function.NewArgumentFuncError(1, problem)
		return
	}
	for _, services := range []bool{false, true} {
		m := parts["connectors"]
		if services {
			m = parts["services"]
		}
		if _, err := m.Refs(services); err != nil {
			resp.Error = function.NewArgumentFuncError(1, err.Error())
			return
		}
	}
	got, err := export.Remap([]byte(document), parts["connectors"], parts["services"])
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, "The export cannot be remapped: "+err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, string(got))
}

// parse reads the mappings; problem says why it cannot.
func parse(v attr.Value) (parts map[string]export.Mapping, problem string) {
	const form = "Give an object with connectors, services or both, each a map of texts."
	members, ok := membersOf(v)
	if !ok {
		return nil, form
	}
	parts = map[string]export.Mapping{}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if name != "connectors" && name != "services" {
			return nil, fmt.Sprintf("There is no %q to map. %s", name, form)
		}
		parts[name] = export.Mapping{}
		if members[name].IsNull() {
			continue
		}
		pairs, ok := membersOf(members[name])
		if !ok {
			return nil, form
		}
		for from, to := range pairs {
			text, ok := to.(types.String)
			if !ok || text.IsNull() {
				return nil, form
			}
			parts[name][from] = text.ValueString()
		}
	}
	return parts, ""
}

// membersOf are the values in an object or a map.
func membersOf(v attr.Value) (map[string]attr.Value, bool) {
	switch v := v.(type) {
	case types.Object:
		return v.Attributes(), !v.IsNull()
	case types.Map:
		return v.Elements(), !v.IsNull()
	case types.Dynamic:
		return membersOf(v.UnderlyingValue())
	}
	return nil, false
}
