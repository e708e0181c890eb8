package base

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// TakesName judges a plan that gives o a name which another object, with the id holder, has
// in Tray. It reports false, and says nothing, when nobody in this configuration has that
// object: then the caller says so. Otherwise diags holds what there is to say.
func (p *Provider) TakesName(ctx context.Context, o policy.Object, holder, noun string, at path.Path, diags *diag.Diagnostics) bool {
	run := &p.Ledger.Session
	told := run.AwaitPlanned(ctx, policy.Object{Type: o.Type, ID: holder}, silence)
	switch giving := run.Gives(policy.Object{Type: o.Type, ID: holder, Name: o.Name}, o); giving {
	case policy.Foreign:
		return !told && !run.OneByOne() || run.Applying(ctx, silence)
	case policy.Stays, policy.GoesAway, policy.Circle:
		oneName(o, giving, noun, at, diags)
	case policy.Leaves, policy.Undecided:
		diags.AddAttributeWarning(at, "The name passes from one "+noun+" to another",
			fmt.Sprintf("The %[1]s %[2]s has the name %[3]q now, and this plan gives that name to another %[1]s. What is in a %[1]s, and who is in it, does not move with the name. "+
				"If only the addresses have changed, write a moved block instead. If it is meant, name the resource that has the name now in depends_on, so that it is renamed first.",
				noun, holder, o.Title()))
	}
	return true
}

// KeepsNamesApart says in diags when names shift among the objects of a type in this plan, as
// when the list behind a count grew at its front: accepted, most of them would be renamed.
func (p *Provider) KeepsNamesApart(resourceType, noun string, at path.Path, diags *diag.Diagnostics) bool {
	s, is := p.Ledger.Session.Shifts(resourceType)
	if !is {
		return true
	}
	takes := policy.Change{Action: policy.TakeName, Claim: policy.Claim{Object: policy.Object{Type: resourceType}}, Noun: noun, Giving: policy.Shifting, Shift: s}
	return !Violated(policy.TRAY008OneManager.Judge(policy.Organization{}, []policy.Change{takes}, policy.Limits{}), at, diags)
}

// IsSpokenFor reports whether an instance plans what becomes of o. One that was only read so
// far, or not yet, is waited for: a create that finds o by its name is the replacement of a
// tainted resource only if nobody else does. An apply, which judges nothing anew, has destroyed
// what is tainted before: what it still finds is somebody's.
func (p *Provider) IsSpokenFor(ctx context.Context, o policy.Object) bool {
	p.Ledger.Session.AwaitPlanned(ctx, o, silence)
	return p.Ledger.Session.InApply() || p.Ledger.Session.IsPlanned(o)
}

// KeepsName says in diags when another resource of this run takes the name of o, which
// the plan keeps or, when destroys is set, destroys.
func (p *Provider) KeepsName(i Instance, o policy.Object, destroys bool, noun string, diags *diag.Diagnostics) bool {
	if o.Name == "" || !p.Ledger.Session.Taken(i.Mark, o) {
		return true
	}
	giving := policy.Stays
	if destroys {
		giving = policy.GoesAway
	}
	return !oneName(o, giving, noun, path.Empty(), diags)
}

// oneName asks TRAY008 about a name that another object has as well, and reports whether
// the rule objects.
func oneName(o policy.Object, giving policy.Giving, noun string, at path.Path, diags *diag.Diagnostics) bool {
	takes := policy.Change{Action: policy.TakeName, Claim: policy.Claim{Object: o}, Noun: noun, Giving: giving}
	return Violated(policy.TRAY008OneManager.Judge(policy.Organization{}, []policy.Change{takes}, policy.Limits{}), at, diags)
}
