package sandbox

import (
	"context"
	"net/http"
	"net/url"
	"strings"
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
	segments []string
}

// before prepares a call ahead of its transaction.
type before func(context.Context, *call) error

// writes tells whether the handler needs a transaction that may write.
func (r *route) writes() bool { return r.Method != http.MethodGet }

// on describes a route: what it is, what it stands on, who may use it, what answers it.
func on(method, pattern, operation string, from Provenance, right Right, h handler, assumptions ...int) *route {
	return &route{Method: method, Pattern: pattern, Operation: operation, Provenance: from, Assumptions: assumptions,
		right: right, handle: h, segments: strings.Split(pattern, "/")}
}

var routes = []*route{
	on("GET", "/core/v1/workspaces", "listWorkspaces", FromDocuments, RightListWorkspaces, listWorkspaces, 1, 2, 3),
	on("GET", "/core/v1/workspaces/{workspaceId}", "getWorkspace", FromDocuments, RightReadWorkspace, getWorkspace, 1),
	on("GET", "/core/v1/workspaces/{workspaceId}/roles", "listWorkspaceRoles", FromDocuments, RightListRoles, listWorkspaceRoles, 4),
	on("GET", "/core/v1/workspaces/{workspaceId}/users", "listWorkspaceUsers", FromObservation, RightReadMembers, listWorkspaceUsers, 4),
	on("POST", "/core/v1/workspaces/{workspaceId}/users", "addWorkspaceUser", FromDocuments, RightManageMembers, addWorkspaceUser),
	on("GET", "/core/v1/workspaces/{workspaceId}/users/{userId}", "getWorkspaceUser", FromDocuments, RightReadMembers, getWorkspaceUser),
	on("PUT", "/core/v1/workspaces/{workspaceId}/users/{userId}", "setWorkspaceUserRole", FromDocuments, RightManageMembers, setWorkspaceUserRole),
	on("DELETE", "/core/v1/workspaces/{workspaceId}/users/{userId}", "removeWorkspaceUser", FromDocuments, RightManageMembers, removeWorkspaceUser),
	on("GET", "/core/v1/roles", "listOrganizationRoles", FromDocuments, RightListOrganizationRoles, listOrganizationRoles),
	on("POST", "/core/v1/invites", "inviteUser", FromDocuments, RightInvite, inviteUser),
	on("GET", "/core/v1/users", "listUsers", FromObservation, RightListUsers, listUsers),
	on("POST", "/core/v1/users", "createUser", FromDocuments, RightManageUsers, createUser),
	on("GET", "/core/v1/users/{userId}", "getUser", FromDocuments, RightReadUser, getUser),
	on("DELETE", "/core/v1/users/{userId}", "deleteUser", FromDocuments, RightManageUsers, deleteUser),
	on("PUT", "/core/v1/users/{userId}/roles", "setUserOrganizationRole", FromDocuments, RightManageUsers, setUserOrganizationRole),

	on("GET", "/management/v1", "probeManagement", OurOwn, RightReadOrganization, probeManagement),
	on("GET", "/management/v1/organization", "getOrganization", OurOwn, RightReadOrganization, getOrganization),
	on("POST", "/management/v1/workspaces", "createWorkspace", OurOwn, RightCreateWorkspace, createWorkspace),
	on("GET", "/management/v1/workspaces/{workspaceId}", "getManagedWorkspace", OurOwn, RightReadWorkspace, getManagedWorkspace),
	on("PATCH", "/management/v1/workspaces/{workspaceId}", "updateWorkspace", OurOwn, RightEditWorkspace, updateWorkspace),
	on("DELETE", "/management/v1/workspaces/{workspaceId}", "deleteWorkspace", OurOwn, RightDeleteWorkspace, deleteWorkspace),
	on("GET", "/management/v1/invites", "listInvites", OurOwn, RightReadInvites, listInvites),
	on("DELETE", "/management/v1/invites/{inviteId}", "cancelInvite", OurOwn, RightReadInvites, cancelInvite),
}

const (
	controlPrefix    = "/_sandbox/"
	managementPrefix = "/management/v1"
)

// find picks the route of a request. A known path with another method is as unknown as any other path.
func find(method, path string) (*route, map[string]string) {
	known := routes
	if strings.HasPrefix(path, controlPrefix) {
		known = controlRoutes
	}
	segments := strings.Split(path, "/")
	for _, r := range known {
		if r.Method == method && len(r.segments) == len(segments) {
			if params, same := match(r.segments, segments); same {
				return r, params
			}
		}
	}
	return nil, nil
}

func match(pattern, segments []string) (map[string]string, bool) {
	var params map[string]string
	for i, want := range pattern {
		if !strings.HasPrefix(want, "{") {
			if want != segments[i] {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil || value == "" {
			return nil, false
		}
		if params == nil {
			params = map[string]string{}
		}
		params[strings.Trim(want, "{}")] = value
	}
	return params, true
}
