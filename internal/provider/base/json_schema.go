package base

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/santhosh-tekuri/jsonschema/v6"
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

func (nowhere) Load(url string) (any, error) {
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
