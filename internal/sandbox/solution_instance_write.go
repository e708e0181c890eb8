package sandbox

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/graph-gophers/graphql-go"
)

// What end users do with their instances.

type authValue struct{ ExternalID, AuthID string }

type configValue struct {
	ExternalID string
	Value      *graphJSON
}

// instanceValues are what every change of an instance may give.
type instanceValues struct {
	InstanceName *string
	AuthValues   *[]authValue
	ConfigValues *[]configValue
}

type savedInstance struct {
	SolutionInstance *graphInstance
	ClientMutationID *string
}

var errNoInstance = refusedWith(codeNotThere, "The solution instance does not exist")

// ownInstance is one of the end user's.
func (c *call) ownInstance(id graphql.ID) (*instance, error) {
	return one(c.tx, errNoInstance, scanInstance, instanceQuery+"t.id = ? AND t.user_id = ?", string(id), c.caller.endUser)
}

// CreateSolutionInstance makes an instance, which is not enabled.
func (*graphRoot) CreateSolutionInstance(ctx context.Context, args struct {
	Input struct {
		SolutionID       graphql.ID
		InstanceName     string
		AuthValues       *[]authValue
		ConfigValues     *[]configValue
		ClientMutationID *string
	}
}) (*savedInstance, error) {
	return mutate(ctx, "createSolutionInstance", userOnly, func(c *call) (*savedInstance, error) {
		in := args.Input
		s, err := one(c.tx, errNoSolution, scanSolution, solutionQuery+"t.id = ? AND r.id IS NOT NULL", string(in.SolutionID))
		if err != nil {
			return nil, err
		}
		seq, err := c.tx.next(kindInstance)
		if err != nil {
			return nil, err
		}
		id := c.tx.derivedID(kindInstance, seq)
		if _, err := c.tx.Exec(`INSERT INTO solution_instances (seq, id, solution_id, release_id, user_id, name, enabled, created_at, auths, config)
			VALUES (?, ?, ?, ?, ?, ?, false, ?, '{}', '{}')`, seq, id, s.id, *s.releaseID, c.caller.endUser, in.InstanceName, c.now.UnixMilli()); err != nil {
			return nil, err
		}
		i, err := c.ownInstance(graphql.ID(id))
		if err == nil {
			err = c.give(i, instanceValues{nil, in.AuthValues, in.ConfigValues}, s.title())
		}
		if err != nil {
			return nil, err
		}
		return c.saveInstance(i, "made", in.ClientMutationID)
	})
}

// UpdateSolutionInstance changes what is given.
func (*graphRoot) UpdateSolutionInstance(ctx context.Context, args struct {
	Input struct {
		SolutionInstanceID               graphql.ID
		InstanceName                     *string
		Enabled                          *bool
		AuthValues                       *[]authValue
		ConfigValues                     *[]configValue
		ErrorOnEnablingWithMissingValues *bool
		ClientMutationID                 *string
	}
}) (*savedInstance, error) {
	return mutate(ctx, "updateSolutionInstance", userOnly, func(c *call) (*savedInstance, error) {
		in := args.Input
		i, err := c.ownInstance(in.SolutionInstanceID)
		if err == nil {
			err = c.give(i, instanceValues{in.InstanceName, in.AuthValues, in.ConfigValues}, titleOf(i.content))
		}
		if err == nil && in.Enabled != nil {
			strict := in.ErrorOnEnablingWithMissingValues != nil && *in.ErrorOnEnablingWithMissingValues
			err = c.enable(i, *in.Enabled, strict)
		}
		if err != nil {
			return nil, err
		}
		return c.saveInstance(i, "changed", in.ClientMutationID)
	})
}

// enable turns an instance on or off.
func (c *call) enable(i *instance, on, strict bool) error {
	missing := i.missing()
	switch delay, _ := time.ParseDuration(c.options.InstanceDelay); { // checked when it was set
	case !on:
	case strict && len(missing) > 0:
		return graphProblem{"The instance cannot be enabled without values for " + strings.Join(missing, ", "), preconditionError, ""}
	case c.now.UnixMilli() < i.createdAt+delay.Milliseconds():
		return graphProblem{"The instance is being created: enable it later", preconditionError, ""}
	}
	i.enabled = on
	return nil
}

// UpgradeSolutionInstance takes an instance to the last release.
func (*graphRoot) UpgradeSolutionInstance(ctx context.Context, args struct {
	Input struct {
		SolutionInstanceID graphql.ID
		InstanceName       *string
		AuthValues         *[]authValue
		ConfigValues       *[]configValue
		ClientMutationID   *string
	}
}) (*savedInstance, error) {
	return mutate(ctx, "upgradeSolutionInstance", userOnly, func(c *call) (*savedInstance, error) {
		in := args.Input
		i, err := c.ownInstance(in.SolutionInstanceID)
		if err != nil {
			return nil, err
		}
		i.release, i.content = i.latestID, i.latest
		if err := c.give(i, instanceValues{in.InstanceName, in.AuthValues, in.ConfigValues}, titleOf(i.content)); err != nil {
			return nil, err
		}
		if missing := i.missing(); len(missing) > 0 {
			return nil, graphProblem{"The instance cannot be upgraded without values for " + strings.Join(missing, ", "), preconditionError, ""}
		}
		return c.saveInstance(i, "upgraded", in.ClientMutationID)
	})
}

// RemoveSolutionInstance removes an instance.
func (*graphRoot) RemoveSolutionInstance(ctx context.Context, args struct {
	Input struct {
		SolutionInstanceID graphql.ID
		ClientMutationID   *string
	}
}) (*payload, error) {
	return mutate(ctx, "removeSolutionInstance", userOnly, func(c *call) (*payload, error) {
		i, err := c.ownInstance(args.Input.SolutionInstanceID)
		if err != nil {
			return nil, err
		}
		c.did(aboutEndUser(i.owner), "removed the instance %s of the end user %s", i.name, c.caller.endUserName)
		_, err = c.tx.Exec("DELETE FROM solution_instances WHERE id = ?", i.id)
		return &payload{args.Input.ClientMutationID}, err
	})
}

// give puts values into the slots of an instance.
func (c *call) give(i *instance, v instanceValues, title string) error {
	if v.InstanceName != nil {
		i.name = *v.InstanceName
	}
	slots := slotsOf(i.content)
	has := func(kind, id string) error {
		if !slices.ContainsFunc(slots, func(s slot) bool { return s.Type == kind && s.ExternalID == id }) {
			return refusedWith(codeNotThere, "The solution "+title+" has no slot "+id)
		}
		return nil
	}
	if v.AuthValues != nil {
		for _, one := range *v.AuthValues {
			if err := has(slotAuth, one.ExternalID); err != nil {
				return err
			}
			if _, err := c.ownAuthentication(one.AuthID); err != nil {
				return err
			}
			i.auths[one.ExternalID] = one.AuthID
		}
	}
	if v.ConfigValues != nil {
		for _, one := range *v.ConfigValues {
			if err := has(slotConfig, one.ExternalID); err != nil {
				return err
			}
			delete(i.config, one.ExternalID)
			if one.Value != nil {
				i.config[one.ExternalID] = json.RawMessage(*one.Value)
			}
		}
	}
	return nil
}

// missing are the slots that have to be filled and are not.
func (i *instance) missing() (ids []string) {
	for _, s := range slotsOf(i.content) {
		_, auth := i.auths[s.ExternalID]
		_, config := i.config[s.ExternalID]
		if s.asks() && (s.Type == slotAuth && !auth || s.Type == slotConfig && !config) {
			ids = append(ids, s.ExternalID)
		}
	}
	return ids
}

func (c *call) saveInstance(i *instance, did string, mutation *string) (*savedInstance, error) {
	c.did(aboutEndUser(i.owner), "%s the instance %s of the end user %s", did, i.name, c.caller.endUserName)
	if _, err := c.tx.Exec("UPDATE solution_instances SET release_id = ?, name = ?, enabled = ?, auths = ?, config = ? WHERE id = ?",
		i.release, i.name, i.enabled, encode(i.auths), encode(i.config), i.id); err != nil {
		return nil, err
	}
	again, err := c.ownInstance(graphql.ID(i.id))
	if err != nil {
		return nil, err
	}
	return &savedInstance{again.shown(), mutation}, nil
}
