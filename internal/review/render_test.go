package review

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile are names that mean something to Markdown, HTML, GitHub, Mermaid or a terminal.
var hostile = []string{
	"a|b", `a\|b`, "`code`", "``", "a`", "<img src=x onerror=alert(1)>", "@everyone", "#1", "![x](http://evil.example/p.png)", "[x](javascript:1)",
	"line\nbreak | **bold**", "\r\n# heading", "\x1b[31mred", "\u202eright to left", "&lt;b&gt;", `"]; click n0 "http://evil.example"`, "<!-- comment", "-->", "***", "%s%d", "%", "", " ",
	"\xff\xfe", "http://evil.example", "| --- |",
}

// spans removes code spans as CommonMark finds them: what is left is markup.
var spans = regexp.MustCompile("(?s)`{3} .+? `{3}|`{2} .+? `{2}|`[^`]+?`")

func TestMarkdown_namesMeanNothing(t *testing.T) {
	for _, name := range hostile {
		for _, outside := range []bool{false, true} {
			r := hostilePlan(name, outside).review(t)
			got := r.Markdown(0)
			left := spans.ReplaceAllString(got, "")
			mustNotSay(t, left, "<", "@", "](", "\x1b", "\u202e", "\r", "http", "heading", "click")
			for _, line := range strings.Split(got, "\n") {
				if !strings.HasPrefix(line, "|") {
					continue
				}
				if bars := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); bars != 4 {
					t.Errorf("a name breaks the row: %q", line)
				}
			}
			if strings.Count(got, "\n#### ") != strings.Count(left, "\n#### ") || strings.Contains(got, "\n# ") {
				t.Errorf("a name makes a heading:\n%s", got)
			}
		}
	}
}

// hostilePlan has the name wherever a plan can have one.
func hostilePlan(name string, drift bool) *draft {
	d := (&draft{}).does("create", "tray_workspace."+"w", nil, workspace("w1", name)).
		does("create", "tray_workspace_member.a", nil, member("w1", "a"+name, "x"+name)).
		does("update", "tray_workspace_member.b", member("w1", "b"+name, "Viewer"), member("w1", "b"+name, "Admin")).
		does("delete", fmt.Sprintf("tray_workspace_member.c[%q]", name), member("w1", "c"+name, "Viewer"), nil).
		does("create", fmt.Sprintf("other_thing.x[%q]", name), nil, object{})
	if drift {
		d.drifted("update", "tray_workspace_member.b", member("w1", "b"+name, "x"+name), member("w1", "b"+name, "Viewer"))
	}
	d.rest = object{"checks": []any{object{"address": object{"to_display": "check." + name}, "status": "fail", "instances": []any{object{"problems": []any{object{"message": name}}}}}}}
	return d
}

func TestMermaid_namesMeanNothing(t *testing.T) {
	node := regexp.MustCompile(`^(flowchart LR|  n\d+\["[^"]*"\]|  n\d+ (-->|-\.->)\|"[^"]*"\| n\d+|  linkStyle [\d,]+ stroke:#[0-9a-f]+)$`)
	for _, name := range hostile {
		for _, line := range strings.Split(strings.TrimSpace(hostilePlan(name, false).review(t).Mermaid()), "\n") {
			if !node.MatchString(line) || strings.ContainsAny(strings.ReplaceAll(line, "-.->", ""), "<`@;]"[:3]) {
				t.Errorf("a name breaks the picture: %q", line)
			}
		}
	}
}

func TestText_namesDoNotReachTheTerminal(t *testing.T) {
	for _, name := range hostile {
		mustNotSay(t, hostilePlan(name, true).review(t).Text(0), "\x1b", "\u202e", "\r", "\xff")
	}
}

// crowd is a plan by which n people join a workspace.
func crowd(n int) *draft {
	d := sales()
	for i := range n {
		d.does("create", fmt.Sprintf("tray_workspace_member.m[%d]", i), nil, member("w1", fmt.Sprintf("person%05d@example.com", i), "Viewer"))
	}
	return d.does("create", "random_pet.last", nil, object{})
}

func TestMarkdown_isCutInTheMiddle(t *testing.T) {
	r := crowd(5000).review(t)
	for _, limit := range []int{minLimit, 10_000, DefaultLimit} {
		got := r.Markdown(limit)
		if n := utf8.RuneCountInString(got); n > limit || n < limit*9/10-300 {
			t.Errorf("it has %d characters, want nearly %d", n, limit)
		}
		mustSay(t, got, "**5000 people gain access or rights.**", "This is shortened: ", "#### Who gains and who loses what (5000)", "`person00000@example.com`", "left out …", "`person04999@example.com`", "`random_pet.last`", "Resources in the plan: create 5001.")
		mustNotSay(t, got, "person02500")
	}
	mustNotSay(t, r.Markdown(0), "left out")
	mustNotSay(t, crowd(10).review(t).Markdown(DefaultLimit), "left out")
}

func TestMermaid_foldsAboveFortyArrows(t *testing.T) {
	mustSay(t, crowd(40).review(t).Mermaid(), "person00039")
	got := crowd(41).review(t).Mermaid()
	mustSay(t, got, `"41 people"`, "gains Viewer")
	mustNotSay(t, got, "person000")
}

func TestJSON_isWhatPoliciesRead(t *testing.T) {
	text, err := sales().does("delete", "tray_workspace_member.a", member("w1", "ana@example.com", "Admin"), nil).review(t).JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	access, _ := got["access"].([]any)
	if len(access) != 1 {
		t.Fatalf("access is %v", got["access"])
	}
	want := map[string]any{"kind": "lose", "person": "ana@example.com", "where": "sales", "workspace_id": "w1", "organization": false, "provider": "", "from": "Admin", "to": "",
		"gains_admin": false, "loses_admin": true, "undoes_drift": false, "notes": []any{}, "ends_at": "", "days_left": nil, "addresses": []any{"tray_workspace_member.a"}}
	if fmt.Sprint(access[0]) != fmt.Sprint(want) {
		t.Errorf("an entry is\n%v\nwant\n%v", access[0], want)
	}
	for _, list := range []string{"incomplete", "conditions", "access", "unsure", "changes", "guardrails", "warnings"} {
		if _, ok := got[list].([]any); !ok {
			t.Errorf("%s is %v, want a list even when it is empty", list, got[list])
		}
	}
}
