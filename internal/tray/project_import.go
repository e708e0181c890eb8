package tray

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// forLarge is what a try may take beyond the usual where tens of megabytes travel, and Tray
// answers when all is imported.
const forLarge = 5 * time.Minute

// Mapping is what becomes of a connector or a service in the destination.
type Mapping struct {
	From ConnectorRef `json:"from"`
	To   ConnectorRef `json:"to"`
}

// ImportSpec is what is imported into a project, and how its slots are filled.
type ImportSpec struct {
	// Document is the export, as Tray or a file had it. It is sent as it is.
	Document []byte
	// Authentications are the ids of authentications in the destination, by export id.
	Authentications map[string]string
	// Connectors and Services are sorted by whoever makes them; services go by a version that
	// is a whole number.
	Connectors, Services []Mapping
	// Config overrides values of the exported configuration, by key.
	Config map[string]json.RawMessage
}

// Requirements is what an import needs.
type Requirements struct {
	// Source and Target are the configuration in the export and in the destination, by key.
	Source, Target  map[string]json.RawMessage
	Authentications []AuthenticationRequirement
}

// AuthenticationRequirement is a slot that an authentication of the destination fills.
type AuthenticationRequirement struct {
	ExportID, Title string
	Service         ServiceRef // after the mapping of services
	Scopes          []string
	// ResolvedID is the authentication that Tray itself has found, "" for none.
	ResolvedID, ResolvedTitle string
}

// Requirements asks what an import of the document needs. It changes nothing.
func (p *Projects) Requirements(ctx context.Context, projectID string, spec ImportSpec) (*Requirements, error) {
	parts := importPart{spec}.with(importPart{spec}.mappings())
	k := importCall(projectID, spec, parts, "imports", "requirements")
	k.Repeatable = true
	e, err := rest.Exchange(ctx, p.c.rest, k, wireRequirements.element)
	return e.Object(), changedNothing(err)
}

// Preview asks what an import would do. It changes nothing.
func (p *Projects) Preview(ctx context.Context, projectID string, spec ImportSpec) (*Impact, error) {
	k := importCall(projectID, spec, importPart{spec}.whole(), "imports", "previews")
	k.Repeatable = true
	e, err := rest.Exchange(ctx, p.c.rest, k, wireImpact.element)
	return e.Object(), changedNothing(err)
}

// changedNothing is the error of a question: asked in a POST, it leaves nothing open.
func changedNothing(err error) error {
	var e *Error
	if !errors.As(err, &e) || !e.Ambiguous {
		return err
	}
	plain := *e
	plain.Ambiguous = false
	return &plain
}

// ErrNotImported says that the answer to an import was lost, and that a fresh preview shows
// it as not done.
var ErrNotImported = errors.New("the import was not carried out, as far as a fresh preview shows")

// Import imports a document over a project. It is sent once, and never again: after a lost
// answer a fresh preview tells. Where that is empty the import was carried out, and the
// result is the preview that planned is; otherwise the error wraps ErrNotImported.
func (p *Projects) Import(ctx context.Context, projectID string, spec ImportSpec, planned *Impact) (*Impact, error) {
	return coalesce.InTurn(ctx, p.imports, projectID, func(after context.Context) (*Impact, error) {
		k := importCall(projectID, spec, importPart{spec}.whole(), "imports")
		e, err := rest.Exchange(ctx, p.c.rest, k, wireImpact.element)
		p.imported(projectID)
		if err == nil {
			return &e.Value, nil
		}
		if !isAmbiguous(err) {
			return nil, err
		}
		done, lookErr := coalesce.Persistently(after, func() (*Impact, error) {
			now, err := p.Preview(after, projectID, spec)
			if err != nil || !now.IsEmpty() {
				return nil, err
			}
			return planned, nil
		})
		switch {
		case lookErr != nil:
			return nil, stillAmbiguous(err, lookErr)
		case done == nil:
			return nil, errors.Join(ErrNotImported, notDone(err))
		}
		return done, nil
	})
}

// imported voids what an import changes of what was read.
func (p *Projects) imported(projectID string) {
	p.versionsOf(projectID).records().Invalidate()
	for _, f := range p.each.values() {
		f.records().Invalidate()
	}
}

func importCall(projectID string, spec ImportSpec, parts [][]byte, more ...string) call {
	var secrets []string
	for _, value := range spec.Config {
		var v any
		if json.Unmarshal(value, &v) == nil {
			secrets = appendLeaves(secrets, v)
		}
	}
	return call{
		Method: http.MethodPost, Path: projectPath(projectID, more...), Right: rightBuild, Extra: forLarge, Secrets: secrets,
		Stream: func() rest.SizedReader { return &spliced{parts: parts} },
	}
}

// importPart makes the body of a call around the document, which is neither decoded nor
// copied.
type importPart struct{ ImportSpec }

func (s importPart) mappings() map[string]any {
	return map[string]any{"connectorMapping": mappings(s.Connectors), "serviceMapping": mappings(s.Services)}
}

func mappings(all []Mapping) []Mapping {
	if all == nil {
		return []Mapping{}
	}
	return all
}

func (s importPart) whole() [][]byte {
	type resolution struct {
		ExportID         string `json:"authExportId"`
		AuthenticationID string `json:"authenticationId"`
	}
	resolved := []resolution{}
	for _, id := range slices.Sorted(maps.Keys(s.Authentications)) {
		resolved = append(resolved, resolution{id, s.Authentications[id]})
	}
	body := s.mappings()
	body["authenticationResolution"] = resolved
	if len(s.Config) > 0 {
		body["configOverride"] = s.Config
	}
	return s.with(body)
}

// with is a JSON object that has the document in it, and body.
func (s importPart) with(body map[string]any) [][]byte {
	rest, _ := json.Marshal(body) // texts and documents that are valid: it never fails
	return [][]byte{[]byte(`{"exportedProjectJson":`), s.Document, []byte(","), rest[1:]}
}

// spliced reads several pieces as one.
type spliced struct{ parts [][]byte }

// Len implements rest.SizedReader.
func (s *spliced) Len() (n int) {
	for _, part := range s.parts {
		n += len(part)
	}
	return n
}

// Read implements io.Reader.
func (s *spliced) Read(p []byte) (int, error) {
	for len(s.parts) > 0 {
		if len(s.parts[0]) == 0 {
			s.parts = s.parts[1:]
			continue
		}
		n := copy(p, s.parts[0])
		rest := append([][]byte{s.parts[0][n:]}, s.parts[1:]...) // the caller's slice stays
		s.parts = rest
		return n, nil
	}
	return 0, io.EOF
}

type wireRequirements struct {
	Config struct {
		Source map[string]json.RawMessage `json:"source"`
		Target map[string]json.RawMessage `json:"target"`
	} `json:"config"`
	Authentications []struct {
		ExportID string          `json:"authExportId"`
		Title    string          `json:"title"`
		Service  wireServiceName `json:"service"`
		Scopes   []string        `json:"scopes"`
		Resolved *struct {
			ID    string `json:"id"`
			Title string `json:"title"`
		} `json:"resolvedAuthentication"`
	} `json:"authenticationsRequirements"`
}

// wireServiceName is a service by its name and a version that is a string or a number.
type wireServiceName struct {
	Name    string  `json:"name"`
	Version integer `json:"version"`
}

func (w wireRequirements) element() (element[Requirements], error) {
	r := Requirements{Source: w.Config.Source, Target: w.Config.Target}
	for _, a := range w.Authentications {
		if a.ExportID == "" {
			return element[Requirements]{}, errNoID
		}
		slot := AuthenticationRequirement{ExportID: a.ExportID, Title: a.Title, Service: ServiceRef{a.Service.Name, int64(a.Service.Version)}, Scopes: a.Scopes}
		if a.Resolved != nil {
			slot.ResolvedID, slot.ResolvedTitle = a.Resolved.ID, a.Resolved.Title
		}
		r.Authentications = append(r.Authentications, slot)
	}
	return element[Requirements]{Value: r}, nil
}

// ServiceMapping is a mapping of services, as Tray wants it: with versions that are texts.
func ServiceMapping(from, to ServiceRef) Mapping {
	text := func(r ServiceRef) ConnectorRef { return ConnectorRef{r.Name, strconv.FormatInt(r.Version, 10)} }
	return Mapping{text(from), text(to)}
}
