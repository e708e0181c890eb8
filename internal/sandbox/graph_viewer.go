package sandbox

import (
	"context"
	"encoding/json"

	"github.com/graph-gophers/graphql-go"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// graphViewer is whom the token acts for.
type graphViewer struct{}

// Viewer is the caller.
func (*graphRoot) Viewer() *graphViewer { return &graphViewer{} }

type userDetails struct{ Username, Email, Name string }

// Details of an end user are what the organization calls them.
func (graphViewer) Details(ctx context.Context) (*userDetails, error) {
	return query(ctx, "viewer.details", anyToken, func(c *call) (*userDetails, error) {
		if c.caller.endUser != "" {
			u, err := c.tx.endUser(graphql.ID(c.caller.endUser))
			if err != nil {
				return nil, err
			}
			return &userDetails{Username: *u.ExternalUserID, Name: u.Name}, nil
		}
		d := &userDetails{Username: c.caller.email, Email: c.caller.email}
		return d, c.tx.Row("SELECT name FROM users WHERE id = ?", c.caller.id).Scan(&d.Name)
	})
}

type graphSolution struct {
	ID           graphql.ID
	Title        string
	Description  *string
	Tags         []string
	CustomFields []*customField
	ConfigSlots  []*graphConfigSlot
	AuthSlots    []*graphAuthSlot
}

type customField struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type graphConfigSlot struct {
	ExternalID, Title string
	DefaultValue      graphJSON
}

type graphAuthSlot struct{ ExternalID, Title string }

// published is a solution as a release has it.
func published(id, content string) *graphSolution {
	var known struct {
		Name        string
		Description *string
		Tags        []string
		Custom      []*customField `json:"custom_fields"`
	}
	_ = json.Unmarshal([]byte(content), &known) // whatever is of another form is left out
	s := &graphSolution{ID: graphql.ID(id), Title: known.Name, Description: known.Description, Tags: append([]string{}, known.Tags...),
		CustomFields: append([]*customField{}, known.Custom...), ConfigSlots: []*graphConfigSlot{}, AuthSlots: []*graphAuthSlot{}}
	for _, one := range slotsOf(content) {
		if one.Type == slotAuth {
			s.AuthSlots = append(s.AuthSlots, &graphAuthSlot{one.ExternalID, one.Title})
			continue
		}
		s.ConfigSlots = append(s.ConfigSlots, &graphConfigSlot{one.ExternalID, one.Title, graphJSON(encode(one.Default))})
	}
	return s
}

// Solutions are those that are published.
func (graphViewer) Solutions(ctx context.Context, args struct {
	Criteria *struct{ Tags *[]string }
	pageArgs
}) (*connection[*graphSolution], error) {
	return query(ctx, "viewer.solutions", anyToken, func(c *call) (*connection[*graphSolution], error) {
		found, err := engine.Collect(c.tx, scanSolution, solutionQuery+"r.id IS NOT NULL ORDER BY t.seq")
		if err != nil {
			return nil, err
		}
		var all []*graphSolution
		for _, s := range found {
			shown := published(s.Element.id, *s.Element.released)
			if args.Criteria == nil || args.Criteria.Tags == nil || within(*args.Criteria.Tags, shown.Tags) {
				all = append(all, shown)
			}
		}
		return connect(all, func(s *graphSolution) graphql.ID { return s.ID }, args.pageArgs)
	})
}
