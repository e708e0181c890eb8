// Package adopt takes over what people make in Tray's UI. On a live Tray, which has no
// management plane, a resource of such a kind finds its object in the plan, by what names
// it; what is missing, what is not the only one and what only the UI can change are errors
// of the plan, and a destroy forgets. The words are the same for every kind.
package adopt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// Kind is what messages say about objects of a noun.
type Kind struct {
	base.Noun
	Many  string // "workspaces"
	Named string // what has such a name: "shared workspace that the token can see"
	// How tells a person how to make one by hand, in the UI's own words and order.
	How string
	// Unseen says why the token may not see one that is there.
	Unseen string
}

// Found is what is known of an object before it is adopted.
type Found struct{ Name, ID string }

// Choose returns the index of the object to adopt among those found by name, or -1 with the
// reason in diags. Planned is the id in the plan, unknown in the first one.
func (k Kind) Choose(found []Found, name string, planned types.String, ledger *base.Ledger, diags *diag.Diagnostics) int {
	switch {
	case len(found) == 0:
		diags.AddAttributeError(k.At, "Create the "+k.One+" in Tray's UI first", k.howToCreate(name, ledger.Add("missing "+k.One, name)))
	case len(found) > 1:
		diags.AddAttributeError(k.At, "Could not choose the "+k.One+" to adopt", k.ambiguous(name, found))
	case !planned.IsUnknown() && planned.ValueString() != found[0].ID:
		diags.AddAttributeError(k.At, "Could not adopt the "+k.One,
			fmt.Sprintf("The plan found %s by the name %q, and now another %s has it: %s. Plan again.", planned.ValueString(), name, k.One, found[0].ID))
	default:
		return 0
	}
	return -1
}

// howToCreate tells a person how to make by hand what no API can. Missing are the names of
// all that were found missing so far, in any order.
func (k Kind) howToCreate(name string, missing []string) string {
	text := fmt.Sprintf("This Tray does not let an API create %s, and no %s is named %q (letter for letter). %s "+
		"Plan again afterwards: the %s is adopted. %s", k.Many, k.Named, name, k.How, k.One, k.Unseen)
	slices.Sort(missing)
	if len(missing) > 1 {
		quoted := make([]string, len(missing))
		for i, n := range missing {
			quoted[i] = strconv.Quote(n)
		}
		text += fmt.Sprintf("\n\nMissing as far as this plan has come: %s.", strings.Join(quoted, ", "))
	}
	return text
}

func (k Kind) ambiguous(name string, found []Found) string {
	ids, blocks := make([]string, len(found)), ""
	for i, f := range found {
		ids[i] = f.ID
		blocks += "\n\n" + base.ImportBlock(k.Type, f.ID)
	}
	what, _, _ := strings.Cut(k.Named, " that ")
	return fmt.Sprintf("Names are not unique: %d %ss are named %q, with the ids %s. Import the one you mean by its id, "+
		"with the resource's own name in place of <name>:%s", len(found), what, name, strings.Join(ids, ", "), blocks)
}

// Detail is one argument whose value only the UI can change on a live Tray.
type Detail struct {
	Attribute    string
	Name         string // "monthly task limit"
	InTray, Here attr.Value
	Do           string // "rename the workspace"; "" is "change it"
	Where        string // in the UI
	// Optional says that leaving the argument out leaves Tray as it is.
	Optional bool
}

// Differs reports whether the plan wants the detail otherwise than it is. What is not known
// yet does not count.
func (d Detail) Differs() bool { return !d.Here.IsUnknown() && !d.Here.Equal(d.InTray) }

// OnlyTheUI refuses details that differ, each on its argument, and reports whether there
// were any. It serves the change of an argument and the change somebody made in the UI
// alike: both look the same.
func (k Kind) OnlyTheUI(diags *diag.Diagnostics, details ...Detail) bool {
	refused := false
	for _, d := range details {
		if !d.Differs() {
			continue
		}
		refused = true
		remedy := fmt.Sprintf("Write %s = %s here", d.Attribute, d.InTray)
		if d.Optional {
			remedy += " or remove the argument"
		}
		do := d.Do
		if do == "" {
			do = "change it"
		}
		diags.AddAttributeError(path.Root(d.Attribute), "Could not change the "+k.One+"'s "+d.Name,
			fmt.Sprintf("In Tray the %s is %s, here it is %s, and this Tray does not let an API change it. %s, or %s in Tray's UI: %s.",
				d.Name, d.InTray, d.Here, remedy, do, d.Where))
	}
	return refused
}

// Unchecked warns of arguments that this Tray tells nobody, and that the state therefore
// holds as they are written.
func (k Kind) Unchecked(diags *diag.Diagnostics, attributes ...string) {
	if len(attributes) > 0 {
		diags.AddWarning("Not everything about the "+k.One+" is checked",
			fmt.Sprintf("Tray's API does not tell these, so they are kept as they are written, and only Tray's UI changes them: %s.", strings.Join(attributes, ", ")))
	}
}

// Stays warns that a destroy leaves the object. What goes with it, as in "the workspace,
// its people and its projects".
func (k Kind) Stays(diags *diag.Diagnostics, label, what string) {
	diags.AddWarning("The "+k.One+" stays in Tray",
		fmt.Sprintf("This Tray does not let an API delete %s. Terraform forgets %s; %s stay. Whoever wants it gone removes it in Tray's UI.", k.Many, label, what))
}
