package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// plan is what the demo reads of `terraform show -json` on a saved plan.
type plan struct {
	Changes []struct {
		Address string `json:"address"`
		Change  struct {
			Actions []string       `json:"actions"`
			Before  map[string]any `json:"before"`
			After   map[string]any `json:"after"`
			Unknown map[string]any `json:"after_unknown"`
		} `json:"change"`
	} `json:"resource_changes"`
}

// A change is one resource that a plan touches, in the words of the plan.
type change struct {
	sign, address string
	attributes    []string // `role: "Viewer" -> "Contributor"`
}

func (c change) String() string {
	return strings.TrimSpace(fmt.Sprintf("%-3s %-54s %s", c.sign, c.address, strings.Join(c.attributes, ", ")))
}

// resource is the address without the instance's key.
func (c change) resource() string {
	resource, _, _ := strings.Cut(c.address, "[")
	return resource
}

func (c change) kind() string { return c.sign + c.resource() }

var signs = map[string]string{"create": "+", "update": "~", "delete": "-", "delete create": "-/+", "create delete": "+/-"}

// telling are the attributes that say what a new object is; ids and defaults say nothing to a reader.
var telling = []string{"email", "name", "organization_role", "role"}

func (p plan) changes() []change {
	var all []change
	for _, r := range p.Changes {
		sign, touches := signs[strings.Join(r.Change.Actions, " ")]
		if !touches {
			continue
		}
		c := change{sign: sign, address: r.Address}
		if sign == "~" {
			c.attributes = differences(flat(r.Change.Before), flat(r.Change.After), flat(r.Change.Unknown))
		} else {
			c.attributes = described(flat(r.Change.After), flat(r.Change.Before))
		}
		all = append(all, c)
	}
	return all
}

func differences(before, after, unknown map[string]string) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(joined(before, after))) {
		from, to := cmp.Or(before[name], "null"), cmp.Or(after[name], "null")
		if unknown[name] == "true" {
			to = "(known after apply)"
		}
		if from != to && !isID(name) {
			all = append(all, fmt.Sprintf("%s: %s -> %s", name, from, to))
		}
	}
	return all
}

// isID tells of an attribute that holds an id, which says nothing to a reader.
func isID(name string) bool { return name == "id" || strings.HasSuffix(name, "_id") }

// described tells what comes, or for a removal what goes.
func described(after, before map[string]string) []string {
	values := after
	if len(values) == 0 {
		values = before
	}
	var all []string
	for _, name := range telling {
		if value := values[name]; value != "" {
			all = append(all, strings.Trim(value, `"`))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if strings.HasPrefix(name, "members[") {
			all = append(all, strings.TrimSuffix(strings.TrimPrefix(name, `members["`), `"]`)+" "+strings.Trim(values[name], `"`))
		}
	}
	return all
}

// flat lists the attributes that are set, as JSON, with an entry of its own for each element of a map.
func flat(values map[string]any) map[string]string {
	all := map[string]string{}
	for name, value := range values {
		if inner, ok := value.(map[string]any); ok {
			for key, element := range inner {
				all[fmt.Sprintf("%s[%q]", name, key)] = text(element)
			}
			continue
		}
		if value != nil {
			all[name] = text(value)
		}
	}
	return all
}

func text(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(out)
}

func joined(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
