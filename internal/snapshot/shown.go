package snapshot

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// shown is what of a value may be handed out: of an object these attributes, of a collection
// that of each of its elements, under "*", and all of it where it is nil. What is not in it is
// secret, or nobody knows what it is.
type shown map[string]shown

// shownBy makes that of the paths of a type's attributes.
func shownBy(paths []string) shown {
	root := shown{}
	for _, path := range paths {
		at := root
		names := strings.Split(path, ".")
		for _, name := range names[:len(names)-1] {
			if at[name] == nil {
				at[name] = shown{}
			}
			at = at[name]
		}
		at[names[len(names)-1]] = nil
	}
	return root
}

// of empties what may not be handed out, and tells it.
func (s shown) of(value any, emptied func(any)) any {
	if s == nil {
		return value
	}
	elements, many := s["*"]
	switch x := value.(type) {
	case nil:
		return nil
	case []any:
		if many {
			for i := range x {
				x[i] = elements.of(x[i], emptied)
			}
			return x
		}
	case map[string]any:
		for name := range x {
			inner, has := s[name]
			switch {
			case many:
				x[name] = elements.of(x[name], emptied)
			case has:
				x[name] = inner.of(x[name], emptied)
			default:
				emptied(x[name])
				x[name] = nil
			}
		}
		return x
	}
	emptied(value) // of another form than the schema has today
	return nil
}

// builtIn has no sensitive attribute of its own, and is in every command line: what it holds
// is sensitive when it was given something that is.
const (
	builtIn         = "terraform_data"
	builtInProvider = `provider["terraform.io/builtin/terraform"]`
)

// ourProvider is the place of this provider's resources, whatever registry it came from.
var ourProvider = regexp.MustCompile(`provider\["[^"]+/tray"\][^"]*$`)

// conceal empties what no schema lets out, before anything else looks at the instance. It
// reports whether the type is known at all: of one that is not, nothing is handed out, as
// which of its values are secret is not in every state. Command lines list the sensitive
// attributes of a schema there since lately, and the values that a provider was given only.
func (v *veiled) conceal(resource map[string]any) bool {
	typ := fmt.Sprint(resource["type"])
	of := fmt.Sprint(resource["provider"])
	paths, known := v.shown[typ]
	known = known && ourProvider.MatchString(of)
	builtin := typ == builtIn && strings.Contains(of, builtInProvider)
	if !known && !builtin {
		v.dropped[typ] = true
		return false
	}
	for i := range instances(resource) {
		delete(i, "attributes_flat") // of versions before 0.12, which nothing writes
		attributes, _ := i["attributes"].(map[string]any)
		if known {
			shownBy(paths).of(attributes, v.secret)
		}
		given, _ := i["sensitive_attributes"].([]any)
		for _, path := range given {
			steps, _ := path.([]any)
			if takeOut(attributes, steps); len(steps) == 0 { // of everything
				clear(attributes)
			}
		}
		if builtin && len(given) > 0 && attributes != nil {
			attributes["output"] = nil // a copy of the input, which is not listed
		}
	}
	return true
}

// instances are those of a resource, deposed ones too.
func instances(resource map[string]any) func(yield func(map[string]any) bool) {
	all, _ := resource["instances"].([]any)
	return func(yield func(map[string]any) bool) {
		for _, one := range all {
			if i, is := one.(map[string]any); is && !yield(i) {
				return
			}
		}
	}
}

// shortestSecret is the length from which a text that was emptied is looked for elsewhere:
// shorter ones stand in other words by chance.
const shortestSecret = 8

// secret notes the texts of what was emptied because a schema says so: none of them may stand
// elsewhere, such as in an output that `nonsensitive` let through.
func (v *veiled) secret(value any) {
	switch x := value.(type) {
	case string:
		if len(x) >= shortestSecret && !slices.Contains(v.secrets, x) {
			v.secrets = append(v.secrets, x)
		}
	case []any:
		for _, one := range x {
			v.secret(one)
		}
	case map[string]any:
		for _, one := range x {
			v.secret(one)
		}
	}
}

// tells reports whether a text holds a secret.
func (v *veiled) tells(text string) bool {
	return slices.ContainsFunc(v.secrets, func(secret string) bool { return strings.Contains(text, secret) })
}

// left says what is not in the state, and what that means for a plan.
func (v *veiled) left() string {
	if len(v.dropped) == 0 {
		return ""
	}
	return fmt.Sprintf("Not in it: resources of %s. This provider does not know them, and cannot tell what in them is secret. "+
		"A plan by the state makes them anew, and shows what depends on them as not known: keep them in another root module.\n",
		strings.Join(slices.Sorted(maps.Keys(v.dropped)), ", "))
}
