package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestChanges_areThoseOfThePlanInItsOwnWords(t *testing.T) {
	const document = `{"resource_changes":[
		{"address":"tray_workspace.prod","change":{"actions":["no-op"],"before":{"id":"w1"},"after":{"id":"w1"}}},
		{"address":"data.tray_users.all","change":{"actions":["read"],"before":null,"after":{}}},
		{"address":"tray_user.ana","change":{"actions":["create"],"before":null,
			"after":{"email":"ana@x.io","organization_role":"Viewer","onboarding":"invite","name":null},"after_unknown":{"id":true}}},
		{"address":"tray_workspace_member.ana","change":{"actions":["update"],
			"before":{"id":"1","role":"Viewer","status":"active","user_id":"u1"},"after":{"id":"1","role":"Admin","status":null},"after_unknown":{"status":true}}},
		{"address":"tray_workspace_members.all","change":{"actions":["update"],
			"before":{"members":{"a@x.io":"Admin","b@x.io":"Viewer"}},"after":{"members":{"a@x.io":"Admin","c@x.io":"Viewer"}},"after_unknown":{"members":{}}}},
		{"address":"tray_workspace_members.new","change":{"actions":["create"],"before":null,"after":{"members":{"a@x.io":"Admin"}}}},
		{"address":"tray_user.zed","change":{"actions":["delete"],"before":{"id":"u9","email":"zed@x.io"},"after":null}}]}`
	var p plan
	if err := json.Unmarshal([]byte(document), &p); err != nil {
		t.Fatal(err)
	}
	want := []change{
		{"+", "tray_user.ana", []string{"ana@x.io", "Viewer"}},
		{"~", "tray_workspace_member.ana", []string{`role: "Viewer" -> "Admin"`, `status: "active" -> (known after apply)`}},
		{"~", "tray_workspace_members.all", []string{`members["b@x.io"]: "Viewer" -> null`, `members["c@x.io"]: null -> "Viewer"`}},
		{"+", "tray_workspace_members.new", []string{"a@x.io Admin"}},
		{"-", "tray_user.zed", []string{"zed@x.io"}},
	}
	got := p.changes()
	if !slices.EqualFunc(got, want, func(a, b change) bool { return a.String() == b.String() }) {
		t.Errorf("got:\n%v\nwant:\n%v", got, want)
	}
}

func TestStory_showsTheFirstFewOfManyInstances(t *testing.T) {
	var out strings.Builder
	var many []change
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		many = append(many, change{sign: "+", address: `tray_user.dev["` + key + `"]`})
	}
	story{out: &out}.tell(append(many, change{sign: "~", address: "tray_workspace.w", attributes: []string{"name"}}))
	got := out.String()
	if strings.Count(got, "\n") != 5 || !strings.Contains(got, "and 2 more of tray_user.dev\n") || !strings.Contains(got, "~   tray_workspace.w") {
		t.Errorf("got\n%s", got)
	}
}
