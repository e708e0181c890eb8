package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
)

// projects prints what there is to promote.
func (s *session) projects([]string) error {
	var all struct {
		Projects  []stateProject
		Workflows []stateWorkflow
		Versions  []stateVersion `json:"projectVersions"`
	}
	if err := s.ask(http.MethodGet, "/_sandbox/state", "", &all); err != nil {
		return err
	}
	t := tabwriter.NewWriter(s.stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "PROJECT\tWORKSPACE\tID\tVERSIONS\tWORKFLOWS")
	for _, p := range all.Projects {
		var workflows, versions []string
		for _, w := range all.Workflows {
			if w.ProjectID == p.ID {
				workflows = append(workflows, w.Title+map[bool]string{false: " (off)"}[w.Enabled])
			}
		}
		for _, v := range all.Versions {
			if v.projectVersion.Project == p.ID {
				versions = append(versions, v.Number)
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", p.Name, p.Workspace, p.ID, strings.Join(versions, ", "), strings.Join(workflows, ", "))
	}
	return t.Flush()
}

// project is somebody making a project.
func (s *session) project(args []string) error {
	in := encode(map[string]string{"workspace": args[0], "name": args[1]})
	var made project
	if err := s.ask(http.MethodPost, "/_sandbox/ui/projects", in, &made); err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "The project %s is in %s, with the id %s.\n", made.Name, args[0], made.ID)
	return nil
}

// workflow is somebody building a workflow, changing one, or deleting it.
func (s *session) workflow(args []string) error {
	project, title := "/_sandbox/ui/projects/"+url.PathEscape(args[0])+"/workflows", args[1]
	there := project + "/" + url.PathEscape(title)
	what := cmp.Or(strings.Join(args[2:], ""), "{}")
	if what == "off" {
		if err := s.ask(http.MethodDelete, there, "", nil); err != nil {
			return err
		}
		fmt.Fprintf(s.stdout, "The workflow %s is gone from the project %s.\n", title, args[0])
		return nil
	}
	var in map[string]json.RawMessage
	if err := json.Unmarshal([]byte(what), &in); err != nil {
		return fmt.Errorf(`say the steps as JSON, such as {"enabled": true, "steps": [{"connector": "webhook", "operation": "webhook"}]}: %w`, err)
	}
	_, status, _, err := s.send(http.MethodPatch, there, what)
	did := "changed"
	if err == nil && status == http.StatusNotFound {
		did = "made"
		in["title"] = json.RawMessage(encode(title))
		err = s.ask(http.MethodPost, project, encode(in), nil)
	} else if err == nil && status >= http.StatusBadRequest {
		err = s.ask(http.MethodPatch, there, what, nil) // which says why
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "The workflow %s is %s in the project %s.\n", title, did, args[0])
	return nil
}
