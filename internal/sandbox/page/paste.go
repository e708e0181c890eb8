package page

import (
	"fmt"
	"strings"
	"unicode"
)

// snippet is something to paste.
type snippet struct{ Title, Text string }

const provider = `terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

# Address and token come from TRAY_API_URL and TRAY_API_TOKEN.
provider "tray" {}
`

// maxImports is how many things are offered for import at once.
const maxImports = 12

// snippets are what somebody pastes next: the shell's lines, the provider block, and what
// people have made in the UI and no program knows.
func snippets(s state, unmanaged []string, url string) []snippet {
	all := []snippet{
		{"In the shell", "export TRAY_API_URL=" + url + "\n# and the line with TRAY_API_TOKEN that the sandbox printed\n"},
		{"In main.tf", provider},
	}
	c := census{workspaces: map[string]workspace{}, people: map[string]person{}, roles: map[string]string{}, projects: map[string]project{}, labels: map[string]int{}}
	c.count(s)
	var blocks []string
	for _, about := range unmanaged {
		if block := c.block(about); block != "" && len(blocks) < maxImports {
			blocks = append(blocks, block)
		}
	}
	if len(blocks) > 0 {
		all = append(all, snippet{"What was made in the UI and no program has touched", strings.Join(blocks, "\n")})
	}
	return all
}

// census looks things up by what events name them.
type census struct {
	workspaces map[string]workspace // by id
	people     map[string]person    // by id, and by address in lower case
	roles      map[string]string    // by workspace id, a slash, and user id
	projects   map[string]project   // by id
	labels     map[string]int       // how often each is taken
}

func (c census) count(s state) {
	for _, w := range s.Workspaces {
		c.workspaces[w.ID] = w
	}
	for _, p := range s.Users {
		c.people[p.ID], c.people[strings.ToLower(p.Email)] = p, p
	}
	for _, p := range s.Projects {
		c.projects[p.ID] = p
	}
	for _, m := range s.Members {
		c.roles[m.WorkspaceID+"/"+c.people[strings.ToLower(m.Email)].ID] = m.Role
	}
}

// block is the configuration of a thing with its import, or empty when it is gone.
func (c census) block(about string) string {
	kind, id, _ := strings.Cut(about, ":")
	switch kind {
	case "workspace":
		if w, there := c.workspaces[id]; there && w.Type == "Shared" {
			body := attribute("name", w.Name, 4)
			if w.Description != "" {
				body = attribute("name", w.Name, 11) + attribute("description", w.Description, 11)
			}
			return c.imported("tray_workspace", w.Name, w.ID, body)
		}
	case "person":
		if p, there := c.people[id]; there && p.Role.Name != "Owner" {
			return c.imported("tray_user", local(p.Email), p.Email, attribute("email", p.Email, 17)+attribute("organization_role", p.Role.Name, 17))
		}
	case "member":
		workspaceID, userID, _ := strings.Cut(id, "/")
		w, p, role := c.workspaces[workspaceID], c.people[userID], c.roles[id]
		if role != "" {
			return c.imported("tray_workspace_member", local(p.Email)+"_in_"+w.Name, w.ID+"/"+p.Email,
				attribute("workspace_id", w.ID, 12)+attribute("email", p.Email, 12)+attribute("role", role, 12))
		}
	case "project":
		if p, there := c.projects[id]; there {
			return c.projectBlock(p)
		}
	}
	return ""
}

// projectBlock refers to the workspace by its name, which people know. It is unique but for
// those that nothing is imported from.
func (c census) projectBlock(p project) string {
	for _, w := range c.workspaces {
		if w.Name != p.Workspace || w.Type == "Personal" {
			continue
		}
		width := 12
		body := attribute("workspace_id", w.ID, width) + attribute("name", p.Name, width)
		if p.Description != "" {
			body += attribute("description", p.Description, width)
		}
		return c.imported("tray_project", p.Name, w.ID+"/"+p.ID, body)
	}
	return ""
}

func (c census) imported(kind, name, id, body string) string {
	name = label(name)
	if c.labels[kind+name]++; c.labels[kind+name] > 1 {
		name = fmt.Sprintf("%s_%d", name, c.labels[kind+name])
	}
	return fmt.Sprintf("import {\n  to = %s.%s\n  id = %s\n}\n\nresource %q %q {\n%s}\n", kind, name, hcl(id), kind, name, body)
}

func attribute(name, value string, width int) string {
	return fmt.Sprintf("  %-*s = %s\n", width, name, hcl(value))
}

// hcl is a text as a quoted template without anything to evaluate.
func hcl(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "${", "$${", "%{", "%%{").Replace(text) + `"`
}

// label makes a name of Terraform's out of any.
func label(name string) string {
	made := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToLower(r)
		}
		return '_'
	}, name)
	made = strings.Trim(made, "_")
	if made == "" || unicode.IsDigit(rune(made[0])) {
		return "x_" + made
	}
	return made
}

// local is the part of an address before the at sign.
func local(email string) string {
	name, _, _ := strings.Cut(email, "@")
	return name
}
