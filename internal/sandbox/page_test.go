package sandbox

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

type anyPage struct {
	Elements []struct{ ID, Name string }
	PageInfo engine.PageInfo
}

// walk pages through a list in either direction and returns the ids in the order of the
// list, and the number of pages.
func (w *world) walk(path, size string, backwards bool) ([]string, int) {
	w.Helper()
	var ids []string
	cursor, pages := "", 0
	for {
		target := path + "?" + size
		if cursor != "" {
			target += "&cursor=" + cursor
		}
		p := into[anyPage](w, w.must(200, "GET", target, nil))
		var part []string
		for _, e := range p.Elements {
			part = append(part, e.ID)
		}
		pages++
		if backwards {
			ids = append(part, ids...)
		} else {
			ids = append(ids, part...)
		}
		if first := pages == 1; backwards && p.PageInfo.HasNextPage == first || !backwards && p.PageInfo.HasPreviousPage == first {
			w.Errorf("%s page %d: what is behind is wrong in %+v", target, pages, p.PageInfo)
		}
		cursor = p.PageInfo.EndCursor
		more := p.PageInfo.HasNextPage
		if backwards {
			cursor, more = p.PageInfo.StartCursor, p.PageInfo.HasPreviousPage
		}
		if !more {
			return ids, pages
		}
		if pages > 1000 {
			w.Fatalf("%s never ends", path)
		}
	}
}

func TestPaging_boundariesInBothDirections(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Big")
	want := []string{into[anyPage](t, w.must(200, "GET", "/core/v1/users", nil)).Elements[0].ID}
	for i := range 11 { // twelve members with the Owner
		u := w.addUser(fmt.Sprintf("u%02d@example.com", i), viewer)
		w.addMember(ws, u, viewer)
		want = append(want, u)
	}
	for _, path := range []string{"/core/v1/workspaces/" + ws + "/users", "/core/v1/users"} {
		for _, c := range []struct{ size, pages int }{{1, 12}, {5, 3}, {6, 2}, {11, 2}, {12, 1}, {13, 1}, {100, 1}} {
			for _, direction := range []string{"first", "last"} {
				got, pages := w.walk(path, fmt.Sprintf("%s=%d", direction, c.size), direction == "last")
				if !slices.Equal(got, want) || pages != c.pages {
					t.Errorf("%s %s=%d: %d pages, %v, want %d pages, %v", path, direction, c.size, pages, got, c.pages, want)
				}
			}
		}
	}
	if got, pages := w.walk("/core/v1/users", "", false); !slices.Equal(got, want) || pages != 2 {
		t.Errorf("the default page: %d pages, %d elements", pages, len(got))
	}
}

func TestPaging_anEmptyListHasNoCursors(t *testing.T) {
	w := newWorld(t)
	got := w.must(200, "GET", "/core/v1/users?email=nobody@example.com", nil)
	if want := `{"elements":[],"pageInfo":{"hasNextPage":false,"hasPreviousPage":false}}`; got.body != want {
		t.Errorf("got %s", got.body)
	}
	w.set(object{"omit_empty_elements": true})
	got = w.must(200, "GET", "/core/v1/users?email=nobody@example.com", nil)
	if want := `{"pageInfo":{"hasNextPage":false,"hasPreviousPage":false}}`; got.body != want {
		t.Errorf("with omit_empty_elements: %s", got.body)
	}
}

func TestPaging_cursorsSurviveInsertionAndDeletion(t *testing.T) {
	w := newWorld(t)
	var users []string
	for i := range 6 {
		users = append(users, w.addUser(fmt.Sprintf("u%d@example.com", i), viewer))
	}
	first := into[anyPage](t, w.must(200, "GET", "/core/v1/users?first=4", nil)) // the Owner and users 0, 1, 2
	w.must(204, "DELETE", "/core/v1/users/"+users[2], nil)                       // what the cursor points at
	w.must(204, "DELETE", "/core/v1/users/"+users[0], nil)
	late := w.addUser("late@example.com", viewer)
	next := into[anyPage](t, w.must(200, "GET", "/core/v1/users?first=10&cursor="+first.PageInfo.EndCursor, nil))
	var got []string
	for _, e := range next.Elements {
		got = append(got, e.ID)
	}
	if want := []string{users[3], users[4], users[5], late}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !next.PageInfo.HasPreviousPage || next.PageInfo.HasNextPage {
		t.Errorf("page info is %+v", next.PageInfo)
	}
}

func TestPaging_refusesWhatIsOutOfBoundsOrForeign(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("A")
	foreign := into[anyPage](t, w.must(200, "GET", "/core/v1/users", nil)).PageInfo.EndCursor
	other := newWorld(t, func(o *OpenOptions) { o.Organization = "Other" })
	elsewhere := into[anyPage](t, other.must(200, "GET", "/core/v1/workspaces", nil)).PageInfo.EndCursor
	for _, query := range []string{"first=0", "first=-1", "first=101", "last=101", "last=0", "first=x", "first=", "first=99999999999",
		"first=1&last=1", "cursor=", "cursor=x", "cursor=%25", "cursor=" + foreign, "cursor=" + elsewhere, "type=Shard", "type="} {
		if got := w.as(w.sandbox.OwnerToken(), "GET", "/core/v1/workspaces?"+query, nil); got.status != 400 {
			t.Errorf("%s answered %d %s", query, got.status, got.body)
		}
	}
	for path, most := range map[string]int{"/core/v1/workspaces": 100, "/core/v1/workspaces/" + ws + "/users": 100,
		"/core/v1/workspaces/" + ws + "/roles": 100, "/core/v1/users": 1000, "/core/v1/roles": 1000, "/management/v1/invites": 1000} {
		w.must(200, "GET", fmt.Sprintf("%s?first=%d", path, most), nil)
		w.must(400, "GET", fmt.Sprintf("%s?first=%d", path, most+1), nil)
		w.must(400, "GET", fmt.Sprintf("%s?last=%d", path, most+1), nil)
	}
}

func TestPaging_rolesPageToo(t *testing.T) {
	w := newWorld(t)
	for size, pages := range map[int]int{1: 4, 3: 2, 4: 1} {
		for _, direction := range []string{"first", "last"} {
			got, n := w.walk("/core/v1/roles", fmt.Sprintf("%s=%d", direction, size), direction == "last")
			if n != pages || len(got) != 4 || got[0] != organizationRole[owner].ID {
				t.Errorf("%s=%d: %d pages, %v", direction, size, n, got)
			}
		}
	}
}
