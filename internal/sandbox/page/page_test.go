package page

import (
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"
	"testing"
)

func TestKinds_whateverTheStateListsBecomesATable(t *testing.T) {
	var s state
	text := `{"organization":{"name":"Acme"},"workspaces":[],"users":[],"members":[],"invites":[],
		"later_things":[{"id":"1","owner":{"name":"Ana"},"on":true},{"id":"2","note":null,"tags":["a"]}],
		"settings":{"colour":"red"},"words":["one"],"empty":[]}`
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	want := []kind{
		{Name: "empty"},
		{"later things", []string{"id", "owner", "on", "note", "tags"}, [][]string{{"1", "Ana", "true", "", ""}, {"2", "", "", "", `["a"]`}}, 2},
		{"settings", []string{"colour"}, [][]string{{"red"}}, 1},
		{"words", []string{"value"}, [][]string{{"one"}}, 1},
	}
	if !reflect.DeepEqual(s.kinds, want) {
		t.Errorf("kinds are\n%+v, want\n%+v", s.kinds, want)
	}
}

// A shell must take the command as it was meant, whatever somebody has put into a name.
func TestCurl_theShellTakesItAsItWas(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	r := request{Method: "POST", Path: "/core/v1/x'$(touch y)`z`", Query: "a=1&b=$HOME", Body: `{"name":"O'Brien $(rm) \"q\""}`}
	script := `curl() { for a in "$@"; do printf '<%s>\n' "$a"; done; }; TRAY_API_TOKEN=secret TRAY_API_URL=http://h; ` + r.Curl()
	out, err := exec.Command(shell, "-c", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := "<-X>\n<POST>\n<-H>\n<Authorization: Bearer secret>\n<-H>\n<Content-Type: application/json>\n<-d>\n<" + r.Body + ">\n" +
		"<http://h/core/v1/x%27$%28touch%20y%29%60z%60?a=1&b=$HOME>\n"
	if string(out) != want {
		t.Errorf("the shell sees\n%s, want\n%s", out, want)
	}
}

func TestPaste_offersWhatIsStillThere(t *testing.T) {
	var s state
	text := `{"organization":{},"invites":[],"workspaces":[{"id":"w1","name":"Say \"${hi}\"","type":"Shared"},{"id":"w2","name":"say hi","type":"Shared","description":"d"}],
		"users":[{"id":"u1","email":"Ana.B@example.com","name":"Ana","role":{"name":"Viewer"}},{"id":"u0","email":"owner@example.com","role":{"name":"Owner"}}],
		"projects":[{"id":"p1","workspace":"say hi","name":"Billing","description":"","config":"{}"},{"id":"p2","workspace":"say hi","name":"Pay","description":"All of it"}],
		"members":[{"workspace_id":"w2","email":"Ana.B@example.com","role":"Admin"}]}`
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	all := snippets(s, []string{"workspace:w1", "workspace:gone", "person:ana.b@example.com", "person:owner@example.com", "member:w2/u1", "member:w1/u1", "project:p1", "project:p2", "project:gone", "", "other:x"}, "http://h")
	if len(all) != 3 || !strings.HasPrefix(all[0].Text, "export TRAY_API_URL=http://h\n") {
		t.Fatalf("%+v", all)
	}
	want := `import {
  to = tray_workspace.say____hi
  id = "w1"
}

resource "tray_workspace" "say____hi" {
  name = "Say \"$${hi}\""
}

import {
  to = tray_user.ana_b
  id = "Ana.B@example.com"
}

resource "tray_user" "ana_b" {
  email             = "Ana.B@example.com"
  organization_role = "Viewer"
}

import {
  to = tray_workspace_member.ana_b_in_say_hi
  id = "w2/Ana.B@example.com"
}

resource "tray_workspace_member" "ana_b_in_say_hi" {
  workspace_id = "w2"
  email        = "Ana.B@example.com"
  role         = "Admin"
}

import {
  to = tray_project.billing
  id = "w2/p1"
}

resource "tray_project" "billing" {
  workspace_id = "w2"
  name         = "Billing"
}

import {
  to = tray_project.pay
  id = "w2/p2"
}

resource "tray_project" "pay" {
  workspace_id = "w2"
  name         = "Pay"
  description  = "All of it"
}
`
	if all[2].Text != want {
		t.Errorf("offered\n%s", all[2].Text)
	}
	c := census{workspaces: map[string]workspace{"a": {ID: "a", Name: "x", Type: "Shared"}, "b": {ID: "b", Name: "X", Type: "Shared"}}, labels: map[string]int{}}
	if c.block("workspace:a"); !strings.Contains(c.block("workspace:b"), "tray_workspace.x_2") {
		t.Error("two things have one label")
	}
}

func TestSheet_pagesThatDoNotExistAreTheLast(t *testing.T) {
	for _, c := range []struct {
		n, page int
		want    string
		from    int
	}{{0, 1, "0", 0}, {60, 9, "60", 0}, {61, 1, "1–60 of 61", 0}, {61, 2, "61–61 of 61", 60}, {61, 99, "61–61 of 61", 60}} {
		page := c.page
		if s := newSheet(c.n, 60, &page); s.String() != c.want || s.From != c.from {
			t.Errorf("%+v: %s from %d", c, s, s.From)
		}
	}
}
