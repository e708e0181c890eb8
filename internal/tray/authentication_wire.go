package tray

import (
	"context"
	"iter"
)

// ListedAuthentication is an authentication as the management plane lists it.
type ListedAuthentication struct {
	Authentication
	WorkspaceID string
	OwnerID     string
	ServiceName string
	// ServiceVersion is a whole number.
	ServiceVersion string
}

// of is what is known of the authentications in a workspace.
func (a *Authentications) of(workspaceID string) objects[ListedAuthentication] {
	return a.listed.of(workspaceID, func() objects[ListedAuthentication] {
		return newFamily(a.c, kind[wireListedAuthentication, ListedAuthentication]{
			what: "authentication", path: managedPath("workspaces", workspaceID, "authentications"), right: rightSeeWorkspace,
			listOnly: true, workspace: workspaceID,
			convert: wireListedAuthentication.element,
			id:      func(x ListedAuthentication) string { return x.ID },
		})
	})
}

// List returns the authentications in a workspace, oldest first. It needs the management
// plane: Tray's own API has no such list.
func (a *Authentications) List(ctx context.Context, workspaceID string) ([]ListedAuthentication, error) {
	return a.of(workspaceID).List(ctx)
}

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (a *Authentications) Pages(ctx context.Context, workspaceID string) iter.Seq2[[]ListedAuthentication, error] {
	return a.of(workspaceID).Pages(ctx)
}

// body is what an authentication is replaced by. Credentials are left out only of a new one
// that has none.
func (s AuthenticationSpec) body(credentials SecretObject) map[string]any {
	body := map[string]any{"name": s.Name}
	if !credentials.IsZero() {
		body["credentials"] = credentials.Reveal()
	}
	if !s.UserData.IsZero() {
		body["userData"] = s.UserData.Reveal()
	}
	if s.Scopes != nil {
		body["scopes"] = s.Scopes
	}
	if s.AgentGroupID != "" {
		body["onPremAgentGroupId"] = s.AgentGroupID
	}
	return body
}

// secrets are what a server must not have repeated to a user.
func (s AuthenticationSpec) secrets(credentials SecretObject) []string {
	return append(credentials.leaves(), s.UserData.leaves()...)
}

// as is the authentication that was made of the spec.
func (s AuthenticationSpec) as(id string) Authentication {
	return Authentication{ID: id, Name: s.Name, ServiceEnvironmentID: s.ServiceEnvironmentID, Scopes: s.Scopes, AgentGroupID: s.AgentGroupID}
}

type wireAuthentication struct {
	ID                   string   `json:"id"`
	Name                 string   `json:"name"`
	ServiceEnvironmentID string   `json:"serviceEnvironmentId"`
	Scopes               []string `json:"scopes"`
	AgentGroupID         string   `json:"onPremAgentGroupId"`
}

func (w wireAuthentication) element() (element[Authentication], error) {
	if w.ID == "" {
		return element[Authentication]{}, errNoID
	}
	return element[Authentication]{Complete: true, Value: Authentication(w)}, nil
}

type wireFullAuthentication struct {
	wireAuthentication
	UserData    SecretObject `json:"userData"`
	Credentials SecretObject `json:"credentials"`
}

type wireListedAuthentication struct {
	wireAuthentication
	WorkspaceID string `json:"workspaceId"`
	OwnerID     string `json:"ownerId"`
	Service     struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"service"`
}

func (w wireListedAuthentication) element() (element[ListedAuthentication], error) {
	e, err := w.wireAuthentication.element()
	return element[ListedAuthentication]{Complete: true, Value: ListedAuthentication{
		Authentication: e.Value, WorkspaceID: w.WorkspaceID, OwnerID: w.OwnerID, ServiceName: w.Service.Name, ServiceVersion: w.Service.Version,
	}}, err
}

// plain is what Tray's own API shows of it.
func (w wireListedAuthentication) plain() (element[Authentication], error) {
	return w.wireAuthentication.element()
}
