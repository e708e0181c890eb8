package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// The guide, followed literally but for its dates: up to the review three days before, and
// then, as time goes by, to the apply that ends the access and the ones after it.
func TestGuide_accessThatEnds(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../templates/guides/access-that-ends.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	in := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	guide := strings.NewReplacer("2027-01-31", in(3), "2027-06-30", in(150)).Replace(string(text))
	hcl := fences(t, guide, "terraform", 2)
	consoles := fences(t, guide, "console", 2)
	comment := fences(t, guide, "markdown", 1)[0]
	warning := fences(t, guide, "text", 1)[0]
	for _, name := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := acctest.Start(t).Layout(t, name, "").Process()
			cli.Write("main.tf", hcl[0])
			follow(t, cli, consoles[0])
			follow(t, cli, consoles[1])
			if got := string(contentOf(t, filepath.Join(cli.Dir, "review.md"))); got != comment {
				t.Errorf("the guide shows another review than this:\n%s", got)
			}
			cli.Write("report.tf", hcl[1])
			cli.Apply()
			if got := cli.Run("output", "-json", "ends_soon").Stdout; !strings.Contains(got, "freya@guest.example is Contributor in sales, which ends in 3 days ("+in(3)+").") {
				t.Errorf("the report tells %s", got)
			}

			follow(t, cli, "$ terraform-provider-tray sandbox call POST /_sandbox/clock {\"advance\":\"96h\"}\n")
			r, _ := cli.Plan()
			said := strings.Join(strings.Fields(r.Text()), " ")
			for _, line := range strings.Split(strings.TrimSpace(warning), "\n") {
				if !strings.Contains(said, strings.TrimPrefix(strings.Join(strings.Fields(line), " "), "Warning: ")) {
					t.Errorf("the guide shows %q, the plan says:\n%s", line, r.Text())
				}
			}
			cli.Apply()
			cli.NoChanges()
		})
	}
}
