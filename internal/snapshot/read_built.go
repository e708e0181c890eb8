package snapshot

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// readServices reads custom services with their environments, of which Tray tells no secret.
func (r *reader) readServices(ctx context.Context) error {
	if !r.doc.Managed {
		return nil
	}
	all, err := r.api.Services.List(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if !slices.ContainsFunc(r.doc.Nouns.Workspaces, func(w workspace) bool { return w.ID == s.WorkspaceID }) {
			continue // it leans on its workspace
		}
		r.doc.Nouns.Services = append(r.doc.Nouns.Services, service{ID: s.ID, UniqueName: s.UniqueName, WorkspaceID: s.WorkspaceID,
			OwnerID: s.OwnerID, Name: r.text(s.Name), Kind: s.AuthenticationType, Version: s.Version, Details: serviceDetails{
				Description: orNil(r.text(s.Description)), AuthorizationURL: orNil(s.AuthorizationURL), TokenURL: orNil(s.TokenURL),
				Scopes: s.Scopes, UserDataSchema: s.UserDataSchema, CredentialsSchema: s.CredentialsSchema,
			}})
		if err := r.readEnvironments(ctx, s); err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

func (r *reader) readEnvironments(ctx context.Context, s tray.Service) error {
	all, err := r.api.Environments.List(ctx, tray.ServiceRef{Name: s.UniqueName, Version: s.Version})
	for _, e := range all {
		r.doc.Nouns.Environments = append(r.doc.Nouns.Environments, environment{ID: e.ID, ServiceID: s.ID, Title: r.text(e.Title),
			Default: e.Default, ClientID: orNil(e.ClientID), Scopes: e.Scopes})
	}
	return err
}

// everywhere lets all workspaces through.
func everywhere(workspace) bool { return true }

// readAgents reads groups of on-premise agents with their agents. The token that registers
// an agent Tray tells once, to whoever makes it.
func (r *reader) readAgents(ctx context.Context) error {
	groups, agents := make([][]agentGroup, len(r.doc.Nouns.Workspaces)), make([][]agent, len(r.doc.Nouns.Workspaces))
	err := r.inWorkspaces(ctx, everywhere, func(ctx context.Context, i int, w workspace) error {
		all, err := r.api.AgentGroups.List(ctx, w.ID)
		for _, g := range all {
			groups[i] = append(groups[i], agentGroup{g.ID, w.ID, r.text(g.Name)})
			in, err := r.api.Agents.List(ctx, w.ID, g.ID)
			if err != nil && !refused(err) {
				return err
			}
			for _, a := range in {
				agents[i] = append(agents[i], agent{a.ID, g.ID, r.text(a.Name), a.Enabled, a.Registered, a.Connected})
			}
		}
		return err
	})
	r.doc.Nouns.AgentGroups = append(r.doc.Nouns.AgentGroups, slices.Concat(groups...)...)
	r.doc.Nouns.Agents = append(r.doc.Nouns.Agents, slices.Concat(agents...)...)
	return err
}

// readAuthentications reads them without what they authenticate with. Where they are not
// listed, nobody knows of one whether it is there.
func (r *reader) readAuthentications(ctx context.Context) error {
	if !r.doc.Managed {
		return nil
	}
	lists := make([][]tray.ListedAuthentication, len(r.doc.Nouns.Workspaces))
	err := r.inWorkspaces(ctx, everywhere, func(ctx context.Context, i int, w workspace) (err error) {
		lists[i], err = r.api.Authentications.List(ctx, w.ID)
		return err
	})
	for _, a := range slices.Concat(lists...) {
		r.doc.Nouns.Authentications = append(r.doc.Nouns.Authentications, authentication{ID: a.ID, WorkspaceID: a.WorkspaceID, OwnerID: a.OwnerID,
			Name: r.text(a.Name), EnvironmentID: a.ServiceEnvironmentID, Scopes: a.Scopes, AgentGroupID: orNil(a.AgentGroupID)})
		r.doc.EnvironmentServices[a.ServiceEnvironmentID] = nameAndVersion{a.ServiceName, a.ServiceVersion}
	}
	return err
}

// readProjects reads that they are there, and nothing of what is in them.
func (r *reader) readProjects(ctx context.Context) error {
	if !r.doc.Managed {
		return nil
	}
	lists := make([][]tray.Project, len(r.doc.Nouns.Workspaces))
	err := r.inWorkspaces(ctx, everywhere, func(ctx context.Context, i int, w workspace) (err error) {
		lists[i], err = r.api.Projects.List(ctx, w.ID)
		return err
	})
	for _, p := range slices.Concat(lists...) {
		r.doc.Nouns.Projects = append(r.doc.Nouns.Projects, project{ID: p.ID, WorkspaceID: p.WorkspaceID, Name: r.text(p.Name),
			Description: orNil(r.text(p.Description)), Created: p.Created, Workflows: p.Workflows, SolutionID: orNil(p.SolutionID)})
	}
	return err
}

// readAPIUsers reads which users are for tokens. Their names and roles are those that lists
// of users and members have.
func (r *reader) readAPIUsers(ctx context.Context) error {
	if !r.doc.Managed {
		return nil
	}
	lists := make([][]tray.APIUser, len(r.doc.Nouns.Workspaces))
	err := r.inWorkspaces(ctx, func(w workspace) bool { return w.Type == string(tray.WorkspaceShared) }, func(ctx context.Context, i int, w workspace) (err error) {
		lists[i], err = r.api.APIUsers.List(ctx, w.ID)
		return err
	})
	for _, u := range slices.Concat(lists...) {
		if slices.ContainsFunc(r.doc.Nouns.Users, func(o user) bool { return o.ID == u.ID }) {
			r.doc.Nouns.APIUsers = append(r.doc.Nouns.APIUsers, apiUser{u.ID, u.WorkspaceID, u.CreatedAt})
		}
	}
	return err
}

// unlisted is the refusal that stands for authentications which no list was told of.
func (r *reader) unlisted(all []refusal) []refusal {
	const path = "/core/v1/authentications"
	listed := r.doc.Managed
	for _, one := range all {
		listed = listed && !strings.HasSuffix(one.Path, "/authentications")
	}
	if listed {
		return all
	}
	return append(all, refusal{path, http.StatusForbidden, "The snapshot does not hold all authentications, as they were not all listed"})
}
