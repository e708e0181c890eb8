package snapshot

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tray-community/terraform-provider-tray/internal/pseudonym"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// reader fills a document.
type reader struct {
	api *tray.Client
	key pseudonym.Key // nil: names and addresses stay
	doc document

	seesAll bool // the token is an Owner's or Admin's
	slashed int  // users whose address has a slash, which separates the parts of import ids
}

// kinds are what a snapshot holds, in the order in which it is read. A noun of the sandbox
// joins by an entry, and by what it takes in (restore, in the sandbox): a test fails for a
// list that the sandbox serves and no snapshot asks for.
var kinds = []kind{
	{what: "the organization's roles", read: (*reader).readRoles},
	{what: "whose token it is", read: (*reader).readSelf},
	{what: "the organization", read: (*reader).readOrganization},
	{what: "the organization's settings", read: (*reader).readSettings},
	{what: "the organization's users", read: (*reader).readUsers},
	{what: "the workspaces", read: (*reader).readWorkspaces},
	{what: "the members of workspaces", read: (*reader).readMembers},
	{what: "users one by one", read: (*reader).readEachUser},
	{what: "the roles in workspaces", read: (*reader).readWorkspaceRoles},
	{what: "what workspaces hold", read: (*reader).readContents},
	{what: "the invitations", read: (*reader).readInvites},
	{what: "custom services", read: (*reader).readServices},
	{what: "on-premise agents", read: (*reader).readAgents},
	{what: "authentications", read: (*reader).readAuthentications},
	{what: "API users", read: (*reader).readAPIUsers},
	{what: "projects", read: (*reader).readProjects},
}

// kind is one thing that is read.
type kind struct {
	what string
	read func(*reader, context.Context) error
}

// readers is how many lists are read at once; the client's limiter sets the pace.
const readers = 8

// read reads all kinds. What is refused stays out: the refusal is written down where the
// requests pass.
func (r *reader) read(ctx context.Context, told func(kind)) error {
	r.doc.Nouns = nouns{Users: []user{}, Workspaces: []workspace{}, Members: []member{}, Invites: []invite{}, Settings: []settings{},
		Services: []service{}, Environments: []environment{}, AgentGroups: []agentGroup{}, Agents: []agent{},
		Authentications: []authentication{}, APIUsers: []apiUser{}, Projects: []project{}}
	r.doc.EnvironmentServices = map[string]nameAndVersion{}
	r.doc.OrganizationRoles, r.doc.WorkspaceRoles = []role{}, []role{}
	r.doc.Contents = map[string]map[string]int64{}
	for _, k := range kinds {
		told(k)
		if err := k.read(r, ctx); err != nil && !refused(err) {
			return err
		}
	}
	r.doc.TakenAt = r.takenAt()
	return nil
}

// takenAt is the time by which everything that was read is so. Tray tells the time in whole
// seconds, and what it says has expired has expired.
func (r *reader) takenAt() time.Time {
	at := r.api.Now().UTC()
	for _, i := range r.doc.Nouns.Invites {
		if i.Status == string(tray.InviteExpired) && i.Expires.After(at) {
			at = i.Expires.UTC()
		}
	}
	return at
}

// refused reports whether Tray has answered, and would not show it to this token.
func refused(err error) bool {
	var e *tray.Error
	return errors.As(err, &e) && (e.Status == http.StatusForbidden || e.Status == http.StatusNotFound)
}

func (r *reader) readRoles(ctx context.Context) error {
	all, err := r.api.Roles.Organization(ctx)
	r.seesAll = err == nil
	for _, one := range all {
		known(&r.doc.OrganizationRoles, one)
	}
	return err
}

func (r *reader) readSelf(ctx context.Context) error {
	there, err := r.api.Management.Available(ctx)
	if err != nil {
		return err
	}
	r.doc.Managed = there
	if r.api.Management.KnownOperator() {
		return errors.New("this is an operator's token, who belongs to no organization: use a token of the organization")
	}
	me, err := r.api.Management.Self(ctx)
	if err == nil && me != nil {
		r.doc.Self = &self{ID: me.ID, Email: r.address(me.Email), Role: role(me.Role)}
		known(&r.doc.OrganizationRoles, me.Role)
	}
	return err
}

func (r *reader) readOrganization(ctx context.Context) error {
	o, err := r.api.Management.Organization(ctx)
	if e := (*tray.Error)(nil); errors.As(err, &e) && e.Status == 0 && !r.doc.Managed {
		return nil // a workspace's token is not told
	}
	if err != nil {
		return err
	}
	r.doc.Organization = organization{ID: o.ID, Name: r.text(o.Name), Plan: o.Plan, Embedded: o.Embedded, SSO: o.SSO, OwnerID: o.OwnerID,
		OwnerEmail: r.address(o.OwnerEmail), OrganizationWorkspaceID: o.OrganizationWorkspaceID, EmbeddedWorkspaceID: o.EmbeddedWorkspaceID}
	return nil
}

func (r *reader) readSettings(ctx context.Context) error {
	if !r.doc.Managed {
		return nil
	}
	s, err := r.api.Management.Settings(ctx)
	if err != nil {
		return err
	}
	r.doc.Nouns.Settings = append(r.doc.Nouns.Settings, settings{AlertingWorkflowID: orNil(s.AlertingWorkflowID),
		AllowWorkspaceAdminTokens: s.AllowWorkspaceAdminTokens, EmbeddedID: orNil(s.EmbeddedID), ConfigWizardCSS: orNil(r.text(s.ConfigWizardCSS))})
	return nil
}

func (r *reader) readUsers(ctx context.Context) error {
	for page, err := range r.api.Users.Pages(ctx) {
		if err != nil {
			return err
		}
		for _, u := range page {
			r.addUser(u)
		}
	}
	return nil
}

func (r *reader) addUser(u tray.User) {
	if r.key != nil && strings.Contains(u.Email, "/") {
		r.slashed++
	}
	r.doc.Nouns.Users = append(r.doc.Nouns.Users, user{ID: u.ID, Email: r.address(u.Email), Name: r.name(u.Name),
		AccountType: string(u.AccountType), Role: known(&r.doc.OrganizationRoles, u.Role)})
}

func (r *reader) readWorkspaces(ctx context.Context) error {
	for page, err := range r.api.Workspaces.Pages(ctx) {
		if err != nil {
			return err
		}
		for _, w := range page {
			as := workspace{ID: w.ID, Name: r.text(w.Name), Type: string(w.Type), TaskLimit: w.MonthlyTaskLimit}
			if w.Type == tray.WorkspacePersonal || w.Type == tray.WorkspacePersonalExternal {
				as.Name = r.name(w.Name) // it is called after its person
			}
			if w.Description != nil {
				text := r.text(*w.Description)
				as.Description = &text
			}
			r.doc.Nouns.Workspaces = append(r.doc.Nouns.Workspaces, as)
		}
	}
	return nil
}

// inWorkspaces reads something of each workspace that of lets through, several at once.
func (r *reader) inWorkspaces(ctx context.Context, of func(workspace) bool, read func(ctx context.Context, i int, w workspace) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for i, w := range r.doc.Nouns.Workspaces {
		if !of(w) {
			continue
		}
		group.Go(func() error {
			if err := read(ctx, i, w); err != nil && !refused(err) {
				return err
			}
			return nil
		})
	}
	return group.Wait()
}

func (r *reader) readMembers(ctx context.Context) error {
	lists := make([][]tray.Member, len(r.doc.Nouns.Workspaces))
	err := r.inWorkspaces(ctx, func(w workspace) bool {
		return w.Type != string(tray.WorkspaceOrganization) || len(r.doc.Nouns.Users) == 0 // all users are in that one
	}, func(ctx context.Context, i int, w workspace) error {
		for page, err := range r.api.Members.Pages(ctx, w.ID) {
			if err != nil {
				return err
			}
			lists[i] = append(lists[i], page...)
		}
		return nil
	})
	for i, list := range lists {
		whole := r.doc.Nouns.Workspaces[i].Type == string(tray.WorkspaceOrganization)
		roles := &r.doc.WorkspaceRoles
		if whole {
			roles = &r.doc.OrganizationRoles
		}
		for _, m := range list {
			r.doc.Nouns.Members = append(r.doc.Nouns.Members, member{WorkspaceID: m.WorkspaceID, UserID: m.UserID, Email: r.address(m.Email),
				AccountType: string(m.AccountType), Role: known(roles, m.Role), OfOrganization: whole})
		}
	}
	return err
}

// readEachUser reads those who were seen in workspaces, where the token may not list all: it
// may read a user whose id it knows.
func (r *reader) readEachUser(ctx context.Context) error {
	if len(r.doc.Nouns.Users) > 0 {
		return nil
	}
	seen := map[string]bool{}
	for _, m := range r.doc.Nouns.Members {
		if seen[m.UserID] {
			continue
		}
		seen[m.UserID] = true
		u, err := r.api.Users.Get(ctx, m.UserID)
		if err == nil {
			r.addUser(*u)
		} else if !refused(err) {
			return err
		}
	}
	return nil
}

// readWorkspaceRoles reads the roles in one workspace, as they are the same everywhere; but
// who may read them is not, unless the token may everything.
func (r *reader) readWorkspaceRoles(ctx context.Context) error {
	var mu sync.Mutex
	enough := false
	return r.inWorkspaces(ctx, func(w workspace) bool {
		shared := w.Type == string(tray.WorkspaceShared) || w.Type == string(tray.WorkspaceEmbedded)
		wanted := shared && !enough
		enough = enough || shared && r.seesAll
		return wanted
	}, func(ctx context.Context, _ int, w workspace) error {
		all, err := r.api.Roles.Workspace(ctx, w.ID)
		mu.Lock()
		defer mu.Unlock()
		for _, one := range all {
			known(&r.doc.WorkspaceRoles, one)
		}
		return err
	})
}

func (r *reader) readContents(ctx context.Context) error {
	if !r.doc.Managed {
		return nil
	}
	var mu sync.Mutex
	return r.inWorkspaces(ctx, func(w workspace) bool { return w.Type == string(tray.WorkspaceShared) },
		func(ctx context.Context, _ int, w workspace) error {
			held, err := r.api.Workspaces.Contents(ctx, w.ID)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			r.doc.Contents[w.ID] = held
			return nil
		})
}

func (r *reader) readInvites(ctx context.Context) error {
	if !r.doc.Managed {
		return nil
	}
	all, err := r.api.Invites.List(ctx)
	for _, i := range all {
		r.doc.Nouns.Invites = append(r.doc.Nouns.Invites, invite{ID: i.ID, Email: r.address(i.Email), UserID: i.UserID,
			Role: known(&r.doc.OrganizationRoles, i.Role), Status: string(i.Status), Created: i.Created, Expires: i.Expires})
	}
	return err
}

// address, name and text are what the file says of a person's address and name, and of
// other texts, in which addresses may be.
func (r *reader) address(of string) string {
	if r.key == nil {
		return of
	}
	return r.key.Address(of)
}

func (r *reader) name(of string) string {
	if r.key == nil {
		return of
	}
	return r.key.Name(of)
}

func (r *reader) text(of string) string {
	if r.key == nil {
		return of
	}
	return r.key.Text(of)
}
