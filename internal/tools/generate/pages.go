package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const (
	repository = "https://github.com/tray-community/terraform-provider-tray"
	// What the registry serves docs/ under. It serves index.md without a slash at the end and rewrites no link, so
	// from there a relative one leads a folder too high, and from elsewhere to a name that ends with .md.
	registry = "https://registry.terraform.io/providers/tray-community/tray/latest/docs/"
)

// subcategories group the pages in the registry's navigation, by the first of these words that a page's name begins with.
var subcategories = []struct{ name, title string }{
	{"user", "People"}, {"api_user", "People"}, {"api_token", "People"},
	{"organization", "Organization"}, {"workspace", "Workspaces"},
	{"access_report", "Reports"}, {"access_diff", "Reports"}, {"unmanaged", "Reports"}, {"role_permissions", "Reports"}, {"can", "Reports"},
	{"custom_service", "Assets"}, {"service", "Assets"}, {"connector", "Assets"}, {"on_prem_agent", "Assets"},
	{"authentication", "Assets"}, {"trigger", "Assets"},
	{"project", "Promotion"}, {"remap_export", "Promotion"}, {"snapshot_project", "Promotion"}, {"import_project", "Promotion"},
	{"solution", "Embedded"}, {"embedded", "Embedded"}, {"publish_solution", "Embedded"}, {"resend_invite", "People"}, {"call_operation", "Assets"},
}

// finish adds to the rendered pages what no template can know: where each stands, and what else to read about it.
func (g generator) finish() error {
	guides, err := readTexts(filepath.Join(g.docs, "guides"), ".md")
	if err != nil {
		return err
	}
	scenarios, err := readTexts(filepath.Join(g.root, "examples", "scenarios"), ".tf")
	if err != nil {
		return err
	}
	return filepath.WalkDir(g.docs, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		relative, err := filepath.Rel(g.docs, path)
		if err != nil {
			return err
		}
		folder, file := filepath.Split(filepath.ToSlash(relative))
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		page := page{kind: strings.TrimSuffix(folder, "/"), name: strings.TrimSuffix(file, ".md"), text: string(text)}
		if err := page.finish(guides, scenarios); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(page.text), 0o644)
	})
}

// A page is one of docs/: kind is its folder.
type page struct{ kind, name, text string }

func (p *page) finish(guides, scenarios texts) error {
	if found := leaning.FindStringSubmatch(p.text); found != nil {
		return fmt.Errorf("docs/%s/%s.md: the description of %s says \"the same\", but arguments are listed by the alphabet, so nobody knows as what", p.kind, p.name, found[1])
	}
	switch p.kind {
	case "":
		p.linkRules("guides/rules.md")
		p.linkAbsolutely()
		return nil
	case "guides":
		p.linkAbsolutely()
		return nil
	case "decisions": // not on the registry
		return nil
	}
	i := slices.IndexFunc(subcategories, func(c struct{ name, title string }) bool { return strings.HasPrefix(p.name, c.name) })
	if i < 0 {
		return fmt.Errorf("docs/%s/%s.md has no subcategory: add one for it in internal/tools/generate/pages.go", p.kind, p.name)
	}
	if p.kind != "functions" && !strings.Contains(p.text, "\n**Works on a live Tray:** ") {
		return fmt.Errorf("docs/%s/%s.md does not say whether it **Works on a live Tray:** yes, adopts only, or no (sandbox only): say it in the description", p.kind, p.name)
	}
	p.text = strings.Replace(p.text, `subcategory: ""`, fmt.Sprintf("subcategory: %q", subcategories[i].title), 1)
	p.linkRules("../guides/rules.md")
	p.seeAlso(guides, scenarios)
	p.linkAbsolutely()
	return nil
}

// leaning is the description of an argument that stands on the one before it.
var leaning = regexp.MustCompile("(?m)^- `(\\w+)` \\([^)]*\\) The same\\b")

// linkAbsolutely turns links to other pages into the registry's, outside code.
func (p *page) linkAbsolutely() {
	parts := fenced.Split(p.text, -1)
	code := fenced.FindAllString(p.text, -1)
	var out strings.Builder
	for i, part := range parts {
		out.WriteString(relativePage.ReplaceAllStringFunc(part, func(found string) string {
			target := relativePage.FindStringSubmatch(found)[1]
			return "](" + registry + path.Join(p.kind, target)
		}))
		if i < len(code) {
			out.WriteString(code[i])
		}
	}
	p.text = out.String()
}

var (
	fenced       = regexp.MustCompile("(?ms)^```.*?\n```$")
	relativePage = regexp.MustCompile(`\]\(((?:\.\./)?(?:[a-z-]+/)?[a-z_-]+)\.md`)
)

// linkRules makes each code of a rule a link to the rule, outside headings, code and links that are there.
func (p *page) linkRules(rules string) {
	header, body, _ := strings.Cut(p.text[len("---\n"):], "\n---\n")
	var out strings.Builder
	code := false
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		if !code && !strings.HasPrefix(line, "#") {
			line = ruleCode.ReplaceAllStringFunc(line, func(found string) string {
				if strings.HasPrefix(found, "[") {
					return found
				}
				return "[" + strings.Trim(found, "`") + "](" + rules + "#" + strings.ToLower(strings.Trim(found, "`")) + ")"
			})
		}
		out.WriteString(line)
	}
	p.text = "---\n" + header + "\n---\n" + out.String()
}

// A link that is there is matched as a whole, and kept.
var ruleCode = regexp.MustCompile("\\[[^\\]]*TRAY\\d{3}[^\\]]*\\]\\([^)]*\\)|`TRAY\\d{3}`|\\bTRAY\\d{3}\\b")

// seeAlso names the guides that speak of the object most, and the layouts that use it.
func (p *page) seeAlso(guides, scenarios texts) {
	noun := "tray_" + p.name
	if p.kind == "functions" {
		noun = "provider::tray::" + p.name
	}
	var links []string
	for _, guide := range guides.most(regexp.MustCompile(`\b`+regexp.QuoteMeta(noun)+`\b`), 4) {
		links = append(links, fmt.Sprintf("- Guide: [%s](../guides/%s)", title(guides[guide]), filepath.Base(guide)))
	}
	if (p.kind == "resources" || strings.Contains(p.text, "guides/rules.md#")) && !slices.ContainsFunc(links, func(l string) bool { return strings.Contains(l, "/rules.md") }) {
		links = append(links, "- [Rules and guardrails](../guides/rules.md): what a plan refuses, and what to do then")
	}
	for _, layout := range scenarios.most(regexp.MustCompile(`"`+noun+`"|`+regexp.QuoteMeta(noun)+`\(`), 3) {
		name := strings.Split(filepath.ToSlash(layout), "/")[0]
		link := fmt.Sprintf("- Layout: [%s](%s/tree/main/examples/scenarios/%s)", name, repository, name)
		if !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	if p.kind == "resources" && !strings.Contains(strings.Join(links, "\n"), "- Layout") {
		links = append(links, "- Layouts: [one for each way of organizing]("+repository+"/tree/main/examples/scenarios)")
	}
	if len(links) == 0 {
		links = []string{"- Guide: [Getting started without an account](../guides/getting-started-without-an-account.md)"}
	}
	p.text = strings.TrimRight(p.text, "\n") + "\n\n## See also\n\n" + strings.Join(links, "\n") + "\n"
}

var heading = regexp.MustCompile(`(?m)^# (.+)$`)

func title(markdown string) string {
	if found := heading.FindStringSubmatch(markdown); found != nil {
		return found[1]
	}
	return "Guide"
}

// texts are files by their path in a folder.
type texts map[string]string

// most returns the files in which the pattern occurs, those with most of it first, and no more than the limit.
func (t texts) most(pattern *regexp.Regexp, limit int) []string {
	var found []string
	count := map[string]int{}
	for path, text := range t {
		if count[path] = len(pattern.FindAllStringIndex(text, -1)); count[path] > 0 {
			found = append(found, path)
		}
	}
	slices.SortFunc(found, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	return found[:min(limit, len(found))]
}

func readTexts(dir, ending string) (texts, error) {
	all := texts{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ending || strings.Contains("/"+path, "/.") {
			return err
		}
		text, err := fs.ReadFile(root, path)
		all[path] = string(text)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	return all, err
}
