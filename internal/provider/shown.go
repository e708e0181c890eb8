package provider

import (
	"context"
	"errors"
	"fmt"

	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Shown are, by resource type, the attributes whose values may be handed out, as the schemas
// say: all that are neither sensitive nor write-only, nor inside of one that is. An
// attribute's path has a dot before the name of an inner one, and ".*" for the elements of a
// list, set or map of objects. Whoever keeps these alone hands out no secret of a resource
// that is added one day. Arguments are the outer attributes that a configuration gives.
func Shown(p framework.Provider) (shown, arguments map[string][]string, err error) {
	all, err := providerserver.NewProtocol6(p)().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, nil, err
	}
	for _, d := range all.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			err = errors.Join(err, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	shown, arguments = map[string][]string{}, map[string][]string{}
	for name, schema := range all.ResourceSchemas {
		shown[name] = shownBlock("", schema.Block)
		for _, a := range schema.Block.Attributes {
			if a.Required || a.Optional {
				arguments[name] = append(arguments[name], a.Name)
			}
		}
	}
	return shown, arguments, err
}

func shownBlock(prefix string, b *tfprotov6.SchemaBlock) []string {
	paths := shownAttributes(prefix, b.Attributes)
	for _, nested := range b.BlockTypes {
		inner := prefix + nested.TypeName + "."
		if nested.Nesting != tfprotov6.SchemaNestedBlockNestingModeSingle && nested.Nesting != tfprotov6.SchemaNestedBlockNestingModeGroup {
			inner += "*."
		}
		paths = append(paths, shownBlock(inner, nested.Block)...)
	}
	return paths
}

func shownAttributes(prefix string, all []*tfprotov6.SchemaAttribute) (paths []string) {
	for _, a := range all {
		switch inner := prefix + a.Name; {
		case a.Sensitive, a.WriteOnly:
		case a.NestedType == nil:
			paths = append(paths, inner)
		case a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
			paths = append(paths, shownAttributes(inner+".", a.NestedType.Attributes)...)
		default:
			paths = append(paths, shownAttributes(inner+".*.", a.NestedType.Attributes)...)
		}
	}
	return paths
}
