package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// PlanAction plans by a snapshot as everything else is planned by it.
func (v *veil) PlanAction(ctx context.Context, in *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	people := v.people()
	if people == nil {
		return v.fullServer.PlanAction(ctx, in)
	}
	h := hiding(people)
	behind := *in
	if behind.Config = h.value(v.types().actions[in.ActionType], in.Config); h.err != nil {
		return nil, h.err
	}
	resp, err := v.fullServer.PlanAction(ctx, &behind)
	if err != nil {
		return resp, err
	}
	r := revealing(people)
	resp.Diagnostics = r.diagnostics(resp.Diagnostics)
	return resp, r.err
}

// InvokeAction does nothing where the provider plans by a snapshot.
func (v *veil) InvokeAction(ctx context.Context, in *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	if v.snapshot() == nil {
		return v.fullServer.InvokeAction(ctx, in)
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		push(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: []*tfprotov6.Diagnostic{notInASnapshot}}})
	}}, nil
}
