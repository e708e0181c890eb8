package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Provenance says what an answer stands on.
type Provenance string

// Documented by the vendor; observed by people who ran real code against the API; assumed by us; ours where Tray has nothing.
const (
	FromDocuments   Provenance = "documented"
	FromObservation Provenance = "observed"
	FromAssumption  Provenance = "assumed"
	OurOwn          Provenance = "ours"
)

// route binds an operation to what answers it.
type route struct {
	Method, Pattern string
	Operation       string // The operationId in internal/contract.
	Provenance      Provenance
	Assumptions     []int // Numbers in assumptions.go that this operation's answers rest on.

	right    Right
	handle   handler
	control  bool   // Part of /_sandbox/: never limited, delayed, faulted or logged.
	outside  before // What must happen outside the transaction, or nil.
	operator bool   // For operators; with RightOperate, for nobody else.
	names    bool   // May give an organization another name.
	repeats  string // The query parameter that may be given several times.
	body     int64  // Largest body, or 0 for smallBody.
}

// before prepares a call ahead of its transaction.
type before func(context.Context, *call) error

// writes tells whether the handler needs a transaction that may write.
func (r *route) writes() bool { return r.Method != http.MethodGet }

// on describes a route: what it is, what it stands on, who may use it, what answers it.
func on(method, pattern, operation string, from Provenance, right Right, h handler, assumptions ...int) *route {
	return &route{Method: method, Pattern: pattern, Operation: operation, Provenance: from,
		Assumptions: append(assumptions, wireAssumptions(method, pattern)...), right: right, handle: h}
}

// wireAssumptions are those that come with the form of a request, whatever it is about.
func wireAssumptions(method, pattern string) []int {
	var all []int
	if strings.Contains(pattern, "{") {
		all = append(all, 60)
	}
	switch method {
	case http.MethodGet:
		all = append(all, 62, 63)
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		all = append(all, 61, 65, 66, 67)
	}
	return all
}

// routes is the table of contents of both planes.
var routes = []*route{
	repeating("type", on("GET", "/core/v1/workspaces", "listWorkspaces", FromDocuments, RightListWorkspaces, listWorkspaces, 1, 2, 3, 27, 28, 29)),
	on("GET", "/core/v1/workspaces/{workspaceId}", "getWorkspace", FromDocuments, RightReadWorkspace, getWorkspace, 1, 27, 31, 34),
	on("GET", "/core/v1/workspaces/{workspaceId}/roles", "listWorkspaceRoles", FromDocuments, RightListRoles, listWorkspaceRoles, 2, 3, 4, 28, 29, 34),
	on("GET", "/core/v1/workspaces/{workspaceId}/users", "listWorkspaceUsers", FromObservation, RightReadMembers, listWorkspaceUsers, 2, 3, 4, 5, 25, 26, 27, 28, 29, 34),
	on("POST", "/core/v1/workspaces/{workspaceId}/users", "addWorkspaceUser", FromDocuments, RightManageMembers, addWorkspaceUser, 5, 6, 8, 9, 12, 30, 34, 47),
	on("GET", "/core/v1/workspaces/{workspaceId}/users/{userId}", "getWorkspaceUser", FromDocuments, RightReadMembers, getWorkspaceUser, 4, 25, 27, 32, 34),
	on("PUT", "/core/v1/workspaces/{workspaceId}/users/{userId}", "setWorkspaceUserRole", FromDocuments, RightManageMembers, setWorkspaceUserRole, 5, 7, 9, 10, 12, 30, 34, 47),
	on("DELETE", "/core/v1/workspaces/{workspaceId}/users/{userId}", "removeWorkspaceUser", FromDocuments, RightManageMembers, removeWorkspaceUser, 5, 10, 12, 34, 46),
	on("GET", "/core/v1/roles", "listOrganizationRoles", FromDocuments, RightListOrganizationRoles, listOrganizationRoles, 2, 3, 28, 29, 39),
	on("POST", "/core/v1/invites", "inviteUser", FromDocuments, RightInvite, inviteUser, 12, 13, 14, 15, 16, 17, 30, 33, 64),
	on("GET", "/core/v1/users", "listUsers", FromObservation, RightListUsers, listUsers, 2, 3, 21, 25, 26, 27, 28, 29, 39),
	on("POST", "/core/v1/users", "createUser", FromDocuments, RightManageUsers, createUser, 12, 18, 19, 20, 30, 33, 64),
	on("GET", "/core/v1/users/{userId}", "getUser", FromDocuments, RightReadUser, getUser, 25, 27, 31, 39),
	on("DELETE", "/core/v1/users/{userId}", "deleteUser", FromDocuments, RightManageUsers, deleteUser, 22, 23, 24, 36, 37, 46),
	on("PUT", "/core/v1/users/{userId}/roles", "setUserOrganizationRole", FromDocuments, RightManageUsers, setUserOrganizationRole, 9, 11, 12, 30, 36, 46, 47),

	operators(on("GET", "/management/v1", "probeManagement", OurOwn, RightReadOrganization, probeManagement)),
	operators(on("GET", "/management/v1/organizations", "listOrganizations", OurOwn, RightOperate, listOrganizations, 53, 59)),
	operators(on("POST", "/management/v1/organizations", "createOrganization", OurOwn, RightOperate, createOrganization, 53, 54, 55, 56, 64)),
	operators(on("GET", "/management/v1/organizations/{organizationId}", "getOneOrganization", OurOwn, RightOperate, getOneOrganization, 53, 59)),
	operators(on("PATCH", "/management/v1/organizations/{organizationId}", "changeOrganization", OurOwn, RightOperate, changeOrganization, 48, 53, 54, 57, 64)),
	operators(on("DELETE", "/management/v1/organizations/{organizationId}", "deleteOrganization", OurOwn, RightOperate, deleteOrganization, 53, 58)),
	on("GET", "/management/v1/organization", "getOrganization", OurOwn, RightReadOrganization, getOrganization),
	naming(on("PATCH", "/management/v1/organization", "updateOrganization", OurOwn, RightRenameOrganization, updateOrganization, 48, 49, 54, 64)),
	on("GET", "/management/v1/organization/settings", "getOrganizationSettings", OurOwn, RightReadSettings, getOrganizationSettings, 49),
	bodies(textBody, on("PATCH", "/management/v1/organization/settings", "updateOrganizationSettings", OurOwn, RightReadSettings, updateOrganizationSettings, 49, 50, 51, 52)),
	on("POST", "/management/v1/workspaces", "createWorkspace", OurOwn, RightCreateWorkspace, createWorkspace, 41, 44, 64),
	on("GET", "/management/v1/workspaces/{workspaceId}", "getManagedWorkspace", OurOwn, RightReadWorkspace, getManagedWorkspace),
	on("PATCH", "/management/v1/workspaces/{workspaceId}", "updateWorkspace", OurOwn, RightEditWorkspace, updateWorkspace, 41, 43, 64),
	on("DELETE", "/management/v1/workspaces/{workspaceId}", "deleteWorkspace", OurOwn, RightDeleteWorkspace, deleteWorkspace, 42),
	on("GET", "/management/v1/invites", "listInvites", OurOwn, RightReadInvites, listInvites),
	on("DELETE", "/management/v1/invites/{inviteId}", "cancelInvite", OurOwn, RightReadInvites, cancelInvite, 45),
}

// operators lets operators use a route.
func operators(r *route) *route {
	r.operator = true
	return r
}

// naming says that a route may give an organization another name.
func naming(r *route) *route {
	r.names = true
	return r
}

// repeating lets a query parameter be given several times.
func repeating(name string, r *route) *route {
	r.repeats = name
	return r
}

// bodies sets another limit than smallBody.
func bodies(most int64, r *route) *route {
	r.body = most
	return r
}

// Operation is a route as documentation and tests see it.
type Operation struct {
	Method, Path, OperationID string
	Provenance                Provenance
	Right                     Right
	Assumptions               []int
}

// Operations lists what the sandbox serves on both planes.
func Operations() []Operation {
	all := make([]Operation, len(routes))
	for i, r := range routes {
		all[i] = Operation{r.Method, r.Pattern, r.Operation, r.Provenance, r.right, slices.Clone(r.Assumptions)}
	}
	return all
}

const (
	controlPrefix    = "/_sandbox/"
	managementPrefix = "/management/v1"
)

// The tables of the two addresses: the control plane, and the rest.
var controlTable, routeTable = tableOf(controlRoutes), tableOf(routes)

func tableOf(all []*route) *engine.Router[*route] {
	t := &engine.Router[*route]{}
	for _, r := range all {
		t.Add(r.Method, r.Pattern, r)
	}
	return t
}

// find picks the route of a request, or nil.
func find(method, path string) (*route, map[string]string) {
	if strings.HasPrefix(path, controlPrefix) {
		return controlTable.Find(method, path)
	}
	return routeTable.Find(method, path)
}
