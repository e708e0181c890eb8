package tray

import (
	"context"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
)

// SolutionInstance is what an end user has made of a solution.
type SolutionInstance struct {
	ID, Name, OwnerID, SolutionID string
	Enabled                       bool
	Created                       time.Time
	// Auths are ids of authentications by slot, Config are values by slot, defaults included.
	Auths  map[string]string
	Config map[string]json.RawMessage
	// Workflows are in the server's order.
	Workflows []InstanceWorkflow
	// Newer says that the solution has a newer release, and the rest what an upgrade needs.
	Newer, NeedsUserInput, NeedsSystemInput bool
}

// InstanceWorkflow is a workflow of an instance. TriggerURL is "" without a webhook.
type InstanceWorkflow struct{ SourceID, SourceName, TriggerURL string }

// InstanceSpec is what an instance is made with, or what changes of it. Nil leaves a field as
// it is; slots that are not named keep what they have.
type InstanceSpec struct {
	Name    *string
	Enabled *bool
	Auths   map[string]string
	Config  map[string]json.RawMessage
}

// IsEmpty reports whether nothing is to change.
func (s InstanceSpec) IsEmpty() bool {
	return s.Name == nil && s.Enabled == nil && len(s.Auths) == 0 && len(s.Config) == 0
}

func (s InstanceSpec) made(now SolutionInstance) bool {
	if !wants(s.Name, now.Name) || !wants(s.Enabled, now.Enabled) {
		return false
	}
	for slot, id := range s.Auths {
		if now.Auths[slot] != id {
			return false
		}
	}
	for slot, value := range s.Config {
		if !SameJSON(now.Config[slot], value) {
			return false
		}
	}
	return true
}

// input is the spec as mutations take it. Slots are sorted, so that what is sent is the same
// each time.
func (s InstanceSpec) input() map[string]any {
	in := map[string]any{}
	if s.Name != nil {
		in["instanceName"] = *s.Name
	}
	if len(s.Auths) > 0 {
		values := make([]map[string]any, 0, len(s.Auths))
		for _, slot := range slices.Sorted(maps.Keys(s.Auths)) {
			values = append(values, map[string]any{"externalId": slot, "authId": s.Auths[slot]})
		}
		in["authValues"] = values
	}
	if len(s.Config) > 0 {
		values := make([]map[string]any, 0, len(s.Config))
		for _, slot := range slices.Sorted(maps.Keys(s.Config)) {
			values = append(values, map[string]any{"externalId": slot, "value": string(s.Config[slot])})
		}
		in["configValues"] = values
	}
	if s.Enabled != nil {
		in["enabled"] = *s.Enabled
		if *s.Enabled {
			in["errorOnEnablingWithMissingValues"] = true
		}
	}
	return in
}

// SolutionInstances are the instances of end users. They are read with the master token, and
// written with a token of the end user, made for the write alone.
type SolutionInstances struct {
	c    *Client
	each shelf[string, records[SolutionInstance]] // by the id of the end user
	// organizations are the authentications that no end user has.
	organizations singleton[[]EndUserAuthentication]
}

const (
	instanceFields = `id name enabled owner created solution { id }
      authValues { externalId authId } configValues { externalId value }
      workflows { edges { node { sourceWorkflowId sourceWorkflowName triggerUrl } } }
      solutionVersionFlags { hasNewerVersion requiresUserInputToUpdateVersion requiresSystemInputToUpdateVersion }`
	listInstances = `query listInstances($criteria: SolutionInstanceSearchCriteria, $first: Int, $after: String) {
  viewer {
    solutionInstances(criteria: $criteria, first: $first, after: $after) {
      edges { node { ` + instanceFields + ` } }
      pageInfo { endCursor hasNextPage }
    }
  }
}`
	createInstance = `mutation createInstance($input: CreateSolutionInstanceInput!) {
  createSolutionInstance(input: $input) { solutionInstance { ` + instanceFields + ` } }
}`
	updateInstance = `mutation updateInstance($input: UpdateSolutionInstanceInput!) {
  updateSolutionInstance(input: $input) { solutionInstance { ` + instanceFields + ` } }
}`
	upgradeInstance = `mutation upgradeInstance($input: UpgradeSolutionInstanceInput!) {
  upgradeSolutionInstance(input: $input) { solutionInstance { ` + instanceFields + ` } }
}`
	removeInstance = `mutation removeInstance($id: ID!) {
  removeSolutionInstance(input: { solutionInstanceId: $id }) { clientMutationId }
}`
)

// of are the instances of an end user.
func (s *SolutionInstances) of(userID string) records[SolutionInstance] {
	return s.each.of(userID, func() records[SolutionInstance] {
		return coalesce.New(s.c.reads, source[SolutionInstance]{
			What: "solution instance", Path: "viewer.solutionInstances of " + userID,
			Page: instancesWhere("", map[string]any{"owner": userID}).Pages(s.c),
			One:  func(ctx context.Context, id string) (SolutionInstance, error) { return s.fetch(ctx, userID, id) },
			ID:   func(x SolutionInstance) string { return x.ID },
			Shows: func(read, written SolutionInstance) bool {
				return InstanceSpec{Name: &written.Name, Enabled: &written.Enabled, Auths: written.Auths, Config: written.Config}.made(read)
			},
		})
	})
}

// instancesWhere says how instances are read that meet the criteria, nil being none.
func instancesWhere(as Secret, criteria map[string]any) graphList[instancesData, wireInstance, SolutionInstance] {
	l := graphList[instancesData, wireInstance, SolutionInstance]{
		graphCall:  graphCall{Document: listInstances, As: as},
		Connection: func(d instancesData) graphConnection[wireInstance] { return d.Viewer.SolutionInstances },
		Convert:    wireInstance.element,
	}
	if criteria != nil {
		l.Variables = map[string]any{"criteria": criteria}
	}
	return l
}

// own are the instances that the end user's own token shows, past everything remembered.
func (s *SolutionInstances) own(ctx context.Context, as Secret) ([]SolutionInstance, error) {
	return instancesWhere(as, nil).all(ctx, s.c)
}

// fetch reads one instance. Clients report that a master token is shown little (facts:
// clients), so that the end user's own token has to prove absence.
func (s *SolutionInstances) fetch(ctx context.Context, userID, id string) (SolutionInstance, error) {
	as, err := s.c.EmbeddedUsers.Authorize(ctx, userID)
	if err != nil {
		if IsGone(err) {
			err = gone("solution instance", "its end user does not exist any more")
		}
		return SolutionInstance{}, err
	}
	all, err := s.own(ctx, as)
	if err != nil {
		return SolutionInstance{}, err
	}
	if i := slices.IndexFunc(all, func(x SolutionInstance) bool { return x.ID == id }); i >= 0 {
		return all[i], nil
	}
	return SolutionInstance{}, gone("solution instance", "the end user has no such one")
}

// List returns the instances of an end user, in the server's order.
func (s *SolutionInstances) List(ctx context.Context, userID string) ([]SolutionInstance, error) {
	if err := s.c.needEmbedded(); err != nil {
		return nil, err
	}
	return s.of(userID).List(ctx)
}

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (s *SolutionInstances) Pages(ctx context.Context, userID string) iter.Seq2[[]SolutionInstance, error] {
	return s.of(userID).Each(ctx)
}

// Get returns an instance of an end user. IsGone(err) means proven absent.
func (s *SolutionInstances) Get(ctx context.Context, userID, id string) (*SolutionInstance, error) {
	if err := s.c.needEmbedded(); err != nil {
		return nil, err
	}
	got, err := s.of(userID).Get(ctx, key{ID: id})
	if err != nil {
		return nil, err
	}
	return &got, nil
}

// Named returns the instances that an end user has of a solution under a name: Tray lets
// several have it.
func (s *SolutionInstances) Named(ctx context.Context, userID, solutionID, name string) ([]SolutionInstance, error) {
	all, err := s.List(ctx, userID)
	return slices.DeleteFunc(slices.Clone(all), func(x SolutionInstance) bool { return x.SolutionID != solutionID || x.Name != name }), err
}

// Create makes an instance for an end user, which is not enabled. After a lost answer, an
// instance of that solution and name that was not there before is what was made.
func (s *SolutionInstances) Create(ctx context.Context, userID, solutionID string, spec InstanceSpec) (*SolutionInstance, error) {
	name := text(spec.Name)
	in := spec.input()
	in["solutionId"] = solutionID
	return coalesce.InTurn(ctx, s.of(userID), "of "+solutionID+" named "+name, func(after context.Context) (*SolutionInstance, error) {
		as, err := s.c.EmbeddedUsers.Authorize(ctx, userID)
		if err != nil {
			return nil, err
		}
		like := func() ([]SolutionInstance, error) {
			all, err := s.own(after, as)
			return slices.DeleteFunc(all, func(x SolutionInstance) bool { return x.SolutionID != solutionID || x.Name != name }), err
		}
		before, err := like()
		if err != nil {
			return nil, err
		}
		return s.of(userID).CreateOnce(ctx, func() (*SolutionInstance, error) { return s.send(ctx, createInstance, as, in) }, func() (*SolutionInstance, error) {
			return coalesce.Persistently(after, func() (*SolutionInstance, error) {
				now, err := like()
				if made := appeared(before, now, func(x SolutionInstance) string { return x.ID }); err == nil && len(made) > 0 {
					return &made[0], nil
				}
				return nil, err
			})
		})
	})
}

// Update changes an instance and returns it as it is then. Enabling one that lacks a value is
// refused.
func (s *SolutionInstances) Update(ctx context.Context, userID, id string, spec InstanceSpec) (*SolutionInstance, error) {
	return s.change(ctx, updateInstance, userID, id, spec, spec.made)
}

// Upgrade takes an instance to the last release of its solution, and returns it as it is then.
// One that would lack a value is refused.
func (s *SolutionInstances) Upgrade(ctx context.Context, userID, id string, spec InstanceSpec) (*SolutionInstance, error) {
	return s.change(ctx, upgradeInstance, userID, id, spec, func(now SolutionInstance) bool { return !now.Newer && spec.made(now) })
}

func (s *SolutionInstances) change(ctx context.Context, document, userID, id string, spec InstanceSpec, done func(SolutionInstance) bool) (*SolutionInstance, error) {
	all, in := s.of(userID), spec.input()
	in["solutionInstanceId"] = id
	return coalesce.InTurn(ctx, all, id, func(after context.Context) (*SolutionInstance, error) {
		as, err := s.c.EmbeddedUsers.Authorize(ctx, userID)
		if err != nil {
			return nil, err
		}
		now, err := s.send(ctx, document, as, in)
		if err == nil && now.ID != id {
			err = &Error{Message: "the answer is about another solution instance", Ambiguous: true}
		}
		if err != nil {
			settled, err := all.SettleChange(after, id, err, done)
			if err != nil {
				return nil, err
			}
			now = &settled
		}
		all.Wrote(id, *now)
		return now, nil
	})
}

// send carries out a mutation that answers with the instance.
func (s *SolutionInstances) send(ctx context.Context, document string, as Secret, in map[string]any) (*SolutionInstance, error) {
	var data map[string]*struct {
		Instance wireInstance `json:"solutionInstance"`
	}
	if err := s.c.ask(ctx, graphCall{Document: document, As: as, Variables: map[string]any{"input": in}, Right: rightOwnInstance}, &data); err != nil {
		return nil, err
	}
	for _, payload := range data {
		if payload == nil {
			break
		}
		e, err := payload.Instance.element()
		if err != nil {
			return nil, &Error{Message: err.Error(), Ambiguous: true}
		}
		return &e.Value, nil
	}
	return nil, &Error{Message: "the answer has no solution instance", Ambiguous: true}
}

const rightOwnInstance = "it takes a token of the end user, which the provider makes with the master token"

// Remove removes an instance. One that is already gone is success.
func (s *SolutionInstances) Remove(ctx context.Context, userID, id string) error {
	as, err := s.c.EmbeddedUsers.Authorize(ctx, userID)
	if IsGone(err) {
		s.of(userID).Removed(id)
		return nil
	}
	if err != nil {
		return err
	}
	return removeByGraph(ctx, s.c, s.of(userID), id, graphCall{Document: removeInstance, As: as, Variables: map[string]any{"id": id}, Right: rightOwnInstance},
		func(after context.Context) error { _, err := s.fetch(after, userID, id); return err })
}
