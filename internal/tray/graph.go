package tray

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// graph speaks to the Embedded API, which is GraphQL: one address, to which every call is a
// POST of a document and its variables (facts: clients). It answers with errors in a 200,
// and has a token of its own, the master token; what an end user owns takes that user's.
type graph struct {
	c     *rest.Client // nil without a master token
	path  []string
	token Secret
	same  bool            // the token of the REST API is the master token
	home  singleton[Home] // see EmbeddedReady
}

// graphCall is one exchange with the Embedded API. Documents are constants, and whatever
// varies is a variable: no text of a user's becomes part of one.
type graphCall struct {
	// Document is a query or a mutation with one field at its root.
	Document  string
	Variables map[string]any
	// As is the token of the end user to act as, "" for the master token; see
	// EmbeddedUsers.Authorize.
	As Secret
	// Repeatable says of a mutation that doing it twice does no more than doing it once.
	Repeatable bool
	// Right says which token may do this, "" for the master token.
	Right string
	// Secrets are in what is sent; a server that repeats them gives none of them away.
	Secrets []string
}

// connectGraph makes ready to speak to the Embedded API, if there is a token for it.
func (c *Client) connectGraph(cfg Config) error {
	if cfg.MasterToken == "" {
		return nil
	}
	at, err := url.Parse(cfg.GraphQLURL)
	if err != nil || at.Host == "" || at.RawQuery != "" || at.Fragment != "" || at.User != nil {
		return errors.New("the address of the GraphQL API must be absolute, such as https://tray.io/graphql")
	}
	how := cfg.exchange(nil)
	how.BaseURL, how.Token, how.TooMany = (&url.URL{Scheme: at.Scheme, Host: at.Host}).String(), cfg.MasterToken, graphRateLimit
	c.graph.token = Secret(cfg.MasterToken)
	if c.graph.same = cfg.MasterToken == cfg.Token; c.graph.same {
		how.Beside = c.rest // the limit is the token's
	}
	c.graph.path = strings.Split(strings.Trim(at.Path, "/"), "/")
	c.graph.c, err = rest.New(how)
	return err
}

// ErrNoMasterToken says that what only the Embedded API has was asked for without a token
// for it.
var ErrNoMasterToken = errors.New("no master token")

// Embedded reports whether there is a master token.
func (c *Client) Embedded() bool { return c.graph.c != nil }

func (c *Client) needEmbedded() error {
	if c.Embedded() {
		return nil
	}
	return &Error{
		Message: "Embedded is spoken to with a master token, and the provider has none",
		Hint: "In Tray an Owner or Admin of an organization with Embedded finds it under Settings > Tokens: " +
			"give it as master_token in the provider block, or as the environment variable TRAY_MASTER_TOKEN",
		Err: ErrNoMasterToken,
	}
}

// ErrOtherMasterToken says that the two tokens of the provider are of two organizations.
var ErrOtherMasterToken = errors.New("the master token belongs to another organization")

// EmbeddedReady reports why the Embedded API cannot be spoken to for the organization of the
// token: without a master token, or with one of another organization. It costs one request
// a client, and none where both tokens are one.
func (c *Client) EmbeddedReady(ctx context.Context) error {
	if err := c.needEmbedded(); err != nil || c.graph.same {
		return err
	}
	theirs, err := c.graph.home.Get(ctx, c.reads, c.masterHome)
	if err != nil || theirs.ID == "" {
		return err
	}
	ours, err := c.Home(ctx)
	if err != nil || ours == nil || ours.ID == theirs.ID {
		return err
	}
	return &Error{
		Message: fmt.Sprintf("The token belongs to the organization %q, and the master token to %q", ours.Name, theirs.Name),
		Hint:    "Give both of one organization (token and master_token, or TRAY_API_TOKEN and TRAY_MASTER_TOKEN), and a provider alias to each organization",
		Err:     ErrOtherMasterToken,
	}
}

// masterHome is the organization that the master token belongs to, which the REST API tells
// it as it tells any token; the zero Home where it does not.
func (c *Client) masterHome(ctx context.Context) (h Home, err error) {
	k := call{Method: http.MethodGet, Path: workspacesPath(), Right: rightAny, As: c.graph.token.Reveal(),
		Query: url.Values{"type": {string(WorkspaceOrganization)}, "first": {"2"}}}
	var wire wirePage[wireWorkspace]
	err = c.rest.Do(ctx, k, &wire)
	switch {
	case hasStatus(err, http.StatusUnauthorized), IsForbidden(err), hasStatus(err, http.StatusNotFound):
		return h, nil // the Embedded API says what is wrong with it
	case err != nil || len(wire.Elements) != 1:
		return h, err
	}
	return Home{ID: wire.Elements[0].ID, Name: text(wire.Elements[0].Name)}, nil
}

// mutates reports whether the document changes something.
func (g graphCall) mutates() bool {
	return strings.HasPrefix(strings.TrimSpace(g.Document), "mutation")
}

// over is the call as HTTP sees it.
func (g graphCall) over(path []string) call {
	right := g.Right
	if right == "" {
		right = rightEmbedded
	}
	body := map[string]any{"query": g.Document}
	if len(g.Variables) > 0 {
		body["variables"] = g.Variables
	}
	return call{Method: http.MethodPost, Path: path, In: body, ReadOnly: !g.mutates(), Repeatable: g.Repeatable,
		As: g.As.Reveal(), Right: right, Secrets: g.Secrets}
}

// ask carries out a call and decodes its data. A query is tried again as a GET is. A
// mutation is tried again only where it certainly was not carried out, and an error of it
// that is ambiguous is for its noun to settle.
func (c *Client) ask(ctx context.Context, g graphCall, data any) error {
	_, err := c.askSized(ctx, g, data)
	return err
}

// askAs is ask with the token of an end user, made for this call alone.
func (c *Client) askAs(ctx context.Context, userID string, g graphCall, data any) (err error) {
	if g.As, err = c.EmbeddedUsers.Authorize(ctx, userID); err != nil {
		return err
	}
	return c.ask(ctx, g, data)
}

// removeByGraph is removeOnce for what a mutation removes. Look reads the object, in a way
// that proves its absence.
func removeByGraph[T any](ctx context.Context, c *Client, all records[T], id string, g graphCall, look func(after context.Context) error) error {
	return all.RemoveOnce(ctx, id, coalesce.Removal{
		Send: func() error { return c.ask(ctx, g, &struct{}{}) }, Look: look,
	})
}

// askSized is ask, and says how many bytes the answer has.
func (c *Client) askSized(ctx context.Context, g graphCall, data any) (int, error) {
	if err := c.needEmbedded(); err != nil {
		return 0, err
	}
	k := g.over(c.graph.path)
	var raw rest.Raw
	if err := c.graph.c.Do(ctx, k, &raw); err != nil {
		return 0, g.withoutValues(err)
	}
	var answer graphAnswer
	if err := json.Unmarshal(raw, &answer); err != nil {
		return 0, c.graph.c.Fail(k, &Error{Status: http.StatusOK, Ambiguous: g.mutates(), Message: "The answer of the Embedded API cannot be read"})
	}
	if len(answer.Errors) > 0 {
		return 0, c.graph.c.Fail(k, answer.explain(g))
	}
	if err := json.Unmarshal(answer.Data, data); err != nil || bytes.Equal(answer.Data, []byte("null")) {
		return 0, c.graph.c.Fail(k, &Error{Status: http.StatusOK, Ambiguous: g.mutates(), Message: "The answer of the Embedded API has no data that can be read"})
	}
	return len(raw), nil
}

// graphList says how a list of the Embedded API is read. The document takes $first and
// $after, and connection finds the list in its data D.
type graphList[D, W, T any] struct {
	graphCall
	Connection func(D) graphConnection[W]
	Convert    func(W) (element[T], error)
}

// graphConnection is a page as it is sent.
type graphConnection[W any] struct {
	Edges []struct {
		Node W `json:"node"`
	} `json:"edges"`
	PageInfo struct {
		EndCursor   string `json:"endCursor"`
		HasNextPage bool   `json:"hasNextPage"`
	} `json:"pageInfo"`
}

// graphPage is how many objects public clients ask for at a time (facts: clients).
const graphPage = 100

// Pages returns how to read the page at a cursor, "" being the first.
func (l graphList[D, W, T]) Pages(c *Client) func(ctx context.Context, cursor string) (rest.Page[T], error) {
	return func(ctx context.Context, cursor string) (rest.Page[T], error) {
		g := l.graphCall
		g.Variables = map[string]any{"first": graphPage}
		for name, value := range l.Variables {
			g.Variables[name] = value
		}
		if cursor != "" {
			g.Variables["after"] = cursor
		}
		var data D
		size, err := c.askSized(ctx, g, &data)
		if err != nil {
			return rest.Page[T]{}, err
		}
		page, err := l.page(l.Connection(data))
		if err != nil {
			return rest.Page[T]{}, c.graph.c.Fail(g.over(c.graph.path), &Error{Status: http.StatusOK, Message: err.Error()})
		}
		page.Size = size
		return page, nil
	}
}

func (l graphList[D, W, T]) page(from graphConnection[W]) (p rest.Page[T], err error) {
	for _, edge := range from.Edges {
		e, err := l.Convert(edge.Node)
		if err != nil {
			return p, err
		}
		p.Elements = append(p.Elements, e)
	}
	if !from.PageInfo.HasNextPage {
		return p, nil
	}
	if p.Next = from.PageInfo.EndCursor; p.Next == "" {
		return p, errors.New("the list promises a further page but gives no cursor for it: nothing of it is used")
	}
	return p, nil
}

// all reads a list to its end, past everything remembered.
func (l graphList[D, W, T]) all(ctx context.Context, c *Client) (all []T, err error) {
	pages, turns := l.Pages(c), rest.Pager{}
	for !turns.Done {
		page, err := pages(ctx, turns.Cursor)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Elements {
			all = append(all, e.Value)
		}
		if err := turns.Turn(page.Next, len(page.Elements), page.Size); err != nil {
			return nil, rest.AsError(err)
		}
	}
	return slices.Clip(all), nil
}
