package acctest_test

import (
	"slices"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// What a message tells people is read out of the words that it prints, wrapped as they are.
func TestMessage_remedies(t *testing.T) {
	printed := acctest.Result{Stderr: "╷\n│ \x1b[31mError: \x1b[0mIt exists already\n│ \n│   with tray_user.ana,\n│   on main.tf line 2, in resource \"tray_user\" \"ana\":\n│    2:   email = \"a@example.com\"\n│ \n" +
		"│ Set TRAY_GUARDRAILS_MAX_REMOVALS=3 TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT=60.\n│ Run `terraform apply\n│ -refresh-only`, or write role\n│ = \"Admin\", or set\n│ overwrite_existing = true. Paste:\n│ \n" +
		"│ import {\n│   to = tray_user.<name>\n│   id = \"a@example.com\"\n│ }\n╵\n╷\n│ Warning: write role = \"Owner\"\n╵\n"}
	all := printed.Errors()
	if len(all) != 1 {
		t.Fatalf("there are %d errors, want one: %q", len(all), all)
	}
	want := []acctest.Remedy{
		{Kind: "paste", Text: "import {\n  to = tray_user.<name>\n  id = \"a@example.com\"\n}"},
		{Kind: "environment", Text: "TRAY_GUARDRAILS_MAX_REMOVALS=3"},
		{Kind: "environment", Text: "TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT=60"},
		{Kind: "run", Text: "terraform apply -refresh-only"},
		{Kind: "write", Text: `role = "Admin"`},
		{Kind: "write", Text: "overwrite_existing = true"},
	}
	if got := all[0].Remedies(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLost_isWhoHadSomething(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	env.Control("POST", "ui/users", map[string]any{"email": "ana@example.com", "name": "Ana", "role": "Viewer"})
	env.Control("POST", "ui/workspaces", map[string]any{"name": "sales"})
	env.Control("PUT", "ui/workspaces/sales/members/ana@example.com", map[string]any{"role": "Viewer"})
	before := env.State()
	env.Control("DELETE", "ui/users/ana@example.com", nil)
	if got, want := acctest.Lost(before, env.State()), []string{"ana@example.com", "sales/ana@example.com"}; !slices.Equal(got, want) {
		t.Errorf("lost are %q, want %q", got, want)
	}
}
