package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/graph-gophers/graphql-go"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// endUserAuthenticationNoun is the authentications of end users, whom alone they belong to:
// no member of the organization sees them in the UI.
var endUserAuthenticationNoun = noun{
	name: "endUserAuthentications",
	assumptions: []Assumption{
		{137, "Where is an authentication that is made with GraphQL under a master token?",
			"In the Embedded workspace, its owner the user of the token; an end user's belongs to them.",
			"Run createUserAuthentication with a master token and look for it in the UI."},
	},
	state: stateEndUserAuthentications,
}

// scanEndUserAuthentication reads one of an end user, as far as a connector looks at it.
func scanEndUserAuthentication(r *sql.Rows) (p engine.Placed[authentication], err error) {
	a, data := &p.Element, ""
	err = r.Scan(&p.Seq, &a.ID, &a.Name, &a.Environment, &data)
	a.credentials = json.RawMessage(data)
	return p, err
}

const endUserAuthenticationQuery = "SELECT t.seq, t.id, t.name, t.environment_id, t.data FROM end_user_authentications t WHERE "

// ownAuthentication is one of the caller's, with either kind of token.
func (c *call) ownAuthentication(id string) (authentication, error) {
	if c.caller.endUser != "" {
		return one(c.tx, errNoAuthentication, scanEndUserAuthentication, endUserAuthenticationQuery+"t.user_id = ? AND t.id = ?", c.caller.endUser, id)
	}
	return one(c.tx, errNoAuthentication, scanAuthentication, authenticationsQuery+"t.id = ?", id)
}

type graphAuthentication struct {
	ID                 graphql.ID
	Name               string
	CustomFields       *graphJSON
	Service            *graphService
	ServiceEnvironment *graphEnvironment
}

type graphService struct {
	ID                         graphql.ID
	Name, Version, Title, Icon string
}

type graphEnvironment struct {
	ID          graphql.ID
	Title, Name string
}

// graphAuthentication leaves out an authentication whose environment is gone.
func (c *call) graphAuthentication(a authentication) (*graphAuthentication, error) {
	e, err := c.tx.environmentWithID(a.Environment)
	if errors.Is(err, errNoEnvironment) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	title := e.service.Name
	if s, public := findPublicService(e.service.Name); public {
		title = s.Title
	}
	return &graphAuthentication{ID: graphql.ID(a.ID), Name: a.Name,
		Service:            &graphService{graphql.ID(e.service.ID), e.service.Name, strconv.Itoa(e.service.Version), title, "https://assets.tray.io/" + e.service.Name + ".png"},
		ServiceEnvironment: &graphEnvironment{graphql.ID(e.ID), e.Title, e.Title}}, nil
}

// Authentications are the caller's.
func (graphViewer) Authentications(ctx context.Context, args pageArgs) (*connection[*graphAuthentication], error) {
	return query(ctx, "viewer.authentications", anyToken, func(c *call) (*connection[*graphAuthentication], error) {
		found, err := engine.Collect(c.tx, scanEndUserAuthentication, endUserAuthenticationQuery+"t.user_id = ? AND NOT t.hidden ORDER BY t.seq", c.caller.endUser)
		if c.caller.endUser == "" {
			found, err = engine.Collect(c.tx, scanAuthentication, authenticationsQuery+
				"t.owner = ? AND t.workspace_id = (SELECT id FROM workspaces WHERE type = 'Embedded') ORDER BY t.seq", c.caller.id)
		}
		if err != nil {
			return nil, err
		}
		var all []*graphAuthentication
		for _, a := range found {
			shown, err := c.graphAuthentication(a.Element)
			if err != nil {
				return nil, err
			}
			if shown != nil {
				all = append(all, shown)
			}
		}
		return connect(all, func(a *graphAuthentication) graphql.ID { return a.ID }, args)
	})
}

type userAuthenticationInput struct {
	Name, ServiceID, ServiceEnvironmentID string
	Data                                  graphJSON
	FormData                              *graphJSON
	Scopes                                *[]string
	Hidden                                *bool
	ClientMutationID                      *string
}

type madeAuthentication struct {
	AuthenticationID graphql.ID
	ClientMutationID *string
}

// CreateUserAuthentication makes an authentication of the caller's.
func (*graphRoot) CreateUserAuthentication(ctx context.Context, args struct{ Input userAuthenticationInput }) (*madeAuthentication, error) {
	return mutate(ctx, "createUserAuthentication", anyToken, func(c *call) (*madeAuthentication, error) {
		in := args.Input
		e, err := c.tx.environmentWithID(in.ServiceEnvironmentID)
		if err == nil && e.service.ID != in.ServiceID {
			err = errNoEnvironment
		}
		if err != nil {
			return nil, err
		}
		id, err := c.makeUserAuthentication(in, e)
		return &madeAuthentication{graphql.ID(id), in.ClientMutationID}, err
	})
}

func (c *call) makeUserAuthentication(in userAuthenticationInput, e usableEnvironment) (string, error) {
	fields := engine.Fields{"name": json.RawMessage(encode(in.Name)), "serviceEnvironmentId": json.RawMessage(encode(e.ID)), "credentials": json.RawMessage(in.Data)}
	if in.FormData != nil {
		fields["userData"] = json.RawMessage(*in.FormData)
	}
	scopes := []string{}
	if in.Scopes != nil {
		scopes = *in.Scopes
	}
	fields["scopes"] = json.RawMessage(encode(scopes))
	if c.caller.endUser == "" {
		var err error
		if c.workspace, err = c.tx.oneWorkspace("t.type = ?", typeEmbedded); err != nil {
			return "", err
		}
		a, err := c.makeAuthentication(c.caller.id, fields)
		if err != nil {
			return "", err
		}
		return a.body.(map[string]string)["id"], nil
	}
	data, err := shaped(fields, "credentials", e.CredentialsSchema)
	if err != nil {
		return "", err
	}
	seq, err := c.tx.next(kindEndUserAuth)
	if err != nil {
		return "", err
	}
	id := c.tx.derivedID(kindEndUserAuth, seq)
	c.did(aboutEndUser(c.caller.endUser), "made the authentication %s of the end user %s", in.Name, c.caller.endUserName)
	_, err = c.tx.Exec("INSERT INTO end_user_authentications (seq, id, user_id, name, environment_id, data, scopes, hidden) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		seq, id, c.caller.endUser, in.Name, e.ID, string(data), encode(scopes), in.Hidden != nil && *in.Hidden)
	return id, err
}

// RemoveAuthentication removes an authentication of the caller's.
func (*graphRoot) RemoveAuthentication(ctx context.Context, args struct {
	Input struct {
		AuthenticationID graphql.ID
		ClientMutationID *string
	}
}) (*payload, error) {
	return mutate(ctx, "removeAuthentication", anyToken, func(c *call) (*payload, error) {
		a, err := c.ownAuthentication(string(args.Input.AuthenticationID))
		if err != nil {
			return nil, err
		}
		table := "authentications"
		if c.caller.endUser != "" {
			table = "end_user_authentications"
		}
		c.did(aboutAuthentication(a.ID), "removed the authentication %s", a.Name)
		_, err = c.tx.Exec("DELETE FROM "+table+" WHERE id = ?", a.ID)
		return &payload{args.Input.ClientMutationID}, err
	})
}

type ranConnector struct {
	Output           graphJSON
	ClientMutationID *string
}

// CallConnector runs an operation of a connector.
func (*graphRoot) CallConnector(ctx context.Context, args struct {
	Input struct {
		Connector, Version, Operation string
		AuthID                        *string
		Input                         graphJSON
		ClientMutationID              *string
	}
}) (*ranConnector, error) {
	return mutate(ctx, "callConnector", anyToken, func(c *call) (*ranConnector, error) {
		in := args.Input
		all, err := c.connectors()
		if err != nil {
			return nil, err
		}
		connector, err := pick(all, in.Connector, in.Version)
		if err != nil {
			return nil, err
		}
		o, err := connector.operation(in.Operation)
		if err != nil {
			return nil, err
		}
		var used *authentication
		if in.AuthID != nil {
			a, err := c.ownAuthentication(*in.AuthID)
			if err != nil {
				return nil, err
			}
			used = &a
		}
		input := map[string]any{}
		if err := json.Unmarshal([]byte(in.Input), &input); err != nil {
			return nil, engine.InvalidBody("expected an object at 'input'")
		}
		came := c.run(connector, o, used, input)
		if came.Outcome != "success" {
			return nil, graphProblem{came.Output.(map[string]string)["message"], preconditionError, ""}
		}
		return &ranConnector{graphJSON(encode(came.Output)), in.ClientMutationID}, nil
	})
}

type stateEndUserAuthentication struct {
	ID          string `json:"id"`
	User        string `json:"externalUserId"`
	Name        string `json:"name"`
	Environment string `json:"serviceEnvironmentId"`
	DataDigest  string `json:"dataDigest"`
	Hidden      bool   `json:"hidden"`
}

func stateEndUserAuthentications(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (a stateEndUserAuthentication, err error) {
		data := ""
		err = r.Scan(&a.ID, &a.User, &a.Name, &a.Environment, &data, &a.Hidden)
		a.DataDigest = *digest(&data)
		return a, err
	}, `SELECT t.id, u.external_id, t.name, t.environment_id, t.data, t.hidden FROM end_user_authentications t JOIN end_users u ON u.id = t.user_id
		ORDER BY u.external_id, t.name, t.seq`)
}
