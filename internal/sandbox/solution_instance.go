package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"

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
