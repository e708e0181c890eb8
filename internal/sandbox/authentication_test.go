package sandbox

import (
	"strings"
	"testing"
)

const callTwilio = "/core/v1/connectors/twilio/versions/4.0/call"

func (w *world) authenticate(credentials any) string {
	w.Helper()
	return w.must(200, "POST", "/core/v1/authentications", object{"name": "SMS", "serviceEnvironmentId": w.publicEnvironment("twilio"), "credentials": credentials}).id(w)
}

func TestAuthentication_takesCredentialsOfTheRightFormWhateverTheyAre(t *testing.T) {
	w := newWorld(t)
	for secret, want := range map[string]string{"s3cret": "success", "wrong-s3cret": "error"} {
		id := w.authenticate(object{"account_sid": "AC1", "auth_token": secret, "extra": 1})
		got := into[outcome](t, w.must(200, "POST", callTwilio, object{"operation": "get_account", "input": object{}, "authId": id}))
		if got.Outcome != want {
			t.Errorf("with %s a call comes to %+v", secret, got)
		}
	}
	all := "/core/v1/authentications"
	env := w.publicEnvironment("twilio")
	w.refuses([]refused{
		{"no environment", "POST", all, object{"name": "A"}, 400, "Invalid value for: body (Missing required field at 'serviceEnvironmentId')"},
		{"unknown environment", "POST", all, object{"name": "A", "serviceEnvironmentId": "none"}, 404, "There is no such service environment"},
		{"missing credential", "POST", all, object{"name": "A", "serviceEnvironmentId": env, "credentials": object{"account_sid": "A"}}, 400, "Invalid value for: body (missing 'auth_token' at 'credentials')"},
		{"type", "POST", all, object{"name": "A", "serviceEnvironmentId": env, "credentials": object{"account_sid": 77123, "auth_token": "t"}}, 400,
			"Invalid value for: body (expected string at 'credentials.account_sid', got number)"},
		{"no object", "POST", all, object{"name": "A", "serviceEnvironmentId": env, "credentials": "77123"}, 400, "Invalid value for: body (expected an object at 'credentials')"},
		{"scope twice", "POST", all, object{"name": "A", "serviceEnvironmentId": env, "credentials": twilio, "scopes": []string{"a", "a"}}, 400, `Invalid value for: body ("a" stands twice at 'scopes')`},
		{"agent group", "POST", all, object{"name": "A", "serviceEnvironmentId": env, "credentials": twilio, "onPremAgentGroupId": "x"}, 400, "Invalid value for: body (Couldn't decode a valid UUID at 'onPremAgentGroupId')"},
		{"id", "GET", all + "/x", nil, 400, "Invalid value for: path parameter authenticationId"},
		{"call with no UUID", "POST", callTwilio, object{"operation": "get_account", "input": object{}, "authId": "x"}, 400, "Invalid value for: body (Couldn't decode a valid UUID at 'authId')"},
	})
}

func TestAuthentication_putWantsCredentialsAndReplaces(t *testing.T) {
	w := newWorld(t)
	one := "/core/v1/authentications/" + w.must(200, "POST", "/core/v1/authentications", object{"name": "Shop", "serviceEnvironmentId": w.publicEnvironment("shopify"),
		"credentials": object{"access_token": "a"}, "userData": object{"shop_name": "acme"}, "scopes": []string{"read_orders"}}).id(t)
	w.refuses([]refused{
		{"without credentials", "PUT", one, object{"name": "New", "userData": object{"shop_name": "acme"}}, 400, "Invalid value for: body (Missing required field at 'credentials')"},
		{"empty credentials", "PUT", one, object{"name": "New", "credentials": object{}, "userData": object{"shop_name": "acme"}}, 400, "Invalid value for: body (missing 'access_token' at 'credentials')"},
		{"without user data", "PUT", one, object{"name": "New", "credentials": object{"access_token": "b"}}, 400, "Invalid value for: body (missing 'shop_name' at 'userData')"},
	})
	w.must(200, "PUT", one, object{"name": "New", "credentials": object{"access_token": "b"}, "userData": object{"shop_name": "acme"}})
	if got := into[authentication](t, w.must(200, "GET", one, nil)); got.Name != "New" || len(got.Scopes) != 0 {
		t.Errorf("it is %+v", got)
	}
	if got := w.must(200, "GET", one+"/full", nil).body; !strings.Contains(got, `"credentials":{"access_token":"b"}`) {
		t.Errorf("in full it is %s", got)
	}
}

func TestAuthentication_credentialsAreTheOwnersAlone(t *testing.T) {
	w := newWorld(t)
	w.addWorkspace("Finance")
	made := func(name string) string {
		return into[tokenBody](t, w.must(201, "POST", "/_sandbox/tokens", object{"api_user": object{"name": name, "workspace": "Finance"}})).Token
	}
	maker, colleague := made("Maker"), made("Colleague")
	one := "/core/v1/authentications/" + w.as(maker, "POST", "/core/v1/authentications",
		object{"name": "SMS", "serviceEnvironmentId": w.publicEnvironment("twilio"), "credentials": twilio}).id(t)
	for _, c := range []struct {
		who, token  string
		plain, full int
	}{{"maker", maker, 200, 200}, {"colleague", colleague, 200, 404}, {"Owner", w.sandbox.OwnerToken(), 200, 404}, {"outsider", w.token(w.addUser("out@example.com", contributor)), 404, 404}} {
		plain, full := w.as(c.token, "GET", one, nil), w.as(c.token, "GET", one+"/full", nil)
		if plain.status != c.plain || full.status != c.full {
			t.Errorf("%s: %d, in full %d %s", c.who, plain.status, full.status, full.body)
		}
		if c.full == 404 && strings.Contains(plain.body+full.body, "s3cret") {
			t.Errorf("%s sees the secret", c.who)
		}
	}
	for _, path := range []string{"/_sandbox/state", "/_sandbox/timeline", "/_sandbox/requests"} {
		if strings.Contains(w.must(200, "GET", path, nil).body, "s3cret") {
			t.Errorf("%s shows the secret", path)
		}
	}
}

func TestAuthentication_peopleChangeIt(t *testing.T) {
	w := newWorld(t)
	id := w.authenticate(twilio)
	comesTo := func(want string) {
		t.Helper()
		if got := into[outcome](t, w.must(200, "POST", callTwilio, object{"operation": "get_account", "input": object{}, "authId": id})); got.Outcome != want {
			t.Errorf("a call comes to %+v, want %s", got, want)
		}
	}
	comesTo("success")
	w.must(200, "PATCH", "/_sandbox/ui/authentications/SMS", object{"works": false, "name": "Texts"})
	comesTo("error")
	w.must(200, "PATCH", "/_sandbox/ui/authentications/"+id, object{"works": true})
	comesTo("success")
	if got := into[authentication](t, w.must(200, "GET", "/core/v1/authentications/"+id, nil)); got.Name != "Texts" {
		t.Errorf("it is called %s", got.Name)
	}
	w.must(204, "DELETE", "/_sandbox/ui/authentications/Texts", nil)
	w.must(404, "GET", "/core/v1/authentications/"+id, nil)
}

func TestAuthentication_movesOutOfAPersonalWorkspace(t *testing.T) {
	w := newWorld(t)
	id, finance := w.authenticate(twilio), w.addWorkspace("Finance")
	w.must(200, "PATCH", "/_sandbox/ui/authentications/SMS", object{"workspace": "Finance"})
	if got := w.must(200, "GET", "/management/v1/workspaces/"+finance+"/authentications", nil).body; !strings.Contains(got, id) {
		t.Errorf("in its new workspace are %s", got)
	}
	w.must(200, "GET", "/core/v1/authentications/"+id+"/full", nil)
	w.addWorkspace("Sales")
	w.must(400, "PATCH", "/_sandbox/ui/authentications/SMS", object{"workspace": "Sales"})
}

// A custom service serves its own workspace, and in the Organization workspace all of them.
func TestAuthentication_usesServicesFromWhereItIs(t *testing.T) {
	w := newWorld(t)
	finance, sales := w.addWorkspace("Finance"), w.addWorkspace("Sales")
	organization := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Organization", nil)).Elements[0].ID
	token := into[tokenBody](t, w.must(201, "POST", "/_sandbox/tokens", object{"api_user": object{"name": "Robot", "workspace": "Finance"}})).Token
	for where, want := range map[string]int{finance: 200, organization: 200, sales: 404} {
		s := into[service](t, w.must(201, "POST", "/_sandbox/ui/services", object{"workspace": where, "owner": "owner@example.com", "name": "CRM"}))
		type list struct{ Elements []documentedEnvironment }
		env := into[list](t, w.must(200, "GET", "/core/v1/services/"+s.UniqueName+"/versions/1/environments", nil)).Elements[0].ID
		if got := w.as(token, "POST", "/core/v1/authentications", object{"name": "A", "serviceEnvironmentId": env}); got.status != want {
			t.Errorf("a service in %s: %d %s", where, got.status, got.body)
		}
		if got := w.as(token, "GET", "/core/v1/services/"+s.UniqueName+"/versions/1/environments", nil); got.status != want {
			t.Errorf("its environments: %d %s", got.status, got.body)
		}
	}
	if got := w.as(token, "GET", "/core/v1/services/twilio/versions/1/environments", nil); got.status != 200 {
		t.Errorf("those of a public one: %d %s", got.status, got.body)
	}
	w.must(404, "GET", "/core/v1/services/twilio/versions/2/environments", nil)
}

func TestAuthentication_keepsItsServiceAndEnvironment(t *testing.T) {
	w := newWorld(t)
	s, environment := w.service(w.addWorkspace("Finance"), "owner@example.com", "CRM")
	w.must(200, "POST", "/_sandbox/ui/authentications", object{"owner": "owner@example.com", "workspace": "Finance", "name": "Mine", "serviceEnvironmentId": environment})
	one := "/management/v1/services/" + s.UniqueName + "/versions/1/environments/" + environment
	w.refuses([]refused{
		{"service", "DELETE", "/management/v1/services/" + s.ID, nil, 409, "The custom service CRM is in use: there are authentications for it: Mine"},
		{"environment", "DELETE", one, nil, 409, "The environment Sandbox is in use: there are authentications for it: Mine"},
	})
	w.must(204, "DELETE", "/_sandbox/ui/authentications/Mine", nil)
	w.must(204, "DELETE", one, nil)
	w.must(204, "DELETE", "/management/v1/services/"+s.ID, nil)
}
