package contract

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

//go:embed embedded.graphql
var embeddedGraphQL string

// graphPath is where the Embedded API is. OpenAPI describes the HTTP of it, and
// embedded.graphql what travels within.
const graphPath = "/graphql"

// loadGraph compiles the schema once per process.
var loadGraph = sync.OnceValues(func() (*ast.Schema, error) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "embedded.graphql", Input: embeddedGraphQL})
	if err != nil {
		return nil, err // as it is: a nil *gqlerror.Error would be no nil error
	}
	return schema, nil
})

// graphExchange is the operation that a request asks to carry out.
type graphExchange struct {
	schema    *ast.Schema
	operation *ast.OperationDefinition
	variables map[string]any
}

// openGraph checks the document and the variables of a request against the schema. What an
// error of it quotes are names, as values may be secrets.
func openGraph(body []byte) (*graphExchange, error) {
	schema, err := loadGraph()
	if err != nil {
		return nil, fmt.Errorf("embedded.graphql: %w", err)
	}
	var in struct {
		Query         string         `json:"query"`
		Variables     map[string]any `json:"variables"`
		OperationName string         `json:"operationName"`
	}
	decode := json.NewDecoder(bytes.NewReader(body))
	decode.UseNumber()
	if err := decode.Decode(&in); err != nil {
		return nil, errors.New("the body cannot be read as a GraphQL request")
	}
	document, err := parser.ParseQuery(&ast.Source{Input: in.Query})
	if err != nil {
		return nil, errors.New("the document is not GraphQL")
	}
	if found := validator.ValidateWithRules(schema, document, rules.NewDefaultRules()); len(found) > 0 {
		return nil, fmt.Errorf("the document is not one of the schema: %w", within(found))
	}
	operation := document.Operations.ForName(in.OperationName)
	if operation == nil {
		return nil, errors.New("the document does not say which operation to carry out")
	}
	variables, err := validator.VariableValues(schema, operation, in.Variables)
	if err != nil {
		return nil, fmt.Errorf("a variable does not fit: %w", where(err))
	}
	return &graphExchange{schema, operation, variables}, nil
}

// within names the rules that a document breaks, and where in it.
func within(found gqlerror.List) error {
	var all []error
	for _, e := range found {
		at := "its end"
		if len(e.Locations) > 0 {
			at = fmt.Sprintf("line %d, column %d", e.Locations[0].Line, e.Locations[0].Column)
		}
		all = append(all, fmt.Errorf("%s at %s", e.Rule, at))
	}
	return errors.Join(all...)
}

// where is the path of an error without its message, which quotes a value.
func where(err error) error {
	var e *gqlerror.Error
	if errors.As(err, &e) && len(e.Path) > 0 {
		return errors.New("at " + e.Path.String())
	}
	return errors.New("its kind is another")
}

// close checks that an answer has what was selected, no more and no less, in its types.
// An answer with errors may be without data.
func (x *graphExchange) close(body []byte) error {
	var answer struct {
		Data   any               `json:"data"`
		Errors []json.RawMessage `json:"errors"`
	}
	decode := json.NewDecoder(bytes.NewReader(body))
	decode.UseNumber()
	if err := decode.Decode(&answer); err != nil {
		return err
	}
	if answer.Data == nil && len(answer.Errors) > 0 {
		return nil
	}
	root := x.schema.Query
	if x.operation.Operation == ast.Mutation {
		root = x.schema.Mutation
	}
	return x.object("data", root, []ast.SelectionSet{x.operation.SelectionSet}, answer.Data)
}

// object checks a value of an object type against what is selected of it.
func (x *graphExchange) object(at string, of *ast.Definition, selected []ast.SelectionSet, value any) error {
	got, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is no object", at)
	}
	fields := map[string][]*ast.Field{}
	for _, set := range selected {
		x.collect(of, set, fields)
	}
	var errs []error
	for name, same := range fields {
		one, there := got[name]
		if !there {
			errs = append(errs, fmt.Errorf("%s.%s is selected and missing", at, name))
			continue
		}
		var below []ast.SelectionSet
		for _, field := range same {
			below = append(below, field.SelectionSet)
		}
		errs = append(errs, x.value(at+"."+name, same[0].Definition.Type, below, one))
	}
	for name := range got {
		if fields[name] == nil {
			errs = append(errs, fmt.Errorf("%s.%s is there and was not selected", at, name))
		}
	}
	return errors.Join(errs...)
}

// collect gathers what a selection selects of an object, by the names in the answer.
func (x *graphExchange) collect(of *ast.Definition, set ast.SelectionSet, into map[string][]*ast.Field) {
	for _, one := range set {
		switch one := one.(type) {
		case *ast.Field:
			if x.wanted(one.Directives) {
				into[one.Alias] = append(into[one.Alias], one)
			}
		case *ast.InlineFragment:
			if x.wanted(one.Directives) && (one.TypeCondition == "" || one.TypeCondition == of.Name) {
				x.collect(of, one.SelectionSet, into)
			}
		case *ast.FragmentSpread:
			if x.wanted(one.Directives) && one.Definition.TypeCondition == of.Name {
				x.collect(of, one.Definition.SelectionSet, into)
			}
		}
	}
}

// wanted says what @skip and @include say.
func (x *graphExchange) wanted(directives ast.DirectiveList) bool {
	for name, skips := range map[string]bool{"skip": true, "include": false} {
		if d := directives.ForName(name); d != nil && d.ArgumentMap(x.variables)["if"] == skips {
			return false
		}
	}
	return true
}

func (x *graphExchange) value(at string, of *ast.Type, selected []ast.SelectionSet, value any) error {
	switch {
	case value == nil && of.NonNull:
		return fmt.Errorf("%s is null, and is never", at)
	case value == nil:
		return nil
	case of.Elem != nil:
		list, ok := value.([]any)
		if !ok {
			return fmt.Errorf("%s is no list", at)
		}
		var errs []error
		for i, one := range list {
			errs = append(errs, x.value(fmt.Sprintf("%s.%d", at, i), of.Elem, selected, one))
		}
		return errors.Join(errs...)
	}
	named := x.schema.Types[of.NamedType]
	switch {
	case named.Kind == ast.Object:
		return x.object(at, named, selected, value)
	case !fits(named, value):
		return fmt.Errorf("%s is no %s", at, named.Name)
	}
	return nil
}

// fits reports whether a value of the answer is of a scalar type or an enumeration.
func fits(named *ast.Definition, value any) bool {
	text, isText := value.(string)
	switch named.Name {
	case "Boolean":
		_, ok := value.(bool)
		return ok
	case "Int":
		number, ok := value.(json.Number)
		if !ok {
			return false
		}
		_, err := number.Int64()
		return err == nil
	case "Json":
		return isText && json.Valid([]byte(text))
	case "DateTime":
		return isText && momentPattern.MatchString(text)
	}
	if named.Kind == ast.Enum {
		return slices.ContainsFunc(named.EnumValues, func(v *ast.EnumValueDefinition) bool { return v.Name == text })
	}
	return isText
}
