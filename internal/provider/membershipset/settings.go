package membershipset

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// settings are the arguments and attributes that both resources have.
type settings struct {
	ID                 types.String `tfsdk:"id"`
	WorkspaceID        types.String `tfsdk:"workspace_id"`
	IgnoreAccountTypes types.Set    `tfsdk:"ignore_account_types"`
	IgnoreEmails       types.Set    `tfsdk:"ignore_emails"`
	IgnoreOrgAdmins    types.Bool   `tfsdk:"ignore_org_admins"`
	OverwriteExisting  types.Bool   `tfsdk:"overwrite_existing"`
	Pending            types.Set    `tfsdk:"pending"`
	Ignored            types.Map    `tfsdk:"ignored"`
	ExpiresAt          base.Ends    `tfsdk:"expires_at"`
	Ended              types.Set    `tfsdk:"ended"`
}

// machines are the account types that nobody manages by hand.
var machines = types.SetValueMust(types.StringType, []attr.Value{
	types.StringValue(string(tray.AccountAPI)), types.StringValue(string(tray.AccountSystem)),
})

var accountTypes = []string{string(tray.AccountAPI), string(tray.AccountExternal), string(tray.AccountIntegration),
	string(tray.AccountPartner), string(tray.AccountRegular), string(tray.AccountSystem)}

var idAttribute = schema.StringAttribute{
	MarkdownDescription: "Says whose members they are: the workspace's name, followed by the role where the resource stands for one, as they were when it was created or imported. It never changes, and an import takes it.",
	Computed:            true,
}

func settingsAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": idAttribute,
		"workspace_id": schema.StringAttribute{
			MarkdownDescription: "Identifier of a shared or Embedded workspace. Another workspace replaces the resource.",
			Required:            true,
			Validators:          base.Word(),
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"ignore_account_types": schema.SetAttribute{
			MarkdownDescription: "Account types that are left alone unless an account is named here by e-mail address: `API`, `External`, `Integration`, `Partner`, `Regular`, `System`. Default `[\"API\", \"System\"]`; `[]` leaves none alone.",
			ElementType:         types.StringType,
			Optional:            true, Computed: true,
			Default:    setdefault.StaticValue(machines),
			Validators: []validator.Set{base.Among(accountTypes...)},
		},
		"ignore_emails": schema.SetAttribute{
			MarkdownDescription: "E-mail addresses of people who are left alone: neither removed nor changed. Letter case does not count. Somebody who is no longer named as a member and is named here instead stays, unmanaged.",
			ElementType:         base.EmailType{},
			Optional:            true,
		},
		"ignore_org_admins": schema.BoolAttribute{
			MarkdownDescription: "Leave Owners and Admins of the organization alone unless they are named: they reach every workspace by right, as a member or not. Default `true`. With `false` the organization's users need not be read.",
			Optional:            true, Computed: true,
			Default: booldefault.StaticBool(true),
		},
		"overwrite_existing": schema.BoolAttribute{
			MarkdownDescription: "Let the creation of this resource take over a workspace that others are in already: it gives the people named here their roles. The creation removes nobody: people who are there and not named show as removed in the next plan. With `false`, the default, the creation is an error (`TRAY012`) that holds the import block. Used only when the resource is created.",
			Optional:            true, Computed: true,
			Default: booldefault.StaticBool(false),
		},
		"expires_at": schema.MapAttribute{
			MarkdownDescription: "E-mail address → when the access of that person ends: a date such as `2026-12-31`, which is the end of that day in UTC, or a moment of RFC 3339 such as `2026-12-31T18:00:00+01:00`. " +
				"Null is no end. Until then nothing happens. From then on a plan says so and takes the membership away, which stays away while the date stands. " +
				"A later date, or none, renews it. Tray's clock decides. No limit of the guardrails counts such an end, but for a date that has passed when it is written down.",
			CustomType:  base.NewEndsType(),
			ElementType: base.EndType{},
			Optional:    true,
		},
		"ended": schema.SetAttribute{
			MarkdownDescription: "E-mail addresses, as the configuration spells them, of people who are named and whose access has ended: they are not in the workspace. Null without `expires_at`.",
			ElementType:         types.StringType,
			Computed:            true,
		},
		"pending": schema.SetAttribute{
			MarkdownDescription: "E-mail addresses, as the configuration spells them, of people who have not accepted the invitation to the organization. The first apply after they have joined adds them.",
			ElementType:         types.StringType,
			Computed:            true,
		},
		"ignored": schema.MapAttribute{
			MarkdownDescription: "Who is in the workspace and left alone, by e-mail address (or user id, without one), and why.",
			ElementType:         types.StringType,
			Computed:            true,
		},
	}
}

// withDefaults fills in what an import leaves null.
func (s settings) withDefaults() settings {
	if s.IgnoreAccountTypes.IsNull() {
		s.IgnoreAccountTypes = machines
	}
	if s.IgnoreEmails.IsNull() {
		s.IgnoreEmails = types.SetNull(base.EmailType{})
	}
	if s.ExpiresAt.IsNull() {
		s.ExpiresAt, s.Ended = base.EndsNull(), types.SetNull(types.StringType)
	}
	if s.IgnoreOrgAdmins.IsNull() {
		s.IgnoreOrgAdmins = types.BoolValue(true)
	}
	if s.OverwriteExisting.IsNull() {
		s.OverwriteExisting = types.BoolValue(false)
	}
	return s
}

// known reports whether everything that the scope depends on is known.
func (s settings) known() bool {
	for _, v := range []attr.Value{s.WorkspaceID, s.IgnoreAccountTypes, s.IgnoreEmails, s.IgnoreOrgAdmins, s.OverwriteExisting} {
		if v.IsUnknown() {
			return false
		}
	}
	for _, v := range slices.Concat(s.IgnoreAccountTypes.Elements(), s.IgnoreEmails.Elements()) {
		if v.IsUnknown() {
			return false
		}
	}
	return true
}

// scope is for whom the resource stands; role is "" for everybody.
func (s settings) scope(form policy.ResourceType, role string) scope {
	sc := scope{form: form, workspace: s.WorkspaceID.ValueString(), role: role,
		ignoreEmails: map[string]bool{}, ignoreOrganizationAdmins: s.IgnoreOrgAdmins.ValueBool()}
	for _, v := range s.IgnoreAccountTypes.Elements() {
		sc.ignoreTypes = append(sc.ignoreTypes, v.(types.String).ValueString())
	}
	for _, email := range addresses(s.IgnoreEmails) {
		sc.ignoreEmails[base.FoldEmail(email)] = true
	}
	return sc
}

// sameScope reports whether two settings leave the same people alone.
func (s settings) sameScope(o settings) bool {
	fold := func(set types.Set) []string {
		all := addresses(set)
		for i := range all {
			all[i] = base.FoldEmail(all[i])
		}
		slices.Sort(all)
		return all
	}
	return s.IgnoreAccountTypes.Equal(o.IgnoreAccountTypes) && s.IgnoreOrgAdmins.Equal(o.IgnoreOrgAdmins) &&
		slices.Equal(fold(s.IgnoreEmails), fold(o.IgnoreEmails))
}

// pendingPeople are those of the state who wait, folded.
func (s settings) pendingPeople() map[string]bool { return foldedSet(s.Pending) }

func foldedSet(set types.Set) map[string]bool {
	people := map[string]bool{}
	for _, v := range set.Elements() {
		if email, ok := v.(types.String); ok {
			people[base.FoldEmail(email.ValueString())] = true
		}
	}
	return people
}

// report fills in what Tray says; after an apply as planned only what the plan left open.
func (s settings) report(got result) settings {
	if s.Pending.IsUnknown() || !got.asPlanned {
		s.Pending = pendingSet(got.waiting)
	}
	if s.Ignored.IsUnknown() || !got.asPlanned {
		s.Ignored = ignoredMap(got.ignored)
	}
	switch {
	case s.ExpiresAt.IsNull():
		s.Ended = types.SetNull(types.StringType)
	case s.Ended.IsUnknown() || !got.asPlanned:
		s.Ended = got.endedSet()
	}
	return s
}

func pendingSet(emails []string) types.Set {
	waiting := make([]attr.Value, len(emails))
	for i, email := range emails {
		waiting[i] = types.StringValue(email)
	}
	return types.SetValueMust(types.StringType, waiting)
}

func ignoredMap(ignored map[string]string) types.Map {
	why := make(map[string]attr.Value, len(ignored))
	for who, reason := range ignored {
		why[who] = types.StringValue(reason)
	}
	return types.MapValueMust(types.StringType, why)
}

// check refuses somebody who is both named and to be left alone.
func (s settings) check(named map[string]entry, at path.Path, diags *diag.Diagnostics) {
	emails := addresses(s.IgnoreEmails)
	if detail := base.SpelledTwice(slices.Clone(emails)); detail != "" {
		diags.AddAttributeError(path.Root("ignore_emails"), "One person is named twice", detail)
	}
	for _, email := range emails {
		if _, there := named[base.FoldEmail(email)]; there {
			diags.AddAttributeError(path.Root("ignore_emails"), "Named and ignored",
				email+" is in "+at.String()+" as well. A person is managed here or left alone: take the address out of one of the two.")
		}
	}
}

// addresses returns the known addresses of a set.
func addresses(set types.Set) []string {
	var all []string
	for _, v := range set.Elements() {
		if email, ok := v.(base.Email); ok && !email.IsUnknown() {
			all = append(all, email.ValueString())
		}
	}
	slices.Sort(all)
	return all
}

// desired is what a resource wants of a workspace, by its configuration or plan, or wanted, by
// its state, without Terraform.
type desired struct {
	scope
	entries map[string]entry
	// pending are those of entries that wait, folded.
	pending   map[string]bool
	overwrite bool
	// dates are when access ends, and ended those whose has, both folded.
	dates map[string]base.End
	ended map[string]bool
	// words are what the resource says; see policy.Change.
	words string
	// at gives the attribute that names somebody, and all the attribute for everybody.
	at  func(who string) path.Path
	all path.Path
}

// active are the entries that Tray has.
func (d desired) active() map[string]entry {
	some := d.standing()
	maps.DeleteFunc(some, func(who string, _ entry) bool { return d.pending[who] })
	return some
}

// stillWaiting are those who waited in the state and are still named, as they are spelled now.
func (d desired) stillWaiting(was *desired) []string {
	var waiting []string
	for who, s := range d.entries {
		if was != nil && was.pending[who] && !d.ended[who] {
			waiting = append(waiting, s.email)
		}
	}
	slices.Sort(waiting)
	return waiting
}

// settle reads what Tray has and takes it over, for the people whom d names; pending says who
// of them may be waiting, and d.ended whose absence is as it should be. It keeps d's spelling.
func (g *reconciler) settle(ctx context.Context, d desired, pending map[string]bool, ro roster) (result, error) {
	now, err := g.readActual(ctx, d.scope)
	if err != nil {
		return result{}, err
	}
	named := ro.rename(d.entries, now)
	waiting := maps.Clone(named)
	maps.DeleteFunc(waiting, func(who string, _ entry) bool { return !pending[who] || d.ended[who] })
	if err := g.complete(ctx, d.scope, now, waiting, named); err != nil {
		return result{}, err
	}
	entries, stillPending, ignored := d.settled(now, named, pending)
	d.ended = d.stillEnded(now, named, d.ended)
	for who := range d.ended {
		entries[who] = named[who]
	}
	d.entries = entries
	return result{desired: d, waiting: stillPending, ignored: ignored, roster: rosterOf(now, entries), read: true}, nil
}

// object is what the resource stands for as one thing: everybody in the workspace, or
// everybody with a role there.
func (d desired) object() policy.Object {
	return policy.Object{Type: string(d.form), ID: d.workspace + "/" + canonical(d.role)}
}

// creates is the object of a plan without a state; nil for any other plan.
func creates(req resource.ModifyPlanRequest, want desired) *policy.Object {
	if !req.State.Raw.IsNull() {
		return nil
	}
	o := want.object()
	return &o
}
