package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// noneAsNull are the elements that may be null, and why.
var noneAsNull = map[string]string{
	"expires_at[key]":      "access that does not end, in one expression with access that does",
	"expires_at[key][key]": "as expires_at[key]",
}

// freeText are the single values that may be empty or begin with white space, and why.
// Elements of collections are words unless their type is base.FreeType, and those are here, too.
var freeText = map[string]string{
	"description":          "free text; \"\" clears it",
	"alerting_workflow_id": "\"\" takes it away",
	"embedded_id":          "\"\" takes it away",
	"config_wizard_css":    "\"\" takes it away",
	"name":                 "of a data source: Tray compares names letter for letter, and those made in its UI may have white space around them",
	"input":                "JSON, in which white space is none; the check of the object refuses the filled-in word already",
	"name_regex":           "a regular expression may begin with a space, and an empty one matches everything",
	"token":                "white space around a pasted token is dropped",
	"master_token":         "as token",
	"base_url":             "white space around a pasted address is dropped",
	"graphql_url":          "as base_url",
	"ca_certificate_pem":   "begins with a comment, ends with a line break",
	"ca_certificate_file":  "a path",
	"client_secret_wo":     "a secret is any text",
	"config[key]":          "a value of a project's configuration is any text",
	"sandbox.path":         "a path",
	"sandbox.organization": "a name",
}

// spot is one place of a configuration that somebody writes: a value, or an element of a
// collection, however deep.
type spot struct {
	root, path string
	element    bool
	key        bool // of a map, which is neither null nor unknown
	typ        tftypes.Type
	wrap       func(tftypes.Value) tftypes.Value // the root's value with that in the spot
}

// spots are the places in an attribute of a type.
func (s spot) spots() []spot {
	all := []spot{s}
	inside := func(suffix string, typ tftypes.Type, element bool, wrap func(tftypes.Value) tftypes.Value) {
		all = append(all, spot{s.root, s.path + suffix, element, false, typ, func(v tftypes.Value) tftypes.Value { return s.wrap(wrap(v)) }}.spots()...)
	}
	one := func(v tftypes.Value) tftypes.Value { return tftypes.NewValue(s.typ, []tftypes.Value{v}) }
	switch t := s.typ.(type) {
	case tftypes.Set:
		inside("[…]", t.ElementType, true, one)
	case tftypes.List:
		inside("[0]", t.ElementType, true, one)
	case tftypes.Map:
		all = append(all, spot{s.root, s.path + "{key}", true, true, tftypes.String, func(v tftypes.Value) tftypes.Value {
			var key string
			_ = v.As(&key) // a key is a known string
			return s.wrap(tftypes.NewValue(t, map[string]tftypes.Value{key: something(t.ElementType)}))
		}})
		inside("[key]", t.ElementType, true, func(v tftypes.Value) tftypes.Value {
			return tftypes.NewValue(t, map[string]tftypes.Value{"ana@example.com": v})
		})
	case tftypes.Object:
		for name, typ := range t.AttributeTypes {
			inside("."+name, typ, false, func(v tftypes.Value) tftypes.Value { return with(t, name, v) })
		}
	}
	return all
}

// something is a value that nobody objects to.
func something(typ tftypes.Type) tftypes.Value {
	if typ.Is(tftypes.String) {
		return tftypes.NewValue(typ, "Viewer")
	}
	if typ.Is(tftypes.Map{}) {
		return tftypes.NewValue(typ, map[string]tftypes.Value{})
	}
	return tftypes.NewValue(typ, []tftypes.Value{})
}

// with is an object whose other attributes are null.
func with(t tftypes.Object, name string, v tftypes.Value) tftypes.Value {
	all := map[string]tftypes.Value{}
	for n, typ := range t.AttributeTypes {
		all[n] = tftypes.NewValue(typ, nil)
	}
	all[name] = v
	return tftypes.NewValue(t, all)
}

// told are the errors that are not among those of before, each with where it points.
func told(diags, before []*tfprotov6.Diagnostic) (all []string) {
	line := func(d *tfprotov6.Diagnostic) string {
		return fmt.Sprintf("%v: %s: %s", d.Attribute, d.Summary, d.Detail)
	}
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError && !slices.ContainsFunc(before, func(b *tfprotov6.Diagnostic) bool { return line(b) == line(d) }) {
			all = append(all, line(d))
		}
	}
	return all
}

// itsOwnFault are words by which the framework, or Go, speaks to the provider's authors.
var itsOwnFault = []string{"always an error in the provider", "report the following", "Value Conversion", "types.", "tftypes", "%!"}

func forPeople(t *testing.T, where string, said []string) {
	t.Helper()
	for _, s := range said {
		for _, words := range itsOwnFault {
			if strings.Contains(s, words) {
				t.Errorf("%s: a message for the provider's authors, not for people:\n%s", where, s)
			}
		}
	}
}

// Whatever is written anywhere in a configuration is accepted, or refused with an error
// on its attribute. An element of a collection is never null, empty or padded, whichever
// collection it is; a new one is checked here as soon as it is in a schema.
func TestSchema_everyValueIsCheckedWhereverItStands(t *testing.T) {
	env := acctest.Start(t)
	p := configured(t, env)
	for _, f := range forms(t, p) {
		t.Run(f.name, func(t *testing.T) {
			before, err := f.validate(f.config(t, "", tftypes.Value{}))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range f.spots() {
				before := before
				if strings.Contains(s.path, ".") && !s.element { // what else its object needs is missing beside it
					diags, err := f.validate(f.config(t, s.root, s.wrap(tftypes.NewValue(s.typ, nil))))
					if err != nil {
						t.Fatal(err)
					}
					before = append(slices.Clone(before), diags...)
				}
				if !s.key {
					f.probe(t, s, before, "null", tftypes.NewValue(s.typ, nil), s.element && noneAsNull[s.path] == "")
					f.probe(t, s, before, "unknown", tftypes.NewValue(s.typ, tftypes.UnknownValue), false)
				}
				if !s.typ.Is(tftypes.String) {
					continue
				}
				_, free := freeText[s.path]
				free = free && (s.path != "name" || !strings.HasPrefix(f.name, "resource "))
				for _, v := range []string{"", " ", " x", "x ", " ana@example.com", "x\n"} {
					f.probe(t, s, before, fmt.Sprintf("%q", v), tftypes.NewValue(tftypes.String, v), !free)
				}
			}
		})
	}
}

// probe puts a value into a spot. With refused it has to be refused at once; else what
// follows has to be clear as well.
func (f form) probe(t *testing.T, s spot, before []*tfprotov6.Diagnostic, what string, v tftypes.Value, refused bool) {
	t.Helper()
	where := s.path + " = " + what
	config := f.config(t, s.root, s.wrap(v))
	diags, err := f.validate(config)
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	said := told(diags, before)
	forPeople(t, where, said)
	on := tftypes.NewAttributePath().WithAttributeName(s.root).String()
	if strings.HasPrefix(what, `"`) || s.element && what == "null" {
		for _, line := range said {
			if !strings.HasPrefix(line, on) {
				t.Errorf("%s: the error is not on its attribute: %s", where, line)
			}
		}
	}
	if refused && len(said) != 1 {
		t.Errorf("%s: want one error, got %d: %q", where, len(said), said)
	}
	if what == "unknown" && len(said) > 0 {
		t.Errorf("%s: what is not known yet is refused: %q", where, said)
	}
	if len(told(diags, nil)) > 0 || f.waits && what == "unknown" {
		return
	}
	if diags, err = f.use(config); err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	forPeople(t, where, told(diags, nil))
}

// configured is the provider, configured for env's organization.
func configured(t *testing.T, env *acctest.Env) tfprotov6.ProviderServer {
	t.Helper()
	p, err := env.Factories()["tray"]()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	all, err := p.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := all.Provider.ValueType().(tftypes.Object)
	block := map[string]tftypes.Value{}
	for name, at := range typ.AttributeTypes {
		block[name] = tftypes.NewValue(at, nil)
	}
	block["base_url"], block["token"] = tftypes.NewValue(tftypes.String, env.URL), tftypes.NewValue(tftypes.String, env.Token)
	dynamic, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, block))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := p.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: &dynamic})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatal(err, resp)
	}
	return p
}
