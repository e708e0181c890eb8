package base

import (
	"bytes"
	"context"
	"encoding/json"
)

// liftsKey holds, beside the state, what the environment had lifted when the plan was made:
// the apply of a saved plan runs elsewhere, without these variables, and must not stop
// half-way over what the plan has accepted. Read writes it, as the refreshed state travels
// with the plan, and the next Read without the variables takes it off again.
const liftsKey = "lifted_for_the_plan"

// keepLifts leaves with the instance what holds for the plan.
func (p *Provider) keepLifts(ctx context.Context, before, after PrivateState) {
	was, _ := before.GetKey(ctx, liftsKey)
	var now []byte // none removes the key
	if p.Guardrails.Lifted != (Lifts{}) {
		now, _ = json.Marshal(p.Guardrails.Lifted)
	}
	if !bytes.Equal(was, now) {
		after.SetKey(ctx, liftsKey, now)
	}
}

// acceptLifts takes over what the plan had lifted of which the instance is applied.
func (p *Provider) acceptLifts(ctx context.Context, private PrivateState) {
	if private == nil {
		return
	}
	value, _ := private.GetKey(ctx, liftsKey)
	var l Lifts
	if len(value) == 0 || json.Unmarshal(value, &l) != nil || l == (Lifts{}) {
		return
	}
	p.Ledger.mu.Lock()
	defer p.Ledger.mu.Unlock()
	p.Ledger.accepted = l
}

// Limits are the guardrails that hold now: those of the block, under what the environment
// lifts, or, in an apply, under what it had lifted for the plan.
func (p *Provider) Limits() Guardrails {
	p.Ledger.mu.Lock()
	defer p.Ledger.mu.Unlock()
	return p.Guardrails.Under(p.Ledger.accepted).Under(p.Guardrails.Lifted)
}
