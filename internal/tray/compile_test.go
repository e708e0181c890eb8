package tray_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// The compiler compiles the methods of a generic type in every package that has a value of a type that leads to it. When a
// Client led to its collections, each noun's package took ten seconds for nine thousand functions that were not its own.
func TestClient_leadsToNoGenericTypeWithManyMethods(t *testing.T) {
	known := map[reflect.Type]bool{}
	var look func(reflect.Type, string)
	look = func(at reflect.Type, by string) {
		if known[at] || at.Kind() == reflect.Interface {
			return
		}
		known[at] = true
		by += " > " + at.String()
		if strings.Contains(at.String(), "[") && at.NumMethod() > 4 && strings.Contains(at.String(), "internal/tray") {
			t.Errorf("%d methods of a generic type: hold it as an interface\n%s", at.NumMethod(), by)
		}
		switch at.Kind() {
		case reflect.Struct:
			for i := range at.NumField() {
				look(at.Field(i).Type, by)
			}
		case reflect.Map:
			look(at.Key(), by)
			look(at.Elem(), by)
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
			look(at.Elem(), by)
		}
		for i := range at.NumMethod() {
			signature := at.Method(i).Type
			for in := range signature.NumIn() {
				look(signature.In(in), by)
			}
			for out := range signature.NumOut() {
				look(signature.Out(out), by)
			}
		}
	}
	look(reflect.TypeFor[*tray.Client](), "")
	if len(known) < 100 {
		t.Fatalf("only %d types seen", len(known))
	}
}
