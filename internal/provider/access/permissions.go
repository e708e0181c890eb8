// Package access answers who can do what, where, and why: tray_access_report,
// tray_role_permissions, tray_unmanaged, and the functions role_permissions and can.
//
// Its core (permissions.go, report.go, render*.go, unmanaged.go) is plain Go over
// plain values. The table below is Tray's: the role descriptions and the three
// matrices (settings, assets, logs) of its pages on setting up an organization and
// on role-based access control. Tray publishes the settings matrix as a picture only,
// so those cells come from scattered sentences; each cell says how well it is backed.
package access

import (
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Mark says what a cell of the table stands on.
type Mark string

// The marks.
const (
	Documented Mark = "documented"
	Older      Mark = "documented in older pages"
	Assumed    Mark = "assumed"
)

// Kind is where a role is given.
type Kind string

// The kinds of role. Tray has no custom roles and no roles per project.
const (
	OrganizationRole Kind = "organization"
	WorkspaceRole    Kind = "workspace"
)

// Level is what a subject belongs to: the organization's settings, or each workspace.
type Level string

// The levels.
const (
	OrganizationLevel Level = "organization"
	WorkspaceLevel    Level = "workspace"
)

// Cell is what one role may do with one subject: letters of C, R, U and D, or none.
type Cell struct {
	Operations string
	Mark       Mark
	// Condition is a restriction that no role lifts, such as a switch; "" for none.
	Condition string
}

// Subject is one row of the table.
type Subject struct {
	// Name is the part of a permission before the colon.
	Name  string
	Level Level
	// Title is what people call it.
	Title string
	// Operations are the letters that make sense for it.
	Operations string
	// Update is what U is called in a permission; "" means "update".
	Update string
	// cells are in the order of organizationColumns or workspaceColumns.
	cells []Cell
}

// The columns of the two halves of the table. Inside a workspace an organization Owner
// or Admin has one standing, member or not.
const (
	organizationOwner = iota
	organizationAdmin
	organizationContributor
	organizationViewer
)

const (
	byOrganization = iota
	workspaceAdmin
	workspaceContributor
	workspaceViewer
)

const (
	ownOnly  = "only of workspaces that they belong to"
	ownMade  = "only of what they made"
	switched = "only while an organization Admin allows it to workspace Admins"
	embedded = "only in organizations with Embedded"
)

func d(ops string, condition ...string) Cell {
	return Cell{ops, Documented, strings.Join(condition, "; ")}
}
func o(ops string, condition ...string) Cell { return Cell{ops, Older, strings.Join(condition, "; ")} }
func a(ops string, condition ...string) Cell {
	return Cell{ops, Assumed, strings.Join(condition, "; ")}
}

// subjects is the whole table. Order is the order of every output.
var subjects = []Subject{
	//                                                                                            Owner, Admin, Contributor, Viewer
	{"people", OrganizationLevel, "People: users, their roles, invitations", "CRUD", "", []Cell{d("CRUD"), d("CRUD"), a("R"), a("R")}},
	{"workspace-people", OrganizationLevel, "People in workspaces", "CRUD", "", []Cell{d("CRUD"), d("CRUD"), d("R", ownOnly), d("R", ownOnly)}},
	{"workspaces", OrganizationLevel, "Creating shared workspaces", "C", "", []Cell{o("C"), o("C"), o(""), a("")}},
	{"general", OrganizationLevel, "General settings: name, task limits, alerting", "RU", "", []Cell{o("RU"), a("RU"), a("R"), a("R")}},
	{"usage", OrganizationLevel, "Usage", "R", "", []Cell{d("R"), d("R"), d(""), d("")}},
	{"billing", OrganizationLevel, "Billing", "RU", "", []Cell{d("RU"), o(""), o(""), o("")}},
	{"insights", OrganizationLevel, "Insights", "R", "", []Cell{d("R"), d("R"), o("R", ownMade), a("")}},
	{"tokens", OrganizationLevel, "API users and tokens of any workspace", "CRD", "", []Cell{a("CRD"), d("CRD"), d(""), d("")}},
	{"master-tokens", OrganizationLevel, "Master tokens", "C", "", []Cell{d("C", embedded), d("C", embedded), a(""), a("")}},
	{"embedded-settings", OrganizationLevel, "Embedded settings: the Embedded id", "RU", "", []Cell{o("RU", embedded), a("RU", embedded), a(""), a("")}},
	{"customization", OrganizationLevel, "Customization: CSS of the Config Wizard", "RU", "", []Cell{a("RU", embedded), a("RU", embedded), a(""), a("")}},
	{"ai-features", OrganizationLevel, "Switches for AI features and MCP servers", "RU", "", []Cell{a("RU"), d("RU"), d(""), d("")}},
	{"support-access", OrganizationLevel, "Overriding support access", "RU", "", []Cell{a("RU"), o("RU"), a(""), a("")}},
	//                                                                      organization Owner or Admin, workspace Admin, Contributor, Viewer
	{"details", WorkspaceLevel, "Name and description of the workspace", "RU", "", []Cell{a("RU"), a("RU"), a("R"), a("R")}},
	{"task-limit", WorkspaceLevel, "Task limit of the workspace", "RU", "", []Cell{o("RU"), a("R"), a("R"), a("R")}},
	{"workspace", WorkspaceLevel, "Deleting the workspace", "D", "", []Cell{a("D"), a(""), a(""), a("")}},
	{"members", WorkspaceLevel, "Members and their roles", "CRUD", "", []Cell{d("CRUD"), d("CRUD"), d("R"), d("R")}},
	{"workspace-tokens", WorkspaceLevel, "API users and tokens of the workspace", "CRD", "", []Cell{d("CRD"), d("CRD", switched), d(""), d("")}},
	{"on-prem-agents", WorkspaceLevel, "On-premise agents and their groups", "CRUD", "", []Cell{a("CRUD"), a("CRUD"), a("R"), a("")}},
	{"mcp-server", WorkspaceLevel, "The MCP server and who may use it", "CRUD", "", []Cell{a("CRUD"), d("CRUD"), d(""), d("")}},
	{"log-masking", WorkspaceLevel, "Masking of log steps", "RU", "", []Cell{d("RU"), d("RU"), a(""), a("")}},
	{"projects", WorkspaceLevel, "Projects, workflows and solutions", "CRUD", "", []Cell{d("CRUD"), d("CRUD"), d("CRUD"), d("R")}},
	{"services", WorkspaceLevel, "Custom services", "CRUD", "", []Cell{d("CRUD"), d("CRUD"), d("CRUD"), d("")}},
	{"service-environments", WorkspaceLevel, "Service environments (own OAuth apps)", "CRUD", "", []Cell{a("CRUD"), a("CRUD"), a("CR"), a("")}},
	{"authentications", WorkspaceLevel, "Authentications", "CRUD", "", []Cell{d("CRUD"), d("CRUD"), d("CRUD"), d("R")}},
	{"logs", WorkspaceLevel, "Logs, and replaying executions (U)", "RU", "replay", []Cell{d("RU"), d("RU"), d("RU"), d("R")}},
}

func (s Subject) manageable() bool { return len(s.Operations) > 1 && s.Update == "" }

func (s Subject) verb(letter rune) string {
	switch letter {
	case 'C':
		return "create"
	case 'R':
		return "read"
	case 'U':
		if s.Update != "" {
			return s.Update
		}
		return "update"
	default:
		return "delete"
	}
}

// existsIn reports whether workspaces of a type have the subject: people are in the
// Organization workspace by their organization role and alone in their Personal one,
// API users live in shared workspaces only, and only shared workspaces can go.
func (s Subject) existsIn(kind tray.WorkspaceType) bool {
	switch s.Name {
	case "members":
		return kind == tray.WorkspaceShared || kind == tray.WorkspaceEmbedded
	case "workspace-tokens", "workspace":
		return kind == tray.WorkspaceShared
	}
	return true
}

// allPermissions lists every name that Can understands.
func allPermissions() []string {
	var names []string
	for _, s := range subjects {
		for _, letter := range s.Operations {
			names = append(names, s.Name+":"+s.verb(letter))
		}
		if s.manageable() {
			names = append(names, s.Name+":manage")
		}
	}
	return names
}

// operations returns the subject and letters that a permission asks for.
func operations(permission string) (Subject, string, bool) {
	name, verb, _ := strings.Cut(permission, ":")
	i := slices.IndexFunc(subjects, func(s Subject) bool { return s.Name == name })
	if i < 0 {
		return Subject{}, "", false
	}
	s := subjects[i]
	if verb == "manage" && s.manageable() {
		return s, s.Operations, true
	}
	for _, letter := range s.Operations {
		if s.verb(letter) == verb {
			return s, string(letter), true
		}
	}
	return Subject{}, "", false
}
