package sandbox

import "testing"

func TestAgent_registersOnceWithinTheHour(t *testing.T) {
	w := newWorld(t)
	groups := "/core/v1/workspaces/" + w.addWorkspace("Finance") + "/on-prem-agent-groups"
	group := groups + "/" + w.must(200, "POST", groups, object{"name": "Hall"}).id(t)
	made := func(name string) (string, string) {
		got := into[struct{ ID, RegistrationToken string }](t, w.must(200, "POST", group+"/agents", object{"name": name}))
		return group + "/agents/" + got.ID, got.RegistrationToken
	}
	one, token := made("One")
	if got := into[agent](t, w.must(200, "GET", one, nil)); got.Registered || got.Connected || !got.Enabled {
		t.Errorf("a new agent is %+v", got)
	}
	w.must(200, "POST", "/_sandbox/agents/register", object{"token": token})
	w.must(400, "POST", "/_sandbox/agents/register", object{"token": token})
	if got := into[agent](t, w.must(200, "GET", one, nil)); !got.Registered || !got.Connected {
		t.Errorf("a registered agent is %+v", got)
	}
	late, token := made("Late")
	w.advance("1h")
	w.must(400, "POST", "/_sandbox/agents/register", object{"token": token})
	if got := into[agent](t, w.must(200, "GET", late, nil)); got.Registered {
		t.Error("it registered after an hour")
	}
}

func TestAgent_isSwitchedAndGoes(t *testing.T) {
	w := newWorld(t)
	finance := w.addWorkspace("Finance")
	groups := "/core/v1/workspaces/" + finance + "/on-prem-agent-groups"
	id := w.must(200, "POST", groups, object{"name": "Hall"}).id(t)
	group := groups + "/" + id
	one := group + "/agents/" + w.must(200, "POST", group+"/agents", object{"name": "One"}).id(t)
	w.must(200, "PATCH", one, object{"enabled": false})
	if into[agent](t, w.must(200, "GET", one, nil)).Enabled {
		t.Error("it is on")
	}
	w.must(200, "PATCH", "/_sandbox/ui/workspaces/Finance/on-prem-agent-groups/Hall/agents/One", object{"enabled": true})
	if !into[agent](t, w.must(200, "GET", one, nil)).Enabled {
		t.Error("it is off after somebody switched it on")
	}
	other := "/core/v1/workspaces/" + w.addWorkspace("Sales") + "/on-prem-agent-groups/" + id
	w.refuses([]refused{
		{"in use", "DELETE", group, nil, 409, `The agent group "Hall" is in use: it has 1 agents`},
		{"another workspace's", "GET", other + "/agents", nil, 404, "There is no such agent group in this workspace"},
		{"no name", "POST", groups, object{}, 400, "Invalid value for: body (Missing required field at 'name')"},
		{"type", "PATCH", one, object{"enabled": "yes"}, 400, `Invalid value for: body (Got value '"yes"' with wrong type, expecting boolean at 'enabled')`},
		{"workspace", "DELETE", "/management/v1/workspaces/" + finance, nil, 409, `The workspace "Finance" is not empty: it holds 1 on-premise agent group (Hall)`},
	})
	w.must(204, "DELETE", "/_sandbox/ui/workspaces/Finance/on-prem-agent-groups/Hall", object{"force": true})
	w.must(404, "GET", one, nil)
}
