package tray

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
)

// Solution is a published solution, which end users make instances of. Drafts are in no list
// of Tray's API.
type Solution struct {
	ID, Title, Description string
	Tags                   []string
	CustomFields           []CustomField
	ConfigSlots            []ConfigSlot
	AuthSlots              []AuthSlot
}

// CustomField is a text that whoever made a solution has added to it.
type CustomField struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// ConfigSlot is a value that an instance may be given.
type ConfigSlot struct {
	ExternalID, Title string
	Default           json.RawMessage // "null" where an instance has to bring a value
}

// AuthSlot is an authentication that an instance has to be given.
type AuthSlot struct {
	ExternalID string `json:"externalId"`
	Title      string `json:"title"`
}

// Solutions are the published solutions of an organization with Embedded. They take a master
// token, which sees all of them.
type Solutions struct {
	c   *Client
	all records[Solution]
}

const listSolutions = `query listSolutions($first: Int, $after: String) {
  viewer {
    solutions(first: $first, after: $after) {
      edges { node { id title description tags customFields { key value } configSlots { externalId title defaultValue } authSlots { externalId title } } }
      pageInfo { endCursor hasNextPage }
    }
  }
}`

func newSolutions(c *Client) *Solutions {
	list := graphList[solutionsData, wireSolution, Solution]{
		graphCall:  graphCall{Document: listSolutions},
		Connection: func(d solutionsData) graphConnection[wireSolution] { return d.Viewer.Solutions },
		Convert:    wireSolution.element,
	}
	return &Solutions{c: c, all: coalesce.New(c.reads, source[Solution]{
		What: "published solution", Path: "viewer.solutions", Page: list.Pages(c),
		ID:    func(x Solution) string { return x.ID },
		Shows: func(Solution, Solution) bool { return true }, // nothing here changes one
	})}
}

// List returns the published solutions, in the server's order.
func (s *Solutions) List(ctx context.Context) ([]Solution, error) {
	if err := s.c.needEmbedded(); err != nil {
		return nil, err
	}
	return s.all.List(ctx)
}

// Find returns a published solution, nil when there is none of that id: one that was never
// published is not among them.
func (s *Solutions) Find(ctx context.Context, id string) (*Solution, error) {
	all, err := s.List(ctx)
	if i := slices.IndexFunc(all, func(x Solution) bool { return x.ID == id }); i >= 0 {
		return &all[i], err
	}
	return nil, err
}

type solutionsData struct {
	Viewer struct {
		Solutions graphConnection[wireSolution] `json:"solutions"`
	} `json:"viewer"`
}

type wireSolution struct {
	ID           string           `json:"id"`
	Title        string           `json:"title"`
	Description  string           `json:"description"`
	Tags         []string         `json:"tags"`
	CustomFields []CustomField    `json:"customFields"`
	ConfigSlots  []wireConfigSlot `json:"configSlots"`
	AuthSlots    []AuthSlot       `json:"authSlots"`
}

type wireConfigSlot struct {
	ExternalID string   `json:"externalId"`
	Title      string   `json:"title"`
	Default    wireJSON `json:"defaultValue"`
}

func (w wireSolution) element() (element[Solution], error) {
	if w.ID == "" {
		return element[Solution]{}, errNoID
	}
	s := Solution{ID: w.ID, Title: w.Title, Description: w.Description, Tags: w.Tags, CustomFields: w.CustomFields, AuthSlots: w.AuthSlots}
	for _, slot := range w.ConfigSlots {
		s.ConfigSlots = append(s.ConfigSlots, ConfigSlot{slot.ExternalID, slot.Title, slot.Default.value()})
	}
	return element[Solution]{Complete: true, Value: s}, nil
}

// wireJSON is the scalar Json of the Embedded API: JSON in a string (facts: clients). Absent
// and null are null.
type wireJSON struct{ raw json.RawMessage }

// UnmarshalJSON implements json.Unmarshaler. A value that is not wrapped is taken as it is.
func (w *wireJSON) UnmarshalJSON(raw []byte) error {
	var wrapped string
	err := json.Unmarshal(raw, &wrapped)
	if w.raw = json.RawMessage(wrapped); err != nil || !json.Valid(w.raw) {
		w.raw = slices.Clone(raw)
	}
	return nil
}

func (w wireJSON) value() json.RawMessage {
	if len(w.raw) == 0 {
		return json.RawMessage("null")
	}
	return w.raw
}
