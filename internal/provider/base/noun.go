package base

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// What every resource would otherwise repeat around its own calls. A noun says each step
// itself, in its own order; nothing here calls back.

// Noun is what messages call a kind of object, and what names one for its whole life.
type Noun struct {
	Type string // of the resource, "tray_custom_service"
	One  string // "custom service"
	// At is the attribute that names an object.
	At path.Path
	// Identity are the texts of its identity, with their descriptions; nil where the resource says
	// them itself, as they are no texts alone.
	Identity map[string]string
}

// ObjectIn is what a resource stands for: an object by its id, and before that by its name in
// that which holds it, such as a workspace. While either is not known, it has no name.
func ObjectIn(n Noun, id, name, holder types.String) policy.Object {
	o := policy.Object{Type: n.Type, ID: id.ValueString(), Label: name.ValueString()}
	if holder.ValueString() != "" && o.Label != "" {
		o.Name = holder.ValueString() + "/" + o.Label
	}
	return o
}

// Step is what a plan is about.
type Step int

// The steps. A replacement is planned as Update, then as Create; its first half is applied
// as a destroy.
const (
	Create Step = iota
	Update
	Destroy
)

// PlanStep decodes the plan and the state of a ModifyPlan as far as there are any, and
// tells which step it is about.
func PlanStep[M any](ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) (step Step, plan, state M, ok bool) {
	step, ok = Update, true
	if req.State.Raw.IsNull() {
		step = Create
	} else {
		state, ok = Load[M](ctx, req.State, diags)
	}
	if req.Plan.Raw.IsNull() {
		return Destroy, plan, state, ok
	}
	plan, loaded := Load[M](ctx, req.Plan, diags)
	return step, plan, state, ok && loaded
}

// PlanOf is PlanStep with the configuration: of a destroy, which has none, the zero M.
func PlanOf[M any](ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) (step Step, plan, state, config M, ok bool) {
	if step, plan, state, ok = PlanStep[M](ctx, req, diags); ok {
		config, ok = Configured[M](ctx, step, req, diags)
	}
	return step, plan, state, config, ok
}

// Stand notes what the step does with an object: was as the state has it, o as the plan
// does. It reports false when there is nothing to judge yet, as the API is out of reach or
// o has no name that is known, and when another instance of this run cannot have what it
// plans for the same object, or names shift in this plan, which diags say then (TRAY008).
func (p *Provider) Stand(ctx context.Context, n Noun, step Step, was, o policy.Object, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (Instance, bool) {
	var creates *policy.Object
	if step == Create {
		creates = &o
	}
	i := p.Planned(ctx, req, resp, creates)
	if !p.Ready(nil) {
		return i, false
	}
	diags := &resp.Diagnostics
	switch step {
	case Create:
		return i, (o.Name != "" || o.ID != "") && p.Claim(i, policy.Creates, o, n.One, o.Name, n.At, diags) && p.KeepsNamesApart(n.Type, n.One, n.At, diags)
	case Destroy:
		return i, p.Claim(i, policy.Destroys, was, n.One, "", path.Empty(), diags) && p.KeepsName(i, was, true, n.One, diags)
	}
	o.ID = was.ID
	return i, p.Claim(i, policy.Keeps, o, n.One, "", n.At, diags) && p.KeepsName(i, o, false, n.One, diags) &&
		(o.Name == was.Name || p.KeepsNamesApart(n.Type, n.One, n.At, diags))
}

// remembered is what the state holds of an object.
type remembered struct {
	id    string
	state any
}

// Remember keeps what the state holds of an object. A plan that replaces it is made without
// the state: that of a tainted resource without the mark, too.
func Remember[M any](p *Provider, n Noun, mark, id string, state M) {
	all := remembered{id, state}
	if mark != "" {
		p.Ledger.Keep(n.Type+" with the mark "+mark, all)
	}
	p.Ledger.Keep(n.Type+" "+id, all)
}

// Recall returns what is remembered of the object that an instance replaces; of a tainted
// resource only the id tells.
func Recall[M any](p *Provider, n Noun, i Instance, id string) (was M, ok bool) {
	was, ok = p.recall(n, i, id).state.(M)
	return was, ok
}

func (p *Provider) recall(n Noun, i Instance, id string) remembered {
	key := n.Type + " " + id
	if i.Replaces {
		key = n.Type + " with the mark " + i.Mark
	}
	was, _ := p.Ledger.Kept(key).(remembered)
	return was
}

// Replaced returns what the state holds of the object that the plan of a create replaces.
// Found is the id of what has its name now, "" for nothing: of a tainted resource only that
// tells. While another resource's plan has that object, the name passes from one to another.
func Replaced[M any](ctx context.Context, p *Provider, n Noun, i Instance, found string) (was M, ok bool) {
	was, ok = p.replaced(ctx, n, i, found).state.(M)
	return was, ok
}

// ReplacedID is Replaced where the id alone matters; "" is none. Found is what has the name now.
func (p *Provider) ReplacedID(ctx context.Context, n Noun, i Instance, found []Found) string {
	return p.replaced(ctx, n, i, FirstID(found)).id
}

func (p *Provider) replaced(ctx context.Context, n Noun, i Instance, found string) remembered {
	if !i.Replaces && (found == "" || p.IsSpokenFor(ctx, policy.Object{Type: n.Type, ID: found})) {
		return remembered{}
	}
	return p.recall(n, i, found)
}

// Found is an object that has a name: its id, and how it is imported where not by that.
type Found struct{ ID, Import string }

// Free reports whether the plan may give an object its name: what has it now, with the ids
// found, is the object itself or what it replaces (own), or gives the name up. Else diags
// say so: TRAY008, or TRAY012 for what nobody here manages, of which exists is a sentence.
func (p *Provider) Free(ctx context.Context, n Noun, o policy.Object, own string, found []Found, exists string, diags *diag.Diagnostics) bool {
	if len(found) == 0 || own != "" && own == found[0].ID {
		return true
	}
	if p.TakesName(ctx, o, found[0].ID, n.One, n.At, diags) {
		return !diags.HasError()
	}
	if p.Ledger.Has(goneFrom+n.Type, o.Name) {
		exists += fmt.Sprintf(" It is not the one that the state had under that name, which is gone: somebody made a new one (%s). "+
			"Before you import it, take the old one out of the state with `terraform apply -refresh-only`, as Terraform imports nothing to an address that is in use.", found[0].ID)
	}
	Taken(diags, n, exists, found)
	return false
}

// Taken says that what a plan or an apply would create is there already (TRAY012).
func Taken(diags *diag.Diagnostics, n Noun, exists string, found []Found) {
	ids := make([]string, len(found))
	for i, f := range found {
		ids[i] = cmp.Or(f.Import, f.ID)
	}
	ExistsOnce(diags, n.At, exists, n.Type, ids...)
}

// goneFrom begins the ledger's kind for names of what was in the state and is gone.
const goneFrom = "gone from the state: "

// Gone ends a Read of an object that is proven to be gone.
func (p *Provider) Gone(ctx context.Context, n Noun, o policy.Object, resp *resource.ReadResponse) {
	p.Ledger.Note(goneFrom+n.Type, o.Name)
	Forget(&resp.Diagnostics, n.One, o.Title())
	resp.State.RemoveResource(ctx)
}

// Await looks until other objects have lost a name, for a moment: a rename in the same
// apply may be under way. What must be in order says so with depends_on. A moment is also as
// many looks: where each takes long, so does the rename.
func Await[T any](ctx context.Context, look func() ([]T, error), own func(T) bool) ([]T, error) {
	const moment, pause, looks = 3 * time.Second, 100 * time.Millisecond, 10
	began := time.Now()
	for n := 1; ; n++ {
		found, err := look()
		if err != nil || len(found) == 0 || own(found[0]) || n >= looks && time.Since(began) > moment {
			return found, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

type setter interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}

// Store sets state and identity, which belong together.
func Store(ctx context.Context, state setter, model any, id setter, identity any, diags *diag.Diagnostics) {
	diags.Append(id.Set(ctx, identity)...)
	diags.Append(state.Set(ctx, model)...)
}

// Text is a value, null for "".
func Text(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// Changed returns the value of an attribute that the plan wants otherwise than the state
// has it; nil leaves it as it is. What is taken away is "".
func Changed(plan, state types.String) *string {
	if plan.IsUnknown() || plan.Equal(state) {
		return nil
	}
	s := plan.ValueString()
	return &s
}

// StringMap is a map of texts.
func StringMap(all map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(all))
	for key, text := range all {
		elements[key] = types.StringValue(text)
	}
	return types.MapValueMust(types.StringType, elements)
}

// StringSet is a set of texts.
func StringSet(all []string) types.Set {
	elements := make([]attr.Value, len(all))
	for i, text := range all {
		elements[i] = types.StringValue(text)
	}
	return types.SetValueMust(types.StringType, elements)
}

// Strings are the known texts in a map.
func Strings(m types.Map) map[string]string {
	all := map[string]string{}
	for key, v := range m.Elements() {
		if s, ok := v.(interface{ ValueString() string }); ok && !v.IsUnknown() {
			all[key] = s.ValueString()
		}
	}
	return all
}
