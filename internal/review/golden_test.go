package review

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// The plans are those of testdata/forty, made by both command lines against the sandbox:
// some forty changes in five ways of managing people, a promotion, a connector, and what somebody did meanwhile in
// the UI. TestReview_ofBothCommandLines makes them anew and expects the same review.
func TestGolden_fortyChanges(t *testing.T) {
	for _, cli := range []string{"terraform", "tofu"} {
		f, err := os.Open("testdata/forty." + cli + ".json")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, err := Read(f)
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string]string{"forty.md": r.Markdown(DefaultLimit), "forty.txt": r.Text(0), "forty.short.md": r.Markdown(minLimit), "forty.mmd": r.Mermaid()} {
			golden(t, cli, "testdata/"+name, got)
		}
		if cli == "terraform" { // the other's ids are others
			golden(t, cli, "testdata/forty.json", jsonOf(t, r))
		}
	}
}

func golden(t *testing.T, cli, path, got string) {
	t.Helper()
	if *update && cli == "terraform" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the review of the plan of %s is not %s; see whether it is better, then -update (-want +got):\n%s", cli, path, diff)
	}
}

func jsonOf(t *testing.T, r *Review) string {
	t.Helper()
	out, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return out
}
