package tray

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// ProjectVersion is a snapshot of a project. It is never changed, and Tray promises to keep
// the two newest and those of the last seven days (facts: projects).
type ProjectVersion struct {
	ProjectID, Number, Title, Description string
	Created                               time.Time
	CreatorID                             string
}

func (p *Projects) versionsOf(projectID string) objects[ProjectVersion] {
	return p.versions.of(projectID, func() objects[ProjectVersion] {
		return newFamily(p.c, kind[wireProjectVersion, ProjectVersion]{
			what: "project version", path: projectPath(projectID, "versions"), right: rightSeeWorkspace,
			documented: true, listOnly: true,
			convert: func(w wireProjectVersion) (element[ProjectVersion], error) { return w.element(projectID) },
			id:      func(x ProjectVersion) string { return x.Number },
			shows:   func(ProjectVersion, ProjectVersion) bool { return true }, // nothing of it changes
		})
	})
}

// Versions returns the versions of a project that Tray still has, oldest first. IsGone(err)
// means that the project is proven absent.
func (p *Projects) Versions(ctx context.Context, projectID string) ([]ProjectVersion, error) {
	all, err := p.versionsOf(projectID).List(ctx)
	slices.SortStableFunc(all, func(a, b ProjectVersion) int {
		return cmp.Or(a.Created.Compare(b.Created), CompareVersions(a.Number, b.Number))
	})
	return all, err
}

// NewestVersion returns the version that was made last, nil for none.
func (p *Projects) NewestVersion(ctx context.Context, projectID string) (*ProjectVersion, error) {
	all, err := p.Versions(ctx, projectID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[len(all)-1], nil
}

// CreateVersion snapshots a project as it is now. A number that is taken is refused (409).
func (p *Projects) CreateVersion(ctx context.Context, projectID, number, title, description string) (*ProjectVersion, error) {
	body := map[string]string{"title": title}
	if description != "" {
		body["description"] = description
	}
	k := call{Path: projectPath(projectID, "versions", number), Right: rightBuild, In: body}
	return p.versionsOf(projectID).create(ctx, k, number, func(x ProjectVersion) bool { return x.Number == number })
}

// Export returns the document of a version, byte for byte as Tray sent it: one JSON object.
func (p *Projects) Export(ctx context.Context, projectID, number string) ([]byte, error) {
	k := call{Method: http.MethodGet, Path: projectPath(projectID, "versions", number, "export"), Right: rightSeeWorkspace, Extra: forLarge}
	var raw rest.Raw
	if err := p.c.rest.Do(ctx, k, &raw); err != nil {
		return nil, err
	}
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || raw[0] != '{' {
		return nil, p.c.rest.Fail(k, &Error{Status: http.StatusOK, Message: "The answer cannot be read: an export is one JSON object"})
	}
	return raw, nil
}

// CompareVersions orders version numbers, group by group: 1.9 comes before 1.10. Groups that
// are no numbers are compared as text.
func CompareVersions(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, errM := strconv.ParseUint(x[i], 10, 64)
		n, errN := strconv.ParseUint(y[i], 10, 64)
		order := strings.Compare(x[i], y[i])
		if errM == nil && errN == nil {
			order = cmp.Compare(m, n)
		}
		if order != 0 {
			return order
		}
	}
	return cmp.Compare(len(x), len(y))
}

// VersionAfter is a number for the version after the newest: its last group, counted up; "1.0"
// where there is none, or none that counts.
func VersionAfter(newest *ProjectVersion) string {
	if newest == nil {
		return "1.0"
	}
	head, last := "", newest.Number
	if i := strings.LastIndex(last, "."); i >= 0 {
		head, last = last[:i+1], last[i+1:]
	}
	n, err := strconv.ParseUint(last, 10, 32)
	if err != nil {
		return "1.0"
	}
	return head + strconv.FormatUint(n+1, 10)
}

type wireProjectVersion struct {
	ProjectID     string    `json:"projectId"`
	VersionNumber string    `json:"versionNumber"`
	Title         string    `json:"title"`
	Description   string    `json:"description"`
	Created       time.Time `json:"created"`
	Creator       string    `json:"creator"`
}

func (w wireProjectVersion) element(projectID string) (element[ProjectVersion], error) {
	if w.VersionNumber == "" {
		return element[ProjectVersion]{}, errNoID
	}
	if w.ProjectID != "" && w.ProjectID != projectID {
		return element[ProjectVersion]{}, errors.New("the answer is about another project")
	}
	return element[ProjectVersion]{Complete: true, Value: ProjectVersion{
		ProjectID: projectID, Number: w.VersionNumber, Title: w.Title, Description: w.Description, Created: w.Created, CreatorID: w.Creator,
	}}, nil
}
