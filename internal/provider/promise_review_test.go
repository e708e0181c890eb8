package provider_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/review"
)

// seats are who has which role where: "person@example.com room" → role.
type seats map[string]string

const (
	reviewedPeople = 8
	reviewedRooms  = 6
)

func randomSeats(random *rand.Rand) seats {
	all := seats{}
	for p := range reviewedPeople {
		for room := range reviewedRooms {
			if role := []string{"", "", "Viewer", "Contributor", "Admin"}[random.IntN(5)]; role != "" {
				all[fmt.Sprintf("p%d@example.com room%d", p, room)] = role
			}
		}
	}
	return all
}

// hcl manages each workspace in one of the three ways: by person, as a table, or by role.
func (s seats) hcl(forms []int) string {
	out := strings.Builder{}
	for room, form := range forms {
		name := fmt.Sprintf("room%d", room)
		fmt.Fprintf(&out, "resource \"tray_workspace\" %q { name = %q }\n", name, name)
		table, roles := []string{}, map[string][]string{}
		for p := range reviewedPeople {
			email := fmt.Sprintf("p%d@example.com", p)
			role := s[email+" "+name]
			if role == "" {
				continue
			}
			table = append(table, fmt.Sprintf("    %q = %q\n", email, role))
			roles[role] = append(roles[role], email)
			if form == 0 {
				fmt.Fprintf(&out, "resource \"tray_workspace_member\" \"%s_p%d\" {\n  workspace_id = tray_workspace.%s.id\n  email = %q\n  role = %q\n  depends_on = [tray_user.p]\n}\n", name, p, name, email, role)
			}
		}
		switch form {
		case 1:
			fmt.Fprintf(&out, "resource \"tray_workspace_members\" %q {\n  workspace_id = tray_workspace.%s.id\n  members = {\n%s  }\n  depends_on = [tray_user.p]\n}\n", name, name, strings.Join(table, ""))
		case 2:
			for _, role := range []string{"Viewer", "Contributor", "Admin"} {
				fmt.Fprintf(&out, "resource \"tray_workspace_role_members\" \"%s_%s\" {\n  workspace_id = tray_workspace.%s.id\n  role = %q\n  emails = [%s]\n  depends_on = [tray_user.p]\n}\n", name, role, name, role, quotedList(roles[role]))
			}
		}
	}
	return out.String()
}

func quotedList(all []string) string {
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(quoted, ", ")
}

// changes are what a review has to tell of the way from s to now: kind, person and workspace.
func (s seats) changes(now seats) (want []string) {
	rank := map[string]int{"Viewer": 1, "Contributor": 2, "Admin": 3}
	both := maps.Clone(s)
	maps.Copy(both, now)
	for seat := range both {
		switch was, is := rank[s[seat]], rank[now[seat]]; {
		case was == is:
		case was == 0:
			want = append(want, "gain "+seat)
		case is == 0:
			want = append(want, "lose "+seat)
		case was < is:
			want = append(want, "up "+seat)
		default:
			want = append(want, "down "+seat)
		}
	}
	slices.Sort(want)
	return want
}

// Plans that a command line makes of random memberships, all three ways to manage them at
// once: the review tells each membership that is created, changed or removed exactly once.
// internal/review has the same for thousands of plans in JSON that no command line made.
func TestPromise_aReviewTellsEachChangeOnce(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, func(t *testing.T, cli string, opts ...acctest.Option) acctest.Desk {
		t.Helper()
		return acctest.Start(t, opts...).Desk(t, cli, "")
	}, func(d acctest.Desk) {
		seed := rand.Uint64()
		d.T.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		d.Write("provider.tf", strings.Replace(d.Env.Provider(), "provider \"tray\" {", "provider \"tray\" {\n  guardrails = { max_removal_percent = 100 }", 1)+
			"\nresource \"tray_user\" \"p\" {\n  for_each = toset([for n in range("+fmt.Sprint(reviewedPeople)+") : \"p${n}@example.com\"])\n  email = each.key\n  name = each.key\n  organization_role = \"Viewer\"\n  onboarding = \"create\"\n}\n")
		forms := make([]int, reviewedRooms)
		for i := range forms {
			forms[i] = i % 3
		}
		before := randomSeats(random)
		d.Write("main.tf", before.hcl(forms))
		d.Init()
		tells(d, seats{}.changes(before))
		d.Apply()
		for range 2 {
			after := randomSeats(random)
			d.Write("main.tf", after.hcl(forms))
			tells(d, before.changes(after))
		}
	})
}

// tells plans, and compares the review's word about workspaces with what it has to be.
func tells(d acctest.Desk, want []string) {
	d.T.Helper()
	d.Plan("-out=plan.bin")
	r, err := review.Read(strings.NewReader(d.Run("show", "-json", "plan.bin").Stdout))
	if err != nil {
		d.T.Fatal(err)
	}
	got := []string{}
	for _, a := range r.Access {
		if !a.Organization && a.Kind != review.Kept {
			got = append(got, fmt.Sprintf("%s %s %s", a.Kind, a.Person, a.Where))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, append([]string{}, want...)) {
		d.T.Errorf("the review tells\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(r.Unsure) > 0 {
		d.T.Errorf("it is not sure of %v", r.Unsure)
	}
}
