package membershipset_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// body is anything that a control call sends.
type body map[string]any

// office is an organization with the shared workspaces sales and ops, in which the Owner
// is Admin, and a real command line on it.
type office struct{ acctest.Desk }

// staff are the people of every office, with their organization role.
var staff = map[string]string{
	"ana@example.com": "Viewer", "ben@example.com": "Viewer", "cleo@example.com": "Viewer", "dan@example.com": "Contributor",
	"chief@example.com": "Admin",
}

func open(t *testing.T, cli string, opts ...acctest.Option) office {
	t.Helper()
	env := acctest.Start(t, opts...)
	for email, role := range staff {
		env.Control(http.MethodPost, "ui/users", body{"email": email, "name": email, "role": role})
	}
	for _, name := range []string{"sales", "ops"} {
		env.Control(http.MethodPost, "ui/workspaces", body{"name": name})
	}
	return office{env.Desk(t, cli, "")}
}

// apply writes the configuration and applies it; the plan after it must be empty.
func (o office) apply(hcl string) acctest.Result { o.T.Helper(); return o.Applies(o.Fill(hcl)) }

// made is apply for what another test shows to have an empty plan after it.
func (o office) made(hcl string) {
	o.T.Helper()
	o.Write("main.tf", o.Fill(hcl))
	o.Apply()
}

// refuses plans the configuration and wants an error with each of the parts, before
// anything is written to Tray.
func (o office) refuses(hcl string, parts ...string) { o.T.Helper(); o.Refuses(o.Fill(hcl), parts...) }

// fails applies the configuration and wants an error with each of the parts.
func (o office) fails(hcl string, parts ...string) acctest.Result {
	o.T.Helper()
	return o.Fails([]string{"apply", "-input=false", "-auto-approve"}, o.Fill(hcl), parts...)
}

// puts gives somebody a role in a workspace, without Terraform and its rules; "" is out.
func (o office) puts(workspace, email, role string) {
	o.T.Helper()
	path := "ui/workspaces/" + o.ID(workspace) + "/members/" + url.PathEscape(email)
	if role == "" {
		o.Env.Control(http.MethodDelete, path+"?force=true", nil)
		return
	}
	o.Env.Control(http.MethodPut, path, body{"role": role, "force": true})
}

// hires makes more people, p1@example.com and so on.
func (o office) hires(n int) []string {
	o.T.Helper()
	emails := make([]string, n)
	for i := range emails {
		emails[i] = "p" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "@example.com"
		o.Env.Control(http.MethodPost, "ui/users", body{"email": emails[i], "name": emails[i], "role": "Viewer"})
	}
	return emails
}

// holds wants exactly these people in a workspace, the Owner left out.
func (o office) holds(workspace string, want map[string]string) {
	o.T.Helper()
	got := map[string]string{}
	for _, m := range o.Env.State().Members {
		if m.Workspace == workspace && m.Email != acctest.OwnerEmail {
			got[m.Email] = m.Role
		}
	}
	if len(got) != len(want) {
		o.T.Errorf("%s holds %v, want %v", workspace, got, want)
		return
	}
	for email, role := range want {
		if got[email] != role {
			o.T.Errorf("%s holds %v, want %v", workspace, got, want)
			return
		}
	}
}

// all is a tray_workspace_members for sales: "ana = Admin, ben = Viewer".
func all(people string, more ...string) string { return allIn("sales", people, more...) }

func allIn(workspace, people string, more ...string) string {
	var lines []string
	for _, p := range strings.Split(people, ", ") {
		if name, role, ok := strings.Cut(p, " = "); ok {
			if !strings.Contains(name, "@") {
				name += "@example.com"
			}
			lines = append(lines, "    \""+name+"\" = \""+role+"\"")
		}
	}
	return "resource \"tray_workspace_members\" \"" + workspace + "\" {\n  workspace_id = \"{" + workspace + "}\"\n  members = {\n" +
		strings.Join(lines, "\n") + "\n  }\n  " + strings.Join(more, "\n  ") + "\n}\n"
}

// one is a tray_workspace_member of sales.
func one(label, email, role string) string {
	return "resource \"tray_workspace_member\" \"" + label + "\" {\n  workspace_id = \"{sales}\"\n  email = \"" + email + "@example.com\"\n  role = \"" + role + "\"\n}\n"
}

// roleOf is a tray_workspace_role_members of sales.
func roleOf(label, role string, names ...string) string {
	for i, n := range names {
		names[i] = "\"" + n + "@example.com\""
	}
	return "resource \"tray_workspace_role_members\" \"" + label + "\" {\n  workspace_id = \"{sales}\"\n  role = \"" + role + "\"\n  emails = [" + strings.Join(names, ", ") + "]\n}\n"
}

// onlyOne takes the Owner out of a workspace, so that rules about Admins have something
// to say.
func (o office) withoutOwner(workspace string) { o.puts(workspace, acctest.OwnerEmail, "") }
