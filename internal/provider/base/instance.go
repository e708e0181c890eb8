package base

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
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
const instanceKey = "instance"

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
	if len(value) > 0 && json.Unmarshal(value, &i) == nil && i.Mark != "" {
		return i, false
	}
	return Instance{Mark: rand.Text()}, true
}

func (i Instance) save(ctx context.Context, private PrivateState) {
	if value, err := json.Marshal(i); err == nil {
		private.SetKey(ctx, instanceKey, value)
	}
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
	var summary, detail string
	name := o.Title()
	switch p.Ledger.Session.Stand(policy.Claim{Mark: i.Mark, Stance: stance, Object: o, Fingerprint: fingerprint}) {
	case policy.NoClash:
		return true
	case policy.TwoManagers:
		summary, detail = "TRAY008: One object has one manager", twoManagers(o.Type, noun, name)
	case policy.AddressChanged:
		summary, detail = "TRAY008: The plan destroys what another address keeps", addressChanged(o.Type, noun, name)
	}
	if at.Equal(path.Empty()) {
		diags.AddError(summary, detail)
	} else {
		diags.AddAttributeError(at, summary, detail)
	}
	return false
}

func twoManagers(resourceType, noun, name string) string {
	return fmt.Sprintf("Two %s blocks (or instances of one) of this configuration stand for the %s %s: each apply would undo or repeat what the other does. "+
		"Keep one. If the other is in the state already, take it out without a destroy:\n\n%s", resourceType, noun, name, RemovedBlock(resourceType, "<old>"))
}

func addressChanged(resourceType, noun, name string) string {
	return fmt.Sprintf("This plan destroys the %s %s at one address, and another address creates, imports or keeps the same: applied, it would be lost. "+
		"If the resource only has a new address, say so, with its names in place of <old> and <new>:\n\n%s\n\n"+
		"An import does not help here. Instances that move because a list grew or shrank are named for good by for_each over a map or set, in place of count. "+
		"If another resource takes over, take the old one out of the state without a destroy instead:\n\n%s\n\n"+
		"If the plan shows a deposed object, an interrupted replacement left it: `terraform state rm` the resource, then import it.",
		noun, name, MovedBlock(resourceType), RemovedBlock(resourceType, "<old>"))
}

// MovedBlock is a moved block to paste; the addresses are left to the user.
func MovedBlock(resourceType string) string {
	return fmt.Sprintf("moved {\n  from = %[1]s.<old>\n  to   = %[1]s.<new>\n}", resourceType)
}

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
