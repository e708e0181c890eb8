package provider

import (
	"context"
	"encoding/json"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/pseudonym"
)

// veil stands before the framework's server and lets it plan by a snapshot. Where that holds
// pseudonyms, everything behind the veil speaks of people by these: the addresses and names
// of what Terraform sends are replaced, and those of the answers are put back. So the rules
// see one person where the organization has one, and the plan shows the configuration's own
// addresses.
type veil struct {
	fullServer
	snapshot func() *snapshot // of the last Configure
	types    func() veilTypes
}

// veilTypes are the types of what passes, by the names of what it belongs to.
type veilTypes struct{ resources, dataSources, lists, identities, actions map[string]tftypes.Type }

func newVeil(inner fullServer, of *trayProvider) *veil {
	return &veil{fullServer: inner, snapshot: of.snapshot.Load, types: sync.OnceValue(func() veilTypes {
		return typesOf(inner)
	})}
}

func typesOf(s tfprotov6.ProviderServer) veilTypes {
	t := veilTypes{map[string]tftypes.Type{}, map[string]tftypes.Type{}, map[string]tftypes.Type{}, map[string]tftypes.Type{}, map[string]tftypes.Type{}}
	if all, err := s.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{}); err == nil {
		for of, from := range map[*map[string]tftypes.Type]map[string]*tfprotov6.Schema{
			&t.resources: all.ResourceSchemas, &t.dataSources: all.DataSourceSchemas, &t.lists: all.ListResourceSchemas,
		} {
			for name, schema := range from {
				(*of)[name] = schema.ValueType()
			}
		}
		for name, action := range all.ActionSchemas {
			t.actions[name] = action.Schema.ValueType()
		}
	}
	if all, err := s.GetResourceIdentitySchemas(context.Background(), &tfprotov6.GetResourceIdentitySchemasRequest{}); err == nil {
		for name, schema := range all.IdentitySchemas {
			t.identities[name] = schema.ValueType()
		}
	}
	return t
}

// people is nil where nothing is to be replaced.
func (v *veil) people() *pseudonym.Book {
	if s := v.snapshot(); s != nil {
		return s.people
	}
	return nil
}

func (v *veil) ReadResource(ctx context.Context, in *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	people := v.people()
	if people == nil {
		return v.fullServer.ReadResource(ctx, in)
	}
	h := hiding(people)
	state, identity := v.types().resources[in.TypeName], v.types().identities[in.TypeName]
	behind := *in
	behind.CurrentState, behind.Private = h.value(state, in.CurrentState), h.private(in.Private)
	behind.CurrentIdentity = h.identity(identity, in.CurrentIdentity)
	if h.err != nil {
		return nil, h.err
	}
	resp, err := v.fullServer.ReadResource(ctx, &behind)
	if err != nil {
		return resp, err
	}
	r := revealing(people)
	resp.NewState, resp.Private = r.value(state, resp.NewState), r.private(resp.Private)
	resp.NewIdentity, resp.Diagnostics = r.identity(identity, resp.NewIdentity), r.diagnostics(resp.Diagnostics)
	return resp, r.err
}

func (v *veil) PlanResourceChange(ctx context.Context, in *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	people := v.people()
	if people == nil {
		return v.fullServer.PlanResourceChange(ctx, in)
	}
	h := hiding(people)
	state, identity := v.types().resources[in.TypeName], v.types().identities[in.TypeName]
	behind := *in
	behind.PriorState, behind.ProposedNewState, behind.Config = h.value(state, in.PriorState), h.value(state, in.ProposedNewState), h.value(state, in.Config)
	behind.PriorPrivate, behind.PriorIdentity = h.private(in.PriorPrivate), h.identity(identity, in.PriorIdentity)
	if h.err != nil {
		return nil, h.err
	}
	resp, err := v.fullServer.PlanResourceChange(ctx, &behind)
	if err != nil {
		return resp, err
	}
	r := revealing(people)
	resp.PlannedState, resp.PlannedPrivate = r.value(state, resp.PlannedState), r.private(resp.PlannedPrivate)
	resp.PlannedIdentity, resp.Diagnostics = r.identity(identity, resp.PlannedIdentity), r.diagnostics(resp.Diagnostics)
	for i, at := range resp.RequiresReplace {
		resp.RequiresReplace[i] = r.path(at)
	}
	return resp, r.err
}

// ApplyResourceChange writes nothing where the provider plans by a snapshot.
func (v *veil) ApplyResourceChange(ctx context.Context, in *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if v.snapshot() != nil {
		return notApplied(in, notInASnapshot), nil
	}
	return v.fullServer.ApplyResourceChange(ctx, in)
}

func (v *veil) ImportResourceState(ctx context.Context, in *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	people := v.people()
	if people == nil {
		return v.fullServer.ImportResourceState(ctx, in)
	}
	h := hiding(people)
	behind := *in
	behind.ID, behind.Identity = people.Hide(in.ID), h.identity(v.types().identities[in.TypeName], in.Identity)
	if h.err != nil {
		return nil, h.err
	}
	resp, err := v.fullServer.ImportResourceState(ctx, &behind)
	if err != nil {
		return resp, err
	}
	r := revealing(people)
	for _, one := range resp.ImportedResources {
		one.State, one.Private = r.value(v.types().resources[one.TypeName], one.State), r.private(one.Private)
		one.Identity = r.identity(v.types().identities[one.TypeName], one.Identity)
	}
	resp.Diagnostics = r.diagnostics(resp.Diagnostics)
	return resp, r.err
}

func (v *veil) ReadDataSource(ctx context.Context, in *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	people := v.people()
	if people == nil {
		return v.fullServer.ReadDataSource(ctx, in)
	}
	h, typ := hiding(people), v.types().dataSources[in.TypeName]
	behind := *in
	if behind.Config = h.value(typ, in.Config); h.err != nil {
		return nil, h.err
	}
	resp, err := v.fullServer.ReadDataSource(ctx, &behind)
	if err != nil {
		return resp, err
	}
	r := revealing(people)
	resp.State, resp.Diagnostics = r.value(typ, resp.State), r.diagnostics(resp.Diagnostics)
	return resp, r.err
}

func (v *veil) ListResource(ctx context.Context, in *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	people := v.people()
	if people == nil {
		return v.fullServer.ListResource(ctx, in)
	}
	h := hiding(people)
	behind := *in
	if behind.Config = h.value(v.types().lists[in.TypeName], in.Config); h.err != nil {
		return nil, h.err
	}
	stream, err := v.fullServer.ListResource(ctx, &behind)
	if err != nil || stream == nil {
		return stream, err
	}
	results := stream.Results
	stream.Results = func(yield func(tfprotov6.ListResourceResult) bool) {
		for one := range results {
			r := revealing(people)
			one.DisplayName = people.Reveal(one.DisplayName)
			one.Resource = r.value(v.types().resources[in.TypeName], one.Resource)
			one.Identity = r.identity(v.types().identities[in.TypeName], one.Identity)
			one.Diagnostics = r.diagnostics(one.Diagnostics)
			if r.err != nil {
				one.Diagnostics = append(one.Diagnostics, untold(r.err))
			}
			if !yield(one) {
				return
			}
		}
	}
	return stream, nil
}

// passing is one way through the veil. It remembers the first error, after which it lets
// nothing through.
type passing struct {
	text, name, domain func(string) string
	err                error
}

func hiding(p *pseudonym.Book) *passing {
	return &passing{text: p.Hide, name: p.HideName, domain: p.HideDomain}
}

func revealing(p *pseudonym.Book) *passing {
	return &passing{text: p.Reveal, name: p.Reveal, domain: p.Reveal}
}

func (p *passing) value(typ tftypes.Type, of *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	if of == nil || typ == nil || p.err != nil {
		return of
	}
	v, err := of.Unmarshal(typ)
	if err == nil {
		v, err = p.walk(v)
	}
	if err == nil {
		var out tfprotov6.DynamicValue
		if out, err = tfprotov6.NewDynamicValue(typ, v); err == nil {
			return &out
		}
	}
	p.err = err
	return of
}

func (p *passing) identity(typ tftypes.Type, of *tfprotov6.ResourceIdentityData) *tfprotov6.ResourceIdentityData {
	if of == nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: p.value(typ, of.IdentityData)}
}

// private replaces in what the resources keep beside the state, which the framework lays
// out as an object of byte strings.
func (p *passing) private(of []byte) []byte {
	var all map[string][]byte
	if len(of) == 0 || json.Unmarshal(of, &all) != nil {
		return of
	}
	for key, value := range all {
		all[key] = []byte(p.text(string(value)))
	}
	out, err := json.Marshal(all)
	if err != nil {
		return of
	}
	return out
}

func (p *passing) diagnostics(all []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	for i, d := range all {
		out := *d // it may be shared
		out.Summary, out.Detail, out.Attribute = p.text(d.Summary), p.text(d.Detail), p.path(d.Attribute)
		all[i] = &out
	}
	return all
}

func (p *passing) path(of *tftypes.AttributePath) *tftypes.AttributePath {
	if of == nil {
		return nil
	}
	steps := of.Steps()
	for i, step := range steps {
		switch step := step.(type) {
		case tftypes.ElementKeyString:
			steps[i] = tftypes.ElementKeyString(p.text(string(step)))
		case tftypes.ElementKeyValue:
			if v, err := p.walk(tftypes.Value(step)); err == nil {
				steps[i] = tftypes.ElementKeyValue(v)
			}
		}
	}
	return tftypes.NewAttributePathWithSteps(steps)
}

// walk replaces in all texts of a value, keys of maps included.
func (p *passing) walk(v tftypes.Value) (tftypes.Value, error) {
	if !v.IsKnown() || v.IsNull() {
		return v, nil
	}
	switch typ := v.Type().(type) {
	case tftypes.Object, tftypes.Map:
		return p.walkKeyed(v, typ)
	case tftypes.List, tftypes.Set, tftypes.Tuple:
		var all []tftypes.Value
		if err := v.As(&all); err != nil {
			return v, err
		}
		for i := range all {
			var err error
			if all[i], err = p.walk(all[i]); err != nil {
				return v, err
			}
		}
		return tftypes.NewValue(typ, all), nil
	}
	if v.Type().Is(tftypes.String) {
		return p.walkText(v, p.text)
	}
	return v, nil
}

func (p *passing) walkText(v tftypes.Value, replace func(string) string) (tftypes.Value, error) {
	if !v.IsKnown() || v.IsNull() {
		return v, nil
	}
	var text string
	err := v.As(&text)
	return tftypes.NewValue(tftypes.String, replace(text)), err
}

// walkKeyed also tells by its neighbours what is a person's name: an object that has an
// e-mail address is a person.
func (p *passing) walkKeyed(v tftypes.Value, typ tftypes.Type) (tftypes.Value, error) {
	var all map[string]tftypes.Value
	if err := v.As(&all); err != nil {
		return v, err
	}
	_, isMap := typ.(tftypes.Map)
	_, person := all["email"]
	out := make(map[string]tftypes.Value, len(all))
	for key, one := range all {
		var err error
		switch isText := one.Type().Is(tftypes.String); {
		case isMap:
			one, err = p.walk(one)
			key = p.text(key)
		case isText && key == "name" && person:
			one, err = p.walkText(one, p.name)
		case strings.Contains(key, "email_domain"): // one, or a set
			one, err = (&passing{text: p.domain, name: p.domain, domain: p.domain}).walk(one)
		default:
			one, err = p.walk(one)
		}
		if err != nil {
			return v, err
		}
		out[key] = one
	}
	return tftypes.NewValue(typ, out), nil
}
