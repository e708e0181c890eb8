package sandbox

import (
	"bytes"
	"context"

	"github.com/graph-gophers/graphql-go"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Projects and workflows as Embedded's GraphQL exports and imports them: the work in
// progress, without versions.

func (c *call) projectWithID(id string) (project, error) {
	if err := placeProject(c, id); err != nil {
		return project{}, err
	}
	return c.placed.(project), nil
}

type exportedText struct {
	ExportedProjectJSON string
	ClientMutationID    *string
}

// ExportProject exports a project as it is now.
func (*graphRoot) ExportProject(ctx context.Context, args struct {
	Input struct {
		ProjectID        graphql.ID
		ExportSolution   *bool
		ClientMutationID *string
	}
}) (*exportedText, error) {
	return mutate(ctx, "exportProject", masterOnly, func(c *call) (*exportedText, error) {
		p, err := c.projectWithID(string(args.Input.ProjectID))
		if err != nil {
			return nil, err
		}
		document, err := c.exportProject(p, nil, args.Input.ExportSolution != nil && *args.Input.ExportSolution)
		return &exportedText{string(document), args.Input.ClientMutationID}, err
	})
}

// ImportProject imports into a project that has resolved its authentications before.
func (*graphRoot) ImportProject(ctx context.Context, args struct {
	Input struct {
		ExportedProjectJSON string
		TargetProjectID     graphql.ID
		ConfigJSON          *string
		ClientMutationID    *string
	}
}) (*payload, error) {
	return mutate(ctx, "importProject", masterOnly, func(c *call) (*payload, error) {
		in := args.Input
		p, err := c.projectWithID(string(in.TargetProjectID))
		if err != nil {
			return nil, err
		}
		r := importRequest{}
		if r.document, err = readDocument([]byte(in.ExportedProjectJSON)); err != nil {
			return nil, err
		}
		if r.document.kind != exportOfProject {
			return nil, invalid("expected project at 'export_type'")
		}
		if in.ConfigJSON != nil {
			if r.override, err = parsedObject([]byte(*in.ConfigJSON)); err != nil {
				return nil, engine.InvalidBody("expected an object at 'configJson'")
			}
		}
		_, err = c.importInto(p, r)
		return &payload{in.ClientMutationID}, err
	})
}

type exportedConfig struct {
	ExportProjectConfigJSON string
	ClientMutationID        *string
}

// ExportProjectConfig exports the config alone.
func (*graphRoot) ExportProjectConfig(ctx context.Context, args struct {
	Input struct {
		ProjectID        graphql.ID
		ClientMutationID *string
	}
}) (*exportedConfig, error) {
	return mutate(ctx, "exportProjectConfig", masterOnly, func(c *call) (*exportedConfig, error) {
		p, err := c.projectWithID(string(args.Input.ProjectID))
		return &exportedConfig{p.config, args.Input.ClientMutationID}, err
	})
}

var errNoGraphWorkflow = refusedWith(codeNoWorkflow, "The workflow does not exist")

func (c *call) workflowWithID(id string) (workflow, error) {
	return one(c.tx, errNoGraphWorkflow, scanWorkflow, workflowQuery+"t.id = ?", id)
}

type exportedWorkflows struct {
	ExportedWorkflowsJSON string
	ClientMutationID      *string
}

// ExportWorkflows exports some workflows.
func (*graphRoot) ExportWorkflows(ctx context.Context, args struct {
	Input struct {
		WorkflowIDs      []graphql.ID
		ClientMutationID *string
	}
}) (*exportedWorkflows, error) {
	return mutate(ctx, "exportWorkflows", masterOnly, func(c *call) (*exportedWorkflows, error) {
		var all bytes.Buffer
		for i, id := range args.Input.WorkflowIDs {
			w, err := c.workflowWithID(string(id))
			if err != nil {
				return nil, err
			}
			p, err := c.projectWithID(w.project)
			if err != nil {
				return nil, err
			}
			if i > 0 {
				all.WriteByte(',')
			}
			all.Write(w.exported(p.Workspace))
		}
		document := finished(tree{"export_type": exportOfWorkflows, "projects": []any{}}, all.Bytes())
		return &exportedWorkflows{string(document), args.Input.ClientMutationID}, nil
	})
}

// ImportWorkflows overwrites workflows: those that are named, in the order of the document,
// or those that the document has the ids of.
func (*graphRoot) ImportWorkflows(ctx context.Context, args struct {
	Input struct {
		ExportedWorkflowsJSON string
		TargetWorkflowIDs     *[]graphql.ID
		ClientMutationID      *string
	}
}) (*payload, error) {
	return mutate(ctx, "importWorkflows", masterOnly, func(c *call) (*payload, error) {
		d, err := readDocument([]byte(args.Input.ExportedWorkflowsJSON))
		if err != nil {
			return nil, err
		}
		targets := make([]string, len(d.workflows))
		for i, w := range d.workflows {
			targets[i] = w.id
		}
		if given := args.Input.TargetWorkflowIDs; given != nil {
			if len(*given) != len(targets) {
				return nil, engine.BadRequest("There are %d workflows and %d targets", len(targets), len(*given))
			}
			for i, id := range *given {
				targets[i] = string(id)
			}
		}
		return &payload{args.Input.ClientMutationID}, c.importWorkflows(d, targets)
	})
}

func (c *call) importWorkflows(d document, targets []string) error {
	i := importing{call: c, importRequest: importRequest{document: d}, ids: map[string]string{}}
	were := map[string]workflow{}
	for n, w := range d.workflows {
		was, err := c.workflowWithID(targets[n])
		if err != nil {
			return err
		}
		if i.into, err = c.projectWithID(was.project); err != nil {
			return err
		}
		were[w.id], i.ids[w.id] = was, was.id
	}
	if len(were) == 0 {
		return nil
	}
	if err := i.check(); err != nil {
		return err
	}
	c.did(aboutProject(i.into.ID), "imported workflows into the project %s", i.into.Name)
	impact := noChanges[workflowChange]()
	return i.overwrite(were, &impact)
}
