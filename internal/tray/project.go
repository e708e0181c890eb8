package tray

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// Project is a project of a workspace: its workflows and their configuration.
type Project struct {
	ID, WorkspaceID, Name, Description string
	Created                            time.Time
	Workflows                          int64
	SolutionID                         string // "" for a project without a solution
}

// ProjectSpec is what a project is made with, or what changes of it. Nil leaves a field as it
// is; "" takes a text away.
type ProjectSpec struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"`
}

func (s ProjectSpec) made(now Project) bool {
	return wants(s.Name, now.Name) && wants(s.Description, now.Description)
}

// Projects are the projects of workspaces. Reading and writing them needs the management
// plane. Their versions, exports and imports are on Tray's own API, which takes a project's
// id as it stands in the address of the page.
type Projects struct {
	c        *Client
	each     shelf[string, objects[Project]]        // by workspace id
	versions shelf[string, objects[ProjectVersion]] // by project id
	imports  records[struct{ id string }]           // whose turn it is, by project id
}

func newProjects(c *Client) *Projects {
	return &Projects{c: c, imports: coalesce.New(c.reads, source[struct{ id string }]{
		What: "import", Path: "/core/v1/projects", ID: func(x struct{ id string }) string { return x.id },
	})}
}

func projectPath(id string, more ...string) []string {
	return append([]string{"core", "v1", "projects", id}, more...)
}

func (p *Projects) of(workspaceID string) objects[Project] {
	return p.each.of(workspaceID, func() objects[Project] {
		return newFamily(p.c, kind[wireProject, Project]{
			what: "project", path: managedPath("workspaces", workspaceID, "projects"), right: rightBuild, workspace: workspaceID,
			at:      func(id string) []string { return managedPath("projects", id) },
			convert: wireProject.element,
			id:      func(x Project) string { return x.ID },
			shows:   func(a, b Project) bool { return a.Name == b.Name && a.Description == b.Description },
		})
	})
}

// List returns the projects of a workspace, oldest first.
func (p *Projects) List(ctx context.Context, workspaceID string) ([]Project, error) {
	return p.of(workspaceID).List(ctx)
}

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (p *Projects) Pages(ctx context.Context, workspaceID string) iter.Seq2[[]Project, error] {
	return p.of(workspaceID).Pages(ctx)
}

// Get returns a project of a workspace. IsGone(err) means proven absent.
func (p *Projects) Get(ctx context.Context, workspaceID, id string) (*Project, error) {
	return p.of(workspaceID).Get(ctx, id)
}

// Find returns a project of which only the id is known, past everything remembered.
func (p *Projects) Find(ctx context.Context, id string) (*Project, error) {
	if err := p.c.Management.need(ctx, "reading a project"); err != nil {
		return nil, err
	}
	k := call{Method: http.MethodGet, Path: managedPath("projects", id), Right: rightSeeWorkspace}
	e, err := rest.Exchange(ctx, p.c.rest, k, wireProject.element)
	return e.Object(), err
}

// Named returns the projects of that name in a workspace: none, one or, as people can make a
// second one in Tray's UI, several.
func (p *Projects) Named(ctx context.Context, workspaceID, name string) ([]Project, error) {
	return p.of(workspaceID).Matching(ctx, func(x Project) bool { return x.Name == name })
}

// Create makes an empty project in a workspace.
func (p *Projects) Create(ctx context.Context, workspaceID string, spec ProjectSpec) (*Project, error) {
	name := text(spec.Name)
	return p.of(workspaceID).create(ctx, call{Right: rightBuild, In: spec}, name, func(x Project) bool { return x.Name == name })
}

// Update changes a project.
func (p *Projects) Update(ctx context.Context, workspaceID, id string, spec ProjectSpec) (*Project, error) {
	return p.of(workspaceID).change(ctx, id, call{Right: rightBuild, In: spec}, spec.made)
}

// Delete deletes a project, and with contents its workflows, versions and solution. Without
// contents one that has workflows is refused (409).
func (p *Projects) Delete(ctx context.Context, workspaceID, id string, contents bool) error {
	var query url.Values
	if contents {
		query = url.Values{"contents": {"delete"}}
	}
	return p.of(workspaceID).remove(ctx, id, rightBuild, query)
}

type wireProject struct {
	ID            string    `json:"id"`
	WorkspaceID   string    `json:"workspaceId"`
	Name          string    `json:"name"`
	Description   string    `json:"description"`
	CreatedAt     time.Time `json:"createdAt"`
	WorkflowCount integer   `json:"workflowCount"`
	SolutionID    string    `json:"solutionId"`
}

func (w wireProject) element() (element[Project], error) {
	if w.ID == "" || w.WorkspaceID == "" {
		return element[Project]{}, errNoID
	}
	return element[Project]{Complete: true, Value: Project{
		ID: w.ID, WorkspaceID: w.WorkspaceID, Name: w.Name, Description: w.Description, Created: w.CreatedAt,
		Workflows: int64(w.WorkflowCount), SolutionID: w.SolutionID,
	}}, nil
}
