package main

import (
	"strings"
	"testing"
)

func TestPage_linksRulesGuidesAndLayouts(t *testing.T) {
	p := page{kind: "resources", name: "user", text: "---\npage_title: \"x (TRAY001)\"\nsubcategory: \"\"\n---\n\n# tray_user (TRAY002)\n\n**Works on a live Tray:** yes\n\n" +
		"At most 100 (TRAY007), see `TRAY008` and [TRAY009](../guides/rules.md#tray009).\n\n```\nTRAY003\n```\n"}
	guides := texts{"people.md": "# People\n`tray_user` tray_user", "other.md": "# Other\ntray_user", "none.md": "# None\ntray_users"}
	layouts := texts{"pro/main.tf": `resource "tray_user" "a" {}`, "none/main.tf": `data "tray_users" "a" {}`}
	if err := p.finish(guides, layouts); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`subcategory: "People"`, `page_title: "x (TRAY001)"`, "# tray_user (TRAY002)\n", "\nTRAY003\n",
		"([TRAY007](../guides/rules.md#tray007))", "see [TRAY008](../guides/rules.md#tray008) and [TRAY009](../guides/rules.md#tray009).",
		"## See also\n\n- Guide: [People](../guides/people.md)\n- Guide: [Other](../guides/other.md)\n- [Rules and guardrails]",
		"- Layout: [pro](https://github.com/tray-community/terraform-provider-tray/tree/main/examples/scenarios/pro)\n",
	} {
		if !strings.Contains(p.text, want) {
			t.Errorf("there is no %q in\n%s", want, p.text)
		}
	}
	if strings.Contains(p.text, "none") {
		t.Errorf("a guide that does not speak of it is linked:\n%s", p.text)
	}
}

// The registry serves the front page without a slash at the end, so that relative links of it lead a folder too high.
func TestPage_frontPageLinksAreAbsolute(t *testing.T) {
	p := page{text: "---\npage_title: x\n---\n\n[a](guides/rules.md#tray003) and [b](guides/the-sandbox.md), TRAY005.\n"}
	if err := p.finish(nil, nil); err != nil {
		t.Fatal(err)
	}
	const want = "[a](" + registry + "guides/rules#tray003) and [b](" + registry + "guides/the-sandbox), [TRAY005](" + registry + "guides/rules#tray005)."
	if !strings.Contains(p.text, want) {
		t.Errorf("got\n%s\nwant\n%s", p.text, want)
	}
}

func TestPage_needsASubcategoryAndWhetherItWorksLive(t *testing.T) {
	for name, want := range map[string]string{"zebra": "subcategory", "user": "Works on a live Tray"} {
		p := page{kind: "resources", name: name, text: "---\nsubcategory: \"\"\n---\n"}
		if err := p.finish(nil, nil); err == nil || !strings.Contains(err.Error(), "docs/resources/"+name+".md") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestPage_noDescriptionLeansOnTheOneBefore(t *testing.T) {
	p := page{text: "---\nx: y\n---\n\n- `a_pem` (String) Certificates.\n- `a_file` (String) The same, as a file.\n"}
	if err := p.finish(nil, nil); err == nil || !strings.Contains(err.Error(), "a_file") {
		t.Errorf("got %v", err)
	}
}
