package provider_test

import (
	"flag"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

var update = flag.Bool("update", false, "write testdata/messages anew")

// refusal is a life that ends in a message with a rule's code, and how it goes on when
// people do what that says.
type refusal struct {
	// code, or the summary of an error without one, and name say which message of
	// testdata/messages it is.
	code, name string
	// there is what is in Tray before.
	there func(env *acctest.Env)
	// first is applied, then happens what meanwhile does; wanted is refused.
	first     string
	meanwhile func(env *acctest.Env)
	wanted    string
	// loses is who loses what, because that is what was wanted.
	loses []string
	// process starts the provider's own binary, which sees what is set in the environment.
	process bool
	// called is the resource's own name, where the message does not say it: one that leaves
	// the configuration has no place in it that Terraform could show.
	called string
	// byHand does what the message says where no machine can: wait, or go to Tray's UI.
	byHand func(c *acctest.CLI, env *acctest.Env)
}

// refusals has a life for every message of every rule. A new one joins by one line.
var refusals = []refusal{
	{code: "TRAY001", name: "given", wanted: ana(`  organization_role = "Owner"`)},
	{code: "TRAY001", name: "taken", first: theOwner("Owner"), wanted: theOwner("Viewer")},
	{code: "TRAY001", name: "destroyed", first: theOwner("Owner"), called: "owner"},
	{code: "TRAY002", name: "membership", there: chief, wanted: salesMember("ana@example.com", "Viewer")},
	{
		code: "TRAY004", name: "membership", there: chief, process: true, loses: []string{"sales/" + acctest.OwnerEmail},
		first:  sales + salesMembers(`"ana@example.com" = "Admin", "`+acctest.OwnerEmail+`" = "Admin"`),
		wanted: sales + salesMembers(`"ana@example.com" = "Admin"`),
	},
	{code: "TRAY006", name: "destroyed", first: ana("  organization_role = \"Viewer\"\n  onboarding = \"create\"\n  name = \"Ana\""), meanwhile: service, called: "ana"},
	{code: "TRAY007", name: "invitations", wanted: invited("101"), byHand: tomorrow},
	{code: "TRAY009", name: "membership", wanted: salesMember("ana@example.com", "Viewer")},
	{code: "Nobody is named", name: "invited", wanted: ana(`  organization_role = "Viewer"`) + strings.Replace(salesMember("", "Viewer"), `email        = ""`, "user_id = tray_user.ana.id", 1)},
	{code: "Could not set the name", name: "invited", wanted: ana("  organization_role = \"Viewer\"\n  onboarding = \"invite\"\n  name = \"Ana\"")},
	{code: "Could not set the name", name: "created", wanted: ana("  organization_role = \"Viewer\"\n  onboarding = \"create\"")},
}

// changing are the codes whose lives are still to be written down above, and why.
var changing = map[string]string{
	"TRAY003": "its remedies are another resource's, which the plan may still hold",
	"TRAY005": "its message is about all that a plan needs lifted",
	"TRAY008": "its message depends on which of two managers is planned first",
	"TRAY012": "moved or import: which one is said depends on the state",
}

const sales = "resource \"tray_workspace\" \"sales\" {\n  name = \"sales\"\n}\n"

func salesMember(email, role string) string {
	return sales + "resource \"tray_workspace_member\" \"ana\" {\n  workspace_id = tray_workspace.sales.id\n  email        = \"" + email + "\"\n  role         = \"" + role + "\"\n}\n"
}

func salesMembers(members string) string {
	return "resource \"tray_workspace_members\" \"sales\" {\n  workspace_id       = tray_workspace.sales.id\n  members            = { " + members + " }\n  overwrite_existing = true\n}\n"
}

func theOwner(role string) string {
	return "import {\n  to = tray_user.owner\n  id = \"" + acctest.OwnerEmail + "\"\n}\nresource \"tray_user\" \"owner\" {\n  email             = \"" + acctest.OwnerEmail + "\"\n  organization_role = \"" + role + "\"\n}\n"
}

func invited(people string) string {
	return "resource \"tray_user\" \"p\" {\n  for_each          = toset([for n in range(" + people + ") : format(\"p%03d@example.com\", n)])\n  email             = each.key\n  organization_role = \"Viewer\"\n}\n"
}

func chief(env *acctest.Env) {
	env.Control(http.MethodPost, "ui/users", map[string]any{"email": "ana@example.com", "name": "Ana", "role": "Admin"})
}

func service(env *acctest.Env) {
	env.SetOptions(map[string]any{"services_block_deletion": true})
	env.Control(http.MethodPost, "ui/services", map[string]any{"owner": "ana@example.com", "name": "Billing"})
}

func tomorrow(c *acctest.CLI, env *acctest.Env) {
	c.Write("main.tf", required+"\n"+env.Config(invited("100")))
	c.Apply()
	env.Advance(25 * time.Hour)
	c.Write("main.tf", required+"\n"+env.Config(invited("101")))
}

// file is the message's, in testdata/messages.
func (r refusal) file() string { return strings.ReplaceAll(r.code+" "+r.name, " ", "-") + ".txt" }

// refused leads to the message.
func (r refusal) refused(t *testing.T, c *acctest.CLI, env *acctest.Env) acctest.Message {
	t.Helper()
	if r.there != nil {
		r.there(env)
	}
	if r.first != "" {
		c.Write("main.tf", required+"\n"+env.Config(r.first))
		if r.process {
			c.Init()
		}
		c.Apply()
	}
	if r.meanwhile != nil {
		r.meanwhile(env)
	}
	c.Write("main.tf", required+"\n"+env.Config(r.wanted))
	got := c.Run("apply", "-input=false", "-auto-approve")
	all := got.Errors()
	at := slices.IndexFunc(all, func(m acctest.Message) bool { return strings.HasPrefix(string(m), "Error: "+r.code) })
	if got.Code != 1 || at < 0 {
		t.Fatalf("the apply ends with %d and without %s:\n%s%s", got.Code, r.code, got.Stdout, got.Stderr)
	}
	return all[at]
}

// Whoever does what a message says, to the letter, is done: the configuration applies, the
// plan after it is empty, and nobody has lost anything that was not to go.
func TestRemedies_followedToTheLetter(t *testing.T) {
	for _, r := range refusals {
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			t.Run(r.code+" "+r.name+"/"+cli, func(t *testing.T) {
				t.Parallel()
				env := acctest.Start(t)
				c := env.Layout(t, cli, "")
				if r.process {
					c.Process()
				}
				message := r.refused(t, c, env)
				before := env.State()
				if r.byHand != nil {
					r.byHand(c, env)
				} else {
					c.Follow(message, r.called)
				}
				c.Apply()
				c.Environ = nil // what was set was for that plan
				c.NoChanges()
				if lost := acctest.Lost(before, env.State()); !slices.Equal(lost, r.loses) {
					t.Errorf("these lost something: %q, want %q; the message was\n%s", lost, r.loses, message)
				}
				if cli == acctest.Terraform {
					r.compare(t, message)
				}
			})
		}
	}
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|req_\w+|p\["[^"]+"\]`)

// compare holds the message against its file: words that people act on are read by
// somebody before they change.
func (r refusal) compare(t *testing.T, message acctest.Message) {
	t.Helper()
	file := filepath.Join("testdata", "messages", r.file())
	got := anyID.ReplaceAllString(string(message), "<id>") + "\n"
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s (%v) is not what Terraform prints; read it, then `go test -run TestRemedies ./internal/provider -update`:\n%s", file, err, got)
	}
}

// Every code that the provider can print has a life above, and every message a file.
func TestRemedies_everyCodeIsThere(t *testing.T) {
	codes, covered, files := map[string]bool{}, map[string]bool{}, map[string]bool{}
	printed := regexp.MustCompile(`"(TRAY\d{3})[":]`)
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range printed.FindAllStringSubmatch(string(source), -1) {
			codes[found[1]] = true
		}
		return err
	})
	if err != nil || len(codes) < 10 {
		t.Fatalf("the sources name %d codes: %v", len(codes), err)
	}
	for _, r := range refusals {
		covered[r.code] = true
		files[r.file()] = true
	}
	for code := range codes {
		if _, later := changing[code]; covered[code] == later {
			t.Errorf("%s: a code is either in refusals or in changing, with the reason", code)
		}
	}
	written, err := filepath.Glob(filepath.Join("testdata", "messages", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range written {
		if !files[filepath.Base(file)] {
			t.Errorf("%s belongs to no message", file)
		}
		delete(files, filepath.Base(file))
	}
	if len(files) > 0 {
		t.Errorf("these messages have no file: %q", slices.Sorted(maps.Keys(files)))
	}
}
