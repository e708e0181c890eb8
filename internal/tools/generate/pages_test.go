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
		"([TRAY007](" + registry + "guides/rules#tray007))", "see [TRAY008](" + registry + "guides/rules#tray008) and [TRAY009](" + registry + "guides/rules#tray009).",
		"## See also\n\n- Guide: [People](" + registry + "guides/people)\n- Guide: [Other](" + registry + "guides/other)\n- [Rules and guardrails]",
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

// The registry rewrites no link: a relative one ends with .md, and leads a folder too high from the front page, which is
// served without a slash at the end.
func TestPage_linksToPagesAreAbsolute(t *testing.T) {
	for text, want := range map[string]string{
		"[a](guides/rules.md#tray003) and [b](guides/the-sandbox.md)":                                       "[a](" + registry + "guides/rules#tray003) and [b](" + registry + "guides/the-sandbox)",
		"guides [a](rules.md#tray003), [b](../resources/user.md) and [c](#c), not\n```\n[d](rules.md)\n```": "guides [a](" + registry + "guides/rules#tray003), [b](" + registry + "resources/user) and [c](#c), not\n```\n[d](rules.md)\n```",
	} {
		p := page{text: "---\npage_title: x\n---\n\n" + text + "\n"}
		if strings.HasPrefix(text, "guides") {
			p.kind = "guides"
		}
		if err := p.finish(nil, nil); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(p.text, want) {
			t.Errorf("got\n%s\nwant\n%s", p.text, want)
		}
	}
	p := page{text: "---\npage_title: x\n---\n\nTRAY005.\n"}
	if err := p.finish(nil, nil); err != nil || !strings.Contains(p.text, "[TRAY005]("+registry+"guides/rules#tray005)") {
		t.Errorf("got %v\n%s", err, p.text)
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
