package base

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// SchemaProblem says why a text is no JSON Schema of an object; "" when it is one. Nothing
// is loaded: a reference to another document is a problem.
func SchemaProblem(text string) string {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return fmt.Sprintf("It is not JSON: %s. Write it with jsonencode().", err)
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
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return strings.TrimPrefix(err.Error(), "jsonschema: ") + "."
	}
	for len(invalid.Causes) > 0 {
		invalid = invalid.Causes[0]
	}
	lines := strings.Split(invalid.Error(), "\n")
	return "at /" + strings.Join(invalid.InstanceLocation, "/") + ": " + strings.TrimSpace(lines[len(lines)-1]) + "."
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
