package sandbox

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

const (
	versionsPath = "/core/v1/projects/{projectId}/versions"
	versionPath  = versionsPath + "/{versionNumber}"

	versionLife  = 7 * 24 * time.Hour
	versionsKept = 2
)

var versionNumber = lazily(`^[0-9]{1,9}(\.[0-9]{1,9}){0,2}$`)

// versionNoun is the versions of projects, each with the document that its export is.
var versionNoun = noun{
	name: "projectVersions",
	routes: []*route{
		on("POST", versionPath, "createProjectVersion", FromDocuments, RightManageProjects, createProjectVersion, 116, 117, 118, 119),
		unheld("versions of projects", on("GET", versionsPath, "listProjectVersions", FromDocuments, RightReadProjects, listProjectVersions, 2, 3, 28, 29, 116, 118)),
		unheld("exports of projects", on("GET", versionPath+"/export", "exportProjectVersion", FromDocuments, RightReadProjects, exportProjectVersion, 116, 118, 120)),
	},
	actions: []*route{
		on("POST", uiProject+"/versions/{versionNumber}", "", OurOwn, RightControl, uiThere(createProjectVersion)),
	},
	assumptions: []Assumption{
		{116, "What may tokens do with projects, of which the reference says bearer only?",
			"What their users may by the published matrix in the workspace of the project: members see it, its versions and exports, Contributors and Admins do the rest. Requirements and previews ask for what the import asks for.",
			"GET /core/v1/projects/{id}/versions and POST imports/previews with the token of a Viewer."},
		{117, "What does a version number look like, and may it be used twice?",
			"One to three groups of digits with dots between them, 400 otherwise. One that is taken is a 409, and is free again when its version is gone.",
			"POST /core/v1/projects/{id}/versions/1.0 twice, and versions/x."},
		{118, "Which versions are kept?",
			"The two newest and those of the last seven days, which is what is promised; others are gone from the list and 404, by the sandbox's clock.",
			"Make three versions, and list them after eight days."},
		{119, "Does something else than the call for it make a version?",
			"No: neither an import nor an edit in the UI. A version may be made of a project that has not changed.",
			"POST an import, then GET the versions."},
		{120, "What does an export hold?",
			"The version's workflows, config and solution in the form that is known from real exports (4), what an import brought along and nobody knows, and of authentications title, service and scopes alone.",
			"GET /core/v1/projects/{id}/versions/{n}/export."},
	},
	state: stateVersions,
}

type projectVersion struct {
	Project     string `json:"projectId"`
	Number      string `json:"versionNumber"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Created     string `json:"created"`
	Creator     string `json:"creator"`
}

const versionColumns = "t.seq, t.project_id, t.number, t.title, t.description, t.created_at, t.creator"

func scanVersion(r *sql.Rows) (p engine.Placed[projectVersion], err error) {
	v, at := &p.Element, int64(0)
	err = r.Scan(&p.Seq, &v.Project, &v.Number, &v.Title, &v.Description, &at, &v.Creator)
	v.Created = engine.Timestamp(engine.FromMillis(at))
	return p, err
}

// keptVersions is the condition that a version of a project is still there: the project,
// a time, the project again, and how many.
const keptVersions = "t.project_id = ? AND (t.created_at > ? OR t.seq IN (SELECT seq FROM project_versions WHERE project_id = ? ORDER BY seq DESC LIMIT ?))"

func (c *call) kept(projectID string) []any {
	return []any{projectID, c.now.Add(-versionLife).UnixMilli(), projectID, versionsKept}
}

func listProjectVersions(c *call) (answer, error) {
	p, err := c.paging(maxOrganizationPage)
	if err != nil {
		return answer{}, err
	}
	f, err := engine.Fetch(c.tx, p, scanVersion, "SELECT "+versionColumns+" FROM project_versions t WHERE "+keptVersions, c.kept(c.placed.(project).ID)...)
	if err != nil {
		return answer{}, err
	}
	return ok(engine.Page(f, false, asIs[projectVersion])) // elements are required here
}

func createProjectVersion(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	p, number := c.placed.(project), c.params["versionNumber"]
	if !versionNumber().MatchString(number) {
		return answer{}, engine.BadRequest("A version number is as 3, 1.0 or 1.2.3, got %q", number)
	}
	v := projectVersion{Project: p.ID, Number: number, Creator: c.caller.id}
	if v.Title, err = engine.RequiredText(in, "title"); err != nil {
		return answer{}, err
	}
	if description, err := engine.Optional[string](in, "description"); err != nil || description != nil {
		if err != nil {
			return answer{}, err
		}
		v.Description = *description
	}
	if v, err = c.makeVersion(p, v); err != nil {
		return answer{}, err
	}
	return created(v)
}

// makeVersion notes what the project is now; what is out of its time makes room.
func (c *call) makeVersion(p project, v projectVersion) (projectVersion, error) {
	if _, err := c.tx.Exec("DELETE FROM project_versions AS t WHERE t.project_id = ? AND NOT ("+keptVersions+")", append([]any{p.ID}, c.kept(p.ID)...)...); err != nil {
		return v, err
	}
	var taken bool
	err := c.tx.Row("SELECT true FROM project_versions WHERE project_id = ? AND number = ?", p.ID, v.Number).Scan(&taken)
	if !errors.Is(err, engine.ErrNoRow) {
		if err == nil {
			err = engine.Conflict("The project %s already has a version %s", p.Name, v.Number)
		}
		return v, err
	}
	document, err := c.exportProject(p, &v.Number, true)
	if err != nil {
		return v, err
	}
	seq, err := c.tx.next(kindVersion)
	if err != nil {
		return v, err
	}
	at := c.now.UnixMilli()
	v.Created = engine.Timestamp(engine.FromMillis(at))
	c.did(aboutProject(p.ID), "made version %s of the project %s", v.Number, p.Name)
	_, err = c.tx.Exec("INSERT INTO project_versions (seq, project_id, number, title, description, creator, created_at, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		seq, v.Project, v.Number, v.Title, v.Description, v.Creator, at, string(document))
	return v, err
}

func exportProjectVersion(c *call) (answer, error) {
	p, document := c.placed.(project), ""
	err := c.tx.Row("SELECT document FROM project_versions t WHERE t.number = ? AND "+keptVersions, append([]any{c.params["versionNumber"]}, c.kept(p.ID)...)...).Scan(&document)
	if errors.Is(err, engine.ErrNoRow) {
		err = engine.NotFound("The project %s has no version %s: the two newest are kept, and those of the last seven days", p.Name, c.params["versionNumber"])
	}
	if err != nil {
		return answer{}, err
	}
	return ok(json.RawMessage(document))
}

// exportProject writes the document of a project as it is now; number is null for that.
func (c *call) exportProject(p project, number *string, withSolution bool) (json.RawMessage, error) {
	all, err := engine.Collect(c.tx, scanWorkflow, workflowQuery+"t.project_id = ? ORDER BY t.seq", p.ID)
	if err != nil {
		return nil, err
	}
	ids := make([]any, len(all))
	var workflows bytes.Buffer
	for i, w := range all {
		ids[i] = w.Element.id
		if i > 0 {
			workflows.WriteByte(',')
		}
		workflows.Write(w.Element.exported(p.Workspace))
	}
	about, err := parsedObject([]byte(p.extra))
	if err != nil {
		return nil, err
	}
	about["id"], about["name"], about["version"], about["workflows"] = p.ID, p.Name, number, ids
	about["config"], about["installation_source_id"], about["installation_version_id"] = json.RawMessage(p.config), p.sourceID, p.sourceVersion
	if _, given := about["dependencies"]; !given {
		about["dependencies"] = []any{}
	}
	beside, err := c.beside(p, withSolution)
	if err != nil {
		return nil, err
	}
	beside["export_type"], beside["projects"] = exportOfProject, []any{about}
	return finished(beside, workflows.Bytes()), nil
}

// finished puts workflows, which are many, into a document that is else small.
func finished(document tree, workflows []byte) json.RawMessage {
	document["tray_export_version"] = exportVersion
	text := ordered(document)
	whole := make([]byte, 0, len(text)+len(workflows)+20)
	whole = append(append(whole, `{"workflows":[`...), workflows...)
	return append(append(whole, `],`...), text[1:]...)
}

// beside is what stands in a document beside the project and its workflows.
func (c *call) beside(p project, withSolution bool) (tree, error) {
	beside, err := parsedObject([]byte(p.beside))
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"data_tables", "vector_tables", "agents", "apim_operations"} {
		if _, given := beside[name]; !given {
			beside[name] = []any{}
		}
	}
	s, err := c.tx.solutionOf(p.ID)
	if err != nil || s == nil || !withSolution {
		return beside, err
	}
	shown, err := parsedObject([]byte(s.draft))
	if err != nil {
		return nil, err
	}
	shown["id"], shown["project_id"] = s.id, p.ID
	beside["solution"] = shown
	return beside, nil
}

type stateVersion struct {
	Project string `json:"project"`
	projectVersion
}

func stateVersions(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (v stateVersion, err error) {
		at := int64(0)
		err = r.Scan(&v.Project, &v.projectVersion.Project, &v.Number, &v.Title, &v.Description, &at, &v.Creator)
		v.Created = engine.Timestamp(engine.FromMillis(at))
		return v, err
	}, `SELECT p.name, p.id, t.number, t.title, t.description, t.created_at, t.creator FROM project_versions t JOIN projects p ON p.id = t.project_id
		WHERE t.created_at > ? OR t.seq IN (SELECT seq FROM project_versions WHERE project_id = p.id ORDER BY seq DESC LIMIT ?) ORDER BY p.name, p.seq, t.seq`,
		c.now.Add(-versionLife).UnixMilli(), versionsKept)
}
