package review

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

type object = map[string]any

// draft is a plan as a test writes it down, in the JSON of both command lines.
type draft struct {
	changes, drift []object
	resources      []object // of the configuration
	rest           object
}

// does adds a change; before and after are nil for no object.
func (d *draft) does(actions, address string, before, after object, more ...object) *draft {
	d.changes = append(d.changes, changeOf(actions, address, before, after, more...))
	return d
}

func (d *draft) drifted(actions, address string, before, after object) *draft {
	d.drift = append(d.drift, changeOf(actions, address, before, after))
	return d
}

// refers adds a resource of the configuration, whose argument refers to something.
func (d *draft) refers(address, argument string, references ...string) *draft {
	d.resources = append(d.resources, object{"address": withoutKeys(address), "mode": "managed", "provider_config_key": "tray",
		"expressions": object{argument: object{"references": references}}})
	return d
}

func changeOf(actions, address string, before, after object, more ...object) object {
	plain := withoutKeys(address)
	parts := strings.Split(plain, ".")
	mode, typ := "managed", parts[len(parts)-2]
	if strings.HasPrefix(plain, "data.") {
		mode = "data"
	}
	change := object{"actions": strings.Split(actions, ","), "before": before, "after": after, "after_unknown": object{}, "before_sensitive": object{}, "after_sensitive": object{}}
	c := object{"address": address, "mode": mode, "type": typ, "change": change}
	if at := strings.Index(address, "."+typ); at > 0 && mode == "managed" {
		c["module_address"] = address[:at]
	}
	for _, m := range more {
		for key, value := range m {
			if strings.HasPrefix(key, "after_") || strings.HasPrefix(key, "before_") || key == "importing" {
				change[key] = value
			} else {
				c[key] = value
			}
		}
	}
	return c
}

func (d *draft) json() string {
	plan := object{"format_version": "1.2", "resource_changes": d.changes, "resource_drift": d.drift,
		"configuration": object{"provider_config": object{"tray": object{"name": "tray"}}, "root_module": object{"resources": d.resources}}}
	maps.Copy(plan, d.rest)
	out, err := json.Marshal(plan)
	if err != nil {
		panic(err)
	}
	return string(out)
}

func (d *draft) review(t testing.TB) *Review {
	t.Helper()
	r, err := Read(strings.NewReader(d.json()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// workspace, member and user are objects as the provider plans them.
func workspace(id, name string) object {
	return object{"id": id, "name": name, "deletion_protection": true, "adopted": false}
}

func member(workspaceID, email, role string) object {
	return object{"workspace_id": workspaceID, "email": email, "role": role, "status": "active"}
}

func user(email, role, status string) object {
	return object{"email": email, "organization_role": role, "status": status, "on_destroy": "delete"}
}

func with(o object, more object) object {
	o = maps.Clone(o)
	maps.Copy(o, more)
	return o
}

func without(o object, names ...string) object {
	o = maps.Clone(o)
	for _, name := range names {
		delete(o, name)
	}
	return o
}

// told is the access of a review, one line each: kind person @ where: from > to.
func told(all []Access) []string {
	lines := []string{}
	for _, a := range all {
		lines = append(lines, fmt.Sprintf("%s %s @ %s: %s > %s", a.Kind, a.Person, a.Where, a.From, a.To))
	}
	slices.Sort(lines)
	return lines
}

func lists(want ...string) []string { slices.Sort(want); return append([]string{}, want...) }

func mustTell(t *testing.T, got []Access, want ...string) {
	t.Helper()
	if have := told(got); !slices.Equal(have, lists(want...)) {
		t.Errorf("access is\n  %s\nwant\n  %s", strings.Join(have, "\n  "), strings.Join(want, "\n  "))
	}
}

func mustSay(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("it does not say %q:\n%s", part, text)
		}
	}
}

func mustNotSay(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("it says %q:\n%s", part, text)
		}
	}
}
