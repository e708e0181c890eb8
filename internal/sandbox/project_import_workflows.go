package sandbox

import (
	"cmp"
	"maps"
	"regexp"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// importWorkflows finds who is who first, as workflows name each other by their ids.
func (i *importing) importWorkflows() (impact changes[workflowChange], err error) {
	impact = noChanges[workflowChange]()
	there, err := engine.Collect(i.tx, scanWorkflow, workflowQuery+"t.project_id = ? ORDER BY t.seq", i.into.ID)
	if err != nil {
		return impact, err
	}
	were := i.match(there)
	stays := map[string]bool{}
	for _, w := range were {
		stays[w.id] = true
	}
	for _, one := range there {
		if stays[one.Element.id] {
			continue
		}
		if _, err := i.tx.Exec("DELETE FROM workflows WHERE id = ?", one.Element.id); err != nil {
			return impact, err
		}
		impact.Removed = append(impact.Removed, workflowChange{ID: one.Element.id, Name: one.Element.title})
	}
	i.ids = map[string]string{}
	for _, w := range i.document.workflows {
		was, known := were[w.id]
		if !known {
			made := workflow{project: i.into.ID, lineage: w.lineage, title: w.title, creator: i.caller.id, createdAt: i.now.UnixMilli(), content: "{}"}
			if was, err = i.tx.insertWorkflow(made); err != nil {
				return impact, err
			}
			were[w.id] = was
			impact.Created = append(impact.Created, workflowChange{was.id, w.title, w.id})
		}
		i.ids[w.id] = was.id
	}
	return impact, i.overwrite(were, &impact)
}

// overwrite writes what differs.
func (i *importing) overwrite(were map[string]workflow, impact *changes[workflowChange]) error {
	for _, w := range i.document.workflows {
		was := were[w.id]
		content, err := i.adapted(w)
		if err != nil {
			return err
		}
		if content == was.content {
			continue
		}
		isNew := was.content == "{}"
		was.title, was.content = w.title, content
		if err := i.tx.updateWorkflow(was); err != nil {
			return err
		}
		if !isNew {
			impact.Updated = append(impact.Updated, workflowChange{was.id, w.title, w.id})
		}
	}
	return nil
}

// match finds the workflows of the project by the ids in the document: by id first, then
// by lineage among those that are left.
func (i *importing) match(there []engine.Placed[workflow]) map[string]workflow {
	were, taken := map[string]workflow{}, map[string]bool{}
	for _, same := range []func(exportedWorkflow, workflow) bool{
		func(e exportedWorkflow, w workflow) bool { return e.id == w.id },
		func(e exportedWorkflow, w workflow) bool { return e.lineage == w.lineage },
	} {
		for _, e := range i.document.workflows {
			if _, known := were[e.id]; known {
				continue
			}
			for _, one := range there {
				if w := one.Element; !taken[w.id] && same(e, w) {
					were[e.id], taken[w.id] = w, true
					break
				}
			}
		}
	}
	return were
}

var quotedUUID = regexp.MustCompile(`"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"`)

// adapted is the content of a workflow of the document as it is here: with our connectors,
// authentications and ids.
func (i *importing) adapted(w exportedWorkflow) (string, error) {
	t, err := parsedObject(w.raw)
	if err != nil {
		return "", err
	}
	for _, name := range workflowIdentity {
		delete(t, name)
	}
	for _, step := range under(t, "steps") {
		step, is := step.(tree)
		if !is {
			continue
		}
		if connector, given := step["connector"].(tree); given {
			to := mapped(i.connectorMapping, nameAndVersion{text(connector, "name"), text(connector, "version")})
			connector["name"], connector["version"] = to.Name, to.Version
		}
		if a, given := step["authentication"].(tree); given {
			scopes := textsIn(elements(a, "scopes"))
			maps.Copy(a, i.tx.stepAuthentication(i.authentications[text(a, "group")], scopes))
		}
	}
	return i.withOurIDs(ordered(t)), nil
}

// withOurIDs puts the ids of workflows here in place of those in the document.
func (i *importing) withOurIDs(text string) string {
	return quotedUUID.ReplaceAllStringFunc(text, func(quoted string) string {
		return `"` + cmp.Or(i.ids[strings.Trim(quoted, `"`)], strings.Trim(quoted, `"`)) + `"`
	})
}
