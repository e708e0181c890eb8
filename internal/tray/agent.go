package tray

import (
	"context"
	"iter"
)

// Agent is an on-premise agent.
type Agent struct {
	ID, WorkspaceID, GroupID, Name string
	Enabled                        bool
	// Registered and Connected are what the agent itself has done.
	Registered, Connected bool
	// RegistrationToken is told by Create alone: it registers the agent once, within 60
	// minutes (facts: on-premise agents).
	RegistrationToken Secret

	fresh bool // just made: whether it is enabled, a read has to tell
}

// Agents are the agents of groups, on Tray's own API.
type Agents struct {
	c    *Client
	each shelf[agentParent, objects[Agent]]
}

type agentParent struct{ workspace, group string }

func (a *Agents) of(workspaceID, groupID string) objects[Agent] {
	return a.each.of(agentParent{workspaceID, groupID}, func() objects[Agent] {
		return newFamily(a.c, kind[wireAgent, Agent]{
			what: "agent", path: agentGroupsPath(workspaceID, groupID, "agents"), right: rightAgents,
			documented: true, workspace: workspaceID,
			convert: func(w wireAgent) (element[Agent], error) { return w.element(workspaceID, groupID) },
			id:      func(x Agent) string { return x.ID },
			shows: func(read, written Agent) bool {
				return read.Name == written.Name && (written.fresh || read.Enabled == written.Enabled)
			},
			secret: func(x Agent) Secret { return x.RegistrationToken },
			public: func(x Agent) Agent { x.RegistrationToken = ""; return x },
		})
	})
}

// List returns the agents of a group, in the server's order.
func (a *Agents) List(ctx context.Context, workspaceID, groupID string) ([]Agent, error) {
	return a.of(workspaceID, groupID).List(ctx)
}

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (a *Agents) Pages(ctx context.Context, workspaceID, groupID string) iter.Seq2[[]Agent, error] {
	return a.of(workspaceID, groupID).Pages(ctx)
}

// Named returns the agents of that name, which is not documented to be unique.
func (a *Agents) Named(ctx context.Context, workspaceID, groupID, name string) ([]Agent, error) {
	return a.of(workspaceID, groupID).Matching(ctx, func(x Agent) bool { return x.Name == name })
}

// Get returns an agent. IsGone(err) means proven absent: also with its group.
func (a *Agents) Get(ctx context.Context, workspaceID, groupID, id string) (*Agent, error) {
	return a.of(workspaceID, groupID).Get(ctx, id)
}

// Create makes an agent, which is enabled, as far as is known; SetEnabled changes that. An
// agent whose registration token was lost on the way is removed and made again.
func (a *Agents) Create(ctx context.Context, workspaceID, groupID, name string) (*Agent, error) {
	all := a.of(workspaceID, groupID)
	k := call{Right: rightAgents, In: map[string]string{"name": name}}
	like := func(x Agent) bool { return x.Name == name && !x.Registered }
	return all.createTold(ctx, k, name, like, func(after context.Context, id string) error {
		return all.remove(after, id, rightAgents, nil)
	})
}

// SetEnabled enables or disables an agent and returns it as it is then.
func (a *Agents) SetEnabled(ctx context.Context, workspaceID, groupID, id string, enabled bool) (*Agent, error) {
	k := call{Right: rightAgents, In: map[string]bool{"enabled": enabled}}
	return a.of(workspaceID, groupID).change(ctx, id, k, func(now Agent) bool { return now.Enabled == enabled })
}

// Delete deletes an agent. One that is already gone is success.
func (a *Agents) Delete(ctx context.Context, workspaceID, groupID, id string) error {
	return a.of(workspaceID, groupID).remove(ctx, id, rightAgents, nil)
}

type wireAgent struct {
	ID                string `json:"id"`
	Name              string `json:"name"`
	Registered        bool   `json:"registered"`
	Connected         bool   `json:"connected"`
	Enabled           *bool  `json:"enabled"` // not in the answer to a creation
	RegistrationToken Secret `json:"registrationToken"`
}

func (w wireAgent) element(workspaceID, groupID string) (element[Agent], error) {
	if w.ID == "" {
		return element[Agent]{}, errNoID
	}
	return element[Agent]{Complete: w.Enabled != nil, Value: Agent{
		ID: w.ID, WorkspaceID: workspaceID, GroupID: groupID, Name: w.Name, Enabled: w.Enabled == nil || *w.Enabled,
		Registered: w.Registered, Connected: w.Connected, RegistrationToken: w.RegistrationToken, fresh: w.Enabled == nil,
	}}, nil
}
