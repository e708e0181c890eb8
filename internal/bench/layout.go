package main

import (
	"fmt"
	"strings"
)

// layout is an organization to build and the cases to measure on it. All memberships
// are of users who exist; workspace w holds the users w*size … w*size+size-1, modulo.
type layout struct {
	name             string
	users            int
	workspaces, size int
	additive         bool // one tray_workspace_member a membership, else one tray_workspace_members a workspace
	applied          bool // memberships are made by the measured apply, else seeded and imported
	baseline         bool // one GET each
}

func layouts() []layout {
	return []layout{
		{name: "1,000 tray_workspace_member", users: 200, workspaces: 10, size: 100, additive: true, applied: true},
		{name: "1,000 tray_workspace_member, one GET each", users: 200, workspaces: 10, size: 100, additive: true, baseline: true},
		{name: "1,000 in 10 tray_workspace_members", users: 200, workspaces: 10, size: 100},
		{name: "10,000 in 100 tray_workspace_members", users: 1000, workspaces: 100, size: 100},
	}
}

func (l layout) email(w, i int) string {
	return fmt.Sprintf("user-%04d@example.com", (w*37+i)%l.users)
}

// role alternates, so that both roles are in the table; changed flips one person's.
func (l layout) role(w, i int, changed bool) string {
	if w == 0 && i == 1 && changed {
		return "Viewer"
	}
	if i%10 == 0 {
		return "Viewer"
	}
	return "Contributor"
}

// config is the HCL of the layout. Collections are maps in locals: an inline
// for_each = toset([for …]) of 1,000 costs Terraform itself ten times as much.
func (l layout) config(ids []string, changed bool) string {
	var b strings.Builder
	b.WriteString("terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n\nprovider \"tray\" {}\n\n")
	b.WriteString("locals {\n")
	if l.additive {
		b.WriteString("  members = {\n")
		l.each(func(w, i int) {
			fmt.Fprintf(&b, "    \"%03d/%s\" = { workspace = %q, email = %q, role = %q }\n", w, l.email(w, i), ids[w], l.email(w, i), l.role(w, i, changed))
		})
		b.WriteString("  }\n}\n\n")
		b.WriteString(l.resources())
		return b.String()
	}
	b.WriteString("  workspaces = {\n")
	for w := range l.workspaces {
		fmt.Fprintf(&b, "    %q = {\n", ids[w])
		for i := range l.size {
			fmt.Fprintf(&b, "      %q = %q\n", l.email(w, i), l.role(w, i, changed))
		}
		b.WriteString("    }\n")
	}
	b.WriteString("  }\n}\n\n")
	b.WriteString(l.resources())
	return b.String()
}

func (l layout) each(f func(w, i int)) {
	for w := range l.workspaces {
		for i := range l.size {
			f(w, i)
		}
	}
}

func (l layout) resources() string {
	if l.additive {
		s := "resource \"tray_workspace_member\" \"m\" {\n  for_each     = local.members\n  workspace_id = each.value.workspace\n  email        = each.value.email\n  role         = each.value.role\n}\n"
		if !l.applied {
			s += "\nimport {\n  for_each = local.members\n  to       = tray_workspace_member.m[each.key]\n  id       = \"${each.value.workspace}/${each.value.email}\"\n}\n"
		}
		return s
	}
	return "resource \"tray_workspace_members\" \"m\" {\n  for_each     = local.workspaces\n  workspace_id = each.key\n  members      = each.value\n}\n" +
		"\nimport {\n  for_each = local.workspaces\n  to       = tray_workspace_members.m[each.key]\n  id       = each.key\n}\n"
}

// floor is the same graph with terraform_data in the place of our resources: what
// Terraform takes alone.
func (l layout) floor(ids []string) string {
	c := l.config(ids, false)
	start := strings.Index(c, "locals {")
	end := strings.Index(c, "resource \"")
	locals := c[start:end]
	if l.additive {
		return locals + "resource \"terraform_data\" \"m\" {\n  for_each = local.members\n  input    = each.value\n}\n"
	}
	return locals + "resource \"terraform_data\" \"m\" {\n  for_each = local.workspaces\n  input    = each.value\n}\n"
}

// idle is the same graph with a provider that does nothing.
func (l layout) idle(ids []string) string {
	c, _, _ := strings.Cut(l.config(ids, false), "\nimport {")
	return strings.NewReplacer("tray = {", "idle = {", "/tray\"", "/idle\"", "provider \"tray\"", "provider \"idle\"", "\"tray_", "\"idle_").Replace(c)
}
