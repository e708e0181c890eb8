package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// A state belongs to one organization. To the token of another one nothing of it exists:
// people would be invited again, and everything planned anew. So each resource keeps its
// organization in its private state, and the server compares it, for every type alike.
//
// The question whose token it is goes out beside a Read's own requests and costs a plan
// no time; see tray.Client.Home.

// originKey holds the organization in the private state.
const originKey = "organization"

// privateData is private state as Terraform keeps it.
type privateData map[string][]byte

func decodePrivate(raw []byte) privateData {
	data := privateData{}
	if len(raw) == 0 || json.Unmarshal(raw, &data) != nil {
		return privateData{}
	}
	return data
}

// origin is the organization that private state names; its ID is "" in states from before
// it was kept, and where it was not told.
func origin(raw []byte) (o tray.Home) {
	if json.Unmarshal(decodePrivate(raw)[originKey], &o) != nil {
		return tray.Home{}
	}
	return o
}

// withOrigin adds an organization to private state that names none.
func withOrigin(raw []byte, o tray.Home) []byte {
	if origin(raw).ID != "" {
		return raw
	}
	data := decodePrivate(raw)
	value, err := json.Marshal(o)
	if err != nil {
		return raw
	}
	data[originKey] = value
	added, err := json.Marshal(data)
	if err != nil {
		return raw
	}
	return added
}

// answer is whose token it is, or why that is not known.
type answer struct {
	home *tray.Home // nil when nobody tells
	err  error
}

// asks finds out whose token it is. Nobody waits for it before calling the result.
func (s *server) asks(ctx context.Context, typeName string) func() answer {
	api := s.client()
	if api == nil {
		return func() answer { return answer{} }
	}
	ask := func() answer {
		home, err := api.Home(ctx)
		return answer{home, err}
	}
	if strings.HasPrefix(typeName, "tray_organization") { // these read what tells it: wait for that
		return ask
	}
	got := make(chan answer, 1)
	go func() { got <- ask() }()
	return func() answer { return <-got }
}

// foreign returns the error of a resource that belongs to another organization than the
// token, nil when it does not.
func (s *server) foreign(was tray.Home, now *tray.Home) *tfprotov6.Diagnostic {
	if was.ID == "" || now == nil || was.ID == now.ID {
		return nil
	}
	d := &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: fmt.Sprintf("This also belongs to the organization %q", was.Name)}
	if _, said := s.said.LoadOrStore([2]string{was.ID, now.ID}, true); said {
		return d // one cause, one full error
	}
	d.Summary = "The state belongs to another organization than the token"
	d.Detail = fmt.Sprintf("The state holds what is in the organization %s, and the provider's token belongs to %s. Nothing was compared, and nothing changes.\n\n"+
		"Use a token of %q (TRAY_API_TOKEN, or token in the provider block), with a provider alias or a state of its own for each organization. "+
		"provider \"tray\" { organization = %q } refuses other tokens before anything is read.",
		named(was), named(*now), was.Name, was.ID)
	return d
}

// named is how messages call an organization.
func named(o tray.Home) string { return fmt.Sprintf("%q (Organization workspace %s)", o.Name, o.ID) }

// untold is the error of a resource that must not be judged while nobody knows whose the
// token is.
func untold(err error) *tfprotov6.Diagnostic {
	return &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Could not tell which organization the token belongs to",
		Detail: err.Error(),
	}
}

// readHere is a Read, unless the resource belongs to another organization.
func (s *server) readHere(ctx context.Context, in *tfprotov6.ReadResourceRequest, read func() (*tfprotov6.ReadResourceResponse, error)) (*tfprotov6.ReadResourceResponse, error) {
	was, asked := origin(in.Private), s.asks(ctx, in.TypeName)
	resp, err := read()
	if err != nil || resp == nil {
		return resp, err
	}
	now := asked()
	d := s.foreign(was, now.home)
	if d == nil && now.err != nil && was.ID != "" && isNull(resp.NewState) {
		d = untold(now.err)
	}
	switch {
	case d != nil:
		return &tfprotov6.ReadResourceResponse{NewState: in.CurrentState, NewIdentity: in.CurrentIdentity, Private: in.Private,
			Diagnostics: []*tfprotov6.Diagnostic{d}}, nil
	case now.home != nil && !isNull(resp.NewState):
		resp.Private = withOrigin(resp.Private, *now.home)
	}
	return resp, nil
}

// planHere returns the plan of a resource that belongs to another organization, nil for
// any other. After a refresh it costs nothing.
func (s *server) planHere(ctx context.Context, in *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	was := origin(in.PriorPrivate)
	if was.ID == "" {
		return nil
	}
	d := s.foreign(was, s.asks(ctx, in.TypeName)().home)
	if d == nil {
		return nil
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: in.PriorState, PlannedPrivate: in.PriorPrivate, PlannedIdentity: in.PriorIdentity,
		Diagnostics: []*tfprotov6.Diagnostic{d}}
}

// applyHere is an apply, unless the resource belongs to another organization, as with a
// saved plan and another token. What it creates is given its organization.
func (s *server) applyHere(ctx context.Context, in *tfprotov6.ApplyResourceChangeRequest, apply func() (*tfprotov6.ApplyResourceChangeResponse, error)) (*tfprotov6.ApplyResourceChangeResponse, error) {
	was, asked := origin(in.PlannedPrivate), s.asks(ctx, in.TypeName)
	if was.ID != "" {
		now := asked()
		d := s.foreign(was, now.home)
		if now.err != nil {
			d = untold(now.err)
		}
		if d != nil {
			return &tfprotov6.ApplyResourceChangeResponse{NewState: in.PriorState, Private: in.PlannedPrivate, NewIdentity: in.PlannedIdentity,
				Diagnostics: []*tfprotov6.Diagnostic{d}}, nil
		}
		return apply()
	}
	resp, err := apply()
	if err != nil || resp == nil || isNull(resp.NewState) {
		return resp, err
	}
	if now := asked(); now.home != nil {
		resp.Private = withOrigin(resp.Private, *now.home)
	}
	return resp, nil
}

// isNull reports whether there is no state: the resource left it.
func isNull(state *tfprotov6.DynamicValue) bool {
	if state == nil {
		return true
	}
	null, err := state.IsNull()
	return err == nil && null
}
