package provider_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// drawn is a random organization, and instances of a configuration of it.
type drawn struct {
	*acctest.Env
	rt         *rapid.T
	owner      planner
	workspaces map[string]string // ids by name
	people     []string
	invited    map[string]bool
	service    string // the unique name of a custom service
	place      string // the workspace with an API user, a group of agents and an agent
	named      bool   // the snapshot has people's names
}

// Addresses whose spelling differs from how Tray has them are part of it, as is a domain of
// guests.
var acquaintances = []string{"ana@example.com", "Ben.Ode@Example.com", "cleo@guests.example", "dora+x@example.com", "o'neil@example.com", "emil@example.com"}

func respelled(rt *rapid.T, email string) string {
	return rapid.SampledFrom([]string{email, strings.ToLower(email), strings.ToUpper(email[:1]) + email[1:]}).Draw(rt, "spelling")
}

var roleNames = []string{"Admin", "Contributor", "Viewer"}

func (d *drawn) role() string { return rapid.SampledFrom(roleNames).Draw(d.rt, "role") }

func (d *drawn) person() string { return rapid.SampledFrom(acquaintances).Draw(d.rt, "person") }

func (d *drawn) flip(what string) bool { return rapid.Bool().Draw(d.rt, what) }

// populate fills the organization through Tray's UI.
func (d *drawn) populate() {
	for _, email := range acquaintances {
		switch rapid.IntRange(0, 3).Draw(d.rt, "is "+email) {
		case 0:
		case 1:
			d.invite(email)
			d.invited[email] = true
		default:
			d.Control(http.MethodPost, "ui/users", map[string]any{"email": email, "name": "Name of " + email[:3], "role": d.role()})
			d.people = append(d.people, email)
		}
	}
	d.NewToken(map[string]any{"api_user": map[string]any{"name": "robot", "role": d.role()}})
	for _, name := range []string{"sales", "ops", "lab"}[:rapid.IntRange(1, 3).Draw(d.rt, "workspaces")] {
		var made struct{ ID string }
		d.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": name, "description": "Of " + d.person()}, &made)
		d.workspaces[name] = made.ID
		if d.flip("has a project") {
			d.Control(http.MethodPost, "ui/projects", map[string]any{"workspace": name, "name": "P"})
		}
	}
	d.build()
	d.shuffle()
}

// build makes a custom service, with an environment beside Production, and what else
// workspaces hold.
func (d *drawn) build() {
	var made struct{ UniqueName string }
	d.Control(http.MethodPost, "ui/services", map[string]any{"owner": acctest.OwnerEmail, "workspace": d.workspace(), "name": "CRM", "description": "Of " + d.person(),
		"authenticationType": "oauth2client_credentials", "tokenUrl": "https://crm.example/token", "clientId": "c", "clientSecret": canary + "-secret",
		"scopes": []map[string]any{{"scope": "read", "description": "Reads"}}}, &made)
	d.service, d.place = made.UniqueName, d.workspace()
	d.Control(http.MethodPost, "tokens", map[string]any{"api_user": map[string]any{"name": "deployer", "workspace": d.place}})
	d.Control(http.MethodPost, "ui/workspaces/"+d.place+"/on-prem-agent-groups", map[string]any{"name": "site"})
	d.Control(http.MethodPost, "ui/workspaces/"+d.place+"/on-prem-agent-groups/site/agents", map[string]any{"name": "machine"})
	d.Control(http.MethodPost, "ui/services/"+d.service+"/versions/1/environments", map[string]any{"title": "Test", "clientId": "t", "clientSecret": canary + "-secret"})
	d.Control(http.MethodPost, "ui/authentications", map[string]any{"owner": acctest.OwnerEmail, "workspace": d.State().Services[0].Workspace, "name": "Login", "serviceEnvironmentId": d.State().Environments[0].ID,
		"credentials": map[string]any{"token": canary + "-secret"}})
}

// shuffle has people come and go.
func (d *drawn) shuffle() {
	for _, name := range slices.Sorted(maps.Keys(d.workspaces)) {
		for _, email := range append(slices.Clone(d.people), "robot@api-users.invalid") {
			switch rapid.IntRange(0, 3).Draw(d.rt, "in "+name) {
			case 0:
				d.try(http.MethodDelete, "/_sandbox/ui/workspaces/"+name+"/members/"+email, nil)
			case 1:
				d.try(http.MethodPut, "/_sandbox/ui/workspaces/"+name+"/members/"+email, map[string]any{"role": d.role()})
			}
		}
	}
	for _, email := range d.people {
		if rapid.IntRange(0, 5).Draw(d.rt, "changes") == 0 {
			d.try(http.MethodPut, "/_sandbox/ui/users/"+email, map[string]any{"role": d.role()})
		}
	}
}

// try does what can be refused.
func (d *drawn) try(method, path string, body any) { d.Call(method, path, body) }

func (d *drawn) invite(email string) {
	for _, u := range d.State().Users {
		if u.Role.Name != "Owner" {
			continue
		}
		var roles struct{ Elements []acctest.Role }
		_, raw := d.Call(http.MethodGet, "/core/v1/roles", nil)
		if err := json.Unmarshal(raw, &roles); err != nil {
			d.rt.Fatal(err)
		}
		d.try(http.MethodPost, "/core/v1/invites", map[string]any{"email": email, "organizationRoleId": roles.Elements[len(roles.Elements)-1].ID})
	}
	if d.flip("expires") {
		d.try(http.MethodPost, "/_sandbox/ui/invites/"+email+"/expire", nil)
	}
}

// The plan of a snapshot is the plan of the organization that it was taken of: for any
// organization, state and configuration, with and without names, whatever the quirks of the
// wire.
func TestSnapshot_plansLikeItsOrganization(t *testing.T) {
	t.Parallel()
	for _, typ := range resourceTypes(t) {
		if draws[typ] == nil && !unheld[typ] {
			t.Fatalf("nothing draws a %s", typ)
		}
	}
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		_ = flag.Set("rapid.checks", "10") // each is an organization of its own; make rapid has more
	}
	rapid.Check(t, func(rt *rapid.T) {
		env := acctest.Start(t, acctest.InProcess(),
			acctest.Wire("management", rapid.Bool().Draw(rt, "management")),
			acctest.Wire("list_elements", rapid.SampledFrom([]string{"full", "sparse"}).Draw(rt, "elements")),
			acctest.Wire("type_shape", rapid.SampledFrom([]string{"string", "object"}).Draw(rt, "types")))
		d := &drawn{Env: env, rt: rt, workspaces: map[string]string{}, invited: map[string]bool{}}
		d.populate()
		block := map[string]any{"sandbox": map[string]any{"path": env.Path}, "guardrails": map[string]any{"required_admins": []string{d.person()}}}
		d.owner = newPlanner(t, env, block)
		// Of two managers of one membership it is luck which is refused; there is one.
		memberships := rapid.SampledFrom([]string{"tray_workspace_member", "tray_workspace_members", "tray_workspace_role_members"}).Draw(rt, "memberships")
		var all []instance
		for _, typ := range slices.Sorted(maps.Keys(draws)) {
			if strings.HasPrefix(typ, "tray_workspace_") && typ != memberships {
				continue
			}
			if one := draws[typ](d); one != nil {
				all = append(all, *one)
			}
		}
		d.shuffle()
		var flags []string
		d.named = d.flip("names")
		if d.named {
			flags = []string{"-names"}
		}
		taken := env.MustSnapshot(t, flags...)
		theirs := newPlanner(t, env, block)
		block["sandbox"] = map[string]any{"path": taken.Path, "read_only": true}
		ours := newPlanner(t, env.BySnapshot(t, taken.Path), block)

		reveal := d.revealing(taken)
		want, got := theirs.plan(all), ours.plan(all)
		for i := range all {
			same(rt, fmt.Sprintf("%s %v", all[i].typ, all[i].arguments), want[i], got[i], reveal)
		}
		for typ, arguments := range d.dataSources() {
			want, got := theirs.data(typ, arguments), ours.data(typ, arguments)
			if unheldData[typ] {
				if len(got.Said) != 1 || !strings.HasPrefix(got.Said[0], "ERROR") {
					rt.Errorf("data %s, which no snapshot holds, says %q", typ, got.Said)
				}
				continue
			}
			same(rt, "data "+typ, want, got, reveal)
		}
	})
}

// dataSources are all of them, with what they need.
func (d *drawn) dataSources() map[string]map[string]any {
	all := map[string]map[string]any{}
	for typ := range d.owner.all.DataSourceSchemas {
		all[typ] = nil
	}
	id := d.workspaces[d.workspace()]
	all["tray_user"] = map[string]any{"email": d.person()}
	all["tray_users"] = map[string]any{"email_domain": "example.com"}
	all["tray_workspace"] = map[string]any{"id": id}
	all["tray_workspace_members"] = map[string]any{"workspace_id": id}
	all["tray_workspace_roles"] = map[string]any{"workspace_id": id}
	if d.managed() { // otherwise no snapshot holds services
		all["tray_service_environments"] = map[string]any{"service_name": d.service}
	}
	report := map[string]any{"outside_email_domains": []string{"example.com"}}
	if !d.named { // a matrix has Personal workspaces in the order of their names
		report["formats"] = []string{"csv", "markdown", "mermaid"}
	}
	all["tray_access_report"] = report
	return all
}

// revealing knows everybody, as the reader of a plan does who could see the organization.
func (d *drawn) revealing(taken acctest.Snapshot) func(string) string {
	book := taken.Book(d.owner.t)
	if book == nil {
		return func(s string) string { return s }
	}
	state := d.State()
	for _, email := range acquaintances {
		book.Hide(email)
	}
	for _, u := range state.Users {
		book.Hide(u.Email)
		book.HideName(u.Name)
	}
	for _, w := range state.Workspaces {
		book.HideName(w.Name)
	}
	return func(s string) string { return strings.ToLower(book.Reveal(s)) }
}

// same compares, but for the order of lists that are sorted by address, and with pseudonyms
// but for how Tray spells an address that the configuration spells otherwise.
func same(rt *rapid.T, what string, want, got planned, reveal func(string) string) {
	for _, part := range []struct{ name, want, got string }{
		{"refreshed state", want.Refreshed, got.Refreshed}, {"planned state", want.Planned, got.Planned},
		{"replacement", strings.Join(want.Replace, "; "), strings.Join(got.Replace, "; ")},
		{"messages", strings.Join(want.Said, "\n"), strings.Join(got.Said, "\n")},
	} {
		w, g := regardless(reveal(part.want)), regardless(reveal(part.got))
		if w != g {
			from := 0
			for from < min(len(w), len(g)) && w[from] == g[from] {
				from++
			}
			from = max(0, from-120)
			rt.Errorf("%s: another %s\nof the organization … %.400s\nby the snapshot     … %.400s", what, part.name, w[from:], g[min(from, len(g)):])
		}
	}
}

// regardless is JSON with the elements of lists, and the lines of texts, in an order of their
// own.
func regardless(raw string) string {
	var v any
	if json.Unmarshal([]byte(raw), &v) != nil {
		return raw
	}
	out, _ := json.Marshal(ordered(v))
	return string(out)
}

// numbered are the nodes of a diagram, numbered as they come.
var numbered = regexp.MustCompile(`\bn\d+\b`)

func ordered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = ordered(v[key])
		}
	case []any:
		for i := range v {
			v[i] = ordered(v[i])
		}
		slices.SortFunc(v, func(a, b any) int {
			left, _ := json.Marshal(a)
			right, _ := json.Marshal(b)
			return strings.Compare(string(left), string(right))
		})
	case string:
		lines := strings.Split(numbered.ReplaceAllString(v, "n"), "\n")
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	return v
}
