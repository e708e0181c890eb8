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
	const summary = "TRAY008: Two objects cannot have one name"
	run := &p.Ledger.Session
	run.AwaitPlanned(ctx, policy.Object{Type: o.Type, ID: holder}, silence)
	switch run.Gives(policy.Object{Type: o.Type, ID: holder, Name: o.Name}, o) {
	case policy.Foreign:
		return run.Applying(ctx, silence)
	case policy.Stays:
		diags.AddAttributeError(at, summary, sameName(noun, o.Title()))
	case policy.GoesAway:
		diags.AddAttributeError(at, "TRAY008: The plan destroys what another address keeps", takesOfDestroyed(o.Type, noun, o.Title()))
	case policy.Circle:
		diags.AddAttributeError(at, "TRAY008: Names cannot be swapped in one plan",
			fmt.Sprintf("In this plan each %[1]s takes the name of the other, or of the next one in a circle that ends here: none can be the first. "+
				"If only the addresses have changed, write moved blocks:\n\n%[3]s\n\n"+
				"If the names are meant to change, take two steps: give this one a name that is free, say %[2]q, and apply; then the name that you want.",
				noun, o.Title()+"-new", MovedBlock(o.Type)))
	case policy.Leaves, policy.Undecided:
		diags.AddAttributeWarning(at, "The name passes from one "+noun+" to another",
			fmt.Sprintf("The %[1]s %[2]s is called %[3]q until now, and this plan calls another one so. What is in a %[1]s, and who is in it, does not move with the name. "+
				"If only the addresses have changed, write a moved block instead. If it is meant, name the resource that has the name now in depends_on, so that it is renamed first.",
				noun, holder, o.Title()))
	}
	return true
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
	if destroys {
		diags.AddError("TRAY008: The plan destroys what another address keeps", takesOfDestroyed(o.Type, noun, o.Title()))
	} else {
		diags.AddError("TRAY008: Two objects cannot have one name", sameName(noun, o.Title()))
	}
	return false
}

func sameName(noun, name string) string {
	return fmt.Sprintf("Two resources of this configuration call two %ss %q, and names are unique in Tray. Give one of them another name.", noun, name)
}

func takesOfDestroyed(resourceType, noun, name string) string {
	return fmt.Sprintf("This plan destroys the %[1]s %[2]q at one address, and at another it gives another %[1]s that name. "+
		"If the resources only have new addresses, as when a list grew or shrank, say so, with their names in place of <old> and <new>:\n\n%[3]s\n\n"+
		"for_each over a map or set, in place of count, names instances for good. "+
		"If the %[1]s is meant to go and its name to be used again, apply the destroy first, and the new name after it.",
		noun, name, MovedBlock(resourceType))
}
