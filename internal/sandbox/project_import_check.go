package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// problems are why an import is refused, all of them.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p problems) refusal() error {
	if len(p) == 0 {
		return nil
	}
	return engine.BadRequest("The project cannot be imported: %s", strings.Join(p, "; "))
}

// check refuses what cannot be fitted in, and finds the authentications.
func (i *importing) check() error {
	var wrong problems
	if err := i.checkConnectors(&wrong); err != nil {
		return err
	}
	if err := i.checkAuthentications(&wrong); err != nil {
		return err
	}
	i.checkConfig(&wrong)
	if i.document.solution != nil && i.workspace.Type != typeEmbedded {
		wrong.add("it has a solution, and solutions are in the Embedded workspace only")
	}
	return wrong.refusal()
}

func (i *importing) checkConnectors(wrong *problems) error {
	there, err := i.usable()
	if err != nil {
		return err
	}
	has := func(n nameAndVersion) bool {
		return slices.ContainsFunc(there, func(u usableConnector) bool { return u.Name == n.Name && u.Version == n.Version })
	}
	for _, used := range i.document.connectors() {
		from := nameAndVersion{used.name, used.version}
		switch to := mapped(i.connectorMapping, from); {
		case has(to):
		case to == from:
			wrong.add("the connector %s %s is not available here: map it", from.Name, from.Version)
		default:
			wrong.add("the connector %s %s, to which %s %s is mapped, is not available here", to.Name, to.Version, from.Name, from.Version)
		}
	}
	return nil
}

func (i *importing) checkAuthentications(wrong *problems) error {
	i.authentications = map[string]authentication{}
	needed := i.document.authentications()
	given := map[string]string{}
	for _, r := range i.resolutions {
		if !slices.ContainsFunc(needed, func(n neededAuthentication) bool { return n.exportID == r.ExportID }) {
			wrong.add("authExportId %s is not in the export", r.ExportID)
		}
		given[r.ExportID] = r.AuthenticationID
	}
	for _, n := range needed {
		n.service = mapped(i.serviceMapping, n.service)
		a, err := i.resolve(n, given[n.exportID])
		var refused wrongForm
		if errors.As(err, &refused) {
			wrong.add("the authentication %s (authExportId %s) for %s %s %s", n.title, n.exportID, n.service.Name, n.service.Version, refused)
			continue
		}
		if err != nil {
			return err
		}
		i.authentications[n.exportID] = a
	}
	return nil
}

// resolve finds the authentication that steps get here.
func (i *importing) resolve(n neededAuthentication, id string) (authentication, error) {
	if id == "" {
		found, err := i.resolvedBefore(i.into, n)
		if err == nil && found == nil {
			return authentication{}, wrongForm("is not resolved")
		}
		if err != nil {
			return authentication{}, err
		}
		return *found, nil
	}
	a, err := one(i.tx, errNoAuthentication, scanAuthentication, authenticationsQuery+"t.id = ? AND t.workspace_id = ?", id, i.into.Workspace)
	if errors.Is(err, errNoAuthentication) {
		return a, wrongForm("is resolved by " + id + ", which is not in the workspace of the project")
	}
	if err != nil {
		return a, err
	}
	if misfit := i.tx.misfit(a, n); misfit != "" {
		return a, wrongForm("is resolved by " + a.Name + ", which " + misfit)
	}
	return a, nil
}

// resolvedBefore is the authentication that needs no resolution: that of an earlier import,
// or the exported one itself. There is none where it does not fit any more.
func (c *call) resolvedBefore(p project, n neededAuthentication) (*authentication, error) {
	found, err := engine.Collect(c.tx, scanAuthentication, authenticationsQuery+`t.workspace_id = ? AND
		(t.id = ? OR t.id = (SELECT authentication_id FROM project_authentications WHERE project_id = ? AND export_id = ?)) ORDER BY t.id = ?`,
		p.Workspace, n.exportID, p.ID, n.exportID, n.exportID)
	if err != nil {
		return nil, err
	}
	for _, a := range found {
		if c.tx.misfit(a.Element, n) == "" {
			return &a.Element, nil
		}
	}
	return nil, nil
}

// misfit says why an authentication does not do, or nothing.
func (t *tx) misfit(a authentication, n neededAuthentication) string {
	if s := t.managedAuthentication(a).Service; s != n.service {
		return fmt.Sprintf("is for %s %s", s.Name, s.Version)
	}
	var missing []string
	for _, s := range n.scopes {
		if !slices.Contains(a.Scopes, s) {
			missing = append(missing, s)
		}
	}
	if len(missing) > 0 {
		return "lacks the scopes " + strings.Join(missing, ", ")
	}
	return ""
}

// checkConfig asks for the exported keys and types in what overrides them.
func (i *importing) checkConfig(wrong *problems) {
	if i.override == nil {
		return
	}
	exported := under(i.document.project, "config")
	for _, key := range slices.Sorted(maps.Keys(exported)) {
		value, given := i.override[key]
		switch {
		case !given:
			wrong.add("configOverride lacks %s", key)
		case exported[key] != nil && kindOf(value) != kindOf(exported[key]):
			wrong.add("%s in configOverride is of the type %s, and %s in the export", key, kindOf(value), kindOf(exported[key]))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(i.override)) {
		if _, is := exported[key]; !is {
			wrong.add("configOverride has %s, which the export has not", key)
		}
	}
}

// requirement is an authentication that an import needs.
type requirement struct {
	ExportID string                  `json:"authExportId"`
	Title    string                  `json:"title"`
	Service  nameAndVersion          `json:"service"`
	Scopes   []string                `json:"scopes"`
	Resolved *resolvedAuthentication `json:"resolvedAuthentication,omitempty"`
}

type resolvedAuthentication struct {
	ID          string            `json:"id"`
	Title       string            `json:"title"`
	Service     nameAndVersion    `json:"service"`
	Environment map[string]string `json:"serviceEnvironment"`
	Scopes      []string          `json:"scopes"`
}

type requirementsBody struct {
	Unresolved      bool            `json:"unresolvedAuthentications"`
	NewKeys         bool            `json:"newConfigKeys"`
	Config          map[string]tree `json:"config"`
	Authentications []requirement   `json:"authenticationsRequirements"`
}

// getImportRequirements says what an import needs, and changes nothing.
func getImportRequirements(c *call) (answer, error) {
	r, err := c.importRequest(false)
	if err != nil {
		return answer{}, err
	}
	p := c.placed.(project)
	target, err := parsedObject([]byte(p.config))
	if err != nil {
		return answer{}, err
	}
	source := under(r.document.project, "config")
	if source == nil {
		source = tree{}
	}
	body := requirementsBody{Config: map[string]tree{"source": source, "target": target}, Authentications: []requirement{}}
	for key := range source {
		if _, is := target[key]; !is {
			body.NewKeys = true
		}
	}
	for _, n := range r.document.authentications() {
		n.service = mapped(r.serviceMapping, n.service)
		one, err := c.requirement(p, n)
		if err != nil {
			return answer{}, err
		}
		body.Unresolved = body.Unresolved || one.Resolved == nil
		body.Authentications = append(body.Authentications, one)
	}
	c.did(aboutProject(p.ID), "asked what an import into the project %s needs", p.Name)
	return ok(body)
}

func (c *call) requirement(p project, n neededAuthentication) (requirement, error) {
	r := requirement{ExportID: n.exportID, Title: n.title, Service: n.service, Scopes: n.scopes}
	a, err := c.resolvedBefore(p, n)
	if err == nil && a != nil {
		r.Resolved = &resolvedAuthentication{a.ID, a.Name, n.service, map[string]string{"id": a.Environment}, append([]string{}, a.Scopes...)}
	}
	return r, err
}
