package base_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// numbers yields pages and counts those that were asked for; a negative number is a
// page that fails.
func numbers(read *int, pages ...[]int) iter.Seq2[[]int, error] {
	return func(yield func([]int, error) bool) {
		for _, p := range pages {
			*read++
			if len(p) > 0 && p[0] < 0 {
				yield(nil, errors.New("the page broke"))
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

func TestResults_readNoMoreThanTheyMustAndSayWhenTheyStop(t *testing.T) {
	t.Parallel()
	even := func(n int) (list.ListResult, bool) { return list.ListResult{DisplayName: fmt.Sprint(n)}, n%2 == 0 }
	cases := map[string]struct {
		limit int64
		pages [][]int
		want  []string
		read  int
	}{
		"all":                          {0, [][]int{{2, 3}, {4}}, []string{"2", "4"}, 2},
		"nothing":                      {10, nil, nil, 0},
		"fewer than the limit":         {10, [][]int{{2, 4}}, []string{"2", "4"}, 1},
		"exactly the limit":            {2, [][]int{{2, 4}}, []string{"2", "4"}, 1},
		"more on the page":             {2, [][]int{{2, 4, 6}, {8}}, []string{"2", "4 warned"}, 1},
		"only others on the page":      {2, [][]int{{2, 4, 5}}, []string{"2", "4"}, 1},
		"page used up, more to come":   {2, [][]int{{2, 4}, {5}, {6}}, []string{"2", "4 warned"}, 2},
		"page used up, the next fails": {2, [][]int{{2, 4}, {-1}}, []string{"2", "4 warned"}, 2},
		"second page fails":            {0, [][]int{{2}, {-1}, {4}}, []string{"2", " failed"}, 2},
		"limit on the second page":     {2, [][]int{{2}, {4, 6}, {8}}, []string{"2", "4 warned"}, 2},
	}
	for name, c := range cases {
		var read int
		var got []string
		for r := range base.Results(list.ListRequest{Limit: c.limit}, "numbers", numbers(&read, c.pages...), even) {
			text := r.DisplayName
			if r.Diagnostics.HasError() {
				text += " failed"
			} else if r.Diagnostics.WarningsCount() > 0 {
				text += " warned"
			}
			got = append(got, text)
		}
		if !slices.Equal(got, c.want) || read != c.read {
			t.Errorf("%s: %q after %d pages, want %q after %d", name, got, read, c.want, c.read)
		}
	}
}

func TestResults_endWithAResultThatFails(t *testing.T) {
	t.Parallel()
	var read int
	second := func(n int) (r list.ListResult, ok bool) {
		if n == 2 {
			r.Diagnostics.AddError("no", "no")
		}
		return r, true
	}
	count := 0
	for range base.Results(list.ListRequest{}, "numbers", numbers(&read, []int{1, 2, 3}, []int{4}), second) {
		count++
	}
	if count != 2 || read != 1 {
		t.Errorf("%d results after %d pages, want 2 after 1", count, read)
	}
}

func TestResults_stopWhenTerraformDoes(t *testing.T) {
	t.Parallel()
	var read int
	every := func(n int) (list.ListResult, bool) { return list.ListResult{DisplayName: fmt.Sprint(n)}, true }
	for range base.Results(list.ListRequest{}, "numbers", numbers(&read, []int{1}, []int{2}, []int{3}), every) {
		break
	}
	if read != 1 {
		t.Errorf("read %d pages for one result", read)
	}
}

func TestInDomain_isExact(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"ana@example.com": true, "ANA@EXAMPLE.COM": true, "ana@sub.example.com": false, "ana@notexample.com": false, "example.com": false,
	} {
		if got := base.InDomain(address, "example.com"); got != want {
			t.Errorf("InDomain(%q) = %v", address, got)
		}
	}
}
