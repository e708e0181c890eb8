package tray

import (
	"errors"
	"fmt"
	"testing"
)

func TestError_rendersSentenceHintAndStatus(t *testing.T) {
	for want, e := range map[string]*Error{
		"That name is taken. Choose another. HTTP 409, request req_123": {
			Status: 409, Message: "That name is taken", Hint: "Choose another.", RequestID: "req_123"},
		"Already there! HTTP 409":             {Status: 409, Message: "Already there!"},
		"Tray could not be reached: refused.": {Message: "Tray could not be reached: refused"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestError_kindsAreFoundThroughWrapping(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("reading: %w", &Error{Status: 403, Err: cause})
	if !IsForbidden(err) || IsGone(err) || !errors.Is(err, cause) {
		t.Error(err)
	}
	if IsGone(&Error{Status: 404}) || !IsGone(asGone(&Error{Status: 404}, "seen")) {
		t.Error("a 404 is proof only when proven")
	}
}

func TestRole_namesAreMatchedLeniently(t *testing.T) {
	roles := []Role{{"1", "Owner"}, {"2", "View Only"}, {"3", "Contributor"}}
	for name, id := range map[string]string{"viewer": "2", "VIEW_ONLY": "2", "view-only": "2", "owner": "1", "Contributor ": "3"} {
		if r, ok := FindRole(roles, name); !ok || r.ID != id {
			t.Errorf("%s: %v %v", name, r, ok)
		}
	}
	if _, ok := FindRole(roles, "Admin"); ok || SameRole("Admin", "Owner") {
		t.Error("Admin was found")
	}
}
