package membershipset

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
)

// roster is who was in the workspace, by user id, when the state was last refreshed. It lies
// beside the state and so goes from the plan to the apply: what is planned is planned from
// it, and the apply does that and no more, whoever has come or gone meanwhile. It also tells
// people by their ids, where the state has addresses alone, which Tray can change.
type roster map[string]recorded

// recorded is one person of a roster, in few bytes: a state may hold thousands.
type recorded struct {
	Email   string `json:"e,omitempty"` // as Tray has it
	Role    string `json:"r"`           // in the workspace
	Account string `json:"t,omitempty"` // account type
	// OrgRole was read for those only on whom it depends whether they are ignored.
	OrgRole string `json:"o,omitempty"`
	// As is the folded address by which the state names the person, where Tray has another.
	As string `json:"as,omitempty"`
}

// rosterKey is the roster's key beside the state.
const rosterKey = "roster"

// loadRoster returns nil for a state that was written before rosters were.
func loadRoster(ctx context.Context, private base.PrivateState) roster {
	var ro roster
	if raw, _ := private.GetKey(ctx, rosterKey); len(raw) > 0 {
		_ = json.Unmarshal(raw, &ro) // a broken one is none
	}
	return ro
}

func (ro roster) save(ctx context.Context, private base.PrivateState) {
	raw, err := json.Marshal(ro)
	if err != nil {
		return
	}
	if old, _ := private.GetKey(ctx, rosterKey); !bytes.Equal(old, raw) {
		private.SetKey(ctx, rosterKey, raw)
	}
}

// rosterOf records who is there now, and how the state names those whom it names otherwise.
func rosterOf(now actual, named map[string]entry) roster {
	ro := make(roster, len(now.present))
	for who, o := range now.present {
		r := recorded{Email: o.email, Role: o.role, Account: o.accountType, OrgRole: o.orgRole}
		if n, is := named[who]; is && base.FoldEmail(n.email) != who {
			r.As = base.FoldEmail(n.email)
		}
		ro[o.userID] = r
	}
	return ro
}

// actual is who was there when the roster was written.
func (ro roster) actual() actual {
	then := newActual(len(ro))
	for id, r := range ro {
		then.enter(member{who: enforce.Person(r.Email, id), userID: id, email: r.Email, accountType: r.Account, role: r.Role, orgRole: r.OrgRole})
	}
	return then
}

// rename puts entries under the names that now has for the same people: somebody whose address
// has changed is found by the user id, under whichever address the state or the configuration
// names them.
func (ro roster) rename(entries map[string]entry, now actual) map[string]entry {
	named := make(map[string]entry, len(entries))
	var ids map[string]string
	for who, s := range entries {
		if ids == nil {
			ids = ro.ids()
		}
		if is, there := now.byID[ids[who]]; there {
			who = is
		}
		named[who] = s
	}
	return named
}

// twice says which of the entries are two names of one person; "" when none are.
func (ro roster) twice(entries map[string]entry, now actual) string {
	ids, names := ro.ids(), map[string][]string{}
	for who, s := range entries {
		if is, there := now.byID[ids[who]]; there {
			who = is
		}
		names[who] = append(names[who], s.email)
	}
	for _, who := range slices.Sorted(maps.Keys(names)) {
		if two := names[who]; len(two) > 1 {
			slices.Sort(two)
			return fmt.Sprintf("%s are addresses of one user, who is %s in Tray now. Keep that one.", strings.Join(two, " and "), who)
		}
	}
	return ""
}

// ids are the user ids by name: the state's name goes before an address that by now may be
// somebody else's.
func (ro roster) ids() map[string]string {
	ids := make(map[string]string, len(ro))
	for id, r := range ro {
		if r.Email != "" {
			ids[base.FoldEmail(r.Email)] = id
		}
	}
	for id, r := range ro {
		if r.As != "" {
			ids[r.As] = id
		}
	}
	return ids
}

// warnRenamed names the people whom Tray knows by another address than the state.
func (d desired) warnRenamed(diags *diag.Diagnostics) {
	text := ""
	for _, who := range slices.Sorted(maps.Keys(d.entries)) {
		if s := d.entries[who]; base.FoldEmail(s.email) != who {
			text += fmt.Sprintf("\n  - %s is %s now: write %q in place of %q", s.email, who, who, s.email)
		}
	}
	if text != "" {
		diags.AddWarning("Members have another e-mail address now",
			"They are the same users as before, and their memberships are as they were; the new addresses change the state alone:"+text)
	}
}

// successorKey holds, beside what a replacement destroys, whom its second half stands for.
const successorKey = "successor"

// successor is the second half of a replacement.
type successor struct {
	Workspace string `json:"workspace"`
	// People are its names, folded; null while they are not known.
	People []string `json:"people"`
}

// succeed notes whom a plan that creates stands for. Terraform gives the note to the first
// half of the same replacement, which then takes nobody away who stays.
func succeed(ctx context.Context, private base.PrivateState, workspace string, entries map[string]entry, known bool) {
	s := successor{Workspace: workspace}
	if known {
		s.People = slices.Sorted(maps.Keys(entries))
		if s.People == nil {
			s.People = []string{}
		}
	}
	if raw, err := json.Marshal(s); err == nil {
		private.SetKey(ctx, successorKey, raw)
	}
}

// successorOf is the second half of the replacement whose first half is destroyed; its workspace
// is "" when there is none.
func successorOf(ctx context.Context, private base.PrivateState) (s successor) {
	raw, _ := private.GetKey(ctx, successorKey)
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil {
		return successor{}
	}
	return s
}

// stays are the people of was, by Tray's names, for whom the second half of the same
// replacement stands.
func stays(s successor, was desired, ro roster, then actual, ours map[string]entry) map[string]bool {
	if s.Workspace != was.workspace {
		return nil
	}
	stay := map[string]bool{}
	if s.People == nil {
		for who := range ours {
			stay[who] = true
		}
		return stay
	}
	named := map[string]entry{}
	for _, who := range s.People {
		named[who] = entry{}
	}
	for who := range ro.rename(named, then) {
		stay[who] = true
	}
	return stay
}
