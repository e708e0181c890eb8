package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// A state belongs to one organization. To the token of another one nothing of it exists:
// people would be invited again, and everything planned anew. So each resource keeps its
// organization in its private state, and the server compares it, for every type alike.
//
// To ask whose token it is may cost a request (tray.Client.Home). What a Read finds as the
// state has it was found by its id, and ids are no other organization's. So a plan without
// changes does not ask; what seems to be gone, has changed, or is to be deleted does.

// privateData is private state as Terraform keeps it.
type privateData map[string][]byte

func decodePrivate(raw []byte) privateData {
	data := privateData{}
	if len(raw) == 0 || json.Unmarshal(raw, &data) != nil {
		return privateData{}
	}
	return data
}

// origin is the organization that private state names, by its id, which has no space in it, and
// its name; the ID is "" in states from before it was kept, and where it was not told.
func origin(raw []byte) (o tray.Home) {
	var text string
	if json.Unmarshal(decodePrivate(raw)[base.OriginKey], &text) == nil {
		o.ID, o.Name, _ = strings.Cut(text, " ")
	}
	return o
}

// withOrigin adds an organization to private state that names none.
func withOrigin(raw []byte, o tray.Home) []byte {
	if origin(raw).ID != "" {
		return raw
	}
	data := decodePrivate(raw)
	value, err := json.Marshal(o.ID + " " + o.Name)
	if err != nil {
		return raw
	}
	data[base.OriginKey] = value
	added, err := json.Marshal(data)
	if err != nil {
		return raw
	}
	return added
}

// whose returns the organization that the token belongs to, nil when nobody tells.
func (s *server) whose(ctx context.Context) (*tray.Home, error) {
	api := s.client()
	if api == nil {
		return nil, nil
	}
	home, err := api.Home(ctx)
	s.silent.Store(err != nil)
	return home, err
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
		"provider \"tray\" { organization = %q } refuses other tokens before anything is read. If that organization is gone for good, begin with an empty state.",
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
	s.refreshed.Store(true)
	was := origin(in.Private)
	resp, err := read()
	if err != nil || resp == nil || was.ID != "" && !s.mayBeElsewhere(in, resp) {
		return resp, err
	}
	now, err := s.whose(ctx)
	d := s.foreign(was, now)
	if err != nil && was.ID != "" && isNull(resp.NewState) {
		d = untold(err)
	}
	switch {
	case d != nil:
		return &tfprotov6.ReadResourceResponse{NewState: in.CurrentState, NewIdentity: in.CurrentIdentity, Private: in.Private,
			Diagnostics: []*tfprotov6.Diagnostic{d}}, nil
	case was.ID != "":
		resp.Private = withOrigin(resp.Private, was)
	case now != nil && !isNull(resp.NewState):
		resp.Private = withOrigin(resp.Private, *now)
	}
	return resp, nil
}

// mayBeElsewhere reports whether a Read leaves it open whose the resource is. When one
// failed, to ask may say why; but a token or a connection that failed at that is not asked
// of again by every resource.
func (s *server) mayBeElsewhere(in *tfprotov6.ReadResourceRequest, resp *tfprotov6.ReadResourceResponse) bool {
	if failed(resp.Diagnostics) {
		return !s.silent.Load()
	}
	return !s.sameState(in.TypeName, in.CurrentState, resp.NewState) || origin(resp.Private).ID == ""
}

// writtenByID begins the names of the types that are changed by ids alone: those of the
// workspace, and of who is in it. In another organization such a change does nothing.
const writtenByID = "tray_workspace"

// asksFirst reports whether a change could hit another organization, or seem done there: a
// person is found by the address, and what is to be deleted and is not there is done.
func asksFirst(typeName string, wanted *tfprotov6.DynamicValue) bool {
	return isNull(wanted) || !strings.HasPrefix(typeName, writtenByID)
}

// planHere returns the plan of a resource that belongs to another organization, nil for
// any other. It asks only where nothing was refreshed: with -refresh=false, or to apply.
func (s *server) planHere(ctx context.Context, in *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	was := origin(in.PriorPrivate)
	if was.ID == "" || s.refreshed.Load() || !asksFirst(in.TypeName, in.ProposedNewState) {
		return nil
	}
	now, err := s.whose(ctx)
	d := s.foreign(was, now)
	if err != nil || d == nil { // the apply asks again
		return nil
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: in.PriorState, PlannedPrivate: in.PriorPrivate, PlannedIdentity: in.PriorIdentity,
		Diagnostics: []*tfprotov6.Diagnostic{d}}
}

// applyHere is an apply, unless the resource belongs to another organization, as with a
// saved plan and another token. What it creates is given its organization.
func (s *server) applyHere(ctx context.Context, in *tfprotov6.ApplyResourceChangeRequest, apply func() (*tfprotov6.ApplyResourceChangeResponse, error)) (*tfprotov6.ApplyResourceChangeResponse, error) {
	was := origin(in.PlannedPrivate)
	if was.ID != "" && asksFirst(in.TypeName, in.PlannedState) {
		now, err := s.whose(ctx)
		if err != nil {
			return notApplied(in, untold(err)), nil
		}
		if d := s.foreign(was, now); d != nil {
			return notApplied(in, d), nil
		}
	}
	resp, err := apply()
	if err != nil || resp == nil || was.ID != "" && (!failed(resp.Diagnostics) || s.silent.Load()) {
		return resp, err
	}
	now, unknown := s.whose(ctx)
	if unknown != nil || now == nil { // the apply stands; whose it is shows the next refresh
		return resp, err
	}
	if d := s.foreign(was, now); d != nil {
		return notApplied(in, d), nil
	}
	if !isNull(resp.NewState) {
		resp.Private = withOrigin(resp.Private, *now)
	}
	return resp, nil
}

// notApplied leaves the state as it is, and says why.
func notApplied(in *tfprotov6.ApplyResourceChangeRequest, why *tfprotov6.Diagnostic) *tfprotov6.ApplyResourceChangeResponse {
	return &tfprotov6.ApplyResourceChangeResponse{NewState: in.PriorState, Private: in.PlannedPrivate, NewIdentity: in.PlannedIdentity,
		Diagnostics: []*tfprotov6.Diagnostic{why}}
}

func failed(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// sameState reports whether two states of a resource are the same. Mostly they are so byte
// for byte; the elements of a map come in any order.
func (s *server) sameState(typeName string, a, b *tfprotov6.DynamicValue) bool {
	switch {
	case a == nil || b == nil || len(a.MsgPack) != len(b.MsgPack):
		return false
	case bytes.Equal(a.MsgPack, b.MsgPack):
		return true
	}
	typ, known := s.types()[typeName]
	if !known {
		return false
	}
	was, err := a.Unmarshal(typ)
	if err != nil {
		return false
	}
	is, err := b.Unmarshal(typ)
	return err == nil && was.Equal(is)
}

// resourceTypes are the types of all states.
func resourceTypes(s tfprotov6.ProviderServer) map[string]tftypes.Type {
	types := map[string]tftypes.Type{}
	all, err := s.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil
	}
	for name, schema := range all.ResourceSchemas {
		types[name] = schema.ValueType()
	}
	return types
}

// isNull reports whether there is no state: the resource left it.
func isNull(state *tfprotov6.DynamicValue) bool {
	if state == nil {
		return true
	}
	null, err := state.IsNull()
	return err == nil && null
}
