package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// What the steps of a workflow lean on, which is not the same everywhere: connectors, and
// authentications for services.

// readSteps collects what the steps of a workflow need, in the order of their names.
func (w *exportedWorkflow) readSteps(steps tree) error {
	for _, name := range slices.Sorted(maps.Keys(steps)) {
		step, is := steps[name].(tree)
		if !is {
			return wrongForm(fmt.Sprintf("expected an object as the step %s", name))
		}
		if connector, given := step["connector"].(tree); given {
			used := usedConnector{text(connector, "name"), text(connector, "version")}
			if used.name == "" || used.version == "" {
				return wrongForm(fmt.Sprintf("expected name and version of the connector of the step %s", name))
			}
			if !slices.Contains(w.uses, used) {
				w.uses = append(w.uses, used)
			}
		}
		if a, given := step["authentication"].(tree); given {
			if err := w.readNeed(name, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *exportedWorkflow) readNeed(step string, a tree) error {
	n := neededAuthentication{exportID: text(a, "group"), title: text(a, "title"),
		service: nameAndVersion{text(a, "service_name"), versionText(a["service_version"])}, scopes: textsIn(elements(a, "scopes"))}
	if n.exportID == "" || n.service.Name == "" || n.service.Version == "" {
		return wrongForm(fmt.Sprintf("expected group, service_name and service_version of the authentication of the step %s", step))
	}
	w.needs = append(w.needs, n)
	return nil
}

// versionText is the version of a service: a number in a document, a text elsewhere.
func versionText(v any) string {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case string:
		return v
	}
	return ""
}

func textsIn(all []any) []string {
	texts := []string{}
	for _, one := range all {
		if s, is := one.(string); is {
			texts = append(texts, s)
		}
	}
	return texts
}

// connectors are those that the workflows use, in the order of names.
func (d document) connectors() []usedConnector {
	all := map[usedConnector]bool{}
	for _, w := range d.workflows {
		for _, u := range w.uses {
			all[u] = true
		}
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b usedConnector) int {
		return slices.Compare([]string{a.name, a.version}, []string{b.name, b.version})
	})
}

// authentications are those that the workflows need, each once with the scopes of all its
// steps, in the order in which they are met.
func (d document) authentications() []neededAuthentication {
	var all []neededAuthentication
	at := map[string]int{}
	for _, w := range d.workflows {
		for _, n := range w.needs {
			i, known := at[n.exportID]
			if !known {
				at[n.exportID] = len(all)
				n.scopes = slices.Clone(n.scopes)
				all = append(all, n)
				continue
			}
			for _, s := range n.scopes {
				if !slices.Contains(all[i].scopes, s) {
					all[i].scopes = append(all[i].scopes, s)
				}
			}
		}
	}
	return all
}

// stepAuthentication is how a step of a document names an authentication: nothing that it
// authenticates with.
func (t *tx) stepAuthentication(a authentication, scopes []string) tree {
	s := t.managedAuthentication(a).Service
	version, _ := strconv.Atoi(s.Version) // empty where the environment is gone
	return tree{"group": a.ID, "title": a.Name, "service_icon": tree{"icon_type": "streamline", "value": s.Name},
		"scopes": scopes, "service_name": s.Name, "service_version": version}
}
