package review

import (
	"fmt"
	"math/rand"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// forms are the ways by which a configuration can manage the members of a workspace.
var forms = []string{"member", "table", "roles"}

// world is who has which role where, before and after, and how that is managed.
type world struct {
	t             *rapid.T
	d             *draft
	people        []string
	before, after map[string]string // "person@workspace" → role
	quiet         map[string]bool   // memberships that are only forgotten
	single        map[string]bool   // addresses of tray_workspace_member that change
}

func (w *world) draw(label string, choices ...string) string {
	return rapid.SampledFrom(choices).Draw(w.t, label)
}

func randomWorld(t *rapid.T) *world {
	w := &world{t: t, d: &draft{}, before: map[string]string{}, after: map[string]string{}, quiet: map[string]bool{}, single: map[string]bool{}}
	for i := range rapid.IntRange(1, 6).Draw(t, "people") {
		w.people = append(w.people, fmt.Sprintf("p%d@example.com", i))
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "workspaces") {
		w.workspace(i)
	}
	return w
}

// workspace adds one with random members; a new one has no id yet.
func (w *world) workspace(i int) {
	name, address := fmt.Sprintf("w%d", i), fmt.Sprintf("tray_workspace.w%d", i)
	isNew := rapid.Bool().Draw(w.t, "new")
	if isNew {
		w.d.does("create", address, nil, without(workspace("", name), "id"), object{"after_unknown": object{"id": true}})
	} else {
		w.d.does("no-op", address, workspace("id"+name, name), workspace("id"+name, name))
	}
	roles := []string{"", "Viewer", "Contributor", "Admin"}
	was, is := map[string]string{}, map[string]string{}
	for _, p := range w.people {
		if role := w.draw("before", roles...); role != "" && !isNew {
			was[p], w.before[p+" "+name] = role, role
		}
		if role := w.draw("after", roles...); role != "" {
			is[p], w.after[p+" "+name] = role, role
		}
	}
	from := w.draw("form", forms...)
	to := from
	if rapid.IntRange(0, 3).Draw(w.t, "switch") == 0 {
		to = w.draw("other form", forms...)
	}
	for _, form := range forms {
		old, now := map[string]string{}, map[string]string{}
		if form == from {
			old = was
		}
		if form == to {
			now = is
		}
		w.manage(form, name, isNew, old, now)
	}
}

// manage adds the changes of the resources of one form.
func (w *world) manage(form, name string, isNew bool, was, is map[string]string) {
	switch form {
	case "member":
		for _, p := range w.people {
			address := fmt.Sprintf("tray_workspace_member.%s[%q]", name, p)
			w.change(address, name, isNew, one(was[p], object{"email": p, "role": was[p], "status": "active"}), one(is[p], object{"email": p, "role": is[p], "status": "active"}))
		}
	case "table":
		table := func(m map[string]string) object {
			members := object{}
			for p, role := range m {
				members[p] = role
			}
			return one(strings.Repeat("x", len(m)), object{"members": members})
		}
		w.change("tray_workspace_members."+name, name, isNew, table(was), table(is))
	case "roles":
		for _, role := range []string{"Viewer", "Contributor", "Admin"} {
			list := func(m map[string]string) object {
				emails := []any{}
				for _, p := range w.people {
					if m[p] == role {
						emails = append(emails, p)
					}
				}
				return one(strings.Repeat("x", len(emails)), object{"role": role, "emails": emails})
			}
			w.change("tray_workspace_role_members."+name+"_"+role, name, isNew, list(was), list(is))
		}
	}
}

// one is the object, or nil when it has nothing in it.
func one(content string, o object) object {
	if content == "" {
		return nil
	}
	return o
}

// change adds what has to be done to get from one object to the other, by one of the
// ways that there are.
func (w *world) change(address, name string, isNew bool, before, after object) {
	same := fmt.Sprint(before) == fmt.Sprint(after)
	var actions string
	switch {
	case before == nil && after == nil:
		return
	case before == nil:
		actions = "create"
	case after == nil:
		actions = "delete"
		if email, ok := before["email"].(string); ok && rapid.IntRange(0, 4).Draw(w.t, "forget") == 0 {
			actions = "forget"
			w.quiet[email+" "+name] = true
		}
	case same:
		actions = w.draw("same", "no-op", "no-op", "delete,create", "create,delete")
	default:
		actions = w.draw("different", "update", "update", "delete,create", "create,delete")
	}
	place := object{"workspace_id": "id" + name}
	more := object{}
	if isNew {
		place, more = object{}, object{"after_unknown": object{"workspace_id": true}}
		w.d.refers(address, "workspace_id", "tray_workspace."+name+".id", "tray_workspace."+name)
	}
	for _, o := range []object{before, after} {
		if o != nil {
			for key, value := range place {
				o[key] = value
			}
		}
	}
	if strings.HasPrefix(address, "tray_workspace_member.") && actions != "no-op" && actions != "forget" {
		w.single[address] = true
	}
	w.d.does(actions, address, before, after, more)
}

// want is what has to be told: kind, person and workspace.
func (w *world) want() []string {
	lines := []string{}
	for _, p := range w.people {
		for i := range 5 {
			key := fmt.Sprintf("%s w%d", p, i)
			was, is := w.before[key], w.after[key]
			switch {
			case was == is, is == "" && w.quiet[key]:
			case was == "":
				lines = append(lines, "gain "+key)
			case is == "":
				lines = append(lines, "lose "+key)
			case rankOf(was) < rankOf(is):
				lines = append(lines, "up "+key)
			default:
				lines = append(lines, "down "+key)
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func TestReview_everyChangeOfAMembershipAppearsExactlyOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := randomWorld(t)
		r, err := Read(strings.NewReader(w.d.json()))
		if err != nil {
			t.Fatal(err)
		}
		got, mentions := []string{}, map[string]int{}
		for _, a := range r.Access {
			if a.Kind != Kept {
				got = append(got, fmt.Sprintf("%s %s %s", a.Kind, a.Person, a.Where))
			}
			for _, address := range a.Addresses {
				mentions[address]++
			}
		}
		slices.Sort(got)
		if want := w.want(); !slices.Equal(got, want) {
			t.Fatalf("access is %q, want %q", got, want)
		}
		for address := range w.single {
			if mentions[address] != 1 {
				t.Fatalf("%s is told %d times", address, mentions[address])
			}
		}
		inMarkdown(t, r.Markdown(0), w.want())
	})
}

var (
	tableRow = regexp.MustCompile("^\\| `(p\\d@example.com)` \\| (.*) \\| (.*) \\|$")
	roomCell = regexp.MustCompile("(\\w+) in (`w\\d`(?:, `w\\d`)*)(?: \\((was|stays as)?[^)]*\\))?")
	roomName = regexp.MustCompile(`w\d`)
)

// inMarkdown reads the table back: each person has one row, and a role that somebody had or
// keeps besides the one that is told makes it a change of role.
func inMarkdown(t *rapid.T, text string, want []string) {
	got, rows := []string{}, map[string]int{}
	for _, line := range strings.Split(strings.ReplaceAll(text, "**", ""), "\n") {
		row := tableRow.FindStringSubmatch(line)
		if row == nil {
			continue
		}
		rows[row[1]]++
		for column, kinds := range [][2]string{{"gain", "up"}, {"lose", "down"}} {
			for _, said := range roomCell.FindAllStringSubmatch(row[2+column], -1) {
				for _, where := range roomName.FindAllString(said[2], -1) {
					got = append(got, kinds[b2i(said[3] != "")]+" "+row[1]+" "+where)
				}
			}
		}
	}
	for person, n := range rows {
		if n != 1 {
			t.Fatalf("%s has %d rows\n%s", person, n, text)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Fatalf("the table says %q, want %q\n%s", got, want, text)
	}
}

func TestReview_hasOneOrderWhateverThatOfThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := randomWorld(t)
		r, err := Read(strings.NewReader(w.d.json()))
		if err != nil {
			t.Fatal(err)
		}
		shuffle := rand.New(rand.NewSource(rapid.Int64().Draw(t, "order")))
		shuffle.Shuffle(len(w.d.changes), func(i, j int) { w.d.changes[i], w.d.changes[j] = w.d.changes[j], w.d.changes[i] })
		other, err := Read(strings.NewReader(w.d.json()))
		if err != nil {
			t.Fatal(err)
		}
		one, _ := r.JSON()
		two, _ := other.JSON()
		if one != two || r.Markdown(0) != other.Markdown(0) || r.Mermaid() != other.Mermaid() {
			t.Fatalf("two orders of one plan give two reviews:\n%s\n%s", one, two)
		}
		if limited := r.Markdown(minLimit); utf8.RuneCountInString(limited) > minLimit {
			t.Fatalf("%d characters, want at most %d", utf8.RuneCountInString(limited), minLimit)
		}
	})
}
