package act

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Version is what a project is snapshotted as.
type Version struct {
	ProjectID string
	// Number is "" for the one after the newest.
	Number             string
	Title, Description string
}

// SnapshotProject makes a version of a project, unless there is one of that number or, where
// no number is given, the newest holds what the project is now.
func (a Acts) SnapshotProject(ctx context.Context, v Version) error {
	all, err := a.API.Projects.Versions(ctx, v.ProjectID)
	if err != nil {
		return couldNot("read the versions of the project", "project_id", err)
	}
	if there := numbered(all, v.Number); there != nil {
		if problem := v.Rewrites(there); problem != nil {
			return problem
		}
		a.tell("Version %s of the project is there since %s: no other is made.", there.Number, at(there.Created))
		return nil
	}
	if v.Number == "" {
		if v.Number = next(all); len(all) > 0 && a.holds(ctx, all[len(all)-1]) {
			newest := all[len(all)-1]
			a.tell("Version %s of %s holds what the project is now: no other is made.", newest.Number, at(newest.Created))
			return nil
		}
	}
	made, err := a.API.Projects.CreateVersion(ctx, v.ProjectID, v.Number, v.Title, v.Description)
	if err != nil {
		return couldNot("make the version", "project_id", err)
	}
	a.tell("Version %s of the project is made.", made.Number)
	return nil
}

// Rewrites is the problem of a number that another snapshot has; nil where it is the same one.
func (v Version) Rewrites(there *tray.ProjectVersion) error {
	if v.Title == there.Title && v.Description == there.Description {
		return nil
	}
	return &Problem{"version_number", "A version is never rewritten",
		fmt.Sprintf("The project has a version %s since %s, with the title %q, and Tray changes no version. Write its title and description, or choose another version_number.",
			there.Number, at(there.Created), there.Title)}
}

func numbered(all []tray.ProjectVersion, number string) *tray.ProjectVersion {
	i := slices.IndexFunc(all, func(v tray.ProjectVersion) bool { return v.Number == number })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// Numbered is the version of a project that has a number, nil for none.
func (a Acts) Numbered(ctx context.Context, projectID, number string) (*tray.ProjectVersion, error) {
	all, err := a.API.Projects.Versions(ctx, projectID)
	return numbered(all, number), err
}

// next is the first free number after the newest version's.
func next(all []tray.ProjectVersion) string {
	var newest *tray.ProjectVersion
	if len(all) > 0 {
		newest = &all[len(all)-1]
	}
	number := tray.VersionAfter(newest)
	for taken := numbered(all, number); taken != nil; taken = numbered(all, number) {
		number = tray.VersionAfter(taken)
	}
	return number
}

// holds reports whether a version is what the project is now. Tray exports versions only, but
// it previews imports: one of the version into its own project would change nothing. What
// cannot be told is not so: a version more does no harm.
func (a Acts) holds(ctx context.Context, v tray.ProjectVersion) bool {
	raw, err := a.API.Projects.Export(ctx, v.ProjectID, v.Number)
	if err != nil {
		return false
	}
	back := tray.ImportSpec{Document: raw, Config: map[string]json.RawMessage{}}
	needs, err := a.API.Projects.Requirements(ctx, v.ProjectID, back)
	if err != nil {
		return false
	}
	for key, was := range needs.Source {
		if now, there := needs.Target[key]; !there || !tray.SameJSON(was, now) {
			return false
		}
		back.Config[key] = was
	}
	if slices.ContainsFunc(needs.Authentications, func(slot tray.AuthenticationRequirement) bool { return slot.ResolvedID == "" }) {
		return false
	}
	now, err := a.API.Projects.Preview(ctx, v.ProjectID, back)
	return err == nil && now.IsEmpty()
}
