package base

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// SchemaProblem says why a text is no JSON Schema of an object; "" when it is one. Nothing
// is loaded: a reference to another document is a problem.
func SchemaProblem(text string) string {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return "" // the type says so
	}
	if object, ok := document.(map[string]any); !ok || object["type"] != nil && object["type"] != "object" {
		return `It describes no object. Write a JSON Schema with type = "object" and what people enter as its properties.`
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(nowhere{})
	if err := compiler.AddResource(schemaName, document); err != nil {
		return "It is not a JSON Schema: " + briefly(err)
	}
	if _, err := compiler.Compile(schemaName); err != nil {
		return "It is not a JSON Schema: " + briefly(err)
	}
	return ""
}

const schemaName = "urn:schema"

type nowhere struct{}

func (nowhere) Load(string) (any, error) {
	return nil, errors.New("references to other documents are not followed")
}

// briefly is the innermost cause, with where it is.
func briefly(err error) string {
	var schema *jsonschema.SchemaValidationError
	if errors.As(err, &schema) {
		err = schema.Err
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return strings.TrimPrefix(err.Error(), "jsonschema: ") + "."
	}
	for len(invalid.Causes) > 0 {
		invalid = invalid.Causes[0]
	}
	return fmt.Sprintf("at /%s, %s.", strings.Join(invalid.InstanceLocation, "/"), invalid.ErrorKind.LocalizedString(message.NewPrinter(language.English)))
}

// SchemaMismatches say where a secret JSON object has not the form that a JSON Schema asks
// for: by names and kinds, and never what a value is. Called is what messages call the object.
// A property that the schema does not name is a mistake too, unless it says that it takes
// others. What is no schema asks for nothing.
func SchemaMismatches(schema json.RawMessage, secret, called string) []string {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	object, is := document.(map[string]any)
	if err != nil || !is {
		return nil
	}
	if named, _ := object["properties"].(map[string]any); len(named) > 0 && isClosed(object) {
		object["additionalProperties"] = false
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(nowhere{})
	if compiler.AddResource(schemaName, object) != nil {
		return nil
	}
	compiled, err := compiler.Compile(schemaName)
	if err != nil {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(secret))
	var invalid *jsonschema.ValidationError
	if err != nil || !errors.As(compiled.Validate(value), &invalid) {
		return nil
	}
	return slices.Compact(slices.Sorted(mismatches(invalid, called)))
}

// isClosed reports whether nothing in a schema says which other properties it takes.
func isClosed(schema map[string]any) bool {
	for _, keyword := range []string{"additionalProperties", "unevaluatedProperties", "patternProperties", "allOf", "anyOf", "oneOf", "if", "$ref"} {
		if _, says := schema[keyword]; says {
			return false
		}
	}
	return true
}

// mismatches are the innermost causes. A keyword whose message may quote the value is named
// alone.
func mismatches(e *jsonschema.ValidationError, called string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, cause := range e.Causes {
			for one := range mismatches(cause, called) {
				if !yield(one) {
					return
				}
			}
		}
		if len(e.Causes) > 0 {
			return
		}
		at := strings.Join(append([]string{called}, e.InstanceLocation...), ".")
		switch k := e.ErrorKind.(type) {
		case *kind.Type:
			yield(fmt.Sprintf("%s is of the type %s, and %s is asked for", at, k.Got, strings.Join(k.Want, " or ")))
		case *kind.Required:
			yield(fmt.Sprintf("%s lacks %s", at, strings.Join(k.Missing, ", ")))
		case *kind.AdditionalProperties:
			yield(fmt.Sprintf("%s has %s, which is not asked for", at, strings.Join(k.Properties, ", ")))
		default:
			yield(fmt.Sprintf("%s is not as its schema asks (%s)", at, strings.Join(e.ErrorKind.KeywordPath(), ".")))
		}
	}
}

// SchemaKeys are the properties that a JSON Schema of an object names.
func SchemaKeys(text string) map[string]bool {
	var schema struct{ Properties map[string]json.RawMessage }
	_ = json.Unmarshal([]byte(text), &schema) // what is no schema has none
	keys := map[string]bool{}
	for key := range schema.Properties {
		keys[key] = true
	}
	return keys
}

// Document is JSON as Tray has it, in the words of was where these say the same.
func Document(was jsontypes.Normalized, now json.RawMessage) jsontypes.Normalized {
	if !was.IsNull() && !was.IsUnknown() && tray.SameJSON(json.RawMessage(was.ValueString()), now) {
		return was
	}
	return jsontypes.NewNormalizedValue(string(now))
}

// SameJSON is a plan modifier that keeps what the state holds where the configuration says
// the same in another layout, as generated configuration does.
func SameJSON() planmodifier.String { return sameJSON{} }

type sameJSON struct{}

func (sameJSON) Description(context.Context) string         { return "another layout is no change" }
func (sameJSON) MarkdownDescription(context.Context) string { return "another layout is no change" }

func (sameJSON) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.StateValue.IsNull() && !req.PlanValue.IsUnknown() &&
		tray.SameJSON(json.RawMessage(req.StateValue.ValueString()), json.RawMessage(req.PlanValue.ValueString())) {
		resp.PlanValue = req.StateValue
	}
}
