package review

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

const (
	schemaPath = "../../examples/policy/review.schema.json"
	schemaPage = "../../templates/guides/review-json.md.tmpl"
)

// Policies read the JSON: every review fits the schema that they are written by.
func TestJSON_fitsItsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	fits := func(text string) error {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			return err
		}
		return schema.Validate(document)
	}
	golden, err := os.ReadFile("testdata/forty.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := fits(string(golden)); err != nil {
		t.Error(err)
	}
	if fits(strings.Replace(string(golden), `"errored"`, `"failed"`, 1)) == nil {
		t.Error("the schema takes a field that nobody knows")
	}
	rapid.Check(t, func(t *rapid.T) {
		r, err := Read(strings.NewReader(randomWorld(t).d.json()))
		if err != nil {
			t.Fatal(err)
		}
		text, err := r.JSON()
		if err == nil {
			err = fits(text)
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	})
}

// The page has a row for each field, in the schema's words.
func TestJSON_everyFieldIsOnItsPage(t *testing.T) {
	page, err := os.ReadFile(schemaPage)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	type object struct {
		Properties map[string]struct{ Description string }
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	objects := []object{schema.object, schema.Defs["access"], schema.Defs["change"], schema.Defs["end"], schema.Defs["told"]}
	rows := 0
	for _, o := range objects {
		for name, field := range o.Properties {
			rows++
			has := slices.ContainsFunc(strings.Split(string(page), "\n"), func(line string) bool {
				return strings.HasPrefix(line, "| `"+name+"` |") && strings.HasSuffix(line, "| "+field.Description+" |")
			})
			if !has {
				t.Errorf("the page has no row for %s: %s", name, field.Description)
			}
		}
	}
	if rows < 30 {
		t.Errorf("the schema has %d fields", rows)
	}
}
