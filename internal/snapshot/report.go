package snapshot

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// report says what the file holds, and what not.
func (r *reader) report(path string, requests int) string {
	var b strings.Builder
	n := r.doc.Nouns
	members := 0
	for _, m := range n.Members {
		if !m.OfOrganization {
			members++
		}
	}
	name := ""
	if r.doc.Organization.Name != "" {
		name = fmt.Sprintf(" of %q", r.doc.Organization.Name)
	}
	fmt.Fprintf(&b, "%s holds a snapshot%s, of %s by Tray's clock: %s, %s, %s, %s. It took %s, GET only.\n", path, name,
		r.doc.TakenAt.Format(time.RFC3339), count(len(n.Users), "user"), count(len(n.Workspaces), "workspace"), count(members, "membership"),
		count(len(n.Invites), "invitation"), count(requests, "request"))
	if r.key != nil {
		b.WriteString("Names and e-mail addresses are pseudonyms. Whoever has the file and guesses an address finds its pseudonym.\n")
	} else {
		b.WriteString("It holds names and e-mail addresses as they are: it is as confidential as they are.\n")
	}
	if r.slashed > 0 {
		fmt.Fprintf(&b, "It has %s with a slash before the @, which a configuration does not find; with -names it does.\n",
			count(r.slashed, "address", "addresses"))
	}
	if len(r.doc.Unseen) > 0 {
		b.WriteString("Not in it, as this token does not see it:\n")
		for _, what := range r.doc.Unseen {
			fmt.Fprintf(&b, "  - %s\n", what)
		}
		b.WriteString("Plans by it leave open what they would have to know of that, as plans with this token do.\n")
	}
	return b.String()
}

func count(n int, words ...string) string {
	if n == 1 {
		return "1 " + words[0]
	}
	if len(words) > 1 {
		return fmt.Sprintf("%d %s", n, words[1])
	}
	return fmt.Sprintf("%d %ss", n, words[0])
}

// lesserToken is said when the token is not known to see everything.
const lesserToken = "workspaces that the token's user is not in, if there are any: the token is no organization Owner's or Admin's"

// unseen is what the token could not read, in words.
func (r *reader) unseen() []string {
	unseen, inOne := []string{}, map[string][]string{}
	for _, refused := range r.doc.Refused {
		switch what, workspaceID := subject(refused); {
		case workspaceID != "":
			inOne[what] = append(inOne[what], r.workspaceName(workspaceID))
		default:
			unseen = append(unseen, what)
		}
	}
	for _, what := range []string{membersOf, rolesOf, contentsOf, agentsOf, authenticationsOf, apiUsersOf, otherOf} {
		if names := inOne[what]; len(names) > 0 {
			unseen = append(unseen, what+" "+some(names))
		}
	}
	return unseen
}

// What can be refused of one workspace.
const (
	membersOf  = "the members of"
	rolesOf    = "the roles in"
	contentsOf = "what is in"
	otherOf    = "more of"

	agentsOf          = "the on-premise agents of"
	authenticationsOf = "the authentications in"
	apiUsersOf        = "the API users of"
)

// subject is what a refused path is about, and of which workspace if of one.
func subject(r refusal) (what, workspaceID string) {
	switch r.Path {
	case "/core/v1/roles":
		return lesserToken, ""
	case "/core/v1/users":
		return "the list of the organization's users", ""
	case "/core/v1/workspaces":
		return "the workspaces", ""
	case "/management/v1":
		if r.Status == http.StatusNotFound {
			return "invitations, settings, and what workspaces hold, which no public API of Tray shows", ""
		}
		return "invitations, settings, and what workspaces hold", ""
	case "/management/v1/invites":
		return "the invitations", ""
	case "/management/v1/organization/settings":
		return "the organization's settings", ""
	case "/management/v1/services":
		return "the custom services", ""
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(r.Path, "/core/v1/workspaces/"), "/management/v1/workspaces/")
	if rest == r.Path {
		return r.Path, ""
	}
	id, part, _ := strings.Cut(rest, "/")
	switch {
	case part == "users":
		return membersOf, id
	case part == "roles":
		return rolesOf, id
	case strings.HasPrefix(part, "on-prem-agent-groups"):
		return agentsOf, id
	case part == "authentications":
		return authenticationsOf, id
	case part == "api-users":
		return apiUsersOf, id
	case strings.HasPrefix(r.Path, "/management/"):
		return contentsOf, id
	}
	return otherOf, id
}

func (r *reader) workspaceName(id string) string {
	for _, w := range r.doc.Nouns.Workspaces {
		if w.ID == id {
			return fmt.Sprintf("%q", w.Name)
		}
	}
	return id
}

// some names a few of many.
func some(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more workspaces", strings.Join(names[:most], ", "), len(names)-most)
}
