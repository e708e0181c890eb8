package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// The kinds of exceptions, in the order in which a report tells them.
const (
	AccessEnded     = "ended"
	EndsSoon        = "ends_soon"
	Outsider        = "outsider"
	ProductionAdmin = "production_admin"
	APIUser         = "api_user"
	NoWorkspace     = "no_workspace"
	OpenInvitation  = "open_invitation"
)

var exceptionKinds = []string{AccessEnded, EndsSoon, Outsider, ProductionAdmin, APIUser, NoWorkspace, OpenInvitation}

// Exception is what a reviewer looks at first: one person, for one reason.
type Exception struct {
	Kind   string
	Email  string
	UserID string // "" of an invitation
	Text   string // one sentence
}

// Expected is what is no exception.
type Expected struct {
	// Domains are those of the organization's own people; see OwnDomains.
	Domains []string
	// Production are the ids of workspaces in which each Admin is worth a look.
	Production []string
}

// Exceptions picks whom a reviewer looks at first, by kind and then by e-mail: people whose
// access should have ended or does soon, people from outside, Admins in production, API users, people in no workspace of the report, and open
// invitations. Owners and Admins of the organization are Admins of production too, by
// that role; they are told elsewhere, once.
func (r Report) Exceptions(invites []tray.Invite, x Expected) []Exception {
	places := map[string][]Entry{}
	for _, e := range r.Entries {
		if e.WorkspaceType != tray.WorkspaceOrganization {
			places[e.UserID] = append(places[e.UserID], e)
		}
	}
	all := r.ending()
	known := map[string]bool{}
	for _, p := range r.People {
		known[p.User.ID] = true
		all = append(all, x.about(p.User, places[p.User.ID])...)
	}
	for _, e := range r.Entries { // members that the list of users does not have
		if !known[e.UserID] {
			known[e.UserID] = true
			all = append(all, x.about(tray.User{ID: e.UserID, Email: e.Email, Name: e.Name, AccountType: e.AccountType}, places[e.UserID])...)
		}
	}
	for _, i := range invites {
		if i.Status == tray.InvitePending {
			all = append(all, Exception{OpenInvitation, i.Email, "", fmt.Sprintf("%s is invited as %s, until %s.",
				i.Email, i.Role.Name, i.Expires.UTC().Format("2006-01-02"))})
		}
	}
	slices.SortStableFunc(all, func(a, b Exception) int {
		return cmp.Or(slices.Index(exceptionKinds, a.Kind)-slices.Index(exceptionKinds, b.Kind), compareEmails(a.Email, a.UserID, b.Email, b.UserID))
	})
	return all
}

// about are the exceptions of one person, who is in these places.
func (x Expected) about(u tray.User, places []Entry) (all []Exception) {
	add := func(kind, format string, args ...any) {
		all = append(all, Exception{kind, u.Email, u.ID, fmt.Sprintf(format, args...)})
	}
	who, where := cmp.Or(u.Email, u.Name, u.ID), describePlaces(places)
	if u.AccountType == tray.AccountAPI {
		add(APIUser, "%s is an API user: %s.", cmp.Or(u.Name, who), where)
		return all
	}
	if u.AccountType == tray.AccountSystem {
		return nil
	}
	switch {
	case u.AccountType == tray.AccountExternal || u.AccountType == tray.AccountPartner:
		add(Outsider, "%s has an account of the type %s: %s.", who, u.AccountType, where)
	case !slices.ContainsFunc(x.Domains, func(d string) bool { return base.InDomain(u.Email, d) }) && u.Email != "":
		add(Outsider, "%s is from outside %s: %s.", who, strings.Join(x.Domains, ", "), where)
	}
	var production []string
	for _, p := range places {
		if p.Role.Kind == WorkspaceRole && p.Role.Name == "Admin" && slices.Contains(x.Production, p.WorkspaceID) {
			production = append(production, p.WorkspaceName)
		}
	}
	if production != nil {
		add(ProductionAdmin, "%s is Admin of %s.", who, strings.Join(production, ", "))
	}
	if len(places) == 0 {
		add(NoWorkspace, "%s is in no workspace of this report.", who)
	}
	return all
}

// describePlaces says in which workspaces somebody is, and as what.
func describePlaces(places []Entry) string {
	const most = 5
	var said []string
	for i, p := range places {
		if everywhere(p.Role) {
			return p.Role.FullName() + ", in every workspace"
		}
		if i == most {
			said = append(said, plural(len(places)-most, "more workspace", "more workspaces"))
			break
		}
		said = append(said, p.Role.Name+" in "+p.WorkspaceName)
	}
	if said == nil {
		return "in no workspace of this report"
	}
	return strings.Join(said, ", ")
}

// OwnDomains is the domain of the Owner's address, in small letters.
func OwnDomains(users []tray.User) (domains []string) {
	for _, u := range users {
		if _, domain, ok := strings.Cut(u.Email, "@"); ok && strings.EqualFold(u.Role.Name, "Owner") {
			domains = append(domains, strings.ToLower(domain))
		}
	}
	return domains
}
