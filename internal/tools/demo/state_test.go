package main

import (
	"encoding/json"
	"testing"
)

func TestContributor_isFoundInEitherResource(t *testing.T) {
	const workspace = `{"type":"tray_workspace","values":{"id":"w1","name":"Payments"}}`
	tests := map[string]struct {
		resources string
		want      membership
	}{
		"one membership": {
			`{"type":"tray_workspace_member","values":{"workspace_id":"w1","email":"a@x.io","role":"Admin"}},
			 {"type":"tray_workspace_member","values":{"workspace_id":"w1","email":"b@x.io","role":"Contributor"}}`,
			membership{"w1", "b@x.io", "Contributor", "Payments"},
		},
		"a map of them": {
			`{"type":"tray_workspace_members","values":{"workspace_id":"w1","members":{"z@x.io":"Contributor","c@x.io":"Contributor","a@x.io":"Admin"}}}`,
			membership{"w1", "c@x.io", "Contributor", "Payments"},
		},
		"a workspace that is not in the state": {
			`{"type":"tray_workspace_member","values":{"workspace_id":"w2","email":"b@x.io","role":"Contributor"}}`,
			membership{"w2", "b@x.io", "Contributor", "the workspace w2"},
		},
		"a membership by user id only": {
			`{"type":"tray_workspace_member","values":{"workspace_id":"w1","email":null,"role":"Contributor"}}`,
			membership{},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var s state
			text := `{"values":{"root_module":{"resources":[],"child_modules":[{"resources":[` + workspace + `,` + tt.resources + `]}]}}}`
			if err := json.Unmarshal([]byte(text), &s); err != nil {
				t.Fatal(err)
			}
			got, ok := s.Values.Root.contributor()
			if got != tt.want || ok != (tt.want != membership{}) {
				t.Errorf("got %+v, %t", got, ok)
			}
		})
	}
}

func TestInvited_areThoseWhoHaveNotAccepted(t *testing.T) {
	var m module
	text := `{"resources":[
		{"type":"tray_user","values":{"status":"invited","email":"ana@x.io","invite_id":"i1"}},
		{"type":"tray_user","values":{"status":"active","email":"ben@x.io","invite_id":null}},
		{"type":"tray_workspace","values":{"id":"w1"}}]}`
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	if got := m.invited(); len(got) != 1 || got[0] != "ana@x.io" {
		t.Errorf("got %q", got)
	}
}
