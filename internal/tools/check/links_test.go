package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../../.."

func TestLinks_ofThisCheckoutLeadSomewhere(t *testing.T) {
	if err := (checkout{root: root}).links(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestLinks_thatLeadNowhereAreFound(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "docs", "guides", "a.md")
	if err := os.MkdirAll(filepath.Dir(page), 0o755); err != nil {
		t.Fatal(err)
	}
	text := "# One `two`: three\n<a id=\"tray001\"></a>\n## Twice\n## Twice\n```\n# Not a heading\n[no](nowhere.md)\n```\n"
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c := checkout{root: dir}
	for target, leads := range map[string]bool{
		"#one-two-three": true, "#twice": true, "#twice-1": true, "#tray001": true, "a.md": true, "../guides/a.md#twice": true,
		"https://example.com/x": true, "mailto:a@example.com": true, onRegistry + "/guides/a#tray001": true, onGitHub + "tree/main/docs/guides": true,
		onGitHub + "issues": true,
		"#twice-2":          false, "#not-a-heading": false, "b.md": false, "a.md#nothing": false, onRegistry: false, onRegistry + "/guides/b": false,
		onGitHub + "blob/main/docs/guides/b.md": false,
	} {
		if err := c.follow("docs/guides/a.md", target); (err == nil) != leads {
			t.Errorf("%s: %v", target, err)
		}
	}
	if got := linksIn(text + "[a](b.md \"title\") `[code](c.md)` ![image](d.png)"); strings.Join(got, " ") != "b.md d.png" {
		t.Errorf("links are %q", got)
	}
}

// A reader searches the page for the words on the screen: they must be the provider's own.
func TestTroubleshooting_namesMessagesThatAreSaid(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "templates", "guides", "troubleshooting.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	said := sources(t)
	_, ours, found := strings.Cut(string(page), "\n## The provider's configuration\n")
	messages := regexp.MustCompile("(?m)^### `(.+)`$").FindAllStringSubmatch(ours, -1)
	if !found || len(messages) == 0 {
		t.Fatal("the page names no message")
	}
	for _, message := range messages {
		if !strings.Contains(said, message[1]) && !assembled(said, message[1]) {
			t.Errorf("no message says %q: write what it says now, or take the section out", message[1])
		}
	}
}

// assembled reports whether the sources put a message together around a name, as in
// "Create the "+noun+" first".
func assembled(said, message string) bool {
	const name = "\x00"
	said = regexp.MustCompile(`" ?\+ ?[\w.]+ ?\+ ?"`).ReplaceAllString(said, name)
	for _, literal := range regexp.MustCompile(`"([^"\n]*\x00[^"\n]*)"`).FindAllStringSubmatch(said, -1) {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(literal[1])), name, "[a-z ]+")
		if strings.Trim(literal[1], " "+name) != "" && regexp.MustCompile("^"+pattern+"$").MatchString(message) {
			return true
		}
	}
	return false
}

// sources are the provider's, the client's and the sandbox's, without tests.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, dir := range []string{"provider", "tray", "sandbox"} {
		err := filepath.WalkDir(filepath.Join(root, "internal", dir), func(file string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
				return err
			}
			text, err := os.ReadFile(file)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
