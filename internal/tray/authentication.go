package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// Authentication is what Tray shows of an authentication: none of its secrets.
type Authentication struct {
	ID                   string
	Name                 string
	ServiceEnvironmentID string
	Scopes               []string // OAuth scopes, as Tray orders them
	AgentGroupID         string   // of on-premise agents, "" for none
}

// FullAuthentication is an authentication with its secrets.
type FullAuthentication struct {
	Authentication
	UserData, Credentials SecretObject
}

// AuthenticationSpec is what an authentication is, but for its credentials. Its service
// environment cannot be changed, and counts for a new one alone.
type AuthenticationSpec struct {
	Name                 string
	ServiceEnvironmentID string
	UserData             SecretObject // the zero value sends none
	Scopes               []string     // nil sends none
	AgentGroupID         string       // "" sends none
}

// Authentications are the authentications of the user that the token acts as.
type Authentications struct {
	c      *Client
	all    records[Authentication]
	listed shelf[string, objects[ListedAuthentication]] // by workspace id
}

func newAuthentications(c *Client) *Authentications {
	a := &Authentications{c: c}
	a.all = coalesce.New(c.reads, source[Authentication]{
		What: "authentication", Path: "/core/v1/authentications", One: a.fetch,
		Page:  a.page,
		ID:    func(x Authentication) string { return x.ID },
		Shows: Authentication.same,
	})
	return a
}

// page is of the list that the management plane has: of the workspace in which the token
// makes authentications. Others may be elsewhere, and are read by themselves. Tray's own API
// has no list: as to a token that may not list, single reads are all there is.
func (a *Authentications) page(ctx context.Context, cursor string) (none rest.Page[Authentication], err error) {
	self, err := a.c.Management.Self(ctx)
	if err != nil {
		return none, err
	}
	if self == nil || self.WorkspaceID == "" {
		return none, &Error{Status: http.StatusForbidden, Message: "Tray has no list of authentications"}
	}
	list := listCall[wireListedAuthentication, Authentication]{
		Call:  call{Method: http.MethodGet, Path: managedPath("workspaces", self.WorkspaceID, "authentications"), Right: rightSeeWorkspace},
		First: smallPage, Convert: wireListedAuthentication.plain,
	}
	return list.Pages(a.c.rest)(ctx, cursor)
}

// Named returns the authentications of that name and service environment in the workspace in
// which the token makes them; listed is false where no list tells, as on a live Tray.
func (a *Authentications) Named(ctx context.Context, name, environmentID string) (found []Authentication, listed bool, err error) {
	self, err := a.c.Management.Self(ctx)
	if err != nil || self == nil || self.WorkspaceID == "" {
		return nil, false, err
	}
	all, err := a.all.List(ctx)
	return slices.DeleteFunc(all, func(x Authentication) bool { return x.Name != name || x.ServiceEnvironmentID != environmentID }), err == nil, err
}

func authenticationPath(more ...string) []string {
	return append([]string{"core", "v1", "authentications"}, more...)
}

func (x Authentication) same(o Authentication) bool {
	a, b := slices.Clone(x.Scopes), slices.Clone(o.Scopes)
	slices.Sort(a)
	slices.Sort(b)
	return x.Name == o.Name && x.ServiceEnvironmentID == o.ServiceEnvironmentID && x.AgentGroupID == o.AgentGroupID && slices.Equal(a, b)
}

// Get returns an authentication without its secrets. IsGone(err) means that a token of an
// organization Owner or Admin finds it no more. Whether even these see what another user's
// token made, Tray does not say.
func (a *Authentications) Get(ctx context.Context, id string) (*Authentication, error) {
	got, err := a.all.Get(ctx, key{ID: id})
	if err == nil {
		return &got, nil
	}
	return nil, a.prove(ctx, id, err)
}

func (a *Authentications) prove(ctx context.Context, id string, err error) error {
	if !hasStatus(err, http.StatusNotFound) || a.all.RemovedByUs(id) {
		return err
	}
	return a.c.proven(ctx, "authentication", "This token sees the whole organization, and no such authentication", err)
}

// Full returns an authentication with its secrets, always read anew. Refresh has Tray renew
// the credentials first where it can. It takes the token of the user whose it is.
func (a *Authentications) Full(ctx context.Context, id string, refresh bool) (*FullAuthentication, error) {
	k := call{Method: http.MethodGet, Path: authenticationPath(id, "full"), Right: rightOwnSecrets}
	if refresh {
		k.Query = url.Values{"forceRefresh": {"true"}}
	}
	e, err := rest.Exchange(ctx, a.c.rest, k, func(w wireFullAuthentication) (element[FullAuthentication], error) {
		e, err := w.element()
		if err == nil && e.Value.ID != id {
			err = errors.New("the answer is about another authentication")
		}
		return element[FullAuthentication]{Value: FullAuthentication{e.Value, w.UserData, w.Credentials}}, err
	})
	if err != nil {
		return nil, a.prove(ctx, id, err)
	}
	return &e.Value, nil
}

// Create makes an authentication. Tray checks the form of the credentials only: wrong ones
// are taken too. As Tray has no list, a creation whose answer was lost stays ambiguous, and
// is never repeated; with the management plane it is looked up.
func (a *Authentications) Create(ctx context.Context, spec AuthenticationSpec, credentials SecretObject) (*Authentication, error) {
	body := spec.body(credentials)
	body["serviceEnvironmentId"] = spec.ServiceEnvironmentID
	post := call{
		Method: http.MethodPost, Path: authenticationPath(), Right: rightOwnSecrets, In: body, Secrets: spec.secrets(credentials),
	}
	return coalesce.InTurn(ctx, a.all, "named "+spec.Name, func(after context.Context) (*Authentication, error) {
		before, listed, err := a.Named(ctx, spec.Name, spec.ServiceEnvironmentID)
		if err != nil && !IsForbidden(err) { // who may not list may still create
			return nil, err
		}
		return a.all.CreateOnce(ctx, func() (*Authentication, error) {
			e, err := rest.Exchange(ctx, a.c.rest, post, func(w wireAuthentication) (element[Authentication], error) {
				if w.ID == "" {
					return element[Authentication]{}, errNoID
				}
				return element[Authentication]{Value: spec.as(w.ID)}, nil
			})
			return &e.Value, err
		}, func() (*Authentication, error) { return a.search(after, spec, listed, before) })
	})
}

// Update replaces what an authentication is, its credentials included, and returns it as it
// is then: Tray wants the credentials every time, so that without them nothing is sent.
func (a *Authentications) Update(ctx context.Context, id string, spec AuthenticationSpec, credentials SecretObject) (*Authentication, error) {
	if credentials.IsZero() {
		return nil, &Error{
			Message: "An authentication cannot be changed without its credentials: Tray replaces them with each change",
			Hint:    "Give the credentials, also when only another attribute changes.",
		}
	}
	put := call{
		Method: http.MethodPut, Path: authenticationPath(id), Right: rightOwnSecrets,
		In: spec.body(credentials), Secrets: spec.secrets(credentials),
	}
	return coalesce.InTurn(ctx, a.all, id, func(context.Context) (*Authentication, error) {
		e, err := rest.Exchange(ctx, a.c.rest, put, wireAuthentication.element)
		if err != nil {
			// Nobody can read back what became of a secret: it stays ambiguous, and sending it
			// again does no harm.
			a.all.ForgetAfter(id, err)
			return nil, err
		}
		a.all.Wrote(id, e.Value)
		return &e.Value, nil
	})
}

// Delete deletes an authentication. One that is already gone is success.
func (a *Authentications) Delete(ctx context.Context, id string) error {
	return removeOnce(ctx, a.c, a.all, id, removal{
		call: call{Method: http.MethodDelete, Path: authenticationPath(id), Right: rightOwnSecrets},
		look: func(after context.Context) error { _, err := a.Get(after, id); return err },
	})
}

func (a *Authentications) fetch(ctx context.Context, id string) (Authentication, error) {
	return fetch(ctx, a.c, a.all, call{Path: authenticationPath(id), Right: rightOwnSecrets}, id, wireAuthentication.element)
}

// search finds what a creation whose answer was lost has made; nil is nothing.
func (a *Authentications) search(ctx context.Context, spec AuthenticationSpec, listed bool, before []Authentication) (*Authentication, error) {
	if !listed {
		return nil, &Error{
			Message: "Tray's API has no list of authentications", Ambiguous: true,
			Hint: fmt.Sprintf("Tray may have made the authentication %q all the same: look under Authentications in Tray, and import or delete it before applying again.", spec.Name),
		}
	}
	return coalesce.Persistently(ctx, func() (*Authentication, error) {
		a.all.Invalidate()
		now, _, err := a.Named(ctx, spec.Name, spec.ServiceEnvironmentID)
		fresh := appeared(before, now, func(x Authentication) string { return x.ID })
		switch {
		case err != nil || len(fresh) == 0:
			return nil, err
		case len(fresh) == 1:
			return &fresh[0], nil
		}
		return nil, &Error{Message: "Several authentications of that name have appeared"}
	})
}
