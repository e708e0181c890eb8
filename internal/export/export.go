// Package export reads the documents in which Tray exports projects: what is in one, a digest
// of its content, and whether a secret stands in it. It rewrites the connectors and services
// in one and leaves the rest as it is, byte for byte. It knows neither Tray nor Terraform.
//
// A document may have tens of megabytes. It is read in one pass that keeps none of it but
// names; see walk.go.
package export

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// MaxSize bounds a document, in bytes.
const MaxSize = 60 << 20

// Export is an exported project.
type Export struct {
	// Raw is the document as it was read.
	Raw []byte
	// Digest stands for the content: neither for the layout of the document and the order of
	// its keys, nor for the number of the version. It is hexadecimal.
	Digest string
	// ProjectID, Project and Version are what was exported; Version is "" for the work in
	// progress.
	ProjectID, Project, Version string
	SolutionID                  string   // "" for a project without a solution
	Workflows                   []string // titles, sorted
	// Config is the configuration of the project, by key.
	Config          map[string]json.RawMessage
	Authentications []Slot // by title, then by id
	Connectors      []Ref  // each once, sorted
	Services        []Ref  // each once, sorted
	// Secrets are the paths of values that look like secrets, sorted. The values are nowhere.
	Secrets []string
}

// Slot is an authentication that the project uses.
type Slot struct {
	ID, Title string
	Service   Ref
	Scopes    []string
}

// Ref names a version of a connector or of a service.
type Ref struct{ Name, Version string }

// String is "acme-crm/1.0".
func (r Ref) String() string { return r.Name + "/" + r.Version }

func (r Ref) compare(o Ref) int {
	return cmp.Or(cmp.Compare(r.Name, o.Name), cmp.Compare(r.Version, o.Version))
}

// Error is why a document is refused. It quotes no value of it.
type Error struct{ Problem string }

// Error implements error.
func (e *Error) Error() string { return e.Problem }

func refuse(format string, a ...any) *Error { return &Error{fmt.Sprintf(format, a...)} }

// ReadFile reads the document in a file.
func ReadFile(path string) (*Export, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxSize {
		return nil, refuse("it is larger than %d MiB", MaxSize>>20)
	}
	raw := make([]byte, info.Size())
	if _, err := io.ReadFull(file, raw); err != nil {
		return nil, err
	}
	return Read(raw)
}

// document is what an Export holds of a document.
type document struct {
	Version   *json.Number `json:"tray_export_version"`
	Type      string       `json:"export_type"`
	Workflows []struct {
		Title string          `json:"title"`
		Steps map[string]step `json:"steps"`
	} `json:"workflows"`
	Projects []struct {
		ID      string                     `json:"id"`
		Name    string                     `json:"name"`
		Version *string                    `json:"version"`
		Config  map[string]json.RawMessage `json:"config"`
	} `json:"projects"`
	Solution *struct {
		ID string `json:"id"`
	} `json:"solution"`
}

type step struct {
	Connector *struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"connector"`
	Authentication *struct {
		Group          string      `json:"group"`
		Title          string      `json:"title"`
		Scopes         []string    `json:"scopes"`
		ServiceName    string      `json:"service_name"`
		ServiceVersion json.Number `json:"service_version"`
	} `json:"authentication"`
}

// Read reads a document, which raw goes on belonging to.
func Read(raw []byte) (*Export, error) {
	w := newWalker(raw)
	digest, err := w.document()
	if err != nil {
		return nil, err
	}
	slices.Sort(w.secrets)
	e := &Export{Raw: bytes.TrimSpace(raw), Digest: hex.EncodeToString(digest[:]), Secrets: slices.Compact(w.secrets)}
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, refuse("it is not laid out as an exported project: %s", typeProblem(err))
	}
	if d.Version == nil || d.Type != "project" || len(d.Projects) != 1 {
		return nil, refuse("it is not the export of one project: tray_export_version, export_type \"project\" and one element of projects are what it needs")
	}
	p := d.Projects[0]
	e.ProjectID, e.Project, e.Config = p.ID, p.Name, p.Config
	if p.Version != nil {
		e.Version = *p.Version
	}
	if d.Solution != nil {
		e.SolutionID = d.Solution.ID
	}
	e.uses(d)
	return e, nil
}

// typeProblem says where a document is laid out otherwise, without quoting it.
func typeProblem(err error) string {
	if wrong, ok := err.(*json.UnmarshalTypeError); ok { //nolint:errorlint // what Unmarshal returns is bare
		return fmt.Sprintf("%s is of the wrong type", wrong.Field)
	}
	return "it cannot be decoded"
}

// uses fills in what the steps of workflows use.
func (e *Export) uses(d document) {
	slots, connectors, services := map[string]Slot{}, map[Ref]bool{}, map[Ref]bool{}
	for _, workflow := range d.Workflows {
		e.Workflows = append(e.Workflows, workflow.Title)
		for _, s := range workflow.Steps {
			if s.Connector != nil {
				connectors[Ref{s.Connector.Name, s.Connector.Version}] = true
			}
			if a := s.Authentication; a != nil {
				service := Ref{a.ServiceName, a.ServiceVersion.String()}
				services[service] = true
				slots[a.Group] = Slot{ID: a.Group, Title: a.Title, Service: service, Scopes: a.Scopes}
			}
		}
	}
	slices.Sort(e.Workflows)
	e.Authentications = slices.SortedFunc(maps.Values(slots), func(a, b Slot) int { return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID)) })
	e.Connectors = slices.SortedFunc(maps.Keys(connectors), Ref.compare)
	e.Services = slices.SortedFunc(maps.Keys(services), Ref.compare)
}
