package sandbox

import (
	"strings"
	"testing"
)

const allSubscriptions = "/core/v1/subscriptions"

func TestSubscription_failsInA200(t *testing.T) {
	w := newWorld(t)
	bad := w.authenticate(object{"account_sid": "AC1", "auth_token": "wrong"})
	sms := object{"trigger": object{"name": "twilio-trigger", "version": "1.2"}, "operation": "sms_received", "input": object{"phone_number": "1"}}
	signed := func(id string) object {
		all := object{"authenticationId": id}
		for k, v := range sms {
			all[k] = v
		}
		return all
	}
	for name, c := range map[string]struct {
		changes object
		code    string
	}{
		"good": {nil, ""}, "trigger": {object{"trigger": object{"name": "none", "version": "1.0"}}, "no_trigger"}, "operation": {object{"operation": "none"}, "user_input_error"},
		"endpoint": {object{"endpoint": "nowhere"}, "user_input_error"}, "no authentication": {sms, "user_input_error"}, "refused": {signed(bad), "api_error"},
		"signed": {signed(w.authenticate(twilio)), ""}, "another service": {object{"authenticationId": bad, "trigger": object{"name": "slack-trigger", "version": "3.0"}, "operation": "new_message",
			"input": object{"channel": "c"}}, "user_input_error"},
	} {
		got := w.must(200, "POST", allSubscriptions, webhook(c.changes))
		s := into[subscription](t, got)
		want := map[bool]string{true: "active", false: "creation_failed"}[c.code == ""]
		if s.State != want || c.code != "" && s.Failure.Code != c.code || !strings.Contains(got.body, `"signingKey"`) {
			t.Errorf("%s: %s", name, got.body)
		}
		if read := w.must(200, "GET", allSubscriptions+"/"+s.ID, nil).body; strings.Contains(read, "signingKey") {
			t.Errorf("%s: reading shows the key: %s", name, read)
		}
	}
	w.refuses([]refused{
		{"no trigger", "POST", allSubscriptions, object{"name": "S"}, 400, "Invalid value for: body (Missing required field at 'trigger')"},
		{"no input", "POST", allSubscriptions, webhook(object{"input": nil}), 400, "Invalid value for: body (expected an object at 'input')"},
		{"no UUID", "POST", allSubscriptions, webhook(object{"authenticationId": "x"}), 400, "Invalid value for: body (Couldn't decode a valid UUID at 'authenticationId')"},
	})
}

func TestSubscription_isItsMakersAndReadableWhenDeleted(t *testing.T) {
	w := newWorld(t)
	w.set(object{"subscription_delay": "1m"})
	one := allSubscriptions + "/" + w.must(200, "POST", allSubscriptions, webhook(object{"externalId": "e-1"})).id(t)
	state := func() string { return into[subscription](t, w.must(200, "GET", one, nil)).State }
	if got := state(); got != "creating" {
		t.Errorf("at first it is %s", got)
	}
	w.advance("1m")
	if got := state(); got != "active" {
		t.Errorf("then it is %s", got)
	}
	deputy := w.token(w.addUser("deputy@example.com", admin))
	if got := w.as(deputy, "GET", one, nil); got.status != 404 {
		t.Errorf("somebody else gets %d %s", got.status, got.body)
	}
	w.must(204, "POST", "/_sandbox/ui/subscriptions/Orders/fail", nil)
	if got := state(); got != "creation_failed" {
		t.Errorf("after the third party's refusal it is %s", got)
	}
	w.must(204, "DELETE", one, nil)
	if got := state(); got != "deleted" {
		t.Errorf("after its end it is %s", got)
	}
	w.must(404, "DELETE", one, nil)
}
