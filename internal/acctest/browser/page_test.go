package browser_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/acctest/browser"
)

func TestMain(m *testing.M) { acctest.Main(m) }

var pageLink = regexp.MustCompile(`http://\S+/\?key=\S+`)

// servePage serves a sandbox's page from the real binary, in a process of its own on the
// same file, and returns the link that opens it.
func servePage(t *testing.T, file string) (link string) {
	t.Helper()
	serve := exec.Command(acctest.Binary(t), "sandbox", "-listen", "127.0.0.1:0", "-path", file)
	errs, err := serve.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = serve.Process.Signal(syscall.SIGTERM); _ = serve.Wait() })
	var said strings.Builder
	for lines := bufio.NewScanner(errs); lines.Scan(); {
		if link = pageLink.FindString(lines.Text()); link != "" {
			return link
		}
		said.WriteString(lines.Text() + "\n")
	}
	t.Fatalf("the sandbox printed no link to its page:\n%s", said.String())
	return ""
}

const layout = `
resource "tray_workspace" "sales" {
  name = "sales"
}

resource "tray_user" "ana" {
  email             = "ana@example.com"
  organization_role = "Viewer"
}

resource "tray_workspace_member" "ana" {
  workspace_id = tray_workspace.sales.id
  email        = tray_user.ana.email
  role         = "Contributor"
}
`

// One invitation, from the apply that sends it to the plan that undoes what somebody
// changed by hand, as a person sees it who has the page open all the while.
func TestPage_acceptDriftAndTheNextPlan(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	c := env.Layout(t, acctest.Terraform, "")
	b := browser.Start(t)
	c.Write("main.tf", env.Config(layout))
	b.Open(servePage(t, env.Path))
	b.Sees(".matrix")

	c.Apply()
	b.Sees(`.inbox button[aria-label="Accept the invitation of ana@example.com"]`) // nobody has reloaded
	b.Click(`.inbox button[aria-label="Accept the invitation of ana@example.com"]`)
	b.Gone(".inbox form")
	b.Sees(`button[aria-label="ana@example.com is not in sales"]`)
	c.Apply()
	contributor := `button[aria-label="ana@example.com in sales: Contributor"]`
	b.Sees(contributor)
	c.NoChanges()

	b.Click(contributor)
	b.Click(`#menu button[value="Admin"]`)
	b.Sees(`button[aria-label="ana@example.com in sales: Admin"]`)
	b.Sees("#events .ui")
	picture(t, b)
	plan, changes := c.Plan()
	if text := plan.Text(); !changes || !strings.Contains(text, `role = "Admin" -> "Contributor"`) {
		t.Errorf("the plan does not undo the click:\n%s", plan.Stdout)
	}
	c.Apply()
	b.Sees(contributor)
}

// picture keeps what is shown, for people who want to look at it.
func picture(t *testing.T, b *browser.Browser) {
	t.Helper()
	dir := os.Getenv("TRAY_TEST_PICTURES")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, t.Name()+".png"), b.Screenshot(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whoever does not use a mouse gets everywhere, and the policy of the page lets its own
// script do its work.
func TestPage_byKeyboard(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("no command line takes part: one pass is enough")
	}
	b := browser.Start(t)
	env := acctest.Start(t)
	env.Control("POST", "/_sandbox/ui/workspaces", map[string]string{"name": "sales"})
	env.Control("POST", "/_sandbox/ui/users", map[string]string{"email": "ana@example.com"})
	b.Open(servePage(t, env.Path))
	cell := `button[aria-label="ana@example.com is not in sales"]`
	b.Sees(cell)
	if stops := b.Evaluate(`document.querySelectorAll('.matrix button[tabindex="0"]').length`); stops != "1" {
		t.Errorf("the table takes %s presses of Tab to get past, want 1", stops)
	}
	b.Evaluate(`document.querySelector('.matrix button').focus()`)
	b.Press(browser.Right)
	b.Press(browser.Enter)
	b.Sees("#menu")
	b.Press(browser.Escape)
	b.Gone("#menu")
	const focused = `document.activeElement.getAttribute("aria-label")`
	if got := b.Evaluate(focused); got != "ana@example.com is not in sales" {
		t.Errorf("after Escape the focus is on %q", got)
	}
	b.Press(browser.Enter)
	b.Sees("#menu")
	b.Press(browser.Enter) // the first choice that is not what it is now
	b.Sees(`button[aria-label="ana@example.com in sales: Viewer"]`)
	if got := b.Evaluate(focused); got != "ana@example.com in sales: Viewer" {
		t.Errorf("after the choice the focus is on %q", got)
	}
	if said := b.Evaluate(`document.getElementById("said").textContent`); said != "Somebody in the UI added ana@example.com to sales as Viewer." {
		t.Errorf("a screen reader hears %q", said)
	}
}
