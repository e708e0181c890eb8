package sandbox

import (
	"encoding/json"
	"maps"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// importBody is the largest request with an exported project in it.
const importBody = 32 << 20

const importsPath = "/core/v1/projects/{projectId}/imports"

// importNoun is imports of exported projects, and what can be asked before one.
var importNoun = noun{
	routes: []*route{
		bodies(importBody, on("POST", importsPath+"/requirements", "getProjectImportRequirements", FromDocuments, RightManageProjects, getImportRequirements, 116, 121, 123, 124, 126)),
		bodies(importBody, on("POST", importsPath+"/previews", "previewProjectImport", FromDocuments, RightManageProjects, previewProjectImport, 116, 121, 122, 123, 124, 125, 126, 127, 141)),
		bodies(importBody, on("POST", importsPath, "importProject", FromDocuments, RightManageProjects, importProject, 116, 119, 121, 122, 123, 124, 125, 126, 127)),
	},
	assumptions: []Assumption{
		{121, "What is a document that cannot be imported, and how large may one be?",
			"400 that begins with Exported structure validation failed, as a client reports it, and goes on with the place. Asked for are version 4, the kind, workflows with id, title and steps, and one project. 32 MiB with the rest of the request, 413 beyond.",
			"POST imports/previews with {} as exportedProjectJson."},
		{122, "Which workflow of the destination is which of the export?",
			"The one with its id, as in an export of the destination itself, else the one with its group, which follows a workflow through imports. Workflows of the destination that the export has not are removed, others made, and all that the export says of one overwrites what was there, whether it is enabled too. Ids of workflows in the export become those of the destination.",
			"Import twice from one project into another, with a workflow renamed in between, and preview the export of the destination before the last import."},
		{123, "When is an authentication of an export resolved, and which may it be resolved by?",
			"When an earlier import into the project resolved it, or it is in the workspace of the project itself. It must be in that workspace, of the service that the steps need once services are mapped, and have their scopes. 400 for one that is not resolved, with all of them in one message.",
			"POST imports/requirements, then imports with an empty authenticationResolution."},
		{124, "What of connectors and services that the destination has not?",
			"Requirements do not speak of them; previews and imports refuse with 400 those that are not mapped to what the token may use, all in one message. Mappings of what the export does not use are ignored.",
			"POST imports/previews of an export with a custom connector into another organization."},
		{125, "Which config does the destination have after an import?",
			"The exported one, or configOverride, which has the same keys and types of values, 400 otherwise. Keys that the export has not are removed.",
			"POST imports/previews with a part of the exported keys as configOverride."},
		{126, "What are new config keys?",
			"Those of the export that the destination has not.",
			"POST imports/requirements into an empty project."},
		{127, "What becomes of the solution that is in an export?",
			"A draft in the destination, which must be in the Embedded workspace, 400 otherwise. An export without one deletes the destination's, 409 while an instance of it is enabled. Slots are the same by their external ids.",
			"Import a project that has a solution into a shared workspace."},
		{141, "What does a preview of an import say of a project's own export?",
			"Nothing: no workflow and no config key is created, updated or removed while the project is as its version has it. The config is as exported, and authentications resolve to themselves.",
			"Export the newest version of a project that nobody has changed since, and POST it to imports/previews of that project."},
	},
}

// importRequest is what is imported, and how it is fitted in.
type importRequest struct {
	document    document
	resolutions []resolution
	override    tree // nil without one

	connectorMapping, serviceMapping map[nameAndVersion]nameAndVersion
}

type resolution struct {
	ExportID         string `json:"authExportId"`
	AuthenticationID string `json:"authenticationId"`
}

// importRequest reads the body, of which nothing else is kept: it may be large.
func (c *call) importRequest(resolves bool) (r importRequest, err error) {
	in, err := c.fields()
	if err != nil {
		return r, err
	}
	c.body = nil
	raw, given := in["exportedProjectJson"]
	if !given {
		return r, engine.Missing("exportedProjectJson")
	}
	delete(in, "exportedProjectJson")
	if r.connectorMapping, err = mappingIn(in, "connectorMapping"); err != nil {
		return r, err
	}
	if r.serviceMapping, err = mappingIn(in, "serviceMapping"); err != nil {
		return r, err
	}
	if resolves {
		if r.resolutions, err = resolutionsIn(in); err != nil {
			return r, err
		}
		if raw, given := in["configOverride"]; given && string(raw) != "null" {
			if r.override, err = parsedObject(raw); err != nil {
				return r, engine.InvalidBody("expected an object at 'configOverride'")
			}
		}
	}
	if r.document, err = readDocument(raw); err == nil && r.document.kind != exportOfProject {
		err = invalid("expected project at 'export_type'")
	}
	return r, err
}

func mappingIn(in engine.Fields, name string) (map[nameAndVersion]nameAndVersion, error) {
	raw, given := in[name]
	if !given {
		return nil, engine.Missing(name)
	}
	var all []struct{ From, To *nameAndVersion }
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, engine.InvalidBody("expected a list of from and to, each with name and version as strings, at '%s'", name)
	}
	mapping := map[nameAndVersion]nameAndVersion{}
	for _, one := range all {
		if one.From == nil || one.To == nil {
			return nil, engine.InvalidBody("expected from and to at '%s'", name)
		}
		if to, twice := mapping[*one.From]; twice && to != *one.To {
			return nil, engine.InvalidBody("%s %s is mapped twice at '%s'", one.From.Name, one.From.Version, name)
		}
		mapping[*one.From] = *one.To
	}
	return mapping, nil
}

func resolutionsIn(in engine.Fields) (all []resolution, err error) {
	raw, given := in["authenticationResolution"]
	if !given {
		return nil, engine.Missing("authenticationResolution")
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, engine.InvalidBody("expected a list of authExportId and authenticationId at 'authenticationResolution'")
	}
	for _, one := range all {
		if !engine.IsUUID(one.AuthenticationID) {
			return nil, engine.NoUUID("authenticationId")
		}
	}
	return all, nil
}

// mapped is what a mapping makes of a name: itself, where it says nothing.
func mapped(mapping map[nameAndVersion]nameAndVersion, from nameAndVersion) nameAndVersion {
	if to, known := mapping[from]; known {
		return to
	}
	return from
}

// previewProjectImport is the import, undone: so it refuses and says the same.
func previewProjectImport(c *call) (answer, error) {
	r, err := c.importRequest(true)
	if err != nil {
		return answer{}, err
	}
	result, err := c.previewImport(c.placed.(project), r)
	if err != nil {
		return answer{}, err
	}
	return ok(result)
}

func (c *call) previewImport(p project, r importRequest) (result importResult, err error) {
	told := len(c.events)
	err = c.tx.undone(func() error {
		result, err = c.importInto(p, r)
		return err
	})
	c.events = c.events[:told]
	c.did(aboutProject(p.ID), "asked what an import into the project %s would do", p.Name)
	return result.withoutNewIDs(), err
}

// undone does something in the transaction and takes it back.
func (t *tx) undone(does func() error) error {
	if _, err := t.Exec("SAVEPOINT preview"); err != nil {
		return err
	}
	failed := does()
	for _, statement := range []string{"ROLLBACK TO preview", "RELEASE preview"} {
		if _, err := t.Exec(statement); err != nil {
			return err
		}
	}
	return failed
}

func importProject(c *call) (answer, error) {
	r, err := c.importRequest(true)
	if err != nil {
		return answer{}, err
	}
	result, err := c.importInto(c.placed.(project), r)
	if err != nil {
		return answer{}, err
	}
	return ok(result)
}

// importing is an import at work.
type importing struct {
	*call
	importRequest
	into            project
	authentications map[string]authentication // by the id in the document
	ids             map[string]string         // of workflows here, by those in the document
}

// importInto makes a project what the document says.
func (c *call) importInto(p project, r importRequest) (result importResult, err error) {
	i := importing{call: c, importRequest: r, into: p}
	if err := i.check(); err != nil {
		return result, err
	}
	d := r.document
	result.Metadata.From = importedFrom{text(d.project, "id"), text(d.project, "version"), text(d.project, "name")}
	result.Metadata.ProjectID, result.Metadata.ProjectName = p.ID, p.Name
	if result.Project.Workflows, err = i.importWorkflows(); err != nil {
		return result, err
	}
	if result.Project.Config, err = i.importConfig(); err != nil {
		return result, err
	}
	if result.Solution, err = i.importSolution(); err != nil {
		return result, err
	}
	c.did(aboutProject(p.ID), "imported the project %s into %s", text(d.project, "name"), p.Name)
	return result, i.noteSource()
}

// importConfig replaces the config.
func (i *importing) importConfig() (impact configChanges, err error) {
	before, err := parsedObject([]byte(i.into.config))
	if err != nil {
		return impact, err
	}
	after := i.override
	if after == nil {
		after = under(i.document.project, "config")
	}
	impact = configImpact(before, after)
	if after == nil {
		after = tree{}
	}
	_, err = i.tx.Exec("UPDATE projects SET config = ? WHERE id = ?", ordered(after), i.into.ID)
	return impact, err
}

// noteSource keeps what nobody knows, how authentications were resolved, and where it all
// came from; an export of the project itself says where it came from before.
func (i *importing) noteSource() error {
	about := maps.Clone(i.document.project)
	source, version := text(about, "id"), optionalText(about, "version")
	if source == i.into.ID {
		source, version = text(about, "installation_source_id"), optionalText(about, "installation_version_id")
	}
	for _, name := range knownOfProject {
		delete(about, name)
	}
	for exportID, a := range i.authentications {
		if exportID == a.ID {
			continue
		}
		if _, err := i.tx.Exec("INSERT OR REPLACE INTO project_authentications (project_id, export_id, authentication_id) VALUES (?, ?, ?)",
			i.into.ID, exportID, a.ID); err != nil {
			return err
		}
	}
	_, err := i.tx.Exec("UPDATE projects SET beside = ?, extra = ?, source_id = nullif(?, ''), source_version = ? WHERE id = ?",
		ordered(i.document.beside), ordered(about), source, version, i.into.ID)
	return err
}

func optionalText(t tree, name string) *string {
	if s := text(t, name); s != "" {
		return &s
	}
	return nil
}
