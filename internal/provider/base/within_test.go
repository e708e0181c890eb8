package base_test

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// children yields two of each parent, and notes whose were asked for.
func children(asked *[]string) func(string) iter.Seq2[[]string, error] {
	return func(parent string) iter.Seq2[[]string, error] {
		*asked = append(*asked, parent)
		if parent == "broken" {
			return base.OnePage[string](nil, errors.New("no answer"))
		}
		return base.OnePage([]string{parent + "1", parent + "2"}, nil)
	}
}

func TestWithin_readsNoFurtherThanAsked(t *testing.T) {
	var asked, got []string
	for page, err := range base.Within(base.OnePage([]string{"a", "b", "c"}, nil), children(&asked)) {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, page...); len(got) == 4 {
			break
		}
	}
	if want := []string{"a1", "a2", "b1", "b2"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if want := []string{"a", "b"}; !slices.Equal(asked, want) {
		t.Errorf("asked for those of %v, want %v", asked, want)
	}
}

func TestWithin_endsWithTheFirstError(t *testing.T) {
	failed := errors.New("no parents")
	for name, parents := range map[string]iter.Seq2[[]string, error]{
		"a parent's": base.OnePage([]string{"a", "broken", "c"}, nil), "the parents'": base.OnePage[string](nil, failed),
	} {
		t.Run(name, func(t *testing.T) {
			var asked []string
			var last error
			for _, err := range base.Within(parents, children(&asked)) {
				if last != nil {
					t.Fatal("more after an error")
				}
				last = err
			}
			if last == nil || slices.Contains(asked, "c") {
				t.Errorf("ended with %v, having asked for those of %v", last, asked)
			}
		})
	}
}
