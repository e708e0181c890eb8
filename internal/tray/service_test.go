package tray

import (
	"encoding/json"
	"maps"
	"testing"
)

// Scopes are objects in the samples, and open in the description.
func TestScopes_areReadHoweverTheyAreWritten(t *testing.T) {
	for raw, want := range map[string]Scopes{
		`[{"scope":"a","description":"A"},{"scope":"b"}]`: {"a": "A", "b": "b"},
		`["a"]`: {"a": "a"}, `[]`: {}, `null`: {},
	} {
		var got Scopes
		if err := json.Unmarshal([]byte(raw), &got); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s is read as %v, %v", raw, got, err)
		}
	}
	if raw, err := json.Marshal(Scopes{"b": "B", "a": "A"}); err != nil || string(raw) != `[{"scope":"a","description":"A"},{"scope":"b","description":"B"}]` {
		t.Errorf("written as %s, %v", raw, err)
	}
}

// Nobody can read a secret back: a change that holds one is never taken for done.
func TestServiceSpec_withASecretIsNeverSeenToBeMade(t *testing.T) {
	name, secret := "CRM", "s"
	if !(ServiceSpec{Name: &name}).made(Service{Name: name}) || (ServiceSpec{Name: &name, ClientSecret: &secret}).made(Service{Name: name}) {
		t.Error("a name alone is made when it shows, a secret never")
	}
}
