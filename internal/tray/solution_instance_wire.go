package tray

import (
	"context"
	"encoding/json"
	"time"
)

type instancesData struct {
	Viewer struct {
		SolutionInstances graphConnection[wireInstance] `json:"solutionInstances"`
	} `json:"viewer"`
}

type wireInstance struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Enabled  bool      `json:"enabled"`
	Owner    string    `json:"owner"`
	Created  time.Time `json:"created"`
	Solution struct {
		ID string `json:"id"`
	} `json:"solution"`
	Auths []struct {
		Slot string `json:"externalId"`
		ID   string `json:"authId"`
	} `json:"authValues"`
	Config []struct {
		Slot  string   `json:"externalId"`
		Value wireJSON `json:"value"`
	} `json:"configValues"`
	Workflows graphConnection[struct {
		SourceID   string `json:"sourceWorkflowId"`
		SourceName string `json:"sourceWorkflowName"`
		TriggerURL string `json:"triggerUrl"`
	}] `json:"workflows"`
	Flags struct {
		Newer       bool `json:"hasNewerVersion"`
		UserInput   bool `json:"requiresUserInputToUpdateVersion"`
		SystemInput bool `json:"requiresSystemInputToUpdateVersion"`
	} `json:"solutionVersionFlags"`
}

func (w wireInstance) element() (element[SolutionInstance], error) {
	if w.ID == "" {
		return element[SolutionInstance]{}, errNoID
	}
	i := SolutionInstance{
		ID: w.ID, Name: w.Name, OwnerID: w.Owner, SolutionID: w.Solution.ID, Enabled: w.Enabled, Created: w.Created,
		Auths: map[string]string{}, Config: map[string]json.RawMessage{},
		Newer: w.Flags.Newer, NeedsUserInput: w.Flags.UserInput, NeedsSystemInput: w.Flags.SystemInput,
	}
	for _, v := range w.Auths {
		i.Auths[v.Slot] = v.ID
	}
	for _, v := range w.Config {
		i.Config[v.Slot] = v.Value.value()
	}
	for _, edge := range w.Workflows.Edges {
		i.Workflows = append(i.Workflows, InstanceWorkflow(edge.Node))
	}
	return element[SolutionInstance]{Complete: true, Value: i}, nil
}

// EndUserAuthentication is an authentication that an end user owns. It shows no secrets.
type EndUserAuthentication struct {
	ID, Name, ServiceName, Environment string
}

const listOwnAuthentications = `query listOwnAuthentications($first: Int, $after: String) {
  viewer {
    authentications(first: $first, after: $after) {
      edges { node { id name service { name } serviceEnvironment { title } } }
      pageInfo { endCursor hasNextPage }
    }
  }
}`

type ownAuthenticationsData struct {
	Viewer struct {
		Authentications graphConnection[wireOwnAuthentication] `json:"authentications"`
	} `json:"viewer"`
}

type wireOwnAuthentication struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Service struct {
		Name string `json:"name"`
	} `json:"service"`
	Environment struct {
		Title string `json:"title"`
	} `json:"serviceEnvironment"`
}

func (w wireOwnAuthentication) element() (element[EndUserAuthentication], error) {
	if w.ID == "" {
		return element[EndUserAuthentication]{}, errNoID
	}
	return element[EndUserAuthentication]{Complete: true, Value: EndUserAuthentication{w.ID, w.Name, w.Service.Name, w.Environment.Title}}, nil
}

// ownAuthentications says how the authentications are read of whom a token acts for, "" being
// the master token.
func ownAuthentications(as Secret, right string) graphList[ownAuthenticationsData, wireOwnAuthentication, EndUserAuthentication] {
	return graphList[ownAuthenticationsData, wireOwnAuthentication, EndUserAuthentication]{
		graphCall:  graphCall{Document: listOwnAuthentications, As: as, Right: right},
		Connection: func(d ownAuthenticationsData) graphConnection[wireOwnAuthentication] { return d.Viewer.Authentications },
		Convert:    wireOwnAuthentication.element,
	}
}

// Authentications returns what authentications an end user owns, past everything remembered.
func (s *SolutionInstances) Authentications(ctx context.Context, userID string) ([]EndUserAuthentication, error) {
	as, err := s.c.EmbeddedUsers.Authorize(ctx, userID)
	if err != nil {
		return nil, err
	}
	return ownAuthentications(as, rightOwnInstance).all(ctx, s.c)
}

// OrganizationAuthentications returns the authentications of the Embedded workspace that belong
// to the master token's account, and so to no end user (facts: tray-api 6). It makes no token,
// and asks once a client.
func (s *SolutionInstances) OrganizationAuthentications(ctx context.Context) ([]EndUserAuthentication, error) {
	return s.organizations.Get(ctx, s.c.reads, func(ctx context.Context) ([]EndUserAuthentication, error) {
		return ownAuthentications("", "").all(ctx, s.c)
	})
}
