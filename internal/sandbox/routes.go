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

// Documented by the vendor; observed by people who ran real code against the API; assumed
// by us; ours where Tray has nothing.
const (
	FromDocuments   Provenance = "documented"
	FromObservation Provenance = "observed"
	FromAssumption  Provenance = "assumed"
	OurOwn          Provenance = "ours"
)

// route binds an operation to what answers it.
type route struct {
	Method, Pattern string
	Operation       string // the operationId in internal/contract
	Provenance      Provenance
	Assumptions     []int // numbers in assumptions.go that this operation's answers rest on

	right    Right
	handle   handler
	control  bool   // part of /_sandbox/: never limited, delayed, faulted or logged
	outside  before // what must happen outside the transaction, or nil
	operator bool   // for operators; with RightOperate, for nobody else
	names    bool   // may give an organization another name
	repeats  string // the query parameter that may be given several times
	body     int64  // largest body, or 0 for smallBody

	closes bool // ends the connection: the vendor's old client sends more than it announces
	free   bool // outside the rate limit

	unheld string // what a snapshot does not hold of it, in words, and so does not answer
}

// before prepares a call ahead of its transaction.
type before func(context.Context, *call) error

// writes tells whether the handler needs a transaction that may write.
func (r *route) writes() bool { return r.Method != http.MethodGet }

// on describes a route: what it is, what it stands on, who may use it, what answers it.
func on(method, pattern, operation string, from Provenance, right Right, h handler, assumptions ...int) *route {
	assumptions = append(assumptions, wireAssumptions(method, pattern)...)
	slices.Sort(assumptions)
	return &route{Method: method, Pattern: pattern, Operation: operation, Provenance: from, Assumptions: assumptions, right: right, handle: h}
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

// closing ends the connection with the answer.
func closing(r *route) *route {
	r.closes = true
	return r
}

// unmetered takes a route out of the rate limit.
func unmetered(r *route) *route {
	r.free = true
	return r
}

// bodies sets another limit than smallBody.
func bodies(most int64, r *route) *route {
	r.body = most
	return r
}

// unheld names what no snapshot holds: secrets, and what nothing is planned by.
func unheld(what string, r *route) *route {
	r.unheld = what
	return r
}

// Operation is a route as documentation and tests see it.
type Operation struct {
	Method, Path, OperationID string
	Provenance                Provenance
	Right                     Right
	Assumptions               []int
	InSnapshots               bool // what it reads, a snapshot holds
}

// Operations lists what the sandbox serves on both planes.
func Operations() []Operation {
	all := make([]Operation, len(routes))
	for i, r := range routes {
		all[i] = Operation{r.Method, r.Pattern, r.Operation, r.Provenance, r.right, slices.Clone(r.Assumptions), r.unheld == "" && !r.writes()}
	}
	return all
}

const (
	controlPrefix    = "/_sandbox/"
	managementPrefix = "/management/v1"
)

// The tables of the two addresses: the control plane, and the rest.
var controlTable, routeTable *engine.Router[*route]

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
