package access

import (
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// soon is how many days ahead the end of somebody's access is an exception to look at.
const soon = 14

// Ends are when memberships end, by workspace id and folded address. Tray knows nothing of
// it: a report is told.
type Ends map[string]map[string]base.End

func endsOf(m types.Map) Ends {
	all := Ends{}
	for id, v := range m.Elements() {
		if dates, ok := v.(base.Ends); ok {
			all[id] = dates.Dates()
		}
	}
	return all
}

// Date writes down when the access of each entry ends. Whoever reaches a workspace by
// organization role does so after the end of a membership too.
func (r *Report) Date(ends Ends, now time.Time) {
	r.Dated = true
	for i, e := range r.Entries {
		if e.Role.Kind != WorkspaceRole || !slices.Contains(e.GrantedBy, ByMembership) {
			continue
		}
		end := ends[e.WorkspaceID][base.FoldEmail(e.Email)]
		if at, is := end.At(); is {
			r.Entries[i].Ends, r.Entries[i].End, r.Entries[i].DaysLeft = at, end.ValueString(), base.DaysLeft(now, at)
		}
	}
}

// ending are the exceptions of those whose access ends soon, or has ended and is still there.
func (r Report) ending() (all []Exception) {
	for _, e := range r.Entries {
		switch what := e.Role.Name + " in " + e.WorkspaceName; {
		case e.Ends.IsZero() || e.DaysLeft > soon:
		case e.DaysLeft < 0:
			all = append(all, Exception{AccessEnded, e.Email, e.UserID, fmt.Sprintf("%s is still %s, and the access ended on %s: the next apply takes it away.", e.Email, what, e.End)})
		default:
			all = append(all, Exception{EndsSoon, e.Email, e.UserID, fmt.Sprintf("%s is %s, which ends %s (%s).", e.Email, what, base.InDays(e.DaysLeft), e.End)})
		}
	}
	return all
}

// endCells are the cells of an entry of a dated report.
func (e Entry) endCells() (at, left string) {
	if e.Ends.IsZero() {
		return "", ""
	}
	return e.Ends.UTC().Format(time.RFC3339), fmt.Sprint(e.DaysLeft)
}
