package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/graph-gophers/graphql-go"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// instanceNoun is what end users make of solutions.
var instanceNoun = noun{
	name: "solutionInstances",
	assumptions: []Assumption{
		{138, "When is an instance enabled, and what if values are missing?",
			"When it is asked for, whatever is missing, unless errorOnEnablingWithMissingValues is given: then it is a PreconditionError. Too early is one too, when the option instance_delay is set: the documents advise to wait two seconds.",
			"Run createSolutionInstance without values, then updateSolutionInstance with enabled."},
		{139, "What do values do that are given to an instance later?",
			"They replace those of the same slots, and leave others; slots that the solution has not are refused. An upgrade refuses to leave one without a value that has to be filled.",
			"Run updateSolutionInstance with one of two values."},
		{140, "Which instances does a master token see?",
			"None without criteria, as clients report; all that fit with an owner, a solution, an id or a name.",
			"Query viewer.solutionInstances with a master token."},
	},
	state: stateInstances,
}

// instance is one with the release that it is on, and the last one.
type instance struct {
	id, solution, release, owner, name string
	enabled                            bool
	createdAt                          int64
	auths                              map[string]string
	config                             map[string]json.RawMessage
	content, latest, latestID          string
	workflows                          []releasedWorkflow
}

const instanceQuery = `SELECT t.seq, t.id, t.solution_id, t.release_id, t.user_id, t.name, t.enabled, t.created_at, t.auths, t.config, r.content, r.workflows, l.content, l.id
	FROM solution_instances t JOIN solution_releases r ON r.id = t.release_id
	JOIN solution_releases l ON l.seq = (SELECT max(seq) FROM solution_releases WHERE solution_id = t.solution_id) WHERE `

func scanInstance(r *sql.Rows) (p engine.Placed[*instance], err error) {
	i, auths, config, workflows := &instance{}, "", "", ""
	p.Element = i
	if err = r.Scan(&p.Seq, &i.id, &i.solution, &i.release, &i.owner, &i.name, &i.enabled, &i.createdAt, &auths, &config, &i.content, &workflows, &i.latest, &i.latestID); err != nil {
		return p, err
	}
	for text, into := range map[string]any{auths: &i.auths, workflows: &i.workflows} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return p, err
		}
	}
	return p, json.Unmarshal([]byte(config), &i.config)
}

type graphInstance struct {
	ID                   graphql.ID
	Name                 string
	Enabled              bool
	Owner                string
	Created              graphTime
	Solution             *graphSolution
	AuthValues           []*authSlotValue
	ConfigValues         []*configSlotValue
	Workflows            *workflowConnection
	SolutionVersionFlags *versionFlags
}

type authSlotValue struct{ ExternalID, AuthID string }

type configSlotValue struct {
	ExternalID string
	Value      *graphJSON
}

type workflowConnection struct{ Edges []*edge[*workflowInstance] }

type workflowInstance struct {
	ID                                   graphql.ID
	SourceWorkflowID, SourceWorkflowName string
	TriggerURL                           *string
}

type versionFlags struct{ HasNewerVersion, RequiresUserInputToUpdateVersion, RequiresSystemInputToUpdateVersion bool }

func (i *instance) shown() *graphInstance {
	g := &graphInstance{ID: graphql.ID(i.id), Name: i.name, Enabled: i.enabled, Owner: i.owner, Solution: published(i.solution, i.content),
		Created:    graphTime(engine.FromMillis(i.createdAt).Format("2006-01-02T15:04:05.000Z")),
		AuthValues: []*authSlotValue{}, ConfigValues: []*configSlotValue{}, Workflows: &workflowConnection{[]*edge[*workflowInstance]{}}}
	for _, id := range slices.Sorted(maps.Keys(i.auths)) {
		g.AuthValues = append(g.AuthValues, &authSlotValue{id, i.auths[id]})
	}
	for _, s := range slotsOf(i.content) {
		if s.Type != slotConfig {
			continue
		}
		value := graphJSON(encode(s.Default))
		if given, is := i.config[s.ExternalID]; is {
			value = graphJSON(given)
		}
		g.ConfigValues = append(g.ConfigValues, &configSlotValue{s.ExternalID, &value})
	}
	for _, w := range i.workflows {
		one := &workflowInstance{ID: graphql.ID(engine.NamedID(i.id + "/" + w.ID)), SourceWorkflowID: w.ID, SourceWorkflowName: w.Title}
		if w.Webhook {
			address := "https://" + string(one.ID) + ".trayapp.io"
			one.TriggerURL = &address
		}
		g.Workflows.Edges = append(g.Workflows.Edges, &edge[*workflowInstance]{one, cursorOf(one.ID)})
	}
	impact := compareSlots(&i.content, slotsOf(i.latest))
	g.SolutionVersionFlags = &versionFlags{i.latestID != i.release, impact.UserInput, impact.SystemInput}
	return g
}

type instanceCriteria struct {
	ID, Name, Owner, SolutionID *string
	IDs                         *[]string
}

// SolutionInstances are an end user's own, or under a master token those that are asked for.
func (graphViewer) SolutionInstances(ctx context.Context, args struct {
	Criteria *instanceCriteria
	pageArgs
}) (*connection[*graphInstance], error) {
	return query(ctx, "viewer.solutionInstances", anyToken, func(c *call) (*connection[*graphInstance], error) {
		where := args.Criteria
		if where == nil {
			where = &instanceCriteria{}
		}
		isUser := c.caller.endUser != ""
		if isUser && where.Owner != nil {
			return nil, refusedWith(codeNotAllowed, "The criterion owner takes a master token")
		}
		if !isUser && *where == (instanceCriteria{}) {
			return connect([]*graphInstance(nil), nil, args.pageArgs)
		}
		found, err := engine.Collect(c.tx, scanInstance, instanceQuery+`(?1 = '' OR t.user_id = ?1) AND (?2 IS NULL OR t.id = ?2) AND (?3 IS NULL OR t.name = ?3)
			AND (?4 IS NULL OR t.user_id = ?4) AND (?5 IS NULL OR t.solution_id = ?5) ORDER BY t.seq`, c.caller.endUser, where.ID, where.Name, where.Owner, where.SolutionID)
		if err != nil {
			return nil, err
		}
		var all []*graphInstance
		for _, i := range found {
			if where.IDs == nil || slices.Contains(*where.IDs, i.Element.id) {
				all = append(all, i.Element.shown())
			}
		}
		return connect(all, func(i *graphInstance) graphql.ID { return i.ID }, args.pageArgs)
	})
}

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

type stateInstance struct {
	ID       string                     `json:"id"`
	Solution string                     `json:"solutionId"`
	Release  string                     `json:"releaseId"`
	Owner    string                     `json:"externalUserId"`
	Name     string                     `json:"name"`
	Enabled  bool                       `json:"enabled"`
	Auths    map[string]string          `json:"authValues"`
	Config   map[string]json.RawMessage `json:"configValues"`
}

func stateInstances(c *call) (any, error) {
	all, err := engine.Collect(c.tx, scanInstance, instanceQuery+"true ORDER BY t.seq")
	if err != nil {
		return nil, err
	}
	states := make([]stateInstance, len(all))
	for n, p := range all {
		i := p.Element
		u, err := c.tx.endUser(graphql.ID(i.owner))
		if err != nil {
			return nil, err
		}
		states[n] = stateInstance{i.id, i.solution, i.release, *u.ExternalUserID, i.name, i.enabled, i.auths, i.config}
	}
	return states, nil
}
