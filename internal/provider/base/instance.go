package base

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// PrivateState is what the framework lends of a resource's private data.
type PrivateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// instanceKey holds, beside the state, what tells one instance of a resource from another.
// A provider is never told addresses. The key goes with the instance through refreshes,
// saved plans, `moved` and `terraform state mv`.
//
// The keys and values that every instance has are short, as the length of private data counts
// by the square: to plan one of a thousand instances Terraform copies the state of all.
const instanceKey = "i"

// Instance is one resource instance, wherever its address is.
type Instance struct {
	// Mark is random and the instance's own. An instance that is tainted is planned without
	// it, and so is the second half of a replacement when it comes to be applied.
	Mark string `json:"mark"`
	// Creates is the object that the plan creates, nil when it creates none. The first half
	// of a replacement, which destroys, finds the second half's here.
	Creates *policy.Object `json:"creates,omitempty"`
	// Replaces says that the plan is that of the second half of a replacement, which
	// Terraform plans with the private data of the first.
	Replaces bool `json:"-"`
}

// instanceOf reads the mark of an instance; one that has none yet gets it.
func instanceOf(ctx context.Context, private PrivateState) (i Instance, isNew bool) {
	value, _ := private.GetKey(ctx, instanceKey)
	if len(value) == 0 || json.Unmarshal(value, &i.Mark) != nil && json.Unmarshal(value, &i) != nil || i.Mark == "" {
		return Instance{Mark: rand.Text()[:13]}, true // 65 bits, and no padding in base64
	}
	return i, false
}

// save keeps the instance: the mark alone, unless there is more to say.
func (i Instance) save(ctx context.Context, private PrivateState) {
	if i.Creates == nil {
		Note(ctx, private, instanceKey, i.Mark)
		return
	}
	Note(ctx, private, instanceKey, i)
}

// Applied returns the instance that Create, Update or Delete is about; private is the
// request's, for a create the response's.
func Applied(ctx context.Context, private PrivateState) Instance {
	i, isNew := instanceOf(ctx, private)
	if isNew {
		i.save(ctx, private)
	}
	return i
}

// Refreshed returns the instance that a Read is about, which gets a mark if it has none.
func Refreshed(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) Instance {
	i, isNew := instanceOf(ctx, req.Private)
	if isNew {
		i.save(ctx, resp.Private)
	}
	return i
}

// Planned returns the instance that ModifyPlan is about. For a plan that creates something,
// creates is what, as far as the plan knows it; otherwise it is nil. An apply plans an update
// once more before anything is written: what was lifted for its plan holds by then.
func (p *Provider) Planned(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, creates *policy.Object) Instance {
	if p.Ready(nil) && (p.Ledger.Session.InApply() || p.Ledger.Session.SilentApply()) {
		p.acceptLifts(ctx, req.Private)
	}
	was, isNew := instanceOf(ctx, req.Private)
	i := was
	i.Creates = creates
	i.Replaces = !isNew && req.State.Raw.IsNull()
	if isNew || creates != nil || was.Creates != nil {
		i.save(ctx, resp.Private)
	}
	return i
}

// Claim notes what the instance plans for an object. It says in diags, pinned on at unless
// that is empty, when another instance of this run cannot have what it plans for the same
// object (TRAY008), and then reports false. Noun is "user".
func (p *Provider) Claim(i Instance, stance policy.Stance, o policy.Object, noun, fingerprint string, at path.Path, diags *diag.Diagnostics) bool {
	if !p.Ready(nil) {
		return true
	}
	c := policy.Claim{Mark: i.Mark, Stance: stance, Object: o, Fingerprint: fingerprint}
	others := p.Ledger.Session.Stand(c)
	if len(others) == 0 {
		return true
	}
	stands := policy.Change{Action: policy.StandFor, Claim: c, Noun: noun}
	return !Violated(policy.TRAY008OneManager.Judge(policy.Organization{Claims: others}, []policy.Change{stands}, policy.Limits{}), at, diags)
}

// MovedBlock is policy's, for messages that no rule has.
func MovedBlock(resourceType string) string { return policy.MovedBlock(resourceType) }

// silence is how long a plan that finds what it would create waits for a sign that it is
// being applied. Only such a plan waits, and all of them together once.
const silence = 2 * time.Second

// MayBeThere reports whether a create may find its object in Tray: because the state of some
// instance has it, which this one replaces or which was tainted; or because the plan is being
// applied and was judged before. Otherwise it exists already, and is imported (TRAY012).
func (p *Provider) MayBeThere(ctx context.Context, i Instance, o policy.Object) bool {
	run := &p.Ledger.Session
	return i.Replaces || run.IsInState(o) || run.HandedOver(o) || run.Applying(ctx, silence)
}

// Succeeded reports whether a delete is the first half of a replacement whose second half
// stands for the same object, and then hands the object over: nothing is taken away.
func (p *Provider) Succeeded(i Instance, o policy.Object) bool {
	if i.Creates == nil || !i.Creates.Same(o) {
		return false
	}
	p.Ledger.Session.HandOver(o)
	return true
}

// HeldByAnother reports whether another instance has made the object its own in this apply,
// as when Terraform creates before it destroys: a delete takes nothing away then.
func (p *Provider) HeldByAnother(i Instance, o policy.Object) bool {
	return p.Ledger.Session.HeldByAnother(i.Mark, o)
}

// Hold says, in an apply, that the instance has made the object its own.
func (p *Provider) Hold(i Instance, o policy.Object) { p.Ledger.Session.HoldObject(i.Mark, o) }

// HandedOver reports whether the first half of a replacement has left the object to this
// create.
func (p *Provider) HandedOver(o policy.Object) bool { return p.Ledger.Session.HandedOver(o) }
