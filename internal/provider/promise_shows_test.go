package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// thingsIn is what there is in Tray. The Owner, who makes it all, is left out.
func thingsIn(s acctest.State) things {
	all := things{"organization": s.Organization.Name}
	ids := map[string]string{}
	for _, u := range s.Users {
		all["user "+u.Email] = u.Role.Name
	}
	for _, i := range s.Invites {
		if i.Status == "pending" {
			all["user "+i.Email] = i.OrganizationRole.Name
		}
	}
	for _, w := range s.Workspaces {
		if w.Type == "Shared" && w.Name != theirs {
			ids[w.Name] = w.ID
			maps.Copy(all, aWorkspace(w.ID, w.Name, w.Description))
		}
	}
	for _, v := range s.Services {
		all["service "+v.ID] = v.Name + ", " + v.Description
	}
	for _, e := range s.Environments {
		all["environment "+e.ID] = e.Title + ", " + e.ClientID
	}
	for _, u := range s.APIUsers {
		all["API user "+u.Name] = u.Role + ", " + u.WorkspaceRole
	}
	for _, g := range s.AgentGroups {
		all["group of agents "+g.Name] = "is there"
	}
	for _, a := range s.Agents {
		all["agent "+a.ID] = fmt.Sprint(a.Name, ", ", a.Enabled)
	}
	for _, a := range s.Authentications {
		all["authentication "+a.ID] = a.Name
	}
	for _, v := range s.Solutions {
		if v.ReleaseID != "" {
			maps.Copy(all, aRelease(v.ID, v.State))
		}
	}
	for _, i := range s.Instances {
		maps.Copy(all, things{"instance " + i.ID: i.Name, "enabling of " + i.ID: fmt.Sprint(i.Enabled), "values of " + i.ID: fmt.Sprintf("%s", i.Config)})
	}
	for _, m := range s.Members {
		if id, shared := ids[m.Workspace]; shared {
			all["member of "+id+": "+m.Email] = m.Role
		}
	}
	maps.DeleteFunc(all, func(name, _ string) bool {
		return strings.HasSuffix(name, acctest.OwnerEmail) || strings.HasSuffix(name, "@api-users.invalid") // these are by their names
	})
	return all
}

// step is what a thing was and what it is then; "" where it is not there.
type step struct{ from, to string }

// becomes has the things that change.
func (t things) becomes(then things) map[string]step {
	changes := map[string]step{}
	for _, all := range []things{t, then} {
		for name := range all {
			if t[name] != then[name] {
				changes[name] = step{t[name], then[name]}
			}
		}
	}
	return changes
}

// isIn reports whether a plan that shows a step has shown this one: it ends as shown, and who
// keeps less than they have when it is applied was shown to lose as much.
func (d step) isIn(shown step) bool {
	height := func(role string) int { return slices.Index([]string{"", "Viewer", "Contributor", "Admin"}, role) }
	return d.to == shown.to && (d.to == "" || height(d.to) >= height(d.from) || height(shown.from) >= height(d.from))
}

// showing is what a plan shows.
type showing struct {
	changes map[string]step // as becomes has them
	planned things          // what was in Tray then
	writes  []string        // where the other nouns of the plan are written
}

// shownBy reads the plan's JSON.
func shownBy(dir *acctest.CLI, now acctest.State) showing {
	var plan struct {
		Changes []struct {
			Type, Name string
			Change     struct {
				Actions       []string
				Before, After map[string]any
			}
		} `json:"resource_changes"`
	}
	dir.Show(&plan, "plan.bin")
	all := showing{changes: map[string]step{}, planned: thingsIn(now)}
	for _, c := range plan.Changes {
		at := slices.IndexFunc(actors, func(a actor) bool { return a.typ == c.Type && a.label == c.Name })
		switch {
		case at < 0 || slices.Equal(c.Change.Actions, []string{"no-op"}) || slices.Equal(c.Change.Actions, []string{"read"}):
		case actors[at].has == nil:
			all.writes = append(all.writes, actors[at].writes)
		default:
			var from, to things
			if c.Change.Before != nil {
				from = actors[at].has(c.Change.Before)
			}
			if c.Change.After != nil {
				to = actors[at].has(c.Change.After)
			}
			maps.Copy(all.changes, from.becomes(to))
		}
	}
	return all
}

// judge holds what an apply did against what its plan has shown.
func (s showing) judge(t *testing.T, did map[string]step, log acctest.Requests) {
	t.Helper()
	for name, d := range did {
		if shown, is := s.shown(name); (!is || !d.isIn(shown)) && !s.follows(name, d) {
			t.Errorf("%s: from %q to %q, and the plan shows %q", name, d.from, d.to, shown)
		}
	}
	for _, a := range actors {
		if a.has == nil && !slices.Contains(s.writes, a.writes) && len(log.Writes().Matching("", a.writes)) > 0 {
			t.Errorf("%s is written, and the plan does not show it", a.writes)
		}
	}
}

// follows reports whether Tray does it by itself: whoever is deleted leaves the workspaces, and
// a workspace that is deleted is left by whoever was there when it was planned.
func (s showing) follows(name string, d step) bool {
	workspace, email, member := strings.Cut(strings.TrimPrefix(name, "member of "), ": ")
	if !member || d.to != "" {
		return false
	}
	gone := func(name string) bool { c, is := s.changes[name]; return is && c.to == "" }
	_, planned := s.planned[name]
	return gone("user "+email) || planned && gone("workspace "+workspace)
}

// shown is what the plan shows of a thing; that of a workspace that it makes it shows
// without the id.
func (s showing) shown(name string) (step, bool) {
	c, is := s.changes[name]
	for _, of := range []string{"workspace ", "description of ", "service ", "environment ", "group of agents ", "agent ", "authentication ", "release of ", "instance ", "enabling of ", "values of "} {
		if _, was := s.planned[name]; !was && !is && strings.HasPrefix(name, of) {
			c, is = s.changes[of]
		}
	}
	return c, is
}
