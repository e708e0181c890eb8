package tray

import (
	"context"
	"iter"
)

// AgentGroup is a group of on-premise agents. Tray has no call that reads one by itself or
// renames it (facts: on-premise agents).
type AgentGroup struct {
	ID, WorkspaceID, Name string
}

// AgentGroups are the groups of on-premise agents of workspaces, on Tray's own API.
type AgentGroups struct {
	c    *Client
	each shelf[string, objects[AgentGroup]] // by workspace id
}

func agentGroupsPath(workspaceID string, more ...string) []string {
	return append(workspacesPath(workspaceID, "on-prem-agent-groups"), more...)
}

func (g *AgentGroups) of(workspaceID string) objects[AgentGroup] {
	return g.each.of(workspaceID, func() objects[AgentGroup] {
		return newFamily(g.c, kind[wireAgentGroup, AgentGroup]{
			what: "agent group", path: agentGroupsPath(workspaceID), right: rightAgents,
			documented: true, listOnly: true, workspace: workspaceID,
			convert: func(w wireAgentGroup) (element[AgentGroup], error) { return w.element(workspaceID) },
			id:      func(x AgentGroup) string { return x.ID },
			shows:   func(AgentGroup, AgentGroup) bool { return true }, // nothing of it changes
		})
	})
}

// List returns the groups of a workspace, in the server's order.
func (g *AgentGroups) List(ctx context.Context, workspaceID string) ([]AgentGroup, error) {
	return g.of(workspaceID).List(ctx)
}

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (g *AgentGroups) Pages(ctx context.Context, workspaceID string) iter.Seq2[[]AgentGroup, error] {
	return g.of(workspaceID).Pages(ctx)
}

// Get returns a group, out of the list. IsGone(err) means proven absent.
func (g *AgentGroups) Get(ctx context.Context, workspaceID, id string) (*AgentGroup, error) {
	return g.of(workspaceID).Get(ctx, id)
}

// Named returns the groups of that name, which is not documented to be unique.
func (g *AgentGroups) Named(ctx context.Context, workspaceID, name string) ([]AgentGroup, error) {
	return g.of(workspaceID).Matching(ctx, func(x AgentGroup) bool { return x.Name == name })
}

// Create makes a group.
func (g *AgentGroups) Create(ctx context.Context, workspaceID, name string) (*AgentGroup, error) {
	k := call{Right: rightAgents, In: map[string]string{"name": name}}
	return g.of(workspaceID).create(ctx, k, name, func(x AgentGroup) bool { return x.Name == name })
}

// Delete deletes a group. What becomes of its agents Tray does not say. One that is already
// gone is success.
func (g *AgentGroups) Delete(ctx context.Context, workspaceID, id string) error {
	return g.of(workspaceID).remove(ctx, id, rightAgents, nil, func(bool) { g.c.Agents.each.drop(agentParent{workspaceID, id}) })
}

type wireAgentGroup struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (w wireAgentGroup) element(workspaceID string) (element[AgentGroup], error) {
	if w.ID == "" {
		return element[AgentGroup]{}, errNoID
	}
	return element[AgentGroup]{Complete: true, Value: AgentGroup{ID: w.ID, WorkspaceID: workspaceID, Name: w.Name}}, nil
}
